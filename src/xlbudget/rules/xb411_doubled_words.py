"""标点或词句重复。

检查什么
“：：”“。。”“，，”等重复标点，“主要包括：主要包括：”等重复词语，同一短语紧接着写两遍，编号写两遍。

为什么
是粘贴时留下的痕迹，公开件里一望可知。

依据
GB/T 15834《标点符号用法》；公文校对要求。

怎么改
删去多余的一份。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.wording import fold
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.wording import around, prose

TITLE = "标点或词句重复"
SEVERITY = Severity.ERROR
MESSAGE = "“{stated}”重复：{quote}"

PASSES = (Example("一、收入预算情况说明\n主要包括：办公费1.24万元、印刷费0.75万元。\n"),)
FAILS = (
    Example(
        "一、预算单位构成\n预算单位共计1家，具体包括：：平湖市测绘院。\n",
        ("“：：”重复：算单位共计1家，具体包括：：平湖市测绘院。",),
    ),
    Example(
        "一、支出预算情况说明\n公用经费5.00万元。主要包括：主要包括：办公费5.00万元。\n",
        ("“主要包括：”重复：公用经费5.00万元。主要包括：主要包括：办公费5.00万元。",),
    ),
)

_MARKS = re.compile(r"([，。；：、,;:])\s*\1+|[，、；：][。]|。[，、；：]|，、|、，")
_WORDS = re.compile(r"([\u4e00-\u9fff]{4,20}[：:，,]?)\1")
_NUMBER = re.compile(r"^[-\s]*([（(]\d{1,2}[）)]|\d{1,2}[.、])\s*\1")
_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")
_FINE = re.compile(r"^(?:\.{3,}|…)$")


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for text, place in prose(disclosure):
        found = False
        for pattern, loud in ((_MARKS, True), (_WORDS, False), (_NUMBER, True)):
            for match in pattern.finditer(text):
                stated = match[1] if pattern is not _MARKS and match[1] else match[0]
                if _FINE.match(match[0]) or (
                    pattern is _MARKS and fold(match[0]) in ("::", ",,") and _is_code(text, match.start())
                ):
                    continue
                quote = around(text, match.start(), match.end())
                if not _IDEOGRAPH.search(quote):
                    continue  # what is left of a table, no sentence
                found = True
                severity = Severity.ERROR if loud or stated.endswith(("：", ":")) else Severity.SUSPECT
                yield Problem({"stated": stated, "quote": quote}, (replace(place, quote=quote),), "", severity)
        if not found and len(text) > 10:
            yield HELD


def _is_code(text: str, at: int) -> bool:
    """Punctuation between Latin letters is not Chinese prose."""
    return at > 0 and text[at - 1].isascii() and text[at - 1].isalpha()
