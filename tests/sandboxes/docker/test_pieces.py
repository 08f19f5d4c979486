"""What Docker sends is taken apart, wherever it is cut."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from reward_sandboxes.docker.container import Pieces

OUT, ERR = 1, 2


def sent(stream: int, data: bytes) -> bytes:
    return struct.pack("!BxxxI", stream, len(data)) + data


@given(
    st.lists(st.tuples(st.sampled_from([OUT, ERR]), st.binary(max_size=40))),
    st.lists(st.integers(min_value=1, max_value=30)),
)
def test_pieces_come_out_whole_wherever_they_are_cut(
    said: list[tuple[int, bytes]], cuts: list[int]
) -> None:
    stream = b"".join(sent(*piece) for piece in said)
    pieces, stdout = Pieces(), b""
    for cut in [*cuts, len(stream)]:
        stdout += pieces.stdout(stream[:cut])
        stream = stream[cut:]

    assert stdout == b"".join(data for stream, data in said if stream == OUT)
    stderr = b"".join(data for stream, data in said if stream == ERR)
    assert pieces.stderr == stderr.decode("utf-8", "replace").strip()


def test_the_end_of_stderr_is_kept_and_no_more() -> None:
    pieces = Pieces()
    for at in range(1000):
        assert pieces.stdout(sent(ERR, f"line {at}\n".encode() * 10)) == b""
    assert pieces.stderr.endswith("line 999")
    assert len(pieces.stderr) <= 4096


def test_stdout_in_one_piece_is_handed_on() -> None:
    assert Pieces().stdout(sent(OUT, b"x" * 100_000)) == b"x" * 100_000
