"""受影响的公式. Which formulas of a workbook rest on cells that are changed, directly or through other formulas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xlbudget.authoring.formulas import Area, References, references

Place = tuple[str, int, int]
"""Sheet name, 0-based row and column."""


@dataclass(frozen=True, slots=True)
class Formula:
    """公式. Where it stands, what it says, and how far its text is moved (shared formulas)."""

    place: Place
    text: str
    down: int = 0
    right: int = 0


def dependants(formulas: Iterable[Formula], names: Mapping[str, str], changed: Iterable[Place]) -> list[Place]:
    """The formulas that must be calculated again, without those that are themselves ``changed``."""
    defined = {name.casefold(): references(text) for name, text in names.items()}
    known: dict[tuple[str, int, int], References] = {}
    waiting: dict[Place, list[tuple[str, Area]]] = {}
    frontier: set[Place] = set(changed)
    done = set(frontier)
    found: list[Place] = []
    for formula in formulas:
        key = (formula.text, formula.down, formula.right)
        said = known.get(key)
        if said is None:
            said = known[key] = references(*key)
        areas, anywhere = _reach(said, defined, formula.place[0])
        if anywhere and formula.place not in done and frontier:
            found.append(formula.place)
            done.add(formula.place)
        waiting[formula.place] = areas
    frontier |= set(found)
    while frontier:
        cells: dict[str, set[tuple[int, int]]] = {}
        for sheet, row, column in frontier:
            cells.setdefault(sheet.casefold(), set()).add((row, column))
        frontier = {
            place
            for place, areas in waiting.items()
            if place not in done and any(_touched(area, cells.get(sheet)) for sheet, area in areas)
        }
        found += sorted(frontier)
        done |= frontier
    return found


def _reach(said: References, defined: Mapping[str, References], sheet: str) -> tuple[list[tuple[str, Area]], bool]:
    """The areas of a formula with the names it uses, each with its sheet; names of names are followed."""
    areas = [((area.sheet or sheet).casefold(), area) for area in said.areas]
    anywhere = said.anywhere
    names, seen = list(said.names), set[str]()
    while names:
        name = names.pop().casefold()
        if name in seen or name not in defined:
            continue
        seen.add(name)
        inner = defined[name]
        areas += [((area.sheet or sheet).casefold(), area) for area in inner.areas]
        anywhere = anywhere or inner.anywhere
        names += inner.names
    return areas, anywhere


def _touched(area: Area, cells: set[tuple[int, int]] | None) -> bool:
    if not cells:
        return False
    size = (area.bottom - area.top + 1) * (area.right - area.left + 1)
    if size < len(cells):
        return any(
            (row, column) in cells
            for row in range(area.top, area.bottom + 1)
            for column in range(area.left, area.right + 1)
        )
    return any(area.top <= row <= area.bottom and area.left <= column <= area.right for row, column in cells)
