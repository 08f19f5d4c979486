"""Starts a sandbox: ``python -I -S .../harness/__main__.py CONFIG``, with CONFIG as ``config`` says.

Everything but the interpreter's own modules comes from beside this file, so it runs from a bare
checkout. The interpreter is started twice: the second time with an environment that is known, for
no program shall see another, and with a large stack, for the size of the stack is fixed at start.
"""

import sys

# The folder of this file comes first on the path; its modules are not to be found as top-level ones.
sys.path[:] = [place for place in sys.path if place != __file__.rpartition("/")[0]]

import os  # noqa: E402 - the path comes first
import resource  # noqa: E402

_AGAIN = "REWARD_SANDBOX_STARTED"
_ENVIRONMENT = {
    _AGAIN: "1",
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
    flags = ["-S", "-s", "-B", "-P"] if hasattr(sys.flags, "safe_path") else ["-S", "-s", "-B"]
    os.execve(sys.executable, [sys.executable, *flags, *sys.argv], _ENVIRONMENT)  # noqa: S606


def _main() -> None:
    package = os.path.realpath(__file__)
    for _ in range(3):
        package = os.path.dirname(package)  # noqa: PTH120 - pathlib is slow to import
    sys.path.append(package)
    from reward_sandboxes.harness import guard

    guard.main(sys.argv[1:])


if __name__ == "__main__":
    if _AGAIN not in os.environ:
        _start_again()
    del os.environ[_AGAIN]
    _main()
