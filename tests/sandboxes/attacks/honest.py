"""Honest programs that are hard on a judge, with what each has to earn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from reward_verifiers.code_spec import CodeSpec

_MANY = list(range(1, 150_001))
_LONG = "x" * 5_000_000


@dataclass(frozen=True, kw_only=True)
class Honest:
    """One honest program."""

    name: str
    tests: dict[str, Any]
    source: str
    earns: float = 1.0
    language: str = "python"
    limits: dict[str, Any] = field(default_factory=dict)
    comparison: Any = "tokens"
    locks: bool = False
    """Whether it needs semaphores between processes, which only a ``/dev/shm`` of its own gives."""

    def spec(self) -> CodeSpec:
        """Return what it is judged against."""
        limits = {"time_s": 5.0, "total_s": 20.0, **self.limits}
        return CodeSpec.model_validate(
            {
                "language": self.language,
                "tests": self.tests,
                "limits": limits,
                "comparison": self.comparison,
            }
        )

    def completion(self) -> str:
        """Return what the model wrote."""
        return f"So:\n\n```{self.language}\n{self.source.strip()}\n```\n"


def stdio(*pairs: tuple[str, str]) -> dict[str, Any]:
    inputs, outputs = zip(*pairs, strict=True)
    return {"type": "stdio", "inputs": list(inputs), "outputs": list(outputs)}


def calls(function: str, *pairs: tuple[list[Any], Any]) -> dict[str, Any]:
    inputs, outputs = zip(*pairs, strict=True)
    return {
        "type": "functional",
        "fn_name": function,
        "inputs": list(inputs),
        "outputs": list(outputs),
    }


def asserts(*statements: str, setup: str = "") -> dict[str, Any]:
    return {"type": "asserts", "asserts": list(statements), "setup": setup}


SUM = stdio(("1 2\n", "3\n"), ("40 2", "42"))
LINES = stdio(("1\n2\n3\n", "6\n"), ("5", "5\n"))
WORDS = stdio(("h\u00e9llo \u4e16\u754c \U0001f680\n", "\U0001f680 \u754c\u4e16 oll\u00e9h\n"))
ADDS = calls("add", ([1, 2], 3), ([40, 2], 42))

STREAMS = [
    Honest(name="input", tests=SUM, source="a, b = map(int, input().split())\nprint(a + b)"),
    Honest(
        name="input to the end of file",
        tests=LINES,
        source="""
total = 0
while True:
    try:
        total += int(input())
    except EOFError:
        break
print(total)
""",
    ),
    Honest(
        name="for line in stdin",
        tests=LINES,
        source="import sys\nprint(sum(int(line) for line in sys.stdin))",
    ),
    Honest(
        name="stdin.buffer and stdout.buffer",
        tests=LINES,
        source="""
import sys
data = sys.stdin.buffer.read().split()
sys.stdout.buffer.write(b"%d" % sum(map(int, data)))
""",
    ),
    Honest(name="open(0)", tests=LINES, source="print(sum(map(int, open(0).read().split())))"),
    Honest(
        name="/dev/stdin and /dev/stdout",
        tests=LINES,
        source="""
with open("/dev/stdin") as given, open("/dev/stdout", "w") as out:
    out.write(str(sum(map(int, given))))
""",
    ),
    Honest(
        name="os.read and os.write",
        tests=LINES,
        source="""
import os
data = b""
while piece := os.read(0, 2):
    data += piece
os.write(1, str(sum(map(int, data.split()))).encode())
""",
    ),
    Honest(
        name="input replaced",
        tests=LINES,
        source="""
import sys
input = sys.stdin.readline
total = 0
while line := input():
    total += int(line)
print(total)
""",
    ),
    Honest(
        name="fileinput",
        tests=LINES,
        source="import fileinput\nprint(sum(map(int, fileinput.input())))",
    ),
    Honest(
        name="io.BytesIO over fstat",
        tests=LINES,
        source="""
import io, os
given = io.BytesIO(os.read(0, os.fstat(0).st_size))
print(sum(map(int, given.readlines())))
""",
    ),
    Honest(
        name="mmap of stdin",
        tests=LINES,
        source="""
import mmap
with mmap.mmap(0, 0, prot=mmap.PROT_READ) as data:
    print(sum(map(int, data.read().split())))
