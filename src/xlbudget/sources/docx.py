"""Word 文件. A .docx as a reader of the printed page sees it: paragraphs with their numbers, tables, text boxes, notes.

Tracked changes are read as accepted, fields by their last result, hidden text is left out; whatever was left out
or could not be read is said. Nothing in the file is run or fetched. Source: ISO 29500-1, 17 (WordprocessingML).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from posixpath import dirname, join, normpath

from lxml import etree

from xlbudget.model.provenance import Provenance
from xlbudget.model.raw import RawDocument, Unread
from xlbudget.sources.failing import SourceError
from xlbudget.sources.package import open_package, read_part
from xlbudget.sources.wordflow import Walker
from xlbudget.sources.wordstyles import WORD, Numbering, Styles, W
from xlbudget.sources.xmltree import parse_xml

_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_PARTS = {"styles": "样式", "numbering": "编号", "footnotes": "脚注", "endnotes": "尾注"}


def read_docx(data: bytes, file: str) -> RawDocument:
    """Read a Word document; raises :class:`SourceError` when it is none or is damaged."""
    package = open_package(data)
    main = _main_part(package)
    source = read_part(package, main)
    if source is None:
        raise SourceError("文件里没有 Word 正文", "请用 Word 打开并另存一份，再试")
    root = _tree(source)
    body = root.find(W + "body")
    if body is None:
        raise SourceError("文件里没有 Word 正文", "请用 Word 打开并另存一份，再试")
    parts = _Parts(package, main, file)
    document = RawDocument(file, "docx", [], parts.unread)
    styles = Styles(parts.tree("styles"))
    notes = _notes(parts)
    marked = styles.hide or any(mark in source for mark in (b"vanish", b"superscript")) or bool(notes)
    walker = Walker(document, styles, Numbering(parts.tree("numbering"), styles), notes, marked)
    walker.read(body)
    if not document.blocks and walker.pictures:
        raise SourceError(
            "Word 文件里只有图片，没有可读的文字", "请先做文字识别，或提供原来的 Word、Excel 或可复制文字的 PDF"
        )
    document.notes = list(dict.fromkeys([*document.notes, *_told(walker, parts)]))
    return document


def _tree(data: bytes) -> etree._Element:
    return parse_xml(data.replace(_STRICT, WORD.encode()))


def _main_part(package: zipfile.ZipFile) -> str:
    """The name of the part that holds the text; Word itself always calls it so."""
    for kind, target in _relations(package, "_rels/.rels", ""):
        if kind == "officeDocument":
            return target
    return "word/document.xml"


def _relations(package: zipfile.ZipFile, name: str, folder: str) -> Iterator[tuple[str, str]]:
    try:
        data = read_part(package, name)
        root = parse_xml(data) if data else None
    except SourceError:
        return
    for element in root.iter(_RELATIONS) if root is not None else ():
        if element.get("TargetMode") != "External":
            target = element.get("Target", "")
            path = target[1:] if target.startswith("/") else normpath(join(folder, target))
            yield element.get("Type", "").rsplit("/", 1)[-1], path


class _Parts:
    """The parts beside the body: styles, numbering, notes, headers. A damaged one is named and left out."""

    def __init__(self, package: zipfile.ZipFile, main: str, file: str) -> None:
        self._package = package
        self._file = file
        self._names: dict[str, list[str]] = {}
        self.unread: list[Unread] = []
        folder = dirname(main)
        name = join(folder, "_rels", main.removeprefix(folder + "/") + ".rels")
        for kind, target in _relations(package, name, folder):
            self._names.setdefault(kind, []).append(target)

    def has(self, kind: str) -> bool:
        return kind in self._names

    def tree(self, kind: str) -> etree._Element | None:
        for name in self._names.get(kind, ())[:1]:
            try:
                data = read_part(self._package, name)
                return _tree(data) if data else None
            except SourceError as error:
                what = f"Word 文件的{_PARTS.get(kind, kind)}部分"
                self.unread.append(Unread(what, error.what, Provenance(file=self._file)))
        return None

    def running(self, kind: str) -> Iterator[str]:
        """The words of headers or footers; a page number alone is none."""
        for name in self._names.get(kind, ())[:20]:
            try:
                data = read_part(self._package, name)
                root = _tree(data) if data else None
            except SourceError:
                continue
            text = "".join(t.text or "" for t in root.iter(W + "t")).strip() if root is not None else ""
            if len(re.findall(r"[\u4e00-\u9fff]", text)) > 3:
                yield text


def _notes(parts: _Parts) -> dict[tuple[str, str], etree._Element]:
    """Footnotes and endnotes by the mark that refers to them."""
    found = {}
    for kind in ("footnote", "endnote"):
        root = parts.tree(kind + "s")
        for note in root.iter(W + kind) if root is not None else ():
            if note.get(W + "type", "normal") == "normal":
                found[kind, note.get(W + "id", "")] = note
    return found


def _told(walker: Walker, parts: _Parts) -> Iterator[str]:
    """What was left out or read in a special way, a sentence each."""
    seen, unknown = walker.seen, walker.numbers.unknown
    if seen["changes"]:
        yield f"文件里有 {seen['changes']} 处修订痕迹，按接受全部修订后的内容读取；公开前请接受或拒绝全部修订"
    if seen["hidden"]:
        yield f"有 {seen['hidden']} 处隐藏文字或隐藏行，没有采用"
    if seen["raised"]:
        yield f"有 {seen['raised']} 处紧跟在数字后面的上标数字，看作注码，没有采用"
    if parts.has("comments"):
        yield "文件里有批注，没有读取；公开前请删除批注"
    if unknown:
        yield f"有 {sum(unknown.values())} 段自动编号的格式（{'、'.join(sorted(unknown))}）没有还原，按没有编号读取"
    heads = sorted({text for kind in ("header", "footer") for text in parts.running(kind)})
    if heads:
        yield f"页眉、页脚（“{'”“'.join(heads)[:60]}”）没有作为正文读取"
