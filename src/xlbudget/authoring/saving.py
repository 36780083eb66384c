"""保存. Puts a changed file in place of the old one: whole or not at all, with a backup, never under an open program."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path


class WriteError(Exception):
    """A result that could not be written; the message is for people."""


def write_file(path: Path, data: bytes | str) -> None:
    """Write atomically; the old file, if any, stays until the new one is complete."""
    content = data.encode("utf-8") if isinstance(data, str) else data
    folder = path.parent
    name = ""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=f".{path.name[:80]}.", suffix=".tmp")
    except OSError as error:
        raise WriteError(
            f"不能写入“{folder}”（{error.strerror or error}）。请换一个文件夹，或检查权限和磁盘空间。"
        ) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, name)
        else:
            os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
        _sync_folder(folder)
    except OSError as error:
        raise WriteError(
            f"写入“{path.name}”失败（{error.strerror or error}）。原文件没有改动；请检查磁盘空间和权限。"
        ) from None
    finally:
        Path(name).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """The rename itself reaches the disk; systems that cannot open a folder do it by themselves."""
    if os.name != "posix":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def lock_holder(path: Path) -> str | None:
    """Who has the workbook open, as a phrase; ``None`` if nobody says so.

    Excel and WPS leave ``~$name.xlsx``, LibreOffice ``.~lock.name.xlsx#`` beside an open file.
    """
    excel = path.with_name(f"~${path.name}")
    office = path.with_name(f".~lock.{path.name}#")
    for lock, program in ((excel, "Excel 或 WPS"), (office, "LibreOffice")):
        if lock.exists():
            return f"{program}（锁文件 {lock.name}）"
    return None


def replace_file(path: Path, old: bytes, new: bytes, backup: bool = True) -> Path | None:
    """Put ``new`` in place of the file that held ``old``; the path of the backup.

    Raises :class:`WriteError` when a program has the file open, when it is no longer what was read, or when it
    cannot be written; then it is as it was.
    """
    holder = lock_holder(path)
    if holder is not None:
        raise WriteError(
            f"“{path.name}”正被 {holder}打开，没有写入。请先保存并关闭它再试；如果确实没有打开，删去锁文件即可。"
        )
    saved = _backup(path, old) if backup else None
    try:
        if _digest(path.read_bytes()) != _digest(old):
            raise WriteError(f"“{path.name}”在处理期间被别的程序改过，没有写入。请再运行一次。")
        if not os.access(path, os.W_OK):
            raise WriteError(f"“{path.name}”是只读文件，没有写入。请去掉只读属性，或用 -o 写到别处。")
        write_file(path, new)
    except OSError as error:
        _discard(saved)
        raise WriteError(f"读不到“{path.name}”（{error.strerror or error}），没有写入。") from None
    except WriteError:
        _discard(saved)
        raise
    return saved


def _discard(saved: Path | None) -> None:
    if saved is not None:
        saved.unlink(missing_ok=True)


def _backup(path: Path, old: bytes) -> Path:
    """A copy beside the file. It ends in ``.bak``, so that a run over the folder does not take it for a disclosure."""
    stamp = f"{datetime.now():%Y%m%d-%H%M%S}"
    target = path.with_name(f"{path.name}.{stamp}.bak")
    n = 2
    while target.exists():
        target = path.with_name(f"{path.name}.{stamp}-{n}.bak")
        n += 1
    write_file(target, old)
    with suppress(OSError):
        shutil.copystat(path, target)
    return target


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
