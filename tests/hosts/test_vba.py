"""The add-in files of Excel: sources read back by olevba, the ribbon against its schema, the twin run by LibreOffice.

No program of Microsoft's was at hand: what can be known without it is tested here, the rest is on the checklist
``docs/first-windows-machine.md``.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT
from tests.hosts.cases import BAD, CASES, Case, agrees
from tests.hosts.office import Office, need_office
from tests.hosts.test_calc import formula_of, put

from xlbudget.app.registry import BUTTONS, FUNCTIONS, Fault, Parameter
from xlbudget.exports.vbaproject import Module, ModuleKind, compress, vba_project
from xlbudget.hosts import excel
from xlbudget.hosts.vba import (
    Wiring,
    build_xlam,
    build_xlsm,
    functions_module,
    modules,
    ribbon_xml,
    settings,
    shim_folder,
)

WIRED = Wiring(r"C:\用户\张 三\.venv\xlwings64.dll", r"C:\x\xlwings32.dll", "cmd.exe /K x -c \"serve('$(CLSID)')\"")
RESERVED = [
    "Abs",
    "And",
    "Any",
    "Array",
    "As",
    "Base",
    "Binary",
    "Boolean",
    "ByRef",
    "Byte",
    "ByVal",
    "Call",
    "Case",
    "CBool",
    "CByte",
    "CCur",
    "CDate",
    "CDbl",
    "CDec",
    "CInt",
    "CLng",
    "Close",
    "CLngLng",
    "CLngPtr",
    "Compare",
    "Const",
    "CSng",
    "CStr",
    "Currency",
    "CVar",
    "CVErr",
    "Date",
    "Debug",
    "Decimal",
    "Declare",
    "DefBool",
    "Dim",
    "Do",
    "DoEvents",
    "Double",
    "Each",
    "Else",
    "ElseIf",
    "Empty",
    "End",
    "EndIf",
    "Enum",
    "Eqv",
    "Erase",
    "Error",
    "Event",
    "Exit",
    "Explicit",
    "False",
    "Fix",
    "For",
    "Friend",
    "Function",
    "Get",
    "Global",
    "GoSub",
    "GoTo",
    "If",
    "Imp",
    "Implements",
    "In",
    "Input",
    "InputB",
    "Int",
    "Integer",
    "Is",
    "LBound",
    "Len",
    "LenB",
    "Let",
    "Like",
    "Line",
    "LinkedName",
    "Lock",
    "Long",
    "LongLong",
    "LongPtr",
    "Loop",
    "LSet",
    "Me",
    "Mod",
    "Module",
    "Name",
    "New",
    "Next",
    "Not",
    "Nothing",
    "Null",
    "Object",
    "On",
    "Open",
    "Option",
    "Optional",
    "Or",
    "ParamArray",
    "Preserve",
    "Print",
    "Private",
    "Property",
    "PtrSafe",
    "Public",
    "Put",
    "RaiseEvent",
    "ReDim",
    "Rem",
    "Resume",
    "Return",
    "RSet",
    "Scale",
    "Seek",
    "Select",
    "Set",
    "Sgn",
    "Shared",
    "Single",
    "Spc",
    "Static",
    "Stop",
    "StrComp",
    "String",
    "Sub",
    "Tab",
    "Then",
    "To",
    "True",
    "Type",
    "TypeOf",
    "UBound",
    "Unlock",
    "Until",
    "Variant",
    "VB_Name",
    "Wend",
    "While",
    "With",
    "WithEvents",
    "Write",
    "Xor",
]
"""Words that VBA keeps for itself ([MS-VBAL] 3.3.5.2)."""


def project(data: bytes) -> bytes:
    return zipfile.ZipFile(io.BytesIO(data)).read("xl/vbaProject.bin")


def test_olevba_reads_the_very_sources_back(tmp_path: Path) -> None:
    olevba = pytest.importorskip("oletools.olevba", reason="没有安装 oletools")
    for name, data in (("a.xlam", build_xlam(WIRED)), ("a.xlsm", build_xlsm())):
        (tmp_path / name).write_bytes(data)
        found = {
            stream.split("/")[-1]: code
            for _, stream, _, code in olevba.VBA_Parser(str(tmp_path / name)).extract_macros()
        }
        for module, text in modules().items():
            assert found[module].replace("\r\n", "\n") == text, module
        assert set(found) == {"ThisWorkbook", "Sheet1", *modules()}


def test_compression_is_undone_by_another_program() -> None:
    olevba = pytest.importorskip("oletools.olevba", reason="没有安装 oletools")
    samples = [b"", b"a", b"ab" * 5000, bytes(range(256)) * 40, *(t.encode() for t in modules().values())]
    for sample in samples:
        if sample:
            assert bytes(olevba.decompress_stream(bytearray(compress(sample)))) == sample


def test_two_builds_have_one_hash() -> None:
    for build in (build_xlam, build_xlsm):
        assert len({hashlib.sha256(build(WIRED)).hexdigest() for _ in range(2)}) == 1  # type: ignore[operator]
        assert build(WIRED) != build()  # type: ignore[operator]


def test_large_projects_keep_their_chains_whole() -> None:
    """Many and long modules: streams in small and in large sectors, more than one sector of table."""
    olefile = pytest.importorskip("olefile", reason="没有安装 oletools")
    many = [
        Module(f"M{n}", ModuleKind.CODE, f'Attribute VB_Name = "M{n}"\n' + f"' {n * 7919**5:x}\n" * (n * n))
        for n in range(1, 60)
    ]
    file = olefile.OleFileIO(io.BytesIO(vba_project(many)))
    for module in many:
        assert file.openstream(f"VBA/{module.name}").read() == compress(module.source.encode())
    assert not file.parsing_issues


def test_texts_are_plain_ascii_and_lines_are_short() -> None:
    for name, text in modules().items():
        assert text.isascii() and text.startswith(f'Attribute VB_Name = "{name}"\nOption Explicit\n'), name
        assert max(map(len, text.split("\n"))) < 1023 and "@" not in text, "the longest line that VBA takes is 1023"
    with pytest.raises(ValueError, match="ASCII"):
        vba_project([Module("M", ModuleKind.CODE, "' 中文")])


def test_names_are_unique_short_and_no_words_of_the_language() -> None:
    reserved = {word.lower() for word in RESERVED}
    names = [n.lower() for text in modules().values() for n in re.findall(r"(?:Sub|Function) (\w+)\(", text)]
    doubled = {n for n in names if names.count(n) > 1} - {"server"}  # one for macOS, one for Windows
    assert not doubled
    signatures = re.findall(r"^Public Function (\w+)\((.*)\) As Variant$", functions_module(), re.MULTILINE)
    assert [name for name, _ in signatures] == list(FUNCTIONS)
    for name, arguments in signatures:
        words = [name, *re.findall(r"(\w+)(?:\(\))? As Variant", arguments)]
        assert len(set(map(str.lower, words))) == len(words)
        assert not {w.lower() for w in words} & reserved
        assert all(len(w) <= 255 and re.fullmatch(r"[A-Za-z]\w*", w) for w in words)
        assert not re.fullmatch(r"[A-Za-z]{1,3}\d+", name), "a function must not look like a cell"
    assert all(len(name) <= 31 for name in modules())


@pytest.mark.parametrize("word", ["next", "string", "date", "end", "name", "type"])
def test_a_parameter_named_like_a_word_of_the_language_is_harmless(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    declared = FUNCTIONS["BUDGET_SUBJECT"]
    named = replace(declared, parameters=(Parameter(word, "名", declared.parameters[0].kind, "说明"),))
    monkeypatch.setitem(FUNCTIONS, "BUDGET_SUBJECT", named)
    assert f"ByVal {word}Arg As Variant" in functions_module()


def test_every_function_takes_something() -> None:
    assert all(declared.parameters for declared in FUNCTIONS.values())
    assert all(len(declared.parameters) <= 60 for declared in FUNCTIONS.values())


# ---------------------------------------------------------------- the ribbon


def test_the_ribbon_is_valid_and_its_callbacks_exist() -> None:
    etree = pytest.importorskip("lxml.etree", reason="没有安装 lxml")
    schema = etree.XMLSchema(etree.parse(str(Path(__file__).with_name("customUI14.xsd"))))
    tree = etree.fromstring(ribbon_xml().encode())
    schema.assertValid(tree)
    buttons = tree.findall(".//{*}button")
    assert [b.get("tag") for b in buttons] == [b.id for b in sorted(BUTTONS.values(), key=_group)]
    assert len({b.get("keytip") for b in buttons}) == len(buttons)
    for called in {b.get("onAction") for b in buttons}:
        module, name = called.split(".")
        assert f"Public Sub {name}(ByVal control As Object)" in modules()[module]
    assert [g.get("label") for g in tree.findall(".//{*}group")] == ["校验", "上年", "绩效", "公开", "帮助"]


def _group(button: Any) -> int:
    from xlbudget.app.registry import GROUPS

    return GROUPS.index(button.group)


@pytest.mark.parametrize("spoilt", ['keytip="LONG"', 'size="huge"', 'label=""', 'color="red"'])
def test_the_schema_can_fail(spoilt: str) -> None:
    etree = pytest.importorskip("lxml.etree", reason="没有安装 lxml")
    schema = etree.XMLSchema(etree.parse(str(Path(__file__).with_name("customUI14.xsd"))))
    name = spoilt.split("=")[0]
    text = re.sub(rf' {name}="[^"]*"', "", ribbon_xml(), count=0)
    text = text.replace("<button ", f"<button {spoilt} ", 1)
    assert not schema.validate(etree.fromstring(text.encode()))


def test_the_package_holds_what_excel_looks_for() -> None:
    package = zipfile.ZipFile(io.BytesIO(build_xlam(WIRED)))
    relations = package.read("_rels/.rels").decode()
    assert "office/2007/relationships/ui/extensibility" in relations and "customUI/customUI14.xml" in relations
    assert "addin.macroEnabled.main+xml" in package.read("[Content_Types].xml").decode()
    sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert all(name in sheet for name, _ in settings(WIRED)) and "张 三" in sheet
    for part in package.namelist():
        if part.endswith((".xml", ".rels")):
            pytest.importorskip("lxml.etree", reason="没有安装 lxml").fromstring(package.read(part))


def test_nothing_runs_when_excel_starts() -> None:
    texts = "\n".join(modules().values()).lower()
    for word in ("workbook_open", "auto_open", "onload", "application.ontime", "volatile", "shell(", "createobject"):
        assert word not in texts and word not in ribbon_xml().lower()
    asked = modules()["XlbPython"]
    # Python is reached by one way only, and that way is taken by Ask and Press alone.
    assert asked.count("XLPyDLLActivateAuto(answer") == 1 and asked.count("Server()") == 4
    assert "<f>" not in zipfile.ZipFile(io.BytesIO(build_xlam())).read("xl/worksheets/sheet1.xml").decode()


def test_the_texts_kept_for_reading_are_those_that_are_built() -> None:
    for name, text in modules().items():
        path = shim_folder() / f"{name}.bas"
        assert path.is_file(), "run docs/generate.py"
        if name.startswith(("XlbFunctions", "XlbRibbon")):
            assert path.read_text(encoding="ascii") == text, "run docs/generate.py"
    assert (shim_folder() / "customUI14.xml").read_text(encoding="utf-8") == ribbon_xml(), "run docs/generate.py"
    assert shim_folder() == ROOT / "vba_shim"


# ---------------------------------------------------------------- the twin in LibreOffice

DOUBLE = """Attribute VB_Name = "XlbPython"
Option Explicit

