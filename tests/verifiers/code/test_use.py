"""What test code may ask of what a program returns while they are in two processes."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hangs import no_hang
from trials import Bench

from reward_sandboxes.types import Report
from reward_verifiers.code.syntax import parsed


def shares(text: str) -> str | None:
    """Return why tests share the program's process, or None if they do not."""
    bench = Bench(report=Report(passed=[True]))
    spec: dict[str, Any] = {"tests": {"type": "pytest", "files": {"test_a.py": text}}}
    details = bench.judge("x", spec).details
    assert bench.dialogues[0].suite.shared_process == details["shared_process"]
    why: str | None = details.get("why")
    return why


def body(code: str) -> str:
    lines = "".join(f"    {line}\n" for line in code.split("\n"))
    return f"import pytest\nfrom solution import f, g, A, LCS, Solution\n\ndef test_a():\n{lines}"


@pytest.mark.parametrize(
    "code",
    [
        "assert f(1) == [1]",
        "assert f('a').split() == ['a']",
        "r = f(1)\nassert r['a'] == 1 and r.keys() == {'a'}",
        "for key, value in f(1).items():\n    assert value.upper() == 'A'",
        "assert g(f(1)) == 3\nassert f(2) == [3]",
        "assert isinstance(f(1), (int, float)) and isinstance(f(2), int | None)",
        "assert type(f(1)) is int and type(f(1)) in (int, bool) and type(f(1)).__name__ == 'int'",
        "with pytest.raises(ValueError, match='x'):\n    f(1)",
        "with pytest.raises(ValueError) as info:\n    f(1)\nassert 'x' in str(info.value)",
        "try:\n    f(1)\nexcept ValueError as error:\n    assert str(error) == 'x'",
        "assert f(1) is None and f(2) is not True",
        "assert f(1) == f(1)",
        "assert str(f(1)) == '12' and repr(f(2)) == '[1, 2]'",
        "assert sorted(f(1), key=lambda pair: pair[0]) == [1]",
        "assert set(map(tuple, f(1))) == {(1, 2)}",
        "assert f(1) == pytest.approx(3.0) and abs(f(1) - 3) < 1e-9",
        "import random\nrandom.seed(1)\nxs = [random.random()]\nassert f(xs) == sorted(xs)",
        "import time\nstart = time.time()\nassert f(1) == 2\nassert time.time() - start < 3",
        "from collections import Counter\nassert f('aa') == Counter('aa')",
        "import json\nassert json.loads(f(1)) == {}",
        "assert LCS('ab', 'b') == 'b' and len(LCS('a', 'b')) == 0 and LCS('a', 'a')[0] == 'a'",
        "s = Solution()\nassert s.f(s.f(2)) == 16",
        "assert f(f(2)) == 16",
        "f(1)\nclass Own:\n    n = 1\nassert Own().n == 1",
        "with open('data.txt') as file:\n    assert f(file.read()) == 1",
    ],
)
def test_what_plain_data_can_do_needs_no_sharing(code: str) -> None:
    assert shares(body(code)) is None


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("a = A(3)\na.union(0, 1)\nassert a.find(0) == a.find(1)", "looks like a class"),
        ("assert A(3).x == 3", "reads 'x'"),
        ("assert A(1) == A(1)", "looks like a class"),
        ("assert f() == A(1)", "looks like a class"),
        ("assert str(A(1)) == '1'", "looks like a class"),
        ("assert f(3)(4) == 7", "calls what 'f' returns"),
        ("assert f(3).inc() == 4", "reads 'inc'"),
        ("assert f(3).n == 1", "reads 'n'"),
        ("r = f(3)\nassert r.count == 1", "reads 'count'"),
        ("assert next(f(2)) == 0", "asks 'next'"),
        ("assert list(zip(range(3), f(2))) == []", "in part"),
        ("for x in f(2):\n    break", "in part"),
        ("for x in f(2):\n    assert x.v", "reads 'v'"),
        ("assert [x.v for x in f(2)] == [1]", "reads 'v'"),
        ("import asyncio\nassert asyncio.run(f(1)) == 1", "uses 'asyncio'"),
        ("import datetime as dt\nassert f() == dt.date(2020, 1, 1)", "objects of 'datetime'"),
        ("from decimal import Decimal\nassert f() == Decimal('1')", "objects of 'decimal'"),
        ("assert f() == Point(1)", "with an object"),
        ("assert isinstance(f(), Point)", "asks for the class"),
        ("assert type(f()) is Point", "asks for the class"),
        ("with f() as x:\n    pass", "awaits or enters"),
        ("@f(3)\ndef h():\n    pass", "decorates"),
        ("x = f(1)\nx.n = 3", "reads 'n'"),
        ("s = f()\ns.append(1)\ns.upper()", "no plain data has all the methods"),
        ("x = [1]\nassert f(x) is not x", "is one with another object"),
        ("assert eval(f(1)) == 3", "uses 'eval'"),
        ("import pickle\nassert pickle.loads(f(1)) == 3", "uses 'pickle'"),
        ("assert g(f(1)) == 3", "passes what 'f' returns to 'g'"),
        ("assert str(f(1)) == 'Node(1)'", "text of what 'f' returns"),
        ("h = f\nassert h(1).n == 1", "reads 'n'"),
        ("h = lambda: f(1)\nassert h().n == 1", "reads 'n'"),
        ("from threading import Thread\nThread(target=f).start()", "uses 'threading'"),
        ("import json\nwith pytest.raises(json.JSONDecodeError):\n    f()", "waits for"),
        ("with pytest.raises(ValueError) as e:\n    f()\nassert e.value.args == (1,)", "'args'"),
        ("import sys\nsys.stdin = 3\nf()", "uses 'sys.stdin'"),
        ("import random\nrandom.seed(3)\nassert f() == 1", "random.seed"),
        ("with open('a.txt', 'w') as file:\n    file.write('x')\nf('a.txt')", "writes files"),
        ("s = Solution()\ns.push(1)\nassert s.pop() == 1", "calls 2 methods of 'Solution'"),
    ],
)
def test_what_only_an_object_can_do_shares_the_process(code: str, why: str) -> None:
    said = shares(body(code))
    assert said is not None
    assert why in said


