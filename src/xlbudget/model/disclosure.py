"""公开材料. One unit's published budget or final accounts, as read: tables, prose, targets, and what was not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from xlbudget.model.claim import Narrative
from xlbudget.model.provenance import Provenance
from xlbudget.model.raw import Paragraph, Unread
from xlbudget.model.table import Row, RowKind, Table, TableStatus
from xlbudget.model.targets import Targets
from xlbudget.model.traces import Trace


class Stage(Enum):
    """阶段. What the document publishes."""

    BUDGET = "budget"
    FINAL = "final"

    @property
    def chinese(self) -> str:
        return "预算" if self is Stage.BUDGET else "决算"


class Level(Enum):
    """编制级次. A department (with the units under it) or one unit."""

    DEPARTMENT = "department"
    UNIT = "unit"

    @property
    def chinese(self) -> str:
        return "部门" if self is Level.DEPARTMENT else "单位"


@dataclass(frozen=True, slots=True)
class Section:
    """章节. A heading of the prose. ``part`` is the 第…部分 it belongs to, ``number`` its own (``三``)."""

    title: str
    number: str
    depth: int
    place: Provenance
    part: str = ""
    first: int = 0
    """Index of the first paragraph of the section's text in :attr:`Disclosure.paragraphs`."""


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """目录条目. A line of the table of contents."""

    title: str
    number: str
    depth: int
    place: Provenance
    part: str = ""


@dataclass(slots=True)
class Disclosure:
    """公开材料. Everything that was read of one document.

    ``paragraphs`` is the prose without tables and their captions. ``recognised`` says why this pack was
    chosen. ``customary_decimals`` is the number of decimals that figures in 万元 are normally shown with.
    """

    file: str
    kind: str
    pack: str
    recognised: tuple[str, ...]
    unit: str
    year: int | None
    stage: Stage
    level: Level
    tables: list[Table] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    contents: list[ContentsEntry] = field(default_factory=list)
    narrative: Narrative = field(default_factory=Narrative)
    targets: Targets = field(default_factory=Targets)
    unread: list[Unread] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)
    """What the file carries beside its pages."""
    customary_decimals: int = 2
    unit_place: Provenance = field(default_factory=Provenance)
    approved_on: date | None = None
    published_on: date | None = None
    context: Context = field(default_factory=lambda: Context())

    def table(self, table_id: str) -> Table | None:
        """The first table of this kind that was read, or ``None``."""
        return next((t for t in self.tables if t.id == table_id), None)

    def tables_read(self) -> Iterator[Table]:
        """The tables that hold figures."""
        return (t for t in self.tables if t.status is TableStatus.READ)


@dataclass(frozen=True, slots=True)
class Context:
    """对照材料. The documents at hand that this one can be held against; empty when it is checked alone.

    ``prior`` is last year's document of the same stage, ``executed`` last year's final accounts, ``budget`` this
    year's budget (for final accounts), ``parent`` the department's document of the year, ``children`` those of
    the department's units.
    """

    prior: Disclosure | None = None
    executed: Disclosure | None = None
    budget: Disclosure | None = None
    parent: Disclosure | None = None
    children: tuple[Disclosure, ...] = ()


def grand_total(table: Table) -> Row | None:
    """合计行. The total row of a list table, or ``None``."""
    return next((row for row in table.rows if row.kind is RowKind.TOTAL and row.role == "total"), None)
