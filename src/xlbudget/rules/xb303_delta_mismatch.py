"""增减额与两年的数不符。

检查什么
“比上年增加（减少）x 万元”应等于本年数减去上年数；上年数取文字中写明的，或表中上年数一栏；与年初预算相比的取年初预算数。写“持平”的，两年的数应当相同。

为什么
增减额常照抄本年数、写反方向，或改了金额没有重算。

依据
部门预决算公开操作规程：应说明增减变化情况；统计通行算法：增减额 = 本年数 - 上年数。

怎么改
按两年的数重算增减额，并检查后面的百分率和原因。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.amount import Amount
from xlbudget.model.claim import Claim
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import Comparison, Verdict, compare
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, judged
from xlbudget.rules.facts import Fact
from xlbudget.rules.prose import Told, changes_of, priors_of, statement

TITLE = "增减额与两年的数不符"
SEVERITY = Severity.ERROR
MESSAGE = "文字写“{stated}”，本年 {now}、{base} {prior}，应为{expected}，相差 {difference}（舍入允许 {tolerance}）"

_HEAD = "第二部分 情况说明\n二、支出预算情况说明\n"

PASSES = (
    Example(_HEAD + "云川市档案馆2025年支出预算110.00万元，较上年的100.00万元增加10.00万元，增长10.00%。\n"),
    Example(_HEAD + "云川市档案馆2025年支出预算100.00万元，比2024年预算持平。\n"),
)
FAILS = (
    Example(
        _HEAD + "云川市档案馆2025年支出预算110.00万元，较上年的100.00万元增加15.00万元。\n",
        (
            "文字写“较上年的100.00万元增加15.00万元”，本年 110.00、上年数 100.00，应为增加 10.00 万元，"
            "相差 5（舍入允许 0.015）",
        ),
    ),
)

_BASES = {"prior": "上年数", "budget": "年初预算", "adjusted": "全年预算"}
_NEARLY_SAME = "基本"


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for told in changes_of(disclosure):
        if told.delta is None or told.level is None or told.delta.vague or "(" in told.delta.word:
            continue
        if told.level.amount is None or told.level.reason or _NEARLY_SAME in told.delta.text:
            continue
        priors = priors_of(told, disclosure, pack)
        if priors:
            yield _against(told, told.level, told.delta, priors)


def _against(told: Told, level: Claim, delta: Claim, priors: list[tuple[Amount, Claim | Fact]]) -> Outcome:
    moved, now = told.moved, level.amount
    assert moved is not None and now is not None
    found = [(compare(moved, [now, prior], [1, -1]), prior, source) for prior, source in priors]
    comparison, prior, source = min(found, key=lambda f: list(Verdict).index(f[0].verdict))
    if comparison.verdict is Verdict.EQUAL:
        return HELD
    place = source.place if isinstance(source, Claim) else source.table.place(source.row, source.column)
    facts = {
        "stated": _words(delta),
        "now": now.text,
        "prior": prior.text,
        "base": _BASES[told.change.base],
        "expected": _expected(comparison, now.unit.value),
    }
    return judged(comparison, _words(delta), facts, (delta.place, level.place, place), _hint(moved, now, comparison))


def _words(delta: Claim) -> str:
    return statement(delta) + delta.text if delta.amount is not None else delta.text


def _expected(comparison: Comparison, unit: str) -> str:
    if not comparison.expected:
        return "持平"
    word = "增加" if comparison.expected > 0 else "减少"
    return f"{word} {comparison.expected_text.removeprefix('-')} {unit}"


def _hint(moved: Amount, now: Amount, comparison: Comparison) -> str:
    if moved.value and moved.value == -comparison.expected:
        return "增减方向写反"
    if moved.value and abs(moved.value) == now.value:
        return "把本年数当作增减额填写"
    return ""
