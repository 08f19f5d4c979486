"""The weights being trained, their optimizer, and the reference they are held to.

Tensor names end in their dimensions: B rollouts in the batch, T tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from types import MappingProxyType
from typing import Any
from zlib import crc32

import torch
from torch import Tensor, nn

from reward_trainer.adapter import Adapter
from reward_trainer.batch import Batch
from reward_trainer.choices import Loss
from reward_trainer.config import Config
from reward_trainer.kl import divergence
from reward_trainer.loss import (
    Clip,
    cispo_loss,
    clip_loss,
    clip_shares,
    gspo_loss,
    mirror_descent_loss,
)
from reward_trainer.memory import enough_memory
from reward_trainer.mismatch import Bounds, weights
from reward_trainer.optimizer import make_optimizer, set_options
from reward_trainer.packing import Pack, Written, packs, spread
from reward_trainer.policy import Policy
from reward_trainer.precision import computing, narrow_frozen
from reward_trainer.ranks import World, together, together_yielding
from reward_trainer.reduction import reduced
from reward_trainer.reference import Reference, Twin
from reward_trainer.sharding import full, parted, parted_moments, placed, whole
from reward_trainer.trained import AllWeights, Trained

_CLIPPED: Mapping[Loss, Callable[..., Tensor]] = MappingProxyType(
    {Loss.CLIP: clip_loss, Loss.CISPO: cispo_loss, Loss.GSPO: gspo_loss}
)


class Learner:
    """A policy that learns from batches, perhaps together with other processes.

    What all of them run is marked: each is called with the same, and computes its share.
    """

    def __init__(
        self, model: nn.Module, config: Config, *, device: str, world: World | None = None
    ) -> None:
        """Train ``model``; its reference, where any stage has a penalty, is what it is now.

        Args:
            model: with the same weights in all processes.
            config: of the run.
            device: of this process.
            world: the processes that learn together; None: this one alone.

        Raises:
            TrainerError: the optimizer or the adapters need a package that is not installed, or
                the model has no such layers to adapt.
        """
        self._device = device
        self.world = world or World()
        place = partial(placed, device=device, world=self.world)
        _put_dropout_out(model)
        adapter = Adapter(model, config.lora, seed=config.run.seed) if config.lora.rank else None
        self.policy = Policy(model, chunk_tokens=config.model.logprob_chunk_tokens)
        narrow_frozen(model, config)
        self.trained: Trained = adapter or AllWeights(model)
        self.reference: Reference | None = None
        if any(config.at(step).kl.beta > 0 for step in config.first_steps):
            self.reference = (
                adapter.frozen(self.policy) if adapter else Twin(self.policy, config, place)
            )
        place(self.policy)
        self.optimizer = make_optimizer(self.policy.parameters(), config.optimizer)

    @together
    def logprobs(
        self, sequences: Sequence[Written], config: Config, *, reference: bool = False
    ) -> tuple[Tensor, Tensor]:
        """Return log-probabilities and entropies of what was written, both (B, T), no gradient.

        Args:
            sequences: prompts and completions.
            config: of the step.
            reference: whether of the reference, and not of the policy.
        """
        self.policy.train(mode=False)
        longest = max(len(one.completion) for one in sequences)
        found_BT = torch.zeros(len(sequences), longest, device=self._device)
        entropy_BT = torch.zeros_like(found_BT)
        with (
            enough_memory(config),
            torch.no_grad(),
            self._asked(reference=reference) as policy,
        ):
            for pack in self._packs(sequences, config):
                there = pack.to(self._device)
                with computing(config, self._device):
                    logprobs_M, entropy_M = policy(
                        there, temperature=config.sampling.temperature, entropy=not reference
                    )
                found_BT = spread(logprobs_M, there, found_BT)
                if entropy_M is not None:
                    entropy_BT = spread(entropy_M, there, entropy_BT)
        return self.world.add_up(found_BT).cpu(), self.world.add_up(entropy_BT).cpu()

    @together
    def learn(self, batch: Batch, config: Config, *, step: int) -> dict[str, float]:
        """Update the weights once for each minibatch; return what there was to see."""
        # Gradient checkpointing and the adapters' dropout are there in training alone.
        self.policy.train()
        if config.lora.dropout:
            torch.manual_seed(crc32(f"{config.run.seed} {step}".encode()))
        set_options(self.optimizer, config.optimizer, step=step, steps=config.run.steps)
        totals: dict[str, float] = {}
        n_rollouts = len(batch.written)
        bounds = torch.linspace(0, n_rollouts, config.algorithm.minibatches + 1).round().int()
        updates = 0
        for start, end in zip(bounds.tolist(), bounds.tolist()[1:], strict=False):
            rows = range(start, end)
            if len(rows) == 0 or not bool(batch.mask_BT[start:end].any()):
                continue
            updates += 1
            with enough_memory(config):
                seen = self._update(batch, rows, config)
            for name, value in seen.items():
                totals[name] = totals.get(name, 0.0) + value
        return {name: value / max(updates, 1) for name, value in totals.items()}

    @together
    def reset_reference(self, config: Config) -> None:
        """Make the reference a copy of the policy, and clear the optimizer's state if asked to."""
        if self.reference is not None:
            self.reference.reset()
        if config.reset.optimizer == "clear":
            self.optimizer = make_optimizer(self.policy.parameters(), config.optimizer)

    @together_yielding
    def weights(self) -> Iterator[tuple[str, Tensor]]:
        """Yield the policy's weights by the names of its checkpoint, as a sampler takes them."""
        for name, value in self.trained.whole():
            yield name, whole(value, kept=self.world.leads)

    @together
    def state(self) -> dict[str, Mapping[str, Any]]:
        """Return what has to be saved to go on from here; it is of no number of processes."""
        found = {"policy": self.trained.state(), "optimizer": self.optimizer.state_dict()}
        if self.reference is not None:
            found["reference"] = self.reference.state()
        return {part: whole(value, kept=self.world.leads) for part, value in found.items()}

    @together
    def load(self, state: Mapping[str, Mapping[str, Any]]) -> None:
        """Go on from what ``state`` has returned.

        Raises:
            TrainerError: it is of a run that trains something else.
        """
        self.trained.load(parted(state["policy"], like=self.trained.state()))
        self.optimizer.load_state_dict(parted_moments(state["optimizer"], self.optimizer))
        if self.reference is not None:
            self.reference.load(parted(state["reference"], like=self.reference.state()))

    def _asked(self, *, reference: bool) -> AbstractContextManager[Policy]:
        if not reference:
            return nullcontext(self.policy)
        assert self.reference is not None
        return self.reference.asked()

    def _packs(self, sequences: Sequence[Written], config: Config) -> list[Pack]:
        """Return this process's share of ``sequences``."""
        return packs(
            sequences,
            max_tokens=config.algorithm.microbatch_tokens,
            one_line=config.model.attention == "flash_attention_2",
            rank=self.world.rank,
            size=self.world.size,
        )

    def _update(self, batch: Batch, rows: range, config: Config) -> dict[str, float]:
        """Take one step on ``rows`` of the batch."""
        mask_BT = batch.mask_BT[rows.start : rows.stop]
        whole = {
            "n_tokens": float(mask_BT.sum()),
            "n_rollouts": float(mask_BT.any(dim=1).sum()),
            "max_tokens": config.sampling.max_tokens,
        }
        self.optimizer.zero_grad(set_to_none=True)
        seen = {"loss": 0.0, "kl": 0.0, "clip_low": 0.0, "clip_high": 0.0}
        sequences = batch.written[rows.start : rows.stop]
        for pack in self._packs(sequences, config):
            for name, value in self._backward(pack, batch, rows, whole, config).items():
                seen[name] += value
        shares = torch.tensor(list(seen.values()), device=self._device)
        seen = dict(zip(seen, self.world.add_up(shares).tolist(), strict=True))
        norm = full(
            nn.utils.clip_grad_norm_(
                self.policy.parameters(), config.optimizer.max_grad_norm, error_if_nonfinite=False
            )
        )
        if bool(torch.isfinite(norm)):
            self.optimizer.step()
        return {**seen, "grad_norm": float(norm), "skipped": float(not torch.isfinite(norm))}

    def _backward(
        self, pack: Pack, batch: Batch, rows: range, whole: Mapping[str, float], config: Config
    ) -> dict[str, float]:
        """Add the gradient of one pack; return its share of what there is to see."""
        there = pack.to(self._device)
        mine = sorted(set(pack.rows_M.tolist()))
        at = torch.tensor([rows.start + row for row in mine], dtype=torch.long)
        mask_BT = batch.mask_BT[at].to(self._device)
        old_BT = batch.old_logprobs_BT[at].to(self._device)
        advantages_B = batch.advantages_B[at].to(self._device)
        algorithm = config.algorithm
        with computing(config, self._device):
            logprobs_M, entropy_M = self.policy(
                there,
                temperature=config.sampling.temperature,
                entropy=algorithm.entropy_bonus > 0,
            )
        row_of = {row: index for index, row in enumerate(mine)}
        rows_M = torch.tensor(
            [row_of[row] for row in pack.rows_M.tolist()], dtype=torch.long, device=self._device
        )
        indices = (rows_M, there.columns_M)
        policy_BT = old_BT.index_put(indices, logprobs_M)

        clip = Clip(low=algorithm.clip_low, high=algorithm.clip_high)
        if algorithm.loss is Loss.MIRROR_DESCENT:
            loss_BT = mirror_descent_loss(
                policy_BT, old_BT, advantages_B, mask_BT, tau=algorithm.tau
            )
        else:
            loss_BT = _CLIPPED[algorithm.loss](policy_BT, old_BT, advantages_B, mask_BT, clip=clip)
        loss_BT = loss_BT * weights(
            old_BT,
            batch.sampler_logprobs_BT[at].to(self._device),
            mask_BT,
            algorithm.correction,
            Bounds(low=algorithm.correction_low, high=algorithm.correction_high),
        )
        kl_share = 0.0
        if batch.reference_logprobs_BT is not None:
            kl_BT = divergence(
                policy_BT,
                batch.reference_logprobs_BT[at].to(self._device),
                config.kl.estimator,
                input_clamp=config.kl.input_clamp,
                output_clamp=config.kl.output_clamp,
            )
            loss_BT = loss_BT + config.kl.beta * kl_BT
            kl_share = float((kl_BT.detach() * mask_BT).sum()) / whole["n_tokens"]
        if entropy_M is not None:
            zeros_BT = torch.zeros_like(policy_BT)
            loss_BT = loss_BT - algorithm.entropy_bonus * zeros_BT.index_put(indices, entropy_M)
        loss = reduced(
            loss_BT,
            mask_BT,
            algorithm.reduction,
            n_tokens=whole["n_tokens"],
            n_rollouts=whole["n_rollouts"],
            max_tokens=int(whole["max_tokens"]),
        )
        # Gradients are averaged over the processes, and theirs are to be added up.
        (loss * self.world.size).backward()
        low, high = clip_shares(policy_BT.detach(), old_BT, advantages_B, mask_BT, clip=clip)
        return {
            "loss": float(loss.detach()),
            "kl": kl_share,
            "clip_low": float(low) / whole["n_tokens"],
            "clip_high": float(high) / whole["n_tokens"],
        }


def _put_dropout_out(model: nn.Module) -> None:
    """Have old and new log-probabilities of the same weights be the same."""
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
        if isinstance(getattr(module, "attention_dropout", None), float):
            vars(module)["attention_dropout"] = 0.0
