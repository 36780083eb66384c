"""表中的增减额、增减率算错。

检查什么
表中印有上年数、本年数和增减额、增减率的，逐行核对：增减额等于本年数减上年数，增减率等于增减额除以上年数。正负号没有印出的，只列为疑点。

为什么
改了预算数，没有重算后面两栏；或者用错了基数。

依据
一般公共预算支出表等表式列有“比上年执行数”增减额和增减幅度。

怎么改
按本年数和上年数重算。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from xlbudget.model.amount import Amount
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import Verdict, compare, percent_range
from xlbudget.model.table import Row, Table, TableStatus
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem, Unchecked, judged
from xlbudget.rules.prose import rate_facts

TITLE = "增减额或增减率算错"
SEVERITY = Severity.ERROR
MESSAGE = "{table}：“{row}”行的“{column}”为 {stated}，按上年数 {prior}、本年数 {now} 应为 {expected}"

_HEAD = (
    "一般公共预算支出表\n单位：万元\n科目编码\t科目名称\t2024年执行数\t2025年预算数\t增减额\t增减%\n"
    "201\t一般公共服务支出\t50.00\t60.00\t"
)
PASSES = (
    Example(_HEAD + "10.00\t20.00\n合计\t\t50.00\t60.00\t10.00\t20.00\n"),
    Example(_HEAD + "10.00\t20.00%\n合计\t\t50.00\t60.00\t10.00\t20.00%\n"),
)
FAILS = (
    Example(
        _HEAD + "10.00\t16.67\n合计\t\t50.00\t60.00\t10.00\t20.00\n",
        ("一般公共预算支出表：“201 一般公共服务支出”行的“增减%”为 16.67，按上年数 50.00、本年数 60.00 应为 20.00%",),
    ),
    Example(
        _HEAD + "11.00\t20.00\n合计\t\t50.00\t60.00\t11.00\t20.00\n",
        (
            "一般公共预算支出表：“201 一般公共服务支出”行的“增减额”为 11.00，按上年数 50.00、本年数 60.00 应为 10.00",
            "一般公共预算支出表：“合计”行的“增减额”为 11.00，按上年数 50.00、本年数 60.00 应为 10.00",
        ),
    ),
)

_PERCENT = re.compile(r"(-?\d{1,9}(?:\.\d{1,6})?)%?")
MANY = 5
"""So many rows that do not fit, and more than half of them: the columns were taken for something else."""


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for table in disclosure.tables:
        if table.status is TableStatus.READ:
            yield from _table(table)


def _table(table: Table) -> Iterator[Outcome]:
    totals = [i for i, column in enumerate(table.columns) if column.role == "total"]
    now = [i for i in totals if table.columns[i].period == "current"]
    before = [i for i in totals if table.columns[i].period in ("prior", "executed")]
    if len(now) != 1 or len(before) != 1:
        return
    for role, judge in (("delta", _delta), ("rate", _rate)):
        columns = [i for i, column in enumerate(table.columns) if column.role == role]
        if len(columns) != 1 or (role == "rate" and not re.search(r"增|减|变", table.columns[columns[0]].heading)):
            continue
        found = [o for row in table.rows for o in judge(table, row, columns[0], now[0], before[0])]
        failed = [o for o in found if isinstance(o, Problem) and o.severity is not Severity.ROUNDING]
        if len(failed) >= MANY and len(failed) * 2 > len(found):
            yield Unchecked(f"{table.title}：“{table.columns[columns[0]].heading}”一栏", "各行普遍不符，疑为栏目认错")
        else:
            yield from found


def _pair(row: Row, now: int, before: int) -> tuple[Amount, Amount] | None:
    """This year's figure and last year's; a blank one counts as nothing if the other is there."""
    one, other = row.cells[now].amount, row.cells[before].amount
    known = one or other
    if known is None:
        return None
    nothing = Amount(Decimal(0), known.unit, None)
    return one or nothing, other or nothing


def _told(table: Table, row: Row, column: int, pair: tuple[Amount, Amount]) -> dict[str, str]:
    name = f"{row.code} {row.name}" if row.code is not None else row.name or "第一行"
    heading = table.columns[column].heading.rpartition("/")[2]
    return {"table": table.title, "row": name, "column": heading, "now": pair[0].text, "prior": pair[1].text}


def _delta(table: Table, row: Row, column: int, now: int, before: int) -> Iterator[Outcome]:
    stated, pair = row.cells[column].amount, _pair(row, now, before)
    if stated is None or pair is None:
        return
    comparison = compare(stated, pair, [1, -1])
    if not comparison.difference:
        yield HELD
        return
    facts = _told(table, row, column, pair) | {"expected": comparison.expected_text}
    at = tuple(table.place(row, c) for c in (column, now, before))
    turned = compare(replace(stated, value=-stated.value), pair, [1, -1]).verdict is Verdict.EQUAL
    loudest = Severity.SUSPECT if turned else Severity.ERROR
    yield judged(comparison, row.cells[column].text, facts, at, "正负号与增减方向相反" if turned else "", loudest)


def _rate(table: Table, row: Row, column: int, now: int, before: int) -> Iterator[Outcome]:
    match, pair = _PERCENT.fullmatch(row.cells[column].text.replace(",", "").strip()), _pair(row, now, before)
    if match is None or pair is None or pair[1].is_zero:
        return
    stated = Decimal(match[1])
    decimals = max(-int(stated.as_tuple().exponent), 0)
    grown = percent_range(pair[0].interval - pair[1].interval, pair[1].interval, decimals)
    if grown is None:
        return
    low, high = grown
    fits = low <= stated <= high
    ratio = percent_range(pair[0].interval - pair[1].interval, pair[1].interval, max(decimals - 2, 0))
    as_ratio = "%" not in match[0] and ratio is not None and ratio[0] <= stated * 100 <= ratio[1]
    if fits or as_ratio:
        yield HELD
        return
    difference = pair[0].yuan - pair[1].yuan
    facts = _told(table, row, column, pair) | {"stated": match[0], **rate_facts(difference, pair[1].yuan, low, high)}
    sign = "-" if difference < 0 else ""
    facts["expected"] = sign + facts["expected"].removeprefix("-")
    at = tuple(table.place(row, c) for c in (column, now, before))
    turned = low <= -stated <= high
    yield Problem(facts, at, "正负号与增减方向相反" if turned else "", Severity.SUSPECT if turned else Severity.ERROR)
