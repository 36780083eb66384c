"""占比算错。

检查什么
“基本支出 405.12 万元，占 75.71%”中的百分率，等于该项金额除以所说的总额（占谁就除以谁；没有写明的，除以所在列举的总额）。

为什么
改了金额没有改占比，或分母取错。

依据
占比 = 部分 ÷ 总额 × 100%，按显示的小数位四舍五入。

怎么改
按应为的数改正占比，或检查金额和总额。
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from xlbudget.model.amount import Amount
from xlbudget.model.claim import Claim, ClaimKind, Narrative, Ratio
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import percent_range
from xlbudget.packs.schema import Pack
from xlbudget.rules.causes import cause_of_rate
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.facts import Fact, facts_of
from xlbudget.rules.prose import rate_facts

TITLE = "占比算错"
SEVERITY = Severity.ERROR
MESSAGE = "文字写“{part}占 {stated}”，{amount}除以{whole}应为 {expected}（可能范围 {range}）"

_HEAD = "第二部分 情况说明\n二、支出预算情况说明\n云川市档案馆2025年支出预算合计30.00万元，其中：\n"

PASSES = (Example(_HEAD + "基本支出20.00万元，占66.67%；\n项目支出10.00万元，占33.33%。\n"),)
FAILS = (
    Example(
        _HEAD + "基本支出20.00万元，占60.67%；\n项目支出10.00万元，占33.33%。\n",
        ("文字写“基本支出占 60.67%”，20.00万元除以 30.00万元应为 66.67%（可能范围 66.64%～66.69%）",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    claims = disclosure.narrative.claims
    for ratio in disclosure.narrative.ratios:
        figure = claims[ratio.figure]
        if figure.kind is not ClaimKind.SHARE or figure.vague:
            continue
        part = claims[ratio.part] if ratio.part is not None else None
        if part is None or part.amount is None:
            yield from _told_alone(figure, ratio, disclosure, pack)
            continue
        wholes = list(_wholes(ratio, part, disclosure, pack))
        if wholes:
            yield _judged(figure, part, part.amount, wholes)


def _told_alone(figure: Claim, ratio: Ratio, disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    """A share without its amount, held against the tables; more than one reading of the words lets it pass."""
    assert figure.percent is not None
    if not figure.topic.in_tables or (figure.topic.item == "total" and not figure.topic.component):
        return
    facts = facts_of(disclosure, pack)
    whole = ratio.named or replace(figure.topic, item="total", component="")
    parts = list(facts.strict(figure.topic))
    pairs = [(a, b) for a in parts for b in facts.strict(whole) if whole.in_tables]
    ranges = [(a, b, percent_range(a.amount.interval, b.amount.interval, figure.decimals)) for a, b in pairs]
    told = [(a, b, r) for a, b, r in ranges if r is not None]
    if not told:
        return
    if any(r[0] <= figure.percent <= r[1] for _, _, r in told):
        yield HELD
        return
    a, b, (low, high) = told[0]
    told_of = _told(figure, figure.topic.words or figure.quote, a.amount, b.amount, (low, high))
    at = (figure.place, *(x.table.place(x.row, x.column) for x in (a, b)))
    hint = cause_of_rate(figure.percent, low, high, None)
    yield Problem(told_of, tuple(dict.fromkeys(at)), hint, Severity.SUSPECT)


def _told(figure: Claim, words: str, part: Amount, whole: Amount, shares: tuple[Decimal, Decimal]) -> dict[str, str]:
    """What the message says of a share: the part, the whole, the stated share and what it should be."""
    return {
        "part": words,
        "amount": f"{part.text}{part.unit.value}",
        "whole": f" {whole.text}{whole.unit.value}",
        "stated": f"{figure.percent}%",
        **rate_facts(part.yuan, whole.yuan, *shares),
    }


def _wholes(ratio: Ratio, part: Claim, disclosure: Disclosure, pack: Pack) -> Iterator[tuple[Amount, Claim | Fact]]:
    """What the share may be a share of: the total that is named or listed, then the totals that it may mean."""
    narrative = disclosure.narrative
    facts = facts_of(disclosure, pack)
    heads = [ratio.whole] if ratio.whole is not None else []
    if ratio.named is None:
        heads += [listing.head for listing in narrative.listings if ratio.part in listing.items]
        heads += _totals_before(ratio.part, narrative) if ratio.part is not None else []
    for head in dict.fromkeys(heads):
        if (amount := narrative.claims[head].amount) is not None:
            yield amount, narrative.claims[head]
    item = "t:total" if part.topic.item.startswith("t:") else "total"
    total = ratio.named or replace(part.topic, item=item, component="")
    if total.in_tables:
        for fact in (*facts.strict(total), *facts.loose(total)):
            yield fact.amount, fact


def _totals_before(part: int, narrative: Narrative) -> Iterator[int]:
    """The totals told before in the same section, the nearest first."""
    section = narrative.passages[narrative.claims[part].passage].section
    for index in range(part - 1, -1, -1):
        claim = narrative.claims[index]
        if narrative.passages[claim.passage].section != section:
            return
        if claim.kind is ClaimKind.LEVEL and claim.topic.item in ("total", "grand") and not claim.topic.component:
            yield index


def _judged(figure: Claim, part: Claim, amount: Amount, wholes: list[tuple[Amount, Claim | Fact]]) -> Outcome:
    assert figure.percent is not None
    stated = figure.percent
    main: tuple[Decimal, Decimal] | None = None
    named: tuple[Amount, Claim | Fact] | None = None
    for whole, source in wholes:
        if amount.is_zero and whole.is_zero:
            return HELD  # nothing of nothing: any share may stand
        found = percent_range(amount.interval, whole.interval, figure.decimals)
        if found is None:
            continue
        if found[0] <= stated <= found[1]:
            return HELD
        if main is None:
            main, named = found, (whole, source)
    if main is None or named is None:
        return HELD
    whole, source = named
    facts = _told(figure, part.topic.words or part.quote, amount, whole, main)
    hint = cause_of_rate(stated, *main, None)
    if isinstance(source, Claim):
        return Problem(facts, tuple(dict.fromkeys((figure.place, part.place, source.place))), hint)
    at = (figure.place, part.place, source.table.place(source.row, source.column))
    return Problem(facts, tuple(dict.fromkeys(at)), hint, Severity.SUSPECT)
