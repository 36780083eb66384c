"""语段. Rejoins the broken lines of prose and keeps, for every character, the line it came from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from xlbudget.model.claim import Passage
from xlbudget.model.disclosure import Section
from xlbudget.model.provenance import Provenance
from xlbudget.model.raw import Paragraph
from xlbudget.model.wording import fold, numbering

MAX_PASSAGE = 6000
"""Longer runs are cut: no paragraph of a disclosure is that long."""

_ENDS = "。；;：:！!？?"
_CONTINUES = re.compile(r"^(万元|亿元|元|%|[,，。；;、)）]|\d|[.])")
_WAITS = re.compile(r"([、,，(（]|\d|为|是|的|和|与|及|预算|决算|支出|收入)$")
_UNIT_FOLLOWS = re.compile(r"^(万元|亿元|%)")
_LISTED = re.compile(r"^[\u4e00-\u9fff()“”]{2,20}[\d.]+(万元|元)、")
"""The first of several items in one sentence."""
_TITLE = re.compile(r"[^,，。;；:：、]{4,40}(?:说明|情况|公开|报告|概况|信息)")
_BEGINS = re.compile(r"20\d\d年|根据|按照|经|本(?:部门|单位)|我(?:局|委|办|校|院|镇|乡)")
_ITEM = re.compile(r"^[-·•■]?(第[一二三四五六七八九十]+部分|一是|二是|三是|四是|五是)")
_FIELD = re.compile(
    r"^(联系人|联系电话|批复时间|公开时间|项目名称|预算安排规模|项目承担单位|资金分配情况|资金执行时间|设立的政策依据)[:：]?"
)
_LOST = re.compile(
    r"(?:为|达|共|共计|增加|减少|增长|下降|占)(?:万元|亿元|%)|"
    r"(?:年初预算|支出预算|支出决算|收入决算|决算数|预算数)为(?![-−\d零无负约]|人民币|本|上年|基|空)(?=[\u4e00-\u9fff])|"
    r"%\d|(?<![\d.])(?!20\d\d\.)\d+\.\d\d\.\d"  # the columns of a table, run together
)
_LOST_DOUBT = "这一段里有的数字脱离了句子，可能是转换损坏"
SHORT = 18
"""A line shorter than this, without a sign that it goes on, is complete."""


def passages_of(paragraphs: Sequence[Paragraph], sections: Sequence[Section]) -> list[Passage]:
    """All prose as passages; headings are left out and remembered as the section of what follows."""
    headings = {section.first - 1: section for section in sections}
    found: list[Passage] = []
    trail: dict[int, str] = {}
    part = ""
    open_passage: Passage | None = None
    for i, paragraph in enumerate(paragraphs):
        section = headings.get(i)
        if section is not None:
            open_passage = None
            part = section.part
            trail = {d: t for d, t in trail.items() if d < section.depth}
            trail[section.depth] = section.title
            continue
        for text, origins in _pieces(paragraph):
            if open_passage is not None and _joins(open_passage.text, text):
                open_passage.text += text
                open_passage.origins.extend(origins)
            else:
                mark, depth, _ = numbering(text)
                title = "/".join(trail[d] for d in sorted(trail) if d)
                open_passage = Passage(text, origins, title, part, mark, depth)
                found.append(open_passage)
            if len(open_passage.text) >= MAX_PASSAGE:
                open_passage = None
    for passage in found:
        if _LOST.search(passage.text):
            passage.origins[:] = _doubted(passage.origins)
    return found


def _doubted(origins: list[Provenance]) -> list[Provenance]:
    """The same places, with a doubt: conversions drop figures out of their sentence and print them lines away."""
    known = {id(place): place if place.doubt else replace(place, doubt=_LOST_DOUBT) for place in origins}
    return [known[id(place)] for place in origins]


def _pieces(paragraph: Paragraph) -> Iterator[tuple[str, list[Provenance]]]:
    """A paragraph in pieces of bearable length, cut behind a full stop where there is one."""
    text, origins = "", list[Provenance]()
    for piece, place in paragraph.pieces():
        folded = fold(piece).replace("_", "")
        text += folded
        origins.extend([place] * len(folded))
    while len(text) > MAX_PASSAGE:
        cut = text.rfind("。", 0, MAX_PASSAGE) + 1 or MAX_PASSAGE
        yield text[:cut], origins[:cut]
        text, origins = text[cut:], origins[cut:]
    if text:
        yield text, origins


def _joins(before: str, text: str) -> bool:
    """Does this line continue the one above?"""
    if before[-1] in _ENDS:
        # A number cut before its unit, or a sentence cut inside brackets, may still end a line oddly.
        listed = before[-1] in "：:" and _LISTED.search(text) and not (numbering(text)[1] or _ITEM.match(text))
        return bool(listed or _UNIT_FOLLOWS.match(text))
    if _TITLE.fullmatch(before) and _BEGINS.match(text):
        return False
    if numbering(text)[1] or _ITEM.match(text) or _FIELD.match(text):
        return False
    return bool(_CONTINUES.match(text) or _WAITS.search(before) or len(before) >= SHORT)
