"""字成行、行成段. From letters on a page to words, lines and paragraphs. Pure geometry."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from xlbudget.model.geometry import Box
from xlbudget.model.wording import numbering
from xlbudget.sources.pdfpage import Glyph

SAME_LINE = 0.45
"""Baselines nearer than this part of a letter's height are one line."""
GAP = 0.2
"""A gap wider than this part of a letter's height is a space."""
LARGE = 1.15
"""Letters higher than the running text by this much are a title."""
FAR = 4.0
"""A gap wider than this many letters parts a line: ``编制单位：…      单位：万元``."""

_NUMBER = re.compile(r"[-\d,.%()]+")
_WHOLE_FIGURE = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_FINISHED = re.compile(r"\.\d{2}%?$")
_ENDED = re.compile(r"[。；;：:！？]$")
_OPEN = re.compile(r"[、，,（(“第和与及]$")
_LEADERS = re.compile(r"[.…·]{4,}\s*\d*$")


@dataclass(slots=True)
class Line:
    """文字行. Letters on one baseline, from left to right."""

    glyphs: list[Glyph] = field(default_factory=list)

    @property
    def box(self) -> Box:
        return (
            min(g.left for g in self.glyphs),
            min(g.top for g in self.glyphs),
            max(g.right for g in self.glyphs),
            max(g.bottom for g in self.glyphs),
        )

    @property
    def left(self) -> float:
        return self.glyphs[0].left

    @property
    def right(self) -> float:
        return self.glyphs[-1].right

    @property
    def size(self) -> float:
        """The usual height of its letters."""
        heights = sorted(g.bottom - g.top for g in self.glyphs)
        return heights[len(heights) // 2]

    @property
    def text(self) -> str:
        parts = [self.glyphs[0].char]
        for before, glyph in pairwise(self.glyphs):
            if glyph.left - before.right > GAP * (glyph.bottom - glyph.top) and _apart(before, glyph):
                parts.append(" ")
            parts.append(glyph.char)
        return "".join(parts)


@dataclass(slots=True)
class Block:
    """文字段. A paragraph: its text, and for each of its lines where it begins and its box."""

    text: str
    lines: list[tuple[int, Box]]

    @property
    def top(self) -> float:
        return self.lines[0][1][1]


def lines_of(glyphs: Iterable[Glyph]) -> list[Line]:
    """Letters gathered on their baselines, from top to bottom."""
    rows: list[tuple[float, list[Glyph]]] = []
    for glyph in sorted(glyphs, key=lambda g: (g.base, g.left)):
        height = glyph.bottom - glyph.top
        if rows and glyph.base - rows[-1][0] <= SAME_LINE * height:
            rows[-1][1].append(glyph)
        else:
            rows.append((glyph.base, [glyph]))
    return [Line(sorted(row, key=lambda g: g.left)) for _, row in rows]


def parted(line: Line) -> list[Line]:
    """The pieces of a line that stand far from each other."""
    pieces = [Line([line.glyphs[0]])]
    size = line.size
    for before, glyph in pairwise(line.glyphs):
        if glyph.left - before.right > FAR * size:
            pieces.append(Line())
        pieces[-1].glyphs.append(glyph)
    return pieces


@dataclass(frozen=True, slots=True)
class Measure:
    """版心. Where the running text of a document begins and ends, and the height of its letters."""

    left: float = 0.0
    right: float = 0.0
    size: float = 0.0


def paragraphs_of(lines: Sequence[Line], measure: Measure) -> list[Block]:
    """Lines that fill the measure go on in the next one, unless that one is indented or of another size."""
    blocks: list[Block] = []
    before: Line | None = None
    for line in lines:
        pieces = parted(line)
        whole = pieces[0] if len(pieces) == 1 else None
        if before is not None and whole is not None and _goes_on(before, whole, measure):
            block = blocks[-1]
            block.lines.append((len(block.text), line.box))
            block.text += line.text
        else:
            blocks.extend(Block(piece.text, [(0, piece.box)]) for piece in pieces)
        before = whole
    return blocks


def _goes_on(before: Line, line: Line, measure: Measure) -> bool:
    size = before.size
    if abs(size - line.size) > 0.2 * size or line.box[1] - before.box[3] > 2.2 * size:
        return False
    text = before.text
    if _LEADERS.search(text) or (numbering(line.text)[1] and not _OPEN.search(text)):
        return False
    width = measure.right - measure.left
    if size > LARGE * measure.size:
        # a title of two lines: the first fills most of the width, wherever the second begins
        return before.right - before.left > 0.6 * width
    if line.left > measure.left + 1.2 * size:
        return False
    if before.right >= measure.right - 2.2 * size:
        return True
    return before.right - measure.left > 0.6 * width and not _ENDED.search(text)


def measure_of(pages: Sequence[Sequence[Line]]) -> Measure:
    """The measure of a document: where most of its long lines begin and end, the longer ones counting for more."""
    starts: Counter[int] = Counter()
    ends: Counter[int] = Counter()
    sizes: Counter[int] = Counter()
    for lines in pages:
        for line in lines:
            if len(line.glyphs) >= 12 and len(parted(line)) == 1:
                starts[round(line.left / 4)] += 1
                ends[round(line.right / 4)] += len(line.glyphs)
                sizes[round(line.size)] += len(line.glyphs)
    if not ends:
        return Measure()
    left = min(k for k, n in starts.items() if n * 4 >= max(starts.values()))
    right = max(k for k, n in ends.items() if n * 3 >= max(ends.values()))
    return Measure(left * 4.0, right * 4.0, float(sizes.most_common(1)[0][0]))


def words_of(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Letters that stand close together on one line."""
    words: list[list[Glyph]] = []
    for line in lines_of(glyphs):
        word: list[Glyph] = []
        for glyph in line.glyphs:
            if word and glyph.left - word[-1].right > GAP * (glyph.bottom - glyph.top) and _apart(word[-1], glyph):
                words.append(word)
                word = []
            word.append(glyph)
        words.append(word)
    return words


def _apart(before: Glyph, glyph: Glyph) -> bool:
    """Is a gap more than the narrow ink of an ideograph? Some fonts tell the ink of 目 or 一, not its square."""
    if not (before.char >= "\u4e00" and glyph.char >= "\u4e00"):
        return True
    square = max(before.bottom - before.top, glyph.bottom - glyph.top)
    return (glyph.left + glyph.right - before.left - before.right) / 2 > (1 + GAP) * square


def is_number(word: Sequence[Glyph]) -> bool:
    """A figure keeps together, even where it is wider than its cell."""
    return _NUMBER.fullmatch("".join(g.char for g in word)) is not None


def is_figure(line: Line) -> bool:
    """A whole amount, not the part of one that was wrapped: 12.00, 1,234, 0."""
    return _WHOLE_FIGURE.fullmatch(line.text) is not None


def cell_text(lines: Sequence[Line]) -> str:
    """The text of a cell: wrapped words and figures are joined, figures that stand one above the other are not."""
    text = ""
    for line in lines:
        piece = line.text
        joint = "\n" if _FINISHED.search(text) and _NUMBER.match(piece) else ""
        text += joint + piece
    return text


def nearest(values: Sequence[float], value: float) -> int:
    """The index of the value nearest to a given one, in a sorted sequence."""
    i = bisect_left(values, value)
    if i == 0:
        return 0
    if i == len(values):
        return len(values) - 1
    return i if values[i] - value < value - values[i - 1] else i - 1
