"""The add-in in real LibreOffice: functions in cells, the menu through its dispatch URLs, marks, relinking, installing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT
from tests.hosts.cases import BAD, CASES, GOOD, Case, agrees
from tests.hosts.office import Office, run_installer

from xlbudget.app.examples import example_rows
from xlbudget.app.registry import BUTTONS, FUNCTIONS, Fault

pytestmark = pytest.mark.office
DEMO = next((ROOT / "workbook").glob("*.xlsx"))
ERRORS = {519: Fault.VALUE, 32767: Fault.NOT_AVAILABLE}


@pytest.fixture
def document(office: Office) -> Iterator[Any]:
    made = office.open()
    yield made
    made.close(True)


@pytest.fixture
def demo(office: Office, tmp_path: Path) -> Iterator[Any]:
    copy = tmp_path / "示例 副本.xlsx"
    shutil.copy(DEMO, copy)
    made = office.open(copy)
    yield made
    made.close(True)


def put(sheet: Any, row: int, column: int, rows: Any) -> str:
    """Write rows into cells (error names as formulas that give them) and give the address of the range."""
    area = sheet.getCellRangeByPosition(column, row, column + len(rows[0]) - 1, row + len(rows) - 1)
    for r, line in enumerate(rows):
        for c, value in enumerate(line):
            cell = area.getCellByPosition(c, r)
            if isinstance(value, str) and value.startswith("#"):
                cell.setFormula({"#DIV/0!": "=1/0", "#N/A": "=NA()"}[value])
            elif isinstance(value, str):
                cell.setString(value)
            elif value is not None:
                cell.setValue(value)
    return str(area.AbsoluteName.split(".", 1)[1]).replace("$", "")


def formula_of(sheet: Any, case: Case) -> str:
    arguments, row = [], 10
    for argument in case.arguments:
        if isinstance(argument, tuple):
            arguments.append(put(sheet, row, 10, argument))
            row += len(argument) + 2
        else:
            arguments.append(f'"{argument}"' if isinstance(argument, str) else f"{argument:.15g}")
    return f"={case.function}({';'.join(arguments)})"


def shown(cell: Any) -> Any:
    """What a cell shows: a fault for an error value, a number, or a text."""
    if cell.getError():
        return ERRORS.get(cell.getError(), f"Err:{cell.getError()}")
    return cell.String if cell.FormulaResultType2 == 2 else cell.Value


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_cells_show_what_every_host_gives(document: Any, case: Case) -> None:
    sheet = document.Sheets.getByIndex(0)
    formula = formula_of(sheet, case)
    if FUNCTIONS[case.function].spills and not isinstance(case.expected, Fault):
        area = sheet.getCellRangeByPosition(0, 0, len(case.expected[0]) - 1, len(case.expected) - 1)
        area.setArrayFormula(formula)
        assert agrees(case, area.getDataArray())
        return
    cell = sheet.getCellByPosition(0, 0)
    cell.setFormula(formula)
    assert agrees(case, shown(cell)), (formula, shown(cell))


def test_the_demo_workbook_of_functions_is_alive(office: Office, tmp_path: Path) -> None:
    """Opened as it comes from Excel's side: found again while loading, calculated, equal to the documented results."""
    copy = tmp_path / "函数 示例.xlsx"
    shutil.copy(ROOT / "workbook" / "函数" / "函数示例.xlsx", copy)
    document = office.open(copy, hidden=False)  # LibreOffice tells of no event for hidden documents
    try:
        document.calculateAll()
        sheet = document.Sheets.getByName("函数")
        assert not document.isModified(), "finding the functions again is no change of the person's"
        for row, declared in enumerate(FUNCTIONS.values(), 1):
            cell = sheet.getCellByPosition(3, row)
            assert sheet.getCellByPosition(0, row).String == declared.name
            if not declared.spills:
                assert "ORG.XLBUDGET" in cell.Formula.upper(), "a live formula, not the kept result"
                assert cell.String == declared.example[1]
        lines = [sheet.getCellByPosition(0, row).String for row in range(len(FUNCTIONS) + 1, 60)]
        for declared in (f for f in FUNCTIONS.values() if f.spills):
            top = len(FUNCTIONS) + 1 + lines.index(declared.name) + 1
            rows = example_rows(declared.example[1])
            area = sheet.getCellRangeByPosition(0, top, len(rows[0]) - 1, top + len(rows) - 1)
            assert "ORG.XLBUDGET" in area.getCellByPosition(0, 0).Formula.upper()
            cells = [
                [f"{cell:.2f}" if isinstance(cell, float) else cell for cell in row] for row in area.getDataArray()
            ]
            assert cells == rows
    finally:
        document.close(True)


