"""增减方向自相矛盾。

检查什么
同一处变化中的方向词和数：增加与下降、增加与负数、持平与不为零的增减率、“比上年减少主要原因”与前面写的增加、“决算数小于预算数”与两个数的大小。

为什么
沿用上年的句子、只改数字不改方向词，是文字说明里最显眼的错误。

依据
部门预决算公开操作规程：应说明增减变化情况及原因，数字与表述应一致。

怎么改
先确定变化的方向，再统一方向词、数和原因。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.claim import Claim
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import Verdict, compare
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.prose import Told, changes_of, priors_of

TITLE = "增减方向自相矛盾"
SEVERITY = Severity.ERROR
MESSAGE = "“{stated}”与“{other}”矛盾"

_HEAD = "第二部分 情况说明\n二、支出预算情况说明\n"

PASSES = (
    Example(
        _HEAD
        + "云川市档案馆2025年支出预算90.00万元，比上年减少10.00万元，下降10.00%。比上年减少的主要原因是人员减少。\n"
    ),
)
FAILS = (
    Example(
        _HEAD + "云川市档案馆2025年支出预算90.00万元，比上年减少10.00万元，增长10.00%。\n",
        ("“增长10.00%”与“减少10.00万元”矛盾",),
    ),
    Example(
        _HEAD
        + "云川市档案馆2025年支出预算90.00万元，比上年增加10.00万元，增长12.50%。支出预算比上年减少的主要原因是人员减少。\n",
        ("“比上年减少”与“增加10.00万元”矛盾",),
    ),
    Example(
        _HEAD + "云川市档案馆2025年支出预算90.00万元，比上年增加-10.00万元。\n",
        ("“增加”与“-10.00万元”矛盾",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    told_all = list(changes_of(disclosure))
    for told in told_all:
        if told.delta is not None and told.growth is not None and "(" not in told.growth.word + told.delta.word:
            yield _pair(told.growth, told.delta)
        if told.delta is not None and told.delta.amount is not None:
            yield _own_sign(told.delta)
        if told.direction is not None:
            yield from _direction(told, told.direction, told_all, disclosure, pack)


def _sign(claim: Claim) -> int:
    """The direction of a claim; 0 where nothing changes."""
    if claim.amount is not None:
        return 0 if claim.amount.is_zero else claim.sign
    if claim.percent is not None:
        return 0 if not claim.percent else claim.sign
    return claim.sign


def _pair(growth: Claim, delta: Claim) -> Outcome:
    rate, change = _sign(growth), _sign(delta)
    if rate == change or (not rate and delta.amount is not None) or (delta.amount is not None and not change):
        return HELD  # a change may be too small for its rate; a rate of nothing is another rule's
    return _problem(growth, _words(growth), delta, _words(delta))


def _own_sign(delta: Claim) -> Outcome:
    assert delta.amount is not None
    if delta.amount.value >= 0:
        return HELD
    return _problem(delta, delta.word, delta, delta.text)


def _direction(
    told: Told, direction: Claim, others: list[Told], disclosure: Disclosure, pack: Pack
) -> Iterator[Outcome]:
    same = [
        other
        for other in others
        if other.delta is not None
        and other.change.base == told.change.base
        and other.change.level is not None
        and other.change.level == told.change.level
    ]
    if same:
        delta = same[-1].delta
        assert delta is not None
        agree = _sign(delta) == _sign(direction) or "(" in delta.word
        yield HELD if agree else _problem(direction, _short(direction), delta, _words(delta))
        return
    if told.level is None or told.level.amount is None:
        return
    for prior, source in priors_of(told, disclosure, pack):
        comparison = compare(told.level.amount, [prior])
        sign = (comparison.difference > 0) - (comparison.difference < 0)
        if sign == direction.sign or (comparison.verdict is not Verdict.WRONG and not direction.sign):
            yield HELD
            return
        place = source.place if isinstance(source, Claim) else source.table.place(source.row, source.column)
        words = f"{told.level.text}，对比 {prior.text}{prior.unit.value}"
        at = (direction.place, told.level.place, place)
        yield Problem({"stated": direction.text, "other": words}, at)
        return


def _short(direction: Claim) -> str:
    return direction.text.split("主要")[0].split("的")[0].split("原因")[0]


def _words(claim: Claim) -> str:
    return claim.text if claim.amount is None and claim.percent is None else f"{claim.word}{claim.text}"


def _problem(doubtful: Claim, stated: str, other: Claim, words: str) -> Problem:
    return Problem({"stated": stated, "other": words}, tuple(dict.fromkeys((doubtful.place, other.place))))
