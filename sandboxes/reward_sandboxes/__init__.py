"""Run a program nobody trusts. Knows nothing of rewards."""
