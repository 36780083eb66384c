"""标题中的级次与单位不符。

检查什么
标题写“省级部门”“市级部门”，而单位名称表明它是下一级（县、区、旗或市、州、盟）的单位。

为什么
照搬了上级的模板，标题没有改。

依据
部门预决算公开表式：标题应与公开主体一致。

怎么改
改成本级，或去掉级次。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.wording import bare
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.wording import titles

TITLE = "标题级次与单位不符"
SEVERITY = Severity.ERROR
MESSAGE = "标题“{title}”写的是{stated}，而“{unit}”是{expected}单位"

_HEAD = "平湖市测绘院2025年单位预算公开\n"
_TABLE = "单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n208\t社会保障和就业支出\t5.00\t5.00\t\n"

PASSES = (Example(_HEAD + "2025年市级部门支出预算总表\n" + _TABLE),)
FAILS = (
    Example(
        _HEAD + "2025年省级部门支出预算总表\n" + _TABLE,
        ("标题“2025年省级部门支出预算总表”写的是省级，而“平湖市测绘院”是市级单位",),
    ),
)

_WORD = re.compile(r"(省级|自治区级|市级|州级|区级|县级|旗级)(?=部门|单位|预算|决算|财政)")
_RANK = {"省级": 1, "自治区级": 1, "市级": 2, "州级": 2, "区级": 3, "县级": 3, "旗级": 3}
_MUNICIPALITIES = ("北京市", "上海市", "天津市", "重庆市")


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    rank = unit_rank(disclosure.unit)
    if rank is None:
        return
    for text, place in titles(disclosure):
        match = _WORD.search(bare(text))
        if match is None:
            continue
        if _RANK[match[1]] >= rank:
            yield HELD
        else:
            facts = {
                "title": text,
                "stated": match[1],
                "unit": disclosure.unit,
                "expected": {2: "市级", 3: "县区级"}[rank],
            }
            yield Problem(facts, (place,), "可能照搬了上级的模板")


def unit_rank(unit: str) -> int | None:
    """The administrative rank that a unit's name shows: 2 市州盟, 3 县区旗; ``None`` if it does not tell."""
    name = bare(unit)
    for city in _MUNICIPALITIES:
        if name.startswith(city):
            rest = name.removeprefix(city)
            return 3 if re.match(r".{1,6}?[区县]", rest) else None
    name = re.sub(r"^.{2,8}?(省|自治区)", "", name)
    if re.match(r".{1,8}?(市|自治州|州|盟|地区)", name):
        rest = re.sub(r"^.{1,8}?(市|自治州|州|盟|地区)", "", name, count=1)
        return (
            3
            if re.match(r".{1,5}?(区|县|旗|市)(?!域|级)", rest) and not re.match(r".{0,3}(社区|园区|校区)", rest)
            else 2
        )
    return 3 if re.match(r".{1,6}?(县|区|旗)", name) else None
