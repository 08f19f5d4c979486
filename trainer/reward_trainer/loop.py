"""The training loop, to be read from top to bottom.

A step: the sampler gets the policy's weights; groups are sampled, and each is judged as soon as it
is complete, while the rest is sampled; the old and the reference log-probabilities of judged groups
are worked out while the tail is judged; advantages; updates; perhaps a reset; a line in the log; a
checkpoint.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from reward_trainer import checkpoint, summary
from reward_trainer.collect import Collected, Collector
from reward_trainer.config import Config
from reward_trainer.data.prompts import Prompts
from reward_trainer.errors import (
    DriftError,
    NothingToLearnError,
    ServiceMissingError,
    StoppedError,
    TrainerError,
)
from reward_trainer.judge import Judge
from reward_trainer.kept import Kept
from reward_trainer.learner import Learner
from reward_trainer.lock import Lock
from reward_trainer.patience import Patience
from reward_trainer.reasons import in_words, problems_of, reasons_of
from reward_trainer.record import Record
from reward_trainer.resets import Resets
from reward_trainer.rollout import Group
from reward_trainer.samplers.sampler import Sampler
from reward_trainer.sections import Data
from reward_trainer.stopping import Stop, StopAsked

_BETWEEN_TRIES_S = 1.0
"""Between two times that a service is asked which is ready and yet scores too little."""
_NOT_COMPUTED: Mapping[str, None] = MappingProxyType(
    dict.fromkeys(
        (
            *("entropy", "mismatch", "kl_old"),
            *("loss", "kl", "clip_low", "clip_high", "grad_norm", "skipped", "lr"),
        )
    )
)
"""Numbers of a step that a step without anything to learn does not have."""
_STATUS = 128
"""To which the number of a signal is added: what a process ends with that one has stopped."""
_NAMED_ROWS = 5
"""Rows that the service refused are named up to so many of a step; a whole file may be broken."""


class Watcher(Protocol):
    """Something that shows a run: a terminal, a logger."""

    def step(self, record: dict[str, Any]) -> None:
        """Show a step's numbers."""
        ...

    def event(self, record: dict[str, Any]) -> None:
        """Show what happened beside."""
        ...

    def waits(self, record: dict[str, Any]) -> None:
        """Show that the run still waits: of the moment, and not to be kept."""
        ...


Evaluate = Callable[[int], dict[str, float]]
"""Return the score of each source of the validation blend, for the policy as it is now."""


