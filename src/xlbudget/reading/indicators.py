"""指标行. Reads one row of a performance table: by its columns where it stands straight, else by anchors.

Conversions shift these rows more than any others. The words of 指标性质 and 指标方向 (正向, 大于等于, ≥ ...) are few
and stand in a fixed order, so that a slid row is read from them outwards: names before, values behind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from xlbudget.model.targets import Nature, Operator
from xlbudget.model.wording import fold
from xlbudget.reading.numerals import read_numeral


@dataclass(slots=True)
class ParsedRow:
    """指标行的内容. What a row says of an indicator; blanks are filled from the rows above by the caller."""

    dimension: str = ""
    kind: str = ""
    name: str = ""
    nature: Nature = Nature.NONE
    operator: Operator = Operator.NONE
    target: str = ""
    measure: str = ""
    points: str = ""
    prior: str = ""
    basis: str = ""
    scoring: str = ""
    evidence: str = ""
    actual: str = ""
    score: str = ""
    reason: str = ""
    doubt: str = ""
    before: list[tuple[int, str]] = field(default_factory=list)


_DIMENSION = re.compile(r"^(产出|效益|效果|满意度|成本|绩效|决策|过程|管理)指标?(\((\d+(?:\.\d+)?)分?\))?$")
_KIND = re.compile(
    r"^(数量|质量|时效|成本|经济成本|社会成本|生态环境成本|经济效益|社会效益|生态效益|生态环境效益|可持续性?影响|持续影响|可持续发展|"
    r"服务对象满意度|满意度|受益对象满意度|社会公众满意度)(指标)?$"
)
_NATURES = {"正向": Nature.POSITIVE, "正向指标": Nature.POSITIVE, "反向": Nature.NEGATIVE, "负向": Nature.NEGATIVE,
            "反向指标": Nature.NEGATIVE, "定性": Nature.QUALITATIVE, "定性指标": Nature.QUALITATIVE, "定量": Nature.NONE}  # fmt: skip
_OPERATORS = {
    "大于等于": Operator.AT_LEAST, "≥": Operator.AT_LEAST, ">=": Operator.AT_LEAST, "⩾": Operator.AT_LEAST, "不低于": Operator.AT_LEAST,
    "小于等于": Operator.AT_MOST, "≤": Operator.AT_MOST, "<=": Operator.AT_MOST, "⩽": Operator.AT_MOST, "不超过": Operator.AT_MOST,
    "等于": Operator.EQUAL, "=": Operator.EQUAL, "＝": Operator.EQUAL,
    "大于": Operator.MORE, ">": Operator.MORE, "小于": Operator.LESS, "<": Operator.LESS,
}  # fmt: skip
_PREFIXED = re.compile(r"^(≥|>=|≤|<=|=|＝|>|<|大于等于|小于等于|不低于|不超过|等于|大于|小于)\s*(.+)$")
_VALUE = re.compile(r"^(-?[\d,]+(?:\.\d+)?)\s*(.*)$")
_DATE = re.compile(r"^20\d{2}年.*(月|日|底|前|内|季度)")
_SCORING = re.compile(r"赋分$|评分$|计分$|扣分")


def dimension_of(text: str) -> str | None:
    """一级指标, if the text names one."""
    folded = fold(text)
    return folded if _DIMENSION.match(folded) else None


def kind_of(text: str) -> str | None:
    """二级指标, if the text names one."""
    folded = fold(text)
    return folded if _KIND.match(folded) else None


def nature_of(text: str) -> Nature | None:
    return _NATURES.get(fold(text))


def operator_of(text: str) -> Operator | None:
    return _OPERATORS.get(fold(text))


def heading_points(dimension: str) -> Decimal | None:
    """The points that a heading promises: ``产出指标(50分)``."""
    match = _DIMENSION.match(fold(dimension))
    return Decimal(match[3]) if match and match[3] else None


def split_value(text: str) -> tuple[Operator, str, str]:
    """``>=29 人`` into its operator, its number (or words) and its unit."""
    folded = fold(text)
    operator = Operator.NONE
    if match := _PREFIXED.match(folded):
        operator, folded = _OPERATORS[match[1]], match[2]
    if (match := _VALUE.match(folded)) and not _DATE.match(folded):
        return operator, match[1], match[2]
    return operator, folded, ""


def number(text: str) -> Decimal | None:
    """The number of a cell, percent sign or not."""
    numeral = read_numeral(text)
    return numeral.value if numeral is not None else None


def parse_row(texts: Sequence[str]) -> ParsedRow | None:
    """Read a row by its anchors; ``None`` if it holds no indicator."""
    tokens = [(c, text) for c, text in enumerate(texts) if text]
    words = [text for _, text in tokens]
    for reader in (_with_nature, _with_scoring, _with_operator):
        row = reader(tokens, words)
        if row is not None:
            return row
    return None


def _names(row: ParsedRow, tokens: list[tuple[int, str]]) -> None:
    """三级, 二级, 一级 from the tokens before the anchor, read backwards."""
    left = list(tokens)
    named = bool(left) and kind_of(left[-1][1]) is None and dimension_of(left[-1][1]) is None
    doubled = len(left) > 1 and kind_of(left[-1][1]) is not None and kind_of(left[-2][1]) is not None
    if named or doubled:
        row.name = left.pop()[1]
    if left and (kind := kind_of(left[-1][1])):
        row.kind = kind
        left.pop()
    if left and (dimension := dimension_of(left[-1][1])):
        row.dimension = dimension
        left.pop()
    if not row.name:
        row.doubt = "三级指标名称缺失"
    row.before = left


def _with_nature(tokens: list[tuple[int, str]], words: list[str]) -> ParsedRow | None:
    """Forms with 指标性质 and 指标方向 (正向 | 大于等于 | 98 | % | 10), plans and self-evaluations alike."""
    at = next((i for i, word in enumerate(words) if nature_of(word) is not None), None)
    if at is None:
        return None
    nature = nature_of(words[at])
    assert nature is not None
    rest = words[at + 1 :]
    row = ParsedRow(nature=nature)
    if rest and (operator := operator_of(rest[0])):
        row.operator = operator
        rest = rest[1:]
    _names(row, tokens[:at])
    _values(row, rest)
    return row if rest else None


def _values(row: ParsedRow, rest: list[str]) -> None:
    """目标值, 计量单位, 分值; in a self-evaluation 目标值, 实际完成值, 计量单位, 分值, 得分, 偏差原因."""
    pair = next(
        (i for i in range(len(rest) - 2, 1, -1) if number(rest[i]) is not None and number(rest[i + 1]) is not None),
        None,
    )
    tail = rest[pair + 2 :] if pair is not None else []
    if (
        pair is not None
        and pair >= 2
        and all(number(t) is None for t in tail)
        and _is_score(rest[pair], rest[pair + 1])
    ):
        row.target, row.actual = rest[0], rest[1]
        row.measure = rest[2] if pair > 2 else ""
        row.points, row.score = rest[pair], rest[pair + 1]
        row.reason = "".join(tail)
        return
    numeric = [i for i, text in enumerate(rest) if number(text) is not None]
    if numeric and numeric[-1] > 0:
        row.points = rest[numeric[-1]]
        rest = rest[: numeric[-1]]
    row.target = rest[0] if rest else ""
    row.measure = next((t for t in rest[1:] if number(t) is None), "")
    if (
        row.nature is Nature.QUALITATIVE
        and len(rest) > 1
        and number(rest[0]) is None
        and rest[1] == rest[-1]
        and number(rest[1]) is not None
    ):
        row.measure = ""


def _is_score(points: str, score: str) -> bool:
    a, b = number(points), number(score)
    return a is not None and b is not None and 0 <= b <= a <= 100


def _with_scoring(tokens: list[tuple[int, str]], words: list[str]) -> ParsedRow | None:
    """Forms with 指标值设置依据, 上年完成值, 权重, 赋分规则: read from the scoring rule outwards."""
    at = next((i for i, word in enumerate(words) if _SCORING.search(fold(word)) and i >= 4), None)
    if at is None or number(words[at - 1]) is None:
        return None
    row = ParsedRow(scoring=words[at], points=words[at - 1], prior=words[at - 2], basis=words[at - 3])
    row.evidence = words[at + 1] if at + 1 < len(words) else ""
    row.operator, row.target, row.measure = split_value(words[at - 4])
    row.nature = Nature.QUALITATIVE if number(row.target) is None else Nature.NONE
    _names(row, tokens[: at - 4])
    return row


def _with_operator(tokens: list[tuple[int, str]], words: list[str]) -> ParsedRow | None:
    """Forms whose 指标性质 is the operator itself (≥ | 90 | % | 10); a converted ``=`` may stand as ``0``."""
    at = next((i for i, word in enumerate(words) if operator_of(word) is not None and i > 0), None)
    doubt = ""
    if at is None:
        at = next(
            (
                i
                for i in range(1, len(words) - 2)
                if words[i] == "0"
                and number(words[i - 1]) is None
                and number(words[i + 1]) is not None
                and number(words[-1]) is not None
            ),
            None,
        )
        doubt = "“=”被转换成“0”，按等于读取"
    if at is None:
        return None
    row = ParsedRow(operator=operator_of(words[at]) or Operator.EQUAL)
    _names(row, tokens[:at])
    _values(row, words[at + 1 :])
    row.doubt = row.doubt or doubt
    return row if words[at + 1 :] else None
