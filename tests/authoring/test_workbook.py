"""Writing into a workbook without losing anything, held against files of three programs and LibreOffice's opinion."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from tests.authoring.office import converted, needs_office, recalculated
from tests.authoring.torture import MAKERS, SHEET
from tests.conftest import ROOT, SHARED

from xlbudget.app.levelbook import level_book
from xlbudget.authoring.marking import Mark, clear_marks, mark_workbook
from xlbudget.authoring.workbook import (
    KEEP,
    CellEdit,
    NewSheet,
    StyleEdit,
    WorkbookError,
    edit_workbook,
    write_edits,
)
from xlbudget.model.amount import MoneyUnit
from xlbudget.model.finding import Severity


@cache
def book(name: str) -> bytes:
    if name in MAKERS:
        data = MAKERS[name]()
        if data is None:
            pytest.skip("没有安装 LibreOffice 的 Python 接口")
        return data
    path = (ROOT / "workbook" if name.startswith("示例") else SHARED / "samples") / name
    if not path.exists():
        pytest.skip("样本文件不在检出目录旁边")
    return path.read_bytes()


TORTURE = [pytest.param(n, marks=pytest.mark.office) if n == "libreoffice" else n for n in MAKERS]
SAMPLES = ["shanghai-2026-unit-blank.xlsx", "shanghai-2026-department-blank.xlsx", "示例单位2025年预算公开.xlsx"]


def parts(data: bytes) -> dict[str, bytes]:
    package = zipfile.ZipFile(io.BytesIO(data))
    assert package.testzip() is None
    return {name: package.read(name) for name in package.namelist()}


def without_cells(xml: bytes, cells: set[str]) -> bytes:
    """The sheet without these cells, and without what a new cell makes grow; by its own means."""

    def cell(match: re.Match[bytes]) -> bytes:
        ref = re.search(rb'\br="([A-Z]+\d+)"', match[1])
        return b"" if ref is not None and ref[1].decode() in cells else match[0]

    xml = re.sub(rb"<c\b([^>]*?)(?:/>|>.*?</c>)", cell, xml, flags=re.DOTALL)
    xml = re.sub(rb"<dimension[^>]*/>", b"", xml)
    xml = re.sub(rb'(<row\b[^>]*?) spans="[^"]*"', rb"\1", xml)
    return re.sub(rb"<row [^>]*(?:/>|></row>)", b"", xml)


def sheet_part(data: bytes, name: str) -> str:
    from xlbudget.sources.sheetxml import sheet_parts

    return sheet_parts(zipfile.ZipFile(io.BytesIO(data)))[name]


ALLOWED = {"xl/styles.xml", "xl/workbook.xml"}
"""Parts that may change beside the touched sheets: new styles, and the wish to be calculated."""


@pytest.mark.parametrize("name", [*TORTURE, *SAMPLES])
def test_only_the_touched_cells_change(name: str) -> None:
    before = book(name)
    sheet = openpyxl.load_workbook(io.BytesIO(before), read_only=True).sheetnames[0]
    touched = {"F30", "B41", "AB3", "AC400"}
    edits = [
        CellEdit(sheet, "F30", Decimal("12.34"), style=StyleEdit(number_format="0.000", fill="FFEE00", bold=True)),
        CellEdit(sheet, "B41", " 文字 <&> \n第二行", style=StyleEdit(wrap=True)),
        CellEdit(sheet, "AB3", Decimal(2), "=1+1"),
        CellEdit(sheet, "AC400", True),
    ]
    done = edit_workbook(before, edits)
    old, new = parts(before), parts(done.data)
    own = sheet_part(before, sheet)
    assert set(old) == set(new)
    assert {n for n in old if old[n] != new[n]} <= {own} | ALLOWED
    assert without_cells(old[own], touched) == without_cells(new[own], touched)
    back = openpyxl.load_workbook(io.BytesIO(done.data))[sheet]
    assert [back[c].value for c in ("F30", "B41", "AB3", "AC400")] == [12.34, " 文字 <&> \n第二行", "=1+1", True]
    assert back["F30"].fill.fgColor.rgb == "FFFFEE00" and back["F30"].font.b and back["F30"].number_format == "0.000"
    assert back["B41"].alignment.wrap_text


@pytest.mark.parametrize("name", [*TORTURE, *SAMPLES])
def test_marks_leave_no_trace_when_cleared(name: str) -> None:
    before = book(name)
    sheet = openpyxl.load_workbook(io.BytesIO(before), read_only=True).sheetnames[0]
    marks = [
        Mark(sheet, "D7", Severity.ERROR, "应为 3"),
        Mark(sheet, "D7", Severity.SUSPECT, "再看 <&>"),
        Mark(sheet, "E9", Severity.SUSPECT, "看一看"),
    ]
    marked = mark_workbook(before, marks)
    again = mark_workbook(marked.data, [Mark(sheet, "C6", Severity.ERROR, "只有这个")])
    own = sheet_part(before, sheet)
    kinds = re.compile(r"comments|vmlDrawing|_rels/sheet|\[Content_Types\]|styles")
    old, new = parts(before), parts(marked.data)
    assert all(n == own or kinds.search(n) for n in {*old, *new} if old.get(n) != new.get(n))
    texts = {
        c.coordinate: c.comment.text
        for row in openpyxl.load_workbook(io.BytesIO(marked.data))[sheet]
        for c in row
        if c.comment
    }
    assert any("应为 3" in t and "再看 <&>" in t for t in texts.values())
    if name in MAKERS:
        assert "先前的批注" in texts["D7"]
    for data in (marked.data, again.data):
        assert parts(clear_marks(data).data) == old
    assert clear_marks(before).data == before


@pytest.mark.parametrize("name", TORTURE)
def test_levelling_changes_only_what_moves(name: str, tmp_path: Path) -> None:
    before = book(name)
    path = tmp_path / "book.xlsx"
    path.write_bytes(before)
    done = level_book(path, None, MoneyUnit.WAN, 2, lambda _: False)
    assert not done.levelling.broken and not done.levelling.unequal and not done.replaced
    result = edit_workbook(before, done.edits)
    old, new = parts(before), parts(result.data)
    own = {sheet_part(before, SHEET), sheet_part(before, "其他")}
    assert {n for n in old if old[n] != new[n]} <= own | ALLOWED and set(old) == set(new)
    touched = {e.cell for e in done.edits}
    part = sheet_part(before, SHEET)
    assert without_cells(old[part], touched) == without_cells(new[part], touched)
    values = {e.cell: e.value for e in done.edits}
    assert values["C6"] == values["D6"] + values["E6"] == values["C7"] + values["C8"] == values["C9"]  # type: ignore[operator]


@pytest.mark.real
@pytest.mark.parametrize("name", SAMPLES[:2])
def test_the_blank_forms_are_filled_and_put_into_wan(name: str, tmp_path: Path) -> None:
    from tests.real.test_samples import _fill

    before = book(name)
    empty, filled = (openpyxl.load_workbook(io.BytesIO(before)) for _ in range(2))
    edits = []
    for sheet in filled:
        _fill(sheet)
        for row in sheet.iter_rows():
            edits += [
                CellEdit(sheet.title, c.coordinate, Decimal(c.value))
                for c in row
                if c.value == 100 and empty[sheet.title][c.coordinate].value is None
            ]
    path = tmp_path / name
    path.write_bytes(edit_workbook(before, edits).data)
    done = level_book(path, None, MoneyUnit.WAN, 2, lambda _: False)
    levelled = edit_workbook(path.read_bytes(), done.edits)
    assert len(done.levelling.figures) > 120 and len(done.edits) > 120
    old, new = parts(before), parts(levelled.data)
    touched: dict[str, set[str]] = {}
    for edit in (*edits, *done.edits):
        touched.setdefault(sheet_part(before, edit.sheet), set()).add(edit.cell)
    assert set(old) == set(new) and {n for n in old if old[n] != new[n]} <= set(touched) | ALLOWED | {
        "xl/calcChain.xml"
    }
    for part, cells in touched.items():
        assert without_cells(old[part], cells) == without_cells(new[part], cells)
    captions = [e.value for e in done.edits if isinstance(e.value, str)]
    assert captions and all("万元" in str(text) for text in captions)


@pytest.mark.office
@needs_office
@pytest.mark.parametrize("name", TORTURE)
def test_libreoffice_calculates_the_levelled_book(name: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(book(name))
    done = level_book(path, None, MoneyUnit.WAN, 2, lambda _: False)
    edited = edit_workbook(book(name), done.edits)
    marked = mark_workbook(
        edited.data, [Mark(SHEET, "D7", Severity.ERROR, "标记"), Mark(SHEET, "E9", Severity.ERROR, "标记")]
    )
    seen = recalculated(marked.data, "book.xlsm" if "macros" in name else "book.xlsx")
    for figure in done.levelling.figures:
        shown = seen[SHEET][figure.place.cell].value
        assert Decimal(str(shown)).quantize(Decimal("0.000001")) == figure.value, figure.place.cell
    total = next(f.value for f in done.levelling.figures if f.place.cell == "C9")
    assert Decimal(str(seen["其他"]["A1"].value)).quantize(Decimal("0.0001")) == total * 2
    assert "标记" in seen[SHEET]["D7"].comment.text and "先前的批注" in seen[SHEET]["D7"].comment.text


@pytest.mark.office
@needs_office
def test_marks_are_cleared_after_libreoffice_saved_the_book() -> None:
    marks = [Mark(SHEET, "D7", Severity.ERROR, "应为 3"), Mark(SHEET, "E9", Severity.SUSPECT, "看一看")]
    saved = converted(mark_workbook(book("openpyxl"), marks).data)
    with_marks = openpyxl.load_workbook(io.BytesIO(saved))[SHEET]
    assert "应为 3" in with_marks["D7"].comment.text and "看一看" in with_marks["E9"].comment.text
    sheet = openpyxl.load_workbook(io.BytesIO(clear_marks(saved).data))[SHEET]
    assert sheet["D7"].comment.text.strip() == "先前的批注" and sheet["E9"].comment is None
    assert not any("xlbudget" in str(r.formula) for area in sheet.conditional_formatting for r in area.rules)


def test_macros_and_the_kind_of_the_file_stay() -> None:
    done = edit_workbook(book("xlsxwriter-macros"), [CellEdit("其他", "C9", Decimal(1))])
    old, new = parts(book("xlsxwriter-macros")), parts(done.data)
    assert new["xl/vbaProject.bin"] == old["xl/vbaProject.bin"]
    assert b"macroEnabled" in new["[Content_Types].xml"] and new["[Content_Types].xml"] == old["[Content_Types].xml"]


def test_formulas_that_rest_on_a_changed_cell_lose_their_result() -> None:
    done = edit_workbook(book("xlsxwriter"), [CellEdit(SHEET, "D7", Decimal(5))])
    assert set(done.recalculated) == {f"{SHEET}!{c}" for c in ("C6", "C7", "C9", "D6", "D9")} | {"其他!A1", "其他!A2"}
    values = openpyxl.load_workbook(io.BytesIO(done.data), data_only=True)
    assert (
        values[SHEET]["C9"].value is None and values[SHEET]["E6"].value == 30.7777 and values["其他"]["A3"].value == 2
    )


def test_a_new_result_of_a_formula_can_be_given() -> None:
    done = edit_workbook(
        book("xlsxwriter"),
        [CellEdit(SHEET, "D7", Decimal(5)), CellEdit(SHEET, "D6", Decimal("55.3333"), KEEP)],
    )
    after = openpyxl.load_workbook(io.BytesIO(done.data))[SHEET]["D6"].value
    assert after == "=SUM(D7:D8)" and f"{SHEET}!D6" not in done.recalculated and f"{SHEET}!D9" in done.recalculated


def test_the_calculation_chain_goes_when_a_formula_goes() -> None:
    from xlbudget.authoring.packaging import Package

    package = Package(book("xlsxwriter"))
    package["xl/calcChain.xml"] = (
        b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="D6" i="1"/></calcChain>'
    )
    package.set_content_type(
        "xl/calcChain.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    )
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package.relate("xl/workbook.xml", f"{base}/calcChain", "xl/calcChain.xml")
    data = package.to_bytes()
    kept = parts(edit_workbook(data, [CellEdit(SHEET, "D7", Decimal(1))]).data)
    gone = parts(edit_workbook(data, [CellEdit(SHEET, "D6", Decimal(1))]).data)
    assert "xl/calcChain.xml" in kept
    assert "xl/calcChain.xml" not in gone
    assert not any(b"calcChain" in gone[n] for n in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"))


def _shared_formulas() -> bytes:
    """A column whose formula is told once, as Excel does when a cell is dragged down."""
    from xlbudget.authoring.packaging import Package

    package = Package(book("xlsxwriter"))
    name = sheet_part(book("xlsxwriter"), "空")
    rows = "".join(
        f'<row r="{r}"><c r="A{r}"><v>{r}</v></c><c r="B{r}"><f t="shared" '
        + (f'ref="B1:B4" si="0">A{r}*2+$A$1</f>' if r == 1 else 'si="0"/>')
        + f"<v>{r * 2 + 1}</v></c></row>"
        for r in range(1, 5)
    )
    xml = package[name]
    package[name] = re.sub(rb"<sheetData\s*/>", f"<sheetData>{rows}</sheetData>".encode(), xml)
    return package.to_bytes()


def test_overwriting_the_first_of_a_shared_formula_keeps_the_others() -> None:
    data = _shared_formulas()
    done = edit_workbook(data, [CellEdit("空", "B1", Decimal(9))])
    sheet = openpyxl.load_workbook(io.BytesIO(done.data))["空"]
    assert [sheet[f"B{r}"].value for r in range(1, 5)] == [9, "=A2*2+$A$1", "=A3*2+$A$1", "=A4*2+$A$1"]
    moved = edit_workbook(data, [CellEdit("空", "A3", Decimal(9))])
    assert moved.recalculated == ("空!B3",)


def test_a_sheet_of_another_workbook_is_grafted_in() -> None:
    import xlsxwriter
    from tests.authoring.torture import png

    data = io.BytesIO()
    made = xlsxwriter.Workbook(data)
    sheet = made.add_worksheet("上年对照")
    sheet.write("A1", "你好", made.add_format({"bold": 1, "num_format": "0.0000", "border": 1, "bg_color": "#ABCDEF"}))
    sheet.write_number("B2", 3.5)
    sheet.insert_image("D1", "点.png", {"image_data": io.BytesIO(png())})
    sheet.write_comment("B2", "批注")
    sheet.print_area("A1:C3")
    sheet.conditional_format(
        "B2", {"type": "cell", "criteria": ">", "value": 1, "format": made.add_format({"bold": 1})}
    )
    made.close()
    for name in ("xlsxwriter", "excel-parts", "openpyxl"):
        before = book(name)
        done = edit_workbook(before, [], new_sheets=[NewSheet("上年对照", data.getvalue(), after=SHEET)])
        old, new = parts(before), parts(done.data)
        rewritten = {n for n in old if new.get(n) != old[n]}
        assert rewritten <= {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "xl/styles.xml"}
        back = openpyxl.load_workbook(io.BytesIO(done.data))
        assert back.sheetnames[:2] == [SHEET, "上年对照"]
        cell = back["上年对照"]["A1"]
        assert (cell.value, cell.font.b, cell.number_format, cell.border.left.style) == ("你好", True, "0.0000", "thin")
        assert cell.fill.fgColor.rgb == "FFABCDEF" and back["上年对照"]["B2"].comment.text.endswith("批注")
        assert len(back["上年对照"]._images) == 1 and "$A$1:$C$3" in back["上年对照"].print_area
        assert back[SHEET]["D7"].number_format == openpyxl.load_workbook(io.BytesIO(before))[SHEET]["D7"].number_format
        with pytest.raises(WorkbookError, match="已经有名为"):
            edit_workbook(done.data, [], new_sheets=[NewSheet("上年对照", data.getvalue())])
        twice = edit_workbook(done.data, [], new_sheets=[NewSheet("上年对照", data.getvalue(), replace=True)])
        assert openpyxl.load_workbook(io.BytesIO(twice.data)).sheetnames == back.sheetnames


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "旧格式的 .xls"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "有密码"),
        (b"PK\3\4mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "OpenDocument"),
        (b"PK\3\4 rubbish", "损坏"),
        (b"hello", "不是 Excel 工作簿"),
    ],
)
def test_what_is_no_workbook_is_refused_in_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(WorkbookError, match=words):
        edit_workbook(data, [CellEdit("表", "A1", "x")])


def test_a_truncated_file_is_refused() -> None:
    whole = book("xlsxwriter")
    for size in (100, len(whole) // 2, len(whole) - 10):
        with pytest.raises(WorkbookError):
            edit_workbook(whole[:size], [CellEdit(SHEET, "A1", "x")])


def test_a_signature_is_refused_or_said_to_break() -> None:
    from xlbudget.authoring.packaging import Package

    package = Package(book("xlsxwriter"))
    package["_xmlsignatures/sig1.xml"] = b"<Signature/>"
    with pytest.raises(WorkbookError, match="数字签名"):
        edit_workbook(package.to_bytes(), [CellEdit(SHEET, "A1", "x")])
    done = edit_workbook(package.to_bytes(), [CellEdit(SHEET, "A1", "x")], break_signature=True)
    assert any("签名" in w for w in done.warnings)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (CellEdit("没有", "A1", "x"), "没有名为"),
        (CellEdit(SHEET, "A0", "x"), "不是单元格地址"),
        (CellEdit(SHEET, "A1", "字" * 40_000), "最多放"),
        (CellEdit(SHEET, "A1", Decimal(1), KEEP), "没有公式"),
        (CellEdit(SHEET, "A1", Decimal("NaN")), "不是数"),
    ],
)
def test_an_edit_that_cannot_be_done_is_refused(edit: CellEdit, words: str) -> None:
    with pytest.raises(WorkbookError, match=words):
        edit_workbook(book("xlsxwriter"), [edit])


def test_a_cell_behind_a_merged_area_is_refused() -> None:
    name = "示例单位2025年预算公开.xlsx"
    with pytest.raises(WorkbookError, match=r"合并单元格里.*B5"):
        edit_workbook(book(name), [CellEdit("封面", "C5", "x")])


def test_no_edit_is_no_change(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(book("xlsxwriter"))
    assert write_edits(path, []).backup is None
    assert path.read_bytes() == book("xlsxwriter") and len(list(tmp_path.iterdir())) == 1
