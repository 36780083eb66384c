"""表中的上年数一栏与上年公开文件不符。

检查什么
表中“上年预算数”“上年执行数”“年初预算数”各栏的每个金额，与上年预算、上年决算、本年年初预算公开文件的同一张表、同一行、同一栏核对。

为什么
上年数多由人工填列；“三公”经费表尤其常见沿用前年的数，或把预算数填进执行数。

依据
部门预决算公开表式：上年数按上年公开（批复）的数填列。

怎么改
用 xlbudget fill prior 从档案取上年数；因机构调整或口径变化而改动的，应在表下说明。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure, Stage
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import compare
from xlbudget.model.table import Row, Table
from xlbudget.packs.matching import Match
from xlbudget.packs.pairing import Unpaired, counterpart, figures
from xlbudget.packs.schema import Pack
from xlbudget.rules.crossing import named
from xlbudget.rules.declaring import Example, Outcome, Unchecked, judged

TITLE = "上年数一栏与上年公开文件不符"
SEVERITY = Severity.ERROR
MESSAGE = "{table}：“{row}”的“{column}”为 {stated}，{base}为 {figure}，相差 {difference}（舍入允许 {tolerance}）"

_HEAD = "云川市档案馆{year}年单位预算\n\n“三公”经费支出表\n单位：万元\n"
_NOW = (
    _HEAD.format(year=2025)
    + "单位名称\t2024年预算数\t\t\t\t\t\t2025年预算数\n\t合计\t因公出国（境）费\t公务用车购置及运行费\t\t\t公务接待费\t合计\t因公出国（境）费\t公务用车购置及运行费\t\t\t公务接待费\n"
    "\t\t\t小计\t公务用车购置费\t公务用车运行费\t\t\t\t小计\t公务用车购置费\t公务用车运行费\n"
    "云川市档案馆\t{0}\t\t2.00\t\t2.00\t{1}\t3.00\t\t2.00\t\t2.00\t1.00\n"
)
_THEN = (
    _HEAD.format(year=2024)
    + "单位名称\t合计\t因公出国（境）费\t公务用车购置及运行费\t\t\t公务接待费\n\t\t\t小计\t公务用车购置费\t公务用车运行费\n"
    "云川市档案馆\t3.40\t\t2.00\t\t2.00\t1.40\n"
)

PASSES = (Example(_NOW.format("3.40", "1.40"), prior=_THEN),)
FAILS = (
    Example(
        _NOW.format("3.50", "1.50"),
        (
            "“三公”经费支出表：“云川市档案馆”的“2024年预算数/合计”为 3.50，上年公开文件为 3.40万元，相差 0.1（舍入允许 0.01）",
            "“三公”经费支出表：“云川市档案馆”的“2024年预算数/公务接待费”为 1.50，上年公开文件为 1.40万元，相差 0.1（舍入允许 0.01）",
        ),
        prior=_THEN,
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    context, final = disclosure.context, disclosure.stage is Stage.FINAL
    for period, name, document in (
        ("prior", "上年公开文件", context.prior),
        ("executed", "上年决算公开文件", context.executed),
        ("budget", "本年预算公开文件", context.budget if final else None),
    ):
        for table in disclosure.tables_read():
            if period == "budget" and not _is_initial(table):
                continue
            cells = list(figures(table, (period,)))
            if not any(row.cells[c].amount is not None for row, c in cells):
                continue
            if document is None:
                yield Unchecked(f"{table.title}的{_PERIODS[period]}一栏", f"没有给出{name}，档案中也没有")
                continue
            yield from _column(table, cells, disclosure, document, name)


_PERIODS = {"prior": "上年数", "executed": "上年执行数", "budget": "年初预算数"}


def _is_initial(table: Table) -> bool:
    """The 预算数 of the 三公 form is the adjusted budget unless its heading says 年初."""
    return any(c.period == "budget" and "年初" in c.heading for c in table.columns)


def _column(
    table: Table, cells: list[tuple[Row, int]], disclosure: Disclosure, document: Disclosure, name: str
) -> Iterator[Outcome]:
    for row, column in cells:
        found = counterpart(table, row, column, disclosure, document)
        heading = table.columns[column].heading
        what = f"{table.title}“{row.name or row.label}”的“{heading}”"
        if found is None:
            yield Unchecked(f"{table.title}的“{heading}”一栏", f"{name}中没有读到这张表或这一栏")
            continue
        if isinstance(found, Unpaired):
            yield Unchecked(what, found.why)
            continue
        stated = found.now
        if stated is None or (stated.is_zero and found.then.is_zero):
            continue
        facts = {
            "table": table.title,
            "row": row.name or row.label or "合计",
            "column": heading,
            "base": name,
            "figure": named(found.then),
        }
        loudest = Severity.SUSPECT if found.matched.how is Match.ABSENT else Severity.ERROR
        assert found.here is not None
        places = (found.here, found.there)
        yield judged(compare(stated, [found.then]), row.cells[column].text, facts, places, found.note, loudest)
