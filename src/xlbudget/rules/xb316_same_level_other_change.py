"""同额不同增减。

检查什么
两个总数本年相等（如财政拨款收入与财政拨款支出），与同一基数相比的增减额却只差一位数字。

为什么
同一个增减额在几处各打一遍，其中一处打错。

依据
收支平衡：收入总数与支出总数本年相等、上年也相等时，增减额必然相等。

怎么改
核对上年数，改正打错的一处；两数上年确实不同的，可以忽略。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.packs.schema import Pack
from xlbudget.rules.causes import ONE_DIGIT, cause_of_amount
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.prose import Told, changes_of, statement

TITLE = "同额不同增减"
SEVERITY = Severity.SUSPECT
MESSAGE = "“{statement}”{stated}，本年同为 {level} 的“{other}”为 {expected}"

_HEAD = "第二部分 情况说明\n一、收支预算情况说明\n财政拨款收入预算189.67万元，比上年预算增加33.55万元。\n"

PASSES = (Example(_HEAD + "财政拨款支出预算189.67万元，比上年预算增加33.55万元。\n"),)
FAILS = (
    Example(
        _HEAD + "财政拨款支出预算189.67万元，比上年预算增加53.55万元。\n",
        ("“比上年预算增加”53.55万元，本年同为 189.67万元 的“比上年预算增加”为 33.55万元",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    told: list[Told] = []
    for change in changes_of(disclosure):
        if change.level is None or change.delta is None or change.delta.amount is None or change.delta.reason:
            continue
        if not change.topic.in_tables or change.topic.component or change.level.amount is None:
            continue
        if change.topic.item[:2] not in ("f:", "e:"):  # subjects are many, and each is told once
            for before in told:
                yield from _compared(change, before)
        told.append(change)


def _compared(now: Told, before: Told) -> Iterator[Outcome]:
    assert now.level is not None and now.delta is not None and before.level is not None and before.delta is not None
    level, delta, other = now.level.amount, now.delta.amount, before.delta.amount
    if level is None or delta is None or other is None or before.level.amount is None:
        return
    if now.change.base != before.change.base or level.yuan != before.level.amount.yuan or level.is_zero:
        return
    if now.delta.sign != before.delta.sign:
        return
    if delta.yuan == other.yuan:
        yield HELD
    elif cause_of_amount(delta, other) == ONE_DIGIT:
        facts = {
            "statement": statement(now.delta),
            "stated": now.delta.text,
            "level": f"{level.text}{level.unit.value}",
            "other": statement(before.delta),
            "expected": before.delta.text,
        }
        yield Problem(facts, (now.delta.place, before.delta.place), ONE_DIGIT)
