"""Compiled languages: the compiler is confined too, and what it makes goes out and in again."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sandboxes.harness.talking import PYTHON, Harness

if shutil.which("gcc") is None:
    pytest.skip("no gcc here", allow_module_level=True)

C = {
    **PYTHON,
    "name": "c",
    "source": "main.c",
    "build": ["gcc", "-O1", "-o", "{out}/main", "{source}"],
    "run": ["{out}/main"],
    "environment": {"GREETING": "hello"},
}
SHELL = {**PYTHON, "name": "bash", "source": "main.sh", "run": ["sh", "{source}"]}
ADD = """
#include <stdio.h>
int main(int n, char **arguments) {
    long a, b;
    if (scanf("%ld %ld", &a, &b) != 2) return 3;
    printf("%ld %d\\n", a + b, n);
    return 0;
}
"""


def ran(harness: Harness, source: str, stdin: str = "", **limits: Any) -> Mapping[str, Any]:
    built = harness.open(source, language=C, **limits)
    assert built.header["ok"], built.header["message"]
    result = harness.run(stdin)
    assert harness.end().header["clean"]
    return {**result.header, "text": result.stdout}


def test_a_program_is_built_once_and_run_often(shared: Harness) -> None:
    built = shared.open(ADD, language=C)
    assert built.header["ok"], built
    assert [(path, mode & 0o111) for path, mode, _ in built.header["artefact"]] == [("main", 0o111)]
    results = [shared.run(f"{number} 1", arguments=["x"]) for number in range(3)]
    assert [result.stdout for result in results] == ["1 2\n", "2 2\n", "3 2\n"]
    assert shared.run("").header["exit_code"] == 3
    assert shared.end().header["clean"]


def test_what_was_built_can_be_run_without_a_compiler(shared: Harness) -> None:
    built = shared.open(ADD, language=C)
    shared.end()
    ((path, mode, size),) = built.header["artefact"]
    assert size == len(built.body)
    again = shared.open(ADD, language=C, artefact=[(path, mode, built.body)])
    assert (again.header["ok"], again.header["artefact"]) == (True, [])
    assert shared.run("20 22").stdout == "42 1\n"
    assert shared.end().header["clean"]


def test_what_the_compiler_says_is_told(shared: Harness) -> None:
    built = shared.open("int main() { return nothing; }", language=C)
    assert not built.header["ok"]
    assert "nothing" in built.header["message"]
    assert built.body == b""
    shared.end()


@pytest.mark.parametrize(
    "command",
    [
        "kill -9 $$",
        "echo 'g++: fatal error: Killed signal terminated program cc1plus' >&2; exit 1",
        "echo 'collect2: fatal error: ld terminated with signal 9 [Killed]' >&2; exit 1",
        "echo 'go build main: compile: signal: killed' >&2; exit 1",
        "echo 'error: linking with `cc` failed: signal: 9 (SIGKILL)' >&2; exit 101",
        "sh -c 'kill -9 $$'; exit $?",
    ],
)
def test_a_compiler_that_was_killed_says_nothing_of_the_program(
    shared: Harness, command: str
) -> None:
    built = shared.open("", language={**C, "build": ["sh", "-c", command]})
    assert (built.header["ok"], built.header["killed"]) == (False, True), built
    shared.end()
    built = shared.open("", language={**C, "build": ["sh", "-c", "echo no >&2; exit 1"]})
    assert (built.header["ok"], built.header["killed"]) == (False, False), built
    shared.end()


def test_a_compiler_sees_no_file_of_the_host(shared: Harness, tmp_path: Path) -> None:
    secret = tmp_path / "secret.h"
    secret.write_text("int secret = 4711;\n")
    for included in (secret, "/etc/hostname", "/proc/1/environ", "/etc/shadow"):
        source = f'#include "{included}"\nint main(void) {{ return 0; }}'
        built = shared.open(source, language=C)
        assert not built.header["ok"], included
        assert "4711" not in built.header["message"]
        shared.end()


def test_a_compiler_that_takes_too_long_or_too_much_is_stopped(nested: Harness) -> None:
    bomb = "#define A(x) x x x x x x x x\n" + "#define B(x) A(A(A(A(A(A(A(x)))))))\n"
    source = f"{bomb} int main(void) {{ B(B(int x; {{ int x; }})) return 0; }}"
    built = nested.open(source, language=C, build={"cpu_s": 1.0, "memory_mb": 256})
    assert not built.header["ok"]
    assert built.header["reason"] in ("time", "memory", "exited"), built
    assert nested.end().header["clean"]
    huge = "char x[1L << 28] = {1}; int main(void) { return x[5]; }"
    built = nested.open(huge, language=C, build={"disk_mb": 8})
    assert (built.header["ok"], built.header["reason"]) == (False, "disk"), built
    assert nested.end().header["clean"]


def test_a_run_cannot_change_what_was_built(shared: Harness) -> None:
    source = """
