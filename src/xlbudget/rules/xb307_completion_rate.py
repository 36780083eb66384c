"""完成率、执行率算错。

检查什么
“年初预算 22.70 万元，支出决算 22.37 万元，完成年初预算的 98.55%”中的百分率，等于决算数除以预算数。

为什么
改了决算数没有改完成率，或分母取错。

依据
部门决算公开操作规程：完成率 = 支出决算数 ÷ 年初（全年）预算数 × 100%。

怎么改
按两个数重算完成率。
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xlbudget.model.amount import Amount
from xlbudget.model.claim import Claim, ClaimKind
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import percent_range
from xlbudget.packs.schema import Pack
from xlbudget.rules.causes import cause_of_rate
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.facts import Facts, facts_of
from xlbudget.rules.prose import rate_facts

TITLE = "完成率算错"
SEVERITY = Severity.ERROR
MESSAGE = "文字写“完成 {stated}”，{executed} 除以 {planned} 应为 {expected}（可能范围 {range}）"

_HEAD = "2024年度云川市档案馆决算公开\n第二部分 情况说明\n五、一般公共预算财政拨款支出决算情况说明\n"
_LINE = "1.行政事业单位医疗（款）行政单位医疗（项）。年初预算22.70万元，支出决算22.37万元，"

PASSES = (Example(_HEAD + _LINE + "完成年初预算的98.55%。\n"),)
FAILS = (
    Example(
        _HEAD + _LINE + "完成年初预算的89.55%。\n",
        ("文字写“完成 89.55%”，22.37万元 除以 22.70万元 应为 98.55%（可能范围 98.50%～98.59%）",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    claims = disclosure.narrative.claims
    for ratio in disclosure.narrative.ratios:
        figure = claims[ratio.figure]
        if figure.kind is not ClaimKind.COMPLETION or figure.vague or ratio.part is None:
            continue
        if ratio.whole is None:
            yield from _against_tables(figure, claims[ratio.part], facts_of(disclosure, pack))
            continue
        part, whole = claims[ratio.part], claims[ratio.whole]
        if part.amount is not None and whole.amount is not None:
            yield _judged(figure, part, part.amount, whole, whole.amount)


def _against_tables(figure: Claim, part: Claim, facts: Facts) -> Iterator[Outcome]:
    """A rate whose budget no sentence tells, held against the budget columns of the tables; any that fits lets it pass."""
    if part.amount is None or part.topic.period != "current" or not part.topic.in_tables or figure.percent is None:
        return
    periods = ("adjusted", "budget")
    planned = [f for p in periods for f in facts.strict(replace(part.topic, period=p)) if not f.amount.is_zero]
    found = [(f, percent_range(part.amount.interval, f.amount.interval, figure.decimals)) for f in planned]
    ranges = [(f, r) for f, r in found if r is not None]
    if not ranges:
        return
    if any(low <= figure.percent <= high for _, (low, high) in ranges):
        yield HELD
        return
    fact, (low, high) = ranges[0]
    told = {
        "stated": f"{figure.percent}%",
        "executed": f"{part.amount.text}{part.amount.unit.value}",
        "planned": f"{fact.amount.text}{fact.amount.unit.value}",
        **rate_facts(part.amount.yuan, fact.amount.yuan, low, high),
    }
    at = tuple(dict.fromkeys((figure.place, part.place, fact.table.place(fact.row, fact.column))))
    yield Problem(told, at, cause_of_rate(figure.percent, low, high, None), Severity.SUSPECT)


def _judged(figure: Claim, part: Claim, executed: Amount, whole: Claim, planned: Amount) -> Outcome:
    assert figure.percent is not None
    found = percent_range(executed.interval, planned.interval, figure.decimals)
    facts = {
        "stated": f"{figure.percent}%",
        "executed": f"{executed.text}{executed.unit.value}",
        "planned": f"{planned.text}{planned.unit.value}",
    }
    at = tuple(dict.fromkeys((figure.place, part.place, whole.place)))
    if found is None:
        if executed.is_zero or not figure.percent:
            return HELD
        return Problem(
            facts | {"expected": "无", "range": "预算数为零"}, at, "预算数为零，没有完成率", Severity.SUSPECT
        )
    low, high = found
    if low <= figure.percent <= high:
        return HELD
    return Problem(
        facts | rate_facts(executed.yuan, planned.yuan, low, high), at, cause_of_rate(figure.percent, low, high, None)
    )
