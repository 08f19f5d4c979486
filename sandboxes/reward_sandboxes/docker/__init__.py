"""Sandboxes in containers of Docker Engine: one warm, hardened container per sandbox."""
