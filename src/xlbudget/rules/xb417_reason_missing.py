"""有增减而没有说明原因。

检查什么
写了不为零的增减额或增减率，同一段和下一段都没有“原因”“主要是”等说明，所列各项也没有说明。

为什么
公开要求对增减变化说明原因，只有数字没有原因等于没有说明。

依据
部门预决算公开操作规程：应说明增减变化情况及原因。

怎么改
补写原因。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.prose import Told, changes_of, statement

TITLE = "增减没有说明原因"
SEVERITY = Severity.NOTE
MESSAGE = "“{statement}”没有说明原因"

_HEAD = "第二部分 情况说明\n二、支出预算情况说明\n"

PASSES = (Example(_HEAD + "支出预算110.00万元，比上年增加10.00万元，增长10.00%，主要原因是人员增加。\n"),)
FAILS = (
    Example(
        _HEAD + "支出预算110.00万元，比上年增加10.00万元，增长10.00%。\n",
        ("“比上年增加10.00万元”没有说明原因",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    passages = disclosure.narrative.passages
    reason = re.compile("|".join(pack.grammar.reason))
    listing = re.compile("|".join(pack.grammar.listing))
    last: Problem | None = None
    for told in changes_of(disclosure):
        figure = told.delta or told.growth
        if figure is None or figure.reason or not told.topic.in_tables or not _moves(told):
            continue
        here = passages[figure.passage]
        after = passages[figure.passage + 1] if figure.passage + 1 < len(passages) else None
        said = reason.search(here.text, figure.span[1]) or listing.search(here.text, figure.span[1])
        said = said or (reason.search(after.text) if after is not None and after.section == here.section else None)
        if said is not None:
            yield HELD
            continue
        problem = Problem({"statement": statement(figure) + figure.text}, (figure.place,))
        if last is None or last.at != problem.at:
            yield problem
        last = problem


def _moves(told: Told) -> bool:
    if told.delta is not None and told.delta.amount is not None:
        return not told.delta.amount.is_zero
    return told.growth is not None and bool(told.growth.percent)
