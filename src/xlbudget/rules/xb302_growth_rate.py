"""增长率、下降率算错。

检查什么
“增加 0.44 万元，增长 0.08%”中的百分率，等于增减额除以上年数；上年数等于本年数减去增减额，或文字、表中写明的上年数。

为什么
最常见的错误：把比值当作百分数（0.001%），用本年数作分母，改了金额没有改百分率。

依据
统计与预决算分析的通行算法：增长率 =（本年数 - 上年数）÷ 上年数 × 100%。

怎么改
按应为的数改正百分率，或检查增减额是否写错。
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlbudget.model.amount import Interval, plain
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import percent_range
from xlbudget.packs.schema import Pack
from xlbudget.rules.causes import cause_of_rate
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.prose import Told, changes_of, levels_nearby, priors_of, rate_facts

TITLE = "增减率算错"
SEVERITY = Severity.ERROR
MESSAGE = "文字写“{stated}”，按增减额 {delta} 和上年数 {prior} 计算应为 {expected}（可能范围 {range}）"

_HEAD = "第二部分 情况说明\n二、支出预算情况说明\n"

PASSES = (
    Example(_HEAD + "云川市档案馆2025年支出预算535.12万元，比上年增加0.44万元，增长0.08%。\n"),
    Example(_HEAD + "云川市档案馆2025年支出预算0万元，与上年相比增加0万元，增长0%。\n"),
)
FAILS = (
    Example(
        _HEAD + "云川市档案馆2025年支出预算535.12万元，比上年增加0.44万元，增长0.001%。\n",
        ("文字写“增长0.001%”，按增减额 0.44 和上年数 534.68 计算应为 0.082%（可能范围 0.081%～0.083%）",),
    ),
    Example(
        _HEAD + "云川市档案馆2025年支出预算110.00万元，比上年增加10.00万元，增长9.09%。\n",
        ("文字写“增长9.09%”，按增减额 10.00 和上年数 100.00 计算应为 10.00%（可能范围 9.99%～10.01%）",),
    ),
)

_Pair = tuple[Interval, Interval, Decimal, Decimal]


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for told in changes_of(disclosure):
        if told.growth is None or told.growth.vague or told.growth.reason or "(" in told.growth.word:
            continue
        pairs = list(_pairs(told, disclosure, pack))
        if pairs:
            yield from _judged(told, pairs)


def _pairs(told: Told, disclosure: Disclosure, pack: Pack) -> Iterator[_Pair]:
    """Change and base, as intervals and as printed (元): the plain reading first, then all that it may also mean."""
    moved = told.moved
    priors = [amount for amount, _ in priors_of(told, disclosure, pack)]
    if moved is not None:
        for level in levels_nearby(told, disclosure.narrative):
            if level.amount is not None:
                base = level.amount.interval - moved.interval
                yield moved.interval, base, moved.yuan, level.amount.yuan - moved.yuan
        for prior in priors:
            yield moved.interval, prior.interval, moved.yuan, prior.yuan
    elif told.level is not None and told.level.amount is not None:
        for prior in priors:
            now = told.level.amount
            yield now.interval - prior.interval, prior.interval, now.yuan - prior.yuan, prior.yuan


def _judged(told: Told, pairs: list[_Pair]) -> Iterator[Outcome]:
    growth = told.growth
    assert growth is not None and growth.percent is not None
    stated = abs(growth.percent)
    ranges = [found for delta, base, _, _ in pairs if (found := _range(delta, base, growth.decimals)) is not None]
    nothing = any(not delta and not (base and stated) for _, _, delta, base in pairs)
    if nothing or any(low <= stated <= high for low, high in ranges):
        yield HELD
        return
    delta, base, moved, prior = pairs[0]
    main = _range(delta, base, growth.decimals)
    if main is None:
        return  # a rate from nothing is another rule's
    low, high = main
    swapped = _range(delta, base + delta, growth.decimals)
    unit = told.delta.amount.unit if told.delta is not None and told.delta.amount is not None else None
    scale = unit.scale if unit is not None else 10_000
    decimals = told.delta.amount.decimals if told.delta is not None and told.delta.amount is not None else None
    facts = {
        "stated": f"{growth.word}{growth.text}",
        **rate_facts(moved, prior, low, high),
        "delta": plain(abs(moved) / scale, decimals),
        "prior": plain(prior / scale, decimals),
    }
    places = tuple(dict.fromkeys(c.place for c in (growth, told.delta, told.level) if c is not None))
    certain = told.level is not None and told.level.passage == growth.passage
    severity = None if certain else Severity.SUSPECT
    yield Problem(facts, places, cause_of_rate(stated, low, high, swapped), severity)


def _range(delta: Interval, base: Interval, decimals: int) -> tuple[Decimal, Decimal] | None:
    found = percent_range(delta, base, decimals)
    if found is None:
        return None
    low, high = found
    if low <= 0 <= high:
        return Decimal(0), max(-low, high)
    return (low, high) if low > 0 else (-high, -low)
