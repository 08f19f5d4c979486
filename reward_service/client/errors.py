"""What a client raises. An item without a reward is no error: it comes back with its problem.

RewardClientError
+-- ServiceUnavailableError   nobody answered, after every retry that the deadline allowed
+-- AuthenticationError       the token is missing or wrong
+-- RequestRejectedError      the request itself was refused; ``field`` names the part that is wrong
+-- UnexpectedAnswerError     something answered, but not as this service does
+-- ClientClosedError         the client was closed before the items were scored

Each can be pickled, because trainers carry exceptions across processes.
"""

from __future__ import annotations


class RewardClientError(Exception):
    """Base of the client's errors. No reward was made up, and none was lost in silence."""


class ServiceUnavailableError(RewardClientError):
    """The service could not be reached, or only a gateway in front of it answered."""

    def __init__(self, url: str, attempts: int, cause: str) -> None:
        super().__init__(url, attempts, cause)
        self.url = url
        self.attempts = attempts
        self.cause = cause

    def __str__(self) -> str:
        times = "once" if self.attempts == 1 else f"{self.attempts} times"
        return f"the reward service at {self.url} did not answer (tried {times}): {self.cause}"


class AuthenticationError(RewardClientError):
    """The service wants another token than it was given."""

    def __init__(self, url: str, message: str) -> None:
        super().__init__(url, message)
        self.url = url
        self.message = message

    def __str__(self) -> str:
        return f"the reward service at {self.url} refused the token: {self.message}"


class RequestRejectedError(RewardClientError):
    """The service cannot read the request; sending it again would not help."""

    def __init__(self, url: str, status: int, message: str, field: str = "") -> None:
        super().__init__(url, status, message, field)
        self.url = url
        self.status = status
        self.message = message
        self.field = field
        """The part of the request that is wrong, where the service names one."""

    def __str__(self) -> str:
        return f"{self.url} refused the request (HTTP {self.status}): {self.message}"


class UnexpectedAnswerError(RewardClientError):
    """What answered at the URL does not speak this service's protocol."""

    def __init__(self, url: str, message: str) -> None:
        super().__init__(url, message)
        self.url = url
        self.message = message

    def __str__(self) -> str:
        return f"{self.url} gave an answer that is none of a reward service: {self.message}"


class ClientClosedError(RewardClientError):
    """The client was closed."""
