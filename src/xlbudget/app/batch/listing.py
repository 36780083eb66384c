"""找文件. Which files a batch is about: all of a folder, or those that a list names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

SUFFIXES = frozenset(
    (".xlsx", ".xlsm", ".xls", ".et", ".pdf", ".docx", ".doc", ".wps", ".rtf", ".html", ".htm", ".txt", ".md")
)
"""What a folder is searched for; a file that a list names is taken whatever its name."""
LISTS = (".lst", ".list")


class ListingError(Exception):
    """A batch that has nothing to work on; the message is for people."""


def find_files(source: Path, leave_out: Path | None = None) -> list[Path]:
    """The files of a folder (and its folders) or of a list, each once, in order of their names.

    Links to folders are not followed, so that a link to itself ends nothing; ``leave_out`` is where results go.
    """
    if source.is_dir():
        found = sorted(_walk(source, leave_out.resolve() if leave_out else None))
        if not found:
            raise ListingError(f"文件夹“{source.name}”里没有可以核对的文件（{'、'.join(sorted(SUFFIXES))}）。")
        return found
    if not source.exists():
        raise ListingError(f"找不到“{source}”。请给出文件夹，或每行一个文件名的清单（{'、'.join(LISTS)}）。")
    if source.suffix.lower() not in LISTS:
        return [source]
    try:
        lines = source.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ListingError(f"清单“{source.name}”不是 UTF-8 文本，请另存为 UTF-8 后再试。") from None
    named = [source.parent / line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not named:
        raise ListingError(f"清单“{source.name}”是空的，请每行写一个文件名。")
    return list(dict.fromkeys(named))


def _walk(folder: Path, leave_out: Path | None) -> Iterator[Path]:
    for place, folders, files in os.walk(folder, followlinks=False):
        here = Path(place)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and not (leave_out and (here / name).resolve() == leave_out)
        )
        for name in files:
            path = here / name
            lock = name.startswith((".", "~$"))
            if not lock and path.suffix.lower() in SUFFIXES and path.is_file():
                yield path
