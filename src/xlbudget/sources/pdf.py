"""PDF 文件. Published PDF as paragraphs and grids, with the page and box of every line and cell.

Engine: PDFium (BSD-3/Apache-2.0) through pypdfium2; see docs/decisions. No script of the file is run.
A page without letters but with a picture is a scan: it is named as unread, never taken for an empty page.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2

from xlbudget.model.geometry import Box
from xlbudget.model.provenance import Provenance
from xlbudget.model.raw import EMPTY_CELL, Grid, Paragraph, RawCell, RawDocument, Unread
from xlbudget.sources.failing import SourceError
from xlbudget.sources.ocr import DOUBT, recognised, require_tesseract
from xlbudget.sources.pdfpage import Glyph, Page, read_page
from xlbudget.sources.ruling import SNAP, Lattice, lattices
from xlbudget.sources.textlines import (
    Line,
    Measure,
    cell_text,
    is_figure,
    is_number,
    lines_of,
    measure_of,
    nearest,
    paragraphs_of,
    words_of,
)

MAX_PAGES = 1000
"""A disclosure has some tens of pages; the volume of a whole county some hundreds."""
MAX_LETTERS = 60_000
"""More letters on one page than a sheet of paper can show."""
EDGE = 0.09
"""Running heads and page numbers stand in this part of the page's height, above and below."""


@dataclass(frozen=True, slots=True)
class _Cells:
    """Places of a grid on a page."""

    file: str
    page: int
    boxes: dict[tuple[int, int], Box]

    def at(self, row: int, column: int) -> Provenance:
        return Provenance(file=self.file, page=self.page, box=self.boxes.get((row, column)))


