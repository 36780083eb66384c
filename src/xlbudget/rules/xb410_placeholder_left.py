"""模板的空白没有填、提示语没有删。

检查什么
“XX”“××”“某某”“待填”“增加（减少）”“此处填写”等模板占位，以及没有换成实际名称的“项目名称”。

为什么
占位留在公开件里，读者看到的是半成品。

依据
公开材料应为定稿。

怎么改
填上实际内容，删去括号里的选择和提示。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.wording import fold, numbering
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.wording import around, excerpt, prose

TITLE = "模板占位没有填写"
SEVERITY = Severity.ERROR
MESSAGE = "留有模板占位“{stated}”：{quote}"

PASSES = (
    Example(
        "一、收支预算总体情况说明\n收支总预算10.00万元，与上年相比增加1.00万元。\n（一）五险扩面经费\n1.项目概述\n用于扩面。\n"
    ),
)
FAILS = (
    Example(
        "一、收支预算总体情况说明\n收支总预算XX万元，与上年相比增加（减少）1.00万元。\n",
        (
            "留有模板占位“XX”：收支总预算XX万元，与上年相比增加（减",
            "留有模板占位“增加（减少）”：预算XX万元，与上年相比增加（减少）1.00万元。",
        ),
    ),
    Example(
        "十、项目支出预算情况说明\n(一) 项目名称\n1.项目概述\n用于扩面。\n", ("留有模板占位“项目名称”：(一) 项目名称",)
    ),
)

_MARKS = re.compile(
    r"(?<![A-Za-z0-9])[XxＸ×]{2,}(?![A-Za-z0-9])|[xX×]{1,3},[xX×]{3}|某某|\*{3,}(?=万元|单位|部门)|待填(?:写|报)?|此处填写|请填写|\(请[^()]{1,30}\)|（请[^（）]{1,30}）|"
    r"增加[（(/]减少[）)]?|减少[（(/]增加[）)]?|增长[（(/]下降[）)]?|下降[（(/]增长[）)]?|大于[（(/]小于[）)]|小于[（(/]大于[）)]|○○"
)
_UNNAMED = frozenset(("项目名称", "单位名称", "部门名称", "××项目", "项目一", "项目名称1"))


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for text, place in prose(disclosure):
        found = False
        for match in _MARKS.finditer(text):
            found = True
            facts = {"stated": match[0], "quote": around(text, match.start(), match.end())}
            yield Problem(facts, (replace(place, quote=facts["quote"]),))
        _, depth, rest = numbering(text)
        if depth in (1, 2) and fold(rest) in _UNNAMED:
            found = True
            yield Problem({"stated": rest, "quote": excerpt(text)}, (place,), "应换成项目的实际名称")
        if not found and len(text) > 10:
            yield HELD
