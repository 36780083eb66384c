"""区域参数. Turns what a person types for a function's argument into values: numbers, texts, JSON, ranges of a workbook."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlbudget.app.registry import CellValue, Matrix
from xlbudget.sources.failing import SourceError


class RangeError(Exception):
    """A range that cannot be found; the message is for people."""


_RANGE = re.compile(
    r"^(?P<file>.+\.(?:xlsx|xlsm|xls))!(?P<sheet>[^!]+)(?:!(?P<range>\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?))?$",
    re.IGNORECASE,
)
_CORNER = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)", re.IGNORECASE)


def argument_of(text: str) -> Any:
    """One argument as typed."""
    if match := _RANGE.match(text):
        return range_of(Path(match["file"]), match["sheet"], match["range"])
    if text.startswith("["):
        try:
            return json.loads(text, parse_float=Decimal)
        except json.JSONDecodeError as error:
            raise RangeError(f"不是有效的 JSON 数组：{error.msg}") from None
    return text


def range_of(path: Path, sheet: str, corners: str | None) -> Matrix:
    """The cells of a range of a workbook (the whole sheet if no corners are given)."""
    from xlbudget.model.cellref import column_number
    from xlbudget.model.raw import Grid, Paragraph
    from xlbudget.sources.opening import open_document

    try:
        document = open_document(path)
    except SourceError as error:
        raise RangeError(f"{path.name}：{error}") from None
    cells: dict[tuple[int, int], CellValue] = {}
    for block in document.blocks:
        if isinstance(block, Grid) and block.sheet == sheet:
            first = _corner(block.places.at(0, 0).cell)
            for r, row in enumerate(block.rows):
                for c, cell in enumerate(row):
                    if cell.text or cell.number is not None:
                        cells[first[0] + r, first[1] + c] = cell.number if cell.number is not None else cell.text
        elif isinstance(block, Paragraph) and block.place.sheet == sheet:
            cells[_corner(block.place.cell)] = block.text
    if not cells:
        raise RangeError(f"工作簿里没有工作表“{sheet}”，或表是空的。")
    if corners:
        found = [(int(row), column_number(letters.upper())) for letters, row in _CORNER.findall(corners)]
        (top, left), (bottom, right) = found[0], found[-1]
    else:
        top, left = min(r for r, _ in cells), min(c for _, c in cells)
        bottom, right = max(r for r, _ in cells), max(c for _, c in cells)
    return [[cells.get((r, c)) for c in range(left, right + 1)] for r in range(top, bottom + 1)]


def _corner(ref: str) -> tuple[int, int]:
    from xlbudget.model.cellref import column_number

    match = _CORNER.fullmatch(ref)
    assert match is not None
    return int(match[2]), column_number(match[1].upper())
