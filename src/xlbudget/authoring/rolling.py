"""滚动上年指标. Last year's indicators made ready for this year: years moved on, ceilings and directions put right.

Everything here is a proposal for a person to review; what was changed beyond the year is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import SequenceMatcher

from xlbudget.model.amount import money_unit, plain
from xlbudget.model.entries import Aim
from xlbudget.model.targets import Indicator, Nature, Operator, TargetSheet
from xlbudget.model.wording import fold

_YEAR = re.compile(r"(?<![\d\-—至〔\[【])20\d{2}(?=年)(?!年以来|年[^，。；]{0,12}(?:文件|通知|规划))")
_ONLY_YEAR = re.compile(r"^20\d{2}$")
_DIGITS = re.compile(r"20\d{2}年?度?")
_PLAIN_MONEY = ("元", "万元", "亿元")
_PER_HEAD = re.compile(r"人均|每人|单价|标准|平均|每[个次页张台件份]|均(价|成本)")
_INCOME = re.compile(r"收入|收缴|清欠|追缴|上缴|融资|节约|引资|投资额|产值|贷款|率$")
_RATE = re.compile(r"率$")
_GROWTH = re.compile(r"增长|提高|提升|增幅|增加|降低|下降|差错|故障|投诉|失业|结余|超支|违规|流失|逾期|返贫|空置|死亡")
ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Rolled:
    """滚动后的指标. ``why`` names last year's sheet and what was put right."""

    dimension: str
    kind: str
    name: str
    aim: Aim
    points: Decimal | None
    prior: str
    basis: str
    evidence: str
    why: str
    last_target: str


def moved_years(text: str, last: int, year: int) -> str:
    """The text with its years moved on: a year that lies before ``year`` and after ``last`` - 3, document numbers apart."""

    def move(match: re.Match[str]) -> str:
        own = int(match[0])
        if own == last:
            return str(year)
        return str(year) if last - 3 < own < year else match[0]

    if _ONLY_YEAR.match(text.strip()):
        return move(_ONLY_YEAR.match(text.strip()))  # type: ignore[arg-type]
    return _YEAR.sub(move, text)


def same_project(name: str, other: str) -> bool:
    """Two names of one project: years, brackets and spaces apart."""
    a, b = _core(name), _core(other)
    return a == b or (min(len(a), len(b)) >= 4 and SequenceMatcher(None, a, b).ratio() >= 0.9)


def _core(name: str) -> str:
    return re.sub(r"[()（）\s]|项目$", "", _DIGITS.sub("", fold(name)))


def find_last(name: str, unit: str, last: Sequence[TargetSheet]) -> TargetSheet | None:
    """Last year's sheet of a project: the same name (and unit, if both say one), else the one that is nearly so."""
    exact = [s for s in last if s.indicators and _core(s.project) == _core(name)]
    near = exact or [s for s in last if s.indicators and same_project(s.project, name)]
    own = [s for s in near if unit and s.unit and _owner(s.unit) == _owner(unit)]
    return next(iter(own or near), None)


def _owner(unit: str) -> str:
    return re.sub(r"^[\d\s-]+", "", fold(unit))


def find_indicator(name: str, sheet: TargetSheet | None) -> Indicator | None:
    """Last year's indicator of this name, or of nearly this name."""
    if sheet is None or not name:
        return None
    wanted = _core(name)
    exact = next((i for i in sheet.indicators if _core(i.name) == wanted), None)
    if exact is not None:
        return exact
    near = [(SequenceMatcher(None, _core(i.name), wanted).ratio(), n) for n, i in enumerate(sheet.indicators)]
    best = max(near, default=(0.0, 0))
    return sheet.indicators[best[1]] if best[0] >= ALIKE else None


def prior_of(indicator: Indicator) -> str:
    """上年完成值 with its unit, if last year's sheet is a self-evaluation."""
    if not indicator.actual:
        return ""
    return indicator.actual + (indicator.measure if indicator.actual_value is not None else "")


def rolled(
    indicator: Indicator, sheet: TargetSheet, cost: bool, last: int, year: int, budget: Decimal | None
) -> Rolled | None:
    """One of last year's indicators for this year; ``None`` if it cannot be trusted."""
    if not indicator.name or not indicator.target or indicator.doubt or len(indicator.target) > 40:
        return None
    aim, said = _aim(indicator, cost, sheet, budget)
    aim = replace(aim, target=moved_years(aim.target, last, year))
    why = "；".join(["上年目标表", *said])
    shown = f"{indicator.operator.value}{indicator.target}{indicator.measure}"
    return Rolled(
        indicator.dimension, indicator.kind, moved_years(indicator.name, last, year), aim, indicator.points,
        prior_of(indicator), indicator.basis, indicator.evidence, why, shown,
    )  # fmt: skip


def _aim(indicator: Indicator, cost: bool, sheet: TargetSheet, budget: Decimal | None) -> tuple[Aim, list[str]]:
    said: list[str] = []
    value = indicator.value
    if value is None:
        return Aim(Nature.QUALITATIVE, Operator.NONE, indicator.target, ""), said
    operator, measure = indicator.operator, indicator.measure.strip()
    if operator is Operator.NONE:
        operator = Operator.AT_MOST if indicator.nature is Nature.NEGATIVE else Operator.AT_LEAST
        if indicator.nature is Nature.QUALITATIVE:
            operator = Operator.EQUAL
            said.append("上年写作定性，按数值改为等于")
    money = money_unit(measure) if measure in _PLAIN_MONEY else None
    ceiling = cost and money is not None and not _INCOME.search(indicator.name)
    if ceiling and operator.is_floor:
        operator = Operator.AT_MOST
        said.append("成本指标改设上限")
    if measure == "%" and _RATE.search(indicator.name) and not _GROWTH.search(indicator.name) and value >= 100:
        if operator.is_floor or value > 100:
            said.append("比率不能超过 100%，改为等于 100%")
            operator = Operator.EQUAL
        value = Decimal(100)
    if ceiling and budget is not None and money is not None and not _PER_HEAD.search(indicator.name):
        value, told = _capped(value * money.scale / 10000, sheet, budget, value, money.scale)
        said += told
    nature = Nature.NEGATIVE if operator.is_ceiling else Nature.POSITIVE
    if operator is Operator.EQUAL and indicator.nature is Nature.NEGATIVE:
        nature = Nature.NEGATIVE
    return Aim(nature, operator, plain(value), measure), said


def _capped(
    wan: Decimal, sheet: TargetSheet, budget: Decimal, value: Decimal, scale: Decimal | int
) -> tuple[Decimal, list[str]]:
    """A ceiling that was last year's whole budget is this year's; one above this year's budget is lowered to it."""
    whole = sheet.budget is not None and sheet.budget.value == wan
    if (whole and wan != budget) or wan > budget:
        reason = "上年等于上年预算，改为本年预算" if whole else f"上年上限 {plain(value)} 高于本年预算，改为本年预算"
        return budget * 10000 / scale, [reason]
    return value, []
