"""Word 正文. The contents, text, tables and drawings of a publication as WordprocessingML, and its pages along and across.

Everything is made as text and parsed once with the document: a department's thousand rows take a tenth of a second.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from xlbudget.exports.publication import Block, Chart, Heading, PrintedCell, PrintedTable, Publication, Text

BODY_STYLES = (
    "公开正文",
    "Heading 1",
    "Heading 2",
    "Heading 3",
    "表号",
    "表题",
    "表注",
    "表头",
    "表格文字",
    "表格数字",
    "图",
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DRAWN = (
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
)
_TWIPS_ACROSS, _TWIPS_HIGH = 14030, 9500
"""Width and height of the text on a page that is turned for a wide table; else they are the template's."""
_WRAPPED, _SMALLEST = 8, 6.5
"""Below the first texts are wrapped rather than set smaller; no table is set in smaller type than the second (points)."""
_SHORT = 11
"""Half characters of a column whose words are too short to be wrapped."""
_MARGINS = 80
"""What a cell keeps free at its left and right, in twips."""
_ROW, _CLOSE_ROW, _ABOVE = 320, 260, 1500
"""Height of a row, and of a row where a table just fits on its page so; what stands above a table (twips)."""


def _t(text: str) -> str:
    clean = "".join(char for char in text if char >= " " or char in "\n\t")
    pieces = clean.replace("\r", "").split("\n")
    return "<w:br/>".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in pieces)


