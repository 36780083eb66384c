"""尾差调平一本工作簿. Levels the tables of a workbook and says which cells get which content.

Formulas that add up levelled cells stay (their sums come out right) and get their new result; formulas that do
something else, such as dividing by 10000, give way to the levelled figure, because calculating them again would
bring the 尾差 back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from html import unescape
from pathlib import Path

from xlbudget.app.levelling import KnownSum, Levelled, Levelling, level
from xlbudget.authoring.book import Book
from xlbudget.authoring.dependants import Formula, dependants
from xlbudget.authoring.formulas import Area, moved
from xlbudget.authoring.summing import Content, Summands, summands
from xlbudget.authoring.workbook import KEEP, CellEdit, StyleEdit
from xlbudget.authoring.xmlregion import Element
from xlbudget.model.amount import MoneyUnit
from xlbudget.model.cellref import cell_name, cell_position
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.provenance import Provenance
from xlbudget.packs.schema import Pack
from xlbudget.reading.disclosing import disclose
from xlbudget.sources.failing import SourceError
from xlbudget.sources.opening import open_document


@dataclass(frozen=True, slots=True)
class Pins:
    """不许调整的单元格. Cells (``3支出总表!C7``), and all rows of totals if ``totals``."""

    cells: frozenset[str]
    totals: bool = False

    @classmethod
    def of(cls, text: str) -> Pins:
        """As a person writes them: with commas between, ``合计`` for the rows of totals."""
        said = re.sub(r"['$]", "", text).replace("！", "!")
        wanted = {piece.strip().casefold() for piece in re.split(r"[,，、;；\n]", said)} - {""}
        return cls(frozenset(wanted - {"合计"}), "合计" in wanted)

    def __call__(self, place: Provenance) -> bool:
        row = place.row.rpartition(" ")[2]
        total = self.totals and ("合计" in row or "总计" in row)
        return total or f"{place.sheet}!{place.cell}".casefold() in self.cells

    def unknown(self, levelling: Levelling) -> list[str]:
        """The cells that hold no figure of a table."""
        return sorted(self.cells - {f"{f.place.sheet}!{f.place.cell}".casefold() for f in levelling.figures})


@dataclass(slots=True)
class BookLevelling:
    """调平一本工作簿的结果. What to write, what moved, and which formulas gave way to figures."""

    levelling: Levelling
    edits: list[CellEdit] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)

    @property
    def unequal(self) -> list[str]:
        """The relations that did not hold before, with how much they differ."""
        return [f"{e.says}（相差 {e.comparison.difference_text}）" for e in self.levelling.unequal]

    @property
    def remarks(self) -> list[tuple[str, list[str]]]:
        """What a person must know beside the cells that moved, by kind."""
        levelling = self.levelling
        kinds = [
            ("原来就不相等、调平不了的关系（请先改正）", self.unequal),
            ("舍去或进位都不能同时满足的关系", ["；".join(c) for c in levelling.conflicts]),
            ("最后仍不相等的关系", levelling.broken),
            ("公式换成了数值的单元格", self.replaced),
        ]
        return [(title, items) for title, items in kinds if items]


def level_book(
    path: Path, pack_id: str | None, unit: MoneyUnit, decimals: int, pinned: Callable[[Provenance], bool]
) -> BookLevelling:
    """Raises ``SourceError`` when the file cannot be read, ``WorkbookError`` when it cannot be changed."""
    return _level(path, disclose(open_document(path), pack_id), unit, decimals, pinned)


def level_as_published(path: Path, disclosure: Disclosure, pack: Pack) -> BookLevelling:
    """按表式调平. Levels the tables to the unit and decimals that the form publishes most of them in.

    The few tables of another unit (三公 in 万元 beside tables in 元) stay as they are. Raises as :func:`level_book`.
    """
    forms = {spec.id: (spec.money_unit, spec.decimals) for spec in pack.tables}
    there = [forms[t.id] for t in disclosure.tables_read() if t.id in forms]
    unit, decimals = max(there, key=there.count, default=(MoneyUnit.WAN, 2))
    tables = [t for t in disclosure.tables if forms.get(t.id, (unit, decimals)) == (unit, decimals)]
    return _level(path, replace(disclosure, tables=tables), unit, decimals, lambda _: False)


def _level(
    path: Path, disclosure: Disclosure, unit: MoneyUnit, decimals: int, pinned: Callable[[Provenance], bool]
) -> BookLevelling:
    if not any(disclosure.tables_read()):
        raise SourceError("没有认出任何有金额的预算（决算）表，无法调平", "请确认工作簿里有带表头的公开表")
    cells = BookCells(path.read_bytes())
    sums = {p: found for p, formula in cells.formulas() if (found := cells.summands(p, formula)) is not None}
    known = [
        KnownSum(_named(place), _parts(found), f"公式 {place[0]}!{cell_name(*place[1:])}")
        for place, found in sums.items()
    ]
    result = BookLevelling(level([disclosure], unit, decimals, pinned, known))
    final = {_place(f): f for f in result.levelling.figures if f.place.sheet and f.place.cell}
    changed = {place for place, figure in final.items() if cells.numbers.get(place) != figure.value}
    stale = cells.resting_on(changed) | changed
    for place, figure in final.items():
        style = _style(figure, decimals)
        added = sums.get(place)
        if not cells.formula(place):
            if place in changed or style:
                result.edits.append(CellEdit(*_named(place), figure.value, style=style))
        elif added is not None and _sum_after(added, final, cells) == figure.value:
            if place in stale or style:  # a sum whose parts moved keeps its result with it, though it is the same
                result.edits.append(CellEdit(*_named(place), figure.value, KEEP, style))
        elif place in stale:
            result.replaced.append("!".join(_named(place)))
            result.edits.append(CellEdit(*_named(place), figure.value, style=style))
    result.edits += list(_captions(disclosure, cells, unit))
    return result


class BookCells:
    """单元格内容. The texts, numbers and formulas of a workbook, for reading sums and captions."""

    def __init__(self, data: bytes) -> None:
        self._book = Book(data)
        self._shared = self._shared_texts()
        self._sheets: dict[str, dict[tuple[int, int], Content]] = {}
        self.numbers: dict[tuple[str, int, int], Decimal] = {}
        for entry in self._book.sheets:
            if self._book.package.tree(entry.part).first("sheetData") is None:
                continue
            xml = self._book.xml(entry)
            formulas = xml.formulas()
            own = self._sheets[entry.name] = {}
            for row, column, cell in xml.cells():
                value = cell.first("v")
                text = xml.text(value) if value is not None else ""
                if cell.get("t") == "s" and text.isdigit() and int(text) < len(self._shared):
                    text = self._shared[int(text)]
                elif cell.get("t") == "inlineStr":
                    text = "".join(xml.text(e) for e in cell.walk() if e.name == "t")
                elif cell.get("t") in ("", "n") and text:
                    self.numbers[entry.name, row, column] = Decimal(f"{Decimal(text):.15g}")
                source, down, right = formulas.get((row, column), ("", 0, 0))
                source = moved(source, down, right) if down or right else source
                if text or source:
                    own[row, column] = Content(text, source)

    def _shared_texts(self) -> list[str]:
        part = self._book.package.related(self._book.part, "sharedStrings")
        if part is None:
            return []
        data, root = self._book.package[part], self._book.package.tree(part)
        return [
            unescape(b"".join(data[t.inner : t.outer] for t in _texts(item)).decode("utf-8")) for item in root.all("si")
        ]

    def formulas(self) -> Iterator[tuple[tuple[str, int, int], str]]:
        for sheet, cells in self._sheets.items():
            for (row, column), content in cells.items():
                if content.formula:
                    yield (sheet, row, column), content.formula

    def formula(self, place: tuple[str, int, int]) -> str:
        return self._sheets.get(place[0], {}).get(place[1:], Content()).formula

    def resting_on(self, changed: set[tuple[str, int, int]]) -> set[tuple[str, int, int]]:
        """The formulas that come out differently when these cells change."""
        formulas = [Formula(place, text) for place, text in self.formulas()]
        return set(dependants(formulas, self._book.names(), changed))

    def summands(self, place: tuple[str, int, int], formula: str) -> Summands | None:
        return summands(formula, place[0], place[1], self.area)

    def area(self, sheet: str, area: Area) -> Iterator[tuple[int, int, Content]]:
        cells = self._sheets.get(sheet, {})
        size = (area.bottom - area.top + 1) * (area.right - area.left + 1)
        if size <= len(cells):
            for row in range(area.top, area.bottom + 1):
                for column in range(area.left, area.right + 1):
                    if (row, column) in cells:
                        yield row, column, cells[row, column]
            return
        for (row, column), content in cells.items():
            if area.top <= row <= area.bottom and area.left <= column <= area.right:
                yield row, column, content

    def texts(self, sheet: str) -> Iterator[tuple[int, int, str]]:
        for (row, column), content in self._sheets.get(sheet, {}).items():
            if content.text and not content.formula and (sheet, row, column) not in self.numbers:
                yield row, column, content.text


def _texts(item: Element) -> list[Element]:
    """The runs of a shared text without its phonetic help."""
    found: list[Element] = []
    for child in item.children:
        if child.name == "t":
            found.append(child)
        elif child.name == "r":
            found += [t for t in child.children if t.name == "t"]
    return found


def _place(figure: Levelled) -> tuple[str, int, int]:
    place = figure.place
    return (place.sheet, *cell_position(place.cell))


def _named(place: tuple[str, int, int]) -> tuple[str, str]:
    return place[0], cell_name(place[1], place[2])


def _parts(found: Summands) -> tuple[tuple[tuple[str, str], int], ...]:
    return tuple((_named(place), times) for place, times in found.items())


def _style(figure: Levelled, decimals: int) -> StyleEdit | None:
    """A format with the published decimals, where the cell has another one."""
    amount = figure.row.cells[figure.column].amount
    if amount is None or amount.decimals == decimals:
        return None
    return StyleEdit(number_format="#,##0." + "0" * decimals if decimals else "#,##0")


def _sum_after(added: Summands, final: dict[tuple[str, int, int], Levelled], cells: BookCells) -> Decimal:
    """What the formula will give when the levelled figures stand in their cells."""
    total = Decimal(0)
    for place, times in added.items():
        figure = final.get(place)
        total += times * (figure.value if figure is not None else cells.numbers.get(place, Decimal(0)))
    return total


_CAPTION = re.compile(r"(单位\s*[：:]\s*(?:人民币)?|[（(]\s*)(元|万元)(?=\s*(?:$|[）)]))")


def _captions(disclosure: Disclosure, cells: BookCells, unit: MoneyUnit) -> Iterable[CellEdit]:
    """``单位：元`` above a table that is now in 万元."""
    for table in disclosure.tables_read():
        if table.money_unit is unit or not table.rows:
            continue
        place = table.place(table.rows[0])
        first = cell_position(place.cell)[0]
        for row, column, text in cells.texts(place.sheet):
            new = _CAPTION.sub(rf"\g<1>{unit.value}", text)
            if row <= first and new != text:
                yield CellEdit(place.sheet, cell_name(row, column), new)
