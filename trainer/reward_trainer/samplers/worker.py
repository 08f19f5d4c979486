"""What runs in vLLM's workers: an extension that takes weights."""

from __future__ import annotations

from typing import Any

from torch import Tensor


class Weights:
    """Mixed into vLLM's worker; ``self`` is the worker."""

    model_runner: Any

    def take_weights(self, weights: list[tuple[str, Tensor]]) -> None:
        """Reload the model from ``weights``, layer by layer as vLLM does from a checkpoint."""
        self.model_runner.reload_weights(weights_iterator=iter(weights), is_checkpoint_format=True)
