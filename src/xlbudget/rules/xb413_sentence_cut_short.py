"""句子没有写完。

检查什么
“主要原因是。”“主要包括：。”“变动原因：；”等后面没有内容的句子。

为什么
原因没有写，等于没有说明。

依据
部门预决算公开操作规程：对增减变化应说明原因。

怎么改
补上原因或内容。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.wording import around, prose

TITLE = "句子没有写完"
SEVERITY = Severity.ERROR
MESSAGE = "“{stated}”后面没有内容：{quote}"

PASSES = (Example("一、收入预算情况说明\n比上年增加1.00万元，主要原因是人员增加。\n"),)
FAILS = (
    Example(
        "一、收入预算情况说明\n比上年增加1.00万元，主要原因是。\n",
        ("“主要原因是”后面没有内容：比上年增加1.00万元，主要原因是。",),
    ),
)

_CUT = re.compile(
    r"(?<!说明)((?:主要|变动|差异|增减|变化)?原因(?:是|为)?|主要(?:是|包括|用于)|其中|具体包括)[:：]?\s*[。；;！]"
)
_PURE = re.compile(r"^(?:无)?(?:增减)?(?:变化|差异|变动)?原因$")


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for text, place in prose(disclosure):
        found = False
        for match in _CUT.finditer(text):
            if match[1] in ("原因",) or (match[1] == "其中"):
                continue
            found = True
            quote = around(text, match.start(), match.end())
            yield Problem({"stated": match[1], "quote": quote}, (replace(place, quote=quote),))
        if not found and "原因" in text:
            yield HELD
