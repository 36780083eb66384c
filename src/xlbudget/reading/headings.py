"""表头. Finds the heading rows of a grid and what stands above each column."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xlbudget.model.raw import Grid
from xlbudget.model.wording import fold, numbering
from xlbudget.packs.roles import clean_heading
from xlbudget.reading.numerals import read_numeral

MAX_HEADING_ROWS = 6


@dataclass(slots=True)
class Heading:
    """表头. ``rows`` heading rows; ``paths`` gives the texts above each column, top to bottom, without repeats."""

    rows: int
    paths: list[tuple[str, ...]]

    def leaf(self, column: int) -> str:
        path = self.paths[column] if column < len(self.paths) else ()
        return path[-1] if path else ""


_WORDS = re.compile(
    r"项目|科目|编码|代码|名称|合计|小计|总计|收入|支出|预算|决算|金额|行次|栏次|类别|备注|经费|单位|序号|数量|"
    r"指标|目标|分值|权重|^[类款项]$|费用?$|数$|年$|其中"
)
_SIDE = re.compile(r"^(本年|本期)?(收入|支出)$")
_ORDINAL = re.compile(r"^(栏次|行次|列次)$")
_DATA_LABEL = re.compile(r"^(\d{3,9}([^\d年度]|$)|合计$|总计$|本年(收入|支出)|(收入|支出)总计)")


def find_heading(grid: Grid) -> Heading:
    """The heading of a grid; ``rows`` is 0 when it begins with data."""
    count = 0
    for r in range(min(len(grid.rows), MAX_HEADING_ROWS)):
        if not _is_heading_row(grid, r, count):
            break
        count += 1
    return Heading(count, _paths(grid, count))


def _is_heading_row(grid: Grid, r: int, above: int) -> bool:
    texts = [(c, fold(cell.text)) for c, cell in enumerate(grid.rows[r]) if cell.text]
    if not texts:
        return above > 0
    if any(_ORDINAL.match(text) for _, text in texts):
        return True
    numbers = [text for _, text in texts if read_numeral(text) is not None]
    if numbers:
        # A row of column numbers (1, 2, 3 ...) still belongs to the heading.
        values = [n for n in numbers if n.isdigit()]
        running = len(values) > 2 and [int(v) for v in values] == list(
            range(int(values[0]), int(values[0]) + len(values))
        )
        return above > 0 and running and int(values[0]) <= 2 and len(texts) - len(values) <= 2
    first = texts[0][1]
    label = _DATA_LABEL.match(first) is not None or (numbering(first)[1] > 0 and texts[0][0] <= 2)
    words = sum(1 for _, text in texts if _WORDS.search(text))
    if label and (texts[0][0] == 0 or len(texts) == 1) and not (above and words > 3 and words == len(texts)):
        return _names_the_sides(grid, r, texts)
    return words * 2 >= len(texts) and (words > 0)


def _names_the_sides(grid: Grid, r: int, texts: list[tuple[int, str]]) -> bool:
    """本年收入 | 本年支出 above 项目 | 预算数 names the two sides of the table; it is no row of it."""
    if r > 0 or len(texts) != 2 or len(grid.rows) < 2 or not all(_SIDE.match(text) for _, text in texts):
        return False
    below = [fold(cell.text) for cell in grid.rows[1] if cell.text]
    return len(below) > 2 and not any(_DATA_LABEL.match(t) or read_numeral(t) is not None for t in below)


def _paths(grid: Grid, count: int) -> list[tuple[str, ...]]:
    width = grid.width
    filled = [[clean_heading(grid.cell(r, c).text) for c in range(width)] for r in range(count)]
    known: set[tuple[int, int]] = set()
    for top, left, bottom, right in grid.merges:
        if top < count and left < width:
            text = filled[top][left]
            for r in range(top, min(bottom + 1, count)):
                for c in range(left, min(right + 1, width)):
                    filled[r][c] = text
                    known.add((r, c))
    counting = [_numbers_columns(row) for row in filled]
    _spread(filled, width, known)
    paths = []
    for c in range(width):
        path: list[str] = []
        for r in range(count):
            text = "" if counting[r] else filled[r][c]
            if text and not text.isdigit() and (not path or path[-1] != text):
                path.append(text)
        paths.append(tuple(path))
    return paths


def _numbers_columns(texts: list[str]) -> bool:
    """栏次 | 1 | 2: a row that counts the columns; 项目 | 行次 | 金额 is none, its 行次 heads a column of line numbers."""
    told = [text for text in texts if text]
    return any(_ORDINAL.match(text) for text in told) and all(_ORDINAL.match(t) or not _WORDS.search(t) for t in told)


def _spread(filled: list[list[str]], width: int, known: set[tuple[int, int]]) -> None:
    """Text files drop merged cells: a blank to the right of a group heading belongs to that group.

    A blank is filled from its left neighbour only if something stands below both of them, and the
    rows above do not separate the two.
    """
    for r in range(len(filled) - 1):
        for c in range(1, width):
            if filled[r][c] or not filled[r][c - 1] or (r, c) in known:
                continue
            below_here = any(filled[k][c] for k in range(r + 1, len(filled)))
            below_left = any(filled[k][c - 1] for k in range(r + 1, len(filled)))
            same_above = all(filled[k][c] == filled[k][c - 1] or not filled[k][c] for k in range(r))
            if below_here and below_left and same_above:
                filled[r][c] = filled[r][c - 1]