@pytest.mark.parametrize(
    "text",
    [
        "import pytest\nfrom solution import make\n\n@pytest.fixture\ndef one():\n"
        "    return make(3)\n\ndef test_a(one):\n    assert one.n == 3\n",
        "import unittest\nfrom solution import make\n\nclass T(unittest.TestCase):\n"
        "    def setUp(self):\n        self.one = make(3)\n\n"
        "    def test_a(self):\n        self.assertEqual(self.one.n, 3)\n",
        "from solution import make\n\ndef ok(one):\n    assert one.n == 3\n\n"
        "def test_a():\n    ok(make(3))\n",
        "import solution\n\ndef test_a():\n    assert solution.make(3).n == 3\n",
    ],
)
def test_a_result_is_followed_through_fixtures_attributes_and_helpers(text: str) -> None:
    assert "reads 'n'" in (shares(text) or "")


@pytest.mark.parametrize("chain", ["f(1)" + "[0]" * 1500, "1" + " + f(1)" * 1500, "g(" * 60])
def test_following_results_takes_linear_time(chain: str) -> None:
    code = f"x = {chain}{')' * chain.count('g(')}\n" + "".join(
        f"x{at} = x{at + 1}\n" for at in range(1500)
    )
    with no_hang():
        shares(f"from solution import f, g\n{code}\ndef test_a():\n    pass\n")


@pytest.fixture
def strict() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.usefixtures("strict")
def test_reading_in_threads_leaves_the_warnings_of_everybody_else_alone() -> None:
    read: list[object] = []

    def work() -> None:
        read.extend(parsed(f"x = '\\d{at}'", "a test") for at in range(200))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read) == 800
    with pytest.raises(UserWarning):
        warnings.warn("still heard", stacklevel=1)
