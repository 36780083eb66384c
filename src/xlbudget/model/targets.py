"""绩效. Projects with their performance targets, and what became of them a year later."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from xlbudget.model.amount import Amount
from xlbudget.model.provenance import Provenance


class Operator(Enum):
    """比较符. How a target value binds; ``NONE`` for a target in words."""

    AT_LEAST = "≥"
    AT_MOST = "≤"
    EQUAL = "="
    MORE = ">"
    LESS = "<"
    NONE = ""

    @property
    def is_floor(self) -> bool:
        return self in (Operator.AT_LEAST, Operator.MORE)

    @property
    def is_ceiling(self) -> bool:
        return self in (Operator.AT_MOST, Operator.LESS)


class Nature(Enum):
    """指标性质: more is better, less is better, in words; ``NONE`` where the form does not say."""

    POSITIVE = "正向"
    NEGATIVE = "反向"
    QUALITATIVE = "定性"
    NONE = ""


@dataclass(slots=True)
class Indicator:
    """三级指标. ``dimension`` and ``kind`` are the first and second level as printed.

    ``target`` is the printed value; ``value`` its number, if it is one; ``measure`` its unit of count.
    ``prior`` is last year's value; ``actual``, ``score`` and ``reason`` belong to the self-evaluation.
    """

    dimension: str
    kind: str
    name: str
    nature: Nature
    operator: Operator
    target: str
    value: Decimal | None
    measure: str
    points: Decimal | None
    place: Provenance
    prior: str = ""
    basis: str = ""
    scoring: str = ""
    evidence: str = ""
    actual: str = ""
    actual_value: Decimal | None = None
    score: Decimal | None = None
    reason: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class FundRow:
    """资金行. A money row of a self-evaluation: 年度资金总额, 财政拨款, 上年结转, 其他资金."""

    label: str
    initial: Decimal | None
    adjusted: Decimal | None
    executed: Decimal | None
    points: Decimal | None
    rate: Decimal | None
    score: Decimal | None
    place: Provenance
    doubt: str = ""


@dataclass(slots=True)
class TargetSheet:
    """绩效目标. One project with its indicators; with actual values and ``funds`` it is a self-evaluation.

    ``parts`` are printed parts of the budget (其中：财政拨款, 其他资金); ``total_points`` and ``total_score`` the
    printed totals. ``doubt`` says why rows of it may be missing or belong elsewhere.
    """

    project: str
    unit: str
    category: str
    budget: Amount | None
    goal: str
    place: Provenance
    budget_place: Provenance
    indicators: list[Indicator] = field(default_factory=list)
    parts: dict[str, tuple[Amount, Provenance]] = field(default_factory=dict)
    funds: list[FundRow] = field(default_factory=list)
    total_points: tuple[Decimal, Provenance] | None = None
    total_score: tuple[Decimal, Provenance] | None = None
    doubt: str = ""
    table: str = ""

    @property
    def is_evaluation(self) -> bool:
        """自评表? It states what was achieved."""
        return any(indicator.actual for indicator in self.indicators)


@dataclass(frozen=True, slots=True)
class TargetTotal:
    """合计行 of a target table: the budget of all its projects."""

    amount: Amount
    place: Provenance
    first: bool = False


@dataclass(slots=True)
class Targets:
    """绩效表的内容. All target sheets of a document, and the total rows printed with them."""

    sheets: list[TargetSheet] = field(default_factory=list)
    totals: list[TargetTotal] = field(default_factory=list)
    execution_points: Decimal | None = None
    """预算执行率权重, where the table's heading names it (10%)."""
