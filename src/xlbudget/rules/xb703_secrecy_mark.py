"""带有密级或内部字样。

检查什么
表和文字中的密级标志（绝密、机密、秘密加★，或“密级：”），以及单独成行的“内部资料”“不予公开”等字样。

为什么
标有密级或内部使用的材料不能公开，公开前必须经过保密审查。

依据
中华人民共和国保守国家秘密法第二十五条；中华人民共和国政府信息公开条例第十七条。

怎么改
先由本单位作保密审查。可以公开的，去掉标志；不能公开的，不要放进公开件。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.privacy import Private, leaks
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.wording import everything

TITLE = "带有密级或内部字样"
SEVERITY = Severity.ERROR
MESSAGE = "带有“{stated}”字样，须经保密审查后才能公开"

PASSES = (Example("第一部分 单位概况\n一、主要职能\n负责保守国家秘密的宣传教育，管理机要通信用车。\n"),)
FAILS = (
    Example("机密★一年\n第一部分 单位概况\n一、主要职能\n负责登记。\n", ("带有“机密★”字样，须经保密审查后才能公开",)),
)


_WORDS = ("密", "内部", "公开")
"""Without one of these no mark is looked for: most texts are names of subjects."""


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for text, place in everything(disclosure):
        if not any(word in text for word in _WORDS):
            continue
        found = [leak for leak in leaks(text) if leak.kind is Private.SECRET]
        for leak in found:
            yield Problem({"stated": leak.shown}, (place(),))
        if not found and ("密" in text or "内部" in text):
            yield HELD
