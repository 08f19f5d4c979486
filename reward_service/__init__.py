"""Says, for any rollout of a language model, how right it is, so that training can trust the number."""

from __future__ import annotations

__version__ = "0.1.0"
