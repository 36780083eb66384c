"""含有个人号码。

检查什么
表和文字中的身份证号（校验位正确的）、银行卡号（校验位正确的）、不是作为联系电话公布的手机号。

为什么
公开件任何人都能下载、保存、检索，个人号码一经公开便无法收回。

依据
中华人民共和国个人信息保护法；GB/T 35273-2020；GB 11643-1999；ISO/IEC 7812-1。

怎么改
删去号码。确需区分人员的，改用编号；联系电话请用办公电话。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.privacy import Private, leaks
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.wording import everything

TITLE = "含有个人号码"
SEVERITY = Severity.ERROR
MESSAGE = "含有{kind} {stated}，公开前应删去"

_HEAD = "项目支出表\n单位：万元\n项目名称\t合计\t一般公共预算\n"

PASSES = (
    Example(_HEAD + "63020000023T000000003-信息系统运维\t5.00\t5.00\n合计\t5.00\t5.00\n"),
    Example("第四部分 联系方式\n联系电话：13800138000\n"),
)
FAILS = (
    Example(
        _HEAD + "临时救助（11010519491231002X）\t5.00\t5.00\n合计\t5.00\t5.00\n",
        ("含有身份证号 110***********002X，公开前应删去",),
    ),
    Example("第二部分 情况说明\n由经办人13800138000负责发放。\n", ("含有手机号 138****8000，公开前应删去",)),
)

_CONTACT = ("电话", "联系方式", "热线", "传真")


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for text, place in everything(disclosure):
        if not any(char.isdigit() for char in text):
            continue
        found = [leak for leak in leaks(text) if leak.kind in (Private.IDENTITY, Private.CARD, Private.MOBILE)]
        for leak in found:
            if leak.kind is Private.MOBILE and any(word in text[: leak.start] for word in _CONTACT):
                continue
            severity = Severity.ERROR if leak.kind is not Private.CARD else Severity.SUSPECT
            yield Problem({"kind": leak.kind.value, "stated": leak.shown}, (place(),), "", severity)
        if not found:
            yield HELD