' Stands in for the way to Python: gives back what it was asked, each value with its type and its length.
Public Function Ask(ByVal name As String, ByVal given As Variant) As Variant
    Dim i As Long
    Dim r As Long
    Dim c As Long
    If name = "BUDGET_SUBJECT" Then
        If Told(given(0)) = "String7:9999999" Then
            Ask = Chr$(1) & "2042"
            Exit Function
        End If
    End If
    Ask = name
    For i = LBound(given) To UBound(given)
        If IsArray(given(i)) Then
            Ask = Ask & "|A"
            For r = LBound(given(i), 1) To UBound(given(i), 1)
                Ask = Ask & "/"
                For c = LBound(given(i), 2) To UBound(given(i), 2)
                    Ask = Ask & Told(given(i)(r, c))
                Next c
            Next r
        Else
            Ask = Ask & "|V" & Told(given(i))
        End If
    Next i
End Function

Private Function Told(ByVal value As Variant) As String
    Dim text As String
    If TypeName(value) = "Error" Then
        text = "#DIV/0!"
        Told = "String"
    ElseIf TypeName(value) = "Nothing" Then
        Told = "Empty"  ' what LibreOffice makes of an Empty that a function gives
    Else
        text = CStr(value)
        Told = TypeName(value)
    End If
    Told = Told & Len(text) & ":" & text
