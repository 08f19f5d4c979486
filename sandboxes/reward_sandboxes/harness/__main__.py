"""Starts a sandbox: ``python -I -S .../harness/__main__.py CONFIG``, with CONFIG as in ``config``.

Everything but the interpreter's own modules comes from beside this file, so it runs from a bare
checkout. The interpreter is started twice: the second time with an environment that is known, for
no program shall see another, and with a large stack, for the size of the stack is fixed at start.
"""

from __future__ import annotations

import sys

# The folder of this file comes first on the path; its modules are not to be found without package.
sys.path[:] = [place for place in sys.path if place != __file__.rpartition("/")[0]]

import marshal  # noqa: E402 - the path comes first
import os  # noqa: E402 - likewise
import resource  # noqa: E402 - likewise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PACKAGE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
_BAD_CONFIG = 2
_AGAIN = "REWARD_SANDBOX_SOURCES"
"""Set in the second start, to a hash of the sources that run inside."""
_BIND = "LD_BIND_NOW"
"""Lets the linker look up all functions at start. It would else do so in every process anew."""
_INSIDE = ("__init__.py", "wire.py", "plain.py", "calls.py", "kernel", "harness")
_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    # The same program on the same input does the same, sets of strings included.
    "PYTHONHASHSEED": "0",
    # There is one core per sandbox; threads of numerical libraries only get in each other's way.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
}


def _start_again() -> None:
    """Replace this process by the same with a known environment and a large stack."""
    _, most = resource.getrlimit(resource.RLIMIT_STACK)
    resource.setrlimit(resource.RLIMIT_STACK, (most, most))
    flags = ["-S", "-s", "-B"]
    if hasattr(sys.flags, "safe_path"):
        flags.append("-P")
    environment = {**_ENVIRONMENT, _AGAIN: _hash_of_sources(), _BIND: "1"}
    sys.path.append(os.path.dirname(_PACKAGE))
    from reward_sandboxes.harness.held import hold

    told = marshal.dumps((_config(), *hold(_PACKAGE, _INSIDE))).hex()
    arguments = [sys.executable, *flags, sys.argv[0], told]
    os.execve(sys.executable, arguments, environment)  # noqa: S606 - itself again, no shell


def _config() -> dict[str, Any]:
    from reward_sandboxes.harness.config import read_config

    try:
        return dict(read_config(sys.argv[1:]).fields())
    except ValueError as error:
        os.write(2, f"cannot read the configuration: {error}\n".encode())
        sys.exit(_BAD_CONFIG)


def _hash_of_sources() -> str:
    import hashlib

    digest = hashlib.sha256()
    for name in _INSIDE:
        path = os.path.join(_PACKAGE, name)
        names = sorted(os.listdir(path)) if os.path.isdir(path) else [""]
        for file in (os.path.join(path, name).rstrip("/") for name in names):
            if file.endswith(".py"):
                with open(file, "rb") as source:
                    digest.update(source.read() + b"\0")
    return digest.hexdigest()[:16]


def _main() -> None:
    sources = os.environ.pop(_AGAIN)
    del os.environ[_BIND]
    sys.path.append(os.path.dirname(_PACKAGE))
    # What takes much to read was read in the first start.
    config, fd, places = marshal.loads(bytes.fromhex(sys.argv[1]))  # noqa: S302 - of our own
    from reward_sandboxes.harness.held import let_in

    let_in(fd, places)
    from reward_sandboxes.harness import guard

    guard.main(config, sources)


if __name__ == "__main__":
    if _AGAIN not in os.environ:
        _start_again()
    _main()