""",
    ),
    Honest(
        name="output without a newline",
        tests=SUM,
        source="print(sum(map(int, input().split())), end='')",
    ),
    Honest(
        name="stdout replaced and never closed",
        tests=SUM,
        source="""
import sys
sys.stdout = open(1, "w", buffering=1 << 16)
print(sum(map(int, input().split())))
""",
    ),
    Honest(
        name="own buffer written at exit",
        tests=SUM,
        source="""
import atexit, io, os, sys
sys.stdout = io.BytesIO()
atexit.register(lambda: os.write(1, sys.stdout.getvalue()))
sys.stdout.write(str(sum(map(int, input().split()))).encode())
""",
    ),
    Honest(
        name="a file object of stdout left open",
        tests=SUM,
        source="out = open(1, 'w')\nout.write(str(sum(map(int, input().split()))))",
    ),
    Honest(
        name="stdout closed after the answer",
        tests=SUM,
        source="""
import sys
print(sum(map(int, input().split())))
sys.stdout.close()
""",
    ),
    Honest(
        name="every descriptor closed after the answer",
        tests=SUM,
        source="""
import os
print(sum(map(int, input().split())), flush=True)
os.closerange(0, 3)
""",
    ),
    Honest(
        name="libc's stdout",
        tests=SUM,
        source="""
import ctypes
ctypes.CDLL(None).printf(b"%d\\n", ctypes.c_int(sum(map(int, input().split()))))
""",
    ),
    Honest(
        name="much said on stderr",
        tests=SUM,
        source="""
import sys
print("debug " * 10_000, file=sys.stderr)
print(sum(map(int, input().split())))
""",
    ),
    Honest(
        name="white space around",
        tests=SUM,
        source="print('\\n  ', sum(map(int, input().split())), ' \\t\\n\\n')",
    ),
    Honest(
        name="stdin not read to its end",
        tests=stdio(("7\n" + "x\n" * 100_000, "7\n")),
        source="print(input())",
    ),
    Honest(name="no input at all", tests=stdio(("", "42\n")), source="print(42)"),
    Honest(
        name="an empty output",
        tests=stdio(("1\n", ""), ("2\n", "\n")),
        source="input()",
    ),
    Honest(
        name="characters of every script",
        tests=WORDS,
        source="print(input()[::-1])",
    ),
    Honest(
        name="a megabyte of input",
        tests=stdio((" ".join(map(str, _MANY)) + "\n", f"{sum(_MANY)}\n")),
        source="print(sum(map(int, input().split())))",
    ),
    Honest(
        name="five megabytes of output",
        tests=stdio(("5000000\n", _LONG)),
        source="print('x' * int(input()))",
    ),
    Honest(
        name="a hundred thousand lines of output",
        tests=stdio(("100000\n", "\n".join(map(str, range(100_000))))),
        source="for n in range(int(input())):\n    print(n)",
    ),
    Honest(
        name="half of the tests",
        tests=stdio(("1 2\n", "3\n"), ("-1 2\n", "1\n"), ("5 5\n", "10\n"), ("-4 4\n", "0\n")),
        source="print(sum(abs(int(word)) for word in input().split()))",
        earns=0.5,
    ),
    Honest(
        name="floats within a tolerance",
        tests=stdio(("2\n", "1.414214\n")),
        comparison={"float": 1e-5},
        source="print(float(input()) ** 0.5)",
    ),
    Honest(
        name="lines ended as on Windows",
        tests=stdio(("1 2\r\n", "3\r\n")),
        source="print(sum(map(int, input().split())))",
    ),
]

ENDINGS = [
    Honest(
        name="exit code after a right answer",
        tests=SUM,
        source="import sys\nprint(sum(map(int, input().split())))\nsys.exit(3)",
    ),
    Honest(
        name="exception after a right answer",
        tests=SUM,
        source="print(sum(map(int, input().split())))\nraise ValueError",
    ),
    Honest(
        name="exit()",
        tests=SUM,
        source="print(sum(map(int, input().split())))\nexit()\nprint('never')",
    ),
    Honest(
        name="os._exit after a flush",
        tests=SUM,
        source="import os\nprint(sum(map(int, input().split())), flush=True)\nos._exit(0)",
    ),
    Honest(
        name="a thread that ends after the main one",
        tests=SUM,
        source="""
import threading, time
def late():
    time.sleep(0.05)
    print(sum(map(int, line.split())))
