"""What a run looks like: in the terminal, in loggers, on a page."""
