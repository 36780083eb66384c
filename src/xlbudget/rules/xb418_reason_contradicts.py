"""原因与增减情况矛盾。

检查什么
增减额不为零，原因却写“持平”“无变化”“不存在此项内容”；增减额为零，原因却写增加或减少。

为什么
数字改了，原因沿用了上年或模板的句子。

依据
部门预决算公开操作规程：应如实说明增减变化的原因。

怎么改
核对数字，按实际重写原因。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.prose import changes_of, statement

TITLE = "原因与增减矛盾"
SEVERITY = Severity.SUSPECT
MESSAGE = "“{statement}”，原因却写“{stated}”"

_HEAD = "第二部分 情况说明\n二、支出预算情况说明\n"

PASSES = (
    Example(_HEAD + "支出预算110.00万元，比上年增加10.00万元，增长10.00%，主要原因是人员增加。\n"),
    Example(
        _HEAD + "“三公”经费10.00万元，其中：公务接待费6.00万元，比上年增加2.00万元，主要原因是调研增加；"
        "公务用车运行费与上年持平。\n"
    ),
)
FAILS = (
    Example(
        _HEAD + "支出预算110.00万元，比上年增加10.00万元，增长10.00%，主要原因是与上年持平。\n",
        ("“比上年增加10.00万元”，原因却写“与上年持平”",),
    ),
)

_NOTHING = re.compile(r"(?:与上年(?:度|相比)?)?(?:持平|无增减变化|无变化|无变动|没有变化)|不存在此项(?:内容)?")
_NEXT_ITEM = re.compile(
    r"[,;]?[二三四五六七八九]、|;(?=[^;]*(?:\d(?:万|亿)?元|[与比](?:上年|去年|20\d\d年)[^,;。]{0,12}持平(?:[,;。]|$)))"
)
_SLIGHT = Decimal(1)
"""A change of less than one percent may well be called 基本持平."""


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    passages = disclosure.narrative.passages
    reason = re.compile("|".join(pack.grammar.reason))
    for told in changes_of(disclosure):
        delta, level = told.delta, told.level
        if delta is None or delta.amount is None or level is None or level.amount is None or delta.reason:
            continue
        text = passages[delta.passage].text
        cue = reason.search(text, delta.span[1])
        end = text.find("。", cue.end()) if cue is not None else -1
        if cue is None or "。" in text[delta.span[1] : cue.start()].rstrip("。"):
            continue
        why = _NEXT_ITEM.split(text[cue.end() : end if end >= 0 else len(text)])[0]
        match = _NOTHING.search(why)
        slight = level.amount.value and abs(delta.amount.value / level.amount.value * 100) < _SLIGHT
        if match is None or delta.amount.is_zero or slight:
            yield HELD
            continue
        facts = {"statement": statement(delta) + delta.text, "stated": match[0]}
        yield Problem(facts, (delta.place,))
