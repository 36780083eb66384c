"""公开文本. A publication before it has a format: cover, headings, paragraphs, tables as printed, charts as figures.

The writers of Word, HTML and open data all start from this; what one shows the others show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.raw import Grid
from xlbudget.model.table import Side, Table
from xlbudget.model.wording import bare, numbering, ordinal
from xlbudget.packs.publishing import Publishing, filled


@dataclass(frozen=True, slots=True)
class Heading:
    """标题. ``level`` 1 for a part, 2 and 3 below."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """一段文字."""

    text: str


@dataclass(frozen=True, slots=True)
class Slice:
    """图中的一项. A label and its amount in 万元."""

    label: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Chart:
    """图. ``pie`` shows parts of a whole, ``bar`` compares; nothing that is zero is drawn."""

    title: str
    kind: str
    slices: tuple[Slice, ...]

    @property
    def total(self) -> Decimal:
        return sum((one.amount for one in self.slices), Decimal(0))


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """表中一格. ``right`` and ``down`` are how many columns and rows it covers; a covered cell has none (0)."""

    text: str
    right: int = 1
    down: int = 1
    money: bool = False


@dataclass(frozen=True, slots=True)
class TableWords:
    """表的标题用语. The words above a table: ``表1``, its title, its entry in the contents, its maker, its money unit."""

    number: str
    title: str
    contents: str
    maker: str
    unit: str


@dataclass(slots=True)
class PrintedTable:
    """一张表, as printed: ``heading`` rows first, then the body. ``widths`` are relative."""

    number: int | None
    title: str
    money_unit: str
    maker: str
    rows: list[list[PrintedCell]]
    heading: int
    landscape: bool
    widths: list[float]
    notes: list[str] = field(default_factory=list)
    id: str = ""
    label_column: int = 0
    bold: frozenset[int] = frozenset()
    """Rows of totals."""

    words: TableWords | None = None

    @property
    def printed(self) -> TableWords:
        """What is printed above it, and how the contents list it."""
        return self.words or TableWords("附表", self.title, self.title, "", f"单位：{self.money_unit}")


Block = Heading | Text | Chart | PrintedTable


@dataclass(slots=True)
class Publication:
    """公开文本. ``title`` is what the cover says; ``facts`` are its lines below (批复时间 ...)."""

    title: str
    unit: str
    year: int
    level: str
    stage: str
    blocks: list[Block]
    facts: list[tuple[str, str]] = field(default_factory=list)
    cover: tuple[str, ...] = ()
    """The lines of the cover's title; :attr:`title` names the file and heads the web page."""

    @property
    def tables(self) -> list[PrintedTable]:
        return [block for block in self.blocks if isinstance(block, PrintedTable)]

    @property
    def charts(self) -> list[Chart]:
        return [block for block in self.blocks if isinstance(block, Chart)]

    def texts(self) -> Iterator[str]:
        """Every text that will be public, for the last look before it is."""
        yield self.title
        yield from self.cover
        for name, value in self.facts:
            yield f"{name}：{value}"
        for block in self.blocks:
            if isinstance(block, Heading | Text):
                yield block.text
            elif isinstance(block, PrintedTable):
                words = block.printed
                yield from (words.number, words.title, words.contents, words.maker)
                yield from (cell.text for row in block.rows for cell in row if cell.text)
                yield from block.notes


TABLES_PART = re.compile(r"(预算|决算)(公开)?表$")
"""The heading under which a form has its tables."""
_NUMERIC = re.compile(r"^[-−(（]?[\d,]+(\.\d+)?[)）]?%?$|^-$|^—$")
TALL = 30
"""A table of more rows stands better on a page along, if it is not wide."""
_WHOLE = 36
"""A column of texts up to this length (in half characters) is not wrapped."""
_ON_ONE_PAGE = 12
"""Rows of targets, of up to three lines each, that stay together on a page across."""
WIDE = 8
"""More columns than this stand on a page across."""


