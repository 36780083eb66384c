"""Word 正文. The walk through the text of a Word document: paragraphs, tables, fields, text boxes, notes, changes.

What is left out on the way is counted in ``seen``. Source: ISO 29500-1, 17.3 (text), 17.4 (tables), 17.13 (changes),
17.16 (fields); part 3, 10 (alternatives).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from lxml import etree

from xlbudget.model.provenance import Provenance
from xlbudget.model.raw import Block, Paragraph, RawDocument, Unread
from xlbudget.sources.failing import SourceError
from xlbudget.sources.tabling import PlacedCell, Tables
from xlbudget.sources.wordstyles import VAL, Numbering, Style, Styles, W, is_on, value, whole

MAX_BLOCKS = 400_000
"""Paragraphs of one document, those in cells counted."""
THIN = 57
"""Column edges nearer than this, in twentieths of a point (1 mm), are one edge drawn unevenly."""
LARGE = 0.25
"""A picture that takes this share of an A4 page may be a scanned table."""
_A4 = 7_560_310 * 10_692_130

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/main}graphicData"
_OLE = "{urn:schemas-microsoft-com:office:office}OLEObject"

_GONE = frozenset(W + name for name in ("del", "moveFrom"))
_THROUGH = frozenset(
    [W + n for n in ("ins", "moveTo", "sdt", "sdtContent", "customXml", "smartTag", "hyperlink", "fldSimple", "dir",
                     "bdo")] + [_MATH + n for n in ("oMath", "oMathPara")]
)  # fmt: skip
_P, _R, _T, _TBL, _TR, _TC = (W + name for name in ("p", "r", "t", "tbl", "tr", "tc"))
_P_PR, _R_PR, _TC_PR, _NUM_PR = (W + name for name in ("pPr", "rPr", "tcPr", "numPr"))
_P_STYLE, _OUTLINE, _SPAN, _MERGE = (W + name for name in ("pStyle", "outlineLvl", "gridSpan", "vMerge"))
_SIGNS = {W + "tab": " ", W + "ptab": " ", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_BOXES = {"F0FE": "☑", "F052": "☑", "F0A8": "□", "F06F": "□", "F0A3": "□", "F0FD": "☒"}
_DIGIT = re.compile(r"[\d.]$")


@dataclass(slots=True)
class _Story:
    """One flow of text (the body, a text box, a note): its open fields and a paragraph whose end mark is gone."""

    fields: list[bool] = field(default_factory=list)
    """For every open field: is its result being read?"""
    carried: str = ""


@dataclass(slots=True)
class _Line:
    """The paragraph being read."""

    style: Style
    text: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


class Walker:
    """正文的阅读. Walks the body once, from the first paragraph to the last."""

    def __init__(
        self,
        document: RawDocument,
        styles: Styles,
        numbers: Numbering,
        notes: dict[tuple[str, str], etree._Element],
        marked: bool,
    ) -> None:
        """``marked``: may any run be hidden or raised? Their properties are looked at only then."""
        self.document = document
        self.styles = styles
        self.numbers = numbers
        self.seen: Counter[str] = Counter()
        self.pictures = 0
        self._tables = Tables(document)
        self._notes_left = notes
        self._marked = marked
        self._pending: list[tuple[str, str]] = []
        self._index = 0
        self._aside = 0
        self._blocks = 0

    def read(self, body: etree._Element) -> None:
        """Fill the document's blocks."""
        self.document.blocks = self._flow(body, _Story())

    # -- blocks -------------------------------------------------------------------------------------

    def _flow(self, parent: etree._Element, story: _Story) -> list[Block]:
        """The paragraphs and tables of a container, with the notes that they refer to."""
        found: list[Block] = []
        for element in self._items(parent):
            if self._blocks > MAX_BLOCKS:
                raise SourceError(f"Word 文件超过 {MAX_BLOCKS} 段，不像公开材料", "请按单位拆分后再试")
            if element.tag == _P:
                found += self._paragraph(element, story)
            elif element.tag == _TBL:
                found += self._table(element, story)
            elif element.tag in (W + "altChunk", W + "subDoc"):
                self._unread("嵌入的另一个文件", "其中的内容没有读取，请在 Word 中打开并另存")
            if not self._aside and parent.tag != _TC:
                found += self._notes()
        if story.carried:
            found += self._lines(story.carried, None)
            story.carried = ""
        return found

    def _items(self, parent: etree._Element) -> Iterator[etree._Element]:
        """The children, with wrappers (content controls, insertions, alternatives) opened and deletions left out."""
        for child in parent:
            tag = child.tag
            if tag in _GONE:
                self.seen["changes"] += 1
            elif tag == _MC + "AlternateContent":
                yield from self._items(_chosen(child))
            elif tag in _THROUGH:
                if tag in (W + "ins", W + "moveTo"):
                    self.seen["changes"] += 1
                yield from self._items(child)
            else:
                yield child

    def _paragraph(self, element: etree._Element, story: _Story) -> list[Block]:
        self._blocks += 1
        if not self._aside:
            self._index += 1
        properties = _properties(element, _P_PR)
        mark = properties.get(_R_PR)
        key = _value(properties, _P_STYLE) or self.styles.default
        style = self.styles.get(key)
        line = _Line(style)
        self._inline(element, line, story)
        # a field whose instruction is still open at the end of the paragraph is broken: do not swallow the rest
        story.fields = [shown for shown in story.fields if shown]
        text = story.carried + "".join(line.text)
        gone = mark is not None and any(child.tag in _GONE for child in mark)
        story.carried = ""
        if gone or is_on(mark, "vanish"):
            self.seen["changes"] += gone
            story.carried = text
            found: list[Block] = []
        else:
            label = self._label(properties.get(_NUM_PR), style, key)
            outline = whole(_value(properties, _OUTLINE))
            outline = style.outline if outline is None else outline
            found = self._lines(label + text if text.strip() else "", outline)
        for box in line.boxes:
            found += self._beside(box)
        self._pending += line.notes
        return found

    def _label(self, own: etree._Element | None, style: Style, key: str | None) -> str:
        number = value(own, "numId") or style.number
        depth = whole(value(own, "ilvl"))
        return self.numbers.label(number, style.level if depth is None else depth, key)

    def _lines(self, text: str, outline: int | None) -> list[Block]:
        """A paragraph; one with soft breaks is several lines."""
        place = Provenance(file=self.document.file, index=self._index)
        heading = outline + 1 if outline is not None and 0 <= outline < 9 else None
        return [Paragraph(line.strip(), place, heading) for line in text.split("\n") if line.strip()]

    def _beside(self, element: etree._Element) -> list[Block]:
        """A text box or a note: its paragraphs stand where it is anchored."""
        self._aside += 1
        found = self._flow(element, _Story())
        self._aside -= 1
        return found

    def _notes(self) -> list[Block]:
        found: list[Block] = []
        for key in self._pending:
            note = self._notes_left.pop(key, None)
            if note is not None:
                found += self._beside(note)
        self._pending = []
        return found

    # -- tables -------------------------------------------------------------------------------------

    def _table(self, element: etree._Element, story: _Story) -> list[Block]:
        cells: list[PlacedCell] = []
        above: dict[int, PlacedCell] = {}
        row = 0
        for item in self._items(element):
            if item.tag != _TR:
                continue
            properties = item.find(W + "trPr")
            if properties is not None and properties.find(W + "del") is not None:
                self.seen["changes"] += 1
                continue
            if is_on(properties, "hidden"):
                self.seen["hidden"] += 1
                continue
            above = self._row(item, row, _grid_number(value(properties, "gridBefore")) or 0, above, cells, story)
            row += 1
        _even_out(cells, element.find(W + "tblGrid"))
        return self._tables.blocks(cells)

    def _row(
        self,
        element: etree._Element,
        row: int,
        column: int,
        above: dict[int, PlacedCell],
        cells: list[PlacedCell],
        story: _Story,
    ) -> dict[int, PlacedCell]:
        """Add the cells of a row; gives the cells that the next row may continue, by their column."""
        last: dict[int, PlacedCell] = {}
        before: PlacedCell | None = None
        for item in self._items(element):
            if item.tag != _TC:
                continue
            properties = _properties(item, _TC_PR)
            if W + "cellDel" in properties:
                self.seen["changes"] += 1
                continue
            index = self._index + 1
            blocks = self._flow(item, story)
            width = max(_grid_number(_value(properties, _SPAN)) or 1, 1)
            joins = properties.get(_MERGE)
            continued = joins is not None and joins.get(VAL, "continue") == "continue"
            if continued and column in above:
                cell = above[column]
                cell.rows = row - cell.row + 1
            elif _value(properties, W + "hMerge") == "continue" and before is not None:
                cell = before
                cell.columns += width
            else:
                cell = PlacedCell(row, column, 1, width, index, blocks)
                cells.append(cell)
            if joins is not None:
                last[column] = cell
            before = cell
            column += width
        return last

    # -- text ---------------------------------------------------------------------------------------

    def _inline(self, parent: etree._Element, line: _Line, story: _Story) -> None:
        for child in parent:
            tag = child.tag
            if tag == _R:
                self._run(child, line, story)
            elif tag in _GONE:
                self.seen["changes"] += 1
            elif tag == _MC + "AlternateContent":
                self._inline(_chosen(child), line, story)
            elif tag in _THROUGH:
                if tag in (W + "ins", W + "moveTo"):
                    self.seen["changes"] += 1
                if tag in (_MATH + "oMath", _MATH + "oMathPara"):
                    line.text.extend(t.text or "" for t in child.iter(_MATH + "t"))
                else:
                    self._inline(child, line, story)

    def _run(self, run: etree._Element, line: _Line, story: _Story) -> None:
        properties = run.find(_R_PR) if self._marked else None
        hidden = line.style.hidden
        raised = False
        if properties is not None:
            own = is_on(properties, "vanish")
            if own is None:
                own = self.styles.get(value(properties, "rStyle")).hidden
            hidden = hidden if own is None else own
            raised = value(properties, "vertAlign") == "superscript"
        for child in run:
            tag = child.tag
            if tag == _R_PR:
                continue
            if tag == W + "fldChar":
                _turn(story.fields, child.get(W + "fldCharType"))
                continue
            if not all(story.fields):
                continue
            if tag == _T:
                text = child.text or ""
                if hidden:
                    self.seen["hidden"] += bool(text.strip())
                elif raised and text.strip().isdigit() and line.text and _DIGIT.search(line.text[-1]):
                    self.seen["raised"] += 1
                else:
                    line.text.append(text)
            elif hidden:
                continue
            elif tag in _SIGNS:
                line.text.append(" " if child.get(W + "type") in ("page", "column") else _SIGNS[tag])
            elif tag == W + "sym":
                line.text.append(_BOXES.get(child.get(W + "char", "").upper(), ""))
            elif tag in (W + "footnoteReference", W + "endnoteReference"):
                line.notes.append((tag[len(W) :].removesuffix("Reference"), child.get(W + "id", "")))
            elif tag in (W + "drawing", W + "pict", W + "object"):
                self._drawing(child, line)
            elif tag == _MC + "AlternateContent":
                for chosen in _chosen(child):
                    self._drawing(chosen, line)
            elif tag == W + "ruby":
                for base in child.findall(W + "rubyBase"):
                    self._inline(base, line, story)

    def _drawing(self, element: etree._Element, line: _Line) -> None:
        """Text boxes are read; objects, charts and pictures of the size of a table are named."""
        boxes = len(line.boxes)
        waiting = [element]
        while waiting:
            part = waiting.pop()
            if part.tag == W + "txbxContent":
                line.boxes.append(part)
            elif part.tag == _MC + "AlternateContent":
                waiting.extend(reversed(_chosen(part)))
            elif part.tag == _OLE:
                kind = part.get("ProgID", "")
                self._unread(f"内嵌的对象（{kind}）", "对象里的表格和数字没有读取，请改为 Word 表格")
            elif part.tag == _PICTURE:
                kind = part.get("uri", "").rsplit("/", 1)[-1]
                if kind in ("chart", "diagram"):
                    self._unread("图表" if kind == "chart" else "示意图", "图里的文字和数字没有读取")
                waiting.extend(reversed(part))
            else:
                waiting.extend(reversed(part))
        if len(line.boxes) == boxes:
            self.pictures += 1
            if _share(element) >= LARGE:
                self._unread("大幅图片", "图片里的文字没有读取；如果是表格，请改为 Word 表格或先做文字识别")

    def _unread(self, what: str, why: str) -> None:
        place = Provenance(file=self.document.file, index=self._index)
        self.document.unread.append(Unread(f"第 {self._index} 段{what}", why, place))


