"""Whatever a program left is removed."""

from __future__ import annotations

import os
from pathlib import Path

from reward_sandboxes.harness.janitor import remove


def test_a_tree_deeper_than_paths_are_long_is_removed(tmp_path: Path) -> None:
    top = tmp_path / "top"
    top.mkdir()
    here = os.open(top, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("deep", dir_fd=here)
        deeper = os.open("deep", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)
    remove(str(top))
    assert not top.exists()


def test_names_that_collide_rights_and_special_files_do_not_matter(tmp_path: Path) -> None:
    top = tmp_path / "top"
    for name in ("0.moved/1.moved/0.moved", "1.moved", "shut/inner", "a\nb/-rf"):
        (top / name).mkdir(parents=True)
    (top / "shut/inner/file").write_text("x", encoding="ascii")
    os.mkfifo(top / "fifo")
    (top / "link").symlink_to(tmp_path)
    (top / "shut/link").symlink_to("/nowhere")
    (tmp_path / "beside").mkdir()
    for name in ("shut/inner", "shut", "a\nb"):
        (top / name).chmod(0)
    remove(str(top))
    assert list(tmp_path.iterdir()) == [tmp_path / "beside"]
