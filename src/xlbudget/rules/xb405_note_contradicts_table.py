"""表下的空表说明与表不符。

检查什么
写着“本表无数据”“本表为空表”的表里却有数；说明里说的是另一张表（如国有资本经营预算表下写“没有政府性基金”）。

为什么
多是从别的表或上年文本复制后没有改。

依据
财政部部门预决算公开操作规程：空表说明应与表一致。

怎么改
删去或改正说明。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.table import TableStatus
from xlbudget.model.wording import fold
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem

TITLE = "空表说明与表不符"
SEVERITY = Severity.ERROR
MESSAGE = "“{table}”下的说明“{stated}”与表不符：{why}"

_HEAD = "政府性基金预算支出表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"

PASSES = (Example(_HEAD + "\t合计\t0.00\t0.00\t0.00\n注：本单位没有政府性基金预算支出，故本表无数据。\n"),)
FAILS = (
    Example(
        _HEAD
        + "212\t城乡社区支出\t5.00\t\t5.00\n\t合计\t5.00\t\t5.00\n注：本单位没有政府性基金预算支出，故本表无数据。\n",
        ("“政府性基金预算支出表”下的说明“注：本单位没有政府性基金预算支出，故本表无数据。”与表不符：表中有数",),
    ),
    Example(
        _HEAD + "\t合计\t0.00\t0.00\t0.00\n注：本单位没有国有资本经营预算支出，故本表无数据。\n",
        (
            "“政府性基金预算支出表”下的说明“注：本单位没有国有资本经营预算支出，故本表无数据。”与表不符：说的是国有资本经营预算",
        ),
    ),
)

_SAYS_EMPTY = re.compile(r"本表无数据|此表为空|本表为空|空表|无数据")
_SUBJECTS = {"fund_expenditure": "政府性基金", "capital_expenditure": "国有资本经营预算"}


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for table in disclosure.tables:
        for text, place in table.notes:
            why = _contradiction(table.id, table.status, fold(text))
            if why is None:
                yield HELD
            else:
                yield Problem(
                    {"table": table.title, "stated": text, "why": why}, (replace(place, table=table.title, quote=text),)
                )


def _contradiction(table_id: str, status: TableStatus, text: str) -> str | None:
    if status is TableStatus.READ and _SAYS_EMPTY.search(text) and "的" not in text[-3:]:
        return "表中有数"
    own = _SUBJECTS.get(table_id)
    if own is not None and own[:5] not in text:
        for other in _SUBJECTS.values():
            if other != own and other[:6] in text:
                return f"说的是{other}"
    return None
