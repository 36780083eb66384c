"""章节与目录. The headings of the prose and the table of contents."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xlbudget.model.disclosure import ContentsEntry, Section
from xlbudget.model.raw import Paragraph
from xlbudget.model.wording import fold, numbering

_PART = re.compile(r"^第([一二三四五六七八九十]+)部分[:、.]?(.*)$")
_CONTENTS = re.compile(r"^目录$")
_DOTS = re.compile(r"[.…·_\-]{3,}\d*$|(?<=[^\d])\d{1,3}$")
_SENTENCE = re.compile(r"[。；;]|,.*,|:.|\d(\.\d+)?(万元|元|%)")
_TITLE_WITH_STOP = re.compile(r"^[^,;。\d]*(?:情况|说明|规模|结构)。$")
_UNNUMBERED = re.compile(
    r"^(?:20\d\d年度?)?[^,;。:、\d%]{0,24}(?:情况说明|编制说明|名词解释|概况|主要职能|主要职责|机构设置)$"
)
MAX_HEADING = 60


def split_contents(paragraphs: Sequence[Paragraph]) -> tuple[list[ContentsEntry], list[Paragraph]]:
    """The entries of the table of contents, and the paragraphs without it."""
    start = next((i for i, p in enumerate(paragraphs[:80]) if _CONTENTS.match(fold(p.text))), None)
    if start is None:
        return [], list(paragraphs)
    entries: list[ContentsEntry] = []
    part = ""
    first = ""
    end = start + 1
    for i in range(start + 1, len(paragraphs)):
        text = fold(paragraphs[i].text)
        entry = _DOTS.sub("", text)
        if not entry:
            end = i + 1
            continue
        if (first and entry == first) or len(entry) > MAX_HEADING or "。" in entry:
            break
        piece = _PART.match(entry)
        mark, depth, rest = numbering(entry)
        if piece is None and not depth and entry == text and not entry.endswith("表"):
            break
        first = first or entry
        for title in re.split(r"(?=第[一二三四五六七八九十]+部分)", entry):
            if not title:
                continue
            if match := _PART.match(title):
                part = title
                entries.append(ContentsEntry(match[2], f"第{match[1]}部分", 0, paragraphs[i].place, part))
            else:
                mark, depth, rest = numbering(title)
                entries.append(ContentsEntry(rest, mark, depth, paragraphs[i].place, part))
        end = i + 1
    return entries, [*paragraphs[:start], *paragraphs[end:]]


def find_sections(paragraphs: Sequence[Paragraph]) -> list[Section]:
    """The headings among the paragraphs: parts, and short numbered lines that are no sentences."""
    found: list[Section] = []
    part = ""
    for i, paragraph in enumerate(paragraphs):
        text = fold(paragraph.text)
        if len(text) > MAX_HEADING or not text:
            continue
        if match := _PART.match(text):
            part = text
            found.append(Section(match[2], f"第{match[1]}部分", 0, paragraph.place, part, i + 1))
            continue
        mark, depth, rest = numbering(text)
        if not depth and paragraph.heading is None:
            if _UNNUMBERED.match(text):
                found.append(Section(text, "", 1, paragraph.place, part, i + 1))
            continue
        if depth >= 3 and re.search(r"\([类款项]\)", rest):
            continue  # a numbered subject whose sentence goes on in the next line
        if _TITLE_WITH_STOP.search(rest):
            rest = rest[:-1]
        if not rest or _SENTENCE.search(rest) or rest.endswith((":", "；", "元", "。")):
            continue
        found.append(Section(rest, mark, depth or (paragraph.heading or 9), paragraph.place, part, i + 1))
    return found