line = input()
threading.Thread(target=late).start()
""",
    ),
    Honest(
        name="a daemon thread that never ends",
        tests=SUM,
        source="""
import threading, time
threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
print(sum(map(int, input().split())))
""",
    ),
    Honest(
        name="printed at exit",
        tests=SUM,
        source="""
import atexit
total = sum(map(int, input().split()))
atexit.register(lambda: print(total))
""",
    ),
    Honest(
        name="an alarm that is handled",
        tests=SUM,
        source="""
import signal, time
def on_alarm(number, frame):
    raise TimeoutError
signal.signal(signal.SIGALRM, on_alarm)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    while True:
        time.sleep(1)
except TimeoutError:
    print(sum(map(int, input().split())))
""",
    ),
    Honest(
        name="an interrupt of its own",
        tests=SUM,
        source="""
import os, signal
try:
    os.kill(os.getpid(), signal.SIGINT)
    signal.pause()
except KeyboardInterrupt:
    print(sum(map(int, input().split())))
""",
    ),
]

PYTHON = [
    Honest(
        name="recursion",
        tests=stdio(("50000\n", "50000\n")),
        source="""
import sys
sys.setrecursionlimit(1_000_000)
def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)
print(depth(int(input())))
""",
    ),
    Honest(
        name="recursion in a thread with a large stack",
        tests=stdio(("100000\n", "100000\n")),
        source="""
import sys, threading
sys.setrecursionlimit(10 ** 7)
threading.stack_size(256 << 20)
def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)
def main():
    print(depth(int(input())))
thread = threading.Thread(target=main)
thread.start()
thread.join()
""",
    ),
    Honest(
        name="recursion through C",
        tests=stdio(("12000\n", "12000\n")),
        source="""
import sys
from functools import lru_cache
sys.setrecursionlimit(1_000_000)
@lru_cache(None)
def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)
print(depth(int(input())))
""",
    ),
    Honest(
        name="the stack's limit raised",
        tests=SUM,
        source="""
import resource
resource.setrlimit(resource.RLIMIT_STACK, (64 << 20, resource.RLIM_INFINITY))
print(sum(map(int, input().split())))
""",
    ),
    Honest(
        name="main guard",
        tests=SUM,
        source="""
def main():
    print(sum(map(int, input().split())))
if __name__ == "__main__":
    main()
""",
    ),
    Honest(
        name="numpy",
        tests=SUM,
        source="""
import numpy as np
values = np.array(input().split(), dtype=np.int64)
print(int(values @ np.ones(len(values), dtype=np.int64)))
""",
    ),
    Honest(
        name="slow imports",
        tests=SUM,
        source="""
import asyncio, decimal, email.message, fractions, http.client, multiprocessing, sqlite3, ssl
import statistics, typing, unittest, urllib.request, xml.etree.ElementTree
print(sum(map(int, input().split())))
""",
    ),
    Honest(
        name="asyncio",
        tests=SUM,
        source="""
import asyncio
async def main():
    await asyncio.sleep(0.01)
    print(sum(map(int, input().split())))
asyncio.run(main())
""",
    ),
    Honest(
        name="a pool of processes",
        tests=SUM,
        locks=True,
        source="""
import multiprocessing
def double(n):
    return 2 * n
if __name__ == "__main__":
    with multiprocessing.Pool(2) as pool:
        print(sum(pool.map(double, map(int, input().split()))) // 2)
""",
    ),
    Honest(
        name="processes that talk by queues",
        tests=SUM,
        locks=True,
        source="""
import multiprocessing
def add(queue, numbers):
    queue.put(sum(numbers))
queue = multiprocessing.Queue()
process = multiprocessing.Process(target=add, args=(queue, list(map(int, input().split()))))
process.start()
print(queue.get())
process.join()
""",
    ),
    Honest(
        name="executors",
        tests=SUM,
        locks=True,
        source="""
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
numbers = list(map(int, input().split()))
with ThreadPoolExecutor(4) as threads, ProcessPoolExecutor(2) as processes:
    print(sum(threads.map(abs, numbers)) + sum(processes.map(abs, numbers)) - sum(numbers))
""",
    ),
    Honest(
        name="a fork that is waited for",
        tests=SUM,
        source="""
import os
read, write = os.pipe()
total = sum(map(int, input().split()))
if os.fork() == 0:
    os.write(write, str(total).encode())
    os._exit(0)
os.wait()
print(os.read(read, 100).decode())
""",
    ),
    Honest(
        name="python started by itself",
        tests=SUM,
        source="""
import subprocess, sys
done = subprocess.run([sys.executable, "-c", "print(sum(map(int, input().split())))"],
                      input=input(), capture_output=True, text=True, check=True)
print(done.stdout)
""",
    ),
    Honest(
        name="a shell",
        tests=SUM,
        source="import os\na, b = input().split()\nos.system(f'echo $(({a} + {b}))')",
    ),
    Honest(
        name="temporary files",
        tests=SUM,
        source="""
import os, pathlib, tempfile
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder, "deep")
    path.mkdir()
    (path / "numbers.txt").write_text(input())
    with tempfile.NamedTemporaryFile("w+") as file:
        file.write((path / "numbers.txt").read_text())
        file.seek(0)
        print(sum(map(int, file.read().split())))
