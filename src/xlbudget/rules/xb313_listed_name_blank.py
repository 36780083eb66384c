"""列举的经济科目与基本支出表不符。

检查什么
“人员经费……主要包括：基本工资、津贴补贴……”中列举的科目在基本支出表中应有数；没有“等”字时，表中有数的科目应当都列到。

为什么
列举的名称常沿用上年或模板，与当年的表不一致。

依据
部门预决算公开操作规程：文字说明与公开报表应当一致。

怎么改
删去表中没有数的科目，补上漏列的，或在末尾加“等”字。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.provenance import Provenance
from xlbudget.model.table import Row, RowKind, Table, TableStatus
from xlbudget.model.wording import bare
from xlbudget.packs.schema import Pack
from xlbudget.packs.subjects import core
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem

TITLE = "列举的科目与表不符"
SEVERITY = Severity.ERROR
MESSAGE = "{part}的列举：“{stated}”{what}"

_TABLE = (
    "一般公共预算基本支出表\n单位：万元\n科目编码\t科目名称\t合计\t人员经费\t公用经费\n"
    "301\t工资福利支出\t20.00\t20.00\t\n30101\t基本工资\t12.00\t12.00\t\n30102\t津贴补贴\t8.00\t8.00\t\n30103\t奖金\t\t\t\n"
    "合计\t\t20.00\t20.00\t\n\n第二部分 情况说明\n六、一般公共预算基本支出情况说明\n"
)

PASSES = (Example(_TABLE + "人员经费20.00万元，主要包括：基本工资、津贴补贴。\n"),)
FAILS = (
    Example(
        _TABLE + "人员经费20.00万元，主要包括：基本工资、津贴补贴、奖金。\n",
        ("人员经费的列举：“奖金”在表中没有数",),
    ),
    Example(
        _TABLE + "人员经费20.00万元，主要包括：基本工资。\n",
        ("人员经费的列举：“津贴补贴”在表中有数，没有列到",),
    ),
)

_LIST = re.compile(r"(人员经费|公用经费)[^。;]{0,40}?(?:主要)?(?:包括|用于)[::]([^。;:]+)")
_PARTS = {"人员经费": ("301", "303"), "公用经费": ("302", "310", "309", "307")}


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    table = disclosure.table("basic_expenditure")
    if table is None or table.status is not TableStatus.READ:
        return
    for passage in disclosure.narrative.passages:
        if "基本支出" not in bare(passage.section):
            continue
        for match in _LIST.finditer(passage.text):
            names = match[2].split("、")
            if len(names) > 0 and not re.search(r"\d", match[2]):
                origin = passage.origins[match.start(2)]
                place = replace(origin, quote=match[0][:60])
                yield from _listed(match[1], names, table, place)


def _listed(part: str, names: list[str], table: Table, place: Provenance) -> Iterator[Outcome]:
    rows = _rows(table, _PARTS[part])
    open_list = names[-1].endswith("等") or names[-1].endswith("等支出")
    said = {core(bare(name).removesuffix("等支出").removesuffix("等")) for name in names}
    for name, row in rows.items():
        filled = _filled(row)
        if filled and name not in said and not open_list:
            yield _problem(part, row.name, "在表中有数，没有列到", place, table, row, Severity.SUSPECT)
        elif not filled and name in said:
            yield _problem(part, row.name, "在表中没有数", place, table, row, Severity.ERROR)
        else:
            yield HELD


def _rows(table: Table, classes: tuple[str, ...]) -> dict[str, Row]:
    """The lowest subjects of these classes, by name."""
    return {
        core(bare(row.name)): row
        for row in table.rows
        if row.kind is RowKind.SUBJECT
        and row.code is not None
        and len(row.code.code) == 5
        and row.code.code[:3] in classes
    }


def _filled(row: Row) -> bool:
    return any(cell.amount is not None and not cell.amount.is_zero for cell in row.cells)


def _problem(part: str, name: str, what: str, place: Provenance, table: Table, row: Row, severity: Severity) -> Problem:
    facts = {"part": part, "stated": name, "what": what}
    return Problem(facts, (place, table.place(row)), "", severity)
