"""A language is a folder, and every folder holds what a language needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from reward_sandboxes.java_names import java_names
from reward_sandboxes.languages import IMAGES, Language, by_fence, fitted, languages, read_language
from reward_sandboxes.types import Program

EVERY_LANGUAGE = languages().values()
NAMES = [language.name for language in EVERY_LANGUAGE]
MINIMAL = """\
summary = "Awk"
fences = ["awk"]
source = "main.awk"
run = ["awk", "-f", "{source}"]
needs = ["awk"]
[smoke]
source = "{ print $1 + $2 }"
stdin = "20 22\\n"
stdout = "42\\n"
"""


def test_the_languages_that_are_promised_are_there() -> None:
    assert set(NAMES) >= {
        *("python", "c", "cpp", "cpp20", "java", "javascript", "typescript", "go", "rust", "bash"),
    }


@pytest.mark.parametrize("language", EVERY_LANGUAGE, ids=NAMES)
def test_a_language_can_be_run_by_someone(language: Language) -> None:
    assert (IMAGES / (language.image or language.name) / "Dockerfile").is_file()
    assert language.summary
    assert language.run or language.name == "python"
    programs = {command[0] for command in (language.run, language.build) if command}
    assert {name for name in programs if not name.startswith("{")} <= set(language.needs)
    assert bool(language.run) == bool(language.version)
    words = [*language.run, *language.build, language.source]
    known = {"{source}", "{out}", "{pch}", "{lean}", "{class}", "{main}", "{memory_mb}"}
    assert set(re.findall(r"\{\w+\}", " ".join(words))) <= known


@pytest.mark.parametrize("language", EVERY_LANGUAGE, ids=NAMES)
def test_nothing_is_left_to_fill_in_but_what_the_sandbox_knows(language: Language) -> None:
    ready = fitted(language, program(language.name, language.smoke.source), 512)
    words = [ready.source, *ready.run, *ready.build, *ready.environment.values()]
    assert set(re.findall(r"\{\w+\}", " ".join(words))) <= {"{source}", "{out}", "{pch}"}


@pytest.mark.parametrize("language", EVERY_LANGUAGE, ids=NAMES)
def test_the_readme_names_every_language_and_fence(language: Language) -> None:
    readme = (Path(__file__).parents[2] / "sandboxes" / "README.md").read_text(encoding="utf-8")
    assert f"| `{language.name}` | {', '.join(language.fences)} |" in readme


def test_every_fence_means_one_language() -> None:
    fences = by_fence()
    assert fences["c++20"].name == "cpp20"
    assert fences["js"].name == fences["node"].name == "javascript"
    assert fences["golang"].name == "go"
    assert fences["sh"].name == "bash"
    assert fences["c"].name == "c"


@pytest.mark.parametrize("language", [each for each in EVERY_LANGUAGE if each.precompile])
def test_headers_are_precompiled_with_the_flags_of_the_compiler(language: Language) -> None:
    image = language.image or language.name
    dockerfile = (IMAGES / image / "Dockerfile").read_text(encoding="utf-8")

    for command in language.precompile:
        words = command[2:] if command[:2] == ["sh", "-c"] else command
        made = " ".join(words).replace("{pch}", f"/opt/pch/{language.name}")
        assert f"&& {made}" in dockerfile
    compiling = [command for command in language.precompile if command[0] == language.build[0]]
    assert [flags(command) for command in compiling] == [
        flags(fitted(language, program(language.name, source), 512).build)
        for source in ("std::async(f);", "int main() {}")
    ]


def flags(command: Sequence[str]) -> list[str]:
    return [word for word in command if re.match(r"-(std|O|D|f|m|g)", word)]


@pytest.mark.parametrize(
    "source",
    [
        *("std::future<int> f;", "auto p = filesystem::path();", "#include <tr1/cmath>"),
        *("cout << std::riemann_zeta(2.0);", "#define F(x) fu##x", "fut\\\nure<int> f;"),
    ],
)
def test_a_source_that_may_use_what_lean_headers_lack_gets_all(source: str) -> None:
    cpp = languages()["cpp"]
    assert {*cpp.lean} < {*fitted(cpp, program("cpp", "int main() {}"), 512).build}
    assert not {*cpp.lean} & {*fitted(cpp, program("cpp", source), 512).build}
    beside = Program(language="cpp", source="int main() {}", files={"more.h": b""})
    assert not {*cpp.lean} & {*fitted(cpp, beside, 512).build}


def program(language: str, source: str) -> Program:
    return Program(language=language, source=source)


def test_adding_a_language_is_adding_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "awk"
    folder.mkdir()
    (folder / "language.toml").write_text(MINIMAL)

    language = read_language(folder)

    assert language.name == "awk"
    assert language.smoke.stdout == "42\n"
    assert language.build_limits.cpu_s > 0


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (MINIMAL.replace("summary", "sumary"), "sumary"),
        (MINIMAL.replace("source = ", "origin = ", 1), "origin"),
        (MINIMAL.split("[smoke]")[0], "smoke"),
        ("summary = ", "Invalid value"),
    ],
)
def test_a_folder_that_cannot_be_read_is_named_with_its_field(
    tmp_path: Path, text: str, complaint: str
) -> None:
    (tmp_path / "language.toml").write_text(text)

    with pytest.raises(ValueError, match=f"language.toml: .*{complaint}"):
        read_language(tmp_path)


def test_the_memory_of_a_program_sizes_the_heap_of_its_runtime() -> None:
    assert "-Xmx300m" in fitted(languages()["java"], program("java", ""), 300).run
    assert fitted(languages()["go"], program("go", ""), 300).environment["GOMEMLIMIT"] == "300MiB"


@pytest.mark.parametrize(
    ("source", "file", "main"),
    [
        ("public class Sum { public static void main(String[] a) {} }", "Sum", "Sum"),
        ("class Node {}\npublic class Sol { static void main(String[] a) {} }", "Sol", "Sol"),
        ("class A {}\nclass B { public static void main(String... a) {} }", "B", "B"),
        ("class M { static class P {} public static void main(String[] a) {} }", "M", "M"),
        ("package x.y;\nfinal class A { static void main(String[] a) {} }", "A", "x.y.A"),
        ("public class A {} class B { static void main(String[] a) {} }", "A", "B"),
        ("/* public class No { */ class Yes { void main() {} }", "Yes", "Yes"),
        ('class A { String s = "public class B {"; }', "A", "A"),
        ("class A { char c = '}'; static class P {} }\nclass B {}", "A", "A"),
        (
            'class A { String s = """\n } public class Z { """; static void main(int a) {} }',
            "A",
            "A",
        ),
        ("public record P(int x) { public static void main(String[] a) {} }", "P", "P"),
        ("no java at all", "Main", "Main"),
        ("", "Main", "Main"),
    ],
)
def test_the_names_of_a_java_source(source: str, file: str, main: str) -> None:
    names = java_names(source)
    assert (names.file, names.main) == (file, main)


@pytest.mark.parametrize(
    "text", ["/*" * 200_000, '"' * 400_000, "public " * 60_000, "class " * 60_000]
)
def test_reading_a_java_source_takes_linear_time(text: str) -> None:
    assert java_names(text).file