@dataclass
class Trainer:
    """One run: its parts, and where it stands."""

    config: Config
    learner: Learner
    sampler: Sampler
    judge: Judge
    prompts: Prompts
    record: Record
    open_prompts: Callable[[Data], Prompts]
    """Opens the prompts of a stage with other data."""
    watchers: Sequence[Watcher] = ()
    evaluate: Evaluate | None = None
    resets: Resets | None = None
    step: int = 0
    empty_steps: int = 0
    """In a row until now, in which there was nothing to learn."""
    stop: Stop = field(default_factory=Stop)
    lock: Lock | None = None
    """Of the run's folder."""
    _whole: tuple[int, dict[str, Any]] = (0, {})
    """The last step that is whole, and the state then."""

    def run(self) -> None:
        """Train until the last step.

        Raises:
            TrainerError: the run cannot go on; the last checkpoint is good.
            StoppedError: somebody has stopped it.
        """
        with self.stop:
            try:
                self._take_steps()
            except KeyboardInterrupt as asked:
                with suppress(KeyboardInterrupt):  # asked once more
                    if isinstance(asked, StopAsked):
                        self._keep_whole()
                raise StoppedError(
                    self._where_it_stopped(), status=_STATUS + self.stop.asked_by
                ) from None

    def _take_steps(self) -> None:
        self.resets = self.resets or Resets()
        came_to = self.step
        if came_to == 0:
            self._note_data()
        while self.step < self.config.run.steps:
            self._whole = (self.step, self._state())
            self.stop.heed()
            self.step += 1
            if self.step == came_to + 1 and came_to:
                self._event("resumed", why=f"goes on from the checkpoint of step {came_to}")
            self._note_stages()
            self._take_step(self.config.at(self.step))
            last = self.step == self.config.run.steps
            if last or self.step % self.config.run.checkpoint_every == 0:
                self.save()
        if came_to < self.step and self._last_saved < self.step:
            saved = self._last_saved
            raise TrainerError(
                f"all {self.step} steps were taken, but what they have learned could not be written"
                f" (see checkpoint_failed in {self.config.run.folder}/metrics.jsonl); the same"
                " command does again "
                + (f"what came after step {saved}" if saved else "all of them")
            )

    def _take_step(self, config: Config) -> None:
        clock = Clock()
        with clock.timed("sync_s"):
            self.sampler.wake()
            self.sampler.push_weights(self.learner.weights())
        collected, kept = self._collect(clock, config)
        self.sampler.sleep()
        self._note_refused(collected.groups)
        numbers = summary.of_groups(collected.groups)
        numbers |= self._learn(kept, clock, config) if kept.groups else _NOT_COMPUTED
        self.empty_steps = 0 if kept.groups else self.empty_steps + 1
        self._maybe_evaluate(config)
        self._maybe_reset(numbers["kl_old"] or 0.0, config)
        clock.took["sample_s"] = collected.sample_s
        clock.took["exposed_s"] = collected.exposed_s
        self._write_down(numbers, kept, collected, clock)
        if not kept.groups:
            self._learn_nothing(collected.groups, config)

    def _learn(self, kept: Kept, clock: Clock, config: Config) -> dict[str, float]:
        """Learn from what was kept; return what there was to see."""
        batch = kept.batch(config, step=self.step)
        numbers = kept.numbers()
        self._hold_against_drift(numbers["mismatch"], config)
        with clock.timed("update_s"):
            numbers |= self.learner.learn(batch, config, step=self.step)
        self.record.sample(self.step, kept.groups, batch.advantages_B.tolist())
        return {**numbers, "lr": self.learner.optimizer.param_groups[0]["lr"]}

    def _learn_nothing(self, groups: Sequence[Group], config: Config) -> None:
        """Note a step without a group that is worth it; end the run after several in a row."""
        reasons = reasons_of(groups)
        self.record.sample(self.step, groups)
        self._event("nothing_learned", **reasons.counts())
        if self.empty_steps >= config.sampling.max_empty_steps:
            raise NothingToLearnError(
                f"step {self.step} is the last of {self.empty_steps} in a row in which there was"
                f" nothing to learn (sampling.max_empty_steps); {reasons}"
            )

    def _note_refused(self, groups: Sequence[Group]) -> None:
        for source, refused in self.prompts.learned(groups).items():
            rows = [group.prompt.where for group in refused[:_NAMED_ROWS]]
            why = in_words(problems_of(refused))
            self._event("refused", source=source, prompts=len(refused), rows=rows, why=why)

    def _collect(self, clock: Clock, config: Config) -> tuple[Collected, Kept]:
        """Sample until the step is full, and wait for the service where that is needed."""
        collected, kept = Collected(), Kept()
        collector = Collector(self.sampler, self.judge, self.prompts, stop=self.stop)
        while True:
            for groups in collector.rounds(config, step=self.step, into=collected):
                with clock.timed("passes_s"):
                    kept.add(groups, self.learner, config)
            if collected.awaited_share <= config.service.max_unscored_share:
                return collected, kept
            self._hold_until_scored(collector, collected, config)
            with clock.timed("passes_s"):
                kept.judged_anew(collected.groups, self.learner, config)
            collected.kept = len(kept.groups)

    def _hold_until_scored(
        self, collector: Collector, collected: Collected, config: Config
    ) -> None:
        """Wait for the service, and ask again for the rewards that are awaited."""
        bound, patience_s = config.service.max_unscored_share, config.service.patience_s
        said = in_words(problems_of(collected.groups))
        why = f"{collected.awaited_share:.0%} of the completions have no reward yet: {said}"
        self._event("waiting", why=why, at_most_s=patience_s)
        patience = Patience(patience_s, tell=self._still_waiting)
        while (share := collected.awaited_share) > bound:
            if patience.ended:
                raise ServiceMissingError(
                    f"step {self.step}: {share:.0%} of the completions had no reward for"
                    f" {patience_s:.0f} s; nothing was learned from them. The same command goes on"
                )
            with self.stop.breakable():
                self.judge.wait_until_ready(patience.left_s, patience.remind)
            collected.groups = collector.again(collected.groups)
            patience.remind()
            if collected.awaited_share > bound:
                with self.stop.breakable():
                    time.sleep(_BETWEEN_TRIES_S)
        collected.exposed_s += (waited_s := patience.waited_s)
        self._event("waited", waited_s=round(waited_s, 3))

    def _still_waiting(self, span: str) -> None:
        for watcher in self.watchers:
            watcher.waits({"step": self.step, "event": "still waiting", "why": span})

    def _hold_against_drift(self, mismatch: float, config: Config) -> None:
        if mismatch > config.sampler.max_drift:
            raise DriftError(
                f"step {self.step}: the sampler's log-probabilities differ from the policy's by"
                f" {mismatch:.3g} on average, although its weights were just replaced: it does not"
                " sample from this policy (tied embeddings that were reloaded do this). Nothing was"
                " learned from it"
            )

    def _maybe_evaluate(self, config: Config) -> None:
        every = config.evaluation.every
        if not every or self.step % every or self.evaluate is None:
            return
        scores = self.evaluate(self.step)
        blend = sum(scores.values()) / max(len(scores), 1)
        assert self.resets is not None
        self.resets.evaluated(blend, config.reset)
        self._event("evaluation", scores=scores, blend=blend)

    def _maybe_reset(self, kl: float, config: Config) -> None:
        assert self.resets is not None
        why = self.resets.due(self.step, kl, config.reset)
        if why is not None:
            self.learner.reset_reference(config)
            self.resets.done(self.step)
            self._event("reset", why=why, optimizer=config.reset.optimizer)

    def _note_stages(self) -> None:
        for stage in self.config.stages:
            if stage.from_step == self.step:
                self._event("stage", why=stage.why, set=stage.set)
                place = self.prompts.state()
                if self._prompts_change(self.step):
                    self.prompts.restore(place)
                    self._note_data()

    def _note_data(self) -> None:
        for source, about in self.prompts.about.items():
            self._event("data", source=source, **about)

    def _prompts_change(self, step: int) -> bool:
        """Open the prompts of ``step`` where they are not those of the step before."""
        data = self.config.at(step).data
        changed = data != self.config.at(step - 1).data
        if changed:
            self.prompts = self.open_prompts(data)
        return changed

    def _write_down(
        self,
        numbers: dict[str, float | None],
        kept: Kept,
        collected: Collected,
        clock: Clock,
    ) -> None:
        took = clock.ended()
        line: dict[str, Any] = {
            "step": self.step,
            **numbers,
            "groups": len(kept.groups),
            "rounds": collected.rounds,
            **self.prompts.numbers,
            "reward_exposed_share": took["exposed_s"] / took["step_s"],
            **{f"time/{name}": seconds for name, seconds in took.items()},
        }
        self.record.write(line)
        for watcher in self.watchers:
            watcher.step(line)

    def _event(self, name: str, **fields: Any) -> None:
        line = {"step": self.step, "event": name, **fields}
        self.record.write(line)
        for watcher in self.watchers:
            watcher.event(line)

    def save(self) -> None:
        """Write a checkpoint; a disk that is full costs a warning, and the last one is kept."""
        self._save(self.step, self._state())

    def _save(self, step: int, state: dict[str, Any]) -> None:
        keep = self.config.run.keep_checkpoints
        try:
            checkpoint.save(self._checkpoints, step, self.learner, state, keep=keep)
        except OSError as error:
            kept = (
                f"that of step {saved} is kept" if (saved := self._last_saved) else "there is none"
            )
            self._event("checkpoint_failed", why=f"{error}; {kept}")

    def _state(self) -> dict[str, Any]:
        """Return what a checkpoint holds beside the learner."""
        assert self.resets is not None
        return {
            "prompts": self.prompts.state(),
            "resets": self.resets.state(),
            "empty_steps": self.empty_steps,
        }

    @property
    def _checkpoints(self) -> Path:
        return Path(self.config.run.folder) / "checkpoints"

    @property
    def _last_saved(self) -> int:
        """The step of the newest checkpoint; 0: there is none."""
        return max((step for step, _ in checkpoint.checkpoints(self._checkpoints)), default=0)

    def _keep_whole(self) -> None:
        """Write a checkpoint of the last whole step: no weight has changed since."""
        step, state = self._whole
        if step > self._last_saved:
            self._save(step, state)

    def _where_it_stopped(self) -> str:
        whole, saved = self._whole[0], self._last_saved
        at_step = f"after step {whole}"
        where = at_step if whole == self.step else f"in step {self.step}, which is dropped"
        if not saved:
            return f"stopped {where}; there is no checkpoint, so the same command begins again"
        lost = f"steps done again: {whole - saved}" if whole > saved else "no whole step is lost"
        return f"stopped {where}; the same command goes on from step {saved}'s checkpoint ({lost})"

    def resume(self) -> bool:
        """Go on from the newest checkpoint, if there is one; return whether there is."""
        found = checkpoint.checkpoints(self._checkpoints)
        if not found:
            self.record.cut(-1)
            return False
        self.step, place = found[-1]
        state = checkpoint.restore(place, self.learner)
        self.prompts = self.open_prompts(self.config.at(self.step).data)
        self.prompts.restore(state["prompts"])
        self.resets = Resets(**state["resets"])
        self.empty_steps = state.get("empty_steps", 0)
        self.record.cut(self.step)
        return True

    def close(self) -> None:
        """End what the run has started."""
        self.judge.close()
        self.sampler.close()
        self.learner.world.close()
        if self.lock is not None:
            self.lock.release()


class Clock:
    """What a step's seconds went to."""

    def __init__(self) -> None:
        """Begin now."""
        self.took: dict[str, float] = {}
        self._start = time.monotonic()

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Add what is done within to ``name``."""
        start = time.monotonic()
        yield
        self.took[name] = self.took.get(name, 0.0) + time.monotonic() - start

    def ended(self) -> dict[str, float]:
        """Return the parts, and the whole as ``step_s``."""
        return {**self.took, "step_s": time.monotonic() - self._start}