End Function

Public Sub Press(ByVal id As String)
    ThisWorkbook.Worksheets(1).Cells(40, 1).Value = id
End Sub
"""


def understood(told: str) -> tuple[str, list[Any]]:
    """What the double was asked, as Python would have got it."""
    name, rest = re.match(r"(\w+)(.*)", told, re.DOTALL).groups()  # type: ignore[union-attr]
    given: list[Any] = []
    while rest:
        kind, rest = rest[:2], rest[2:]
        rows: list[list[Any]] = []
        while rest and rest[0] != "|":
            if rest[0] == "/":
                rows.append([])
                rest = rest[1:]
                continue
            type_name, length = re.match(r"([A-Za-z]+)(\d+):", rest).groups()  # type: ignore[union-attr]
            start = len(type_name) + len(length) + 1
            text, rest = rest[start : start + int(length)], rest[start + int(length) :]
            value = {"String": text, "Empty": None}.get(type_name, None if type_name == "Empty" else text)
            value = float(text) if type_name in ("Double", "Integer", "Long") else value
            (rows[-1] if kind == "|A" else rows.append([value]) or rows[-1]).append(value)  # type: ignore[func-returns-value]
        given.append(tuple(map(tuple, rows)) if kind == "|A" else rows[0][0])
    return name, given


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The twin with the double, in a LibreOffice without the extension. Calc's Range has Value, but not Value2."""
    need_office()
    folder = tmp_path_factory.mktemp("twin")
    cells = modules()["XlbCells"].replace(".Value2", ".Value")
    (folder / "twin.xlsm").write_bytes(build_xlsm(replaced={"XlbPython": DOUBLE, "XlbCells": cells}))
    office = Office(folder / "profile")
    document = office.open(folder / "twin.xlsm")
    yield document
    document.close(True)
    office.close()


