"""Why an answer gets no score of its own."""

from __future__ import annotations


class TooCostlyError(ValueError):
    """The answer is larger than any honest one, or would cost too much to judge."""


class NoAnswerError(ValueError):
    """The answer is of no kind that the task has."""
