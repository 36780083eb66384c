"""落盘. Writes a result file whole or not at all: a temporary file beside it, then one rename."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


class WriteError(Exception):
    """A result that could not be written; the message is for people."""


def write_file(path: Path, data: bytes | str) -> None:
    """Write atomically; the old file, if any, stays until the new one is complete."""
    content = data.encode("utf-8") if isinstance(data, str) else data
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=f".{path.name}.", suffix=".tmp")
    except OSError as error:
        raise WriteError(
            f"不能写入“{folder}”（{error.strerror or error}）。请换一个文件夹，或检查权限和磁盘空间。"
        ) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise WriteError(
            f"写入“{path.name}”失败（{error.strerror or error}）。原文件没有改动；请检查磁盘空间和权限。"
        ) from None