def test_every_function_has_a_case_and_is_known_to_the_wizard(office: Office) -> None:
    assert {case.function for case in CASES} == set(FUNCTIONS)
    found = office.create("com.sun.star.sheet.FunctionDescriptions")
    told = {}
    for index in range(found.Count):
        values = {pair.Name: pair.Value for pair in found.getByIndex(index)}
        told[values["Name"]] = values
    for name, declared in FUNCTIONS.items():
        assert told[name]["Description"] == declared.help
        assert [a.Name for a in told[name]["Arguments"]] == [p.chinese for p in declared.parameters]


def test_a_changed_cell_changes_the_verdict(document: Any) -> None:
    sheet = document.Sheets.getByIndex(0)
    address = put(sheet, 10, 10, GOOD)
    cell = sheet.getCellByPosition(0, 0)
    cell.setFormula(f"=BUDGET_CHECK({address})")
    assert cell.String.startswith("✓")
    sheet.getCellByPosition(14, 11).setValue(11)
    assert cell.String.startswith("✗")
    sheet.getCellByPosition(14, 11).setValue(10)
    assert cell.String.startswith("✓")


def test_a_spilled_range_fills_and_grows_with_the_issues(document: Any) -> None:
    sheet = document.Sheets.getByIndex(0)
    address = put(sheet, 10, 10, BAD)
    area = sheet.getCellRangeByName("A1:E4")
    area.setArrayFormula(f"=BUDGET_ISSUES({address})")
    rows = area.getDataArray()
    assert rows[0] == ("位置", "编号", "级别", "应为", "说明")
    # The cell is counted inside the range: E2 holds 11 where 10 was right, C2 is its row's total.
    assert {row[1] for row in rows[1:3]} <= {"XB102", "XB103"} and all(len(row[0]) == 2 for row in rows[1:3])


def test_whole_columns_and_merged_headings(document: Any) -> None:
    sheet = document.Sheets.getByIndex(0)
    put(sheet, 0, 10, (("支出总表", None, None, None, None), *GOOD))
    sheet.getCellRangeByName("K1:O1").merge(True)
    cell = sheet.getCellByPosition(0, 0)
    cell.setFormula("=BUDGET_CHECK(K:O)")
    assert cell.String == "✓ 已核 5 项"
    cell.setFormula('=BUDGET_ROLLUP(K:K;M:M;"2")')
    assert cell.Value == 30


def test_filtered_and_hidden_rows_still_count(document: Any) -> None:
    sheet = document.Sheets.getByIndex(0)
    address = put(sheet, 10, 10, BAD)
    cell = sheet.getCellByPosition(0, 0)
    cell.setFormula(f"=BUDGET_CHECK({address})")
    before = cell.String
    sheet.Rows.getByIndex(11).IsVisible = False
    document.calculateAll()
    assert cell.String == before and before.startswith("✗")


@pytest.mark.parametrize(
    "formula", ["=BUDGET_CHECK()", "=BUDGET_CHECK(5)", "=BUDGET_CHECK(K1:L2~M1:N2)", "=BUDGET_SUBJECT(1;2;3;4)"]
)
def test_a_wrong_range_gives_an_error_value_and_no_text(document: Any, formula: str) -> None:
    cell = document.Sheets.getByIndex(0).getCellByPosition(0, 0)
    cell.setFormula(formula)
    assert cell.getError() != 0


def test_a_range_of_another_workbook_gives_an_error_value(document: Any, demo: Any) -> None:
    cell = document.Sheets.getByIndex(0).getCellByPosition(0, 0)
    cell.setFormula(f"=BUDGET_CHECK('{demo.URL}'#$Sheet1.A1:H30)")
    assert cell.getError() != 0


