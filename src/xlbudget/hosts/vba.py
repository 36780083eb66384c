"""VBA 外壳. Writes the wrappers, the ribbon and the add-in files of Excel from the registry and the texts in ``vba_shim``.

VBA text is plain ASCII: Chinese stands in the ribbon's XML and on the sheet of the add-in, which also holds the paths
that ``install.py`` fills in. The same sources and paths give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import xlbudget.app.buttons
import xlbudget.app.functions
from xlbudget.app.registry import FUNCTIONS, Fault, Function, buttons_by_group
from xlbudget.exports.vbaproject import Module, ModuleKind, vba_project
from xlbudget.hosts.oxt import packed

assert xlbudget.app.functions and xlbudget.app.buttons  # declare the functions and the buttons

SHEET = "xlbudget"
ERROR_MARK = "\x01"
ERROR_NUMBERS = {Fault.VALUE: 2015, Fault.NOT_AVAILABLE: 2042}
"""错误值. Excel's numbers (XlCVError), as a fault travels to VBA behind ``ERROR_MARK``."""

WRITTEN_BY_HAND = ("XlbPython", "XlbCells")
GENERATED = "' Generated from the registry by xlbudget addin build: do not edit."


@dataclass(frozen=True, slots=True)
class Wiring:
    """接线. Where Python is on one machine; empty in a build for nobody in particular.

    ``command`` starts the server (``$(CLSID)`` is filled in by xlwings), the two paths are its libraries for Excel of
    64 and of 32 bits, ``mac_python`` is the interpreter on macOS.
    """

    library_64: str = ""
    library_32: str = ""
    command: str = ""
    mac_python: str = ""


def build_xlam(wiring: Wiring = Wiring()) -> bytes:
    """The add-in for Excel."""
    return _package("addin", wiring, hidden=True)


def build_xlsm(wiring: Wiring = Wiring(), replaced: Mapping[str, str] | None = None) -> bytes:
    """Its twin as a workbook, which other programs open too; ``replaced`` modules stand in for ours in tests."""
    return _package("sheet", wiring, hidden=False, replaced=replaced or {})


def modules() -> dict[str, str]:
    """Every module with its text, generated ones included."""
    texts = {name: _shim(f"{name}.bas") for name in WRITTEN_BY_HAND}
    return {**texts, "XlbFunctions": functions_module(), "XlbRibbon": ribbon_module()}


def functions_module() -> str:
    """The functions of the sheet: a range in, its values to Python, a typed answer out."""
    head = f'Attribute VB_Name = "XlbFunctions"\nOption Explicit\n{GENERATED}\n'
    return head + "".join(_wrapper(declared) for declared in FUNCTIONS.values())


def ribbon_module() -> str:
    """One callback for all buttons: which one it was stands in its tag."""
    return f"""Attribute VB_Name = "XlbRibbon"
Option Explicit
{GENERATED}

Public Sub XlbPress(ByVal control As Object)
    XlbPython.Press CStr(control.Tag)
End Sub

' Excel calls this for "undo" after a step that Python wrote.
Public Sub XlbUndo()
    XlbPython.Press "undo"
End Sub
"""


def ribbon_xml() -> str:
    """``customUI14.xml``: the tab 预算公开 with its groups; names as ribbon and menu show them."""
    groups = []
    for number, (group, buttons) in enumerate(buttons_by_group()):
        lines = "".join(
            f'          <button id="xlb_{b.id}" tag="{b.id}" label={quoteattr(b.title)} size="large"'
            f' imageMso="{b.icon}" keytip="{b.keytip}" onAction="XlbRibbon.XlbPress"'
            f" screentip={quoteattr(b.title)} supertip={quoteattr(b.help)}/>\n"
            for b in buttons
        )
        groups.append(f'        <group id="xlbGroup{number}" label={quoteattr(group)}>\n{lines}        </group>\n')
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui">\n  <ribbon>\n    <tabs>\n'
        f'      <tab id="xlbTab" label="预算公开" keytip="YS">\n{"".join(groups)}      </tab>\n'
        "    </tabs>\n  </ribbon>\n</customUI>\n"
    )


_ERROR_VALUE = "CVErr(2015)"


