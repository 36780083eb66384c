"""公式加了哪些格. Reads which cells a formula adds up, where it does nothing else; nothing is calculated.

Understood: ``+`` and ``-``, ``SUM``, ``SUBTOTAL(9, ...)``, ``SUMIF`` with a literal criterion, ``SUMPRODUCT`` with conditions
on the codes as our own workbooks write it, ``ROUND`` to two decimals or more, brackets. Anything else is not a sum, and
the answer is ``None``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from xlbudget.authoring.dependants import Place
from xlbudget.authoring.formulas import Area, references
from xlbudget.model.cellref import column_number

Summands = dict[Place, int]
"""How many times each cell is added (negative: taken off)."""


@dataclass(frozen=True, slots=True)
class Content:
    """单元格里的内容. A cell as far as sums care: its text (codes, labels) and its formula."""

    text: str = ""
    formula: str = ""


Cells = Callable[[str, Area], Iterator[tuple[int, int, Content]]]
"""The filled cells of an area of a sheet."""


class _NoSum(Exception):
    pass


def summands(formula: str, sheet: str, row: int, cells: Cells) -> Summands | None:
    """Which cells the formula in this row (0-based) adds up, or ``None`` if it is no plain sum."""
    reader = _Reader(re.sub(r"\s+(?=(?:[^'\"]|'[^']*'|\"[^\"]*\")*$)", "", formula), sheet, row, cells)
    try:
        found = reader.sum()
    except (_NoSum, ValueError, IndexError):
        return None
    return found if reader.done else None


_REFERENCE = re.compile(
    r"(?:'(?:[^']|'')*'!|\w[\w.]*!)?\$?[A-Za-z]{1,3}\$?[1-9]\d*(?::\$?[A-Za-z]{1,3}\$?[1-9]\d*(?![\w(]))?(?![\w(])"
)
_BESIDE = re.compile(r"INDEX\(\$?([A-Z]{1,3}):\$?[A-Z]{1,3},ROW\(\)([+-]1)\)")
_NUMBER = re.compile(r"\d+")


class _Reader:
    def __init__(self, text: str, sheet: str, row: int, cells: Cells) -> None:
        self._text = text
        self._row = row
        self._at = 0
        self._sheet = sheet
        self._cells = cells

    @property
    def done(self) -> bool:
        return self._at == len(self._text)

    def sum(self) -> Summands:
        total: Summands = {}
        sign = -1 if self._take("-") else 1
        self._take("+")
        while True:
            for place, times in self._term().items():
                total[place] = total.get(place, 0) + sign * times
            if self._take("+"):
                sign = 1
            elif self._take("-"):
                sign = -1
            else:
                return total

    def _term(self) -> Summands:
        if self._take("("):
            inner = self.sum()
            self._need(")")
            return inner
        for name, read in (
            ("SUM(", self._plain_sum),
            ("SUBTOTAL(", self._subtotal),
            ("SUMIF(", self._sum_if),
            ("SUMPRODUCT(", self._sum_product),
            ("IF(", self._if_filled),
            ("ROUND(", self._rounded),
        ):
            if self._text[self._at : self._at + len(name)].upper() == name:
                self._at += len(name)
                return read()
        if self._take("0"):
            return {}
        return {place: 1 for place, _ in self._area_cells(self._area())}

    def _plain_sum(self) -> Summands:
        total: Summands = {}
        while True:
            for place, times in self.sum().items():
                total[place] = total.get(place, 0) + times
            if not self._take(","):
                self._need(")")
                return total

    def _subtotal(self) -> Summands:
        if self._number() not in (9, 109):
            raise _NoSum
        total: Summands = {}
        while self._take(","):
            for place, content in self._area_cells(self._area()):
                # SUBTOTAL passes over other subtotals, so that nothing is counted twice.
                if "SUBTOTAL(" not in content.formula.upper():
                    total[place] = total.get(place, 0) + 1
        self._need(")")
        return total

    def _sum_if(self) -> Summands:
        tested = self._area()
        self._need(",")
        literal = self._literal()
        self._need(",")
        added = self._area()
        self._need(")")
        return self._chosen(tested, added, lambda text: text == literal)

    def _literal(self) -> str:
        literal = re.compile(r'"([^"*?<>=]*)"').match(self._text, self._at)
        if literal is None:
            raise _NoSum
        self._at = literal.end()
        return literal[1]

    def _text_of(self, area: Area) -> str:
        """What stands in a single cell."""
        if (area.top, area.left) != (area.bottom, area.right):
            raise _NoSum
        return next((content.text for _, content in self._area_cells(area)), "")

    def _if_filled(self) -> Summands:
        """``IF(code="",0,sum)``."""
        code = self._text_of(self._area())
        self._need('="",0,')
        inner = self.sum()
        self._need(")")
        return inner if code else {}

    def _sum_product(self) -> Summands:
        tested: list[tuple[Area, Callable[[str], bool]]] = []
        while self._take("--("):
            tested.append(self._condition())
            self._need("),")
        added = self._area()
        self._need(")")
        found: Summands | None = None
        for area, wanted in tested:
            chosen = self._chosen(area, added, wanted)
            found = chosen if found is None else {place: 1 for place in found if place in chosen}
        if found is None:
            raise _NoSum
        return found

    def _condition(self) -> tuple[Area, Callable[[str], bool]]:
        """One condition on the codes: their length, how they begin, that they are there, that none continues them."""
        if self._take("LEN("):
            area = self._area()
            self._need(")=")
            length = self._number()
            return area, lambda text: len(text) == length
        if self._take("LEFT("):
            area = self._area()
            self._need(",")
            if self._take("LEN("):
                code = self._text_of(self._area())
                self._need("))=")
                self._area()
                self._need('&""')
                return area, lambda text: text.startswith(code)
            self._number()
            self._need(")=")
            beginning = self._literal()
            return area, lambda text: text.startswith(beginning)
        if self._take("COUNTIF("):
            area = self._area()
            self._need(",")
            self._area()
            self._need('&"*")<=1')
            known = [content.text for _, content in self._area_cells(area)]
            return area, lambda text: sum(1 for other in known if other.startswith(text)) <= 1
        area = self._area()
        self._need('<>""')
        return area, bool

    def _rounded(self) -> Summands:
        inner = self.sum()
        self._need(",")
        if self._number() < 2:
            raise _NoSum
        self._need(")")
        return inner

    def _chosen(self, tested: Area, added: Area, wanted: Callable[[str], bool]) -> Summands:
        if (tested.bottom - tested.top, tested.right - tested.left) != (
            added.bottom - added.top,
            added.right - added.left,
        ):
            raise _NoSum
        down, right = added.top - tested.top, added.left - tested.left
        return {
            (added.sheet or self._sheet, row + down, column + right): 1
            for (_, row, column), content in self._area_cells(tested)
            if wanted(content.text)
        }

    def _area(self) -> Area:
        first = self._corner()
        if not self._take(":"):
            return first
        last = self._corner()
        return Area(first.sheet, first.top, first.left, max(last.bottom, first.top), last.right)

    def _corner(self) -> Area:
        """A reference, or the cell of a column that many rows from the formula."""
        beside = _BESIDE.match(self._text, self._at)
        if beside is not None:
            self._at = beside.end()
            column = column_number(beside[1]) - 1
            row = self._row + int(beside[2])
            return Area("", row, column, row, column)
        match = _REFERENCE.match(self._text, self._at)
        said = references(match[0]) if match is not None else None
        if match is None or said is None or len(said.areas) != 1 or said.anywhere:
            raise _NoSum
        self._at = match.end()
        return said.areas[0]

    def _area_cells(self, area: Area) -> Iterator[tuple[Place, Content]]:
        sheet = area.sheet or self._sheet
        if (area.top, area.left) == (area.bottom, area.right):
            found = next((content for _, _, content in self._cells(sheet, area)), Content())
            yield (sheet, area.top, area.left), found
            return
        for row, column, content in self._cells(sheet, area):
            yield (sheet, row, column), content

    def _number(self) -> int:
        match = _NUMBER.match(self._text, self._at)
        if match is None:
            raise _NoSum
        self._at = match.end()
        return int(match[0])

    def _take(self, text: str) -> bool:
        if self._text.startswith(text, self._at):
            self._at += len(text)
            return True
        return False

    def _need(self, text: str) -> None:
        if not self._take(text):
            raise _NoSum
