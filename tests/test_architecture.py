"""Imports point one way, and each concern stands in its one place."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

ROOMS = {
    "verifiers/reward_verifiers": {
        *("reward_service", "reward_trainer"),
        *("fastapi", "httpx", "docker", "torch", "uvicorn"),
        *("os", "subprocess", "signal", "time", "threading", "multiprocessing", "socket", "random"),
    },
    "sandboxes/reward_sandboxes": {
        *("reward_verifiers", "reward_service", "reward_trainer", "fastapi", "httpx", "pydantic"),
    },
    "reward_service": {"reward_trainer", "torch", "vllm"},
    "trainer/reward_trainer": {
        *("reward_sandboxes", "reward_verifiers", "fastapi", "docker", "sympy"),
    },
}

# What the verifiers may know of sandboxes: plain types and data, nothing that runs anything.
SANDBOX_TYPES = {
    f"reward_sandboxes.{module}" for module in ("types", "plain", "calls", "languages")
}

# The code that runs inside a sandbox, with whatever Python is there.
INSIDE = (
    "sandboxes/reward_sandboxes/kernel",
    "sandboxes/reward_sandboxes/harness",
    "sandboxes/reward_sandboxes/wire.py",
    "sandboxes/reward_sandboxes/plain.py",
    "sandboxes/reward_sandboxes/calls.py",
)

# Modules that a caller of the service loads; they need the base install alone.
BASE_INSTALL = (
    "reward_service/client",
    "reward_service/schema.py",
    "reward_service/surrogates.py",
    "reward_service/__init__.py",
)
BASE_PACKAGES = {
    *("pydantic", "pydantic_core", "httpx"),
    *("reward_service", "reward_verifiers", "reward_sandboxes"),
}

# Who may know whom inside the service: a lower row never imports a higher one.
LAYERS = (
    {"cli"},
    {"doctor"},
    {"serving", "offline"},
    {"api", "report"},
    {"assembly", "check", "telemetry"},
    {"engine"},
    {"runs"},
    {"cpu_lane", "sandbox_lane", "reading", "cache", "domains"},
    {"lanes", "problems", "rows", "client"},
    {"schema", "shaping", "errors", "config", "surrogates"},
)


def sources(place: str) -> list[Path]:
    path = ROOT / place
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name) for every import of ``path``, local ones too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_down(room: str) -> None:
    offences = [
        f"{place(path, line)} imports {name}"
        for path in sources(room)
        for line, name in imports(path)
        if name.split(".")[0] in ROOMS[room]
    ]
    assert offences == []


def test_the_trainer_knows_the_client_of_the_service_alone() -> None:
    offences = [
        f"{place(path, line)} imports {name}"
        for path in sources("trainer/reward_trainer")
        for line, name in imports(path)
        if name.split(".")[0] == "reward_service" and name != "reward_service.client"
    ]
    assert offences == []


def test_the_layers_of_the_service_point_down() -> None:
    height = {name: index for index, layer in enumerate(LAYERS) for name in layer}
    offences = []
    for path in sources("reward_service"):
        own = path.relative_to(ROOT / "reward_service").parts[0].removesuffix(".py")
        if own in ("__init__", "__main__"):
            continue
        assert own in height, f"{own}: give it a layer in {Path(__file__).name}"
        for line, name in imports(path):
            parts = name.split(".")
            if parts[0] != "reward_service" or len(parts) == 1 or parts[1] == own:
                continue
            if height[parts[1]] <= height[own] and parts[1] in height:
                offences.append(f"{place(path, line)} imports {name}")
    assert offences == []


def test_the_client_needs_the_base_install_alone() -> None:
    offences = [
        f"{place(path, line)} imports {name}"
        for room in BASE_INSTALL
        for path in sources(room)
        for line, name in imports(path)
        if name.split(".")[0] not in BASE_PACKAGES | set(sys.stdlib_module_names)
    ]
    assert offences == []


def test_the_verifiers_know_the_types_of_sandboxes_alone() -> None:
    offences = [
        f"{place(path, line)} imports {name}"
        for path in sources("verifiers/reward_verifiers")
        for line, name in imports(path)
        if name.split(".")[0] == "reward_sandboxes"
        and name not in SANDBOX_TYPES | {"reward_sandboxes"}
    ]
    assert offences == []


def test_what_runs_inside_a_sandbox_needs_the_standard_library_alone() -> None:
    inside = {path for room in INSIDE for path in sources(room)}
    own = {module_name(path) for path in inside} | {"reward_sandboxes"}
    offences = [
        f"{place(path, line)} imports {name}"
        for path in sorted(inside)
        for line, name in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names
        and not any(
            name == module or name.startswith(module + ".") for module in own - {"reward_sandboxes"}
        )
        and name != "reward_sandboxes"
    ]
    assert offences == []


def all_sources() -> list[Path]:
    return [path for room in ROOMS for path in sources(room)]


def test_one_place_catches_every_exception() -> None:
    broad = {"Exception", "BaseException"}
    offences = []
    for path in all_sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            # To clean up and raise it again is to catch nothing.
            if not isinstance(node, ast.ExceptHandler) or is_raised_again(node):
                continue
            caught = ast.walk(node.type) if node.type else []
            names = {name.id for name in caught if isinstance(name, ast.Name)}
            if node.type is None or names & broad:
                offences.append(str(path.relative_to(ROOT)))
    # The second runs programs that nobody trusts, inside a sandbox.
    inside = "sandboxes/reward_sandboxes/harness/attempt.py"
    assert set(offences) == {"reward_service/engine.py", inside}


def is_raised_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_one_place_reads_the_environment() -> None:
    # Inside a sandbox the environment is the harness's own: it sets what a program finds there.
    # The trainer is a command of a person's: terminals, tokens and engines have variables.
    inside = {
        *sources("sandboxes/reward_sandboxes/harness"),
        *sources("trainer/reward_trainer"),
    }
    offences = [
        place(path, node.lineno)
        for path in all_sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv", "environb")
        and path not in inside | {ROOT / "reward_service/config.py"}
    ]
    assert offences == []


def test_nothing_evaluates_text() -> None:
    """No eval, no exec, no pickle, and none of SymPy's parsers, which are eval in disguise.

    But inside a sandbox, where running a program is the whole point, and for pickle where processes
    of one run speak through pipes that nobody else has.
    """
    forbidden = {"eval", "exec", "parse_expr", "sympify", "parse_latex"}
    inside = set(sources("sandboxes/reward_sandboxes/harness"))
    private_pipes = ROOT / "trainer/reward_trainer/processes.py"
    offences = []
    for path in all_sources():
        if path in inside:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node, "id", None) or getattr(node, "attr", None)
            if name in forbidden:
                offences.append(f"{place(path, node.lineno)} uses {name}")  # type: ignore[attr-defined]  # what has a name has a line
        offences += [
            f"{place(path, line)} imports {name}"
            for line, name in imports(path)
            if name.split(".")[0] in {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
            and not (name == "pickle" and path == private_pipes)
        ]
    assert offences == []


def test_modules_stay_small() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in all_sources()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_there_are_no_import_cycles() -> None:
    modules = {module_name(path): path for path in all_sources()}
    graph = {name: set(modules_loaded(path, modules)) - {name} for name, path in modules.items()}
    assert list(cycles(graph)) == []


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    parts = parts[1:] if parts[0] in ("verifiers", "sandboxes", "trainer") else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules_loaded(path: Path, modules: dict[str, Path]) -> Iterator[str]:
    """Yield our modules that ``path`` loads; ``from package import module`` names the module."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                named = whole if whole in modules else node.module
                if named in modules:
                    yield named


def cycles(graph: dict[str, set[str]]) -> Iterator[list[str]]:
    """Yield one path for every cycle found by depth-first search."""
    done: set[str] = set()

    def visit(name: str, trail: list[str]) -> Iterator[list[str]]:
        if name in trail:
            yield [*trail[trail.index(name) :], name]
            return
        if name in done:
            return
        for target in sorted(graph[name]):
            yield from visit(target, [*trail, name])
        done.add(name)

    for name in sorted(graph):
        yield from visit(name, [])
