"""vLLM in this process.

Weights go in through a worker extension that has vLLM reload them layer by layer, which holds on
CPUs, where weights are packed, as on GPUs (``load_weights`` does not). Versions: written against
vLLM 0.32.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from torch import Tensor

from reward_trainer.rollout import Completion
from reward_trainer.samplers.failures import Failures
from reward_trainer.samplers.sampler import Request

EXTENSION = "reward_trainer.samplers.worker.Weights"
_CPU_CACHE_BYTES = 64 * 1024 * 1024


class VllmSampler:
    """A ``Sampler`` on vLLM's offline engine."""

    def __init__(
        self,
        model: str,
        *,
        tokenizer: Any,
        max_model_len: int,
        dtype: str,
        gpu_memory_share: float,
        tensor_parallel: int,
        on_cpu: bool,
        sleeps: bool = False,
        options: Mapping[str, Any],
        log: Path | None = None,
    ) -> None:
        """Start the engine.

        Args:
            model: folder or name that its first weights are read from.
            tokenizer: of transformers; what is written is decoded with it.
            max_model_len: tokens of the longest prompt and completion together.
            dtype: of the weights.
            gpu_memory_share: of each GPU.
            tensor_parallel: GPUs that share each layer.
            on_cpu: whether there is no GPU.
            sleeps: whether its GPUs are needed for something else between samplings.
            options: what else ``vllm.LLM`` is given.
            log: file that takes what the engine says where it fails; None: nothing is kept.

        Raises:
            SamplerError: it does not start.
        """
        # The engine's own process would have to be sent every weight; here it shares the memory.
        os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
        self._failures = Failures(log)
        place: dict[str, Any] = (
            {
                "enforce_eager": True,
                "distributed_executor_backend": "uni",
                "kv_cache_memory_bytes": _CPU_CACHE_BYTES,
                # A prompt that is cut in two makes its seeded generator take back a number, which
                # those of CPUs cannot. Uncut, a step of the engine has room for the longest.
                "enable_chunked_prefill": False,
            }
            if on_cpu
            else {
                "gpu_memory_utilization": gpu_memory_share,
                "tensor_parallel_size": tensor_parallel,
                "enable_sleep_mode": sleeps,
            }
        )
        with self._failures.starting():
            from vllm import LLM

            self._llm = LLM(
                model=model,
                skip_tokenizer_init=True,
                max_model_len=max_model_len,
                # The distribution that is sampled from, temperature included: ratios are to it.
                logprobs_mode="processed_logprobs",
                # A cache that outlives a change of weights would answer for the old ones.
                enable_prefix_caching=False,
                worker_extension_cls=EXTENSION,
                disable_log_stats=True,
                use_tqdm_on_load=False,
                **{"dtype": str(dtype), **place, **options},
            )
        self._tokenizer = tokenizer
        self._ids = count()
        self._sleeps = sleeps and not on_cpu

    def sample(self, requests: Sequence[Request]) -> Iterator[tuple[int, tuple[Completion, ...]]]:
        """See ``Sampler``.

        Raises:
            SamplerError: the engine has failed.
        """
        from vllm import SamplingParams
        from vllm.sampling_params import RequestOutputKind

        engine = self._llm.llm_engine
        index_of: dict[str, int] = {}
        for index, request in enumerate(requests):
            name = str(next(self._ids))
            index_of[name] = index
            params = SamplingParams(
                n=request.n,
                temperature=request.temperature,
                top_p=request.top_p,
                max_tokens=request.max_tokens,
                seed=request.seed,
                logprobs=0,
                detokenize=False,
                stop_token_ids=[self._tokenizer.eos_token_id],
                output_kind=RequestOutputKind.FINAL_ONLY,
            )
            with self._failures:
                engine.add_request(name, {"prompt_token_ids": list(request.token_ids)}, params)
        while engine.has_unfinished_requests():
            with self._failures:
                outputs = engine.step()
            for output in outputs:
                if output.finished:
                    yield index_of[output.request_id], self._completions(output)

    def push_weights(self, weights: Iterable[tuple[str, Tensor]]) -> None:
        """See ``Sampler``."""
        named = list(weights)
        with self._failures:
            self._llm.collective_rpc("take_weights", args=(named,))

    def sleep(self) -> None:
        """See ``Sampler``."""
        if self._sleeps:
            self._llm.sleep(level=1)

    def wake(self) -> None:
        """See ``Sampler``."""
        if self._sleeps:
            self._llm.wake_up()

    def close(self) -> None:
        """See ``Sampler``."""
        self._llm.llm_engine.engine_core.shutdown()

    def _completions(self, output: Any) -> tuple[Completion, ...]:
        written = sorted(output.outputs, key=lambda one: one.index)
        return tuple(
            Completion(
                token_ids=tuple(one.token_ids),
                logprobs=tuple(
                    step[token].logprob
                    for step, token in zip(one.logprobs, one.token_ids, strict=True)
                ),
                text=self._tokenizer.decode(one.token_ids, skip_special_tokens=True),
                stopped=one.finish_reason == "stop",
            )
            for one in written
        )
