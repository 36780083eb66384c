"""按栏读取的指标行. Rows of a performance table whose cells stand where their author put them (workbooks, Word files).

A blank cell is a blank cell there: the row is read by the printed headings, and nothing is guessed from the order of words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from xlbudget.model.targets import Nature, Operator
from xlbudget.packs.roles import clean_heading
from xlbudget.reading.indicators import ParsedRow, nature_of, number, operator_of, split_value

_HEADINGS = tuple(
    (role, re.compile(pattern))
    for role, pattern in (
        ("project", "^项目(支出)?名称$"),
        ("unit", "^(项目|预算|实施)?单位(名称)?$"),
        ("category", "^项目(类别|类型|属性)$"),
        ("budget", "^(年度|项目)?预算(数|金额|安排)?$"),
        ("goal", "^(年度)?(总体)?绩效目标$|^年度总?体?目标$"),
        ("dimension", "^一级指标$"),
        ("kind", "^二级指标$"),
        ("name", "^三级指标$"),
        ("nature", "^(绩效)?指标性质$"),
        ("operator", "^指标方向$|^比较符$"),
        ("actual", "^(全年)?实际(完成)?值$"),
        ("prior", "^上年(实际)?完成值$"),
        ("basis", "^指标值设[置定]依据$"),
        ("target", "^(年度|绩效)?指标值$|^目标值$"),
        ("measure", "^(计量|度量)单位$"),
        ("scoring", "赋分规则$|^评分标准$"),
        ("points", "^(指标)?分值(权重)?$|^权重$"),
        ("score", "^得分$"),
        ("evidence", "^佐证资料$"),
        ("reason", "^偏差原因"),
    )
)


def columns_of(texts: Sequence[str]) -> dict[str, int]:
    """The columns of a heading row by role; empty if it is no heading of indicators."""
    heads = [clean_heading(text) for text in texts]
    if "三级指标" not in heads:
        return {}
    found: dict[str, int] = {}
    for role, pattern in _HEADINGS:
        column = next((c for c, head in enumerate(heads) if pattern.search(head)), None)
        if column is not None:
            found[role] = column
    return found


def row_by_columns(texts: Sequence[str], columns: Mapping[str, int]) -> ParsedRow | None:
    """The indicator of a row; ``None`` if its columns hold none."""
    said = {role: texts[c].strip() for role, c in columns.items() if c < len(texts)}
    if not said.get("name") and not said.get("target"):
        return None
    row = ParsedRow(
        dimension=said.get("dimension", ""),
        kind=said.get("kind", ""),
        name=said.get("name", ""),
        measure=said.get("measure", ""),
        points=said.get("points", ""),
        prior=said.get("prior", ""),
        basis=said.get("basis", ""),
        scoring=said.get("scoring", ""),
        evidence=said.get("evidence", ""),
        actual=said.get("actual", ""),
        score=said.get("score", ""),
        reason=said.get("reason", ""),
        doubt="" if said.get("name") else "三级指标名称缺失",
    )
    row.nature = nature_of(said.get("nature", "")) or Nature.NONE
    row.operator = operator_of(said.get("operator", "")) or operator_of(said.get("nature", "")) or Operator.NONE
    row.target = said.get("target", "")
    if number(row.target) is None or "nature" not in columns:
        operator, target, measure = split_value(row.target)
        if operator is not Operator.NONE or (number(target) is not None and "measure" not in columns):
            row.target, row.measure = target, measure or row.measure
            row.operator = row.operator if row.operator is not Operator.NONE else operator
    if row.nature is Nature.NONE and "nature" not in columns and number(row.target) is None:
        row.nature = Nature.QUALITATIVE
    return row
