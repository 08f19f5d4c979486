"""What the sandbox lane counts, for ``/metrics``."""

from __future__ import annotations

from collections import Counter

from reward_sandboxes.types import Built, DialogueResult, RunResult
from reward_service.lanes import Counted


class Counts:
    """The counts of one lane since its start."""

    def __init__(self) -> None:
        self._programs: Counter[str] = Counter()
        self._runs: Counter[str] = Counter()
        self._seconds = dict.fromkeys(("queue", "build", "run"), 0.0)
        self.n_retried = 0
        """Runs that were made again alone, since the host was busy."""

    def built(self, built: Built) -> None:
        """Count a program that got a sandbox and was compiled, or could not be."""
        made = "cached" if built.cached else "built"
        self._programs[made if built.ok else "failed"] += 1
        self._seconds["queue"] += built.queue_s
        self._seconds["build"] += built.cpu_s

    def ran(self, result: RunResult) -> None:
        """Count a run."""
        self._runs[result.reason.value] += 1
        self._seconds["run"] += result.cpu_s
        self.n_retried += result.retried

    def conversed(self, result: DialogueResult) -> None:
        """Count a program that test code called."""
        self.built(result.built)
        if result.program is not None:
            self.ran(result.program)

    def waited(self, seconds: float) -> None:
        """Count the time a question waited in the lane itself."""
        self._seconds["queue"] += seconds

    def shown(self) -> tuple[Counted, ...]:
        """Return the counts as ``/metrics`` shows them."""
        return (
            Counted(
                name="programs",
                text="Programs compiled: built, cached (built before) or failed to build.",
                label="build",
                values=self._programs,
            ),
            Counted(
                name="program_runs",
                text="Runs of programs, by what ended them; one a test, or one for all calls.",
                label="reason",
                values=self._runs,
            ),
            Counted(
                name="program_seconds",
                text="Seconds of programs: waiting (queue), CPU of compilers (build) and of runs.",
                label="phase",
                values=self._seconds,
            ),
        )
