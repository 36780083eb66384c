"""表格线成格. From the ruled lines of a page to lattices: rows, columns and merged cells. Pure geometry.

Lines that touch make one lattice. Where a line is missing between two neighbouring cells, the two are one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from xlbudget.model.geometry import Box
from xlbudget.sources.pdfpage import Rule

SNAP = 2.5
"""Lines nearer than this, in points, are one line: double borders, cells that are drawn one by one."""
REACH = 4.0
"""Lines end this near to each other where they are meant to touch."""
COVERED = 0.6
"""The share of a cell's edge that must be ruled."""


@dataclass(slots=True)
class Lattice:
    """格网. Columns between the ``xs``, rows between the ``ys``; ``owner`` gives the first cell of every merged cell."""

    xs: list[float]
    ys: list[float]
    owner: list[list[tuple[int, int]]] = field(default_factory=list)

    @property
    def box(self) -> Box:
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def cell_at(self, x: float, y: float) -> tuple[int, int]:
        """The (first, merged) cell, by row and column, that a point of the lattice stands in."""
        row = min(max(bisect_right(self.ys, y) - 1, 0), len(self.ys) - 2)
        column = min(max(bisect_right(self.xs, x) - 1, 0), len(self.xs) - 2)
        return self.owner[row][column]

    def spans(self) -> dict[tuple[int, int], tuple[int, int, int, int]]:
        """(top, left, bottom, right), inclusive, of every merged cell, by its first cell."""
        found: dict[tuple[int, int], tuple[int, int, int, int]] = {}
        for r, row in enumerate(self.owner):
            for c, cell in enumerate(row):
                top, left, bottom, right = found.get(cell, (r, c, r, c))
                found[cell] = (min(top, r), min(left, c), max(bottom, r), max(right, c))
        return found

    def split_row(self, row: int, at: Sequence[float]) -> None:
        """Rule a row that the page left unruled, at some heights within it; nothing spans the new rows."""
        count = len(at) + 1
        self.ys[row + 1 : row + 1] = list(at)
        moved = [
            [(r + (count - 1 if r > row else 0), c) for r, c in owners]
            for i, owners in enumerate(self.owner)
            if i != row
        ]
        own = self.owner[row]
        first = {c: next(k for k, o in enumerate(own) if o == own[c]) for c in range(len(own))}
        fresh = [[(row + k, first[c]) for c in range(len(own))] for k in range(count)]
        self.owner = [*moved[:row], *fresh, *moved[row:]]


def lattices(rules: Iterable[Rule]) -> list[Lattice]:
    """All lattices of a page, from top to bottom."""
    lines = _merged(rules)
    found = []
    for group in _touching(lines):
        across = [line for line in group if line.horizontal]
        down = [line for line in group if not line.horizontal]
        if len(across) < 2 or not down:
            continue
        lattice = _lattice(across, down)
        if len(lattice.xs) > 2 or len(lattice.ys) > 2:
            found.append(lattice)
    return sorted(found, key=lambda x: (x.ys[0], x.xs[0]))


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """Lines on one height as few long ones."""
    found: list[Rule] = []
    for horizontal in (True, False):
        own = sorted((r for r in rules if r.horizontal is horizontal), key=lambda r: r.at)
        band: list[Rule] = []
        for rule in own:
            if band and rule.at - band[0].at > SNAP:
                found.extend(_joined(band))
                band = []
            band.append(rule)
        found.extend(_joined(band))
    return found


def _joined(band: list[Rule]) -> list[Rule]:
    if not band:
        return []
    at = sum(r.at for r in band) / len(band)
    joined: list[Rule] = []
    for rule in sorted(band, key=lambda r: r.start):
        if joined and rule.start <= joined[-1].end + REACH:
            last = joined[-1]
            joined[-1] = Rule(last.horizontal, at, last.start, max(last.end, rule.end))
        else:
            joined.append(Rule(rule.horizontal, at, rule.start, rule.end))
    return joined


def _touching(lines: list[Rule]) -> list[list[Rule]]:
    """Groups of lines that cross or touch, directly or through others."""
    across = [i for i, line in enumerate(lines) if line.horizontal]
    down = [i for i, line in enumerate(lines) if not line.horizontal]
    parent = list(range(len(lines)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i in down:
        v = lines[i]
        for j in across:
            h = lines[j]
            if v.start - REACH <= h.at <= v.end + REACH and h.start - REACH <= v.at <= h.end + REACH:
                parent[root(i)] = root(j)
    groups: dict[int, list[Rule]] = {}
    for i, line in enumerate(lines):
        groups.setdefault(root(i), []).append(line)
    return list(groups.values())


def _lattice(across: list[Rule], down: list[Rule]) -> Lattice:
    xs = _coordinates([v.at for v in down])
    ys = _coordinates([h.at for h in across])
    # tables without outer borders are open at the sides: their lines reach beyond the last upright
    left, right = min(h.start for h in across), max(h.end for h in across)
    if left < xs[0] - 2 * REACH:
        xs.insert(0, left)
    if right > xs[-1] + 2 * REACH:
        xs.append(right)
    top, bottom = min(v.start for v in down), max(v.end for v in down)
    if top < ys[0] - 2 * REACH:
        ys.insert(0, top)
    if bottom > ys[-1] + 2 * REACH:
        ys.append(bottom)
    lattice = Lattice(xs, ys)
    lattice.owner = _owners(xs, ys, across, down)
    return lattice


def _coordinates(values: list[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > SNAP:
            found.append(value)
    return found


def _owners(xs: list[float], ys: list[float], across: list[Rule], down: list[Rule]) -> list[list[tuple[int, int]]]:
    rows, columns = len(ys) - 1, len(xs) - 1
    parent = {(r, c): (r, c) for r in range(rows) for c in range(columns)}

    def root(cell: tuple[int, int]) -> tuple[int, int]:
        while parent[cell] != cell:
            parent[cell] = parent[parent[cell]]
            cell = parent[cell]
        return cell

    def join(a: tuple[int, int], b: tuple[int, int]) -> None:
        first, second = sorted((root(a), root(b)))
        parent[second] = first

    upright = _index(xs, down)
    level = _index(ys, across)
    for r in range(rows):
        for c in range(1, columns):
            if not _ruled(upright[c], ys[r], ys[r + 1]):
                join((r, c - 1), (r, c))
    for r in range(1, rows):
        for c in range(columns):
            if not _ruled(level[r], xs[c], xs[c + 1]):
                join((r - 1, c), (r, c))
    return [[root((r, c)) for c in range(columns)] for r in range(rows)]


def _index(coordinates: list[float], lines: list[Rule]) -> list[list[Rule]]:
    return [[line for line in lines if abs(line.at - x) <= SNAP] for x in coordinates]


def _ruled(lines: list[Rule], start: float, end: float) -> bool:
    """Is this edge of a cell drawn?"""
    covered = sum(max(0.0, min(line.end, end) - max(line.start, start)) for line in lines)
    return covered >= COVERED * (end - start)
