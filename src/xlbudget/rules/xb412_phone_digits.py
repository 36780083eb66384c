"""联系电话的位数不对。

检查什么
“联系电话”后的号码：手机号应为 11 位，固定电话区号 3 至 4 位、号码 7 至 8 位。

为什么
电话打不通，公开的反馈渠道就落空了。

依据
工业和信息化部《电信网编号计划》。

怎么改
核对号码；公开件宜留办公电话，不留个人手机。
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
from xlbudget.rules.wording import prose

TITLE = "联系电话位数不对"
SEVERITY = Severity.ERROR
MESSAGE = "联系电话“{stated}”是 {count} 位，{expected}"

PASSES = (
    Example("第四部分 联系方式\n联系电话：0471-5551234\n"),
    Example("第四部分 联系方式\n联系电话：021-55512345\n"),
)
FAILS = (Example("第四部分 联系方式\n联系电话：1350000123\n", ("联系电话“1350000123”是 10 位，手机号应为 11 位",)),)

_PHONE = re.compile(r"(?:联系电话|咨询电话|电话)[:：]?((?:\(?0\d{2,3}\)?-?)?\d{5,14})(?![\d.])")


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for text, place in prose(disclosure):
        for match in _PHONE.finditer(fold(text)):
            digits = re.sub(r"\D", "", match[1])
            expected = _expected(digits)
            if expected:
                yield Problem(
                    {"stated": match[1], "count": str(len(digits)), "expected": expected},
                    (replace(place, quote=match[0]),),
                )
            else:
                yield HELD


def _expected(digits: str) -> str:
    if digits.startswith("0"):
        return "" if 10 <= len(digits) <= 12 else "区号加号码应为 10 至 12 位"
    if digits.startswith("1") and len(digits) in (9, 10, 12, 13):
        return "手机号应为 11 位"
    if len(digits) in (7, 8, 11) or digits.startswith(("12", "400", "95")):
        return ""
    return "固定电话应为 7 或 8 位" if len(digits) in (6, 9, 10) else ""
