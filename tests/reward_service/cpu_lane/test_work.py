from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from lane_desk import MISDEEDS

from reward_service.cpu_lane.work import Backlog, Question, Subject


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    made.close()


@pytest.fixture
def subject() -> Subject:
    return Subject(MISDEEDS["math"], "{}")


def group(loop: asyncio.AbstractEventLoop, subject: Subject, *answers: str) -> list[Question]:
    return [
        Question(id=n, subject=subject, answer=answer, future=loop.create_future())
        for n, answer in enumerate(answers)
    ]


def answers(questions: list[Question]) -> str:
    return "".join(question.answer for question in questions)


def test_questions_leave_in_the_order_they_came_one_subject_at_a_time(
    loop: asyncio.AbstractEventLoop, subject: Subject
) -> None:
    backlog = Backlog()
    backlog.add(group(loop, subject, *"abc"))
    backlog.add(group(loop, Subject(MISDEEDS["math"], "{1}"), *"de"))

    assert len(backlog) == 5
    assert [answers(backlog.take(2)) for _ in range(4)] == ["ab", "c", "de", ""]
    assert len(backlog) == 0


def test_what_comes_back_is_first_again_in_its_order(
    loop: asyncio.AbstractEventLoop, subject: Subject
) -> None:
    backlog = Backlog()
    questions = group(loop, subject, *"abcd")
    backlog.add(questions)
    taken = backlog.take(3)
    backlog.put_back(taken[1:])

    assert answers(backlog.take(9)) == "bcd"


def test_a_question_waits_only_once(loop: asyncio.AbstractEventLoop, subject: Subject) -> None:
    backlog = Backlog()
    questions = group(loop, subject, *"ab")
    backlog.add(questions)
    backlog.put_back(questions)
    backlog.put_alone(questions[0])

    assert len(backlog) == 2
    assert backlog.n_alone == 0


def test_what_is_settled_is_not_given_out(
    loop: asyncio.AbstractEventLoop, subject: Subject
) -> None:
    backlog = Backlog()
    questions = group(loop, subject, *"abc")
    backlog.add(questions)
    alone = group(loop, subject, "d")[0]
    backlog.put_alone(alone)
    for question in (questions[0], questions[1], alone):
        question.future.cancel()

    assert backlog.take_alone() is None
    assert answers(backlog.take(1)) == "c"


def test_draining_leaves_nothing(loop: asyncio.AbstractEventLoop, subject: Subject) -> None:
    backlog = Backlog()
    backlog.add(group(loop, subject, *"ab"))
    backlog.put_alone(group(loop, subject, "c")[0])

    assert answers(backlog.drain()) == "cab"
    assert (len(backlog), backlog.n_alone, backlog.drain()) == (0, 0, [])