@pytest.mark.office
@pytest.mark.usefixtures("with_archive")
@pytest.mark.parametrize("case", [c for c in CASES if c.id != "an error value in the table"], ids=lambda c: c.id)
def test_the_twin_hands_over_what_python_needs(twin: Any, case: Case) -> None:
    """Cell -> wrapper -> values -> the answer that Excel would get; only the COM call between is not there."""
    sheet = twin.Sheets.getByIndex(0)
    sheet.getCellRangeByName("A50:Z200").clearContents(1023)
    moved = formula_of(_Shifted(sheet), case)
    cell = sheet.getCellRangeByName("A45")
    cell.setFormula(moved)
    if case.id == "no such subject":
        assert cell.String == "Error 2042", "LibreOffice writes an error value of VBA like this"
        return
    name, given = understood(cell.String)
    assert name == case.function
    got = excel.answer(name, tuple(given))
    if isinstance(case.expected, Fault):
        assert got == [["\x01" + {Fault.VALUE: "2015", Fault.NOT_AVAILABLE: "2042"}[case.expected]]]
    else:
        assert agrees(case, got if FUNCTIONS[name].spills else got[0][0]), got


class _Shifted:
    """The sheet from row 50 on: above stand the settings of the add-in."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet

    def getCellRangeByPosition(self, left: int, top: int, right: int, bottom: int) -> Any:  # noqa: N802
        return self.sheet.getCellRangeByPosition(left, top + 50, right, bottom + 50)


@pytest.mark.office
def test_a_whole_column_is_cut_to_what_is_used(twin: Any) -> None:
    sheet = twin.Sheets.getByIndex(0)
    put(_Shifted(sheet), 0, 10, BAD)
    cell = sheet.getCellRangeByName("A45")
    cell.setFormula("=BUDGET_CHECK(K:O)")
    _, given = understood(cell.String)
    assert len(given[0]) < 300 and given[0][50][:2] == BAD[0][:2]


@pytest.mark.office
def test_the_callback_presses_the_button_of_its_tag(twin: Any) -> None:
    provider = twin.getScriptProvider()
    script = provider.getScript("vnd.sun.star.script:XlBudget.XlbRibbon.XlbUndo?language=Basic&location=document")
    script.invoke((), (), ())
    assert twin.Sheets.getByIndex(0).getCellRangeByName("A40").String == "undo"


def resolved(text: str, **known: bool) -> str:
    """The text after the preprocessor, with the libraries of Windows replaced by functions that fail."""
    out, taken = [], [True]
    for line in text.split("\n"):
        word = line.strip()
        if word.startswith("#If"):
            taken.append(known[word.split()[1]])
        elif word == "#Else":
            taken[-1] = not taken[-1]
        elif word.startswith("#End"):
            taken.pop()
        elif all(taken) and "Declare" not in line:
            out.append(line.replace("StrPtr(path)", "path"))
    return "\n".join(out)


STAND_INS = """
Private loads As Long
Private Function LoadLibraryW(ByVal path As String) As Long
    loads = loads + 1
    LoadLibraryW = IIf(path = "here", 1, 0)
