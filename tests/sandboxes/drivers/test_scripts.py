"""A program run from a warm interpreter behaves as under ``python main.py``, to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from sandboxes.drivers import driving

SCRIPTS = {
    "nothing": "",
    "sum": "print(sum(map(int, input().split())))",
    "no newline at the end": "print('a', end='')",
    "input to its end": """
        total = 0
        while True:
            try:
                total += len(input())
            except EOFError:
                break
        print(total)
    """,
    "carriage returns": "import sys; print([input()], sys.stdin.read().encode())",
    "stdin by line": "import sys\nfor line in sys.stdin: print(len(line), repr(line[:9]))",
    "stdin by bytes": "import sys; data = sys.stdin.buffer.read(); print(len(data), sum(data))",
    "stdin by open(0)": "print(open(0).read().split()[:3])",
    "stdin by descriptor": "import os; print(len(os.read(0, 1 << 20)))",
    "stdin by path": "print(len(open('/dev/stdin', 'rb').read()))",
    "stdin as it is": "import sys; f = sys.stdin; print(f.encoding, f.name, f.mode, f.fileno())",
    "stdout by buffer": "import sys; sys.stdout.buffer.write(b'\\xff\\x00ok')",
    "stdout by descriptor": "import os; print('first', flush=True); os.write(1, b'second')",
    "stdout opened and never closed": "out = open(1, 'w'); out.write('kept')",
    "stdout opened as a default": "def f(out=open(1, 'w')): out.write('kept')\nf()",
    "stdout opened as a default of a name": """
        def f(*, out=open(1, 'w')):
            out.write('kept')
        f()
    """,
    "stdout opened in a closure": """
        def make():
            out = open(1, 'w')
            return lambda text: out.write(text)
        write = make()
        write('kept')
    """,
    "stdout opened and hung on a function": """
        def f(): ...
        f.out = open(1, 'w')
        f.out.write('kept')
    """,
    "stdout opened in a list": "outs = [open(1, 'w')]\nouts[0].write('kept')",
    "an object that prints when it goes": """
        class Last:
            def __del__(self):
                print('last')
        last = Last()
        print('first')
    """,
    "only a stream replaced": "import sys; sys.stderr = sys.stdout; print('out', file=sys.stderr)",
    "streams swapped": """
        import sys
        sys.stdout, sys.stderr = sys.stderr, sys.stdout
        print('to stderr')
        print('to stdout', file=sys.stderr, end='')
    """,
    "stderr closed": "import sys; print('kept'); sys.stderr.close()",
    "stdout reopened by fdopen": "import os\nout = os.fdopen(1, 'w')\nout.write('kept' * 9999)",
    "stdout closed": "import sys; print('seen'); sys.stdout.close()",
    "stdout closed below": "import os; print('lost'); os.close(1)",
    "stdout replaced": "import sys, io; sys.stdout = io.StringIO(); print('lost')",
    "stdout replaced and kept": """
        import sys, io, atexit
        out = io.StringIO()
        sys.stdout = out
        atexit.register(lambda: sys.__stdout__.write(out.getvalue()))
        print('kept')
    """,
    "stdout set to None": "import sys; print('seen', flush=True); sys.stdout = None; print('lost')",
    "stdout and surrogates": "import sys; print(sys.stdin.readline().strip()); print('\\udce9')",
    "unicode": "print('h\\u00e9llo \\u4e16\\u754c \\U0001f600', len(input()))",
    "unicode names": "na\u00efve = 3\nprint(na\u00efve)",
    "much output": "for i in range(100000): print(i)",
    "arguments": "import sys; print(sys.argv[1:], sys.argv[0] == __file__)",
    "names of a module": "print(__name__, __doc__, __spec__, __package__, sorted(globals()))",
    "docstring": "'''Says so.'''\nprint(__doc__)",
    "builtins": "import builtins; print(__builtins__ is builtins, exit, quit, callable(help))",
    "import of itself": "import __main__\nx = 7\nprint(__main__.x, __main__.__name__)",
    "path": "import sys, os; print(sys.path[0] == os.getcwd())",
    "exit": "exit()",
    "exit with a code": "print('out'); exit(3)",
    "exit with 256": "import sys; sys.exit(256)",
    "exit with -1": "import sys; sys.exit(-1)",
    "exit with True": "import sys; sys.exit(True)",
    "exit with None": "import sys; sys.exit(None)",
    "exit with a huge code": "import sys; sys.exit(1 << 70)",
    "exit with a text": "import sys; sys.exit('why not')",
    "exit with a list": "raise SystemExit([1, 2])",
    "exit with nothing": "raise SystemExit",
    "exit with a number of its own": """
        class N(int):
            def __index__(self): return 'x'
            __and__ = __ge__ = __lt__ = __index__
        raise SystemExit(N(7))
    """,
    "exit without os": "import os; os._exit = None; print('out'); exit(2)",
    "exit by os": "import os; print('lost'); os._exit(4)",
    "exit in a thread": "import threading as t, sys\nt.Thread(target=sys.exit).start()",
    "exception": "def f(): return 1 // 0\nprint('before')\nf()",
    "exception with a cause": """
        try:
            {}['a']
        except KeyError as e:
            raise ValueError('b') from e
    """,
    "exception of its own": "class E(Exception): pass\nraise E('text')",
    "exception that cannot be shown": """
        class E(Exception):
            def __str__(self):
                raise ValueError
        raise E
    """,
    "exception hook": "import sys; sys.excepthook = lambda *a: print('hook', a[0]); 1 / 0",
    "exception hook that fails": "import sys; sys.excepthook = lambda *a: 1 / 0\nraise ValueError",
    "exception group": "raise ExceptionGroup('g', [ValueError(1), TypeError(2)])",
    "keyboard interrupt": "print('out'); raise KeyboardInterrupt",
    "assertion": "assert 1 == 2, 'no'",
    "memory error": "x = [0] * (1 << 60)",
    "recursion error": "def f(n): return f(n + 1)\nf(0)",
    "recursion depth": """
        def f(n):
            try:
                return f(n + 1)
            except RecursionError:
                return n
        print(abs(f(0) - 997) < 3)
    """,
    "recursion limit raised": """
        import sys
        sys.setrecursionlimit(10**6)
        def f(n): return n and 1 + f(n - 1)
        print(f(50000))
    """,
    "a thread for its stack": """
        import sys, threading
        sys.setrecursionlimit(1 << 30)
        threading.stack_size(1 << 27)
        def f(n): return n and 1 + f(n - 1)
        t = threading.Thread(target=lambda: print(f(100000)))
        t.start(); t.join()
    """,
    "threads that are awaited": """
        import threading, time
        def late():
            time.sleep(0.05)
            print('late')
        threading.Thread(target=late).start()
        print('early')
    """,
    "threads that are not": """
        import threading, time
        threading.Thread(target=lambda: time.sleep(30), daemon=True).start()
        print('done')
    """,
    "a pool of threads": """
        from concurrent.futures import ThreadPoolExecutor
        pool = ThreadPoolExecutor(3)
        print(list(pool.map(abs, [-1, -2])))
    """,
    "at exit": """
        import atexit
        atexit.register(print, 'last')
        atexit.register(print, 'before that')
        print('first')
    """,
    "at exit after an exception": "import atexit; atexit.register(print, 'still'); 1 / 0",
    "del at the end": """
        class A:
            def __del__(self):
                print('gone')
        a = A()
    """,
    "a pool of processes": """
        from multiprocessing import Pool
        def square(x): return x * x
        if __name__ == '__main__':
            with Pool(2) as pool:
                print(pool.map(square, range(5)))
    """,
    "a process": """
        import multiprocessing
        def work(queue): queue.put('from there')
        queue = multiprocessing.Queue()
        p = multiprocessing.Process(target=work, args=(queue,))
        p.start(); print(queue.get()); p.join(); print(p.exitcode)
    """,
    "a fork": """
        import os
        print('both', flush=True)
        child = os.fork()
        if child:
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        else:
            raise SystemExit(5)
    """,
    "a command": "import subprocess; print(subprocess.run(['echo', 'hi'], capture_output=True))",
    "its own interpreter": """
        import subprocess, sys
        print(subprocess.check_output([sys.executable, '-c', 'print(40 + 2)']))
    """,
    "pickling": """
        import pickle
        def f(x): return x
        class C: pass
        print(pickle.loads(pickle.dumps(f)) is f, type(pickle.loads(pickle.dumps(C()))) is C)
    """,
    "dataclasses": """
        from __future__ import annotations
        from dataclasses import dataclass, field
        import typing
        @dataclass(order=True)
        class P:
            x: int
            y: list[int] = field(default_factory=list)
        print(P(1), P(1) < P(2), typing.get_type_hints(P))
    """,
    "enumerations": "from enum import Enum\nclass E(Enum):\n    A = 1\nprint(E.A, repr(E.A))",
    "named tuples": "from collections import namedtuple\nprint(namedtuple('P', 'x y')(1, 2))",
    "annotations": "x: int = 1\nprint(__annotations__)",
    "its source": "import inspect\ndef f():\n    return 1\nprint(inspect.getsource(f))",
    "its file": "print(open(__file__).read())",
    "asyncio": "import asyncio\nasync def f(): return 3\nprint(asyncio.run(f()))",
    "exec and eval": "exec('y = 2'); print(eval('y + 1'))",
    "comprehensions at the top": "n = 3\nprint([[i * n for i in range(n)] for _ in range(2)])",
    "globals": "x = 1\ndef f():\n    global x\n    x += 1\nf()\nprint(x, 'x' in globals())",
    "a walrus": "print((y := 5) + y)",
    "hashes": "print(hash('a') == hash('a'), len({'a', 'b'}))",
    "a big number": "print(len(str(3 ** 9000)))",
    "a number too big to print": "print(10 ** 5000)",
    "garbage collection": "import gc; print(gc.isenabled(), gc.get_threshold())",
    "signals": "import signal as s; print(s.getsignal(s.SIGINT) is s.default_int_handler)",
    "an alarm": """
        import signal, time
        signal.signal(signal.SIGALRM, lambda *a: print('rang'))
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        time.sleep(0.1)
    """,
    "killed by itself": "import os; os.kill(os.getpid(), 9)",
    "a warning": "import warnings; warnings.warn('mind', stacklevel=1); print('after')",
    "an escape that is none": "print('\\d')",
    "local functions of modules": "import math as m; from os import path as p; print(m.pi, p.sep)",
    "an import that fails": "import no_such_module",
    "an import that fails and is caught": """
        try:
            import no_such_module
        except ImportError as error:
            print(error)
    """,
    "a relative import": "from . import x",
    "writing a file": "open('out.txt', 'w').write('1'); print(open('out.txt').read())",
    "a temporary file": "import tempfile; f = tempfile.TemporaryFile(); print(f.write(b'x'))",
    "a prompt": "print(input('name? '))",
    "windows line ends": "print(1)\r\nif True:\r\n    print(2)\r\n",
    "tabs": "if True:\n\tprint(1)",
    "a form feed": "\x0cprint(1)",
    "a mark of the byte order": b"\xef\xbb\xbfprint('ok')",
    "another encoding": b"# -*- coding: latin-1 -*-\nprint('\xe9')",
    "debug": "print(__debug__)",
    "frames": "import sys\nf = sys._getframe()\nprint(f.f_code.co_name, f.f_globals is globals())",
}
SAYS_LESS = {
    *("stdout closed below", "exception hook that fails", "exit with a huge code"),
    "an escape that is none",  # what the compiler warns of is said once a program, and not here
    "recursion error",  # versions of the interpreter count frames of their own differently
}
STDIN = "12 30\r\nzwei \u00e9\n".encode() + b"\xe9 bytes\nlast"


def source(text: str | bytes) -> str | bytes:
    if isinstance(text, bytes) or not text.startswith("\n"):
        return text
    return "\n".join(line.removeprefix("        ") for line in text.splitlines())


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_does_what_it_does_in_an_interpreter_of_its_own(name: str, tmp_path: Path) -> None:
    text = source(SCRIPTS[name])
    folder = tmp_path / "here"

    expected = driving.real(text, folder, stdin=STDIN, arguments=["a", "b c"])
    found = driving.script(text, folder, stdin=STDIN, arguments=["a", "b c"])

    assert (found.code, found.stdout) == (expected.code, expected.stdout), found.stderr
    if name not in SAYS_LESS:
        assert found.stderr == expected.stderr
