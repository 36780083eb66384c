"""登记. What a worksheet function, a command and a button are, and the tables of all of them.

A function is pure: normalised cell values in, a value or rows out. A command works on files, a button on the
workbook that is open. A host (command line, Excel, LibreOffice) builds its own face from these declarations and adds
nothing: whoever declares one more has it in every host.
"""

from __future__ import annotations

import marshal
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from xlbudget.app.live import LiveBook

T = TypeVar("T")

OK, WRONG, FAILED = 0, 1, 2
"""Exit statuses: nothing wrong; findings of severity error; a file could not be read or the call was wrong."""

CellValue = Decimal | str | bool | None
"""A normalised cell: a number, a text, a truth value, or nothing."""
Matrix = list[list[CellValue]]
Result = CellValue | Matrix


class Kind(Enum):
    """参数种类. ``RANGE`` is a reference to cells, error cells among them; ``VALUES`` a figure or a range of figures."""

    NUMBER = "数"
    TEXT = "文字"
    FLAG = "是否"
    RANGE = "区域"
    VALUES = "数或区域"


class Fault(Enum):
    """单元格错误值. The two errors that a function may give."""

    VALUE = "#VALUE!"
    NOT_AVAILABLE = "#N/A"


class FunctionFault(Exception):
    """A function cannot answer; the host shows the proper error value, never a text that SUM would skip."""

    def __init__(self, fault: Fault, why: str) -> None:
        super().__init__(why)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Parameter:
    """参数. ``repeated`` takes any number of further values of the same kind (last parameter only)."""

    name: str
    chinese: str
    kind: Kind
    help: str
    optional: bool = False
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """工作表函数. ``spills`` functions give rows; ``example`` is a formula with its result, and a test.

    ``kept`` functions are worth remembering: the same cells give the same answer without looking at them again. A
    function that asks anything but its arguments (an archive, a clock) must not be kept.
    """

    name: str
    title: str
    help: str
    parameters: tuple[Parameter, ...]
    call: Callable[..., Result]
    example: tuple[str, str]
    spills: bool = False
    kept: bool = False


FUNCTIONS: dict[str, Function] = {}