def _chosen(alternatives: etree._Element) -> etree._Element:
    """One of the ways in which the same thing is written: the newest that holds anything."""
    for choice in alternatives:
        if len(choice):
            return choice
    return alternatives


def _turn(fields: list[bool], kind: str | None) -> None:
    """Follow the begin, separate and end marks of nested fields."""
    if kind == "begin":
        fields.append(False)
    elif fields and kind == "separate":
        fields[-1] = True
    elif fields and kind == "end":
        fields.pop()


def _properties(element: etree._Element, tag: str) -> dict[str, etree._Element]:
    """The properties of a paragraph or a cell, by their tags."""
    found = element.find(tag)
    return {child.tag: child for child in found} if found is not None else {}


def _value(properties: dict[str, etree._Element], tag: str) -> str | None:
    found = properties.get(tag)
    return None if found is None else found.get(VAL)


def _grid_number(text: str | None) -> int | None:
    """Columns of a grid; absurd numbers are cut."""
    number = whole(text)
    return None if number is None else min(max(number, 0), 10_000)


def _share(element: etree._Element) -> float:
    """How much of an A4 page a drawing covers."""
    sizes = [whole(e.get("cx")) or 0 for e in element.iter(_DRAWING + "extent")]
    heights = [whole(e.get("cy")) or 0 for e in element.iter(_DRAWING + "extent")]
    areas = [w * h / _A4 for w, h in zip(sizes, heights, strict=True)]
    for shape in element.iter("{urn:schemas-microsoft-com:vml}shape"):
        size = dict(re.findall(r"(width|height):\s*([\d.]{1,8})pt", shape.get("style", "")))
        if len(size) == 2 and all(re.fullmatch(r"\d+(\.\d+)?", s) for s in size.values()):
            areas.append(float(size["width"]) * float(size["height"]) * 12700**2 / _A4)
    return max(areas, default=0.0)


def _even_out(cells: list[PlacedCell], grid: etree._Element | None) -> None:
    """Join column edges that were drawn a hair apart, so that the cells of all rows share columns again."""
    widths = [whole(c.get(W + "w")) or 0 for c in grid if c.tag == W + "gridCol"] if grid is not None else []
    edges = [0, *accumulate(widths)]
    if not cells or max(cell.column + cell.columns for cell in cells) >= len(edges):
        return
    joined = [0]
    kept = 0
    for before, after in pairwise(range(len(edges))):
        if edges[after] - edges[kept] < THIN:
            joined.append(joined[before])
        else:
            joined.append(joined[before] + 1)
            kept = after
    placed = [(cell, joined[cell.column], joined[cell.column + cell.columns]) for cell in cells]
    if any(start == end and cell.blocks for cell, start, end in placed):
        return
    cells[:] = [cell for cell, start, end in placed if start < end]
    for cell, start, end in placed:
        cell.column, cell.columns = start, end - start
