"""单元格的改写. Changes cells inside the XML of one sheet; every byte outside of the changed cells stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from html import unescape

from xlbudget.authoring.formulas import moved
from xlbudget.authoring.packaging import WorkbookError
from xlbudget.authoring.stylesheet import StyleEdit
from xlbudget.authoring.xmlregion import Element, Splice, appended, qualified, spliced, text_bytes, with_attribute
from xlbudget.model.amount import plain
from xlbudget.model.cellref import cell_name, cell_position


class Keep(Enum):
    """保持不变. What is in the cell already."""

    KEEP = "保持不变"


KEEP = Keep.KEEP
Value = Decimal | str | bool | None


@dataclass(frozen=True, slots=True)
class CellEdit:
    """单元格的改动. One cell of one sheet, by its name and address (``D7``).

    ``value`` is a number, a text, a truth value, ``None`` (empty the cell) or ``KEEP``. ``formula`` (without ``=``)
    is written with ``value`` as its result, if that is known; with ``formula=KEEP`` the formula stays and only its
    stored result becomes ``value``. ``style`` changes the look; ``like`` takes the look of another cell of the sheet.
    """

    sheet: str
    cell: str
    value: Value | Keep = KEEP
    formula: str | Keep = ""
    style: StyleEdit | None = None
    like: str = ""

    @property
    def changes_content(self) -> bool:
        return self.value is not KEEP or (self.formula is not KEEP and bool(self.formula))


@dataclass(slots=True)
class SheetRow:
    number: int
    element: Element
    cells: dict[int, Element] = field(default_factory=dict)


class SheetXml:
    """工作表的 XML. The rows and cells of one sheet with their bytes."""

    def __init__(self, name: str, data: bytes, root: Element) -> None:
        self.name = name
        self.data = data
        self.root = root
        body = root.first("sheetData")
        if body is None:
            raise WorkbookError(f"“{name}”不是普通工作表（如图表页），不能写入单元格")
        self.body = body
        self.rows: dict[int, SheetRow] = {}
        number = -1
        for element in body.all("row"):
            number = int(element.get("r")) - 1 if element.get("r") else number + 1
            row = self.rows[number] = SheetRow(number, element)
            column = -1
            for cell in element.all("c"):
                column = cell_position(cell.get("r"))[1] if cell.get("r") else column + 1
                row.cells[column] = cell

    def cell(self, row: int, column: int) -> Element | None:
        found = self.rows.get(row)
        return found.cells.get(column) if found is not None else None

    def cells(self) -> Iterator[tuple[int, int, Element]]:
        for number, row in self.rows.items():
            for column, element in row.cells.items():
                yield number, column, element

    def text(self, element: Element) -> str:
        """The character content of an element without children."""
        return unescape(self.data[element.inner : element.outer].decode("utf-8"))

    def formulas(self) -> dict[tuple[int, int], tuple[str, int, int]]:
        """Each formula with how far it is moved: shared formulas are told by their first cell."""
        masters: dict[str, tuple[str, int, int]] = {}
        found: dict[tuple[int, int], tuple[str, int, int]] = {}
        for row, column, cell in self.cells():
            formula = cell.first("f")
            if formula is None:
                continue
            text, shared = self.text(formula), formula.get("si") if formula.get("t") == "shared" else ""
            if shared and text:
                masters[shared] = (text, row, column)
            if shared and not text and shared in masters:
                source, top, left = masters[shared]
                found[row, column] = (source, row - top, column - left)
            else:
                found[row, column] = (text, 0, 0)
        return found

    def merges(self) -> list[tuple[int, int, int, int]]:
        element = self.root.first("mergeCells")
        found = []
        for merge in element.all("mergeCell") if element is not None else ():
            first, _, last = merge.get("ref").partition(":")
            found.append((*cell_position(first), *cell_position(last or first)))
        return found

    @property
    def protected(self) -> bool:
        element = self.root.first("sheetProtection")
        return element is not None and element.get("sheet") in ("1", "true")


@dataclass(slots=True)
class SheetChange:
    """What a change of one sheet comes to: the new bytes, and whether a formula is gone."""

    data: bytes
    lost_formulas: bool = False
    written: set[tuple[int, int]] = field(default_factory=set)


Restyle = Callable[[int, StyleEdit], int]


def edit_sheet(sheet: SheetXml, edits: Sequence[CellEdit], restyle: Restyle) -> SheetChange:
    """Carry out the edits of one sheet. ``restyle`` gives the number of a style with an edit."""
    change = SheetChange(sheet.data)
    wanted: dict[tuple[int, int], CellEdit] = {}
    for edit in edits:
        at = _position(edit)
        if at in wanted:
            raise WorkbookError(f"“{edit.sheet}”的 {edit.cell} 被要求改写两次")
        wanted[at] = edit
    _refuse_hidden_cells(sheet, wanted)
    wanted |= _kept_formulas(sheet, wanted)
    splices: list[Splice] = []
    new_rows: dict[int, list[tuple[int, bytes]]] = {}
    for (row, column), edit in sorted(wanted.items()):
        old = sheet.cell(row, column)
        new = _cell(sheet, row, column, old, edit, restyle)
        if edit.changes_content:
            change.written.add((row, column))
            if old is not None and old.first("f") is not None and edit.formula is not KEEP:
                change.lost_formulas = True
        if old is not None:
            splices.append(Splice(old.start, old.end, new))
        else:
            new_rows.setdefault(row, []).append((column, new))
    for row, cells in new_rows.items():
        if row in sheet.rows:
            splices += _into_row(sheet, sheet.rows[row], cells)
    missing = {row: cells for row, cells in new_rows.items() if row not in sheet.rows}
    splices += _rows_into_sheet(sheet, missing)
    splices += _dimension(sheet, new_rows)
    change.data = spliced(sheet.data, splices)
    return change


def without_results(sheet: SheetXml, cells: Sequence[tuple[int, int]]) -> bytes:
    """The sheet without the stored results of these formulas: whoever opens it next has to calculate them."""
    splices = []
    for row, column in cells:
        cell = sheet.cell(row, column)
        value = cell.first("v") if cell is not None else None
        if cell is None or value is None:
            continue
        splices.append(Splice(value.start, value.end, b""))
        if cell.get("t"):
            tag = sheet.data[cell.start : cell.inner]
            splices.append(Splice(cell.start, cell.inner, with_attribute(tag, "t", None)))
    return spliced(sheet.data, splices)


def _position(edit: CellEdit) -> tuple[int, int]:
    try:
        return cell_position(edit.cell)
    except ValueError as error:
        raise WorkbookError(f"工作表“{edit.sheet}”：{error}") from None


def _refuse_hidden_cells(sheet: SheetXml, wanted: dict[tuple[int, int], CellEdit]) -> None:
    """A value behind a merged area or inside an array formula would be lost, or would spoil the formula."""
    merges = sheet.merges()
    arrays = [
        (f.get("ref"), f)
        for _, _, cell in sheet.cells()
        if (f := cell.first("f")) is not None and f.get("t") in ("array", "dataTable")
    ]
    for (row, column), edit in wanted.items():
        if not edit.changes_content or edit.formula is KEEP:
            continue
        for top, left, bottom, right in merges:
            if top <= row <= bottom and left <= column <= right and (row, column) != (top, left):
                raise WorkbookError(
                    f"“{edit.sheet}”的 {edit.cell} 在合并单元格里，看不见写入的内容；请写到 {cell_name(top, left)}"
                )
        for ref, _ in arrays:
            first, _, last = ref.partition(":")
            (top, left), (bottom, right) = cell_position(first), cell_position(last or first)
            if top <= row <= bottom and left <= column <= right and ((top, left) != (bottom, right)):
                raise WorkbookError(f"“{edit.sheet}”的 {edit.cell} 属于数组公式 {ref}，不能单独改写")


def _kept_formulas(sheet: SheetXml, wanted: dict[tuple[int, int], CellEdit]) -> dict[tuple[int, int], CellEdit]:
    """Cells that share the formula of a cell that is overwritten get a formula of their own."""
    lost: dict[str, tuple[str, int, int]] = {}
    for (row, column), edit in wanted.items():
        cell = sheet.cell(row, column)
        formula = cell.first("f") if cell is not None else None
        replaced = edit.changes_content and edit.formula is not KEEP
        if replaced and formula is not None and formula.get("t") == "shared" and (text := sheet.text(formula)):
            lost[formula.get("si")] = (text, row, column)
    if not lost:
        return {}
    found: dict[tuple[int, int], CellEdit] = {}
    for row, column, cell in sheet.cells():
        formula = cell.first("f")
        if formula is None or formula.get("si") not in lost or (row, column) in wanted:
            continue
        text, top, left = lost[formula.get("si")]
        own = moved(text, row - top, column - left)
        found[row, column] = CellEdit(sheet.name, cell_name(row, column), KEEP, own)
    return found


# ---------------------------------------------------------------- cells


def _cell(sheet: SheetXml, row: int, column: int, old: Element | None, edit: CellEdit, restyle: Restyle) -> bytes:
    name = qualified(sheet.root.prefix, "c")
    if old is not None:
        tag = sheet.data[old.start : old.inner]
        opening = tag[:-2].rstrip() + b">" if old.closed else tag
        body = sheet.data[old.inner : old.outer]
    else:
        opening, body = f'<{name} r="{cell_name(row, column)}">'.encode(), b""
    style = _style(sheet, row, column, old, edit, restyle)
    if style is not None:
        opening = with_attribute(opening, "s", str(style) if style else None)
    if edit.changes_content:
        opening, body = _content(sheet, opening, body, old, edit)
    if not body:
        return opening[:-1] + b"/>"
    return opening + body + b"</" + name.encode() + b">"


def _style(sheet: SheetXml, row: int, column: int, old: Element | None, edit: CellEdit, restyle: Restyle) -> int | None:
    """The number of the new style, or ``None`` to leave what is there."""
    base: int | None = None
    if edit.like:
        model = sheet.cell(*cell_position(edit.like))
        base = int(model.get("s") or 0) if model is not None else 0
    elif old is None:
        base = _inherited(sheet, row, column)
    if edit.style is None:
        return base
    current = int(old.get("s") or 0) if old is not None else 0
    return restyle(current if base is None else base, edit.style)


def _inherited(sheet: SheetXml, row: int, column: int) -> int:
    """A new cell looks like its row or its column."""
    known = sheet.rows.get(row)
    if known is not None and known.element.get("s") and known.element.get("customFormat") in ("1", "true"):
        return int(known.element.get("s"))
    columns = sheet.root.first("cols")
    for element in columns.all("col") if columns is not None else ():
        if int(element.get("min")) <= column + 1 <= int(element.get("max")):
            return int(element.get("style") or 0)
    return 0


def _content(sheet: SheetXml, opening: bytes, body: bytes, old: Element | None, edit: CellEdit) -> tuple[bytes, bytes]:
    prefix = sheet.root.prefix
    value = edit.value
    formula = b""
    keeps = edit.formula is KEEP
    if keeps:
        element = old.first("f") if old is not None else None
        if element is None:
            raise WorkbookError(f"“{edit.sheet}”的 {edit.cell} 没有公式，不能只改计算结果")
        formula = sheet.data[element.start : element.end]
    elif isinstance(edit.formula, str) and edit.formula:
        name = qualified(prefix, "f").encode()
        formula = b"<" + name + b">" + text_bytes(edit.formula.removeprefix("=")) + b"</" + name + b">"
        if value is KEEP:
            return opening, formula + _old_value(sheet, old)
    for name_ in ("vm",) if keeps else ("vm", "cm"):
        opening = with_attribute(opening, name_, None)
    kind, content = _value(prefix, value, bool(formula))
    opening = with_attribute(opening, "t", kind)
    extension = old.first("extLst") if old is not None else None
    tail = sheet.data[extension.start : extension.end] if extension is not None else b""
    return opening, formula + content + tail


def _old_value(sheet: SheetXml, old: Element | None) -> bytes:
    value = old.first("v") if old is not None else None
    return sheet.data[value.start : value.end] if value is not None else b""


def _value(prefix: str, value: Value | Keep, calculated: bool) -> tuple[str | None, bytes]:
    """The type of a cell and its content; a text that was not calculated stands inside the cell."""
    tag = qualified(prefix, "v").encode()
    if value is None or value is KEEP:
        return None, b""
    if isinstance(value, bool):
        return "b", b"<" + tag + b">" + (b"1" if value else b"0") + b"</" + tag + b">"
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise WorkbookError("不能写入不是数的值")
        return None, b"<" + tag + b">" + plain(value).encode() + b"</" + tag + b">"
    assert isinstance(value, str)
    if len(value) > MAX_TEXT:
        raise WorkbookError(f"一个单元格最多放 {MAX_TEXT} 个字，要写的有 {len(value)} 个")
    if calculated:
        return "str", b"<" + tag + b">" + text_bytes(value) + b"</" + tag + b">"
    outer, inner = qualified(prefix, "is").encode(), qualified(prefix, "t").encode()
    space = b' xml:space="preserve"' if value != value.strip() or "\n" in value else b""
    return "inlineStr", (
        b"<" + outer + b"><" + inner + space + b">" + text_bytes(value) + b"</" + inner + b"></" + outer + b">"
    )


MAX_TEXT = 32_767
"""Characters that a cell holds."""

# ---------------------------------------------------------------- rows


def _into_row(sheet: SheetXml, row: SheetRow, cells: list[tuple[int, bytes]]) -> list[Splice]:
    old = sheet.data[row.element.start : row.element.inner]
    tag = _spanning(old, row.element, [column for column, _ in cells])
    if row.element.closed:
        name = qualified(sheet.root.prefix, "row").encode()
        body = b"".join(new for _, new in cells)
        return [Splice(row.element.start, row.element.end, tag[:-2].rstrip() + b">" + body + b"</" + name + b">")]
    splices = [Splice(row.element.start, row.element.inner, tag)] if tag != old else []
    for column, new in cells:
        later = next((e for c, e in sorted(row.cells.items()) if c > column), None)
        at = later.start if later is not None else row.element.outer
        splices.append(Splice(at, at, new))
    return splices


def _spanning(tag: bytes, row: Element, columns: list[int]) -> bytes:
    """The opening tag of a row; its declared span of columns grows with new cells."""
    first, _, last = row.get("spans").partition(":")
    if not (first.isdigit() and last.isdigit()):
        return tag
    low, high = min(int(first), *(c + 1 for c in columns)), max(int(last), *(c + 1 for c in columns))
    return tag if (low, high) == (int(first), int(last)) else with_attribute(tag, "spans", f"{low}:{high}")


def _rows_into_sheet(sheet: SheetXml, rows: dict[int, list[tuple[int, bytes]]]) -> list[Splice]:
    name = qualified(sheet.root.prefix, "row").encode()
    made = {
        number: b"<" + name + f' r="{number + 1}">'.encode() + b"".join(new for _, new in cells) + b"</" + name + b">"
        for number, cells in sorted(rows.items())
    }
    if sheet.body.closed:
        return [appended(sheet.data, sheet.body, b"".join(made.values()))] if made else []
    splices = []
    for number, new in made.items():
        later = next((r.element for n, r in sorted(sheet.rows.items()) if n > number), None)
        at = later.start if later is not None else sheet.body.outer
        splices.append(Splice(at, at, new))
    return splices


def _dimension(sheet: SheetXml, new_rows: dict[int, list[tuple[int, bytes]]]) -> list[Splice]:
    """The declared extent of the sheet grows with new cells."""
    element = sheet.root.first("dimension")
    if element is None or not new_rows:
        return []
    first, _, last = element.get("ref").partition(":")
    (top, left), (bottom, right) = cell_position(first), cell_position(last or first)
    columns = [c for cells in new_rows.values() for c, _ in cells]
    wider = (min(top, *new_rows), min(left, *columns), max(bottom, *new_rows), max(right, *columns))
    if wider == (top, left, bottom, right):
        return []
    ref = f"{cell_name(wider[0], wider[1])}:{cell_name(wider[2], wider[3])}"
    tag = sheet.data[element.start : element.inner]
    return [Splice(element.start, element.inner, with_attribute(tag, "ref", ref))]
