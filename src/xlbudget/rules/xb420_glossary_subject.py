"""名词解释列了没有的科目。

检查什么
名词解释里按“某某（类）某某（款）某某（项）”解释的科目，表中和情况说明中是否都有。多数科目对得上、只有个别对不上的才提示。

为什么
名词解释沿用模板或上年文字，没有随科目增减。

依据
部门预决算公开要求对专业性较强的名词进行解释，解释的应是本文件用到的名词。

怎么改
删去没有用到的科目，或核对表中是否漏列。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.provenance import Provenance
from xlbudget.model.wording import fold
from xlbudget.packs.schema import Pack
from xlbudget.packs.subjects import core
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.facts import facts_of
from xlbudget.rules.wording import prose

TITLE = "名词解释列了没有的科目"
SEVERITY = Severity.NOTE
MESSAGE = "名词解释里的“{stated}（项）”，表中和情况说明中都没有"

_TABLE = (
    "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n201\t一般公共服务支出\t30.00\t30.00\t\n"
    "20126\t档案事务\t30.00\t30.00\t\n2012601\t行政运行\t20.00\t20.00\t\n2012604\t档案馆\t10.00\t10.00\t\n"
    "合计\t\t30.00\t30.00\t\n\n"
)
_PATH = "一般公共服务支出（类）档案事务（款）"
_FITTING = (
    f"第四部分 名词解释\n1.{_PATH}行政运行（项）：指行政单位的基本支出。\n2.{_PATH}档案馆（项）：指档案馆的支出。\n"
)

PASSES = (Example(_TABLE + _FITTING),)
FAILS = (
    Example(
        _TABLE + _FITTING + f"3.{_PATH}机关服务（项）：指后勤服务的支出。\n",
        ("名词解释里的“机关服务（项）”，表中和情况说明中都没有",),
    ),
)

_TERM = re.compile(
    r"[(（]类[)）].{2,40}[(（]款[)）](?P<name>[^(（)）:：]{2,30})[(（]项[)）][:：]?\s*(?:指|是指|反映|主要反映|:|：)"
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    terms: list[tuple[str, Provenance]] = []
    told: list[str] = []
    for text, place in prose(disclosure):
        match = _TERM.search(text)
        if match is not None and "万元" not in text:
            terms.append((match["name"].strip(), place))
        else:
            told.append(text)
    facts = facts_of(disclosure, pack)
    if not terms or not facts.detailed:
        return
    listed = {core(f.row.name) for found in facts.by_key.values() for f in found if f.item.startswith("f:")}
    used = fold("".join(told))
    known = [core(name) in listed or fold(name) in used for name, _ in terms]
    if 2 * sum(known) < len(terms):
        return  # a general glossary, not one of this unit's subjects
    for (name, place), here in zip(terms, known, strict=True):
        yield HELD if here else Problem({"stated": name}, (replace(place, quote=name),))
