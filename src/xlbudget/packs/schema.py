"""模板包的结构. What a pack may say. Plain frozen data; loading and checking it is :mod:`.loading`'s work."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

from xlbudget.model.amount import MoneyUnit
from xlbudget.model.disclosure import Stage
from xlbudget.model.table import Side
from xlbudget.packs.performance import Category, Performance
from xlbudget.packs.publishing import Publishing


class Shape(Enum):
    """表式. How a table is laid out."""

    LIST = "list"
    """Subjects or items in rows, amounts in columns; also two or three such lists side by side."""
    TWO_SIDED = "two_sided"
    """收支对照: income at the left, expenditure at the right."""
    THREE_PUBLIC = "three_public"
    """三公: kinds of expense across or down."""
    TARGETS = "targets"
    """绩效: projects with indicators."""


@dataclass(frozen=True, slots=True)
class RoleRule:
    """栏目或行的含义. A printed heading (or row label) that matches the pattern has this role."""

    role: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Sum:
    """表内关系. ``total = part + part``, over the columns of a row or the rows of a column."""

    total: str
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.total} = {' + '.join(self.parts)}"


class Selector(Enum):
    """Which rows a term of a tie speaks of."""

    TOTAL = "合计"
    CLASSES = "类"
    CODES = "*"
    CODE = "code"
    ROLE = "@"


@dataclass(frozen=True, slots=True)
class Term:
    """勾稽项. One side of a tie: ``table/side[rows].column:period``. ``key`` holds the codes or the row role."""

    table: str
    side: Side
    selector: Selector
    keys: tuple[str, ...]
    column: str
    period: str = "current"


@dataclass(frozen=True, slots=True)
class Tie:
    """勾稽关系. ``left = right + right``; alternatives of the right side are tried in turn.

    ``operator`` is ``=``, ``<=`` or ``>=``. ``condition`` names a fact of the document that must hold.
    ``strict`` ties are errors when they fail, others only doubtful. ``says`` is the source text.
    """

    says: str
    left: Term
    operator: str
    right: tuple[tuple[Term, ...], ...]
    condition: str = ""
    strict: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """版式. How an empty table of the form is printed.

    ``heading`` rows are cells joined by ``|``; ``<`` continues the cell at the left, ``^`` the one above.
    Two-sided tables list the rows of both halves; ``total_first`` puts the total row on top.
    """

    heading: tuple[str, ...]
    income_rows: tuple[str, ...] = ()
    expenditure_rows: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    total_first: bool = False
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class TableSpec:
    """表的规格. ``match`` recognises a cleaned title, ``title`` is the form's own wording."""

    id: str
    title: str
    shape: Shape
    match: re.Pattern[str] | None = None
    number: int | None = None
    classification: str = ""
    column_roles: tuple[str, ...] = ()
    row_roles: tuple[str, ...] = ()
    sums: tuple[Sum, ...] = ()
    row_sums: tuple[Sum, ...] = ()
    scope: str = ""
    required: bool = False
    layout: Layout | None = None
    money_unit: MoneyUnit = MoneyUnit.WAN
    decimals: int = 2
    """In which unit and with how many decimals the form publishes this table."""


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """必备章节. A section that the form's explanatory text must have."""

    title: str
    match: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Recognition:
    """识别特征. By what a document of this pack is known."""

    places: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """写法. The words with which a form speaks of changes."""

    up: str = "增加"
    down: str = "减少"
    up_rate: str = "增长"
    down_rate: str = "下降"
    same: str = "与上年持平"
    strip_zeros: bool = False
    """Does the prose write 130万元 where the tables write 130.00?"""


@dataclass(frozen=True, slots=True)
class Grammar:
    """文字的说法. The words of the prose that carry meaning; regular expressions, a pack adds its own to the national ones."""

    up: tuple[str, ...] = ()
    down: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    listing: tuple[str, ...] = ()
    reason: tuple[str, ...] = ()
    prior: tuple[str, ...] = ()
    budget: tuple[str, ...] = ()
    adjusted: tuple[str, ...] = ()
    filler: tuple[str, ...] = ()
    """Words that add nothing to what a phrase speaks of."""
    elsewhere: tuple[str, ...] = ()
    """Words of things that no table of the form shows: 采购, 单价, 贷款 ..."""
    complements: tuple[str, ...] = ()
    """Words that together make up a whole, joined by ``|``: 地上|地下, 在职|退休."""
    context: tuple[str, ...] = ()
    """Headings of sections that tell of the unit's work, not of its budget."""


@dataclass(frozen=True, slots=True)
class Pack:
    """模板包. One province's form of one stage; ``national`` is the root that all others extend."""

    id: str
    name: str
    stages: tuple[Stage, ...]
    extends: str = ""
    years: tuple[int, ...] = ()
    recognition: Recognition = field(default_factory=Recognition)
    tables: tuple[TableSpec, ...] = ()
    roles: tuple[tuple[str, tuple[RoleRule, ...]], ...] = ()
    ties: tuple[Tie, ...] = ()
    sections: tuple[SectionSpec, ...] = ()
    wording: Wording = field(default_factory=Wording)
    grammar: Grammar = field(default_factory=Grammar)
    charts: tuple[tuple[str, re.Pattern[str]], ...] = ()
    """Behind which section (its title, cleaned) the publication shows which chart: income, expenditure, classes."""
    target_points: int = 0
    """绩效指标总分: points that the indicators of one project sum to; 0 where the form does not fix it."""

    publishing: Publishing = field(default_factory=Publishing)
    performance: Performance = field(default_factory=Performance)
    catalogue: tuple[Category, ...] = ()
    """指标库. The usual indicators by category of project."""

    def table(self, table_id: str) -> TableSpec | None:
        return next((t for t in self.tables if t.id == table_id), None)

    def role_rules(self, groups: tuple[str, ...]) -> tuple[RoleRule, ...]:
        """The rules of several groups, in the order of the groups."""
        known = dict(self.roles)
        return tuple(rule for group in groups for rule in known.get(group, ()))
