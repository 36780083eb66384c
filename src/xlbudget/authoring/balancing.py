"""尾差调平. Controlled rounding: every figure becomes the floor or the ceiling of its exact value, every relation exact.

Figures are counted in steps of the published precision (0.01 万元 = 100 元). Among all roundings that satisfy the
relations the one with the least total movement, the sum of |published - exact|, is chosen: a mixed integer program,
solved by HiGHS for each group of figures that hang together. Where no such rounding exists, the relations that
conflict are named, and figures move one step further only as far as that mends them. See ``docs/rounding.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from xlbudget.authoring.solving import Program


@dataclass(frozen=True, slots=True)
class Figure:
    """待调平的数. Its exact value in steps; ``pinned`` figures keep the given number of steps."""

    exact: Fraction
    pinned: int | None = None

    @property
    def nearest(self) -> int:
        """四舍五入. Its own rounding; a half goes away from zero."""
        size = int(abs(self.exact) + Fraction(1, 2))
        return size if self.exact >= 0 else -size

    @property
    def floor(self) -> int:
        return self.exact.__floor__()

    @property
    def ceiling(self) -> int:
        return self.exact.__ceil__()


@dataclass(frozen=True, slots=True)
class Relation:
    """关系. The sum of coefficient times figure is ``=``, ``<=`` or ``>=`` zero. Terms are (figure, coefficient)."""

    terms: tuple[tuple[int, int], ...]
    operator: str = "="

    def holds(self, values: Sequence[int]) -> bool:
        total = sum(values[figure] * coefficient for figure, coefficient in self.terms)
        return total == 0 if self.operator == "=" else total <= 0 if self.operator == "<=" else total >= 0


@dataclass(slots=True)
class Balance:
    """调平结果. ``values`` in steps, one a figure.

    ``widened`` figures are neither floor nor ceiling; ``broken`` relations could not be kept at all. Each of the
    ``conflicts`` is a smallest set of relations that no rounding satisfies together, given that figures which are
    one fact in several tables stay one. ``optimal`` is false when the
    time ran out before the movement was proved to be the least.
    """

    values: list[int]
    widened: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    conflicts: list[tuple[int, ...]] = field(default_factory=list)
    optimal: bool = True


FINEST = 10_000
"""Movement is measured in so many parts of a step: figures in 分 published in 0.01 万元 have as many."""
MANY = 400
"""Conflicts are cut down to a smallest set in groups of at most so many relations; in larger ones they are named whole."""


def balance(figures: Sequence[Figure], relations: Sequence[Relation], seconds: float = 60) -> Balance:
    """Round all figures together. Pinned figures never change; everything else is said in the result."""
    result = Balance([f.nearest if f.pinned is None else f.pinned for f in figures])
    merged = _Merged(figures, relations)
    for group in merged.groups():
        _solve(merged, group, result, seconds)
    result.broken += [i for i, r in enumerate(relations) if not r.holds(result.values) and i not in result.broken]
    result.broken.sort()
    result.widened.sort()
    return result


class _Merged:
    """Figures that are one and the same fact in several tables become one unknown; relations said twice become one."""

    def __init__(self, figures: Sequence[Figure], relations: Sequence[Relation]) -> None:
        self.figures = figures
        self.relations = relations
        self._parent = list(range(len(figures)))
        for relation in relations:
            if _is_equality(relation):
                a, b = (self.root(figure) for figure, _ in relation.terms)
                same = figures[a].exact == figures[b].exact and figures[a].pinned == figures[b].pinned
                if a != b and same:
                    self._parent[b] = a
        self.members: dict[int, list[int]] = {}
        for i in range(len(figures)):
            self.members.setdefault(self.root(i), []).append(i)
        self.reduced: dict[tuple[tuple[tuple[int, int], ...], str], list[int]] = {}
        for i, relation in enumerate(relations):
            terms: dict[int, int] = {}
            for figure, coefficient in relation.terms:
                root = self.root(figure)
                terms[root] = terms.get(root, 0) + coefficient
            key = tuple(sorted((f, c) for f, c in terms.items() if c))
            if key:
                self.reduced.setdefault((key, relation.operator), []).append(i)

    def root(self, figure: int) -> int:
        while self._parent[figure] != figure:
            self._parent[figure] = self._parent[self._parent[figure]]
            figure = self._parent[figure]
        return figure

    def groups(self) -> list[_Group]:
        """Unknowns that hang together through relations; one group can be solved without the others."""
        joined = {root: root for root in self.members}

        def top(x: int) -> int:
            while joined[x] != x:
                joined[x] = joined[joined[x]]
                x = joined[x]
            return x

        for terms, _ in self.reduced:
            first = top(terms[0][0])
            for unknown, _ in terms[1:]:
                joined[top(unknown)] = first
        groups: dict[int, _Group] = {}
        for (terms, operator), sources in self.reduced.items():
            group = groups.setdefault(top(terms[0][0]), _Group())
            group.relations.append((Relation(terms, operator), sources))
        for group in groups.values():
            group.unknowns = sorted({u for r, _ in group.relations for u, _ in r.terms})
        return list(groups.values())


@dataclass(slots=True)
class _Group:
    unknowns: list[int] = field(default_factory=list)
    relations: list[tuple[Relation, list[int]]] = field(default_factory=list)


def _is_equality(relation: Relation) -> bool:
    return relation.operator == "=" and len(relation.terms) == 2 and {c for _, c in relation.terms} == {1, -1}


def _solve(merged: _Merged, group: _Group, result: Balance, seconds: float) -> None:
    if all(r.holds(result.values) for r, _ in group.relations):
        return  # Each figure stands at its own rounding: nothing can move less.
    program = _program(merged, group, seconds)
    solution = program.least_movement()
    if solution is None:
        if program.optimal:  # otherwise the time ran out, and nobody knows of a conflict
            result.conflicts += [_sources(group, conflict) for conflict in _conflicts(merged, group, seconds)]
        mended = program.mended()
        if mended is None:
            result.optimal = False
            return
        solution, widened = mended
        result.widened += [i for at in widened for i in merged.members[group.unknowns[at]]]
    result.optimal = result.optimal and program.optimal
    for unknown, value in zip(group.unknowns, solution, strict=True):
        for member in merged.members[unknown]:
            result.values[member] = value


def _program(merged: _Merged, group: _Group, seconds: float, chosen: Sequence[int] | None = None) -> Program:
    at = {unknown: i for i, unknown in enumerate(group.unknowns)}
    scale = min(lcm(*(merged.figures[u].exact.denominator for u in group.unknowns)), FINEST)
    halves = sum(len(merged.members[u]) for u in group.unknowns if _share(merged.figures[u]) * 2 == 1)
    finer = min(2 * halves + 1, FINEST // 10)
    program = Program(seconds)
    for unknown in group.unknowns:
        figure, times = merged.figures[unknown], len(merged.members[unknown])
        if figure.pinned is not None:
            program.add_fixed(figure.pinned)
            continue
        share = _share(figure)
        # A half may go either way at the same cost: the customary way is a trifle cheaper.
        trifle = 0 if share * 2 != 1 else -1 if figure.exact > 0 else 1
        cost = int((1 - 2 * share) * scale) * finer + trifle
        program.add(figure.floor, figure.ceiling, cost * times, scale * finer * times, times)
    for i, (relation, _) in enumerate(group.relations):
        if chosen is None or i in chosen:
            program.relate([(at[u], c) for u, c in relation.terms], relation.operator)
    return program


def _share(figure: Figure) -> Fraction:
    return figure.exact - figure.floor


def _sources(group: _Group, conflict: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(group.relations[i][1][0] for i in conflict))


def _conflicts(merged: _Merged, group: _Group, seconds: float) -> list[tuple[int, ...]]:
    """Smallest sets of relations that cannot hold together, one after the other until the rest can."""
    left = list(range(len(group.relations)))
    if len(left) > MANY:
        broken = _program(merged, group, seconds).broken()
        return [(i,) for i in broken]

    def feasible(chosen: Sequence[int]) -> bool:
        return _program(merged, group, seconds, chosen).feasible()

    found: list[tuple[int, ...]] = []
    while not feasible(left) and len(found) < MANY:
        conflict = _smallest(feasible, [], left)
        found.append(tuple(sorted(conflict)))
        left = [i for i in left if i not in conflict]
    return found


def _smallest(
    feasible: Callable[[Sequence[int]], bool], known: list[int], candidates: list[int], grown: bool = False
) -> list[int]:
    """QuickXplain (Junker 2004): a set of relations that conflict, none of which can be left out."""
    if grown and not feasible(known):
        return []
    if len(candidates) == 1:
        return candidates
    half = len(candidates) // 2
    first, second = candidates[:half], candidates[half:]
    right = _smallest(feasible, known + first, second, bool(first))
    left = _smallest(feasible, known + right, first, bool(right))
    return left + right
