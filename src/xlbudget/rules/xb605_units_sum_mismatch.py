"""部门的数不等于所属单位之和。

检查什么
部门公开文件各表的每个金额，等于所属单位（含本级）公开文件同一张表、同一行、同一栏之和。所属单位的文件齐全时核对是否相等；不齐全时，核对已有各单位之和是否超过部门的数，并列出缺少的单位。

为什么
部门预决算由所属单位汇总而成；单位改数以后部门没有跟着改，或汇总漏了一家，都会在这里显出来。

依据
预算法实施条例：部门预算由本部门及其所属各单位预算组成；部门决算同。

怎么改
按差额找是哪一家单位、哪个科目；单位之间往来抵销的，应在说明中写明。
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlbudget.model.amount import Amount, plain
from xlbudget.model.disclosure import Disclosure, Level
from xlbudget.model.finding import Severity
from xlbudget.model.organisations import unit_key, units_named
from xlbudget.model.provenance import Provenance
from xlbudget.model.rounding import Verdict, compare, total_yuan
from xlbudget.model.table import RowKind, Table, TableStatus
from xlbudget.packs.pairing import Pair, Unpaired, counterpart, figures, shown
from xlbudget.packs.schema import Pack, Shape
from xlbudget.rules.declaring import HELD, Example, Outcome, Unchecked, judged

TITLE = "部门与所属单位之和不符"
SEVERITY = Severity.ERROR
MESSAGE = (
    "{table}：“{row}”的“{column}”为 {stated}，{units}之和为 {expected}{unit}，相差 {difference}（舍入允许 {tolerance}）"
)

_HEAD = "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"
_ROWS = "208\t社会保障和就业支出\t{0}\t{0}\t\n合计\t\t{0}\t{0}\t\n"
_DEPARTMENT = (
    "云川市水务局2025年部门预算\n\n二、机构设置\n本部门预算单位包括：云川市水务局本级、云川市河道管理所。\n\n"
    + _HEAD
    + _ROWS
)
_OWN = "云川市水务局（本级）2025年单位预算\n\n" + _HEAD + _ROWS
_RIVER = "云川市河道管理所2025年单位预算\n\n" + _HEAD + _ROWS

PASSES = (
    Example(_DEPARTMENT.format("30.00"), children=(_OWN.format("20.00"), _RIVER.format("10.00"))),
    Example(_DEPARTMENT.format("30.00"), children=(_RIVER.format("10.00"),)),
)
FAILS = (
    Example(
        _DEPARTMENT.format("35.00"),
        (
            "支出总表：“社会保障和就业支出”的“合计”为 35.00，2 家单位之和为 30.00万元，相差 5（舍入允许 0.015）",
            "支出总表：“社会保障和就业支出”的“基本支出”为 35.00，2 家单位之和为 30.00万元，相差 5（舍入允许 0.015）",
            "支出总表：“合计”的“合计”为 35.00，2 家单位之和为 30.00万元，相差 5（舍入允许 0.015）",
            "支出总表：“合计”的“基本支出”为 35.00，2 家单位之和为 30.00万元，相差 5（舍入允许 0.015）",
        ),
        children=(_OWN.format("20.00"), _RIVER.format("10.00")),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    if disclosure.level is not Level.DEPARTMENT:
        return
    named = units_named(disclosure)
    children = {unit_key(child.unit): child for child in disclosure.context.children}
    missing = [name for key, name in named.items() if key not in children]
    if not children:
        if len(named) > 1:
            yield Unchecked(f"部门与所属 {len(named)} 家单位之和", "没有给出所属单位的公开文件，档案中也没有")
        return
    if missing:
        yield Unchecked("部门与所属单位之和是否相等", f"缺少 {len(missing)} 家单位的公开文件：{'、'.join(missing)}")
    complete = not missing and bool(named)
    for table in disclosure.tables_read():
        spec = pack.table(table.id)
        if spec is None or spec.shape is Shape.TARGETS or table.id == "projects":
            continue
        yield from _table(table, disclosure, list(children.values()), complete)


def _table(table: Table, disclosure: Disclosure, children: list[Disclosure], complete: bool) -> Iterator[Outcome]:
    without = [c for c in children if (own := c.table(table.id)) is None or own.status is TableStatus.UNREADABLE]
    if without:
        yield Unchecked(f"{table.title}与所属单位之和", f"没有读到这张表：{'、'.join(c.unit for c in without)}")
        complete = False
    at_hand = [c for c in children if c not in without]
    if not at_hand:
        return
    for row, column in figures(table, ("current", "prior", "executed")):
        if row.kind is RowKind.UNIT or row.unit:
            continue
        parts: list[Amount] = []
        places: list[Provenance] = []
        for child in at_hand:
            found = counterpart(table, row, column, disclosure, child, table.columns[column].period)
            if found is None or isinstance(found, Unpaired):
                break
            _take(found, parts, places)
        else:
            stated = shown(row.cells[column], table)
            if parts or not stated.is_zero:
                yield _judge(table, row.name or row.label, stated, parts, (table.place(row, column), *places), complete)


def _take(found: Pair, parts: list[Amount], places: list[Provenance]) -> None:
    if not found.then.is_zero:
        parts.append(found.then)
        places.append(found.there)


def _judge(
    table: Table, row: str, stated: Amount, parts: list[Amount], places: tuple[Provenance, ...], complete: bool
) -> Outcome:
    comparison = compare(stated, parts)
    if not complete and (comparison.verdict is not Verdict.WRONG or total_yuan(parts) <= stated.yuan):
        return HELD
    facts = {
        "table": table.title,
        "row": row,
        "column": places[0].column,
        "units": f"{len(parts)} 家单位" if complete else f"已有 {len(parts)} 家单位",
        "expected": plain(total_yuan(parts) / Decimal(stated.unit.scale), comparison.decimals),
        "unit": stated.unit.value,
    }
    return judged(comparison, places[0].quote or "空白", facts, places)
