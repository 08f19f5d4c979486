"""The client's errors cross process borders."""

from __future__ import annotations

import copy
import pickle

import pytest

from reward_service.client import (
    AuthenticationError,
    ClientClosedError,
    RequestRejectedError,
    RewardClientError,
    ServiceUnavailableError,
    UnexpectedAnswerError,
)


@pytest.mark.parametrize(
    "error",
    [
        ServiceUnavailableError("http://a", 1, "no route"),
        AuthenticationError("http://a", "no"),
        RequestRejectedError("http://a", 422, "bad", "shaping"),
        UnexpectedAnswerError("http://a", "a page"),
        ClientClosedError("closed"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_is_the_same_after_pickling(error: RewardClientError) -> None:
    for same in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(same) is type(error)
        assert (str(same), vars(same)) == (str(error), vars(error))
        assert isinstance(same, RewardClientError)