def test_a_function_changes_nothing_and_works_on_a_protected_sheet(document: Any) -> None:
    sheet = document.Sheets.getByIndex(0)
    address = put(sheet, 10, 10, GOOD)
    cell = document.Sheets.getByIndex(0).getCellByPosition(0, 0)
    cell.setFormula(f"=BUDGET_CHECK({address})")
    before = sheet.getCellRangeByName("A1:Z40").getFormulaArray()
    sheet.protect("")
    document.calculateAll()
    assert cell.String == "✓ 已核 5 项" and sheet.getCellRangeByName("A1:Z40").getFormulaArray() == before


# ---------------------------------------------------------------- the menu


def test_every_button_answers_through_its_dispatch_url(office: Office, demo: Any) -> None:
    for id in BUTTONS:
        told = office.press(demo, id, answer="XB103")
        assert told and "程序出错" not in told, (id, told)
    for other in office.documents():
        if other.Title.startswith(("核对清单", "规则说明", "情况说明", "尾差调平", "公开前要改的")):
            other.close(True)


def test_checking_the_whole_book_opens_a_list_and_leaves_the_book_alone(office: Office, demo: Any) -> None:
    told = office.press(demo, "check")
    assert "错误" in told and not demo.isModified()
    lists = [d for d in office.documents() if d.Title.startswith("核对清单")]
    assert len(lists) == 1
    sheet = lists[0].Sheets.getByIndex(0)
    assert sheet.getCellRangeByName("A1:C1").getDataArray() == (("级别", "规则", "位置"),)
    assert sheet.getCellByPosition(0, 1).String == "错误"
    lists[0].close(True)


def test_the_open_book_gives_the_findings_of_the_saved_one(office: Office, demo: Any) -> None:
    """Read through UNO and read by the reader of files: two readers of one book, one result."""
    from xlbudget.app.checking import check_file, check_whole
    from xlbudget.hosts.calcbook import CalcBook
    from xlbudget.sources.livesheet import live_document

    live = check_whole(live_document("书", CalcBook(demo, office.desktop, lambda _: "").read()))
    saved = check_file(DEMO)

    def told(report: Any) -> list[Any]:
        return [(f.code, f.severity, f.message, [(p.sheet, p.cell) for p in f.at]) for f in report.findings]

    assert told(live) == told(saved) and live.result.tallies == saved.result.tallies
    assert [t.title for t in live.disclosure.tables] == [t.title for t in saved.disclosure.tables]


def snapshot(document: Any) -> list[Any]:
    """Everything that marking could spoil: formulas, own colours, styles, notes, conditional formats."""
    found = []
    for index in range(min(document.Sheets.Count, 7)):
        sheet = document.Sheets.getByIndex(index)
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        area = sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
        cells = [area.getCellByPosition(c, r) for r in range(end.EndRow + 1) for c in range(end.EndColumn + 1)]
        notes = sheet.Annotations
        found.append(
            (
                area.getFormulaArray(),
                [(cell.CellBackColor, cell.CellStyle) for cell in cells],
                [(notes.getByIndex(i).Position.Row, notes.getByIndex(i).String) for i in range(notes.Count)],
                sorted(f.Range.RangeAddressesAsString for f in sheet.ConditionalFormats.getConditionalFormats()),
            )
        )
    return found


def test_marks_come_and_go_and_nothing_else_does(office: Office, demo: Any, tmp_path: Path) -> None:
    sheet = demo.Sheets.getByIndex(2)
    first = sheet.getCellByPosition(3, 7)
    sheet.Annotations.insertNew(first.CellAddress, "我自己的批注")
    first.CellBackColor = 0x00FF00
    before = snapshot(demo)
    assert "已标记" in office.press(demo, "mark")
    marked = snapshot(demo)
    assert marked != before and [m[0] for m in marked] == [b[0] for b in before]
    assert [m[1] for m in marked] == [b[1] for b in before], "a cell's own colour and style stay"
    office.press(demo, "mark")
    assert snapshot(demo) == marked, "marking twice is marking once"
    assert "已清除" in office.press(demo, "unmark")
    assert snapshot(demo) == before
    assert office.press(demo, "unmark") == "没有标记可清除。"


