"""What runs inside a sandbox: the standard library alone, with whatever Python is there."""
