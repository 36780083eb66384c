"""标记问题、清除标记. Doubtful cells get a colour and a comment in the workbook itself; clearing leaves no trace.

The colour is a conditional format of our own over the cell and the comment bears our mark in its first words. The
cell's own style is never touched, and the marks carry all that is needed to take them away again: there is no record
that could be lost or go stale when rows are inserted or another program saves the book.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from xlbudget.authoring.book import Book, SheetEntry
from xlbudget.authoring.commenting import add_comments, remove_comments
from xlbudget.authoring.packaging import WorkbookError
from xlbudget.authoring.stylesheet import with_attribute_in_tag
from xlbudget.authoring.workbook import Edited, signature_warnings
from xlbudget.authoring.xmlregion import Element, Splice, qualified, spliced
from xlbudget.model.cellref import cell_name, cell_position
from xlbudget.model.finding import Severity


@dataclass(frozen=True, slots=True)
class Mark:
    """标记. What is wrong with one cell, and how loudly to say so."""

    sheet: str
    cell: str
    severity: Severity
    text: str


COLOURS = {Severity.ERROR: "F8B4AE", Severity.SUSPECT: "FFE08A", Severity.ROUNDING: "BFDFF2", Severity.NOTE: "DDE3E8"}
SIGN = "xlbudget-mark-"
"""What a conditional format of ours says in its formula, which is always true."""


def mark_formula(severity: Severity) -> str:
    """The condition of a mark, in a file and in a workbook that is open alike."""
    return f'LEN("{SIGN}{severity.value}")>0'


_AFTER_FORMATS = (
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks",
    "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing",
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
"""What stands behind conditional formats in a sheet (ECMA-376 part 1, 18.3.1.99)."""


def mark_workbook(data: bytes, marks: Iterable[Mark], *, break_signature: bool = False) -> Edited:
    """The workbook with these marks and no older ones; several marks of one cell are told in one comment."""
    book = Book(data)
    warnings = signature_warnings(book, break_signature)
    _clear(book)
    by_sheet: dict[str, list[Mark]] = {}
    for mark in marks:
        by_sheet.setdefault(book.sheet(mark.sheet).name, []).append(mark)
    for name, own in by_sheet.items():
        entry = book.sheet(name)
        merges = book.xml(entry).merges()
        cells: dict[tuple[int, int], list[Mark]] = {}
        for mark in own:
            cells.setdefault(_shown_at(cell_position(mark.cell), merges), []).append(mark)
        _colour(book, entry, {at: min((m.severity for m in own), key=lambda s: s.rank) for at, own in cells.items()})
        texts = {at: "\n".join(dict.fromkeys(m.text for m in own)) for at, own in cells.items()}
        passed = add_comments(book, entry, texts)
        if passed:
            places = "、".join(cell_name(*at) for at in passed)
            warnings.append(f"工作表“{name}”的 {places} 已有对话式批注，只涂色，没有加批注")
    return Edited(book.package.to_bytes(), book.package.changed, (), tuple(warnings))


def clear_marks(data: bytes, *, break_signature: bool = False) -> Edited:
    """The workbook without our marks; the colours and comments that were there are what they were."""
    book = Book(data)
    found = _clear(book)
    if not found:
        return Edited(data, ())
    warnings = signature_warnings(book, break_signature)
    return Edited(book.package.to_bytes(), book.package.changed, (), tuple(warnings))


def _shown_at(at: tuple[int, int], merges: Sequence[tuple[int, int, int, int]]) -> tuple[int, int]:
    """A merged area shows what its first cell has."""
    row, column = at
    for top, left, bottom, right in merges:
        if top <= row <= bottom and left <= column <= right:
            return top, left
    return at


def _clear(book: Book) -> bool:
    found = False
    formats: set[int] = set()
    for entry in book.sheets:
        if entry.part not in book.package or book.package.tree(entry.part).name != "worksheet":
            continue
        formats |= _uncolour(book, entry)
        found = remove_comments(book, entry) or found
    if formats:
        _forget_formats(book, formats)
    return found or bool(formats)


# ---------------------------------------------------------------- colours


def _colour(book: Book, entry: SheetEntry, cells: dict[tuple[int, int], Severity]) -> None:
    styles = book.stylesheet()
    prefix = styles.prefix
    numbers = {s: styles.add("dxfs", _format(prefix, s)) for s in Severity if s in cells.values()}
    styles.store()
    data, root = book.package[entry.part], book.package.tree(entry.part)
    priority = max((int(e.get("priority") or 0) for e in root.walk() if e.name == "cfRule"), default=0)
    made = b""
    for severity, number in numbers.items():
        priority += 1
        places = " ".join(cell_name(*at) for at in sorted(cells) if cells[at] is severity)
        made += _rule(root.prefix, places, number, priority, severity)
    old = list(root.all("conditionalFormatting"))
    later = next((e for e in root.children if e.name in _AFTER_FORMATS), None)
    at = old[-1].end if old else later.start if later is not None else root.outer
    book.package[entry.part] = spliced(data, [Splice(at, at, made)])


def _rule(prefix: str, places: str, number: int, priority: int, severity: Severity) -> bytes:
    outer, rule, formula = (qualified(prefix, n) for n in ("conditionalFormatting", "cfRule", "formula"))
    return (
        f'<{outer} sqref="{places}"><{rule} type="expression" dxfId="{number}" priority="{priority}">'
        f"<{formula}>{escape(mark_formula(severity))}</{formula}></{rule}></{outer}>"
    ).encode()


def _format(prefix: str, severity: Severity) -> bytes:
    dxf, fill, pattern, back = (qualified(prefix, n) for n in ("dxf", "fill", "patternFill", "bgColor"))
    colour = COLOURS[severity]
    return f'<{dxf}><{fill}><{pattern}><{back} rgb="FF{colour}"/></{pattern}></{fill}></{dxf}>'.encode()


def _uncolour(book: Book, entry: SheetEntry) -> set[int]:
    """Take away our conditional formats; the numbers of the looks that they used."""
    data = book.package[entry.part]
    if SIGN.encode() not in data:
        return set()
    numbers: set[int] = set()
    splices = []
    for element in book.package.tree(entry.part).all("conditionalFormatting"):
        ours = [rule for rule in element.all("cfRule") if SIGN.encode() in data[rule.start : rule.end]]
        numbers |= {int(rule.get("dxfId")) for rule in ours if rule.get("dxfId")}
        gone: Sequence[Element] = [element] if len(ours) == len(element.children) else ours
        splices += [Splice(e.start, e.end, b"") for e in gone]
    book.package[entry.part] = spliced(data, splices)
    return numbers


def _forget_formats(book: Book, numbers: set[int]) -> None:
    """Our looks go from the end of their list, as far as they stand there and nobody else uses them."""
    part = book.package.related(book.part, "styles")
    if part is None:
        raise WorkbookError("工作簿没有样式表。请用 Excel 打开并另存一份，再试")
    data, root = book.package[part], book.package.tree(part)
    holder = root.first("dxfs")
    if holder is None:
        return
    own = {_format(root.prefix, severity) for severity in Severity}
    used = _used_formats(book)
    kept = len(holder.children)
    while kept and kept - 1 in numbers - used and _bytes(data, holder.children[kept - 1]) in own:
        kept -= 1
    if kept == len(holder.children):
        return
    tag = data[holder.start : holder.inner]
    if holder.get("count"):
        tag = with_attribute_in_tag(tag, "count", str(kept))
    if not kept and not holder.get("count"):
        splices = [Splice(holder.start, holder.end, b"")]
    elif kept:
        splices = [Splice(holder.start, holder.inner, tag), Splice(holder.children[kept].start, holder.outer, b"")]
    else:
        splices = [Splice(holder.start, holder.end, tag[:-1] + b"/>")]
    book.package[part] = spliced(data, splices)


def _used_formats(book: Book) -> set[int]:
    used = set()
    for name in book.package.names:
        if name.startswith(("xl/worksheets/sheet", "xl/tables/", "xl/pivotTables/")) and name.endswith(".xml"):
            for element in book.package.tree(name).walk():
                used |= {int(v) for k, v in element.attributes.items() if k.lower().endswith("dxfid") and v.isdigit()}
    return used


def _bytes(data: bytes, element: Element) -> bytes:
    return data[element.start : element.end]
