"""How a domain that runs programs judges, without running anything itself.

A trial is a generator: it yields what is to be run, is told how that went, and returns the verdict.
Whoever drives it (the sandbox lane, a test with made-up results) does the running::

    step = next(trial)              # RunJob or HoldDialogue
    step = trial.send(result)       # None after a RunJob, the result after a HoldDialogue
    ...                             # until StopIteration, whose value is the verdict
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

from reward_sandboxes.types import Built, Dialogue, DialogueResult, Job, RunResult
from reward_verifiers.verdict import Verdict


@dataclass(frozen=True, slots=True)
class RunJob:
    """Run a job."""

    job: Job
    take: Callable[[Built | RunResult], bool]
    """To be told of each result as it comes, in order; False: that is enough, end the job.

    Costs time linear in the output; called in one thread at a time.
    """


@dataclass(frozen=True, slots=True)
class HoldDialogue:
    """Let test code call a program."""

    dialogue: Dialogue


Step = RunJob | HoldDialogue
Trial = Generator[Step, DialogueResult | None, Verdict]
"""May raise ``BadSpecError`` at any step, and nothing else."""
