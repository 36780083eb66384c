"""部分大于总额。

检查什么
文字中“其中”性质的金额不大于它所属的总额：面向中小企业预留的采购金额不大于政府采购预算，预留给小微企业的不大于预留给中小企业的，编报绩效目标的项目资金不大于项目支出预算。

为什么
改了总额没有改其中数，或多输、少输一位数字。

依据
《政府采购促进中小企业发展管理办法》：预留份额是采购预算的一部分；项目绩效目标只涉及项目支出。

怎么改
核对两个数，改正错的一个。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlbudget.model.claim import Claim, ClaimKind, Topic
from xlbudget.model.disclosure import Disclosure, Stage
from xlbudget.model.finding import Severity
from xlbudget.model.table import Side
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.facts import facts_of
from xlbudget.rules.prose import statement

TITLE = "部分大于总额"
SEVERITY = Severity.SUSPECT
MESSAGE = "“{statement}”{stated}，大于{source} {expected}"

_HEAD = "云川市档案馆2025年度单位预算公开\n第二部分 情况说明\n三、政府采购预算情况\n2025年政府采购预算50.00万元。\n"

PASSES = (
    Example(_HEAD + "面向中小企业预留政府采购项目预算金额20.00万元，其中，预留给小型和微型企业的预算为14.00万元。\n"),
)
FAILS = (
    Example(
        _HEAD + "面向中小企业预留政府采购项目预算金额70.00万元。\n",
        ("“面向中小企业预留政府采购项目预算金额”70.00万元，大于政府采购预算 50.00万元",),
    ),
)

_RESERVED = re.compile(r"中小企业.*预留|预留.*中小企业")
_SMALL = re.compile(r"(?:小微|小型和微型|小型、微型|小型微型)企业")
_PROCUREMENT = re.compile(r"政府采购(?:预算)?(?:总额|金额|总计|合计|预算)?(?:为|是|共)?$")
_TARGETS = re.compile(r"(?:涉及|绩效目标).{0,12}(?:项目|预算)(?:预算)?(?:资金|金额)(?:为|共)?$")


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    if disclosure.stage is not Stage.BUDGET:
        return  # what was reserved in the budget may exceed what was bought in the end
    procurement = reserved = None
    for claim in disclosure.narrative.claims:
        if claim.kind is not ClaimKind.LEVEL or claim.amount is None or claim.reason:
            continue
        words = claim.topic.words
        if _RESERVED.search(words) and not _SMALL.search(words):
            reserved = claim
            yield from _at_most(claim, procurement, "政府采购预算")
        elif _SMALL.search(words):
            yield from _at_most(claim, reserved, "面向中小企业预留的金额")
        elif _PROCUREMENT.search(words):
            procurement = claim
        elif _TARGETS.search(words) and "整体支出" not in _sentence(claim, disclosure):
            yield from _within_projects(claim, disclosure, pack)


def _sentence(claim: Claim, disclosure: Disclosure) -> str:
    """The words of its sentence before a claim: 整体支出 is more than the projects."""
    text = disclosure.narrative.passages[claim.passage].text[: claim.span[0]]
    return text[max(text.rfind("。"), text.rfind(";")) + 1 :]


def _at_most(part: Claim, whole: Claim | None, name: str) -> Iterator[Outcome]:
    if whole is None or whole.amount is None or part.amount is None:
        return
    if part.amount.yuan <= whole.amount.yuan:
        yield HELD
        return
    facts = {
        "statement": statement(part),
        "stated": part.text,
        "source": name,
        "expected": f"{whole.amount.text}{whole.amount.unit.value}",
    }
    yield Problem(facts, (part.place, whole.place))


def _within_projects(claim: Claim, disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    """Targets are set for projects; money carried over from last year may add to them, twice the sum may not."""
    wanted = Topic("total", Side.EXPENDITURE, "all", "project")
    found = facts_of(disclosure, pack).strict(wanted)
    if not found or claim.amount is None:
        return
    fact = max(found, key=lambda f: f.amount.yuan)
    if claim.amount.interval.low <= fact.amount.interval.high:
        yield HELD
        return
    facts = {
        "statement": statement(claim),
        "stated": claim.text,
        "source": fact.name,
        "expected": f"{fact.amount.text}{fact.amount.unit.value}",
    }
    yield Problem(facts, (claim.place, fact.table.place(fact.row, fact.column)))
