"""One call of a program's function: what it comes to, as plain data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sandboxes.drivers import driving

from reward_sandboxes import calls, plain


def called(
    source: str,
    folder: Path,
    *arguments: Any,
    function: str = "f",
    prelude: bool = False,
    site: bool = False,
) -> calls.Reply:
    data = plain.dumps([*arguments])
    ended = driving.call(source, folder, function, data, prelude=prelude, site=site)
    assert ended.code == 0, ended.stderr
    return calls.read_reply(ended.reply)


def test_a_free_function_is_called(tmp_path: Path) -> None:
    assert called("def f(a, b): return a + b", tmp_path, 2, 3) == calls.Returned(5)


def test_a_method_of_solution_is_called(tmp_path: Path) -> None:
    source = "class Solution:\n    def f(self, a): return [a]"
    assert called(source, tmp_path, "x") == calls.Returned(["x"])


def test_the_free_function_goes_before_the_method(tmp_path: Path) -> None:
    source = "class Solution:\n    def f(self): return 1\ndef f(): return 2"
    assert called(source, tmp_path) == calls.Returned(2)


def test_a_missing_function_is_told(tmp_path: Path) -> None:
    found = called("def g(): pass", tmp_path)
    assert found == calls.NoFunction("the program has no function 'f'")


def test_an_exception_is_told_by_its_nearest_builtin(tmp_path: Path) -> None:
    source = "class Mine(KeyError): pass\ndef f(): raise Mine('k')"
    assert called(source, tmp_path) == calls.Raised("KeyError", "k")


def test_an_exit_is_told(tmp_path: Path) -> None:
    assert called("def f(): exit(3)", tmp_path) == calls.Raised("SystemExit", "3")


def test_a_program_that_fails_while_it_is_loaded_raises(tmp_path: Path) -> None:
    source = "def f(): return 1\nint(input())"
    assert called(source, tmp_path) == calls.Raised("EOFError", "EOF when reading a line")


def test_what_stands_under_main_does_not_run(tmp_path: Path) -> None:
    source = "def f(): return __name__\nif __name__ == '__main__': f = None"
    assert called(source, tmp_path) == calls.Returned("solution")


def test_arguments_that_were_changed_come_back(tmp_path: Path) -> None:
    source = "def f(a, b): a.sort()"
    assert called(source, tmp_path, [3, 1], [2]) == calls.Returned(None, ([1, 3], [2]))


def test_arguments_that_were_not_do_not(tmp_path: Path) -> None:
    assert called("def f(a): return len(a)", tmp_path, [3, 1]) == calls.Returned(2)


def test_output_does_not_mix_with_the_reply(tmp_path: Path) -> None:
    source = "def f():\n    print('[\"returned\", 9]')\n    return 1"
    ended = driving.call(source, tmp_path, "f", b"[]")
    assert calls.read_reply(ended.reply) == calls.Returned(1)
    assert ended.stdout == b'["returned", 9]\n'


def test_the_program_is_a_module_that_pickles(tmp_path: Path) -> None:
    source = """
import pickle
from dataclasses import dataclass

@dataclass
class P:
    x: int

def f(): return pickle.loads(pickle.dumps(P(3))).x
"""
    assert called(source, tmp_path) == calls.Returned(3)


PRELUDE = """
class Solution:
    def f(self, nums: List[int], k: Optional[int] = None) -> Dict[str, Any]:
        heap = []
        heappush(heap, -inf)
        table = defaultdict(list, {1: [2]})
        best = lambda n: n and 1 + best(n - 1)
        best.cached = lru_cache(None)(best)
        return [math.gcd(4, 6), Counter('aa')['a'], bisect_left([1, 2], 2), reduce(add, nums),
                ascii_lowercase[:2], list(accumulate(nums)), len(deque(nums)), pow(2, 5, 7),
                table[1], best.cached(1500), collections.OrderedDict is OrderedDict]
