"""The training loop, to be read from top to bottom.

A step: the sampler gets the policy's weights; groups are sampled, and each is judged as soon as it
is complete, while the rest is sampled; the old and the reference log-probabilities of judged groups
are worked out while the tail is judged; advantages; updates; perhaps a reset; a line in the log; a
checkpoint.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType
from typing import Any, Protocol

from reward_trainer import summary
from reward_trainer.bookmark import Bookmark
from reward_trainer.clock import Clock
from reward_trainer.collect import Collected, Collector, chosen_anew
from reward_trainer.config import Config
from reward_trainer.data.prompts import Prompts
from reward_trainer.errors import DriftError, NothingToLearnError, StoppedError
from reward_trainer.judge import Judge
from reward_trainer.kept import Kept
from reward_trainer.learner import Learner
from reward_trainer.lock import Lock
from reward_trainer.log import Log, Watcher
from reward_trainer.reasons import in_words, problems_of, reasons_of
from reward_trainer.record import Record
from reward_trainer.resets import Resets
from reward_trainer.rollout import Group, awaited_share
from reward_trainer.samplers.sampler import Sampler
from reward_trainer.sections import Data
from reward_trainer.stopping import Stop, StopAsked
from reward_trainer.waiting import Waiting

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


class Evaluate(Protocol):
    """Validation of the policy as it is now."""

    @property
    def about(self) -> Mapping[str, Mapping[str, Any]]:
        """By source, how many prompts it has, and how many of them are asked and are too long."""
        ...

    def __call__(self, step: int) -> dict[str, float]:
        """Return the score of each source of the blend."""
        ...


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
    _bookmark: Bookmark = field(init=False)

    def __post_init__(self) -> None:
        """Find the run's place."""
        self._bookmark = Bookmark(self.config.run, self.learner)

    @property
    def _log(self) -> Log:
        return Log(self.record, self.watchers)

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
                        self._bookmark.save_whole(self._log)
                where = self._bookmark.where_it_stopped(self.step)
                raise StoppedError(where, status=_STATUS + self.stop.asked_by) from None

    def _take_steps(self) -> None:
        self.resets = self.resets or Resets()
        came_to = self.step
        if came_to == 0:
            self._note_data()
            self._note_validation_data()
        while self.step < self.config.run.steps:
            self._bookmark.note(self.step, self._state())
            self.stop.heed()
            self.step += 1
            if self.step == came_to + 1 and came_to:
                self._event("resumed", why=f"goes on from the checkpoint of step {came_to}")
            self._note_stages()
            self._take_step(self.config.at(self.step))
            last = self.step == self.config.run.steps
            if last or self.step % self.config.run.checkpoint_every == 0:
                self._bookmark.save(self.step, self._state(), self._log)
        if came_to < self.step:
            self._bookmark.require(self.step)

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
        waiting = Waiting(self.judge, config.service, log=self._log, stop=self.stop)
        collector = Collector(
            self.sampler, self.judge, self.prompts, waiting=waiting, stop=self.stop
        )
        bound = config.service.max_unscored_share
        chosen = collector.rounds(config, step=self.step, into=collected)
        while True:
            for groups in chosen:
                with clock.timed("passes_s"):
                    kept.add(groups, self.learner, config)
            if awaited_share(collected.groups) <= bound:
                return collected, kept
            start = time.monotonic()
            collected.groups = waiting.scored(collected.groups, but=bound, step=self.step)
            collected.exposed_s += time.monotonic() - start
            kept, more = Kept(), collector.rounds(config, step=self.step, into=collected)
            chosen = chain(chosen_anew(config, collected), more)

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

    def _note_validation_data(self) -> None:
        if self.evaluate is None:
            return
        for source, about in self.evaluate.about.items():
            self._event("validation_data", source=source, **about)

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
            "rounds": len(collected.spans),
            **self.prompts.numbers,
            "reward_exposed_share": took["exposed_s"] / took["step_s"],
            **{f"time/{name}": seconds for name, seconds in took.items()},
        }
        self._log.step(line)

    def _event(self, name: str, **fields: Any) -> None:
        self._log.event(self.step, name, **fields)

    def _state(self) -> dict[str, Any]:
        """Return what a checkpoint holds beside the learner."""
        assert self.resets is not None
        return {
            "prompts": self.prompts.state(),
            "resets": self.resets.state(),
            "empty_steps": self.empty_steps,
        }

    def resume(self) -> bool:
        """Go on from the newest checkpoint, if there is one; return whether there is."""
        found = self._bookmark.restore()
        if found is None:
            self.record.cut(-1)
            return False
        self.step, state = found
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
