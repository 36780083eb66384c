"""取值. The values of a workbook by python-calamine, which is native code: what would stop the whole process is stopped here.

It trusts two counts of a file and sets aside memory for them before it reads anything: a count of texts (SpreadsheetML)
and the dimensions of a sheet (BIFF). Absurd ones ended the process, so they are looked at first. Damage that it did not
think of raises a panic, which is no ``Exception``.

Source: ISO 29500-1, 18.4.9 (sst); MS-XLS, 2.4.90 (Dimensions).
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from xlbudget.sources.failing import SourceError
from xlbudget.sources.package import DAMAGE

TEXTS = "xl/sharedStrings.xml"
_COUNT = re.compile(rb'\b(?:uniqueC|c)ount\s*=\s*["\']\s*(\d+)')
_DIMENSIONS = b"\x00\x02\x0e\x00"
"""A record of kind 0x0200 with fourteen bytes."""
OLD_ROWS, OLD_COLUMNS = 65_536, 256
AGAIN = "请用 Excel 打开并另存一份，再试"


@contextmanager
def no_panic() -> Iterator[None]:
    """A panic of the native code becomes an ``OSError``, as other damage does."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise OSError(f"内容不合规范：{error}") from None


def open_values(data: bytes, package: zipfile.ZipFile | None) -> Any:
    """The workbook as calamine has it; raises :class:`SourceError` for one that it must not be given."""
    from python_calamine import CalamineWorkbook

    if package is None:
        _old_dimensions(data)
    else:
        _count_of_texts(package)
    with no_panic():
        return CalamineWorkbook.from_filelike(io.BytesIO(data))


def _count_of_texts(package: zipfile.ZipFile) -> None:
    """There cannot be more texts than bytes that hold them."""
    if TEXTS not in package.namelist():
        return
    try:
        with package.open(TEXTS) as part:
            head = part.read(4096)
    except DAMAGE:
        return  # the reader names it
    start = head.find(b"sst")
    counts = [int(n) for n in _COUNT.findall(head[start : head.find(b">", start)])] if start >= 0 else []
    if any(count > package.getinfo(TEXTS).file_size for count in counts):
        raise SourceError("工作簿已损坏（共享文本的个数不合情理）", AGAIN)


def _old_dimensions(data: bytes) -> None:
    """A sheet of the old format has at most 65,536 rows and 256 columns."""
    at = data.find(_DIMENSIONS)
    while at >= 0 and at + 16 <= len(data):
        first_row, last_row, first_column, last_column = struct.unpack_from("<IIHH", data, at + 4)
        if not (first_row <= last_row <= OLD_ROWS and first_column <= last_column <= OLD_COLUMNS):
            raise SourceError("工作簿已损坏（工作表的大小不合情理）", AGAIN)
        at = data.find(_DIMENSIONS, at + 4)