"""


def test_the_usual_imports_are_at_hand_where_asked_for(tmp_path: Path) -> None:
    expected = [2, 2, 1, 6, "ab", [1, 3, 6], 3, 4, [2], 1500, True]
    assert called(PRELUDE, tmp_path, [1, 2, 3], prelude=True) == calls.Returned(expected)


def test_and_not_where_not(tmp_path: Path) -> None:
    found = called(PRELUDE, tmp_path, [1, 2, 3])
    assert found == calls.Raised("NameError", "name 'List' is not defined")


def test_a_name_at_hand_is_no_function_of_the_program(tmp_path: Path) -> None:
    found = called("x = gcd(4, 6)", tmp_path, 4, 6, function="gcd", prelude=True)
    assert isinstance(found, calls.NoFunction)
    own = "class Solution:\n    def gcd(self, a, b): return 'own'"
    found = called(own, tmp_path, 4, 6, function="gcd", prelude=True)
    assert found == calls.Returned("own")


def test_a_reply_that_cannot_be_written_ends_the_process(tmp_path: Path) -> None:
    source = f"import os\ndef f(): os.close({driving.FOURTH})"
    ended = driving.call(source, tmp_path, "f", b"[]")
    assert (ended.code, ended.reply) == (1, b"")
    assert "Bad file descriptor" in ended.stderr


HONEST = {
    "deque": ("from collections import deque", "deque([1, 2])", [1, 2]),
    "counter": ("from collections import Counter", "Counter('aab')", {"a": 2, "b": 1}),
    "defaultdict": ("from collections import defaultdict", "defaultdict(int, a=1)", {"a": 1}),
    "ordered": ("from collections import OrderedDict", "OrderedDict(b=1, a=2)", {"b": 1, "a": 2}),
    "named tuple": ("from collections import namedtuple", "namedtuple('P', 'x y')(1, 2)", (1, 2)),
    "range": ("", "range(3)", [0, 1, 2]),
    "map": ("", "map(abs, [-1])", [1]),
    "filter": ("", "filter(None, [0, 1])", [1]),
    "zip": ("", "zip([1], [2])", [(1, 2)]),
    "generator": ("", "(i for i in range(2))", [0, 1]),
    "keys": ("", "{1: 2}.keys()", [1]),
    "items": ("", "{1: 2}.items()", [(1, 2)]),
    "permutations": ("import itertools", "itertools.permutations([1, 2])", [(1, 2), (2, 1)]),
    "reversed": ("", "reversed([1, 2])", [2, 1]),
    "within": ("", "[{'a': map(abs, [-1])}, (range(1),)]", [{"a": [1]}, ([0],)]),
    "bytes": ("", "bytearray(b'x')", b"x"),
    "array": ("from array import array", "array('i', [1, 2])", [1, 2]),
    "whole fraction": ("from fractions import Fraction", "Fraction(4, 2)", 2),
    "fraction": ("from fractions import Fraction", "Fraction(1, 2)", 0.5),
    "decimal": ("from decimal import Decimal", "[Decimal('1.5'), Decimal('2.0')]", [1.5, 2]),
    "plain": (
        "",
        "[None, True, 2**200, 1.5, 1j, 'a', b'b', (1,), {2}, {3: 4}]",
        [None, True, 2**200, 1.5, 1j, "a", b"b", (1,), {2}, {3: 4}],
    ),
}


@pytest.mark.parametrize("name", HONEST)
def test_what_honest_solutions_return_is_plain(name: str, tmp_path: Path) -> None:
    imports, value, expected = HONEST[name]
    found = called(f"{imports}\ndef f(): return {value}", tmp_path)
    assert found == calls.Returned(expected)
    assert type(found.value) is type(expected)


# As much of numpy as returns a value, so that the rule is tested where numpy is not installed.
NUMPY = """
import sys, types
numpy = types.ModuleType('numpy')
class generic:
    def __init__(self, value): self.value = value
    def item(self): return self.value
class int64(generic): pass
class ndarray:
    def __init__(self, values): self.values = values
    def tolist(self): return self.values
