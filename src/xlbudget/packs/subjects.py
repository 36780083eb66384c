"""科目名称. Names of functional and economic subjects by code and year (``national/subjects.csv``, source stated there)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from xlbudget.model.subject import SubjectCode


@dataclass(frozen=True, slots=True)
class SubjectName:
    """科目名称. A name and the years in which it was in use (``None``: open)."""

    name: str
    since: int | None
    until: int | None

    def used_in(self, year: int | None) -> bool:
        return year is None or ((self.since or 0) <= year and (self.until is None or year <= self.until))


@cache
def subject_names() -> dict[str, tuple[SubjectName, ...]]:
    """Known names of each code, the present one first."""
    names: dict[str, tuple[SubjectName, ...]] = {}
    source = files("xlbudget.packs").joinpath("national", "subjects.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(line for line in source.splitlines() if not line.startswith("#")):
        entry = SubjectName(row["name"], _year(row["since"]), _year(row["until"]))
        names[row["code"]] = (*names.get(row["code"], ()), entry)
    return names


def _year(text: str) -> int | None:
    return int(text) if text else None


def name_of(code: str, year: int | None = None) -> str | None:
    """The name of a code in a year, or ``None`` if the code is not known."""
    return next((n.name for n in subject_names().get(code, ()) if n.used_in(year)), None)


@cache
def _classes() -> dict[str, SubjectCode]:
    return {
        core(entry.name): SubjectCode(code)
        for code, known in subject_names().items()
        if len(code) == 3 and code[0] == "2"
        for entry in known
    }


def core(name: str) -> str:
    """A subject's name without the generic ending that forms add or leave out (``支出``, ``安排的支出``)."""
    short = name.removesuffix("(类)").removesuffix("（类）")
    for ending in ("安排的支出", "支出"):
        if short.endswith(ending) and len(short) > len(ending) + 1:
            return short[: -len(ending)]
    return short


@lru_cache(maxsize=4096)
def class_code(name: str) -> SubjectCode | None:
    """类. The class that a name of a two-sided table means; a misprint in one place is still recognised."""
    wanted = core(name)
    known = _classes()
    if wanted in known:
        return known[wanted]
    close = {code for other, code in known.items() if near(wanted, other)}
    return close.pop() if len(close) == 1 else None


def near(a: str, b: str) -> bool:
    """One character changed, added or lost, or the same characters in another order."""
    if len(a) == len(b):
        changed = sum(x != y for x, y in zip(a, b, strict=True))
        return (changed == 1 and len(a) > 2) or (len(a) > 4 and sorted(a) == sorted(b))
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    if len(longer) - len(shorter) == 1 and len(shorter) > 3:
        return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))
    return len(longer) - len(shorter) <= 2 and len(shorter) > 2 and longer.startswith(shorter)