@dataclass(slots=True)
class _Sheet:
    """One page, sorted into tables and lines."""

    number: int
    height: float
    tables: list[tuple[Lattice, list[Glyph]]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    doubt: str = ""


def read_pdf(data: bytes, file: str, ocr: bool = False) -> RawDocument:
    """Read a PDF; raises :class:`SourceError` when it cannot be read at all. ``ocr`` reads scanned pages too."""
    document = RawDocument(file, "pdf", [])
    program = require_tesseract() if ocr else ""
    source = _opened(data)
    try:
        sheets = _sheets(source, document, program)
    finally:
        source.close()
    _drop_running(sheets)
    measure = measure_of([sheet.lines for sheet in sheets])
    before: tuple[Lattice, int] | None = None
    for sheet in sheets:
        before = _add_page(sheet, before, measure, document)
    return document


def _opened(data: bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        reason = str(error).lower()
        if "password" in reason or "security" in reason:
            raise SourceError("PDF 设有打开密码（已加密）", "请去掉密码后另存，再试") from None
        raise SourceError("PDF 文件损坏或不完整，打不开", "请重新下载或重新导出后再试") from None


def _sheets(source: Any, document: RawDocument, program: str) -> list[_Sheet]:
    count = len(source)
    if not count:
        raise SourceError("PDF 中没有页面", "请重新导出后再试")
    sheets, scans = [], []
    for index in range(min(count, MAX_PAGES)):
        page = _page(source, index, document)
        if page is None:
            continue
        if not page.glyphs and page.pictures > 0.3:
            read = _recognised(source, page, program, document)
            if read is None:
                scans.append(page.number)
            else:
                sheets.append(read)
            continue
        if page.crowded or len(page.glyphs) > MAX_LETTERS:
            _unread(document, page.number, "图形或文字过多，不像公开表")
            continue
        if page.hidden:
            document.notes.append(f"第 {page.number} 页有 {page.hidden} 个看不见的字，没有采用")
        sheets.append(_sorted(page))
    if scans and not any(sheet.lines or sheet.tables for sheet in sheets):
        raise SourceError(
            "这是扫描件，页面是图片，没有可读的文字", "请先做文字识别，或提供原来的 Word、Excel 或可复制文字的 PDF"
        )
    for number in scans:
        _unread(document, number, "扫描件，需先识别文字")
    if count > MAX_PAGES:
        what = f"第 {MAX_PAGES + 1} 页至第 {count} 页"
        document.unread.append(
            Unread(what, f"只读前 {MAX_PAGES} 页，请按单位拆分后再试", Provenance(file=document.file))
        )
    return sheets


def _recognised(source: Any, page: Page, program: str, document: RawDocument) -> _Sheet | None:
    """A scanned page read by tesseract, when that was asked for."""
    words = recognised(source[page.number - 1], program) if program else None
    if not words:
        return None
    document.notes.append(f"第 {page.number} 页是扫描件，文字由识别程序读出，可能有误；其中的表没有按表核对")
    return _Sheet(page.number, page.height, lines=lines_of(words), doubt=DOUBT)


def _page(source: Any, index: int, document: RawDocument) -> Page | None:
    try:
        page = source[index]
    except pypdfium2.PdfiumError:
        _unread(document, index + 1, "这一页损坏，读不出")
        return None
    try:
        return read_page(page, index + 1)
    finally:
        page.close()


def _unread(document: RawDocument, number: int, why: str) -> None:
    document.unread.append(Unread(f"第 {number} 页", why, Provenance(file=document.file, page=number)))


def _sorted(page: Page) -> _Sheet:
    """Letters into the lattices they stand in; the rest are lines."""
    found = [lattice for lattice in lattices(page.rules) if len(lattice.xs) > 2]
    # the smallest lattice that holds a letter owns it: tables stand inside frames
    boxes = sorted((_area(lattice.box), *lattice.box, i) for i, lattice in enumerate(found))
    inside: list[list[Glyph]] = [[] for _ in found]
    outside = []
    for glyph in page.glyphs:
        x, y = (glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2
        for _, left, top, right, bottom, i in boxes:
            if left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1:
                inside[i].append(glyph)
                break
        else:
            outside.append(glyph)
    tables = [(lattice, own) for lattice, own in zip(found, inside, strict=True) if own]
    return _Sheet(page.number, page.height, tables, lines_of(outside))


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _drop_running(sheets: list[_Sheet]) -> None:
    """Leave out what stands at the same place of the upper or lower edge of many pages."""

    def key(sheet: _Sheet, line: Line) -> tuple[bool, str] | None:
        top, bottom = line.box[1], line.box[3]
        if bottom <= EDGE * sheet.height or top >= (1 - EDGE) * sheet.height:
            return top > sheet.height / 2, re.sub(r"\d+", "#", line.text.replace(" ", ""))
        return None

    seen = Counter(k for sheet in sheets for line in sheet.lines if (k := key(sheet, line)) is not None)
    for sheet in sheets:
        sheet.lines = [line for line in sheet.lines if (k := key(sheet, line)) is None or seen[k] < 3]


def _add_page(
    sheet: _Sheet, before: tuple[Lattice, int] | None, measure: Measure, document: RawDocument
) -> tuple[Lattice, int] | None:
    """Add the page's blocks in reading order; gives the last lattice, for a table that goes on."""
    lines = sheet.lines
    for lattice, glyphs in sheet.tables:
        above = [line for line in lines if line.box[1] < lattice.ys[0]]
        lines = [line for line in lines if line.box[1] >= lattice.ys[0]]
        _add_text(above, sheet, measure, document)
        if before is not None and not above and sheet.number - before[1] <= 1:
            _widen(lattice, before[0])
        document.blocks.append(_grid(lattice, glyphs, sheet.number, document.file))
        before = (lattice, sheet.number)
    _add_text(lines, sheet, measure, document)
    return None if lines else before


def _add_text(lines: list[Line], sheet: _Sheet, measure: Measure, document: RawDocument) -> None:
    for block in paragraphs_of(lines, measure):
        places = [
            (start, Provenance(file=document.file, page=sheet.number, box=_rounded(box), doubt=sheet.doubt))
            for start, box in block.lines
        ]
        document.blocks.append(Paragraph(block.text, places[0][1], lines=tuple(places)))


def _rounded(box: Box) -> Box:
    return round(box[0], 1), round(box[1], 1), round(box[2], 1), round(box[3], 1)


def _widen(lattice: Lattice, before: Lattice) -> None:
    """Give the rest of a table the columns of its beginning: a page with the total row alone has merged ones."""
    if len(lattice.xs) >= len(before.xs):
        return
    if abs(lattice.xs[0] - before.xs[0]) > SNAP or abs(lattice.xs[-1] - before.xs[-1]) > SNAP:
        return
    taken = [nearest(before.xs, x) for x in lattice.xs]
    if any(abs(before.xs[i] - x) > SNAP for i, x in zip(taken, lattice.xs, strict=True)):
        return
    starts = [0] * (len(before.xs) - 1)
    for old, (first, last) in enumerate(pairwise(taken)):
        for c in range(first, last):
            starts[c] = old
    lattice.owner = [[(row[old][0], taken[row[old][1]]) for old in starts] for row in lattice.owner]
    lattice.xs = list(before.xs)


def _grid(lattice: Lattice, glyphs: list[Glyph], number: int, file: str) -> Grid:
    cells = _placed(lattice, glyphs)
    unruled = [(row, at) for row in range(len(lattice.ys) - 1) if (at := _rows_within(lattice, cells, row))]
    if unruled:
        for row, at in reversed(unruled):
            lattice.split_row(row, at)
        cells = _placed(lattice, glyphs)
    rows = [[EMPTY_CELL] * (len(lattice.xs) - 1) for _ in range(len(lattice.ys) - 1)]
    boxes: dict[tuple[int, int], Box] = {}
    merges = []
    for cell, (top, first, bottom, last) in lattice.spans().items():
        boxes[cell] = _rounded((lattice.xs[first], lattice.ys[top], lattice.xs[last + 1], lattice.ys[bottom + 1]))
        if (top, first) != (bottom, last):
            merges.append((top, first, bottom, last))
        if cell in cells:
            rows[cell[0]][cell[1]] = RawCell(cell_text(lines_of(cells[cell])))
    return Grid(rows, _Cells(file, number, boxes), merges)


def _placed(lattice: Lattice, glyphs: list[Glyph]) -> dict[tuple[int, int], list[Glyph]]:
    """Letters in their cells; a figure that is wider than its cell stays whole."""
    cells: dict[tuple[int, int], list[Glyph]] = {}
    for word in words_of(glyphs):
        if is_number(word):
            homes = Counter(lattice.cell_at(*_middle(glyph)) for glyph in word)
            cells.setdefault(homes.most_common(1)[0][0], []).extend(word)
        else:
            for glyph in word:
                cells.setdefault(lattice.cell_at(*_middle(glyph)), []).append(glyph)
    return cells


def _rows_within(lattice: Lattice, cells: dict[tuple[int, int], list[Glyph]], row: int) -> list[float]:
    """The heights at which a row falls into several: figures stand one above the other in more than one column."""
    own = [cell for cell in dict.fromkeys(lattice.owner[row]) if cell[0] == row and cell in cells]
    if row + 1 < len(lattice.owner) and any(cell in lattice.owner[row + 1] for cell in own):
        return []
    stacks = [lines for cell in own if len(lines := lines_of(cells[cell])) > 1]
    figures = [lines for lines in stacks if all(is_figure(line) for line in lines)]
    if len(figures) < 2:
        return []
    longest = max(figures, key=len)
    if any(len(lines) > len(longest) for lines in figures) or all(lines in figures for lines in stacks):
        return []
    tops = [line.box[1] for line in longest]
    bottoms = [line.box[3] for line in longest]
    return [(bottom + top) / 2 for bottom, top in zip(bottoms, tops[1:], strict=False)]


def _middle(glyph: Glyph) -> tuple[float, float]:
    return (glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2