def _p(style: str, inner: str, extra: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>{inner}</w:p>'


def _r(text: str, properties: str = "") -> str:
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{_t(text)}</w:r>"


# ---------------------------------------------------------------- contents


def outline(publication: Publication) -> list[tuple[str, int, str]]:
    """目录的条目: bookmark, level and title of every part, section and table."""
    found = []
    for n, block in enumerate(publication.blocks):
        if isinstance(block, Heading) and block.level <= 2:
            found.append((f"_Toc{n:06d}", block.level, block.text))
        elif isinstance(block, PrintedTable):
            found.append((f"_Toc{n:06d}", 2, block.printed.contents))
    return found


def contents_xml(publication: Publication, names: Mapping[str, str], pages: Mapping[str, int] | None) -> str:
    """The table of contents: a field that Word and LibreOffice know, filled already."""
    entries = outline(publication)
    rows = []
    for i, (mark, level, title) in enumerate(entries):
        page = str(pages.get(mark, "")) if pages is not None else ""
        start = _field_start(r' TOC \o "1-2" \h \z \u ') if i == 0 else ""
        end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>' if i == len(entries) - 1 else ""
        number = _field_start(rf" PAGEREF {mark} \h ") + _r(page) + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        link = f'<w:hyperlink w:anchor="{mark}" w:history="1">{_r(title)}<w:r><w:tab/></w:r>{number}</w:hyperlink>'
        rows.append(_p(names[f"toc {level}"], f"{start}{link}{end}"))
    return "".join(rows)


def _field_start(code: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{escape(code)}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


# ---------------------------------------------------------------- body


def body_xml(
    publication: Publication, names: Mapping[str, str], charts: Sequence[str], last: Any, size: float = 9.5
) -> str:
    """Everything behind the contents; ``last`` are the page properties at the end of the document (changed in place).

    ``size`` is the type of tables, in points; a table that does not fit is set smaller.
    """
    # Where the template's own pages lie across, no page needs turning.
    runs = [(False, list(enumerate(publication.blocks)))] if _is_across(last) else list(_runs(publication.blocks))
    rooms = {False: Room(*_text_area(last), size), True: Room(_TWIPS_ACROSS, _TWIPS_HIGH, size)}
    waiting = iter(charts)
    numbers = iter(range(1, len(charts) + 1))
    made: list[str] = []
    for k, (across, blocks) in enumerate(runs):
        pieces = []
        for n, block in blocks:
            mark = f"_Toc{n:06d}"
            if isinstance(block, Heading):
                pieces.append(_heading(block, names, mark, n))
            elif isinstance(block, Text):
                pieces.append(_p(names["公开正文"], _r(block.text)))
            elif isinstance(block, PrintedTable):
                after_heading = bool(pieces) and isinstance(publication.blocks[n - 1], Heading)
                pieces.append(_table(block, names, mark, n, rooms[across], fresh=not pieces or after_heading))
            else:
                pieces.append(_drawing(block, next(waiting), next(numbers), names))
        made += pieces
        if k < len(runs) - 1:
            made.append(_break(last, across, k == 0))
    if runs and runs[-1][0]:
        _turn(last)
    if len(runs) > 1:
        _continue_numbers(last)
    return "".join(made)


def _runs(blocks: Sequence[Block]) -> Iterator[tuple[bool, list[tuple[int, Block]]]]:
    """Blocks that stand on pages of one orientation, one after the other."""
    current: list[tuple[int, Block]] = []
    across = False
    for n, block in enumerate(blocks):
        following = blocks[n + 1] if n + 1 < len(blocks) else None
        wants = block.landscape if isinstance(block, PrintedTable) else False
        if isinstance(block, Heading) and isinstance(following, PrintedTable):
            wants = following.landscape
        if current and wants is not across:
            yield across, current
            current = []
        across = wants
        current.append((n, block))
    if current:
        yield across, current


def _break(last: Any, across: bool, first: bool) -> str:
    """A paragraph that ends a section of the given orientation."""
    from lxml import etree

    section = copy.deepcopy(last)
    if across:
        _turn(section)
    if not first:
        _continue_numbers(section)
    return (
        '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/><w:rPr><w:sz w:val="2"/></w:rPr>'
        f"{etree.tostring(section, encoding='unicode')}</w:pPr></w:p>"
    )


def _size(section: Any, element: str, attribute: str) -> int:
    return int(section.find(f"{{{W}}}{element}").get(f"{{{W}}}{attribute}"))


def _is_across(section: Any) -> bool:
    return _size(section, "pgSz", "w") > _size(section, "pgSz", "h")


def _text_area(section: Any) -> tuple[int, int]:
    return (
        _size(section, "pgSz", "w") - _size(section, "pgMar", "left") - _size(section, "pgMar", "right"),
        _size(section, "pgSz", "h") - _size(section, "pgMar", "top") - _size(section, "pgMar", "bottom"),
    )


def _turn(section: Any) -> None:
    size = section.find(f"{{{W}}}pgSz")
    wide, high = size.get(f"{{{W}}}w"), size.get(f"{{{W}}}h")
    if int(wide) < int(high):
        size.set(f"{{{W}}}w", high)
        size.set(f"{{{W}}}h", wide)
    size.set(f"{{{W}}}orient", "landscape")
    margins = section.find(f"{{{W}}}pgMar")
    for side, value in (("top", 1300), ("bottom", 1100), ("left", 1400), ("right", 1400)):
        margins.set(f"{{{W}}}{side}", str(value))


def _continue_numbers(section: Any) -> None:
    numbers = section.find(f"{{{W}}}pgNumType")
    if numbers is not None:
        section.remove(numbers)


def _heading(block: Heading, names: Mapping[str, str], mark: str, n: int) -> str:
    inner = _r(block.text)
    if block.level <= 2:
        inner = f'<w:bookmarkStart w:id="{n + 1}" w:name="{mark}"/>{inner}<w:bookmarkEnd w:id="{n + 1}"/>'
    return _p(names[f"Heading {block.level}"], inner)


# ---------------------------------------------------------------- tables

_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="404040"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def _table(table: PrintedTable, names: Mapping[str, str], mark: str, n: int, room: Room, fresh: bool) -> str:
    page = "" if fresh else "<w:pageBreakBefore/>"
    words = table.printed
    right = f'<w:tabs><w:tab w:val="right" w:pos="{room.width}"/></w:tabs>'
    title = f'<w:bookmarkStart w:id="{n + 1}" w:name="{mark}"/>{_r(words.title)}<w:bookmarkEnd w:id="{n + 1}"/>'
    line = f"{_r(words.maker)}<w:r><w:tab/></w:r>{_r(words.unit)}"
    above = [_p(names["表号"], _r(words.number), page)] if words.number else []
    pieces = [*above, _p(names["表题"], title, "" if above else page), _p(names["表注"], line, right)]
    if table.rows:
        pieces.append(_grid(table, names, room))
    pieces += [_p(names["表注"], _r(note)) for note in table.notes]
    return "".join(pieces)


@dataclass(frozen=True, slots=True)
class Room:
    """版心. Width and height of the text on a page, in twips, and the type that the template gives to tables, in points."""

    width: int
    height: int
    size: float

    def closely(self, rows: int) -> bool:
        """Do so many rows fit on a page only when they are set close?"""
        return rows * _ROW + _ABOVE > self.height >= rows * _CLOSE_ROW + _ABOVE


def _fitting(table: PrintedTable, room: Room) -> tuple[float, list[int]]:
    """The type of a table in points, from the template's down, and its columns in twips.

    The largest type in which nothing is cut or wrapped; below 8 points texts are wrapped, and only figures and short
    words, which must stay in one piece, make it smaller still.
    """
    body = table.rows[table.heading :]
    figures = [c for c, share in enumerate(table.widths) if share <= _SHORT or any(row[c].money for row in body)]
    width = room.width
    point = min(room.size, 9) if room.closely(len(table.rows)) else room.size
    while point > _SMALLEST:
        needs = [_MARGINS + share * point * 10 for share in table.widths]  # a half character is 10 twips a point
        if sum(needs) <= width or (point <= _WRAPPED and sum(needs[c] for c in figures) <= width * 0.6):
            break
        point -= 0.5
    needs = [_MARGINS + share * point * 10 for share in table.widths]
    kept = sum(needs[c] for c in figures) if sum(needs) > width else 0.0
    if not 0 < kept <= width * 0.75:
        return point, [int(width * need / sum(needs)) for need in needs]
    stretch = (width - kept) / ((sum(needs) - kept) or 1)
    return point, [int(need if c in figures else need * stretch) for c, need in enumerate(needs)]


def _grid(table: PrintedTable, names: Mapping[str, str], room: Room) -> str:
    fitting, columns = _fitting(table, room)
    small = f'<w:sz w:val="{int(fitting * 2)}"/>' if fitting < room.size else ""
    height = _CLOSE_ROW if room.closely(len(table.rows)) else _ROW
    grid = "".join(f'<w:gridCol w:w="{c}"/>' for c in columns)
    rows = "".join(_row(table, r, row, columns, names, (small, height)) for r, row in enumerate(table.rows))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{_BORDERS}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="40" w:type="dxa"/><w:right w:w="40" w:type="dxa"/></w:tblCellMar>'
        f'<w:tblLook w:val="0020" w:firstRow="1"/><w:tblCaption w:val="{escape(table.title, {chr(34): "&quot;"})}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _row(
    table: PrintedTable,
    r: int,
    row: Sequence[PrintedCell],
    columns: Sequence[int],
    names: Mapping[str, str],
    look: tuple[str, int],
) -> str:
    small, height = look
    head = r < table.heading
    cells = []
    c = 0
    while c < len(row):
        cell = row[c]
        span, merge = cell.right, ""
        if not cell.right:  # covered from above, or from the left of a block that began above
            origin = _origin(table, r, c)
            if origin is None:
                span = 1
            else:
                top, left = origin
                span = table.rows[top][left].right
                merge = "<w:vMerge/>" if top < r else ""
        elif cell.down > 1:
            merge = '<w:vMerge w:val="restart"/>'
        cells.append(_cell(cell, head, r in table.bold, sum(columns[c : c + span]), span, merge, names, small))
        c += max(span, 1)
    properties = f'<w:cantSplit/><w:trHeight w:val="{height}" w:hRule="atLeast"/>' + ("<w:tblHeader/>" if head else "")
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def _origin(table: PrintedTable, r: int, c: int) -> tuple[int, int] | None:
    """The cell that covers a place."""
    for top in range(r, -1, -1):
        for left in range(c, -1, -1):
            cell = table.rows[top][left]
            if cell.right and top + cell.down > r and left + cell.right > c and (cell.right > 1 or cell.down > 1):
                return top, left
    return None


def _cell(
    cell: PrintedCell, head: bool, bold: bool, width: int, span: int, merge: str, names: Mapping[str, str], small: str
) -> str:
    style = names["表头"] if head else names["表格数字" if cell.money else "表格文字"]
    look = ("<w:b/>" if bold and not head else "") + small
    inner = _r(cell.text, look) if cell.text else ""
    spans = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    fill = '<w:shd w:val="clear" w:color="auto" w:fill="EEF2F5"/>' if head else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spans}{merge}{fill}<w:vAlign w:val="center"/></w:tcPr>'
        f"{_p(style, inner)}</w:tc>"
    )


# ---------------------------------------------------------------- charts

_EMU = 360_000
_WIDTH, _HEIGHT = int(13.5 * _EMU), int(7.2 * _EMU)


def chart_words(chart: Chart) -> str:
    """替代文字. What a chart says, for those who cannot see it."""
    return f"{chart.title}：" + "，".join(f"{s.label}{s.amount}万元" for s in chart.slices)


def _drawing(chart: Chart, relation: str, number: int, names: Mapping[str, str]) -> str:
    words = escape(chart_words(chart), {'"': "&quot;"})
    drawing = (
        f'<w:r><w:drawing {_DRAWN}><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{_WIDTH}" cy="{_HEIGHT}"/>'
        f'<wp:docPr id="{number}" name="图表 {number}" descr="{words}"/><wp:cNvGraphicFramePr/><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )
    return _p(names["图"], drawing, "<w:keepNext/>") + _p(
        names["图"], _r(f"图{number}　{chart.title}{_measure(chart)}")
    )


def _measure(chart: Chart) -> str:
    return "" if chart.kind == "pie" else "（单位：万元）"
