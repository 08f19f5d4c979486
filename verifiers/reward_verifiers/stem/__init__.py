"""Science answers."""
