"""年初结转结余与上年年末结转结余不符。

检查什么
收支总表、财政拨款收支总表的“上年结转”“年初结转和结余”，与上年决算公开文件同一张表的“年末结转和结余”核对；政府性基金等表按科目核对年初、年末两栏。

为什么
一年的期末就是下一年的期初，两份决算之间不应有差额；预算中的上年结转常为预计数，差额只列为疑点。

依据
政府会计制度：年初结转结余等于上年年末结转结余（以前年度调整除外）。

怎么改
按上年决算改正，或在说明中写明年初数的调整原因。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure, Stage
from xlbudget.model.finding import Severity
from xlbudget.model.provenance import Provenance
from xlbudget.model.rounding import compare
from xlbudget.model.table import Cell, Row, Table, TableStatus
from xlbudget.packs.pairing import closing, openings, shown, years_of
from xlbudget.packs.schema import Pack
from xlbudget.rules.crossing import named
from xlbudget.rules.declaring import Example, Outcome, Unchecked, judged

TITLE = "年初结转结余与上年年末不符"
SEVERITY = Severity.ERROR
MESSAGE = (
    "{table}：“{row}”的“{column}”为 {stated}，上年决算“{last}”为 {figure}，相差 {difference}（舍入允许 {tolerance}）"
)

_DOCUMENT = (
    "云川市档案馆{year}年单位决算\n\n收入支出决算总表\n单位：万元\n收入\t\t支出\t\n项目\t决算数\t项目\t决算数\n"
    "一、财政拨款收入\t90.00\t一、社会保障和就业支出\t92.00\n本年收入合计\t90.00\t本年支出合计\t92.00\n"
    "年初结转和结余\t{0}\t年末结转和结余\t{1}\n总计\t95.00\t总计\t95.00\n"
)

PASSES = (Example(_DOCUMENT.format("5.00", "3.00", year=2025), prior=_DOCUMENT.format("7.00", "5.00", year=2024)),)
FAILS = (
    Example(
        _DOCUMENT.format("5.00", "3.00", year=2025),
        (
            "收入支出决算总表：“年初结转和结余”的“收入/决算数”为 5.00，上年决算“年末结转和结余”为 4.00万元，"
            "相差 1（舍入允许 0.01）",
        ),
        prior=_DOCUMENT.format("6.00", "4.00", year=2024),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    final = disclosure.stage is Stage.FINAL
    past = disclosure.context.prior if final else disclosure.context.executed
    loudest = Severity.ERROR if final else Severity.SUSPECT
    for table in disclosure.tables_read():
        cells = list(openings(table))
        if past is None:
            if any(cell.amount is not None and not cell.amount.is_zero for cell in (r.cells[c] for r, c in cells)):
                yield Unchecked(f"{table.title}的年初（上年）结转", "没有给出上年的决算公开文件，档案中也没有")
            continue
        other = past.table(table.id)
        if other is None or other.status is not TableStatus.READ:
            continue
        for row, column in cells:
            end = closing(table, row, column, other, years_of(past, disclosure))
            if end is not None:
                yield from _judge(table, row, column, other, end, loudest)


def _judge(
    table: Table, row: Row, column: int, other: Table, end: tuple[Row, int], loudest: Severity
) -> Iterator[Outcome]:
    cell: Cell = row.cells[column]
    stated, figure = shown(cell, table), shown(end[0].cells[end[1]], other)
    if stated.is_zero and figure.is_zero:
        return
    place: Provenance = table.place(row, column)
    there = other.place(*end)
    facts = {
        "table": table.title,
        "row": row.name or row.label or "合计",
        "column": table.columns[column].heading,
        "last": end[0].name or other.columns[end[1]].heading,
        "figure": named(figure),
    }
    yield judged(compare(stated, [figure]), cell.text or "空白", facts, (place, there), "", loudest)
