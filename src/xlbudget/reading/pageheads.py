"""页眉页脚. The running lines of pages that a conversion left amid tables and sentences.

They cut a table or a sentence in two, so that half of it would be read as a whole. What counts as one: the same
short line three times or more, whatever its digits, that names a year's budget or final accounts and is neither the
title of a table nor a heading nor a label.
"""

from __future__ import annotations

import re
from collections import Counter

from xlbudget.model.raw import Block, Paragraph
from xlbudget.model.wording import fold, numbering
from xlbudget.packs.titles import looks_like_title
from xlbudget.reading.captions import is_caption, is_note

LONGEST = 40
OFTEN = 3
_NAMES_DOCUMENT = re.compile(r"(20\d\d年?度?.{0,30}|公开.{0,6}|部门|单位)(预算|决算)|(预算|决算).{0,8}(公开|说明|报告)")
_SENTENCE = re.compile(r"[:：;；。，,、]")


def without_page_heads(blocks: list[Block]) -> list[Block]:
    """The blocks without the running lines of pages."""
    names = {id(b): name for b in blocks if isinstance(b, Paragraph) and (name := _running_name(b.text))}
    counted = Counter(names.values())
    often = {name for name, times in counted.items() if times >= OFTEN}
    return [b for b in blocks if names.get(id(b)) not in often] if often else blocks


def may_be_page_head(text: str) -> bool:
    """Does this line look like a running line, seen once or more often?"""
    return bool(_running_name(text))


def _running_name(text: str) -> str:
    """The line with its digits made alike, or nothing if it is no such line."""
    folded = fold(text)
    if not 6 <= len(folded) <= LONGEST or _SENTENCE.search(folded) or not _NAMES_DOCUMENT.search(folded):
        return ""
    if numbering(text)[1] or looks_like_title(text) or is_caption(text) or is_note(text):
        return ""
    return re.sub(r"\d+", "0", folded)
