"""网页. Pages saved from a portal, as a browser shows them: paragraphs, headings, tables with their spans.

Parser: libxml2 through lxml. No script is run, nothing is fetched. Source: HTML standard, 4.9 (tables), 15 (rendering).
"""

from __future__ import annotations

import codecs
import email
import email.policy
import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from xlbudget.model.provenance import Provenance
from xlbudget.model.raw import Block, Paragraph, RawDocument, Unread
from xlbudget.sources.failing import SourceError
from xlbudget.sources.sniffing import is_mhtml
from xlbudget.sources.tabling import MAX_WIDTH, PlacedCell, Tables
from xlbudget.sources.text import MAX_LINE, decode

MAX_BYTES = 64 * 2**20
MAX_TAGS = 3_000_000
MAX_STEPS = 10_000_000
"""Places that are looked at when cells are placed, for all tables of a page."""
MAX_ROWS = 65_534
"""The largest rowspan of the HTML standard."""

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_CHINESE_SETS = ("gb2312", "gbk", "gb_2312-80", "x-gbk", "cp936", "chinese")
_NEVER = frozenset(
    ("script", "style", "head", "noscript", "template", "select", "textarea", "button", "svg", "math", "object", "rt", "rp")
)  # fmt: skip
_FRAMES = frozenset(("iframe", "frame", "embed", "object"))
_INLINE = frozenset(
    ("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
     "kbd", "label", "mark", "q", "ruby", "rb", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time",
     "tt", "u", "var", "wbr", "nobr", "input", "img", "o:p")
)  # fmt: skip
_HEADING = re.compile(r"h([1-6])$")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_SECTIONS = ("thead", "tbody", "tfoot")


def read_html(data: bytes, file: str) -> RawDocument:
    """Read a web page; raises :class:`SourceError` when there is no text in it."""
    if len(data) > MAX_BYTES:
        raise SourceError(
            f"网页有 {len(data) // 2**20} MB，超过上限 {MAX_BYTES // 2**20} MB", "请只保留一个单位一年的公开材料"
        )
    if is_mhtml(data[:8192]):
        data = _page_of(data)
    if data.count(b"<") > MAX_TAGS:
        raise SourceError("网页的标记过多，不像公开材料", "请只保留一个单位一年的公开材料")
    # one encoding for the parser, whatever the page says of itself; NUL would end the text
    source = decoded(data).replace("\0", "").encode("utf-8", errors="replace")
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False
    )
    try:
        root = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    document = RawDocument(file, "html", [])
    if root is None:
        raise SourceError("网页里没有内容", "请在浏览器中打开后另存为“网页，全部”再试")
    if any("depth" in str(entry.message) for entry in parser.error_log):
        document.unread.append(Unread("网页中嵌套过深的部分", "标记套得过深，没有读取", Provenance(file=file)))
    _Page(document).read(root)
    return document


def decoded(data: bytes) -> str:
    """The text of a page: by its mark, by what it declares if that fits, else as everyday Chinese."""
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return decode(data)
    declared = _CHARSET.search(data[:4096])
    name = declared[1].decode("ascii").lower() if declared else ""
    try:
        codec = codecs.lookup("gb18030" if name in _CHINESE_SETS else name).name
        if name and not codec.startswith(("utf-16", "utf-32")):
            return data.decode(codec)
    except (LookupError, UnicodeError, ValueError, TypeError, AttributeError):
        pass
    return decode(data)


def _page_of(data: bytes) -> bytes:
    """The page inside an mhtml file."""
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        for part in message.walk():
            if part.get_content_type() == "text/html":
                content: Any = part.get_payload(decode=True)
                charset = part.get_content_charset("utf-8")
                if isinstance(content, bytes):
                    return content.decode(charset, errors="replace").encode("utf-8-sig")
    except (ValueError, LookupError, TypeError, AttributeError, IndexError, KeyError, RecursionError, AssertionError):
        pass
    raise SourceError("网页归档（mhtml）里没有网页正文", "请在浏览器中打开后另存为“网页，全部”再试")


@dataclass(slots=True)
class _Flow:
    """A run of text and tables: the page itself, or one cell."""

    blocks: list[Block] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    tables: list[_Table] = field(default_factory=list)


@dataclass(slots=True)
class _Table:
    """A table being read. ``taken`` says down to which row a column is covered by a cell above."""

    cells: list[PlacedCell] = field(default_factory=list)
    row: int = -1
    column: int = 0
    taken: dict[int, int] = field(default_factory=dict)
    sections: list[tuple[PlacedCell, int]] = field(default_factory=list)

    def begin_section(self) -> None:
        """No cell reaches into the next section."""
        for cell, rows in self.sections:
            cell.rows = min(rows, self.row - cell.row + 1)
        self.sections, self.taken = [], {}

    def begin_row(self) -> None:
        self.row += 1
        self.column = 0

    def add(self, columns: int, rows: int, index: int) -> PlacedCell:
        """Place a cell in the first free column of the row."""
        if self.row < 0:
            self.begin_row()
        while self.taken.get(self.column, -1) >= self.row:
            self.column += 1
        cell = PlacedCell(self.row, self.column, rows, columns, index)
        for column in range(self.column, self.column + columns):
            self.taken[column] = self.row + rows - 1
        self.column += columns
        self.cells.append(cell)
        if rows > 1:
            self.sections.append((cell, rows))
        return cell