def composed(
    disclosure: Disclosure,
    lines: Sequence[tuple[int, str]],
    landscape: Mapping[str, bool],
    charts: Sequence[tuple[re.Pattern[str], Chart]],
    facts: Sequence[tuple[str, str]] = (),
    forms: Publishing | None = None,
) -> Publication:
    """The publication of a disclosure: its text with the charts behind their sections and the tables in their part."""
    forms = forms or Publishing()
    printed = [printed_table(table, landscape.get(table.id, False), forms.thousands) for table in _ordered(disclosure)]
    for table in printed:
        table.words = _words(table, disclosure, forms)
    blocks: list[Block] = []
    waiting: list[Chart] = []
    placed = False
    left = list(charts)
    for level, text in lines:
        if level:
            blocks += waiting
            waiting = []
            blocks.append(Heading(level, text))
            if level == 1 and not placed and TABLES_PART.search(bare(text)):
                blocks += printed
                placed = True
            for pattern, chart in list(left):
                if level > 1 and pattern.search(bare(numbering(text)[2])):
                    waiting.append(chart)
                    left.remove((pattern, chart))
        else:
            blocks.append(Text(text))
    blocks += waiting
    if not placed and printed:
        blocks += [Heading(1, f"{disclosure.level.chinese}{disclosure.stage.chinese}表"), *printed]
    year = disclosure.year or 0
    title = f"{disclosure.unit}{year}年度{disclosure.level.chinese}{disclosure.stage.chinese}公开"
    kind, stage = disclosure.level.chinese, disclosure.stage.chinese
    cover = tuple(filled(line, _values(disclosure)) for line in forms.cover)
    return Publication(title, disclosure.unit, year, kind, stage, blocks, list(facts), cover)


def _values(disclosure: Disclosure) -> dict[str, str]:
    return {
        "单位": disclosure.unit,
        "年度": str(disclosure.year or ""),
        "级次": disclosure.level.chinese,
        "阶段": disclosure.stage.chinese,
    }


_OWN_PREFIX = re.compile(r"^(20\d\d年度?)?(部门|预算单位|单位)?(?=\S{4})")


def _words(table: PrintedTable, disclosure: Disclosure, forms: Publishing) -> TableWords:
    """The words above a table, in the form's own manner; a form that says nothing of titles keeps the workbook's."""
    bare_title = table.title if forms.title == "{表名}" else _OWN_PREFIX.sub("", table.title)
    values = _values(disclosure) | {"表名": bare_title, "金额单位": table.money_unit}
    if table.number:
        number = str(table.number)
        values |= {"序号": number, "两位序号": number.zfill(2), "中文序号": ordinal(table.number)}
    title = filled(forms.title, values)
    values["表名"] = title
    return TableWords(
        number=filled(forms.number, values) if table.number else "附表",
        title=title,
        contents=filled(forms.contents, values) if table.number else title,
        maker=filled(forms.maker, values | {"单位": table.maker}) if table.maker else "",
        unit=filled(forms.unit, values),
    )


def _ordered(disclosure: Disclosure) -> list[Table]:
    known = [table for table in disclosure.tables if table.number is not None]
    return sorted(known, key=lambda t: t.number or 0) + [t for t in disclosure.tables if t.number is None]


def printed_table(table: Table, landscape: bool, thousands: bool = False) -> PrintedTable:
    """A bound table as it was printed: heading rows, body, merged cells; ``thousands`` parts figures as 1,234,567."""
    if not any(row.grid is not None for row in table.rows):
        return _without_figures(table)
    grids: list[tuple[Grid, int]] = []
    for row in table.rows:
        if row.grid is not None and not any(grid is row.grid for grid, _ in grids):
            grids.append((row.grid, row.grid_row))
    money = {
        cell.grid_column
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=False)
        if column.money and cell.text
    }
    rows: list[list[PrintedCell]] = []
    heading = grids[0][1] if grids else 0
    bold: set[int] = set()
    for n, (grid, first) in enumerate(grids):
        start = 0 if n == 0 else first
        totals = {row.grid_row for row in table.rows if row.grid is grid and row.role in ("total", "current")}
        offset = len(rows) - start
        last = max(row.grid_row for row in table.rows if row.grid is grid)
        rows += _printed_rows(grid, start, max(last + 1, _last_filled(grid)), heading, money)
        bold |= {offset + r for r in totals}
    if thousands:
        rows = [[_parted(cell) for cell in row] for row in rows]
    if table.id == "targets":
        rows = _projects_merged(rows, heading)
    if not any(row.side is not Side.NONE for row in table.rows):
        rows, bold = _without_empty_rows(rows, heading, bold)
    width = max((len(row) for row in rows), default=0)
    for cells in rows:
        cells += [PrintedCell("")] * (width - len(cells))
    rows, width, money = _without_empty_columns(rows, width, money)
    return PrintedTable(
        number=table.number,
        title=table.title,
        money_unit=table.money_unit.value,
        maker=table.maker,
        rows=rows,
        heading=heading,
        landscape=width > WIDE or (landscape and len(rows) <= TALL),
        widths=_widths(rows, width, heading, money),
        notes=[text for text, _ in table.notes],
        id=table.id,
        label_column=next((c for c in range(width) if c not in money), 0),
        bold=frozenset(bold),
    )


