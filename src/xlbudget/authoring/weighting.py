"""分值分配. Distributes the points of a dimension over its indicators: exact sums, steps of half a point.

A person's points stay; the rest goes to the open indicators in proportion to their weights by largest remainders, at
least one step each. What cannot be done is said, with the numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from xlbudget.model.entries import ProjectEntry, at
from xlbudget.packs.performance import Performance


class WeightError(ValueError):
    """The points cannot be met; the message is one Chinese sentence without its end mark."""


def distribute(
    total: Decimal,
    pinned: Sequence[Decimal | None],
    step: Decimal = Decimal("0.5"),
    weights: Sequence[Decimal] | None = None,
) -> list[Decimal]:
    """Points for each indicator, summing exactly to ``total``; ``pinned`` holds what is entered, ``None`` what is open."""
    fixed = sum((p for p in pinned if p is not None), Decimal(0))
    open_ = [i for i, p in enumerate(pinned) if p is None]
    rest = total - fixed
    if not pinned:
        raise WeightError(f"没有指标，{_shown(total)} 分无法分配")
    if not open_:
        if rest:
            raise WeightError(f"已填分值合计 {_shown(fixed)}，应为 {_shown(total)}，没有可调整的指标")
        return [p for p in pinned if p is not None]
    units, odd = divmod(rest, step)
    if rest <= 0 or odd or units < len(open_):
        raise WeightError(
            f"已填分值合计 {_shown(fixed)}，剩下 {_shown(rest)} 分，不能按每步 {_shown(step)} 分给 {len(open_)} 个指标"
        )
    shares = _shares(int(units), [max(weights[i], Decimal(0)) if weights else Decimal(1) for i in open_])
    points = list(pinned)
    for i, share in zip(open_, shares, strict=True):
        points[i] = share * step
    return [p for p in points if p is not None]


def _shares(units: int, weights: list[Decimal]) -> list[int]:
    """Whole units in proportion to the weights, at least one each (largest remainders, the earlier first)."""
    if not sum(weights):
        weights = [Decimal(1)] * len(weights)
    whole = sum(weights)
    spare = units - len(weights)
    exact = [spare * weight / whole for weight in weights]
    shares = [int(e) for e in exact]
    order = sorted(range(len(weights)), key=lambda i: (-(exact[i] - shares[i]), i))
    for i in order[: spare - sum(shares)]:
        shares[i] += 1
    return [share + 1 for share in shares]


def weights_wrong(form: Performance, projects: Sequence[ProjectEntry]) -> list[str]:
    """分值不闭合的地方: each dimension of each project against the form, and points that are no numbers."""
    wrong: list[str] = []
    for entry in projects:
        name = f"“{entry.name}”" if entry.name else ""
        sums: dict[str, Decimal] = {}
        for line in entry.lines:
            points, dimension = at(line, "points"), form.dimension(at(line, "dimension").text)
            key = dimension.name if dimension is not None else at(line, "dimension").text or "（没有一级指标）"
            if not isinstance(points.value, Decimal):
                wrong.append(f"{name}{points.cell} 的分值“{points.text}”不是数字")
                continue
            sums[key] = sums.get(key, Decimal(0)) + points.value
        for dimension in form.dimensions:
            total = sums.pop(dimension.name, Decimal(0))
            if total != dimension.points:
                wrong.append(f"{name}{dimension.name}合计 {_shown(total)}，应为 {_shown(dimension.points)}")
        wrong += [f"{name}“{key}”不是表式中的一级指标" for key in sums]
    return wrong


def _shown(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
