"""单位名称前后不一致。

检查什么
各表“编制单位”、项目的承担单位（实施主体）与封面的单位名称是否一致。

为什么
简称、旧名或别的单位的名称，多半是从旧文本或别处复制来的。

依据
部门预决算公开应使用单位的法定名称。

怎么改
改成机构编制文件上的全称。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from xlbudget.model.disclosure import Disclosure, Level
from xlbudget.model.finding import Severity
from xlbudget.model.provenance import Provenance
from xlbudget.model.wording import bare
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.wording import prose

TITLE = "单位名称不一致"
SEVERITY = Severity.SUSPECT
MESSAGE = "{where}写的是“{stated}”，本文件的单位是“{expected}”"

_TABLE = "编制单位：{maker}\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n208\t社会保障和就业支出\t5.00\t5.00\t\n"

PASSES = (Example("平湖市测绘院2025年单位预算公开\n支出总表\n" + _TABLE.format(maker="平湖市测绘院")),)
FAILS = (
    Example(
        "平湖市测绘院2025年单位预算公开\n收入总表\n"
        + _TABLE.format(maker="平湖市测绘院")
        + "\n支出总表\n"
        + _TABLE.format(maker="平湖市测绘院")
        + "\n一般公共预算支出表\n"
        + _TABLE.format(maker="平湖市测绘队"),
        ("“一般公共预算支出表”的编制单位写的是“平湖市测绘队”，本文件的单位是“平湖市测绘院”",),
    ),
)

_DOER = re.compile(r"^(?:项目)?(?:承担单位|实施主体|实施单位)[:：](.{4,40})$")
_ORGANISATION = re.compile(r"(局|委|院|中心|站|所|馆|校|会|队|处|办)$")


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    unit = bare(disclosure.unit)
    if not unit:
        return
    for table in disclosure.tables:
        if table.maker:
            place = replace(table.title_place if table.title_place.file else table.first_place, table=table.title)
            yield _judge(table.maker, unit, f"“{table.title}”的编制单位", place, disclosure)
    if disclosure.level is Level.UNIT:
        for text, place in prose(disclosure):
            doer = _DOER.match(bare(text))
            if doer and _ORGANISATION.search(doer[1]) and doer[1][-2:] == unit[-2:]:
                yield _judge(doer[1], unit, "项目承担单位", place, disclosure)


def _judge(name: str, unit: str, where: str, place: Provenance, disclosure: Disclosure) -> Outcome:
    printed = bare(name)
    if printed == unit or printed in unit or unit in printed or _same(printed, unit):
        return HELD
    return Problem(
        {"where": where, "stated": name, "expected": disclosure.unit}, (replace(place, quote=place.quote or name),)
    )


def _same(a: str, b: str) -> bool:
    """Names that differ in a bracketed addition only (（本级）, （部门）)."""
    strip = re.compile(r"\((?:本级|部门|机关|汇总|本部)\)|部门$|本级$")
    return strip.sub("", a) == strip.sub("", b)
