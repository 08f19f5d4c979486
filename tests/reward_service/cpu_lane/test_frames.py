from __future__ import annotations

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reward_service.cpu_lane.frames import (
    FrameError,
    Frames,
    Line,
    framed,
    read_hello,
    read_reply,
)
from reward_verifiers.verdict import Verdict

VERDICT = {"outcome": "correct", "score": 1.0}


@given(st.lists(st.binary(max_size=50)), st.lists(st.integers(1, 40), min_size=1))
def test_frames_survive_any_cut_of_the_stream(payloads: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(map(framed, payloads))
    frames, received = Frames(max_bytes=100), []
    for index in range(len(stream)):
        size = cuts[index % len(cuts)]
        received += frames.feed(stream[:size])
        stream = stream[size:]
    received += frames.feed(stream)

    assert received == payloads


def test_a_frame_that_is_too_long_is_refused_before_it_has_come() -> None:
    with pytest.raises(FrameError, match="101 bytes"):
        Frames(max_bytes=100).feed(framed(bytes(101))[:4])


def test_a_line_carries_frames_of_any_length() -> None:
    reading, writing = os.pipe()
    sent = [b"", b"x" * 10_000, b"end"]
    for payload in sent:
        Line(writing).write(payload)
    os.close(writing)
    line = Line(reading)

    assert [line.read() for _ in range(4)] == [*sent, None]
    os.close(reading)


@given(
    st.sampled_from([Verdict.correct("a", "b", c=1), Verdict.wrong("é"), Verdict.no_answer("x")])
    | st.floats(0, 1).map(lambda score: Verdict.graded(score, "a"))
    | st.text().map(Verdict.over_limit)
)
def test_every_verdict_that_a_verifier_can_make_comes_through(verdict: Verdict) -> None:
    raw = f'{{"id":1,"cpu_ns":2,"verdict":{verdict.model_dump_json()}}}'.encode()

    assert read_reply(raw).verdict == verdict


@pytest.mark.parametrize(
    "reply",
    [
        {"id": 1, "cpu_ns": 2},
        {"id": 1, "cpu_ns": 2, "verdict": VERDICT, "bad_spec": "both"},
        {"id": 1, "cpu_ns": 2, "verdict": VERDICT, "more": 1},
        {"id": "1", "cpu_ns": 2, "verdict": VERDICT},
        {"id": 1, "cpu_ns": -1, "verdict": VERDICT},
        {"id": 1, "cpu_ns": 2, "bad_spec": "x" * 10_000},
        {"id": 1, "cpu_ns": 2, "verdict": {"outcome": "correct", "score": 0.5}},
        {"id": 1, "cpu_ns": 2, "verdict": {"outcome": "wrong", "score": 1.0}},
        {"id": 1, "cpu_ns": 2, "verdict": {"outcome": "partial", "score": 1.0}},
        {"id": 1, "cpu_ns": 2, "verdict": {"outcome": "no_answer", "score": 1e-9}},
        {"id": 1, "cpu_ns": 2, "verdict": {"outcome": "correct", "score": 2}},
        {"id": 1, "cpu_ns": 2, "verdict": {"outcome": "correct", "score": True}},
        {"id": 1, "cpu_ns": 2, "verdict": {"outcome": "splendid", "score": 1}},
        {"id": 1, "cpu_ns": 2, "verdict": {**VERDICT, "extracted": "x" * 1001}},
        {"id": 1, "cpu_ns": 2, "verdict": {**VERDICT, "reason": "x" * 501}},
        {"id": 1, "cpu_ns": 2, "verdict": {**VERDICT, "verifier": "another"}},
        {"id": 1, "cpu_ns": 2, "verdict": {**VERDICT, "version": "0"}},
        {"id": 1, "cpu_ns": 2, "verdict": {**VERDICT, "reward": 1}},
        {"hello": 1},
        [1, 2, VERDICT],
        None,
    ],
)
def test_a_reply_that_no_worker_sends_is_refused(reply: object) -> None:
    with pytest.raises(FrameError):
        read_reply(json.dumps(reply).encode())


@given(st.binary(max_size=200))
def test_noise_is_refused_in_one_way_only(noise: bytes) -> None:
    for read in (read_reply, read_hello):
        with pytest.raises(FrameError):
            read(noise)


def test_nesting_without_end_is_refused() -> None:
    deep = b'{"id":1,"cpu_ns":2,"verdict":{"outcome":"correct","score":1,"details":{"a":'
    with pytest.raises(FrameError):
        read_reply(deep + b"[" * 100_000 + b"]" * 100_000 + b"}}}")


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(FrameError):
        read_reply(b'{"id":1,"cpu_ns":2,"verdict":{"outcome":"partial","score":NaN}}')
