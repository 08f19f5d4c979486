"""Every number that the README quotes, as a command that measures it beside its baseline."""
