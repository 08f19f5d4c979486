"""Says how right a rollout of a language model is, so that training can trust the number."""

from __future__ import annotations

__version__ = "0.1.0"
