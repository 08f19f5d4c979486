"""When to try again: exponential, with jitter, and never sooner than the service asked for."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from reward_service.client.clock import Clock

_FIRST_S = 0.25
_LONGEST_S = 15.0

# A service that asks for more than this is not coming back within a training step.
_LONGEST_WISH_S = 300.0


def delay_s(attempt: int, asked_s: float | None, clock: Clock) -> float:
    """Return how long to wait after the ``attempt``-th failure (from 1).

    The delay doubles from 0.25 s to 15 s. Chance takes up to half of it away, so that clients which
    failed together do not come back together. ``asked_s`` is the service's own wish (Retry-After).
    """
    grown = min(_LONGEST_S, _FIRST_S * 2.0 ** min(attempt - 1, 30))
    delay = grown * (1.0 - clock.chance() / 2.0)
    return delay if asked_s is None else max(delay, min(asked_s, _LONGEST_WISH_S))


def asked_delay_s(retry_after: str | None, clock: Clock) -> float | None:
    """Return the seconds that a Retry-After header asks for; None when it is absent or unreadable.

    Source: RFC 9110, section 10.2.3: a number of seconds or a date.
    """
    if retry_after is None:
        return None
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - clock.wall())
    except (ValueError, TypeError, OverflowError):
        return None
