"""一行之内，合计栏不等于各分栏之和。

检查什么
合计 = 基本支出 + 项目支出（+ 经营、上缴、补助）；基本支出小计 = 人员经费 + 公用经费；收入合计 = 各来源；“三公”经费合计 = 出国（境）费 + 公务用车购置及运行费 + 公务接待费，公务用车小计 = 购置费 + 运行费。

为什么
横向关系错，说明某一栏录错，或只改了合计没改分栏。

依据
部门预决算公开表式的栏目设置；各模板包 pack.toml 的 sums。

怎么改
对照原始批复数，改正合计栏或分栏。若一整列都不符，多半是栏目认错或贴错列，先检查表头。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import compare
from xlbudget.model.table import Row, Table, TableStatus
from xlbudget.packs.schema import Pack, Shape
from xlbudget.rules.across import ColumnSum, column_sums
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem, Unchecked, judged

TITLE = "合计栏与各分栏之和不符"
SEVERITY = Severity.ERROR
MESSAGE = "{table}：“{row}”行的“{column}”为 {stated}，{parts}之和 {expected}，相差 {difference}（舍入允许 {tolerance}）"

_HEAD = "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"

PASSES = (
    Example(_HEAD + "208\t社会保障和就业支出\t499.03\t369.03\t130.00\n"),
    Example(
        "一般公共预算支出表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t\t\t项目支出\n\t\t\t小计\t人员经费\t公用经费\t\n"
        "208\t社会保障和就业支出\t499.03\t369.03\t351.81\t17.22\t130.00\n"
    ),
)
FAILS = (
    Example(
        _HEAD + "208\t社会保障和就业支出\t499.03\t396.03\t130.00\n",
        (
            "支出总表：“208 社会保障和就业支出”行的“合计”为 499.03，基本支出、项目支出之和 526.03，相差 27（舍入允许 0.015）",
        ),
    ),
    Example(
        "一般公共预算支出表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t\t\t项目支出\n\t\t\t小计\t人员经费\t公用经费\t\n"
        "208\t社会保障和就业支出\t499.03\t369.03\t351.81\t17.21\t130.00\n",
        (
            "一般公共预算支出表：“208 社会保障和就业支出”行的“基本支出/小计”为 369.03，"
            "人员经费、公用经费之和 369.02，相差 0.01（舍入允许 0.015）",
        ),
    ),
)

MANY = 3
"""If so many rows fail, and more than hold, the columns were misread; that is not the author's mistake."""


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for table in disclosure.tables:
        spec = pack.table(table.id)
        if table.status is not TableStatus.READ or spec is None or spec.shape is Shape.TARGETS:
            continue
        sums = spec.sums
        if spec.shape is Shape.THREE_PUBLIC and not any(
            c.role in ("abroad", "vehicle", "reception") for c in table.columns
        ):
            continue
        for plan in column_sums(table, sums):
            yield from _rows(table, plan)


def _rows(table: Table, plan: ColumnSum) -> Iterator[Outcome]:
    outcomes = [outcome for row in table.rows for outcome in _row(table, row, plan.total, plan.parts)]
    failed = _failed(outcomes)
    if plan.unknown and failed:
        wider = [o for row in table.rows for o in _row(table, row, plan.total, plan.parts + plan.unknown)]
        if _failed(wider) < failed:
            outcomes, failed = wider, _failed(wider)
        if failed:
            yield _doubtful(table, plan, "有的栏目没有认出")
            return
    if failed >= MANY and failed * 2 > len(outcomes):
        yield _doubtful(table, plan, "各行普遍不符，疑为栏目认错或贴错列")
        return
    yield from outcomes


def _failed(outcomes: list[Outcome]) -> int:
    return sum(1 for o in outcomes if isinstance(o, Problem) and o.severity in (Severity.ERROR, Severity.SUSPECT))


def _doubtful(table: Table, plan: ColumnSum, why: str) -> Unchecked:
    return Unchecked(f"{table.title}：“{table.columns[plan.total].heading}”与各分栏的关系", why)


def _row(table: Table, row: Row, total: int, parts: tuple[int, ...]) -> Iterator[Outcome]:
    stated = row.cells[total].amount
    filled = [c for c in parts if row.cells[c].amount is not None]
    amounts = [a for c in filled if (a := row.cells[c].amount) is not None]
    if stated is None and not amounts:
        return
    if stated is None or not amounts:
        if (stated is None or stated.is_zero) and all(a.is_zero for a in amounts):
            return
        yield _blank(table, row, total, parts)
        return
    comparison = compare(stated, amounts)
    if comparison.difference == 0:
        yield HELD
        return
    at = (table.place(row, total), *(table.place(row, c) for c in filled))
    yield judged(comparison, row.cells[total].text, _facts(table, row, total, parts), at)


def _blank(table: Table, row: Row, total: int, parts: tuple[int, ...]) -> Problem:
    amounts = [a for c in parts if (a := row.cells[c].amount) is not None]
    stated = row.cells[total].amount
    facts = _facts(table, row, total, parts)
    if stated is None:
        zero = amounts[0].with_decimals(None)
        comparison = compare(type(zero)(zero.value * 0, zero.unit), amounts)
        facts |= {
            "stated": "空白",
            "expected": comparison.expected_text,
            "difference": comparison.difference_text,
            "tolerance": "0",
        }
        hint = "合计栏没有填"
    else:
        facts |= {"stated": row.cells[total].text, "expected": "空白", "difference": stated.text, "tolerance": "0"}
        hint = "各分栏都没有填"
    at = (table.place(row, total), *(table.place(row, c) for c in parts))
    return Problem(facts, at, hint, Severity.SUSPECT)


def _facts(table: Table, row: Row, total: int, parts: tuple[int, ...]) -> dict[str, str]:
    name = f"{row.code} {row.name}" if row.code is not None else row.name or "第一行"
    headings = "、".join(table.columns[c].heading.rpartition("/")[2] or "（无标题栏）" for c in parts)
    return {"table": table.title, "row": name, "column": table.columns[total].heading or "金额", "parts": headings}
