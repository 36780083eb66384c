"""整数规划. The program of one group of figures, handed to HiGHS: bounds, relations, and three aims in turn.

Costs are whole numbers, so that an optimum is told apart from the next best by at least one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Program:
    """规划. Unknowns lie between two whole numbers; each relation is a sum that equals zero, or has its sign."""

    def __init__(self, seconds: float) -> None:
        self.optimal = True
        self._seconds = seconds
        self._low: list[int] = []
        self._high: list[int] = []
        self._cost: list[int] = []
        self._step: list[int] = []
        self._weight: list[int] = []
        self._rows: list[tuple[list[tuple[int, int]], str]] = []

    def add_fixed(self, value: int) -> None:
        """An unknown that is known."""
        self._append(value, value, 0, 0, 0)

    def add(self, low: int, high: int, cost: int, step: int, weight: int) -> None:
        """An unknown; ``cost`` of its upper over its lower value, ``step`` of going one beyond either.

        ``weight`` is how many published cells it stands for: where something must go beyond its bounds, a figure
        that stands in one table does so before a total that stands in ten.
        """
        self._append(low, high, cost if high > low else 0, step, weight)

    def _append(self, low: int, high: int, cost: int, step: int, weight: int) -> None:
        self._low.append(low)
        self._high.append(high)
        self._cost.append(cost)
        self._step.append(step)
        self._weight.append(weight)

    def relate(self, terms: Sequence[tuple[int, int]], operator: str) -> None:
        self._rows.append((list(terms), operator))

    # ------------------------------------------------------------ aims

    def feasible(self) -> bool:
        return self._run(self._model([0] * len(self._low))) is not None

    def least_movement(self) -> list[int] | None:
        """Values between the bounds that keep all relations at the least cost; ``None`` if there are none."""
        return self._run(self._model(self._cost))

    def broken(self) -> list[int]:
        """A smallest amount of relations to give up, so that the rest can hold between the bounds."""
        elastic = _Elastic(self, widen=False)
        slack = self._run(elastic.model(elastic.slack_cost()))
        return elastic.used_slack(slack) if slack is not None else list(range(len(self._rows)))

    def mended(self) -> tuple[list[int], list[int]] | None:
        """Values that break as little as possible, go beyond the bounds as little as possible, and move the least.

        The second list tells which unknowns went one step beyond their bounds. ``None`` when the time ran out.
        """
        elastic = _Elastic(self, widen=True)
        cost = elastic.slack_cost()
        first = self._run(elastic.model(cost))
        if first is None:
            return None
        elastic.limit(cost, _total(cost, first))
        cost = elastic.widening_cost()
        second = self._run(elastic.model(cost)) or first
        elastic.limit(cost, _total(cost, second))
        third = self._run(elastic.model(elastic.movement_cost())) or second
        return elastic.values(third), elastic.widened(third)

    # ------------------------------------------------------------ HiGHS

    def _model(self, cost: Sequence[int]) -> _Model:
        return _Model(list(self._low), list(self._high), list(cost), list(self._rows))

    def _run(self, model: _Model) -> list[int] | None:
        solved, optimal = model.solve(self._seconds)
        self.optimal = self.optimal and optimal
        return solved


def _total(cost: Sequence[int], values: Sequence[int]) -> int:
    return sum(c * v for c, v in zip(cost, values, strict=False))


class _Model:
    """One program as HiGHS takes it. Unknowns are counted from their lower bounds, so numbers stay small."""

    def __init__(
        self, low: list[int], high: list[int], cost: list[int], rows: list[tuple[list[tuple[int, int]], str]]
    ) -> None:
        self.low, self.high, self.cost, self.rows = low, high, cost, rows

    def solve(self, seconds: float) -> tuple[list[int] | None, bool]:
        """The values and whether they are proved to be the best; no values if there are none."""
        import highspy
        import numpy as np

        highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (
            ("output_flag", False),
            ("time_limit", seconds),
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 0.5),
            ("mip_feasibility_tolerance", 1e-7),
        ):
            highs.setOptionValue(name, value)
        problem: Any = highspy.HighsLp()
        problem.num_col_, problem.num_row_ = len(self.low), len(self.rows)
        problem.col_cost_ = np.array(self.cost, dtype=np.double)
        problem.col_lower_ = np.zeros(len(self.low))
        problem.col_upper_ = np.array(
            [top - base for base, top in zip(self.low, self.high, strict=True)], dtype=np.double
        )
        starts, indexes, values, lower, upper = [0], [], [], [], []
        for terms, operator in self.rows:
            base = -sum(c * self.low[i] for i, c in terms)
            lower.append(-highspy.kHighsInf if operator == "<=" else base)
            upper.append(highspy.kHighsInf if operator == ">=" else base)
            indexes += [i for i, _ in terms]
            values += [c for _, c in terms]
            starts.append(len(indexes))
        problem.row_lower_, problem.row_upper_ = np.array(lower, dtype=np.double), np.array(upper, dtype=np.double)
        problem.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        problem.a_matrix_.start_ = np.array(starts, dtype=np.int32)
        problem.a_matrix_.index_ = np.array(indexes, dtype=np.int32)
        problem.a_matrix_.value_ = np.array(values, dtype=np.double)
        problem.integrality_ = [highspy.HighsVarType.kInteger] * len(self.low)
        highs.passModel(problem)
        highs.run()
        status = highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None, True
        found = highs.getSolution()
        if not found.value_valid:
            return None, False
        solved = [base + int(v + 0.5) for base, v in zip(self.low, found.col_value, strict=True)]
        return solved, status == highspy.HighsModelStatus.kOptimal


class _Elastic:
    """The program with a way out: relations may be missed by some steps, figures may go one step beyond their bounds.

    Unknowns: the figures, then for each a step up and a step down, then for each relation a surplus and a lack.
    """

    def __init__(self, program: Program, widen: bool) -> None:
        p = self._program = program
        n, m = len(p._low), len(p._rows)
        self._n, self._m = n, m
        free = [1 if widen and weight else 0 for weight in p._weight]
        reach = [1 + sum(abs(c) * (p._high[i] - p._low[i] + 2) for i, c in terms) for terms, _ in p._rows]
        gaps = [
            max(r, abs(sum(c * p._low[i] for i, c in terms)) + r) for (terms, _), r in zip(p._rows, reach, strict=True)
        ]
        self.low = [*p._low, *[0] * (2 * n + 2 * m)]
        self.high = [*p._high, *free, *free, *gaps, *gaps]
        self.rows: list[tuple[list[tuple[int, int]], str]] = []
        for j, (terms, operator) in enumerate(p._rows):
            wide = [(n + i, c) for i, c in terms] + [(2 * n + i, -c) for i, c in terms]
            self.rows.append(([*terms, *wide, (3 * n + j, 1), (3 * n + m + j, -1)], operator))
        for i in range(n):
            if free[i] and p._high[i] > p._low[i]:
                # One step up only from the upper value, one step down only from the lower one.
                self.rows += self._beyond(i)

    def _beyond(self, i: int) -> list[tuple[list[tuple[int, int]], str]]:
        low, n = self._program._low[i], self._n
        # up <= x - low  and  x - low + down <= 1, both without constants: the bounds are moved into a fixed unknown.
        self.low.append(low)
        self.high.append(low)
        one = len(self.low)
        self.low.append(1)
        self.high.append(1)
        return [
            ([(n + i, 1), (i, -1), (one - 1, 1)], "<="),
            ([(2 * n + i, 1), (i, 1), (one - 1, -1), (one, -1)], "<="),
        ]

    def limit(self, cost: Sequence[int], total: int) -> None:
        """From now on this cost may not exceed what was reached."""
        self.low.append(total)
        self.high.append(total)
        terms = [(i, c) for i, c in enumerate(cost) if c]
        self.rows.append(([*terms, (len(self.low) - 1, -1)], "<="))

    def model(self, cost: Sequence[int]) -> _Model:
        padded = [*cost, *[0] * (len(self.low) - len(cost))]
        return _Model(list(self.low), list(self.high), padded, self.rows)

    def slack_cost(self) -> list[int]:
        return self._padded([*[0] * (3 * self._n), *[1] * (2 * self._m)])

    def widening_cost(self) -> list[int]:
        weight = self._program._weight
        return self._padded([*[0] * self._n, *weight, *weight])

    def movement_cost(self) -> list[int]:
        p = self._program
        return self._padded([*p._cost, *p._step, *p._step])

    def _padded(self, cost: list[int]) -> list[int]:
        return [*cost, *[0] * (len(self.low) - len(cost))]

    def values(self, solution: Sequence[int]) -> list[int]:
        n = self._n
        return [solution[i] + solution[n + i] - solution[2 * n + i] for i in range(n)]

    def widened(self, solution: Sequence[int]) -> list[int]:
        n = self._n
        return [i for i in range(n) if solution[n + i] != solution[2 * n + i]]

    def used_slack(self, solution: Sequence[int]) -> list[int]:
        first = 3 * self._n
        return [j for j in range(self._m) if solution[first + j] or solution[first + self._m + j]]
