"""目录与正文的标题不一致。

检查什么
目录列出的表名、章节名与正文里的标题逐字比较（空格、引号、全半角不计）。

为什么
标题不一致多半是套用了旧模板，年份、“部门”“单位”没有改全。

依据
公文格式的一般要求：目录与正文标题一致。

怎么改
以正文为准更新目录，或改正正文标题。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher

from xlbudget.model.disclosure import ContentsEntry, Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.wording import bare
from xlbudget.packs.schema import Pack
from xlbudget.packs.titles import clean_title, looks_like_title, spec_for_title
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem

TITLE = "目录与正文标题不一致"
SEVERITY = Severity.SUSPECT
MESSAGE = "目录写“{expected}”，正文标题是“{stated}”"

PASSES = (Example("目录\n第一部分 单位概况\n一、主要职能\n第一部分 单位概况\n一、主要职能\n负责登记。\n"),)
FAILS = (
    Example(
        "目录\n第一部分 单位概况\n一、2025年度单位主要工作任务\n第一部分 单位概况\n一、2025年单位主要工作任务\n负责登记。\n",
        ("目录写“2025年度单位主要工作任务”，正文标题是“2025年单位主要工作任务”",),
    ),
)

SIMILAR = 0.8


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for entry in disclosure.contents:
        outcome = _table(entry, disclosure, pack) if looks_like_title(entry.title) else _section(entry, disclosure)
        if outcome is not None:
            yield outcome


def _table(entry: ContentsEntry, disclosure: Disclosure, pack: Pack) -> Outcome | None:
    spec = spec_for_title(entry.title, pack)
    table = disclosure.table(spec.id) if spec is not None else None
    if spec is None or table is None or spec.id == "targets":
        return None
    listed, printed = clean_title(entry.title), clean_title(table.title)
    if listed == printed:
        return HELD
    place = replace(
        table.title_place if table.title_place.file else table.first_place, table=table.title, quote=table.title
    )
    return Problem({"stated": table.title, "expected": entry.title}, (place, replace(entry.place, quote=entry.title)))


def _section(entry: ContentsEntry, disclosure: Disclosure) -> Outcome | None:
    wanted = bare(entry.title)
    best = None
    for section in disclosure.sections:
        if section.number != entry.number or section.depth != entry.depth:
            continue
        if bare(section.part)[:5] != bare(entry.part)[:5]:
            continue
        found = bare(section.title)
        if found == wanted:
            return HELD
        likeness = SequenceMatcher(None, wanted, found).ratio()
        if likeness >= SIMILAR and (best is None or likeness > best[0]):
            best = (likeness, section)
    if best is None:
        return None
    section = best[1]
    # 说明 for 的情况说明 is how forms themselves vary between their contents and their headings
    severity = Severity.NOTE if _core(wanted) == _core(bare(section.title)) else None
    places = (replace(section.place, quote=section.title), replace(entry.place, quote=entry.title))
    return Problem({"stated": section.title, "expected": entry.title}, places, severity=severity)


def _core(title: str) -> str:
    return re.sub(r"的|情况", "", title)
