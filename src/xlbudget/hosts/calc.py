"""LibreOffice 加载项. What the add-in of LibreOffice Calc does: answers functions, runs buttons, relinks formulas.

The component that LibreOffice loads (``calc_component.py``, at the top of the .oxt) is a bare list of its interfaces;
it hands everything over to this module.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import uno

import xlbudget.app.functions
from xlbudget.app.buttons import press
from xlbudget.app.live import LiveError
from xlbudget.app.registry import FUNCTIONS, CellValue, Fault, FunctionFault, call_function, without_missing
from xlbudget.hosts.calcbook import CALC, CalcBook, range_values
from xlbudget.hosts.naming import OURS, plain_formula, programmatic

assert xlbudget.app.functions  # declares the functions

_BY_NAME = {programmatic(name): declared for name, declared in FUNCTIONS.items()}
_ERROR_NUMBERS = {Fault.VALUE: 519, Fault.NOT_AVAILABLE: 32767}
"""错误值. LibreOffice carries an error as a NaN with its number in the lower half."""

RELINK = "relink"
"""重新连接函数. The one line of the menu that only LibreOffice needs."""


def answer(method: str, arguments: Sequence[Any]) -> Any:
    """Call a function with the arguments as LibreOffice hands them over."""
    given = [_argument(value) for value in arguments]
    declared = _BY_NAME[method]
    if declared.parameters and declared.parameters[-1].repeated and given:
        given[-1:] = list(given[-1] or ())
    try:
        result = call_function(declared.name, without_missing(declared.name, given))
    except FunctionFault as fault:
        error = _error(fault.fault)
        return ((error,),) if declared.spills else error
    if declared.spills:
        return tuple(tuple(_cell(cell) for cell in row) for row in result)  # type: ignore[union-attr]
    return _cell(result)  # type: ignore[arg-type]


def _argument(value: Any) -> Any:
    return range_values(value) if hasattr(value, "RangeAddress") else value


def _cell(value: CellValue) -> Any:
    return value if isinstance(value, str) else "" if value is None else float(value)


def _error(fault: Fault) -> float:
    return float(struct.unpack("<d", struct.pack("<Q", 0x7FF8 << 48 | _ERROR_NUMBERS[fault]))[0])


def describe(method: str, number: int | None = None) -> tuple[str, str]:
    """Name and help of a function, or of its n-th parameter, for the function wizard."""
    declared = _BY_NAME.get(method)
    if declared is None:
        return method, ""
    if number is None:
        return declared.name, declared.help
    if number >= len(declared.parameters):
        return "", ""
    parameter = declared.parameters[number]
    return parameter.chinese, parameter.help


def run_button(context: Any, frame: Any, id: str, options: Mapping[str, Any]) -> str:
    """A line of the menu, on the document of its frame; gives what the person is told.

    ``options``: ``Silent`` asks and shows nothing on the screen; the lines of ``Answer`` are the answers, one a question.
    """
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    window = frame.ContainerWindow if frame is not None else None
    silent = bool(options.get("Silent")) or window is None
    good = True
    try:
        document = frame.Controller.Model if frame is not None and frame.Controller is not None else None
        if silent:
            lines = iter(str(options.get("Answer", "")).split("\n"))
            book = CalcBook(document, desktop, lambda _: next(lines, ""), False, lambda _: next(lines, ""))
        else:
            book = CalcBook(document, desktop, partial(_input, context), True, partial(_picked, context))
        text = f"重新连接了 {relink(book.document)} 个公式。" if id == RELINK else press(book, id)
    except LiveError as error:
        good, text = False, str(error)
    except Exception as error:
        good, text = False, f"程序出错，没有完成（{type(error).__name__}: {error}）。请把这条信息反馈给维护者。"
    if text and not silent:
        _tell(window, text, good)
    return text


def _tell(window: Any, text: str, good: bool) -> None:
    kinds = uno.Enum("com.sun.star.awt.MessageBoxType", "INFOBOX" if good else "WARNINGBOX")
    window.Toolkit.createMessageBox(window, kinds, 1, "预算公开", text).execute()


def _input(context: Any, question: str) -> str | None:
    """A small dialog with one line, made of plain controls."""
    create = context.ServiceManager.createInstanceWithContext
    model = create("com.sun.star.awt.UnoControlDialogModel", context)
    high = 9 * max(2, sum(1 + len(line) // 34 for line in question.split("\n")))
    model.Title, model.Width, model.Height = "预算公开", 220, high + 44
    parts: tuple[tuple[str, str, int, int, int, int, dict[str, Any]], ...] = (
        ("FixedText", "question", 8, 6, 204, high, {"Label": question, "MultiLine": True}),
        ("Edit", "line", 8, high + 8, 204, 13, {}),
        ("Button", "ok", 106, high + 26, 50, 13, {"Label": "确定", "PushButtonType": 1, "DefaultButton": True}),
        ("Button", "cancel", 162, high + 26, 50, 13, {"Label": "取消", "PushButtonType": 2}),
    )
    for kind, name, x, y, width, height, more in parts:
        part = model.createInstance(f"com.sun.star.awt.UnoControl{kind}Model")
        values = {"PositionX": x, "PositionY": y, "Width": width, "Height": height, **more}
        for key, value in values.items():
            setattr(part, key, value)
        model.insertByName(name, part)
    dialog = create("com.sun.star.awt.UnoControlDialog", context)
    dialog.setModel(model)
    try:
        dialog.createPeer(create("com.sun.star.awt.Toolkit", context), None)
        return str(dialog.getControl("line").Text) if dialog.execute() else None
    finally:
        dialog.dispose()


def _picked(context: Any, question: str) -> str | None:
    """The URL of a file that the person picks in the program's own dialog."""
    picker = context.ServiceManager.createInstanceWithContext("com.sun.star.ui.dialogs.FilePicker", context)
    picker.setTitle(question)
    picker.appendFilter("公开文件", "*.xlsx;*.xls;*.xlsm;*.docx;*.doc;*.pdf;*.html;*.htm;*.txt;*.et;*.wps;*.ods")
    picker.appendFilter("所有文件", "*.*")
    return str(picker.getFiles()[0]) if picker.execute() else None