def function(
    name: str,
    title: str,
    help: str,
    parameters: Sequence[Parameter],
    example: tuple[str, str],
    spills: bool = False,
    kept: bool = False,
) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Declare a worksheet function."""

    def declare(call: Callable[..., Result]) -> Callable[..., Result]:
        FUNCTIONS[name] = Function(name, title, help, tuple(parameters), call, example, spills, kept)
        return call

    return declare


_kept: OrderedDict[bytes, Result | FunctionFault] = OrderedDict()
_KEPT = 4096
"""Answers remembered, the least used forgotten first; an answer is a sentence or a short list."""


def call_function(name: str, arguments: Sequence[Any]) -> Result:
    """Call a function with values as a host has them; raises :class:`FunctionFault` or ``KeyError``."""
    declared = FUNCTIONS[name]
    key = _content(name, arguments) if declared.kept else None
    if key is None:
        return _called(declared, arguments)
    if key in _kept:
        _kept.move_to_end(key)
        answer = _kept[key]
    else:
        try:
            answer = _called(declared, arguments)
        except FunctionFault as fault:
            answer = fault.with_traceback(None)
        _kept[key] = answer
        if len(_kept) > _KEPT:
            _kept.popitem(last=False)
    if isinstance(answer, FunctionFault):
        raise answer
    return answer


def without_missing(name: str, arguments: Sequence[Any]) -> Sequence[Any]:
    """The arguments without the optional ones at the end that a host hands over as nothing."""
    needed = sum(1 for p in FUNCTIONS[name].parameters if not p.optional and not p.repeated)
    last = len(arguments)
    while last > needed and arguments[last - 1] is None:
        last -= 1
    return arguments[:last]


def forget() -> None:
    """Forget every answer, as after the packs were changed."""
    _kept.clear()


def _content(name: str, arguments: Sequence[Any]) -> bytes | None:
    """The arguments as a short key that tells 1 from TRUE and from "1"; ``None`` for values it cannot write."""
    try:
        return blake2b(marshal.dumps((name, *arguments), 2), digest_size=16).digest()
    except ValueError:
        return None


def _called(declared: Function, arguments: Sequence[Any]) -> Result:
    values: list[Any] = []
    for i, argument in enumerate(arguments):
        if i < len(declared.parameters):
            parameter = declared.parameters[i]
        elif declared.parameters and declared.parameters[-1].repeated:
            parameter = declared.parameters[-1]
        else:
            raise FunctionFault(Fault.VALUE, f"{declared.name} 最多 {len(declared.parameters)} 个参数")
        values.append(_converted(argument, parameter))
    needed = [p for p in declared.parameters if not p.optional and not p.repeated]
    if len(values) < len(needed):
        raise FunctionFault(Fault.VALUE, f"{declared.name} 缺少参数“{needed[len(values)].chinese}”")
    try:
        return declared.call(*values)
    except ImportError as error:  # a spreadsheet program may bring a Python without the libraries of some functions
        raise FunctionFault(Fault.NOT_AVAILABLE, f"{declared.name} 要用的部件 {error.name} 没有安装") from None


def normal(value: Any) -> CellValue:
    """One cell as a function sees it: floats as exact decimals of 15 digits, blank texts as nothing."""
    if value is None or isinstance(value, (bool, Decimal)):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(f"{value:.15g}")
    text = str(value)
    return text if text.strip() else None


def matrix(value: Any) -> Matrix:
    """A range as rows of cells, whatever shape the host hands it over in."""
    if isinstance(value, (list, tuple)):
        if value and isinstance(value[0], (list, tuple)):
            return [[normal(cell) for cell in row] for row in value]
        return [[normal(cell) for cell in value]]
    return [[normal(value)]]


ERROR_TEXTS = ("#REF!", "#VALUE!", "#N/A", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
"""错误值. How an error cell is handed to a function: as its name."""


def _converted(argument: Any, parameter: Parameter) -> Any:
    from xlbudget.reading.numerals import read_numeral

    if parameter.kind in (Kind.RANGE, Kind.VALUES):
        return matrix(argument)
    if isinstance(argument, (list, tuple)):
        rows = matrix(argument)
        if len(rows) != 1 or len(rows[0]) != 1:
            raise FunctionFault(Fault.VALUE, f"参数“{parameter.chinese}”应是一个单元格")
        argument = rows[0][0]
    value = normal(argument)
    if isinstance(value, str) and value.strip() in ERROR_TEXTS:
        raise FunctionFault(Fault.VALUE, f"参数“{parameter.chinese}”是错误值")
    if parameter.kind is Kind.TEXT:
        if isinstance(value, Decimal):
            return f"{value:f}"
        return "" if value is None else str(value)
    if parameter.kind is Kind.FLAG:
        return bool(value)
    if value is None:
        return None if parameter.optional else Decimal(0)
    if isinstance(value, str):
        numeral = read_numeral(value)
        if numeral is None:
            raise FunctionFault(Fault.VALUE, f"参数“{parameter.chinese}”不是数字：{value}")
        return numeral.value
    if isinstance(value, bool):
        raise FunctionFault(Fault.VALUE, f"参数“{parameter.chinese}”不是数字")
    return value


# ---------------------------------------------------------------- commands


class Console(Protocol):
    """对话. Where a command speaks: its result on one way out, progress and problems on the other."""

    def result(self, text: str) -> None:
        """The result itself, ending as given."""

    def say(self, text: str) -> None:
        """A line for the person; silent with ``--quiet``."""

    def problem(self, text: str) -> None:
        """What went wrong; never silent."""

    def progress(self, items: Sequence[T], title: str) -> Iterable[T]:
        """The items one by one, with a bar when it is worth while."""

    def meter(self, title: str) -> AbstractContextManager[Callable[[int, int, float], None]]:
        """Something to tell (done, all, seconds) to, for work that is not a list; drawn when it is worth while."""

    @property
    def colour(self) -> bool:
        """May the result hold colours?"""


@dataclass(frozen=True, slots=True)
class Argument:
    """命令的参数. ``name`` without dashes is a position, with dashes an option."""

    name: str
    help: str
    metavar: str = ""
    choices: tuple[str, ...] = ()
    default: str | None = None
    many: bool = False
    flag: bool = False
    required: bool = True


@dataclass(frozen=True, slots=True)
class Command:
    """命令. One verb of the command line; ``run`` gets the console and the arguments, and gives the exit status."""

    name: str
    title: str
    help: str
    arguments: tuple[Argument, ...]
    run: Callable[[Console, Mapping[str, Any]], int]
    example: str


COMMANDS: dict[str, Command] = {}


def command(
    name: str, title: str, help: str, arguments: Sequence[Argument], example: str
) -> Callable[[Callable[[Console, Mapping[str, Any]], int]], Callable[[Console, Mapping[str, Any]], int]]:
    """Declare a command."""

    def declare(run: Callable[[Console, Mapping[str, Any]], int]) -> Callable[[Console, Mapping[str, Any]], int]:
        COMMANDS[name] = Command(name, title, help, tuple(arguments), run, example)
        return run

    return declare


# ---------------------------------------------------------------- buttons


@dataclass(frozen=True, slots=True)
class Button:
    """按钮. One button of the ribbon, one line of the menu; ``run`` works on the open workbook.

    ``group`` is one of :data:`GROUPS`, ``icon`` a picture of Excel's own (imageMso), ``keytip`` one or two capitals.
    ``run`` gives the sentence that tells the person what was done; it raises ``LiveError`` for what cannot be done.
    """

    id: str
    group: str
    title: str
    help: str
    icon: str
    keytip: str
    run: Callable[[LiveBook], str]


GROUPS = ("校验", "上年", "绩效", "公开", "帮助")
"""功能区的组. In their order; a group without a button is not shown."""

BUTTONS: dict[str, Button] = {}


def button(
    id: str, group: str, icon: str, keytip: str, title: str = "", help: str = ""
) -> Callable[[Callable[[LiveBook], str]], Callable[[LiveBook], str]]:
    """Declare a button; one that has the name of a command takes its title and its help from it."""

    def declare(run: Callable[[LiveBook], str]) -> Callable[[LiveBook], str]:
        known = COMMANDS.get(id)
        BUTTONS[id] = Button(
            id, group, title or (known.title if known else id), help or (known.help if known else ""), icon, keytip, run
        )
        return run

    return declare


def buttons_by_group() -> list[tuple[str, list[Button]]]:
    """The buttons as a ribbon shows them."""
    found = [(group, [b for b in BUTTONS.values() if b.group == group]) for group in GROUPS]
    return [(group, buttons) for group, buttons in found if buttons]
