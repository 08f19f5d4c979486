"""Where the same command goes on: a run's checkpoints, and the last step that is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reward_trainer import checkpoint
from reward_trainer.errors import TrainerError
from reward_trainer.folder import newest_step
from reward_trainer.learner import Learner
from reward_trainer.log import Log
from reward_trainer.sections import Run


class Bookmark:
    """Keeps a run's place."""

    def __init__(self, run: Run, learner: Learner) -> None:
        """Keep the place of ``run``, and the state of ``learner`` with it."""
        self._run = run
        self._learner = learner
        self._whole: tuple[int, dict[str, Any]] = (0, {})

    @property
    def saved(self) -> int:
        """The step of the newest checkpoint; 0: there is none."""
        return newest_step(Path(self._run.folder))

    def note(self, step: int, state: dict[str, Any]) -> None:
        """Remember that ``step`` is whole, and the state beside the learner's then."""
        self._whole = (step, state)

    def save(self, step: int, state: dict[str, Any], log: Log) -> None:
        """Write a checkpoint; a disk that is full costs a warning, and the last one is kept."""
        keep = self._run.keep_checkpoints
        try:
            checkpoint.save(self._checkpoints, step, self._learner, state, keep=keep)
        except OSError as error:
            kept = f"that of step {saved} is kept" if (saved := self.saved) else "there is none"
            log.event(step, "checkpoint_failed", why=f"{error}; {kept}")

    def save_whole(self, log: Log) -> None:
        """Write a checkpoint of the last whole step: no weight has changed since."""
        step, state = self._whole
        if step > self.saved:
            self.save(step, state, log)

    def restore(self) -> tuple[int, dict[str, Any]] | None:
        """Return the newest checkpoint's step and state, its weights restored; None: none is there.

        Raises:
            TrainerError: it is of a run that trains something else.
        """
        found = checkpoint.checkpoints(self._checkpoints)
        if not found:
            return None
        step, place = found[-1]
        return step, checkpoint.restore(place, self._learner)

    def require(self, step: int) -> None:
        """See that the last step of all has been saved.

        Raises:
            TrainerError: it has not.
        """
        saved = self.saved
        if saved < step:
            raise TrainerError(
                f"all {step} steps were taken, but what they have learned could not be written"
                f" (see checkpoint_failed in {self._run.folder}/metrics.jsonl); the same command"
                " does again " + (f"what came after step {saved}" if saved else "all of them")
            )

    def where_it_stopped(self, step: int) -> str:
        """Say where a run goes on that was stopped in ``step`` or behind it."""
        whole, saved = self._whole[0], self.saved
        where = f"after step {whole}" if whole == step else f"in step {step}, which is dropped"
        if not saved:
            return f"stopped {where}; there is no checkpoint, so the same command begins again"
        lost = f"steps done again: {whole - saved}" if whole > saved else "no whole step is lost"
        return f"stopped {where}; the same command goes on from step {saved}'s checkpoint ({lost})"

    @property
    def _checkpoints(self) -> Path:
        return Path(self._run.folder) / "checkpoints"
