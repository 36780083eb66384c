"""批复后二十日内没有公开。

检查什么
文中同时写明批复时间和公开时间的，公开时间应在批复后二十日以内。

为什么
预算法规定了公开的时限。

依据
《中华人民共和国预算法》第十四条第二款：经本级政府财政部门批复的部门预算、决算及报表，应当在批复后二十日内由各部门向社会公开。

怎么改
核对两个日期；确已超期的，按规定说明。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.provenance import Provenance
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem

TITLE = "公开超过二十日"
SEVERITY = Severity.ERROR
MESSAGE = "{approved} 批复，{stated} 公开，{why}"

PASSES = (Example("平湖市测绘院2025年单位预算公开\n批复时间：2025年1月14日\n公开时间：2025年1月22日\n"),)
FAILS = (
    Example(
        "平湖市测绘院2025年单位预算公开\n批复时间：2025年1月14日\n公开时间：2025年2月22日\n",
        ("2025-01-14 批复，2025-02-22 公开，相隔 39 日，超过二十日",),
    ),
)

LIMIT = 20


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    approved, published = disclosure.approved_on, disclosure.published_on
    if approved is None or published is None:
        return
    days = (published - approved).days
    if 0 <= days <= LIMIT:
        yield HELD
        return
    why = f"相隔 {days} 日，超过二十日" if days > 0 else "公开早于批复"
    facts = {"approved": approved.isoformat(), "stated": published.isoformat(), "why": why}
    yield Problem(facts, (Provenance(file=disclosure.file, line=disclosure.unit_place.line),))
