"""The only place that reads answers out of completions."""
