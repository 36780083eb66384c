"""加入工作表. Puts a sheet of one workbook (made by XlsxWriter, say) into another one: styles, texts, drawings and all.

The other sheets of the receiving workbook are not touched; the list of sheets and the styles grow at their ends.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from html import escape

from xlbudget.authoring.book import Book, SheetEntry
from xlbudget.authoring.packaging import WorkbookError, rels_name
from xlbudget.authoring.stylesheet import Stylesheet, with_attribute_in_tag
from xlbudget.authoring.xmlregion import Element, Splice, appended, parse, qualified, spliced, with_attribute


@dataclass(frozen=True, slots=True)
class NewSheet:
    """新工作表. The sheet ``name`` of a workbook given as bytes (its first sheet if ``source_name`` is empty).

    It goes behind the sheet ``after`` (at the end if empty). A sheet of that name is replaced when ``replace`` says
    so, in its place; otherwise that is an error.
    """

    name: str
    workbook: bytes
    source_name: str = ""
    after: str = ""
    replace: bool = False


WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def graft(book: Book, new: NewSheet) -> set[tuple[int, int]]:
    """Put the sheet into the book; the positions of its cells (0-based)."""
    if not new.name or len(new.name) > 31 or _FORBIDDEN.search(new.name) or new.name[0] == "'" or new.name[-1] == "'":
        raise WorkbookError(f"“{new.name}”不能作工作表名：1 至 31 个字，不含 [ ] : * ? / \\")
    source = Book(new.workbook)
    entry = source.sheet(new.source_name) if new.source_name else source.sheets[0]
    old = next((s for s in book.sheets if s.name.casefold() == new.name.casefold()), None)
    if old is not None and not new.replace:
        raise WorkbookError(f"已经有名为“{new.name}”的工作表")
    part = old.part if old is not None else book.package.new_name("xl/worksheets/sheet{}.xml")
    if old is not None:
        _clear(book, old)
    data = _restyled(_with_texts_inside(source, entry), source, book)
    root = parse(data)
    book.package[part] = _not_selected(data, root)
    book.package.set_content_type(part, WORKSHEET)
    _Copying(source, book, {entry.part: part}).relations(entry.part, part)
    position = old.position if old is not None else _listed(book, new, part)
    _names(source, entry, book, position)
    return {(row, column) for row, column, _ in source.xml(entry).cells()}


def _clear(book: Book, old: SheetEntry) -> None:
    """Forget what belonged to a sheet that is about to be replaced."""
    rels = rels_name(old.part)
    if rels in book.package:
        for relation in book.package.relationships(old.part):
            used = [p for p in book.package.names if p.endswith(".rels") and p != rels]
            shared = any(posixpath.basename(relation.target).encode() in book.package[p] for p in used)
            if not relation.external and not shared and relation.kind in ("comments", "vmlDrawing", "printerSettings"):
                book.package.drop(relation.target, old.part)
        if rels in book.package:
            book.package.remove(rels)
    holder = book.root.first("definedNames")
    gone = [e for e in (holder.children if holder else ()) if e.get("localSheetId") == str(old.position)]
    if holder is not None and len(gone) == len(holder.children):
        book.package.splice(book.part, Splice(holder.start, holder.end, b""))
    else:
        book.package.splice(book.part, *(Splice(e.start, e.end, b"") for e in gone))


# ---------------------------------------------------------------- the sheet itself


def _with_texts_inside(source: Book, entry: SheetEntry) -> bytes:
    """The sheet with its shared texts moved into the cells."""
    data, root = source.package[entry.part], source.package.tree(entry.part)
    shared = source.package.related(source.part, "sharedStrings")
    items: list[bytes] = []
    if shared is not None:
        strings = source.package[shared]
        items = [strings[e.inner : e.outer] for e in source.package.tree(shared).all("si")]
    splices = []
    inside = qualified(root.prefix, "is").encode()
    for cell in (e for e in root.walk() if e.name == "c" and e.get("t") == "s"):
        value = cell.first("v")
        if value is None:
            continue
        text = items[int(data[value.inner : value.outer])]
        tag = with_attribute(data[cell.start : cell.inner], "t", "inlineStr")
        splices.append(Splice(cell.start, cell.inner, tag))
        splices.append(Splice(value.start, value.end, b"<" + inside + b">" + text + b"</" + inside + b">"))
    return spliced(data, splices)


_STYLED = {"c": "s", "row": "s", "col": "style"}


def _restyled(data: bytes, source: Book, book: Book) -> bytes:
    """The sheet with the numbers of its styles as they are in the receiving book."""
    root = parse(data)
    styles = _Styles(source.stylesheet(), book.stylesheet())
    splices = []
    for element in root.walk():
        name = _STYLED.get(element.name)
        if name is not None and element.get(name):
            new = with_attribute(data[element.start : element.inner], name, str(styles.cell(int(element.get(name)))))
            splices.append(Splice(element.start, element.inner, new))
        elif element.name == "cfRule" and element.get("dxfId"):
            new = with_attribute(
                data[element.start : element.inner], "dxfId", str(styles.difference(int(element.get("dxfId"))))
            )
            splices.append(Splice(element.start, element.inner, new))
    styles.theirs.store()
    return spliced(data, splices)


class _Styles:
    """Numbers of styles in one book to those in another; what is missing there is added."""

    def __init__(self, ours: Stylesheet, theirs: Stylesheet) -> None:
        self.ours = ours
        self.theirs = theirs
        if ours.prefix != theirs.prefix:
            raise WorkbookError("工作簿的 XML 写法特殊（带前缀），不能加入工作表。请用 Excel 打开并另存一份，再试")
        self._cells: dict[int, int] = {}

    def cell(self, number: int) -> int:
        if number not in self._cells:
            xf = self.ours.entry("cellXfs", number)
            root = parse(xf)
            for attribute, group in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
                entry = self.ours.entry(group, int(root.get(attribute) or 0))
                xf = with_attribute_in_tag(xf, attribute, str(self.theirs.add(group, entry)))
            code = self.ours.format_code(int(root.get("numFmtId") or 0))
            if code is not None:
                xf = with_attribute_in_tag(xf, "numFmtId", str(self.theirs.number_format(code)))
            xf = with_attribute_in_tag(xf, "xfId", "0")
            for apply in ("applyFont", "applyFill", "applyBorder", "applyNumberFormat"):
                xf = with_attribute_in_tag(xf, apply, "1")
            self._cells[number] = self.theirs.add("cellXfs", xf)
        return self._cells[number]

    def difference(self, number: int) -> int:
        return self.theirs.add("dxfs", self.ours.entry("dxfs", number))


def _not_selected(data: bytes, root: Element) -> bytes:
    """A second selected tab would join the two into a group that is edited together."""
    views = root.first("sheetViews")
    splices = [
        Splice(v.start, v.inner, with_attribute(data[v.start : v.inner], "tabSelected", None))
        for v in (views.children if views is not None else ())
    ]
    return spliced(data, splices)


# ---------------------------------------------------------------- what hangs on the sheet


@dataclass(slots=True)
class _Copying:
    """Copies the parts that a sheet refers to, and what they refer to."""

    source: Book
    book: Book
    known: dict[str, str]

    def relations(self, old: str, new: str) -> None:
        ours, theirs = self.source.package, self.book.package
        for relation in ours.relationships(old):
            if relation.external:
                theirs.relate(new, relation.type, relation.target, True, wanted=relation.id)
            else:
                theirs.relate(new, relation.type, self._part(relation.target), wanted=relation.id)

    def _part(self, name: str) -> str:
        if name not in self.known:
            ours, theirs = self.source.package, self.book.package
            stem, dot, ending = name.rpartition(".")
            target = theirs.new_name(re.sub(r"\d*$", "", stem).replace("{", "").replace("}", "") + "{}" + dot + ending)
            self.known[name] = target
            theirs[target] = ours[name]
            theirs.set_content_type(target, ours.content_type(name), default=ending in ("png", "jpeg", "vml", "bin"))
            self.relations(name, target)
        return self.known[name]


# ---------------------------------------------------------------- the list of sheets


def _listed(book: Book, new: NewSheet, part: str) -> int:
    """Enter the sheet into the list of tabs; its position there."""
    entries = book.sheets
    position = book.sheet(new.after).position + 1 if new.after else len(entries)
    ident = book.package.relate(book.part, f"{RELATIONSHIPS}/worksheet", part)
    number = max((int(e.element.get("sheetId") or 0) for e in entries), default=0) + 1
    root, data = book.root, book.package[book.part]
    prefix = next((k[6:] for k, v in root.attributes.items() if k.startswith("xmlns:") and v == RELATIONSHIPS), "")
    own = "" if prefix else f' xmlns:r="{RELATIONSHIPS}"'
    tag = qualified(root.prefix, "sheet")
    entry = f'<{tag} name="{escape(new.name)}" sheetId="{number}"{own} {prefix or "r"}:id="{ident}"/>'.encode()
    at = entries[position - 1].element.end if position else entries[0].element.start
    splices = [Splice(at, at, entry)]
    splices += _renumbered(root, data, position)
    book.package.splice(book.part, *splices)
    return position


def _renumbered(root: Element, data: bytes, position: int) -> list[Splice]:
    """Names of a sheet and the open tab follow the sheets that move one place on."""
    splices = []
    holder = root.first("definedNames")
    counted = [(e, "localSheetId") for e in (holder.children if holder is not None else ())]
    views = root.first("bookViews")
    for view in views.children if views is not None else ():
        counted += [(view, "activeTab"), (view, "firstSheet")]
    for element in dict.fromkeys(e.start for e, _ in counted):
        own = [(e, name) for e, name in counted if e.start == element]
        tag = data[own[0][0].start : own[0][0].inner]
        for e, name in own:
            if e.get(name).isdigit() and int(e.get(name)) >= position:
                tag = with_attribute(tag, name, str(int(e.get(name)) + 1))
        splices.append(Splice(own[0][0].start, own[0][0].inner, tag))
    return splices


def _names(source: Book, entry: SheetEntry, book: Book, position: int) -> None:
    """Print area and print titles of the new sheet."""
    holder = source.root.first("definedNames")
    data = source.package[source.part]
    made = b"".join(
        with_attribute_in_tag(data[e.start : e.end], "localSheetId", str(position))
        for e in (holder.children if holder is not None else ())
        if e.get("localSheetId") == str(entry.position)
    )
    if not made:
        return
    new_name = next(s.name for s in book.sheets if s.position == position)
    if new_name != entry.name:
        quoted = "'" + escape(entry.name.replace("'", "''"), quote=False) + "'!"
        plain = escape(entry.name, quote=False) + "!"
        wanted = ("'" + escape(new_name.replace("'", "''"), quote=False) + "'!").encode()
        made = made.replace(quoted.encode(), wanted).replace(b">" + plain.encode(), b">" + wanted)
    root = book.root
    target = root.first("definedNames")
    if target is not None:
        book.package.splice(book.part, appended(book.package[book.part], target, made))
        return
    name = qualified(root.prefix, "definedNames").encode()
    before = [e for e in root.children if e.name in ("sheets", "functionGroups", "externalReferences")]
    at = before[-1].end
    book.package.splice(book.part, Splice(at, at, b"<" + name + b">" + made + b"</" + name + b">"))