numpy.generic, numpy.ndarray = generic, ndarray
sys.modules['numpy'] = numpy
"""


def test_numpy_scalars_and_arrays_are_plain(tmp_path: Path) -> None:
    source = NUMPY + "def f(): return [int64(3), ndarray([[1.5], [2]])]"
    assert called(source, tmp_path) == calls.Returned([3, [[1.5], [2]]])


def test_a_forged_numpy_makes_nothing_but_plain_data(tmp_path: Path) -> None:
    source = NUMPY + "def f(): return int64(int64(3))"
    found = called(source, tmp_path)
    assert found == calls.NotPlain("a value of type 'int64' is not plain data")


@pytest.mark.slow
def test_the_real_numpy(tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    source = "import numpy as np\ndef f(): return [np.int64(3), np.arange(2), np.float64(0.5)]"
    assert called(source, tmp_path, site=True) == calls.Returned([3, [0, 1], 0.5])


LIARS = {
    "int": "class X(int):\n    def __eq__(self, o): return True\nv = X(1)",
    "str": "class X(str):\n    def __eq__(self, o): return True\nv = X('a')",
    "list": "class X(list):\n    def __eq__(self, o): return True\nv = X()",
    "dict": "class X(dict):\n    def __eq__(self, o): return True\nv = X()",
    "float": "class X(float):\n    def __eq__(self, o): return True\nv = X()",
    "object": "class X:\n    def __eq__(self, o): return True\nv = X()",
    "class": "class X(type):\n    def __eq__(self, o): return True\nclass v(metaclass=X): pass",
    "claims to be int": "class X:\n    __class__ = int\n    __eq__ = lambda *a: True\nv = X()",
    "within": "class X(int): pass\nv = [{'a': (X(),)}]",
    "as a key": "class X(int): pass\nv = {X(): 1}",
    "lambda": "v = lambda: 1",
    "module": "import os as v",
    "enumeration": "import enum\nclass X(enum.IntEnum):\n    A = 1\nv = X.A",
}


@pytest.mark.parametrize("name", LIARS)
def test_what_could_lie_about_what_it_equals_is_not_plain(name: str, tmp_path: Path) -> None:
    assert isinstance(called(f"{LIARS[name]}\ndef f(): return v", tmp_path), calls.NotPlain)


def test_an_endless_generator_is_not_plain(tmp_path: Path) -> None:
    source = "import itertools\ndef f(): return itertools.count()"
    assert isinstance(called(source, tmp_path), calls.NotPlain)


def test_a_generator_that_raises_has_raised(tmp_path: Path) -> None:
    source = "def f():\n    yield 1\n    raise TypeError('late')"
    assert called(source, tmp_path) == calls.Raised("TypeError", "late")


def test_what_nests_too_deeply_or_in_itself_is_not_plain(tmp_path: Path) -> None:
    source = "def f(n):\n    v = []\n    for _ in range(n): v = [v]\n    return v"
    assert isinstance(called(source, tmp_path, 100_000), calls.NotPlain)
    found = called("def f():\n    v = []\n    v.append(v)\n    return v", tmp_path)
    assert isinstance(found, calls.NotPlain)


# Each writes to the descriptor of the reply itself; the last number in it is what it wants to earn.
FORGERS = {
    "garbage": ("os.write(fd, b'\\x00\\xff')", None),
    "one reply before": ("os.write(fd, b'[\"returned\",7]')", None),
    "a reply and an exit": ("os.write(fd, b'[\"returned\",7]'); os._exit(0)", calls.Returned(7)),
    "half a reply": ("os.write(fd, b'[\"returned\",'); os._exit(0)", None),
    "nothing": ("os._exit(0)", None),
    "a deep reply": ("os.write(fd, b'[' * 100000 + b']' * 100000); os._exit(0)", None),
    "a tag that is none": ('os.write(fd, b\'["returned",{"x":1}]\'); os._exit(0)', None),
    "keys that collide": (
        "import json\n"
        "    keys = [{'i': hex(k * (2**61 - 1) + 2**61)} for k in range(3000)]\n"
        "    os.write(fd, json.dumps(['returned', {'s': keys}]).encode()); os._exit(0)",
        None,
    ),
    "a fork that returns too": ("os.fork()", calls.Returned(1)),
    "patched writers": (
        "import reward_sandboxes.plain as p, reward_sandboxes.calls as c\n"
        '    c.plain.dumps = lambda v: b\'["returned", {"t": [7]}]\'',
        calls.Returned((7,)),
    ),
    "patched json": (
        "import json; json.dumps = lambda *a, **k: '[\"returned\", 7]'",
        calls.Returned(7),
    ),
    "patched builtins": (
        "import builtins; builtins.type = lambda v: int; builtins.isinstance = all",
        None,
    ),
}


@pytest.mark.parametrize("name", FORGERS)
def test_a_forged_reply_is_at_most_a_plain_value(name: str, tmp_path: Path) -> None:
    deed, expected = FORGERS[name]
    source = f"""
import os
def f():
    fd = {driving.FOURTH}
    {deed}
    return 1
"""
    ended = driving.call(source, tmp_path, "f", b"[]")
    try:
        found = calls.read_reply(ended.reply)
    except plain.PlainError:
        found = None
    if expected is not None or name != "patched builtins":
        assert found == expected
    assert found is None or type(found) in (calls.Returned, calls.Raised)
