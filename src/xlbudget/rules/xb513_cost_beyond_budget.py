"""成本上限超过项目预算。

检查什么
成本指标的上限（单项、或几项合计）高于项目预算；人均标准 × 人数高于项目预算。

为什么
上限高于预算就起不到控制作用；几个上限加起来远超预算，说明指标没有按本年预算设置。

依据
财预〔2021〕101号：成本指标应与预算安排匹配。

怎么改
按本年预算重新设置成本上限。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from xlbudget.model.amount import Amount, MoneyUnit, plain
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.targets import Indicator, TargetSheet
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.performance import money_value, place_of

TITLE = "成本上限超过预算"
SEVERITY = Severity.SUSPECT
MESSAGE = "项目“{project}”预算 {expected} 万元，{what} {stated}"

_HEAD = "项目绩效目标表\n单位：万元\n项目名称\t项目单位\t项目类别\t预算数\t年度绩效目标\t一级指标\t二级指标\t三级指标\t指标性质\t指标方向\t目标值\t计量单位\t分值\n"
_ROW = "会审经费\t401005-平湖市档案馆\t31-部门预算项目\t5.00\t完成年度会审任务并保障安全可靠\t产出指标\t成本指标\t会议费用\t反向\t小于等于\t{}\t万元\t90\n"

PASSES = (Example(_HEAD + _ROW.format("5"), pack="nmg_budget"),)
FAILS = (Example(_HEAD + _ROW.format("6"), ("项目“会审经费”预算 5.00 万元，“会议费用”的上限 6万元",), "nmg_budget"),)

_EACH = re.compile(r"每人|人均|/人")
_PEOPLE = ("人", "名", "人次")


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for sheet in disclosure.targets.sheets:
        if sheet.budget is None or sheet.is_evaluation:
            continue
        yield from _ceilings(sheet, sheet.budget)
        yield from _per_head(sheet, sheet.budget)


def _ceilings(sheet: TargetSheet, budget: Amount) -> Iterator[Outcome]:
    capped = [(i, amount) for i in sheet.indicators if i.operator.is_ceiling and (amount := money_value(i)) is not None]
    over = [(i, amount) for i, amount in capped if amount.yuan > budget.interval.high]
    for indicator, _ in over:
        facts = _facts(sheet, budget, f"“{indicator.name}”的上限", f"{indicator.target}{indicator.measure}")
        yield Problem(facts, (place_of(indicator, "目标值"), sheet.budget_place))
    total = sum((amount.yuan for _, amount in capped), Decimal(0))
    if not over and capped:
        if total <= budget.interval.high * 2 or len(capped) < 2:
            yield HELD
        else:
            shown = f"{plain(total / 10000)}万元"
            at = (*(place_of(i, "目标值") for i, _ in capped), sheet.budget_place)
            yield Problem(_facts(sheet, budget, f"{len(capped)} 个成本上限合计", shown), at)


def _per_head(sheet: TargetSheet, budget: Amount) -> Iterator[Outcome]:
    """人均标准 × 人数."""
    rates = [i for i in sheet.indicators if i.value is not None and _is_rate(i)]
    heads = [i for i in sheet.indicators if i.value is not None and i.measure in _PEOPLE and not _EACH.search(i.name)]
    if len(rates) != 1 or len(heads) != 1:
        return
    rate, head = rates[0], heads[0]
    assert rate.value is not None and head.value is not None
    scale = MoneyUnit.WAN.scale if "万" in rate.measure else 1
    product = rate.value * scale * head.value
    if product <= budget.interval.high:
        yield HELD
        return
    shown = f"{plain(product / 10000)}万元"
    what = f"“{rate.name}”{rate.target}{rate.measure} × {head.target}{head.measure} ="
    yield Problem(
        _facts(sheet, budget, what, shown), (place_of(rate, "目标值"), place_of(head, "目标值"), sheet.budget_place)
    )


def _is_rate(indicator: Indicator) -> bool:
    money = indicator.measure in ("元", "万元", "元/人", "万元/人", "元/人/年")
    return money and bool(_EACH.search(indicator.name + indicator.measure)) and "天" not in indicator.measure


def _facts(sheet: TargetSheet, budget: Amount, what: str, stated: str) -> dict[str, str]:
    return {"project": sheet.project, "what": what, "stated": stated, "expected": budget.text}
