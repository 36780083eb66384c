"""得分. What an indicator of a self-evaluation earns: pure arithmetic over target, achievement, direction and points."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from xlbudget.model.rounding import round_half_up
from xlbudget.model.targets import Nature, Operator

Bands = Sequence[tuple[str, Decimal]]
"""等级. Words of an achievement and the share of the points (0 to 1) that they earn."""


def direction_of(operator: Operator, nature: Nature) -> Operator:
    """方向. How the target binds: the operator, else what the nature says (正向 at least, 反向 at most)."""
    if operator is not Operator.NONE:
        return operator
    return {Nature.POSITIVE: Operator.AT_LEAST, Nature.NEGATIVE: Operator.AT_MOST}.get(nature, Operator.NONE)


def numeric_score(
    target: Decimal, actual: Decimal, direction: Operator, points: Decimal, excess: str = "zero"
) -> Decimal:
    """定量指标得分, two decimals. A floor not reached earns in proportion; a ceiling passed earns nothing.

    With ``excess`` ``proportion`` a ceiling passed loses the share by which it was passed. An equal target that was
    reached or passed earns all; the surplus is a deviation to be explained, not a loss.
    """
    if direction.is_ceiling:
        within = actual < target if direction is Operator.LESS else actual <= target
        if within:
            return points
        if excess == "zero" or target <= 0:
            return Decimal(0)
        return round_half_up(max(Decimal(0), points * (2 - actual / target)), 2)
    reached = actual > target if direction is Operator.MORE else actual >= target
    if reached:
        return points if target > 0 or direction.is_floor or actual == target else Decimal(0)
    return round_half_up(max(Decimal(0), points * actual / target), 2) if target > 0 else Decimal(0)


def banded_score(actual: str, points: Decimal, bands: Bands) -> Decimal | None:
    """定性指标得分 by the band that the achievement names; ``None`` if it names none (a person has to judge)."""
    words = "".join(actual.split())
    share = next((share for word, share in bands if words == word), None)
    if share is None:
        share = next((share for word, share in bands if word in words), None)
    return round_half_up(points * share, 2) if share is not None else None


def execution_score(adjusted: Decimal, executed: Decimal, points: Decimal) -> tuple[Decimal, Decimal]:
    """执行率（%）和得分, two decimals each; more than the budget earns no more than all. ``adjusted`` is above zero."""
    rate = round_half_up(executed * 100 / adjusted, 2)
    return rate, round_half_up(min(rate, Decimal(100)) * points / 100, 2)
