"""个数与所列不符。

检查什么
“公开绩效目标 n 个”与绩效目标表中的项目数；“公开项目占 x%”与两个个数；“预算单位共计 n 家，具体包括：……”与列出的单位数。

为什么
表增减了项目或单位，文字里的个数没有改。

依据
部门预决算公开操作规程：项目绩效目标公开的范围和比例应与公开的表一致。

怎么改
数一遍表中的项目（单位），改正个数和比例。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from xlbudget.model.claim import Claim, ClaimKind, Passage
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.provenance import Provenance
from xlbudget.model.rounding import round_half_up
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem

TITLE = "个数与所列不符"
SEVERITY = Severity.SUSPECT
MESSAGE = "文字写“{statement}”{stated}，{source}为 {expected}"

_LIST = "第一部分 概况\n二、预算单位构成\n纳入2025年部门预算编制范围的预算单位共计{n}家，具体包括：云川市档案馆、云川市方志馆。\n"

PASSES = (Example(_LIST.format(n=2)),)
FAILS = (
    Example(
        _LIST.format(n=3),
        ("文字写“纳入2025年部门预算编制范围的预算单位共计”3家，所列名称为 2",),
    ),
)

_PUBLISHED = re.compile(r"公开.{0,8}目标$|公开.{0,8}绩效目标的?项目$")
_FILED = re.compile(r"填报.{0,16}项目$|编报.{0,16}项目$")
_NAMES = re.compile(r"^[^。;]{0,30}?(?:具体包括|分别为|分别是|包括)[::]*([^。;:0-9]+)(?:[。;]|$)")
_OFFICES = ("家",)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    narrative = disclosure.narrative
    published = filed = None
    for claim in narrative.claims:
        if published is not None and filed is not None and _is_share_of_both(claim, published, filed):
            yield _share(claim, published, filed)
        if claim.kind is not ClaimKind.COUNT or claim.count is None or claim.reason:
            continue
        if claim.measure in ("个", "项"):
            words = claim.topic.words
            if _FILED.search(words):
                filed = claim
            elif _PUBLISHED.search(words):
                published = claim
                yield from _against_targets(claim, disclosure)
        elif claim.measure in _OFFICES:
            yield from _against_names(claim, narrative.passages[claim.passage])


def _is_share_of_both(claim: Claim, published: Claim, filed: Claim) -> bool:
    same = claim.passage == published.passage == filed.passage
    return same and claim.kind is ClaimKind.SHARE and "项目占" in claim.word


def _against_targets(claim: Claim, disclosure: Disclosure) -> Iterator[Outcome]:
    sheets = disclosure.targets.sheets
    if not sheets:
        return
    if claim.count == len(sheets):
        yield HELD
    else:
        # a sheet that was read with doubt may be two, or half of one
        severity = Severity.NOTE if any(sheet.doubt for sheet in sheets) else Severity.SUSPECT
        yield _problem(claim, "绩效目标表中的项目数", len(sheets), (sheets[0].place,), severity)


def _share(claim: Claim, published: Claim, filed: Claim) -> Outcome:
    assert claim.percent is not None and published.count is not None and filed.count is not None
    if not filed.count:
        return HELD
    expected = round_half_up(Fraction(published.count) / Fraction(filed.count) * 100, claim.decimals)
    if expected == claim.percent:
        return HELD
    facts = {
        "statement": claim.word,
        "stated": f"{claim.percent}%",
        "source": f"{published.count}÷{filed.count}",
        "expected": f"{expected}%",
    }
    return Problem(facts, (claim.place, published.place))


def _against_names(claim: Claim, passage: Passage) -> Iterator[Outcome]:
    match = _NAMES.match(passage.text[claim.span[1] :])
    if match is None:
        return
    names = [name for name in re.split(r"[、,]", match[1]) if len(name) > 3]
    if len(names) < 2:
        return
    if claim.count == len(names):
        yield HELD
    else:
        yield _problem(claim, "所列名称", len(names), ())


def _problem(
    claim: Claim, source: str, expected: int, others: tuple[Provenance, ...], severity: Severity | None = None
) -> Problem:
    facts = {
        "statement": claim.topic.words,
        "stated": claim.text,
        "source": source,
        "expected": str(Decimal(expected)),
    }
    return Problem(facts, (replace(claim.place, quote=claim.quote), *others), severity=severity)
