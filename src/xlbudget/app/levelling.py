"""调平. All tables of a disclosure rounded together: the figures and relations of the rules go to the solver.

The exact figures are the stored ones (a cell that shows 12.35 may hold 12.3456); they are taken into the published
unit and rounded so that every sum and tie holds. What did not hold before by more than rounding is not levelled away:
it is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from xlbudget.authoring.balancing import Figure, Relation, balance
from xlbudget.model.amount import Amount, MoneyUnit
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.provenance import Provenance
from xlbudget.model.rounding import Verdict
from xlbudget.model.table import Row, Table
from xlbudget.packs.catalog import get_pack
from xlbudget.rules.adding import added_columns
from xlbudget.rules.equations import Equation, Place, equations

_FINEST = 1_000_000
"""Parts of a step beyond which a stored figure is the noise of floating point, not money."""


@dataclass(frozen=True, slots=True)
class Levelled:
    """调平后的数. One figure: exact, as it rounds by itself, and as it is published; in the published unit."""

    table: Table
    row: Row
    column: int
    exact: Decimal
    own: Decimal
    value: Decimal
    widened: bool = False
    pinned: bool = False

    @property
    def moved(self) -> bool:
        return self.value != self.own

    @property
    def place(self) -> Provenance:
        return self.table.place(self.row, self.column)


@dataclass(slots=True)
class Levelling:
    """调平结果. ``unequal`` relations did not hold before; ``conflicts`` and ``broken`` ones no rounding can keep."""

    unit: MoneyUnit
    decimals: int
    figures: list[Levelled] = field(default_factory=list)
    unequal: list[Equation] = field(default_factory=list)
    conflicts: list[tuple[str, ...]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    relations: int = 0
    optimal: bool = True

    @property
    def moved(self) -> list[Levelled]:
        return [f for f in self.figures if f.moved]


def moved_cells(levelling: Levelling) -> list[dict[str, str | bool]]:
    """调整清单. The moved cells as plain data, for JSON and lists: where, exact, rounded by itself, as published."""
    return [
        {
            "sheet": f.place.sheet,
            "cell": f.place.cell,
            "table": f.place.table,
            "row": f.place.row,
            "column": f.place.column,
            "exact": f"{f.exact:f}",
            "rounded": f"{f.own:f}",
            "value": f"{f.value:f}",
            "widened": f.widened,
        }
        for f in levelling.moved
    ]


@dataclass(frozen=True, slots=True)
class KnownSum:
    """已知的和. A relation from elsewhere (a formula of the sheet): the first place is the sum of the others."""

    total: tuple[str, str]
    parts: tuple[tuple[tuple[str, str], int], ...]
    says: str


def level(
    disclosures: Sequence[Disclosure],
    unit: MoneyUnit = MoneyUnit.WAN,
    decimals: int = 2,
    pinned: Callable[[Provenance], bool] = lambda _: False,
    sums: Iterable[KnownSum] = (),
    across: Iterable[Equation] = (),
    seconds: float = 60,
) -> Levelling:
    """Level documents that belong together. ``pinned`` figures keep their own rounding; ``across`` ties documents."""
    result = Levelling(unit, decimals)
    step = Fraction(unit.scale) / 10**decimals
    places = [place for d in disclosures for place in _figures(d)]
    numbers = {_key(place): i for i, place in enumerate(places)}
    figures = [_figure(place, step, pinned) for place in places]
    relations: list[Relation] = []
    says: list[str] = []
    for equation in [*(e for d in disclosures for e in equations(d, get_pack(d.pack))), *across]:
        if not all(_key(place) in numbers for place in (*equation.left, *equation.right)):
            continue
        if _stands(equation):
            relations.append(_relation(equation, numbers))
            says.append(equation.says)
        elif equation.sure:
            result.unequal.append(equation)
    for relation, words in _formula_relations(sums, places, figures):
        relations.append(relation)
        says.append(words)
    solved = balance(figures, relations, seconds)
    size = Decimal(1).scaleb(-decimals)
    widened = set(solved.widened)
    for i, (place, figure, value) in enumerate(zip(places, figures, solved.values, strict=True)):
        exact = figure.exact.numerator * size / figure.exact.denominator
        keeps = figure.pinned is not None
        result.figures.append(Levelled(*place, exact, figure.nearest * size, value * size, i in widened, keeps))
    result.conflicts = [tuple(dict.fromkeys(says[i] for i in conflict)) for conflict in solved.conflicts]
    result.broken = list(dict.fromkeys(says[i] for i in solved.broken))
    result.relations, result.optimal = len(relations), solved.optimal
    return result


def _figures(disclosure: Disclosure) -> Iterable[Place]:
    for table in disclosure.tables_read():
        for column in added_columns(table):
            for row in table.rows:
                if row.cells[column].amount is not None:
                    yield table, row, column


def _key(place: Place) -> tuple[int, int, int]:
    table, row, column = place
    return id(table), id(row), column


def _figure(place: Place, step: Fraction, pinned: Callable[[Provenance], bool]) -> Figure:
    table, row, column = place
    amount = row.cells[column].amount
    assert amount is not None
    exact = Fraction(_yuan(amount)) / step
    if exact.denominator > _FINEST:
        exact = Fraction(int(exact * _FINEST + (Fraction(1, 2) if exact >= 0 else -Fraction(1, 2))), _FINEST)
    figure = Figure(exact)
    return Figure(exact, figure.nearest) if pinned(table.place(row, column)) else figure


def _yuan(amount: Amount) -> Decimal:
    return (amount.value if amount.stored is None else amount.stored) * amount.unit.scale


def _stands(equation: Equation) -> bool:
    """Does the equation hold, but for rounding?"""
    comparison = equation.comparison
    if equation.operator != "=" and comparison.verdict is not Verdict.EQUAL:
        return comparison.difference >= 0 if equation.operator == ">=" else comparison.difference <= 0
    if not equation.sure:
        return comparison.verdict is Verdict.EQUAL
    return comparison.verdict in (Verdict.EQUAL, Verdict.ROUNDING)


def _relation(equation: Equation, numbers: dict[tuple[int, int, int], int]) -> Relation:
    terms: dict[int, int] = {}
    for places, sign in ((equation.left, 1), (equation.right, -1)):
        for place in places:
            number = numbers[_key(place)]
            terms[number] = terms.get(number, 0) + sign
    return Relation(tuple((n, c) for n, c in terms.items() if c), equation.operator)


def _formula_relations(
    sums: Iterable[KnownSum], places: Sequence[Place], figures: Sequence[Figure]
) -> Iterable[tuple[Relation, str]]:
    """The sums that formulas say and that hold exactly between figures that are levelled."""
    sums = list(sums)
    if not sums:
        return
    at: dict[tuple[str, str], int] = {}
    for i, (table, row, column) in enumerate(places):
        place = table.place(row, column)
        at.setdefault((place.sheet, place.cell), i)
    for known in sums:
        if known.total not in at:
            continue
        terms = {at[known.total]: 1}
        for part, times in known.parts:
            if part in at:
                terms[at[part]] = terms.get(at[part], 0) - times
        terms = {n: c for n, c in terms.items() if c}
        gap = sum((figures[n].exact * c for n, c in terms.items()), Fraction(0))
        if terms and abs(gap) < Fraction(1, 100):
            yield Relation(tuple(terms.items())), known.says
