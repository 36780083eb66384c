"""Excel 加载项. What Excel's add-in calls through xlwings' server: every function by its name, ``press`` for buttons.

The server (``xlwings.serve``, BSD part) looks functions up in this module by name and hands values over, never ranges,
so that a function cannot write. Every answer is a matrix, which is what xlwings unpacks.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import xlbudget.app.functions
from xlbudget.app import buttons
from xlbudget.app.live import LiveError
from xlbudget.app.registry import FUNCTIONS, FunctionFault, call_function, matrix, without_missing
from xlbudget.hosts.excelbook import ExcelBook, range_value, sent
from xlbudget.hosts.vba import ERROR_MARK, ERROR_NUMBERS

assert xlbudget.app.functions  # declares the functions

ADD_IN = "xlbudget.xlam"
UNDO = "undo"


def answer(name: str, arguments: tuple[Any, ...]) -> list[list[Any]]:
    """Call a function with values as Excel sends them; a fault becomes a marked text that VBA turns into an error."""
    given = [range_value(value) for value in arguments]
    try:
        result = call_function(name, without_missing(name, given))
    except FunctionFault as fault:
        return [[f"{ERROR_MARK}{ERROR_NUMBERS[fault.fault]}"]]
    rows = result if isinstance(result, list) else matrix(result)
    return [[sent(cell) for cell in row] for row in rows]


_last_step: list[Callable[[], object]] = []


def run_button(id: str, book: Any = None) -> list[list[Any]]:
    """A button on a COM ``Workbook``; tells the person in one message box. Gives the message, for whoever calls."""
    text, good = "", True
    try:
        if id == UNDO:
            while _last_step:
                _last_step.pop()()
        else:
            text = buttons.press(ExcelBook(book, lambda title, step: _remember(book, title, step)), id)
    except LiveError as error:
        text, good = str(error), False
    except Exception as error:
        text, good = f"程序出错，没有完成（{type(error).__name__}: {error}）。请把这条信息反馈给维护者。", False
    if text:
        _tell(book, text, good)
    return [[text]]


def press_here(id: str) -> None:
    """A button on macOS, where the ribbon starts Python anew each time and there is no COM."""
    import xlwings

    from xlbudget.hosts.macbook import MacBook

    book = xlwings.Book.caller()
    try:
        text = buttons.press(MacBook(book), id)
    except LiveError as error:
        text = str(error)
    except Exception as error:
        text = f"程序出错，没有完成（{type(error).__name__}: {error}）。请把这条信息反馈给维护者。"
    if text:
        book.app.alert(text, "预算公开")


def _remember(book: Any, title: str, step: Callable[[], object]) -> None:
    """Excel forgets its own undo list when a program writes; this puts our step on it."""
    _last_step[:] = [step]
    book.Application.OnUndo(f"撤销 {title}", f"'{ADD_IN}'!XlbUndo")


def _tell(book: Any, text: str, good: bool) -> None:
    windows: Any = import_module("xlwings._xlwindows")
    app = windows.App(xl=book.Application) if book is not None else windows.Apps()[windows.Apps().keys()[0]]
    app.alert(text, "预算公开", "ok", "info" if good else "critical", None)


def declare(func: Any, arg: Any, ret: Any) -> dict[str, Any]:
    """Every function, and ``press``, as xlwings wants them: values as they come, answers as they are."""

    def made(name: str) -> Callable[..., list[list[Any]]]:
        def call(*arguments: Any) -> list[list[Any]]:
            return answer(name, arguments)

        call.__name__, call.__doc__ = name, FUNCTIONS[name].help
        return call

    def button(*arguments: Any) -> list[list[Any]]:
        return run_button(*arguments)

    button.__name__ = "press"
    plain = {**{name: made(name) for name in FUNCTIONS}, "press": button}
    return {name: ret("raw")(arg("*arguments", "raw")(func(call))) for name, call in plain.items()}


def _declare_for_xlwings() -> None:
    """On Windows xlwings has its decorators; elsewhere they do nothing and there is no Excel to serve."""
    import sys

    if sys.platform == "win32":
        from xlwings.udfs import xlarg, xlfunc, xlret

        globals().update(declare(xlfunc, xlarg, xlret))


_declare_for_xlwings()
