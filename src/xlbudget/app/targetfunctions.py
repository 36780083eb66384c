"""绩效函数. The worksheet functions on performance targets and self-evaluations."""

from __future__ import annotations

from decimal import Decimal

from xlbudget.app.functions import TABLE, first_three, grid_of, pack_of
from xlbudget.app.registry import Fault, FunctionFault, Kind, Matrix, Parameter, function
from xlbudget.authoring.scoring import line_score
from xlbudget.authoring.weighting import weights_wrong
from xlbudget.model.amount import plain
from xlbudget.model.entries import Slot
from xlbudget.model.raw import RawDocument
from xlbudget.reading.entries import read_entries
from xlbudget.reading.indicators import nature_of, operator_of


@function(
    "BUDGET_WEIGHTS",
    "绩效分值",
    "绩效目标表的分值是否闭合：每个项目各一级指标的分值合计是否等于规定的分数。整张表连同表头。返回结论一句话。",
    [
        TABLE,
        Parameter("wording", "模板包", Kind.TEXT, "模板包的名称，如 xinjiang_budget；不填用通用分值", optional=True),
    ],
    example=(
        'BUDGET_WEIGHTS({"项目名称","一级指标","二级指标","三级指标","分值";"档案整理","产出指标","数量指标","整理数量",50;'
        '"","效益指标","社会效益","查阅便利",25;"","满意度指标","满意度","群众满意度",10})',
        "✗ “档案整理”效益指标合计 25，应为 30",
    ),
)
def budget_weights(table: Matrix, wording: str = "") -> str:
    form = pack_of(wording).performance
    entered = read_entries(RawDocument("区域", "xlsx", [grid_of(table, "区域", "区域")]), form)
    if not any(entry.lines for entry in entered.projects):
        raise FunctionFault(Fault.NOT_AVAILABLE, "没有认出绩效目标表的表头（三级指标、分值）")
    wrong = weights_wrong(form, entered.projects)
    count = sum(len(entry.lines) for entry in entered.projects)
    return f"✗ {first_three(wrong)}" if wrong else f"✓ {len(entered.projects)} 个项目，{count} 项指标"


@function(
    "BUDGET_SCORE",
    "指标得分",
    "绩效自评中一项指标的得分：达到目标得满分，“≥”没达到的按比例，“≤”超过的按模板包的规则，定性指标按“达成、基本达成、未达成”。",
    [
        Parameter("target", "目标值", Kind.TEXT, "目标值，数或文字"),
        Parameter("actual", "实际完成值", Kind.TEXT, "实际完成值，数或文字"),
        Parameter("direction", "方向", Kind.TEXT, "≥、≤、=，或大于等于、小于等于、等于、正向、反向、定性"),
        Parameter("weight", "分值", Kind.NUMBER, "这项指标的分值"),
        Parameter("wording", "模板包", Kind.TEXT, "模板包的名称；不填用通用规则", optional=True),
    ],
    example=('BUDGET_SCORE(2500,2387,"≥",7.5)', "7.16"),
)
def budget_score(target: str, actual: str, direction: str, weight: Decimal, wording: str = "") -> Decimal:
    form = pack_of(wording).performance
    if weight < 0 or weight > 100:
        raise FunctionFault(Fault.VALUE, f"分值 {plain(weight)} 应在 0 到 100 之间")
    if not actual.strip():
        raise FunctionFault(Fault.NOT_AVAILABLE, "还没有实际完成值")
    line = {
        "name": Slot(target), "points": Slot(weight), "target": Slot(target), "actual": Slot(actual),
        "operator": Slot(direction if nature_of(direction) is None else None),
        "nature": Slot(direction if nature_of(direction) is not None else None),
    }  # fmt: skip
    if direction.strip() and operator_of(direction) is None and nature_of(direction) is None:
        raise FunctionFault(Fault.VALUE, f"不认识方向“{direction}”，可用 ≥、≤、=、定性")
    found = line_score(form, line)
    if isinstance(found, str):
        raise FunctionFault(Fault.VALUE, found)
    return found