class _Page:
    """Walks the tree once, without recursion: pages are nested as deeply as their authors like."""

    def __init__(self, document: RawDocument) -> None:
        self.document = document
        self.flows = [_Flow()]
        self.tables = Tables(document)
        self.steps = 0
        self.heading: int | None = None
        self.index = 0
        self.plain = 0
        self.counters: list[int | None] = []
        self.hidden = 0
        self.frames = 0
        self.raised = 0

    def read(self, root: etree._Element) -> None:
        walker = etree.iterwalk(root, events=("start", "end"))
        skipped: Any = None
        for event, element in walker:
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                if self._left_out(element, tag):
                    skipped = element
                    walker.skip_subtree()
                    continue
                self._start(element, tag)
                self._say(element.text)
            else:
                if element is skipped:
                    skipped = None
                else:
                    self._end(tag)
                if element is not root:
                    self._say(element.tail)
        self._break()
        self.document.blocks = self.flows[0].blocks
        if self.hidden:
            self.document.notes.append(f"网页里有 {self.hidden} 处隐藏的内容，没有采用")
        if self.raised:
            self.document.notes.append(f"有 {self.raised} 处紧跟在数字后面的上标数字，看作注码，没有采用")
        if self.frames:
            self.document.unread.append(
                Unread(
                    f"网页里内嵌的 {self.frames} 个页面或附件",
                    "没有读取，请打开后另存再核对",
                    Provenance(file=self.document.file),
                )
            )

    def _left_out(self, element: etree._Element, tag: str) -> bool:
        if tag in _FRAMES:
            self.frames += 1
            return True
        if tag in _NEVER:
            return True
        if tag == "sup":
            before = "".join(self.flows[-1].text[-1:])
            if before[-1:].isdigit() and re.fullmatch(r"\s*\[?\d{1,2}\]?\s*", _words(element)):
                self.raised += 1
                return True
        if element.get("hidden") is not None or _HIDDEN.search(element.get("style") or ""):
            if tag in ("html", "body"):
                return False
            self.hidden += bool(_words(element).strip())
            return True
        return False

    def _start(self, element: etree._Element, tag: str) -> None:
        if tag in _INLINE:
            return
        flow = self.flows[-1]
        table = flow.tables[-1] if flow.tables else None
        if tag == "br":
            self._break()
        elif tag == "table":
            self._break()
            flow.tables.append(_Table())
        elif tag in _SECTIONS and table is not None:
            self._break()
            table.begin_section()
        elif tag == "tr" and table is not None:
            self._break()
            table.begin_row()
        elif tag in ("td", "th") and table is not None:
            self._break()
            columns = _span(element.get("colspan"), MAX_WIDTH)
            rows = _span(element.get("rowspan"), MAX_ROWS, MAX_ROWS)
            before = table.column
            cell = table.add(columns, rows, self.index + 1)
            self.steps += table.column - before
            if self.steps > MAX_STEPS:
                raise SourceError("网页里的表格过大、过密，不像公开材料", "请只保留一个单位一年的公开材料")
            self.flows.append(_Flow(cell.blocks))
        else:
            self._break()
            if match := _HEADING.match(tag):
                self.heading = int(match[1])
            self.plain += tag == "pre"
            if tag in ("ul", "menu"):
                self.counters.append(None)
            elif tag == "ol":
                start = element.get("start") or "1"
                self.counters.append(int(start) - 1 if re.fullmatch(r"\d{1,6}", start) else 0)
            elif tag == "li" and self.counters and self.counters[-1] is not None:
                self.counters[-1] += 1
                flow.text.append(f"{self.counters[-1]}. ")

    def _end(self, tag: str) -> None:
        if tag in _INLINE or tag == "br":
            return
        self._break()
        flow = self.flows[-1]
        if tag in ("td", "th") and len(self.flows) > 1 and not flow.tables:
            self.flows.pop()
        elif tag == "table" and flow.tables:
            table = flow.tables.pop()
            table.begin_section()
            flow.blocks.extend(self.tables.blocks(table.cells))
        elif _HEADING.match(tag):
            self.heading = None
        elif tag == "pre":
            self.plain -= 1
        elif tag in ("ul", "menu", "ol") and self.counters:
            self.counters.pop()

    def _say(self, text: str | None) -> None:
        if not text:
            return
        if self.plain:
            first, *rest = text.split("\n")
            self.flows[-1].text.append(first)
            for line in rest:
                self._break()
                self.flows[-1].text.append(line)
            return
        self.flows[-1].text.append(text)

    def _break(self) -> None:
        """The end of a line: what was said becomes a paragraph."""
        flow = self.flows[-1]
        if not flow.text:
            return
        text = _SPACE.sub(" ", "".join(flow.text).replace("\xa0", " ")).replace("\u200b", "").strip()
        flow.text.clear()
        if not text:
            return
        self.index += 1
        place = Provenance(file=self.document.file, index=self.index)
        if len(text) > MAX_LINE:
            what = f"第 {self.index} 段超出 {MAX_LINE} 字的部分"
            self.document.unread.append(Unread(what, "一段过长，不像正文或表格", place))
            text = text[:MAX_LINE]
        flow.blocks.append(Paragraph(text, place, self.heading))


def _words(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def _span(text: str | None, most: int, zero: int = 1) -> int:
    """A span attribute; 0 means to the end, where that is allowed."""
    match = re.match(r"\s*\+?(\d{1,9})", text or "")
    if match is None:
        return 1
    number = int(match[1])
    return min(number, most) if number else zero