open("here.txt", "w").write("x")
assert os.listdir(".") and os.path.getsize("here.txt") == 1
""",
    ),
    Honest(
        name="large integers",
        tests=stdio(("100000\n", str(pow(2, 100_000, 10**50)) + "\n")),
        source="""
import sys
sys.set_int_max_str_digits(0)
print(int(str(2 ** int(input())))% 10 ** 50)
""",
    ),
    Honest(
        name="decimals",
        tests=stdio(("2\n", "1.41421356237309504880168872420969807856967187537694807317668\n")),
        source="""
from decimal import Decimal, getcontext
getcontext().prec = 60
print(Decimal(int(input())).sqrt())
""",
    ),
    Honest(
        name="three hundred megabytes",
        tests=stdio(("300\n", "300\n")),
        source="data = bytearray(int(input()) << 20)\nprint(len(data) >> 20)",
    ),
    Honest(
        name="dataclasses with quoted annotations",
        tests=SUM,
        source="""
from __future__ import annotations
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple
@dataclass(order=True)
class Sum:
    limit: ClassVar[int] = 5
    numbers: list[int] = field(default_factory=list)
class Pair(NamedTuple):
    a: int
    b: int
pair = Pair(*map(int, input().split()))
print(sum(Sum(list(pair)).numbers))
""",
    ),
    Honest(
        name="its own classes pickled",
        tests=SUM,
        source="""
import copy, pickle
class Sum:
    def __init__(self, numbers):
        self.numbers = numbers
again = pickle.loads(pickle.dumps(copy.deepcopy(Sum(input().split()))))
print(sum(map(int, again.numbers)))
""",
    ),
    Honest(
        name="eval and exec of its own",
        tests=SUM,
        source="exec('total = eval(\"+\".join(input().split()))')\nprint(total)",
    ),
    Honest(
        name="clocks, chance and names",
        tests=SUM,
        source="""
import getpass, hashlib, locale, os, platform, random, secrets, socket, tempfile, time, uuid
random.seed(time.time_ns() ^ os.getpid())
assert secrets.token_bytes(4) != uuid.uuid4().bytes and random.random() < 1
assert os.cpu_count() >= 1 and platform.python_version() and time.perf_counter() > 0
assert hashlib.sha256(os.urandom(8)).hexdigest() and locale.getpreferredencoding() == "UTF-8"
assert os.path.isdir(tempfile.gettempdir()) and os.path.expanduser("~") and time.localtime()
print(sum(map(int, input().split())))
""",
    ),
    Honest(
        name="threads",
        tests=SUM,
        source="""
import threading
numbers = list(map(int, input().split()))
totals = []
lock = threading.Lock()
def add(n):
    with lock:
        totals.append(n)
