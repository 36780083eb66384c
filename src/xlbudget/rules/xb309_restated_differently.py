"""同一个数前后说法不一。

检查什么
文字中两处说的是同一件事（同一科目、同一资金范围、同一年份）的金额、增减额或增减率，前后不一致；表中有这个数的，由“文字与表不符”核对。

为什么
同一个数在几节里重复出现，只改了其中一处。

依据
公开材料前后数据应当一致。

怎么改
查明正确的数，各处统一。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlbudget.model.claim import Claim, ClaimKind, Narrative
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import compare
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem, judged
from xlbudget.rules.facts import facts_of
from xlbudget.rules.prose import changes_of, signed, statement

TITLE = "同一个数前后不一"
SEVERITY = Severity.ERROR
MESSAGE = "“{statement}”{stated}，前文为 {expected}，相差 {difference}（舍入允许 {tolerance}）"

_HEAD = "第二部分 情况说明\n一、收支预算总体情况说明\n云川市档案馆2025年支出预算总计50.00万元。\n三、支出预算情况说明\n"

PASSES = (Example(_HEAD + "云川市档案馆2025年支出预算总计50.00万元。\n"),)
FAILS = (
    Example(
        _HEAD + "云川市档案馆2025年支出预算总计56.00万元。\n",
        ("“云川市档案馆2025年支出预算总计”56.00万元，前文为 50.00，相差 6（舍入允许 0.01）",),
    ),
)

_Key = tuple[str, ...]


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    facts = facts_of(disclosure, pack)
    narrative = disclosure.narrative
    first: dict[_Key, Claim] = {}
    for claim in narrative.claims:
        spoken = claim.kind is ClaimKind.LEVEL and claim.topic.in_tables and not (claim.reason or claim.vague)
        if spoken and not facts.strict(claim.topic):
            yield from _again(first, _key(claim, narrative, "level"), claim)
    for told in changes_of(disclosure):
        if told.delta is not None and told.topic.in_tables and not told.delta.vague and "(" not in told.delta.word:
            yield from _again(first, _key(told.delta, narrative, told.change.base), told.delta)


def _key(claim: Claim, narrative: Narrative, base: str) -> _Key:
    topic = claim.topic
    part = narrative.passages[claim.passage].part
    return (part, claim.kind.value, base, topic.item, topic.side.value, topic.scope, topic.component, topic.period)


_WEIGHTLESS = re.compile(r"[\s本年度总合共计为是的均各数额,、()]|预算|决算|安排|支出|收入|情况")


def _same_words(a: Claim, b: Claim) -> bool:
    """Do two figures go by one name? 乡镇本级财政收入 and 收入合计, 一般公共预算 and its 拨款 may well differ."""
    one, other = (_WEIGHTLESS.sub("", c.topic.words) for c in (a, b))
    return one == other


def _again(first: dict[_Key, Claim], key: _Key, claim: Claim) -> Iterator[Outcome]:
    before = first.setdefault(key, claim)
    if before is claim:
        return
    is_delta = claim.kind is ClaimKind.DELTA
    now, then = (signed(claim), signed(before)) if is_delta else (claim.amount, before.amount)
    if now is None or then is None:
        return
    facts = {"statement": statement(claim)}
    unlike = not is_delta and not _same_words(claim, before)
    loudest = Severity.SUSPECT if claim.passage == before.passage or unlike else Severity.ERROR
    outcome = judged(compare(now, [then]), claim.text, facts, (claim.place, before.place), "", loudest)
    if isinstance(outcome, Problem) and outcome.severity is Severity.ROUNDING:
        outcome = HELD
    yield outcome
