"""工作表函数. Every worksheet function, once: typed parameters, Chinese help, an example that is a test."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlbudget.app.checking import INSIDE, check_raw
from xlbudget.app.registry import (
    CellValue,
    Fault,
    FunctionFault,
    Kind,
    Matrix,
    Parameter,
    function,
)
from xlbudget.exports.report import Report
from xlbudget.model.amount import Amount, MoneyUnit, plain
from xlbudget.model.cellref import cell_name, cell_position
from xlbudget.model.finding import Finding, Severity
from xlbudget.model.provenance import Provenance
from xlbudget.model.raw import EMPTY_CELL, Grid, RawCell, RawDocument
from xlbudget.model.rounding import Verdict, compare, round_half_up
from xlbudget.packs.catalog import get_pack
from xlbudget.packs.loading import PackError
from xlbudget.packs.schema import Pack, Wording
from xlbudget.packs.subjects import name_of
from xlbudget.reading.disclosing import disclose
from xlbudget.reading.numerals import read_numeral
from xlbudget.reading.rows import code_digits

TABLE = Parameter("table", "表", Kind.RANGE, "整张表，连同表头（有表题更好）")


@function(
    "BUDGET_CHECK",
    "校验本表",
    "核对一张表：科目逐级汇总、合计行、合计栏；给出其他表时还核对表间勾稽。返回结论一句话。",
    [TABLE, Parameter("others", "其他表", Kind.RANGE, "与本表有勾稽关系的其他表", optional=True, repeated=True)],
    example=(
        'BUDGET_CHECK({"科目编码","科目名称","合计","基本支出","项目支出";"208","社会保障和就业支出",30,20,10})',
        "✓ 已核 1 项",
    ),
    kept=True,
)
def budget_check(table: Matrix, *others: Matrix) -> str:
    report = _checked(table, *others)
    errors = report.of(Severity.ERROR)
    suspects = report.of(Severity.SUSPECT)
    rounding = len(report.of(Severity.ROUNDING))
    total = sum(t.statements for t in report.result.tallies.values())
    if errors:
        return f"✗ {len(errors)} 处错误：{errors[0].message}"
    tail = (f"，疑点 {len(suspects)} 处：{suspects[0].message}" if suspects else "") + (
        f"，尾差 {rounding} 处" if rounding else ""
    )
    return f"✓ 已核 {total} 项{tail}"


@function(
    "BUDGET_ISSUES",
    "问题清单",
    "把一张表里的问题逐行列出：位置、编号、级别、应为、说明。结果会向下溢出多行。",
    [TABLE],
    example=(
        'BUDGET_ISSUES({"科目编码","科目名称","合计","基本支出","项目支出";"208","社会保障和就业支出",35,20,10})',
        "位置|编号|级别|应为|说明;C2|XB103|错误|30.00|支出总表：“208 社会保障和就业支出”行的“合计”为 35，基本支出、项目支出之和 30.00，相差 5（舍入允许 0.015）",
    ),
    spills=True,
    kept=True,
)
def budget_issues(table: Matrix) -> Matrix:
    report = _checked(table)
    rows: Matrix = [["位置", "编号", "级别", "应为", "说明"]]
    rows += [list[CellValue](_issue(f)) for f in report.findings if f.severity is not Severity.NOTE]
    return rows if len(rows) > 1 else [*rows, ["", "", "✓", "", "没有发现问题"]]


def _issue(finding: Finding) -> list[str]:
    place = finding.at[0].cell if finding.at else ""
    return [place, finding.code, finding.severity.chinese, finding.facts.get("expected", ""), finding.message]


@function(
    "BUDGET_TIE",
    "勾稽",
    "两个单元格（或两块同样大小的区域）是否在舍入范围内相等；一格对一块时，与这一块的合计比较。相等返回 ✓，不等返回差额。",
    [
        Parameter("a", "甲", Kind.VALUES, "一个单元格或一块区域"),
        Parameter("b", "乙", Kind.VALUES, "一个单元格或一块区域"),
        Parameter("label", "名称", Kind.TEXT, "写在结果里的勾稽名称", optional=True),
    ],
    example=("BUDGET_TIE(405.12,{387.9,17.21})", "✓"),
)
def budget_tie(a: Matrix, b: Matrix, label: str = "") -> str:
    left, right = _amounts(a), _amounts(b)
    prefix = f"{label}：" if label else ""
    if len(left) == 1 or len(right) == 1:
        single, many = (left, right) if len(left) == 1 else (right, left)
        stated = single[0] or Amount(Decimal(0), MoneyUnit.WAN)
        comparison = compare(stated, [x for x in many if x is not None])
        return "✓" if comparison.verdict is not Verdict.WRONG else f"✗ {prefix}相差 {plain(comparison.difference)}"
    if len(left) != len(right) or len(a) != len(b):
        raise FunctionFault(Fault.VALUE, "两块区域大小不同")
    width = len(a[0])
    wrong = []
    for i, (x, y) in enumerate(zip(left, right, strict=True)):
        comparison = compare(x or Amount(Decimal(0), MoneyUnit.WAN), [y] if y is not None else [])
        if comparison.verdict is Verdict.WRONG:
            wrong.append(f"第{i // width + 1}行第{i % width + 1}列相差 {plain(comparison.difference)}")
    return f"✗ {prefix}{first_three(wrong)}" if wrong else "✓"


def first_three(wrong: Sequence[str]) -> str:
    """What is wrong, as much of it as a cell can show."""
    return "；".join(wrong[:3]) + (f" 等 {len(wrong)} 处" if len(wrong) > 3 else "")


@function(
    "BUDGET_ROLLUP",
    "下级合计",
    "某个科目编码的直接下级之和：给出编码列、金额列和要汇总的编码。",
    [
        Parameter("codes", "编码列", Kind.RANGE, "科目编码所在的一列"),
        Parameter("amounts", "金额列", Kind.RANGE, "对应的金额列，与编码列一样大"),
        Parameter("code", "编码", Kind.TEXT, "要汇总的科目编码，如 208"),
    ],
    example=('BUDGET_ROLLUP({"208";"20801";"20805"},{30;20;10},"208")', "30"),
)
def budget_rollup(codes: Matrix, amounts: Matrix, code: str) -> Decimal:
    names = [code_digits(_text(cell)) for row in codes for cell in row]
    figures = [cell for row in amounts for cell in row]
    if len(names) != len(figures):
        raise FunctionFault(Fault.VALUE, "编码列与金额列大小不同")
    wanted = code_digits(code)
    if not wanted:
        raise FunctionFault(Fault.VALUE, f"“{code}”不是科目编码")
    below = [
        (name, figure)
        for name, figure in zip(names, figures, strict=True)
        if name.startswith(wanted) and len(name) > len(wanted)
    ]
    if not below:
        raise FunctionFault(Fault.NOT_AVAILABLE, f"没有 {wanted} 的下级科目")
    depth = min(len(name) for name, _ in below)
    total = Decimal(0)
    for name, figure in below:
        if len(name) == depth:
            amount = _amount(figure)
            total += amount.value if amount is not None else 0
    return total


@function(
    "BUDGET_CHANGE",
    "增减变化",
    "按公开文本的写法表述增减：增加或减少多少万元、增长或下降百分之几；上年为零时不写增长率。",
    [
        Parameter("current", "本年数", Kind.NUMBER, "本年数，万元"),
        Parameter("prior", "上年数", Kind.NUMBER, "上年数，万元"),
        Parameter("wording", "写法", Kind.TEXT, "模板包的名称，如 nmg_budget；不填用通用写法", optional=True),
    ],
    example=("BUDGET_CHANGE(535.12,534.68)", "增加0.44万元，增长0.08%"),
)
def budget_change(current: Decimal, prior: Decimal, wording: str = "") -> str:
    words = _wording(wording)
    delta = current - prior
    if not delta:
        return words.same
    size = f"{words.up if delta > 0 else words.down}{plain(round_half_up(abs(delta), 2), 2)}万元"
    if prior <= 0:
        return size
    rate = round_half_up(abs(delta) * 100 / prior, 2)
    return f"{size}，{words.up_rate if delta > 0 else words.down_rate}{plain(rate, 2)}%"


@function(
    "BUDGET_SHARE",
    "占比",
    "部分占整体的百分比，两位小数。",
    [Parameter("part", "部分", Kind.NUMBER, "部分"), Parameter("whole", "整体", Kind.NUMBER, "整体，不能为零")],
    example=("BUDGET_SHARE(405.12,535.12)", "占75.71%"),
)
def budget_share(part: Decimal, whole: Decimal) -> str:
    if not whole:
        raise FunctionFault(Fault.NOT_AVAILABLE, "整体为零，没有占比")
    return f"占{plain(round_half_up(part * 100 / whole, 2), 2)}%"


@function(
    "BUDGET_SUBJECT",
    "科目名称",
    "科目编码的名称；不认识的编码返回 #N/A。",
    [
        Parameter("code", "编码", Kind.TEXT, "科目编码，如 2080109"),
        Parameter("year", "年度", Kind.NUMBER, "年度，用于改过名的科目", optional=True),
    ],
    example=('BUDGET_SUBJECT("2210201")', "住房公积金"),
)
def budget_subject(code: str, year: Decimal | None = None) -> str:
    name = name_of(code_digits(code), int(year) if year is not None else None)
    if name is None:
        raise FunctionFault(Fault.NOT_AVAILABLE, f"不认识科目编码 {code}")
    return name


@function(
    "BUDGET_PRIOR",
    "取上年数",
    "从档案里取一个往年的数：按科目编码（改码、更名的按对照表）或行的名称、栏名、表名。没有就返回 #N/A，不猜。金额单位同那份文件。",
    [
        Parameter("subject", "编码或名称", Kind.TEXT, "科目编码，如 2080109；或行的名称，如 住房公积金、合计"),
        Parameter("column", "栏", Kind.TEXT, "栏名，如 合计、基本支出"),
        Parameter(
            "table", "表", Kind.TEXT, "表名，如 支出总表；不填则依次找支出总表、一般公共预算支出表等", optional=True
        ),
        Parameter("unit", "单位", Kind.TEXT, "单位名称；档案里只有一家时可以不填", optional=True),
        Parameter("year", "年度", Kind.NUMBER, "取哪一年的数，如 2024；不填则取档案里最近的一年", optional=True),
    ],
    example=('BUDGET_PRIOR("2080109","合计","支出总表","云川市方志馆",2024)', "334.47"),
)
def budget_prior(subject: str, column: str, table: str = "", unit: str = "", year: Decimal | None = None) -> Decimal:
    from xlbudget.app.prioring import prior_figure

    return prior_figure(subject, column, table, unit, int(year) if year is not None else None)


@function(
    "BUDGET_BALANCE",
    "尾差调平",
    "把一张表舍入为两位小数的万元，使各级汇总、合计行和合计栏分毫不差（元表先折成万元）。结果与原表一样大，会溢出。",
    [TABLE],
    example=(
        'BUDGET_BALANCE({"科目编码","科目名称","合计","基本支出","项目支出";"208","社会保障和就业支出",30.008,20.0043,10.0037})',
        "科目编码|科目名称|合计|基本支出|项目支出;208|社会保障和就业支出|30.01|20.01|10.00",
    ),
    spills=True,
)
def budget_balance(table: Matrix) -> Matrix:
    from xlbudget.app.levelling import level

    disclosure = disclose(_document(table), "national")
    if not any(disclosure.tables_read()):
        raise FunctionFault(Fault.NOT_AVAILABLE, "没有认出表头或表中没有金额")
    levelling = level([disclosure], seconds=10)
    if levelling.unequal:
        raise FunctionFault(Fault.NOT_AVAILABLE, f"原来就不相等，请先改正：{levelling.unequal[0].says}")
    if levelling.broken:
        raise FunctionFault(Fault.NOT_AVAILABLE, f"调平不了：{levelling.broken[0]}")
    result = [list(row) for row in table]
    for figure in levelling.figures:
        row, column = cell_position(figure.place.cell)
        result[row][column] = figure.value
    if any(t.money_unit is not MoneyUnit.WAN for t in disclosure.tables_read()):
        result = [[_in_wan(cell) if isinstance(cell, str) else cell for cell in row] for row in result]
    return result


def _in_wan(text: str) -> str:
    return re.sub(r"(单位\s*[：:]\s*)元", r"\g<1>万元", text)


# ---------------------------------------------------------------- ranges


@dataclass(frozen=True, slots=True)
class _RangePlaces:
    """Places inside a range, as cells counted from its upper left corner."""

    name: str

    def at(self, row: int, column: int) -> Provenance:
        return Provenance(file=self.name, sheet=self.name, cell=cell_name(row, column))


def _checked(*tables: Matrix) -> Report:
    raw = _document(*tables)
    if not any(cell.text for block in raw.blocks if isinstance(block, Grid) for row in block.rows for cell in row):
        raise FunctionFault(Fault.NOT_AVAILABLE, "区域是空的")
    report = check_raw(raw, "national", INSIDE)
    findings = tuple(f for f in report.findings if f.code.startswith(INSIDE))
    tallies = {code: tally for code, tally in report.result.tallies.items() if code in _COUNTED}
    if not tallies and not findings:
        raise FunctionFault(Fault.NOT_AVAILABLE, "没有认出表头或表中没有可核对的数")
    result = type(report.result)(findings, tallies, report.result.unchecked)
    return Report(report.disclosure, report.pack_name, result, report.rules)


def _document(*tables: Matrix) -> RawDocument:
    return RawDocument("区域", "xlsx", [grid_of(table, f"区域{i}" if i else "区域") for i, table in enumerate(tables)])


_COUNTED = ("XB101", "XB102", "XB103", "XB104", "XB112", "XB201", "XB202")


def grid_of(table: Matrix, name: str, sheet: str = "") -> Grid:
    """A range as a grid; with a ``sheet`` it is read like a form of a workbook."""
    return Grid([[_raw(cell) for cell in row] for row in table], _RangePlaces(name), sheet=sheet)


_SHOWN = 11
"""So many digits the general format of a sheet shows."""


def _raw(value: CellValue) -> RawCell:
    if value is None:
        return EMPTY_CELL
    if isinstance(value, bool):
        return RawCell("TRUE" if value else "FALSE")
    if isinstance(value, Decimal):
        text = plain(value)
        if len(text) <= _SHOWN:
            return RawCell(text, value, shown=value)
        shown = Decimal(f"{value:.11g}")
        return RawCell(plain(shown), value, shown=shown)
    trouble = f"错误值 {value}" if value.startswith("#") and value.endswith(("!", "?", "A")) else ""
    return RawCell(value, trouble=trouble)


def _text(value: CellValue) -> str:
    return "" if value is None else plain(value) if isinstance(value, Decimal) else str(value)


def _amount(value: CellValue) -> Amount | None:
    """A figure with at least two decimals: sheets drop trailing zeros."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, Decimal):
        printed = max(0, -int(value.normalize().as_tuple().exponent))
        return Amount(value, MoneyUnit.WAN, max(printed, 2) if value else None, value)
    numeral = read_numeral(value)
    if numeral is None:
        if value.startswith("#"):
            raise FunctionFault(Fault.VALUE, f"区域中有错误值 {value}")
        return None
    return Amount(numeral.value, MoneyUnit.WAN, max(numeral.decimals, 2) if numeral.value else None)


def _amounts(rows: Matrix) -> list[Amount | None]:
    return [_amount(cell) for row in rows for cell in row]


def _wording(name: str) -> Wording:
    return pack_of(name).wording


def pack_of(name: str) -> Pack:
    """The pack of this name, ``national`` if it is empty."""
    try:
        return get_pack(name or "national")
    except PackError as error:
        raise FunctionFault(Fault.VALUE, str(error)) from None


from xlbudget.app import targetfunctions  # noqa: E402, F401 - declares its functions beside those above
