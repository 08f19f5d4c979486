from __future__ import annotations

import os
import subprocess
import sys
import time

from benchmarks import processes


def test_a_child_is_a_descendant_until_it_is_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert child.pid in processes.descendants(os.getpid())
        assert processes.pss_mb(child.pid) > 1
    assert child.pid not in processes.descendants(os.getpid())


def test_work_done_by_a_child_counts_even_after_its_end() -> None:
    before, own = processes.cpu_s(os.getpid()), time.process_time()
    subprocess.run([sys.executable, "-c", "for _ in range(6_000_000): pass"], check=True)
    own = time.process_time() - own
    assert processes.cpu_s(os.getpid()) - before > own + 0.03