threads = [threading.Thread(target=add, args=(n,)) for n in numbers for _ in range(10)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sum(totals) // 10)
""",
    ),
    Honest(
        name="its own file and arguments",
        tests=SUM,
        source="""
import sys
assert len(sys.argv) == 1 and isinstance(sys.argv[0], str)
assert __name__ == "__main__" and sys.modules["__main__"].__dict__ is globals()
print(sum(map(int, input().split())))
""",
    ),
    Honest(
        name="warnings and tracebacks of its own",
        tests=SUM,
        source="""
import traceback, warnings
warnings.warn("careful")
try:
    1 / 0
except ZeroDivisionError:
    traceback.print_exc()
print(sum(map(int, input().split())))
""",
    ),
]

CALLED = [
    Honest(name="a function", tests=ADDS, source="def add(a, b):\n    return a + b"),
    Honest(
        name="a class Solution",
        tests=ADDS,
        source="class Solution:\n    def add(self, a: int, b: int) -> int:\n        return a + b",
    ),
    Honest(
        name="typing not imported",
        tests=calls("total", ([[1, 2, 3]], 6)),
        source="""
class Solution:
    def total(self, numbers: List[int], more: Optional[Dict[int, int]] = None) -> int:
        table = defaultdict(int)
        for n in numbers:
            table[n] += 1
        return sum(k * v for k, v in Counter(numbers).items()) if heapq and math and table else 0
""",
    ),
    Honest(
        name="recursion in a call",
        tests=calls("depth", ([20000], 20000)),
        source="""
import sys
sys.setrecursionlimit(100_000)
def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)
""",
    ),
    Honest(
        name="prints in a call",
        tests=ADDS,
        source="print('loaded')\ndef add(a, b):\n    print('adding', a, b)\n    return a + b",
    ),
    Honest(
        name="main guard beside a function",
        tests=ADDS,
        source="""
def add(a, b):
    return a + b
if __name__ == "__main__":
    print(add(*map(int, input().split())))
""",
    ),
    Honest(
        name="a tuple for a list",
        tests=calls("pair", ([1, 2], [1, 2])),
        source="def pair(a, b):\n    return (a, b)",
    ),
    Honest(
        name="large numbers and floats",
        tests=calls("power", ([2, 200], 2**200), ([2.0, 0.5], 2**0.5)),
        source="def power(a, b):\n    return a ** b",
    ),
    Honest(
        name="texts, none and nests",
        tests=calls(
            "same",
            (["h\u00e9\U0001f680\u0000\u2028"], "h\u00e9\U0001f680\u0000\u2028"),
            ([None], None),
            ([[[[]], {"a": [1.5, None, True]}]], [[[]], {"a": [1.5, None, True]}]),
        ),
        source="def same(value):\n    return value",
    ),
    Honest(
        name="a dict of whole numbers",
        tests=calls("count", ([[1, 1, 2]], {"1": 2, "2": 1})),
        source="def count(values):\n    return {n: values.count(n) for n in values}",
    ),
    Honest(
        name="subclasses of the library's",
        tests=calls("count", ([[1, 1, 2]], {"1": 2, "2": 1})),
        source="from collections import Counter\ndef count(values):\n    return Counter(values)",
    ),
    Honest(
        name="numbers of numpy",
        tests=calls("total", ([[1, 2, 3]], 6)),
        source="import numpy as np\ndef total(values):\n    return np.array(values).sum()",
    ),
    Honest(
        name="a table that remembers",
        tests=calls("fib", ([90], 2880067194370816120), ([5], 5)),
        source="""
from functools import cache
@cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
""",
    ),
    Honest(
        name="a megabyte of arguments",
        tests=calls("total", ([_MANY], sum(_MANY))),
        source="def total(values):\n    return sum(values)",
    ),
    Honest(
        name="a megabyte of result",
        tests=calls("many", ([150_000], _MANY)),
        source="def many(n):\n    return list(range(1, n + 1))",
    ),
    Honest(
        name="one of two calls raises",
        tests=calls("divide", ([4, 2], 2.0), ([1, 0], 0)),
        source="def divide(a, b):\n    return a / b",
        earns=0.5,
    ),
    Honest(
        name="a name that is not there",
        tests=ADDS,
        source="def plus(a, b):\n    return a + b",
        earns=0.0,
    ),
    Honest(
        name="asserts of many kinds",
        tests=asserts(
            "assert add(1, 2) == 3",
            "assert abs(add(0.1, 0.2) - 0.3) < 1e-9",
            "assert add('a', 'b') == 'ab'",
            "assert add([1], [2]) == [1, 2] and add((1,), (2,)) == (1, 2)",
            "assert sorted(add([3], [1])) == [1, 3]",
            "assert math.isclose(add(1.5, 1.5), 3)",
            "assert isinstance(add(1, 2), int)",
            "assert not add(0, 0)",
            "assert add({1}.pop(), 2) in {3, 4}",
            setup="import math",
        ),
        source="def add(a, b):\n    return a + b",
    ),
    Honest(
        name="sets, bytes and complex numbers",
        tests=asserts(
            "assert both({1, 2}, {2, 3}) == {2}",
            "assert both(frozenset([1]), {1}) == frozenset([1])",
            "assert both({}.keys() | {1}, {1}) == {1}",
            "assert same(b'\\xff') == b'\\xff'",
            "assert same(1j) == 1j",
            "assert same(float('inf')) == float('inf')",
        ),
        source="def both(a, b):\n    return a & b\ndef same(value):\n    return value",
    ),
    Honest(
        name="an exception that is expected",
        tests={
            "type": "check",
            "entry_point": "root",
            "test": """
