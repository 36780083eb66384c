"""作图. A unit's years as a picture: income, expenditure, basic and project expenditure."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from xlbudget.archive.failing import ArchiveError
from xlbudget.archive.store import newest
from xlbudget.exports.linechart import line_chart
from xlbudget.model.amount import MoneyUnit
from xlbudget.model.claim import Topic
from xlbudget.model.disclosure import Stage
from xlbudget.model.table import Side
from xlbudget.packs.catalog import get_pack
from xlbudget.rules.facts import facts_of

if TYPE_CHECKING:
    from xlbudget.archive.store import Archive, Entry

_LINES = {
    "支出": Topic("total", Side.EXPENDITURE),
    "基本支出": Topic("total", Side.EXPENDITURE, component="basic"),
    "项目支出": Topic("total", Side.EXPENDITURE, component="project"),
    "三公经费": Topic("t:total"),
}


def years_of_unit(archive: Archive, unit: str, stage: Stage) -> str:
    """The SVG of a unit's documents of one stage; one level only, the department's if there are both."""
    entries = archive.entries(unit, stage=stage)
    levels = {entry.level for entry in entries}
    if not entries:
        raise ArchiveError(f"档案中没有“{unit}”的{stage.chinese}")
    level = min(levels, key=lambda found: found.value)
    by_year: dict[int, Entry] = {}
    for year in sorted({entry.year for entry in entries}):
        last = newest([e for e in entries if e.year == year and e.level is level])
        if last is not None:
            by_year[year] = last
    years = list(range(min(by_year), max(by_year) + 1))
    series: dict[str, list[Decimal | None]] = {name: [] for name in _LINES}
    for year in years:
        entry = by_year.get(year)
        disclosure = archive.load(entry) if entry is not None else None
        for name, topic in _LINES.items():
            found = facts_of(disclosure, get_pack(disclosure.pack)).loose(topic) if disclosure is not None else []
            series[name].append(found[0].amount.yuan / MoneyUnit.WAN.scale if found else None)
    shown = {name: line for name, line in series.items() if any(value is not None for value in line)}
    return line_chart(f"{entries[-1].unit} {level.chinese}{stage.chinese}", years, shown)