def _without_figures(table: Table) -> PrintedTable:
    """A form with nothing in it: its columns, a total row left blank, and the note that says so."""
    heads = ["科目编码", "科目名称", *(column.heading.split("/")[-1] for column in table.columns if column.money)]
    rows = [[PrintedCell(text) for text in heads], [PrintedCell("合计" if c == 1 else "") for c in range(len(heads))]]
    notes = [text for text, _ in table.notes] or ["注：本表无数据。"]
    widths = [12.0, 30.0, *[14.0] * (len(heads) - 2)]
    unit = table.money_unit.value
    return PrintedTable(table.number, table.title, unit, table.maker, rows, 1, False, widths, notes, table.id, 1)


def _last_filled(grid: Grid) -> int:
    return max((r + 1 for r, row in enumerate(grid.rows) if any(cell.text.strip() for cell in row)), default=0)


def _printed_rows(grid: Grid, start: int, end: int, heading: int, money: set[int]) -> list[list[PrintedCell]]:
    covered: dict[tuple[int, int], PrintedCell] = {}
    for top, left, bottom, right in grid.merges:
        if start <= top and bottom < end:
            for r in range(top, bottom + 1):
                for c in range(left, right + 1):
                    covered[r, c] = PrintedCell("", 0, 0)
            covered[top, left] = PrintedCell(grid.cell(top, left).text.strip(), right - left + 1, bottom - top + 1)
    made = []
    for r in range(start, end):
        row = []
        for c in range(max(grid.width, 1)):
            text = grid.cell(r, c).text.strip()
            numeric = r >= heading and (c in money or bool(_NUMERIC.match(text) and "." in text))
            row.append(covered.get((r, c)) or PrintedCell(text, money=numeric))
        made.append(row)
    return made


def _parted(cell: PrintedCell) -> PrintedCell:
    match = re.fullmatch(r"(-?)(\d{4,})(\.\d+)?", cell.text) if cell.money else None
    return replace(cell, text=f"{match[1]}{int(match[2]):,}{match[3] or ''}") if match else cell


def _projects_merged(rows: list[list[PrintedCell]], heading: int) -> list[list[PrintedCell]]:
    """A list of projects with their indicators: what stands once for a project reaches down to its last indicator.

    Only where the list stays on one page: a merged cell that a page cuts is cut in the middle of its words.
    """
    heads = [cell.text for cell in rows[heading - 1]] if heading == 1 else []
    if (
        len(rows) > _ON_ONE_PAGE
        or "一级指标" not in heads
        or any(cell.right != 1 or cell.down != 1 for row in rows for cell in row)
    ):
        return rows
    level = heads.index("一级指标")
    made = [list(row) for row in rows]
    for r in range(heading, len(rows)):
        end = r + 1
        while end < len(rows) and not any(c.text for c in rows[end][:level]) and any(c.text for c in rows[end][level:]):
            end += 1
        if end - r > 1 and rows[r][0].text:
            for c in range(level):
                made[r][c] = replace(rows[r][c], down=end - r)
                for k in range(r + 1, end):
                    made[k][c] = PrintedCell("", 0, 0)
    return made


def _without_empty_rows(
    rows: list[list[PrintedCell]], heading: int, bold: set[int]
) -> tuple[list[list[PrintedCell]], set[int]]:
    """Rows that a workbook keeps free for entries are no part of what is published."""
    kept = [
        r
        for r, row in enumerate(rows)
        if r < heading or any(cell.text or cell.right != 1 or cell.down != 1 for cell in row)
    ]
    return [rows[r] for r in kept], {n for n, r in enumerate(kept) if r in bold}


def _without_empty_columns(
    rows: list[list[PrintedCell]], width: int, money: set[int]
) -> tuple[list[list[PrintedCell]], int, set[int]]:
    """Columns at the right edge that hold nothing are no part of the table."""
    end = width
    while end > 1 and all(not row[end - 1].text and row[end - 1].right == 1 for row in rows):
        end -= 1
    return [row[:end] for row in rows], end, {c for c in money if c < end}


def _widths(rows: list[list[PrintedCell]], width: int, heading: int, money: set[int]) -> list[float]:
    """What each column needs, in half characters: figures whole, texts wrapped to a bearable height."""
    needs = []
    for c in range(width):
        body = [_half(row[c].text) for row in rows[heading:] if row[c].right == 1]
        heads = [_half(row[c].text) for row in rows[:heading] if row[c].right == 1]
        longest, head = max(body, default=0), max(heads, default=0)
        if c in money:
            needs.append(float(max(longest + 3, min(head, 12) / 1.6, 7)))
        else:
            typical = longest if longest <= _WHOLE else sorted(body)[int(len(body) * 0.9)]
            needs.append(float(min(max(typical, min(longest, 18), min(head, 10), 4) + 2, 46)))
    return needs


def _half(text: str) -> int:
    """The width of a text in half characters."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)