def test_a_mark_is_seen_and_an_own_conditional_format_stays_whole(office: Office, document: Any) -> None:
    sheet = document.Sheets.getByIndex(0)
    put(sheet, 0, 0, (("支出总表", None, None, None, None), *BAD))
    first = sheet.getCellRangeByName("C3")
    office.press(document, "mark")
    assert first.ConditionalFormat.getByIndex(0).StyleName == "xlbudget 错误"
    assert document.StyleFamilies.getByName("CellStyles").getByName("xlbudget 错误").CellBackColor == 0xF8B4AE
    office.press(document, "unmark")
    assert first.ConditionalFormat.Count == 0
    own = sheet.getCellRangeByName("A1:E4")
    entries = own.ConditionalFormat
    pairs = {
        "Operator": office.uno.Enum("com.sun.star.sheet.ConditionOperator", "FORMULA"),
        "Formula1": "A1>99",
        "StyleName": "Default",
    }
    entries.addNew(tuple(office.value(name, value) for name, value in pairs.items()))
    own.ConditionalFormat = entries
    before = snapshot(document)
    assert "只加了底色和批注中的一样" in office.press(document, "mark")
    assert first.Annotation.String.startswith("【xlbudget 核对】")
    assert [s[3] for s in snapshot(document)] == [s[3] for s in before], "its range is not cut in pieces"
    office.press(document, "unmark")
    assert snapshot(document) == before


def test_marks_made_in_the_file_are_cleared_in_the_program_and_the_other_way_round(
    office: Office, tmp_path: Path
) -> None:
    from xlbudget.authoring.marking import clear_marks
    from xlbudget.hosts.cli import main

    book = tmp_path / "书.xlsx"
    shutil.copy(DEMO, book)
    assert (
        main(["check", str(book), "--format", "xlsx", "--write-marks", "-o", str(tmp_path / "标记.xlsx"), "--quiet"])
        == 1
    )
    document = office.open(tmp_path / "标记.xlsx")
    try:
        assert "已清除" in office.press(document, "unmark")
        assert office.press(document, "unmark") == "没有标记可清除。"
        office.press(document, "mark")
        path = tmp_path / "again.xlsx"
        document.storeToURL(path.as_uri(), (office.value("FilterName", "Calc MS Excel 2007 XML"),))
    finally:
        document.close(True)
    cleared = tmp_path / "cleared.xlsx"
    cleared.write_bytes(clear_marks(path.read_bytes()).data)
    document = office.open(cleared)
    try:
        assert office.press(document, "unmark") == "没有标记可清除。"
    finally:
        document.close(True)


def test_marks_survive_saving_as_xlsx_and_can_still_be_cleared(office: Office, demo: Any, tmp_path: Path) -> None:
    office.press(demo, "mark")
    path = tmp_path / "marked.xlsx"
    demo.storeToURL(path.as_uri(), (office.value("FilterName", "Calc MS Excel 2007 XML"),))
    again = office.open(path)
    try:
        assert "已清除" in office.press(again, "unmark")
        assert office.press(again, "unmark") == "没有标记可清除。"
    finally:
        again.close(True)


def test_marking_is_one_step_to_undo(office: Office, demo: Any) -> None:
    before = snapshot(demo)
    office.press(demo, "mark")
    titles = demo.UndoManager.getAllUndoActionTitles()
    assert titles == ("预算公开：标记问题",)
    demo.UndoManager.undo()
    assert [(s[0], s[1], s[2]) for s in snapshot(demo)] == [(s[0], s[1], s[2]) for s in before]


def test_a_protected_sheet_is_said_and_nothing_is_written(office: Office, demo: Any) -> None:
    for index in range(demo.Sheets.Count):
        demo.Sheets.getByIndex(index).protect("")
    before = snapshot(demo)
    told = office.press(demo, "mark")
    assert "受保护，没有作任何改动" in told and snapshot(demo) == before


def test_a_workbook_of_no_pack_is_said_in_one_sentence(office: Office, document: Any) -> None:
    document.Sheets.getByIndex(0).getCellByPosition(0, 0).setString("购物清单")
    for id in ("check", "mark"):
        assert "没有认出任何预算" in office.press(document, id)
    assert "没有认出预算" in office.press(document, "check_sheet")
    assert office.press(document, "unmark") == "没有标记可清除。"


