"""所说的增减与上年公开文件不符。

检查什么
“比上年增加（减少）x 万元”“与年初预算相比增长 q%”“与上年持平”等，用上年（或年初预算）公开文件自己的表中的数重算：增减额等于本年数减去那份文件的数，百分率按那份文件的数计算。科目改码、更名的，按对照表找到上年的数。

为什么
增减大多靠人工逐行查上年文件，容易查错行、查错年、查错口径；文件内部自相一致也不说明与上年公开的数一致。

依据
部门预决算公开操作规程：应说明与上年相比的增减变化；上年数以上年公开的文本为准。

怎么改
按括号中的位置打开上年文件核对；如果上年数是调整后的口径，应在文字中写明“同口径”。相差 0.01、0.02 的是先四舍五入再相减造成的尾差。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from xlbudget.model.amount import Amount, plain
from xlbudget.model.disclosure import Disclosure, Stage
from xlbudget.model.finding import Severity
from xlbudget.model.provenance import Provenance
from xlbudget.model.rounding import Verdict, percent_range, round_half_up
from xlbudget.packs.pairing import Pair, Unpaired
from xlbudget.packs.schema import Pack
from xlbudget.rules.crossing import changed, counterparts, named
from xlbudget.rules.declaring import HELD, Example, Held, Outcome, Problem, Unchecked, judged
from xlbudget.rules.prose import Told, changes_of, statement

TITLE = "增减与上年公开文件不符"
SEVERITY = Severity.ERROR
MESSAGE = "文字写“{stated}”，本年 {now}，{base}为 {prior}，应为{expected}，相差 {difference}（舍入允许 {tolerance}）"

_TABLE = "支出总表\n单位：元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n208\t社会保障和就业支出\t{0}\t{0}\t0\n合计\t\t{0}\t{0}\t0\n\n"
_DOCUMENT = "云川市档案馆{year}年单位预算\n\n" + _TABLE
_TEXT = "第二部分 情况说明\n二、支出预算情况说明\n云川市档案馆2025年支出预算189.77万元，比2024年预算增加{0}万元。\n"

PASSES = (
    Example(
        _DOCUMENT.format("1,897,675", year=2025) + _TEXT.format("33.55"),
        prior=_DOCUMENT.format("1,562,175", year=2024),
    ),
)
FAILS = (
    Example(
        _DOCUMENT.format("1,897,675", year=2025) + _TEXT.format("53.55"),
        (
            "文字写“比2024年预算增加53.55万元”，本年 1897675元，上年公开文件中为 1562175元，应为增加 33.55 万元，"
            "相差 20（舍入允许 0.015）",
        ),
        prior=_DOCUMENT.format("1,562,175", year=2024),
    ),
    Example(
        _DOCUMENT.format("1,897,650", year=2025) + _TEXT.format("33.54"),
        (
            "文字写“比2024年预算增加33.54万元”，本年 1897650元，上年公开文件中为 1562149元，应为增加 33.55 万元，"
            "相差 0.01（舍入允许 0.015）",
        ),
        prior=_DOCUMENT.format("1,562,149", year=2024),
    ),
)

_EXECUTED = re.compile(r"执行数|执行情况|决算")
_COMPARABLE = re.compile(r"同口径|可比口径|剔除|扣除")
_NEARLY = "基本"


@dataclass(frozen=True, slots=True)
class _Base:
    """比较的基数. The document that a change is measured from, and its name in a message."""

    name: str
    document: Disclosure | None
    missing: str


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    missing: dict[str, int] = {}
    for told in changes_of(disclosure):
        bases = [] if _vague(told) else _bases(told, disclosure)
        at_hand = [base for base in bases if base.document is not None]
        if not bases:
            continue
        if not told.topic.in_tables or told.topic.item.startswith("u:"):
            if at_hand and told.delta is not None and told.delta.amount is not None:
                yield Unchecked(f"文字“{statement_of(told)}”与上年的对照", "表中没有这一项，或没有认出它说的科目")
            continue
        if not at_hand:
            missing[bases[0].missing] = missing.get(bases[0].missing, 0) + 1
            continue
        yield _judge(told, at_hand, disclosure, pack)
    for what, count in missing.items():
        yield Unchecked(f"文字中的 {count} 处增减与{what}的对照", f"没有给出{what}，档案中也没有")


def _vague(told: Told) -> bool:
    figure = told.delta or told.growth or told.direction
    return figure is None or figure.vague or figure.reason or _NEARLY in figure.text or "(" in figure.word


def _bases(told: Told, disclosure: Disclosure) -> list[_Base]:
    """The documents that the sentence may measure from; the one that it names, if it names one."""
    context = disclosure.context
    final = disclosure.stage is Stage.FINAL
    if told.change.base == "budget":
        return [_Base("年初公开的预算中", context.budget, "本年的预算公开文件")] if final else []
    if told.change.base != "prior":
        return []
    prior = _Base("上年公开文件中", context.prior, "上年的公开文件")
    if final:
        return [prior]
    executed = _Base("上年决算公开文件中", context.executed, "上年的决算公开文件")
    words = _words(told)
    if _EXECUTED.search(words):
        return [executed]
    return [prior] if "预算" in words else [prior, executed]


def _words(told: Told) -> str:
    return "".join(c.quote + c.text for c in (told.delta, told.growth, told.direction) if c is not None)


def _judge(told: Told, bases: list[_Base], disclosure: Disclosure, pack: Pack) -> Outcome:
    outcomes: list[Outcome] = []
    for base in bases:
        assert base.document is not None
        found = counterparts(told.topic, disclosure, pack, base.document)
        if isinstance(found, Unpaired):
            outcomes.append(Unchecked(f"文字“{statement_of(told)}”与{base.name}的数", found.why))
            continue
        outcomes += [_against(told, pair, base, disclosure) for pair in found]
    return min(outcomes, key=_badness)


def _badness(outcome: Outcome) -> int:
    if isinstance(outcome, Held):
        return 0
    if isinstance(outcome, Problem):
        return {Severity.ROUNDING: 1, Severity.SUSPECT: 2}.get(outcome.severity or SEVERITY, 3)
    return 4


def statement_of(told: Told) -> str:
    figure = told.delta or told.growth or told.direction
    assert figure is not None
    return statement(figure) + figure.text if figure.amount is not None or figure.percent is not None else figure.text


def _against(told: Told, pair: Pair, base: _Base, disclosure: Disclosure) -> Outcome:
    now = pair.now
    if now is None:
        now = told.level.amount if told.level is not None else None
    if now is None:
        return Unchecked(f"文字“{statement_of(told)}”", "本年的表和文字中没有这一项的数")
    facts = {"stated": statement_of(told), "now": named(now), "prior": named(pair.then), "base": base.name}
    figure = told.delta or told.growth or told.direction
    assert figure is not None
    level = told.level.place if told.level is not None and pair.here is None else pair.here
    places = (figure.place, *((level,) if level is not None else ()), pair.there)
    loudest = Severity.SUSPECT if _COMPARABLE.search(_words(told)) else Severity.ERROR
    moved = told.moved
    if moved is not None:
        comparison = changed(moved, now, pair.then)
        words = _direction(comparison.expected_text, comparison.expected, moved.unit.value)
        if comparison.verdict is Verdict.EQUAL:
            return HELD
        return judged(comparison, facts["stated"], {**facts, "expected": words}, places, _hint(moved, pair), loudest)
    return _rate(told, now, pair, facts, places, loudest)


def _direction(text: str, value: Decimal, unit: str) -> str:
    if not value:
        return "持平"
    return f"{'减少' if text.startswith('-') else '增加'} {text.removeprefix('-')} {unit}"


def _hint(moved: Amount, pair: Pair) -> str:
    if pair.now is not None and moved.yuan == pair.then.yuan - pair.now.yuan:
        return "增减方向写反"
    if abs(moved.yuan) == pair.then.yuan:
        return "把上年数当作增减额填写"
    return pair.note


def _rate(
    told: Told, now: Amount, pair: Pair, facts: dict[str, str], places: tuple[Provenance, ...], loudest: Severity
) -> Outcome:
    """A change that is told as a rate, or as a direction, alone."""
    delta = now.interval - pair.then.interval
    if told.growth is None or told.growth.percent is None:
        wrong = told.direction is not None and told.direction.sign * (now.yuan - pair.then.yuan) < 0
        if not wrong or (delta.low <= 0 <= delta.high):
            return HELD
        words = "增加" if now.yuan > pair.then.yuan else "减少"
        size = plain(abs(now.yuan - pair.then.yuan))
        return _problem(
            {**facts, "expected": words, "difference": f"{size}元", "tolerance": "0"}, places, loudest, pair
        )
    if not pair.then.yuan:
        return HELD if not now.yuan else Unchecked(f"文字“{statement_of(told)}”", f"{facts['base']}是零，没有增减率")
    decimals = told.growth.decimals
    ends = percent_range(delta, pair.then.interval, decimals)
    stated = told.growth.sign * abs(told.growth.percent)
    exact = round_half_up((now.yuan - pair.then.yuan) * 100 / pair.then.yuan, decimals)
    if ends is None or ends[0] <= stated <= ends[1] or stated == exact:
        return HELD
    gap = {"difference": f"{abs(stated - exact)} 个百分点", "tolerance": f"{(ends[1] - ends[0]) / 2}"}
    return _problem({**facts, "expected": f"{exact}%", **gap}, places, loudest, pair)


def _problem(facts: dict[str, str], places: tuple[Provenance, ...], severity: Severity, pair: Pair) -> Problem:
    return Problem(facts, places, pair.note, severity)