#include <stdio.h>
#include <unistd.h>
int main(int n, char **arguments) {
    int failed = unlink(arguments[0]) != 0;
    FILE *file = fopen(arguments[0], "r+");
    printf("%d %d\\n", failed, file == NULL);
}
"""
    shared.open(source, language=C)
    assert [shared.run().stdout for _ in range(2)] == ["1 1\n"] * 2
    shared.end()


def test_a_program_of_another_language_has_its_limits(shared: Harness) -> None:
    assert ran(shared, "int main(void) { for (;;); }", cpu_s=0.3)["reason"] == "time"
    hungry = """
#include <stdlib.h>
#include <string.h>
int main(void) {
    for (char *more; (more = malloc(1 << 20)); memset(more, 1, 1 << 20)) {}
    abort();
}
"""
    assert ran(shared, hungry, memory_mb=64)["reason"] == "memory"
    loud = '#include <stdio.h>\nint main(void) { for (;;) puts("x"); }'
    assert ran(shared, loud, disk_mb=1, output_kb=512)["reason"] == "output"
    crash = ran(shared, "int main(void) { *(volatile int *)0 = 1; }")
    assert (crash["reason"], crash["signal"]) == ("signalled", 11)
    traced = "#include <sys/ptrace.h>\nint main(void) { return ptrace(PTRACE_TRACEME, 0, 0, 0); }"
    assert ran(shared, traced)["reason"] == "forbidden"


def test_a_deep_stack_is_there_without_asking(shared: Harness) -> None:
    source = """
#include <stdio.h>
long down(long n) { volatile char room[200]; room[0] = n; return n ? 1 + down(n - 1) : room[0]; }
int main(void) { printf("%ld\\n", down(200000)); }
"""
    assert ran(shared, source)["text"] == "200000\n"


def test_the_environment_is_known(shared: Harness) -> None:
    source = "env | cut -d= -f1 | sort | tr '\\n' ' '; echo \"$GREETING $HOME\" | wc -w; cat"
    shared.open(source, language={**SHELL, "environment": {"GREETING": "hello"}})
    ran = shared.run("stdin")
    names, rest = ran.stdout.rsplit(" ", 1)
    assert set(names.split()) == {"GREETING", "HOME", "LANG", "PATH", "PWD", "TMPDIR"}
    assert rest == "2\nstdin"
    shared.end()


def test_a_program_that_cannot_be_started_fails_like_in_a_shell(shared: Harness) -> None:
    shared.open("", language={**SHELL, "run": ["no-such-program"]})
    result = shared.run()
    assert (result.header["exit_code"], "no-such-program" in result.stderr) == (127, True)
    shared.end()


def test_links_and_devices_are_no_part_of_what_was_built(shared: Harness) -> None:
    build = "ln -s /etc/passwd {out}/link; mkfifo {out}/pipe; mkdir {out}/a; echo 1 > {out}/a/b"
    language = {**SHELL, "build": ["sh", "-c", build], "run": ["cat", "{out}/a/b"]}
    built = shared.open("", language=language)
    assert [path for path, _, _ in built.header["artefact"]] == ["a/b"]
    assert shared.run().stdout == "1\n"
    shared.end()
