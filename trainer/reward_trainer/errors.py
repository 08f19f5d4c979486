"""What can stop a run, in words for the person who started it."""


class TrainerError(Exception):
    """Base: the run cannot go on; what was saved is good."""


class DriftError(TrainerError):
    """The sampler does not have the policy's weights."""


class SamplerError(TrainerError):
    """The engine that samples has failed."""


class MemoryFullError(TrainerError):
    """A device that learns has no memory left."""


class NothingToLearnError(TrainerError):
    """In several steps in a row no group had rewards that differ."""


class DataError(TrainerError):
    """The prompts cannot be read, or there are none."""


class ServiceMissingError(TrainerError):
    """The reward service is away, or lacks a domain that the data needs."""


class StoppedError(TrainerError):
    """Somebody has stopped the run."""

    def __init__(self, message: str, *, status: int) -> None:
        """Say where; ``status`` is what the process is to end with."""
        super().__init__(message)
        self.status = status


class LostError(TrainerError):
    """Another process of the run is gone."""
