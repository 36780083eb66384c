"""The file on the disk: replaced whole or not at all, with a backup, and never under an open program."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from tests.authoring.torture import SHEET, by_xlsxwriter
from tests.conftest import ROOT

from xlbudget.authoring.saving import WriteError, write_file
from xlbudget.authoring.workbook import CellEdit, edit_workbook, write_edits

EDIT = CellEdit(SHEET, "D7", Decimal("1.23"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "预算 公开.xlsx"
    target.write_bytes(by_xlsxwriter())
    return target


def test_the_backup_is_the_old_file(path: Path) -> None:
    old = path.read_bytes()
    path.chmod(0o640)
    done = write_edits(path, [EDIT])
    assert done.backup is not None and done.backup.read_bytes() == old and path.read_bytes() == done.edited.data != old
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(p.name for p in path.parent.iterdir()) == sorted([path.name, done.backup.name])


def test_out_leaves_the_book_alone(path: Path) -> None:
    old = path.read_bytes()
    out = path.parent / "新.xlsx"
    assert write_edits(path, [EDIT], out=out).path == out
    assert path.read_bytes() == old and out.exists()


@pytest.mark.parametrize("lock", ["~${}", ".~lock.{}#"])
def test_an_open_book_is_not_written(path: Path, lock: str) -> None:
    old = path.read_bytes()
    held = path.parent / lock.format(path.name)
    held.write_text("x")
    with pytest.raises(WriteError, match=r"正被.*打开"):
        write_edits(path, [EDIT])
    assert path.read_bytes() == old and sorted(path.parent.iterdir()) == sorted([path, held])


def test_a_book_that_changed_meanwhile_is_not_overwritten(path: Path) -> None:
    from xlbudget.authoring.workbook import rewrite

    def change(data: bytes):  # type: ignore[no-untyped-def]
        path.write_bytes(data + b"somebody else")
        return edit_workbook(data, [EDIT])

    with pytest.raises(WriteError, match="别的程序改过"):
        rewrite(path, change)
    assert path.read_bytes().endswith(b"somebody else") and len(list(path.parent.iterdir())) == 1


def test_a_read_only_file_stays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = path.read_bytes()
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anything
    with pytest.raises(WriteError, match="只读"):
        write_edits(path, [EDIT])
    assert path.read_bytes() == old and len(list(path.parent.iterdir())) == 1


def test_a_folder_that_takes_no_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    def refused(**_: object) -> tuple[int, str]:
        raise PermissionError(13, "Permission denied")

    old = path.read_bytes()
    monkeypatch.setattr(tempfile, "mkstemp", refused)
    with pytest.raises(WriteError, match="不能写入"):
        write_edits(path, [EDIT])
    assert path.read_bytes() == old


_READ_ONLY = """
import sys
from decimal import Decimal
from pathlib import Path
import os
from xlbudget.authoring.workbook import CellEdit, write_edits, WriteError
write_edits(Path(sys.argv[1]), [CellEdit("3支出总表", "D8", Decimal("1"))], out=Path(sys.argv[2]))
os.setuid(65534)
try:
    write_edits(Path(sys.argv[1]), [CellEdit("3支出总表", "D7", Decimal("1.23"))])
except WriteError as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="需要能换成普通用户运行")
def test_a_read_only_folder_for_an_ordinary_user(path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    old = path.read_bytes()
    for folder in (path.parent, *path.parents):
        if folder.stat().st_uid == os.geteuid() and str(folder) != "/":
            folder.chmod(folder.stat().st_mode | 0o555)
    path.parent.chmod(0o555)
    run = _python(_READ_ONLY, path, tmp_path_factory.mktemp("out") / "a.xlsx")
    assert "不能写入" in run.stdout, run.stderr
    assert path.read_bytes() == old


_FULL = """
import sys, resource, signal
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
from decimal import Decimal
from xlbudget.authoring.workbook import CellEdit, write_edits, WriteError
try:
    write_edits(Path(sys.argv[1]), [CellEdit("3支出总表", "D7", Decimal("1.23"))])
except WriteError as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="用文件大小的上限模拟磁盘已满")
def test_a_full_disk(path: Path) -> None:
    old = path.read_bytes()
    run = _python(_FULL, path)
    assert "失败" in run.stdout and "原文件没有改动" in run.stdout, run.stderr
    assert path.read_bytes() == old and len(list(path.parent.iterdir())) == 1


def _python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)


_KILLED = """
import sys
from pathlib import Path
from xlbudget.authoring.saving import write_file
path = Path(sys.argv[1])
old, new = b"old" * 400000, b"new" * 400000
print("ready", flush=True)
while True:
    write_file(path, new)
    write_file(path, old)
"""


@pytest.mark.parametrize("rounds", [12, pytest.param(100, marks=pytest.mark.long)])
def test_killed_while_writing_it_is_old_or_new(tmp_path: Path, rounds: int) -> None:
    path = tmp_path / "a.xlsx"
    old, new = b"old" * 400000, b"new" * 400000
    write_file(path, old)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    seen = set()
    for i in range(rounds):
        run = subprocess.Popen(
            [sys.executable, "-c", _KILLED, str(path)], env=environment, stdout=subprocess.PIPE, text=True
        )
        assert run.stdout is not None and run.stdout.readline()
        time.sleep(0.003 + (i * 7919 % 97) / 2000)
        run.kill()
        run.wait()
        found = path.read_bytes()
        assert found in (old, new)
        seen.add(found[:3])
    assert len(seen) == 2 or rounds < 20


def test_the_umask_decides_on_new_files(tmp_path: Path) -> None:
    target = tmp_path / "b.txt"
    write_file(target, "x")
    assert target.stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