def test_values_are_written_in_one_step_or_not_at_all(office: Office, document: Any) -> None:
    from decimal import Decimal

    from xlbudget.app.live import CellEdit, LiveError
    from xlbudget.hosts.calcbook import CalcBook

    document.Sheets.insertNewByName("锁", 1)
    document.Sheets.getByName("锁").protect("")
    book = CalcBook(document, office.desktop, lambda _: "")
    name = document.Sheets.getByIndex(0).Name
    changes = [CellEdit(name, "B2", Decimal("1.25")), CellEdit(name, "B3", "=1+1")]
    with pytest.raises(LiveError):
        book.write("填数", [*changes, CellEdit("锁", "A1", "x")])
    assert document.Sheets.getByIndex(0).getCellRangeByName("B2").String == ""
    book.write("填数", changes)
    assert document.Sheets.getByIndex(0).getCellRangeByName("B2").Value == 1.25
    assert document.Sheets.getByIndex(0).getCellRangeByName("B3").String == "=1+1", "a text never becomes a formula"
    document.UndoManager.undo()
    assert document.Sheets.getByIndex(0).getCellRangeByName("B2").String == ""


def test_a_filtered_and_grouped_table_is_still_marked_in_the_right_cells(office: Office, document: Any) -> None:
    sheet = document.Sheets.getByIndex(0)
    put(sheet, 0, 0, (("支出总表", None, None, None, None), *BAD))
    sheet.Rows.getByIndex(3).IsVisible = False
    office.press(document, "mark")
    notes = sheet.Annotations
    places = {(notes.getByIndex(i).Position.Row, notes.getByIndex(i).Position.Column) for i in range(notes.Count)}
    assert places and all(row in (2, 3) and column >= 2 for row, column in places)


# ---------------------------------------------------------------- files of Excel's


@pytest.mark.parametrize("form", ["{}", "_xll.{}", "_xlfn.{}", "_xludf.{}", "'xlbudget.xlam'!{}", "[1]!{}"])
def test_functions_of_a_file_from_excel_are_found_again(office: Office, tmp_path: Path, form: str) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active["A1"] = "=" + form.format('BUDGET_SUBJECT("2210201")')
    book.active["A2"] = "=" + form.format("BUDGET_CHANGE(B1,B2)") + '&"。"'
    book.active["A3"] = '=NOSUCHNAME("BUDGET")'
    book.active["B1"], book.active["B2"] = 535.12, 534.68
    path = tmp_path / "from excel.xlsx"
    book.save(path)
    document = office.open(path)
    try:
        told = office.press(document, "relink")
        sheet = document.Sheets.getByIndex(0)
        assert sheet.getCellRangeByName("A1").String == "住房公积金", told
        assert sheet.getCellRangeByName("A2").String == "增加0.44万元，增长0.08%。"
        assert sheet.getCellRangeByName("A3").getError() == 525
    finally:
        document.close(True)


# ---------------------------------------------------------------- installing


def test_installing_twice_and_removing(extension: Path, tmp_path: Path) -> None:
    for _ in range(2):
        done = run_installer("add", str(extension), profile=tmp_path)
        assert done.returncode == 0, done.stderr
    assert list(tmp_path.rglob("XBudget.idl"))
    assert run_installer("remove", profile=tmp_path).returncode == 0
    running = Office(tmp_path)
    try:
        manager = running.context.getValueByName("/singletons/com.sun.star.deployment.ExtensionManager")
        found = manager.getDeployedExtensions("user", manager.createAbortChannel(), None)
        assert [p.getIdentifier().Value for p in found if p.getIdentifier().Value == "org.xlbudget"] == []
    finally:
        running.close()


def test_a_broken_extension_is_refused_with_one_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "坏.oxt"
    broken.write_bytes(b"PK nothing")
    done = run_installer("add", str(broken), profile=tmp_path / "profile")
    assert done.returncode == 2 and "没有接受这个扩展" in done.stderr and "Traceback" not in done.stderr