def _wrapper(declared: Function) -> str:
    fixed = [p for p in declared.parameters if not p.repeated]
    rest = next((p for p in declared.parameters if p.repeated), None)
    names = [argument_name(p.name) for p in fixed]
    signature = [
        f"{'Optional ' if p.optional else ''}ByVal {name} As Variant" for p, name in zip(fixed, names, strict=True)
    ]
    name, count = declared.name, len(fixed)
    if rest is None:
        body = f"    Dim values(0 To {count - 1}) As Variant\n"
    else:
        more = argument_name(rest.name)
        signature.append(f"ParamArray {more}() As Variant")
        body = f"    Dim values() As Variant\n    Dim i As Long\n    ReDim values(0 To UBound({more}) + {count})\n"
    for i, (parameter, one) in enumerate(zip(fixed, names, strict=True)):
        # A missing argument is not handed on: not every program can.
        asked = f"If Not IsMissing({one}) Then " if parameter.optional else ""
        body += f"    {asked}values({i}) = XlbCells.Given({one})\n"
    if rest is not None:
        body += (
            f"    For i = 0 To UBound({more})\n        values(i + {count}) = XlbCells.Given({more}(i))\n    Next i\n"
        )
    body += f'    {name} = XlbCells.Typed(XlbPython.Ask("{name}", values))\n'
    return (
        f"\nPublic Function {name}({', '.join(signature)}) As Variant\n"
        f"    On Error GoTo Failed\n{body}    Exit Function\nFailed:\n    {name} = {_ERROR_VALUE}\nEnd Function\n"
    )


def argument_name(name: str) -> str:
    """The name of a parameter in VBA; the ending keeps it clear of the words of the language (``Next``, ``String``)."""
    first, *others = name.split("_")
    return first + "".join(part.title() for part in others) + "Arg"


def settings(wiring: Wiring) -> tuple[tuple[str, str], ...]:
    """The rows of the sheet ``xlbudget``; ``XlbPython.bas`` knows them by their numbers."""
    return (
        ("library_64", wiring.library_64),
        ("library_32", wiring.library_32),
        ("command", wiring.command),
        ("mac_python", wiring.mac_python),
        ("not_installed", "预算公开加载项还没有装好。请在程序文件夹里运行 py install.py，再重新打开 Excel。"),
        ("no_python", "预算公开加载项没有完成这一步。可运行 py install.py doctor 查看原因。"),
        ("title", "预算公开"),
    )


def shim_folder() -> Path:
    """Where the texts written by hand are: in the package when it was installed, beside ``src`` in a checkout."""
    inside = Path(__file__).parent / "vba_shim"
    return inside if inside.is_dir() else Path(__file__).parents[3] / "vba_shim"


def _shim(name: str) -> str:
    text = (shim_folder() / name).read_text(encoding="ascii")
    return text.replace("@XLWINGS@", version("xlwings"))


_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RIBBON = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_VBA = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def _package(kind: str, wiring: Wiring, hidden: bool, replaced: Mapping[str, str] | None = None) -> bytes:
    texts = {**modules(), **(replaced or {})}
    project = [Module("ThisWorkbook", ModuleKind.WORKBOOK), Module("Sheet1", ModuleKind.SHEET)]
    project += [Module(name, ModuleKind.CODE, text) for name, text in texts.items()]
    view = '<bookViews><workbookView visibility="hidden"/></bookViews>' if hidden else ""
    rows = "".join(
        f'<row r="{n}">{_cell("A", n, name)}{_cell("B", n, value)}</row>'
        for n, (name, value) in enumerate(settings(wiring), 1)
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _content_types(kind),
        "_rels/.rels": _relations(
            (f"{_OFFICE}/officeDocument", "xl/workbook.xml"), (_RIBBON, "customUI/customUI14.xml")
        ),
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr codeName="ThisWorkbook"/>'
        f'{view}<sheets><sheet name="{SHEET}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(
            (f"{_OFFICE}/worksheet", "worksheets/sheet1.xml"), (_VBA, "vbaProject.bin")
        ),
        "xl/worksheets/sheet1.xml": f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetPr codeName="Sheet1"/>'
        f"<sheetData>{rows}</sheetData></worksheet>",
        "xl/vbaProject.bin": vba_project(project),
        "customUI/customUI14.xml": ribbon_xml(),
    }
    return packed({name: part.encode() if isinstance(part, str) else part for name, part in parts.items()})


def _content_types(kind: str) -> str:
    base = "application/vnd.openxmlformats-"
    sheet = f"{base}officedocument.spreadsheetml.worksheet+xml"
    return (
        f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="rels" ContentType="{base}package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.{kind}.macroEnabled.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{sheet}"/></Types>'
    )


def _relations(*targets: tuple[str, str]) -> str:
    entries = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{entries}</Relationships>'


def _cell(column: str, row: int, text: str) -> str:
    return f'<c r="{column}{row}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
