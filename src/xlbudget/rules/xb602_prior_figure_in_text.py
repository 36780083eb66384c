"""文字中的上年数与上年公开文件不符。

检查什么
“较上年的 100.00 万元增加”“年初预算 591.64 万元”等文字中写明的上年数（决算文件中的年初预算数），与那份公开文件自己的表（表中没有的，与其文字）核对。

为什么
上年数写错，后面的增减额和百分率就跟着错，而文件内部看不出来。

依据
部门预决算公开操作规程；年初预算数以公开的本年预算为准，上年数以上年公开的文本为准。

怎么改
按上年（年初预算）公开文件改正；如果用的是调整后的数，应在文字中写明口径。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlbudget.model.claim import Claim, ClaimKind
from xlbudget.model.disclosure import Disclosure, Stage
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import Verdict, compare
from xlbudget.packs.pairing import Unpaired
from xlbudget.packs.schema import Pack
from xlbudget.rules.causes import cause_of_amount
from xlbudget.rules.crossing import counterparts, named, where_from
from xlbudget.rules.declaring import HELD, Example, Outcome, Unchecked, judged
from xlbudget.rules.prose import statement

TITLE = "文字中的上年数、年初预算数与原公开文件不符"
SEVERITY = Severity.ERROR
MESSAGE = "文字写“{statement}” {stated}，{base}{source}为 {figure}，相差 {difference}（舍入允许 {tolerance}）"

_TABLE = "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n208\t社会保障和就业支出\t{0}\t{0}\t\n合计\t\t{0}\t{0}\t\n\n"
_DOCUMENT = "云川市档案馆{year}年单位预算\n\n" + _TABLE
_TEXT = (
    "第二部分 情况说明\n二、支出预算情况说明\n云川市档案馆2025年支出预算110.00万元，较上年的{0}万元增加10.00万元。\n"
)

_FINAL = (
    "云川市档案馆2025年单位决算\n\n一般公共预算财政拨款支出决算表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"
    "208\t社会保障和就业支出\t92.00\t92.00\t\n合计\t\t92.00\t92.00\t\n\n第二部分 情况说明\n三、一般公共预算财政拨款支出决算情况说明\n"
    "社会保障和就业支出（类）年初预算为{0}万元，支出决算为92.00万元。\n"
)
_BUDGET = _DOCUMENT.format("95.00", year=2025).replace("支出总表", "一般公共预算支出表")

PASSES = (
    Example(_FINAL.format("95.00"), budget=_BUDGET),
    Example(
        _DOCUMENT.format("110.00", year=2025) + _TEXT.format("100.00"), prior=_DOCUMENT.format("100.00", year=2024)
    ),
)
FAILS = (
    Example(
        _DOCUMENT.format("110.00", year=2025) + _TEXT.format("100.00"),
        ("文字写“较上年的” 100.00万元，上年公开文件的支出总表为 98.00万元，相差 2（舍入允许 0.01）",),
        prior=_DOCUMENT.format("98.00", year=2024),
    ),
    Example(
        _FINAL.format("96.00"),
        (
            "文字写“社会保障和就业支出(类)年初预算为” 96.00万元，本年预算公开文件的一般公共预算支出表为 95.00万元，"
            "相差 1（舍入允许 0.01）",
        ),
        budget=_BUDGET,
    ),
)

_EXECUTED = re.compile(r"执行|决算")


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    missing: dict[str, int] = {}
    for claim in disclosure.narrative.claims:
        if claim.kind is not ClaimKind.LEVEL or not claim.topic.in_tables or claim.reason or claim.vague:
            continue
        base = _base(claim, disclosure)
        if base is None or claim.amount is None or claim.topic.item.startswith("u:"):
            continue
        name, document = base
        if document is None:
            missing[name] = missing.get(name, 0) + 1
            continue
        yield _judge(claim, name, document, disclosure, pack)
    for name, count in missing.items():
        yield Unchecked(f"文字中的 {count} 处{name}的数", f"没有给出{name}，档案中也没有")


def _base(claim: Claim, disclosure: Disclosure) -> tuple[str, Disclosure | None] | None:
    context = disclosure.context
    if claim.topic.period == "budget" and disclosure.stage is Stage.FINAL:
        return "本年预算公开文件", context.budget
    if claim.topic.period != "prior":
        return None
    if disclosure.stage is Stage.BUDGET and _EXECUTED.search(claim.quote):
        return "上年决算公开文件", context.executed
    return "上年公开文件", context.prior


def _judge(claim: Claim, name: str, document: Disclosure, disclosure: Disclosure, pack: Pack) -> Outcome:
    assert claim.amount is not None
    found = counterparts(claim.topic, disclosure, pack, document)
    if isinstance(found, Unpaired):
        return Unchecked(f"文字“{statement(claim)}{claim.text}”与{name}", found.why)
    order = list(Verdict)
    compared = [(compare(claim.amount, [pair.then]), pair) for pair in found]
    comparison, pair = min(compared, key=lambda c: order.index(c[0].verdict))
    if comparison.verdict is Verdict.EQUAL:
        return HELD
    facts = {
        "statement": statement(claim),
        "base": f"{name}的",
        "source": where_from(pair.there),
        "figure": named(pair.then),
    }
    hint = cause_of_amount(claim.amount, pair.then) or pair.note
    return judged(comparison, claim.text, facts, (claim.place, pair.there), hint)
