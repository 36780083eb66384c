"""文字表述. What the prose says in figures: one claim for every amount, percentage and count, and how they belong together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from operator import attrgetter

from xlbudget.model.amount import Amount
from xlbudget.model.provenance import Provenance
from xlbudget.model.table import Side


class ClaimKind(Enum):
    """表述的种类."""

    LEVEL = "level"
    """收入预算 535.12 万元."""
    DELTA = "delta"
    """增加 0.44 万元; without an amount: 持平."""
    GROWTH = "growth"
    """增长 0.08%."""
    SHARE = "share"
    """占 75.71%."""
    COMPLETION = "completion"
    """完成年初预算的 98.20%."""
    COUNT = "count"
    """项目 30 个."""
    DIRECTION = "direction"
    """比上年减少的主要原因, without a figure."""


@dataclass(frozen=True, slots=True)
class Topic:
    """所指. What a claim speaks of, as far as its words tell; empty parts are open.

    ``item`` is ``total``, ``grand`` (with carry-over), ``carry_in``, ``carry_out``, a functional code ``f:2080109``,
    an economic one ``e:30101``, an income source ``i:general``, a kind of 三公 ``t:reception``, a source of project
    money ``j:general``, or ``o:`` with the words of something that no table of the form shows.
    ``scope`` is all, fiscal, general, fund or capital; ``component`` basic, project, personnel, public ...;
    ``period`` current, prior, budget (年初预算), adjusted (全年预算).
    """

    item: str = ""
    side: Side = Side.NONE
    scope: str = ""
    component: str = ""
    period: str = "current"
    words: str = ""

    @property
    def known(self) -> bool:
        """Were the words understood to the end?"""
        return bool(self.item)

    @property
    def in_tables(self) -> bool:
        """Is it something that the tables of the form show?"""
        return bool(self.item) and not self.item.startswith("o:")

    def same_as(self, other: Topic) -> bool:
        """Do the two speak of one thing, apart from the period?"""
        return (
            self.known
            and self.item == other.item
            and self.component == other.component
            and self.side == other.side
            and self.scope == other.scope
        )


@dataclass(slots=True)
class Claim:
    """文字表述. One figure of the prose.

    ``span`` is its place in the passage ``passage``. ``percent`` has ``decimals`` as printed. ``sign`` is the
    direction word's: 1, -1, or 0 for 持平. ``reason`` marks a figure inside a reason, ``vague`` 约, 左右, 以上.
    """

    kind: ClaimKind
    topic: Topic
    text: str
    place: Provenance
    span: tuple[int, int]
    passage: int
    amount: Amount | None = None
    percent: Decimal | None = None
    decimals: int = 0
    count: Decimal | None = None
    measure: str = ""
    sign: int = 1
    word: str = ""
    vague: bool = False
    reason: bool = False
    quote: str = ""


@dataclass(slots=True)
class Change:
    """增减. What a sentence says of one change; every part is the index of a claim, ``None`` if it is not said.

    ``base`` is what the change is compared with: ``prior``, ``budget`` or ``adjusted``.
    ``direction`` is a claim of mere direction (比上年减少的主要原因).
    """

    topic: Topic
    base: str = "prior"
    level: int | None = None
    prior: int | None = None
    delta: int | None = None
    growth: int | None = None
    direction: int | None = None


@dataclass(slots=True)
class Listing:
    """列举. A total and the figures listed under it (其中, 包括, numbered items). ``open`` lists end with 等.

    ``complete`` says that the words promise all parts (包括, 分别为 ..., or more than one item behind 其中).
    """

    head: int
    items: list[int] = field(default_factory=list)
    open: bool = False
    complete: bool = True


@dataclass(slots=True)
class Ratio:
    """占比或完成率. A percentage and the figures that it is made of.

    ``whole`` is ``None`` if no figure of it is there; ``named`` is what the sentence says that it is (占 … 的).
    """

    figure: int
    part: int | None
    whole: int | None
    named: Topic | None = None


@dataclass(slots=True)
class Passage:
    """语段. A run of prose with its broken lines rejoined; ``origins`` gives the place of every character."""

    text: str
    origins: list[Provenance]
    section: str = ""
    part: str = ""
    number: str = ""
    depth: int = 0


_passage_of = attrgetter("passage")


@dataclass(slots=True)
class Narrative:
    """情况说明. The prose of a disclosure as passages, claims and their relations; ``unclear`` was not understood."""

    passages: list[Passage] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)
    unclear: list[int] = field(default_factory=list)

    def of_passage(self, passage: int) -> list[Claim]:
        """The claims of one passage; all claims stand in the order of their passages."""
        first = bisect_left(self.claims, passage, key=_passage_of)
        return self.claims[first : bisect_right(self.claims, passage, first, key=_passage_of)]

    @property
    def understood(self) -> tuple[int, int]:
        """How many of the money amounts of the prose were understood, and how many there are."""
        amounts = sum(1 for claim in self.claims if claim.amount is not None)
        return amounts - len(self.unclear), amounts