def relink(document: Any) -> int:
    """重新连接函数. Enters anew the formulas of ours that a file of Excel's brought in under another name.

    LibreOffice does not look for add-in functions in such a file, and shows the results that were kept in it; entered
    anew they are found and calculated. A formula that is found already bears the add-in's own name and is left alone.
    Gives how many.
    """
    if document is None or not document.supportsService(CALC):
        return 0
    count = 0
    for index in range(document.Sheets.Count):
        sheet = document.Sheets.getByIndex(index)
        if sheet.isProtected():
            continue
        wanted = sheet.createSearchDescriptor()
        wanted.SearchString, wanted.SearchType = "BUDGET_", 0
        found = sheet.findAll(wanted)
        cells = found.Cells.createEnumeration() if found is not None else None
        while cells is not None and cells.hasMoreElements():
            cell = cells.nextElement()
            if cell.Type.value == "FORMULA" and OURS.search(plain_formula(cell.Formula)):
                count += _enter_anew(sheet, cell)
    return count


def _enter_anew(sheet: Any, cell: Any) -> int:
    """Gives 1, or 0 for a further cell of an array formula that was entered already."""
    if not cell.ArrayFormula:
        cell.setFormula(plain_formula(cell.Formula))
        return 1
    cursor = sheet.createCursorByRange(cell)
    cursor.collapseToCurrentArray()
    at, first = cell.CellAddress, cursor.RangeAddress
    if (at.Row, at.Column) != (first.StartRow, first.StartColumn):
        return 0
    cursor.setArrayFormula(plain_formula(cell.ArrayFormula.strip("{}")))
    return 1
