"""绩效表的共用判断. What the rules on performance targets need to know of a sheet."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal

from xlbudget.model.amount import Amount, MoneyUnit, money_unit
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.provenance import Provenance
from xlbudget.model.targets import Indicator, TargetSheet
from xlbudget.packs.schema import Pack

_CONVERTED = ("text", "pdf", "html")
HEADING_POINTS = re.compile(r"\((\d+(?:\.\d+)?)分?\)$")


def points_sum(sheet: TargetSheet) -> Decimal:
    return sum((i.points for i in sheet.indicators if i.points is not None), Decimal(0))


def expected_points(disclosure: Disclosure, pack: Pack) -> Decimal | None:
    """指标分值合计: what the form says (90, with 10 for execution), else what most sheets of the document sum to."""
    if disclosure.targets.execution_points is not None:
        return Decimal(100) - disclosure.targets.execution_points
    if pack.target_points:
        return Decimal(pack.target_points)
    sums = Counter(points_sum(sheet) for sheet in disclosure.targets.sheets if sheet.indicators)
    for total, count in sums.most_common(1):
        if total in (90, 100) and count * 2 > len(disclosure.targets.sheets):
            return total
    return None


def may_have_lost_rows(disclosure: Disclosure, sheet: TargetSheet) -> bool:
    """Conversions lose rows of these tables: too few points are then no proof."""
    return disclosure.kind in _CONVERTED or bool(sheet.doubt)


def tempered(sheet: TargetSheet, severity: Severity) -> Severity:
    """Nothing that rests on slid rows is an error."""
    return Severity.SUSPECT if sheet.doubt and severity is Severity.ERROR else severity


def place_of(indicator: Indicator, column: str, quote: str = "") -> Provenance:
    return replace(indicator.place, column=column, quote=quote or indicator.place.quote)


def sheet_place(sheet: TargetSheet) -> Provenance:
    return replace(sheet.place, row=sheet.project, quote=sheet.project)


def heading_points(dimension: str) -> Decimal | None:
    match = HEADING_POINTS.search(dimension)
    return Decimal(match[1]) if match else None


def is_cost(indicator: Indicator) -> bool:
    """成本指标? Says so by its level or by its money unit."""
    return "成本" in indicator.dimension or "成本" in indicator.kind


def money_value(indicator: Indicator) -> Amount | None:
    """A target in plain money (万元, 元), not per person or piece."""
    if indicator.value is None:
        return None
    unit = money_unit(indicator.measure)
    if unit is None and indicator.measure == "万":
        unit = MoneyUnit.WAN
    if unit is None or "/" in indicator.measure or indicator.measure not in ("元", "万元", "亿元", "万"):
        return None
    if re.search(r"人均|每人|单价|标准|平均|每[个次页张台件份]|均(价|成本)", indicator.name):
        return None
    return Amount(indicator.value, unit)
