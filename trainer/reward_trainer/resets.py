"""When the reference becomes a copy of the policy."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from reward_trainer.sections import Reset


@dataclass
class Resets:
    """What the rules need to remember."""

    last_step: int = 0
    best_blend: float | None = None
    evaluations_without_gain: int = 0

    def evaluated(self, blend: float, rules: Reset) -> None:
        """Note the blend's score of an evaluation."""
        if self.best_blend is None or blend > self.best_blend + rules.plateau_min_gain:
            self.best_blend = blend
            self.evaluations_without_gain = 0
        else:
            self.evaluations_without_gain += 1

    def due(self, step: int, kl: float, rules: Reset) -> str | None:
        """Return why the reference is to be reset after ``step``, or None."""
        if rules.every and step - self.last_step >= rules.every:
            return f"{rules.every} steps since the last reset"
        if rules.kl_above and kl > rules.kl_above:
            return f"divergence {kl:.4g} is above {rules.kl_above:.4g}"
        if rules.plateau_evaluations and (
            self.evaluations_without_gain >= rules.plateau_evaluations
        ):
            return f"the blend has not risen in {self.evaluations_without_gain} evaluations"
        return None

    def done(self, step: int) -> None:
        """Note a reset; the blend is to rise anew."""
        self.last_step = step
        self.best_blend = None
        self.evaluations_without_gain = 0

    def state(self) -> dict[str, float | int | None]:
        """Return all of it as JSON; ``Resets(**state)`` is the same again."""
        return asdict(self)
