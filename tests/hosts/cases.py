"""One table of cases for every host: the same function, the same cells, the same answer or the same error value.

The expected values were worked out by hand from what the functions promise (docs/functions.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xlbudget.app.registry import Fault

HEAD = ("科目编码", "科目名称", "合计", "基本支出", "项目支出")
Rows = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Case:
    """``arguments``: tuples of tuples stand in cells, anything else is a constant. ``starts`` compares beginnings."""

    id: str
    function: str
    arguments: tuple[Any, ...]
    expected: Any
    starts: bool = False


GOOD: Rows = (HEAD, ("208", "社会保障和就业支出", 30.0, 20.0, 10.0), (None, "合计", 30.0, 20.0, 10.0))
BAD: Rows = (HEAD, ("208", "社会保障和就业支出", 30.0, 20.0, 11.0), (None, "合计", 30.0, 20.0, 10.0))
TEXTS: Rows = (HEAD, ("208", "社会保障和就业支出", "30", " 20.00 ", "１０"), (None, "合计", 30.0, "20", 10.0))
ROUNDED: Rows = (HEAD, ("208", "社会保障和就业支出", 334.47, 317.25, 17.21), (None, "合计", 334.47, 317.25, 17.21))
CODES: Rows = (("208",), ("20801",), ("2080101",), ("20805",))
FIGURES: Rows = ((30.0,), (20.0,), (20.0,), (10.0,))
BROKEN: Rows = (HEAD, ("208", "社会保障和就业支出", 30.0, "#DIV/0!", 10.0), (None, "合计", 30.0, 20.0, 10.0))
UNEVEN: Rows = (HEAD, ("208", "社会保障和就业支出", 30.008, 20.0043, 10.0037))
LEVELLED: Rows = (HEAD, ("208", "社会保障和就业支出", 30.01, 20.01, 10.0))
WEIGHTS: Rows = (
    ("项目名称", "一级指标", "二级指标", "三级指标", "分值"),
    ("档案整理", "产出指标", "数量指标", "整理数量", 50.0),
    (None, "效益指标", "社会效益", "查阅便利", 30.0),
    (None, "满意度指标", "满意度", "群众满意度", 10.0),
)
SHORT: Rows = (*WEIGHTS[:2], (None, "效益指标", "社会效益", "查阅便利", 25.0), WEIGHTS[3])
EMPTY: Rows = ((None, None), (None, None))
TWO_HEADS: Rows = (
    ("支出总表", None, None, None, None),
    (None, None, None, None, "单位：万元"),
    ("科目编码", "科目名称", "合计", "其中：", None),
    (None, None, None, "基本支出", "项目支出"),
    ("208", "社会保障和就业支出", 30.0, 20.0, 10.0),
    (None, "合计", 30.0, 20.0, 10.0),
)

CASES = (
    Case("a right table", "BUDGET_CHECK", (GOOD,), "✓ 已核 5 项"),
    Case("a wrong table", "BUDGET_CHECK", (BAD,), "✗ 2 处错误：", True),
    Case("numbers kept as text", "BUDGET_CHECK", (TEXTS,), "✓ 已核 5 项"),
    Case("rounding is no error", "BUDGET_CHECK", (ROUNDED,), "✓ 已核 5 项，尾差 2 处"),
    Case("headings in two rows", "BUDGET_CHECK", (TWO_HEADS,), "✓ 已核 5 项"),
    Case("an error value in the table", "BUDGET_CHECK", (BROKEN,), "✗ ", True),
    Case("nothing in the range", "BUDGET_CHECK", (EMPTY,), Fault.NOT_AVAILABLE),
    Case("no table in the range", "BUDGET_CHECK", ((("甲", "乙"), ("丙", "丁")),), Fault.NOT_AVAILABLE),
    Case("two tables", "BUDGET_CHECK", (GOOD, GOOD), "✓ ", True),
    Case(
        "no issues",
        "BUDGET_ISSUES",
        (GOOD,),
        (("位置", "编号", "级别", "应为", "说明"), ("", "", "✓", "", "没有发现问题")),
    ),
    Case("issues of nothing", "BUDGET_ISSUES", (EMPTY,), Fault.NOT_AVAILABLE),
    Case("a figure ties to a range", "BUDGET_TIE", (405.11, ((387.9, 17.21),)), "✓"),
    Case("ranges tie", "BUDGET_TIE", (FIGURES, FIGURES), "✓"),
    Case("a figure does not tie", "BUDGET_TIE", (400.0, ((387.9, 17.21),), "基本支出"), "✗ 基本支出：相差 -5.11"),
    Case("ranges of two sizes", "BUDGET_TIE", (FIGURES, ((1.0, 2.0),)), Fault.VALUE),
    Case("direct children", "BUDGET_ROLLUP", (CODES, FIGURES, "208"), 30.0),
    Case("a code as number", "BUDGET_ROLLUP", (CODES, FIGURES, 208.0), 30.0),
    Case("no children", "BUDGET_ROLLUP", (CODES, FIGURES, "2080101"), Fault.NOT_AVAILABLE),
    Case("no code", "BUDGET_ROLLUP", (CODES, FIGURES, "甲"), Fault.VALUE),
    Case("more", "BUDGET_CHANGE", (535.12, 534.68), "增加0.44万元，增长0.08%"),
    Case("less", "BUDGET_CHANGE", (1.2, 5.4), "减少4.20万元，下降77.78%"),
    Case("no rate from zero", "BUDGET_CHANGE", (13.0, 0.0), "增加13.00万元"),
    Case("a pack's wording", "BUDGET_CHANGE", (0.0, 0.0, "nmg_budget"), "与上年持平"),
    Case("no such pack", "BUDGET_CHANGE", (1.0, 2.0, "没有这个包"), Fault.VALUE),
    Case("text is no figure", "BUDGET_CHANGE", ("甲", 2.0), Fault.VALUE),
    Case("a figure as text", "BUDGET_SHARE", ("405.12", 535.12), "占75.71%"),
    Case("no share of nothing", "BUDGET_SHARE", (1.0, 0.0), Fault.NOT_AVAILABLE),
    Case("a subject", "BUDGET_SUBJECT", ("2210201",), "住房公积金"),
    Case("a subject's code as number", "BUDGET_SUBJECT", (2210201.0,), "住房公积金"),
    Case("a renamed subject", "BUDGET_SUBJECT", ("207", 2018.0), "文化体育与传媒支出"),
    Case("last year's figure", "BUDGET_PRIOR", ("2080109", "合计", "支出总表", "云川市方志馆", 2024.0), 334.47),
    Case("no such figure", "BUDGET_PRIOR", ("9999999", "合计"), Fault.NOT_AVAILABLE),
    Case("nothing to level", "BUDGET_BALANCE", (EMPTY,), Fault.NOT_AVAILABLE),
    Case("a table levelled", "BUDGET_BALANCE", (UNEVEN,), LEVELLED),
    Case("points that add up", "BUDGET_WEIGHTS", (WEIGHTS,), "✓ 1 个项目，3 项指标"),
    Case("points that do not", "BUDGET_WEIGHTS", (SHORT,), "✗ “档案整理”效益指标合计 25，应为 30"),
    Case("no performance table", "BUDGET_WEIGHTS", (EMPTY,), Fault.NOT_AVAILABLE),
    Case("points of an indicator", "BUDGET_SCORE", (2500.0, 2387.0, "≥", 7.5), 7.16),
    Case("no such direction", "BUDGET_SCORE", (2500.0, 2387.0, "朝上", 7.5), Fault.VALUE),
    Case("no such subject", "BUDGET_SUBJECT", ("9999999",), Fault.NOT_AVAILABLE),
)


def agrees(case: Case, got: Any) -> bool:
    """Is it the expected answer? Hosts have numbers as float, as decimals or as they are printed, rows as any sequence."""
    if case.starts:
        return isinstance(got, str) and got.startswith(case.expected)
    if not isinstance(case.expected, tuple):
        return _same(case.expected, got)
    if not isinstance(got, (list, tuple)) or [len(row) for row in got] != [len(row) for row in case.expected]:
        return False
    return all(
        _same(x, y) for row, other in zip(case.expected, got, strict=True) for x, y in zip(row, other, strict=True)
    )


def _same(expected: Any, got: Any) -> bool:
    if isinstance(expected, float):
        return not isinstance(got, (Fault, list, tuple)) and got not in ("", None) and float(got) == expected
    return bool(expected == ("" if got is None else got))
