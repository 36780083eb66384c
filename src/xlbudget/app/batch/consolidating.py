"""部门与所属单位. Which files of a batch are the units of a department among them, and what they add up to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from xlbudget.app.batch.one import Result, Task
from xlbudget.model.disclosure import Disclosure, Level, grand_total
from xlbudget.model.organisations import unit_key, units_named
from xlbudget.model.rounding import compare
from xlbudget.packs.pairing import Unpaired, counterpart, shown

_BEST = (".xlsx", ".xlsm", ".xls", ".et", ".docx")
"""A unit may be there twice, as its workbook and as what was published of it: the workbook is the exact one."""


def departments(results: Iterable[Result]) -> Iterator[tuple[Task, str]]:
    """The departments whose units have changed since they were added up, each with the fingerprint of its units.

    A result tells by ``units`` whom its department names, and by ``units_held`` what it was added up from.
    """
    known = list(results)
    units = _by_name(known)
    for result in known:
        if result.get("level") != Level.DEPARTMENT.value or result["status"] != "done":
            continue
        found = [
            units[key]
            for name in result.get("units", ())
            if (key := (unit_key(name), result.get("year"), result.get("stage"))) in units
        ]
        held = fingerprint(found)
        if held != result.get("units_held", ""):
            paths = tuple(Path(unit["path"]) for unit in found)
            yield Task(Path(result["path"]), result["digest"], paths), held


def _by_name(results: list[Result]) -> Mapping[tuple[str, Any, Any], Result]:
    """The file of each unit, year and stage; the best one where there are several."""

    def rank(result: Result) -> tuple[int, str]:
        suffix = Path(result["path"]).suffix.lower()
        return (_BEST.index(suffix) if suffix in _BEST else len(_BEST), result["path"])

    found: dict[tuple[str, Any, Any], Result] = {}
    for result in sorted(results, key=rank):
        if result.get("level") == Level.UNIT.value and result["status"] == "done" and result.get("unit"):
            found.setdefault((unit_key(result["unit"]), result.get("year"), result.get("stage")), result)
    return found


def fingerprint(units: list[Result]) -> str:
    """The content of these files in one word; empty without any."""
    told = "\n".join(f"{unit['path']} {unit['digest']}" for unit in units)
    return hashlib.sha256(told.encode()).hexdigest()[:16] if units else ""


def missing(disclosure: Disclosure) -> list[str]:
    """The units that a department names and that are not at hand."""
    at_hand = {unit_key(child.unit) for child in disclosure.context.children}
    return [name for key, name in units_named(disclosure).items() if key not in at_hand]


def sums(disclosure: Disclosure) -> list[dict[str, str]]:
    """The total of each table beside the sum over the units at hand: ``table``, ``stated``, ``sum``.

    ``verdict`` tells whether they agree (see ``docs/rounding.md``); tables that a unit does not have are left out.
    """
    found = []
    for table in disclosure.tables_read():
        row = grand_total(table)
        column = table.column_index("total")
        if row is None or column is None:
            continue
        pairs = [counterpart(table, row, column, disclosure, child) for child in disclosure.context.children]
        if not pairs or any(pair is None or isinstance(pair, Unpaired) for pair in pairs):
            continue
        parts = [pair.then for pair in pairs if pair is not None and not isinstance(pair, Unpaired)]
        stated = shown(row.cells[column], table)
        compared = compare(stated, parts)
        found.append(
            {
                "table": table.title,
                "unit": table.money_unit.value,
                "stated": row.cells[column].text,
                "sum": compared.expected_text,
                "verdict": compared.verdict.value,
            }
        )
    return found
