"""变动原因表与说明表. What only a person knows: why a figure changed, what money is for, how many cars there are.

The sheet 变动原因 has a row for every figure whose change the text tells, with last year's reason beside it as a help.
The sheet 说明 has a row for every entry that the forms ask for. Both are found by their headings, so that columns may
be moved and others added.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from xlbudget.authoring.narrating import Said
from xlbudget.model.claim import ClaimKind, Topic
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.ownsheets import FACTS
from xlbudget.model.raw import Grid
from xlbudget.model.wording import bare

STATEMENTS = (FACTS, "封面")
HEADINGS = ("事项", "本年数", "上年数", "年初预算数", "增减额", "增减率", "上年原因（仅供参考）", "原因", "用途")
_ROLES = {
    "key": re.compile(r"^(事项|科目|项目|内容)"),
    "prior": re.compile(r"^上年(预算|决算)?数|^20\d\d年$"),
    "budget": re.compile(r"^年初预算"),
    "reason": re.compile(r"^(变动|增减|主要|差异)?原因"),
    "purpose": re.compile(r"^(主要)?用(途|于)"),
}


def columns_of(grid: Grid) -> tuple[int, dict[str, int]]:
    """The heading row of a sheet of reasons (-1 if there is none) and its columns by role."""
    for r, row in enumerate(grid.rows[:20]):
        texts = [bare(cell.text) for cell in row]
        at = {
            role: c
            for role, pattern in _ROLES.items()
            for c, text in reversed(list(enumerate(texts)))
            if pattern.search(text) and "参考" not in text
        }
        if "key" in at and len(at) > 1:
            return r, at
    return -1, {}


def reasons_of(grid: Grid) -> dict[str, Said]:
    """The filled rows of a sheet of reasons, by item."""
    header, columns = columns_of(grid)
    found: dict[str, Said] = {}
    for r in range(header + 1 if header >= 0 else len(grid.rows), len(grid.rows)):
        texts = {role: grid.cell(r, c).text.strip() for role, c in columns.items()}
        key = " ".join(texts["key"].split())
        if key:
            found[key] = Said(
                texts.get("reason", ""),
                texts.get("purpose", ""),
                _number(texts.get("prior", "")),
                _number(texts.get("budget", "")),
            )
    return found


def entries_of(grid: Grid) -> dict[str, str]:
    """The entries of a sheet of facts or of the cover: the name in the first filled cell of a row, its text in the next."""
    found: dict[str, str] = {}
    for row in grid.rows:
        texts = [cell.text.strip() for cell in row if cell.text.strip()]
        if len(texts) >= 2:
            found.setdefault(texts[0].strip("：: "), texts[1])
    return found


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", "").replace("，", "")) if text else None
    except InvalidOperation:
        return None


_REASON = re.compile(r"(?:主要|变动|差异|增减)?原因(?:是|为|分析)?[:：]?|主要是|主要系")


def told_reasons(disclosure: Disclosure) -> dict[tuple[str, ...], str]:
    """上年原因. Which reason a document gave for the change of each thing, by :func:`reason_keys`."""
    narrative = disclosure.narrative
    found: dict[tuple[str, ...], str] = {}
    for change in narrative.changes:
        figures = [i for i in (change.growth, change.delta) if i is not None]
        if not figures:
            continue
        claim = narrative.claims[figures[0]]
        if claim.kind not in (ClaimKind.DELTA, ClaimKind.GROWTH):
            continue
        text = narrative.passages[claim.passage].text
        end = max(narrative.claims[i].span[1] for i in figures)
        match = _REASON.search(text, end, end + 60)
        if match is None:
            continue
        reason = re.split(r"[。;；]", text[match.end() :], maxsplit=1)[0].strip()
        if reason:
            for key in reason_keys(change.topic):
                found.setdefault(key, reason)
    return found


def reason_keys(topic: Topic) -> list[tuple[str, ...]]:
    """Under which keys the reason of a topic is kept: with its scope, and, for what has a code of its own, without."""
    scope = "" if topic.scope == "all" else topic.scope
    full = (topic.item, topic.component, scope, topic.side.value if topic.item in ("total", "grand") else "")
    return [full, (topic.item, topic.component)] if ":" in topic.item else [full]
