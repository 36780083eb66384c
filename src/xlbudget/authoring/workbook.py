"""无损写入. Changes cells of an existing workbook (.xlsx, .xlsm) and adds sheets; everything else stays byte for byte.

    result = write_edits(path, [CellEdit("3支出总表", "C7", Decimal("12.34")), CellEdit("封面", "C9", "张三")])

What is kept: every part that no edit touches is copied as it is packed (images, charts, pivot tables, controls,
macros, custom XML, printer settings). In a touched sheet the bytes outside the touched cells stay. New styles go to
the end of the list of styles, texts into their cells. Formulas that rest on a changed cell, wherever they stand, lose
their stored result, and the book asks to be calculated when it is opened, so no program shows a stale figure. Give
such a formula its new result (``CellEdit(..., value=x, formula=KEEP)``) where it is known.

``edit_workbook`` does the same in memory. Both raise :class:`WorkbookError` (the file may not be changed) and
``write_edits`` also :class:`~xlbudget.authoring.saving.WriteError` (it could not be written); messages are Chinese.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from xlbudget.authoring.book import Book
from xlbudget.authoring.dependants import Formula, Place, dependants
from xlbudget.authoring.grafting import NewSheet, graft
from xlbudget.authoring.packaging import WorkbookError
from xlbudget.authoring.saving import WriteError, replace_file, write_file
from xlbudget.authoring.sheetediting import KEEP, CellEdit, Keep, edit_sheet, without_results
from xlbudget.authoring.stylesheet import StyleEdit
from xlbudget.model.cellref import cell_name

__all__ = [
    "KEEP",
    "CellEdit",
    "Edited",
    "Keep",
    "NewSheet",
    "StyleEdit",
    "WorkbookError",
    "WriteError",
    "WriteResult",
    "edit_workbook",
    "rewrite",
    "write_edits",
]


@dataclass(frozen=True, slots=True)
class Edited:
    """改写结果. The new bytes, the parts that differ, the formulas without a result (``表!D7``), what a person must know."""

    data: bytes
    parts: tuple[str, ...]
    recalculated: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WriteResult:
    """写入结果. Where the book and its backup are."""

    path: Path
    backup: Path | None
    edited: Edited


def write_edits(
    path: Path,
    edits: Iterable[CellEdit],
    *,
    new_sheets: Sequence[NewSheet] = (),
    out: Path | None = None,
    backup: bool = True,
    break_signature: bool = False,
) -> WriteResult:
    """Change a workbook in place (or write the changed one to ``out``), atomically and with a backup beside it."""
    return rewrite(
        path,
        lambda data: edit_workbook(data, edits, new_sheets=new_sheets, break_signature=break_signature),
        out=out,
        backup=backup,
    )


def rewrite(
    path: Path, change: Callable[[bytes], Edited], *, out: Path | None = None, backup: bool = True
) -> WriteResult:
    """Any change of a workbook file, made from its bytes; the file is replaced whole or stays as it was."""
    try:
        old = path.read_bytes()
    except OSError as error:
        raise WriteError(f"读不到“{path}”（{error.strerror or error}）。") from None
    edited = change(old)
    if out is not None and out != path:
        write_file(out, edited.data)
        return WriteResult(out, None, edited)
    if edited.data == old:
        return WriteResult(path, None, edited)
    return WriteResult(path, replace_file(path, old, edited.data, backup), edited)


def edit_workbook(
    data: bytes, edits: Iterable[CellEdit], *, new_sheets: Sequence[NewSheet] = (), break_signature: bool = False
) -> Edited:
    """The bytes of the workbook with the edits and the new sheets."""
    wanted = list(edits)
    book = Book(data)
    if not wanted and not new_sheets:
        return Edited(data, ())
    warnings = signature_warnings(book, break_signature)
    by_sheet: dict[str, list[CellEdit]] = {}
    for edit in wanted:
        by_sheet.setdefault(book.sheet(edit.sheet).name, []).append(edit)
    styles = book.stylesheet()
    changed: set[Place] = set()
    lost = False
    for name, own in by_sheet.items():
        entry = book.sheet(name)
        xml = book.xml(entry)
        if xml.protected:
            warnings.append(f"工作表“{name}”有保护，写入后保护仍在")
        change = edit_sheet(xml, own, styles.edited)
        book.package[entry.part] = change.data
        changed |= {(name, row, column) for row, column in change.written}
        lost = lost or change.lost_formulas
    styles.store()
    for sheet in new_sheets:
        changed |= {(sheet.name, row, column) for row, column in graft(book, sheet)}
    stale = _forget_results(book, changed)
    if changed:
        book.calculate_on_opening()
    if lost:
        book.forget_calculation_order()
    places = tuple(f"{sheet}!{cell_name(row, column)}" for sheet, row, column in stale)
    return Edited(book.package.to_bytes(), book.package.changed, places, tuple(warnings))


def signature_warnings(book: Book, break_signature: bool) -> list[str]:
    """Raise if the document is signed, unless the signature may break; then say so."""
    if not book.signed:
        return []
    if not break_signature:
        raise WorkbookError("工作簿有数字签名，改写会使签名失效，没有写入。请先去掉签名，或另存一份没有签名的再试")
    return ["工作簿的数字签名因改写而失效，需要重新签名"]


def _forget_results(book: Book, changed: set[Place]) -> list[Place]:
    """Take the stored results from the formulas that rest on changed cells."""
    if not changed:
        return []
    entries = [e for e in book.sheets if e.part in book.package and b"f" in book.package[e.part]]
    sheets = {}
    for entry in entries:
        if book.package.tree(entry.part).first("sheetData") is not None:
            sheets[entry.name] = (entry, book.xml(entry))
    formulas = [
        Formula((name, row, column), *said)
        for name, (_, xml) in sheets.items()
        for (row, column), said in xml.formulas().items()
    ]
    stale = dependants(formulas, book.names(), changed)
    for name, (entry, xml) in sheets.items():
        own = [(row, column) for sheet, row, column in stale if sheet == name]
        if own:
            book.package[entry.part] = without_results(xml, own)
    return stale
