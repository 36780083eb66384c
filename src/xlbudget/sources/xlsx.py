"""工作簿. Excel workbooks (.xlsx, .xlsm, and .xls as far as values go): values, shown decimals, formulas, hidden parts.

Values come from python-calamine (fast, no formula is evaluated, no macro is run); what it does not tell
(number formats, formulas without a result, error values, hidden rows) from :mod:`.sheetxml`.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from xlbudget.model.amount import plain
from xlbudget.model.cellref import cell_name
from xlbudget.model.ownsheets import OWN_VERDICT
from xlbudget.model.provenance import Provenance
from xlbudget.model.raw import EMPTY_CELL, Block, Grid, Paragraph, RawCell, RawDocument, Unread
from xlbudget.sources.failing import SourceError
from xlbudget.sources.package import DAMAGE, open_package
from xlbudget.sources.sheetxml import (
    GENERAL,
    NumberFormat,
    SheetMarks,
    cell_styles,
    sheet_marks,
    sheet_parts,
    used_area,
)
from xlbudget.sources.valuereading import no_panic, open_values

MAX_CELLS = 4_000_000
"""A sheet whose used area is larger has a stray cell at its far end, not a larger table."""


def read_xlsx(data: bytes, file: str) -> RawDocument:
    """Read a workbook; raises :class:`SourceError` when it is none or is damaged."""
    package = _package(data)
    from python_calamine import CalamineError, PasswordError

    try:
        book = open_values(data, package)
        metadata = book.sheets_metadata
    except PasswordError:
        raise SourceError("工作簿设有打开密码", "请用 Excel 去掉密码（文件、信息、保护工作簿）后再试") from None
    except (CalamineError, OSError, ValueError) as error:
        raise SourceError(f"工作簿已损坏，无法打开（{_brief(error)}）", "请用 Excel 打开并另存一份，再试") from None
    document = RawDocument(file, "xlsx", [])
    styles: list[NumberFormat] = []
    parts: dict[str, str] = {}
    if package is not None:
        try:
            styles, parts = cell_styles(package), sheet_parts(package)
        except (KeyError, *DAMAGE) as error:
            raise SourceError(f"工作簿已损坏（{_brief(error)}）", "请用 Excel 打开并另存一份，再试") from None
    for meta in metadata:
        name = meta.name
        if "WorkSheet" not in str(meta.typ):
            continue
        if not str(meta.visible).endswith(".Visible"):
            document.unread.append(hidden_sheet(file, name))
            continue
        area = _area(package, parts, name)
        if area is not None and area[0] * area[1] > MAX_CELLS:
            document.unread.append(_too_large(file, name, *area))
            continue
        try:
            with no_panic():
                sheet = book.get_sheet_by_name(name)
        except (CalamineError, OSError, ValueError) as error:
            document.unread.append(_damaged(file, name, error))
            continue
        if sheet.height * sheet.width > MAX_CELLS:
            document.unread.append(_too_large(file, name, sheet.height, sheet.width))
            continue
        marks = SheetMarks()
        if package is not None and name in parts:
            try:
                marks = sheet_marks(package, parts[name], styles)
            except DAMAGE as error:
                document.unread.append(_damaged(file, name, error))
                continue
        if not marks.complete:
            document.unread.append(
                Unread(
                    f"工作表“{name}”的数字格式",
                    "格式过多，未读取；显示位数按数值判断",
                    Provenance(file=file, sheet=name),
                )
            )
        try:
            with no_panic():
                values = sheet.to_python(skip_empty_area=True)
                merges = sheet.merged_cell_ranges or ()
        except (CalamineError, OSError, ValueError) as error:
            document.unread.append(_damaged(file, name, error))
            continue
        document.blocks.extend(sheet_blocks(values, sheet.start or (0, 0), merges, name, file, marks))
    return document


def _package(data: bytes) -> zipfile.ZipFile | None:
    """The zip package of an .xlsx, or ``None`` for an .xls."""
    if not data.startswith(b"PK"):
        return None
    return open_package(data)


def _area(package: zipfile.ZipFile | None, parts: dict[str, str], name: str) -> tuple[int, int] | None:
    """The used area of a sheet, if the package tells; a damaged part is left to the reader to name."""
    if package is None or name not in parts:
        return None
    try:
        return used_area(package, parts[name])
    except DAMAGE:
        return None


def hidden_sheet(file: str, name: str) -> Unread:
    why = "工作表已隐藏，未核对；如需核对请取消隐藏"
    return Unread(f"工作表“{name}”", why, Provenance(file=file, sheet=name))


def _damaged(file: str, name: str, error: Exception) -> Unread:
    return Unread(f"工作表“{name}”", f"工作表已损坏（{_brief(error)}）", Provenance(file=file, sheet=name))


def _too_large(file: str, name: str, rows: int, columns: int) -> Unread:
    why = f"使用区域过大（{rows} 行 × {columns} 列），请删除表格之外的多余行列"
    return Unread(f"工作表“{name}”", why, Provenance(file=file, sheet=name))


def _brief(error: Exception) -> str:
    return str(error).splitlines()[0][:80] if str(error) else type(error).__name__


@dataclass(frozen=True, slots=True)
class _Cells:
    """Places of a grid that begins at a cell of a sheet (0-based)."""

    file: str
    sheet: str
    row: int
    column: int

    def at(self, row: int, column: int) -> Provenance:
        return Provenance(file=self.file, sheet=self.sheet, cell=cell_name(self.row + row, self.column + column))


def sheet_blocks(
    values: Sequence[Sequence[Any]],
    corner: tuple[int, int],
    merges: Iterable[tuple[tuple[int, int], tuple[int, int]]],
    name: str,
    file: str,
    marks: SheetMarks,
) -> Iterator[Block]:
    """A sheet as grids, and as paragraphs above, below and, where sentences stand there, between them.

    ``values`` is the used area, whose upper left cell is ``corner``; ``merges`` are (first, last) cells. Positions are
    0-based (row, column).
    """
    values, (top, left) = _document_area(values, corner, marks)
    if not values:
        return
    rows = [_row(row, top + r, left, marks) for r, row in enumerate(values)]
    filled = [[c for c, cell in enumerate(row) if cell.text or cell.number is not None or cell.trouble] for row in rows]
    merges = list(merges)
    done = 0
    for first, last in _tables(rows, filled):
        yield from _paragraphs(rows[done:first], filled[done:first], _Cells(file, name, top + done, left))
        done = last
        spans = [
            (upper - top - first, start - left, lower - top - first, end - left)
            for (upper, start), (lower, end) in merges
            if upper - top >= first and lower - top < last and start >= left
        ]
        yield Grid(
            rows[first:last],
            _Cells(file, name, top + first, left),
            spans,
            name,
            frozenset(r - top - first for r in marks.hidden_rows if top + first <= r < top + last),
            frozenset(c - left for c in marks.hidden_columns if c >= left),
        )
    yield from _paragraphs(rows[done:], filled[done:], _Cells(file, name, top + done, left))


_SENTENCE = re.compile(r"^.{24,}[。；]", re.DOTALL)


def _tables(rows: list[list[RawCell]], filled: list[list[int]]) -> list[tuple[int, int]]:
    """The first and the last row, exclusive, of each grid: sentences row after row part two of them."""
    wide = [r for r, columns in enumerate(filled) if len(columns) > 1]
    if not wide:
        return []
    found = [(wide[0], wide[0] + 1)]
    for before, row in pairwise(wide):
        between = (rows[r][columns[0]].text for r in range(before + 1, row) for columns in (filled[r],) if columns)
        if sum(1 for text in between if _SENTENCE.match(text)) >= 2:
            found.append((row, row + 1))
        else:
            found[-1] = (found[-1][0], row + 1)
    return found


def _document_area(
    values: Sequence[Sequence[Any]], corner: tuple[int, int], marks: SheetMarks
) -> tuple[Sequence[Sequence[Any]], tuple[int, int]]:
    """The area up to the outermost values, without our own verdicts beside a table, and its upper left cell.

    A program's used area also has cells that are only formatted; a verdict is text about the document, not of it.
    """
    top, left = corner
    ours = {
        at
        for at, formula in marks.formulas.items()
        if OWN_VERDICT.search(formula) and _inside(values, at[0] - top, at[1] - left)
    }
    if ours:
        values = [list(row) for row in values]
        for row, column in ours:
            values[row - top][column - left] = ""  # type: ignore[index]
    filled = [[c for c, value in enumerate(row) if value != ""] for row in values]
    rows = [r for r, columns in enumerate(filled) if columns]
    kept = [at for at in marks.without_value | marks.errors.keys() if at not in ours]
    rows += [r - top for r, c in kept if _inside(values, r - top, c - left)]
    columns = [c for row in filled for c in row[:1] + row[-1:]]
    columns += [c - left for r, c in kept if _inside(values, r - top, c - left)]
    if not rows:
        return [], corner
    first, last, start, end = min(rows), max(rows), min(columns), max(columns)
    return [row[start : end + 1] for row in values[first : last + 1]], (top + first, left + start)


def _inside(values: Sequence[Sequence[Any]], row: int, column: int) -> bool:
    return 0 <= row < len(values) and 0 <= column < len(values[row])


def _paragraphs(rows: list[list[RawCell]], filled: list[list[int]], places: _Cells) -> Iterator[Paragraph]:
    for r, columns in enumerate(filled):
        for c in columns:
            for line in rows[r][c].text.splitlines():
                if line.strip():
                    yield Paragraph(line.strip(), places.at(r, c))


def _row(values: Sequence[Any], row: int, left: int, marks: SheetMarks) -> list[RawCell]:
    cells: list[RawCell] = []
    formulas, errors, formats = marks.formulas, marks.errors, marks.formats
    for column, value in enumerate(values, left):
        at = (row, column)
        kind = type(value)
        if at in formulas and OWN_VERDICT.search(formulas[at]):
            cells.append(EMPTY_CELL)
        elif at in errors:
            cells.append(RawCell(errors[at], formula=formulas.get(at, ""), trouble=f"错误值 {errors[at]}"))
        elif at in formulas and at in marks.without_value:
            cells.append(RawCell("", formula=formulas[at], trouble="公式没有计算结果"))
        elif kind is float or kind is int:
            cells.append(_number(value, formats.get(at, GENERAL), formulas.get(at, "")))
        elif kind is str:
            text = value.strip()
            cells.append(RawCell(text, formula=formulas.get(at, "")) if text else EMPTY_CELL)
        else:
            cells.append(RawCell(_other(value), formula=formulas.get(at, "")))
    return cells


def _other(value: Any) -> str:
    """Truth values and times, as a sheet shows them."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value).removesuffix(" 00:00:00")


def _number(value: float, shown: NumberFormat, formula: str) -> RawCell:
    number = Decimal(f"{value:.15g}")
    if shown is GENERAL:
        text = plain(Decimal(f"{value:.11g}"))
        return RawCell(text, number, None, formula, "", Decimal(text))
    display = number.scaleb(-shown.scale) if shown.scale else number
    if shown.percent:
        display = display.scaleb(2)
    if shown.decimals is not None and -int(display.as_tuple().exponent) > shown.decimals:
        display = display.quantize(Decimal(1).scaleb(-shown.decimals), ROUND_HALF_UP)
    text = f"{display:.{shown.decimals}f}" if shown.decimals is not None else plain(display)
    if shown.percent:
        return RawCell(text + "%", formula=formula)
    if shown.hides_zero and not number:
        text = ""
    trouble = "数字格式隐藏了数值" if shown.hides else ""
    stored = number.scaleb(-shown.scale) if shown.scale else number
    return RawCell(text, stored, shown.decimals, formula, trouble, display)