End Function
Private Function XLPyDLLActivateAuto(ByRef answer As Variant, ByVal config As String, ByVal mode As Long) As Long
    answer = "no python: " & config
    XLPyDLLActivateAuto = 1
End Function
Public Function Tried(ByVal x As Variant) As Variant
    On Error GoTo Failed
    Tried = Ask("BUDGET_CHECK", Array(1))
    Exit Function
Failed:
    Tried = loads & " " & Err.Description
End Function
"""


@pytest.mark.office
@pytest.mark.parametrize("win64", [True, False])
def test_the_way_to_python_compiles_and_says_why_it_fails(office: Office, tmp_path: Path, win64: bool) -> None:
    """The module itself in LibreOffice, which has no such libraries: not installed, no library, no Python."""
    path = resolved(modules()["XlbPython"], Mac=False, VBA7=True, Win64=win64) + STAND_INS
    book = tmp_path / "way.xlsm"
    command = 3
    book.write_bytes(build_xlsm(Wiring(), replaced={"XlbPython": path}))
    document = office.open(book)
    try:
        sheet = document.Sheets.getByIndex(0)
        provider = document.getScriptProvider()
        script = provider.getScript("vnd.sun.star.script:XlBudget.XlbPython.Tried?language=Basic&location=document")

        def tried() -> str:
            return str(script.invoke((1,), (), ())[0])

        assert "还没有装好" in tried()
        sheet.getCellByPosition(1, command - 1).String = "python"
        assert "还没有装好" in tried() and tried().startswith("0 "), "a failure is remembered, not tried again at once"
    finally:
        document.close(True)
    book.write_bytes(build_xlsm(Wiring("here", "here", "py"), replaced={"XlbPython": path}))
    document = office.open(book)
    try:
        script = document.getScriptProvider().getScript(
            "vnd.sun.star.script:XlBudget.XlbPython.Tried?language=Basic&location=document"
        )
        assert script.invoke((1,), (), ())[0] == "1 no python: py"
    finally:
        document.close(True)