def check(candidate):
    assert candidate(4) == 2
    try:
        candidate(-1)
        assert False, "no error"
    except ValueError as error:
        assert "negative" in str(error)
""",
        },
        source="""
def root(n):
    if n < 0:
        raise ValueError("negative")
    return int(n ** 0.5)
""",
    ),
    Honest(
        name="a change in place",
        tests={
            "type": "check",
            "entry_point": "sort_it",
            "test": """
def check(candidate):
    values = [3, 1, 2]
    assert candidate(values) is None
    assert values == [1, 2, 3]
""",
        },
        source="def sort_it(values):\n    values.sort()",
    ),
    Honest(
        name="many calls in a check",
        tests={
            "type": "check",
            "entry_point": "square",
            "test": """
def check(candidate):
    for n in range(500):
        assert candidate(n) == n * n
""",
        },
        source="def square(n):\n    return n * n",
    ),
    Honest(
        name="pytest with parameters",
        tests={
            "type": "pytest",
            "files": {
                "test_solution.py": """
import pytest
from solution import add, divide

@pytest.mark.parametrize(("a", "b"), [(1, 2), (3, 4), (5, 6)])
def test_add(a, b):
    assert add(a, b) == a + b

def test_division_by_zero():
    with pytest.raises(ZeroDivisionError):
        divide(1, 0)
"""
            },
        },
        source="def add(a, b):\n    return a + b\ndef divide(a, b):\n    return a / b",
    ),
    Honest(
        name="pytest with a class of the program",
        tests={
            "type": "pytest",
            "files": {
                "test_solution.py": """
from solution import Stack

def test_stack():
    stack = Stack()
    stack.push(1)
    stack.push(2)
    assert stack.pop() == 2 and len(stack) == 1

def test_empty():
    assert len(Stack()) == 0
"""
            },
        },
        source="""
class Stack:
    def __init__(self):
        self.items = []
    def push(self, item):
        self.items.append(item)
    def pop(self):
        return self.items.pop()
    def __len__(self):
        return len(self.items)
""",
    ),
    Honest(
        name="a checker that gives half",
        tests={
            "type": "checker",
            "inputs": ["10\n", "7\n"],
            "outputs": ["x\n", "x\n"],
            "checker": {
                "language": "python",
                "says": "stdout",
                "source": """
import sys
n = int(open(sys.argv[1]).read())
given = sum(map(int, open(sys.argv[2]).read().split()))
print(1.0 if given == n else 0.5 if abs(given - n) == 1 else 0.0)
""",
            },
        },
        source="n = int(input())\nprint(n // 2, n // 2)",
        earns=0.75,
    ),
]

OTHERS = [
    Honest(
        name="C++",
        language="cpp",
        tests=SUM,
        source="""
#include <bits/stdc++.h>
int main() { long a, b; std::cin >> a >> b; std::cout << a + b; }
""",
    ),
    Honest(
        name="C++ with a deep stack",
        language="cpp",
        tests=stdio(("1000000\n", "1000000\n")),
        source="""
#include <cstdio>
int depth(int n) { volatile int here = n; return n == 0 ? 0 : 1 + depth(here - 1); }
int main() { int n; scanf("%d", &n); printf("%d", depth(n)); }
""",
    ),
    Honest(
        name="C++ with a thread and an exit code",
        language="cpp",
        tests=SUM,
        source="""
#include <cstdio>
#include <thread>
int main() {
    int a, b, sum = 0;
    if (scanf("%d %d", &a, &b) != 2) return 1;
    std::thread([&] { sum = a + b; }).join();
    printf("%d", sum);
    return 3;
}
""",
    ),
]

HONEST = [*STREAMS, *ENDINGS, *PYTHON, *CALLED, *OTHERS]
