"""New workbooks: the formulas give what is stored with them, and keep doing so when rows are put in."""

from __future__ import annotations

import io
import tempfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from tests.authoring.office import needs_office, recalculated, scripted, uno_python
from tests.conftest import ROOT

from xlbudget.app.checking import check_raw
from xlbudget.authoring.book import Book
from xlbudget.authoring.filling import Filling, Line
from xlbudget.authoring.newbook import new_workbook
from xlbudget.authoring.sheetediting import without_results
from xlbudget.model.disclosure import Stage
from xlbudget.model.finding import Severity
from xlbudget.packs.catalog import all_packs, get_pack
from xlbudget.packs.schema import TableSpec
from xlbudget.sources.opening import read_bytes


def without_any_result(data: bytes) -> bytes:
    """The book as if nobody had ever calculated it."""
    book = Book(data)
    for entry in book.sheets:
        xml = book.xml(entry)
        book.package[entry.part] = without_results(xml, list(xml.formulas()))
    return book.package.to_bytes()


def demo() -> bytes:
    return next((ROOT / "workbook").glob("*.xlsx")).read_bytes()


@pytest.mark.office
@needs_office
def test_libreoffice_calculates_the_stored_results() -> None:
    stored = openpyxl.load_workbook(io.BytesIO(demo()), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(demo()))
    seen = recalculated(without_any_result(demo()))
    compared = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("=") and "BUDGET_" not in cell.value:
                    want, got = stored[sheet.title][cell.coordinate].value, seen[sheet.title][cell.coordinate].value
                    if isinstance(want, (int, float)):
                        assert Decimal(str(got)).quantize(Decimal("1e-6")) == Decimal(str(want)).quantize(
                            Decimal("1e-6")
                        ), (sheet.title, cell.coordinate, cell.value)
                        compared += 1
    assert compared > 300


@pytest.mark.parametrize("pack", [p.id for p in all_packs() if any(t.number for t in p.tables)])
def test_an_empty_book_has_nothing_wrong(pack: str) -> None:
    data = new_workbook(get_pack(pack), "测试单位", 2026)
    report = check_raw(read_bytes(data, "新.xlsx"), pack)
    assert not [f.message for f in report.findings if f.severity is Severity.ERROR]


_INSERT = """
from com.sun.star.table import CellAddress
book = desktop.loadComponentFromURL(f"file://{folder}/book.xlsx", "_blank", 0, named(Hidden=True))
for name, first, rows, filled in TASKS:
    sheet = book.Sheets.getByName(name)
    if rows:
        sheet.Rows.insertByIndex(first, len(rows))
    for r, row in enumerate(rows):
        # The row above is copied down with its formulas, as a person does; then the new row is filled in.
        source = sheet.getCellRangeByPosition(0, first - 1, 30, first - 1).RangeAddress
        sheet.copyRange(CellAddress(source.Sheet, 0, first + r), source)
        for c, value in row.items():
            cell = sheet.getCellByPosition(int(c), first + r)
            if isinstance(value, str):
                cell.String = value
            else:
                cell.Value = value
    for address, value in filled.items():
        sheet.getCellRangeByName(address).Value = value
book.calculateAll()
book.storeToURL(f"file://{folder}/out.xlsx", named(FilterName="Calc MS Excel 2007 XML"))
book.close(True)
"""


def in_libreoffice(data: bytes, tasks: list[tuple[str, int, list[dict[int, object]], dict[str, float]]]) -> bytes:
    """The book after rows were put in and filled by hand, calculated and saved by LibreOffice."""
    python = uno_python()
    if python is None:
        pytest.skip("没有安装 LibreOffice 的 Python 接口")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "book.xlsx").write_bytes(data)
        scripted(python, folder, _INSERT.replace("TASKS", repr(tasks)))
        return (Path(folder) / "out.xlsx").read_bytes()


@pytest.mark.office
def test_twenty_subject_rows_put_in_by_libreoffice_still_add_up() -> None:
    """A new book is filled with 20 inserted subjects in three tables; then it is calculated and checked."""
    pack = get_pack("nmg_budget")
    data = new_workbook(pack, "测试单位", 2026)
    names = [
        ("208", "社会保障和就业支出"), ("20805", "行政事业单位养老支出"), ("2080501", "行政单位离退休"),
        ("2080502", "事业单位离退休"), ("2080505", "机关事业单位基本养老保险缴费支出"),
        ("2080506", "机关事业单位职业年金缴费支出"), ("20808", "抚恤"), ("2080801", "死亡抚恤"),
        ("210", "卫生健康支出"), ("21011", "行政事业单位医疗"), ("2101101", "行政单位医疗"), ("2101102", "事业单位医疗"),
        ("2101103", "公务员医疗补助"), ("213", "农林水支出"), ("21301", "农业农村"), ("2130101", "行政运行"),
        ("2130104", "事业运行"), ("221", "住房保障支出"), ("22102", "住房改革支出"), ("2210201", "住房公积金"),
    ]  # fmt: skip
    money = {code: (i * 1.37, (i % 3) * 2.5) for i, (code, _) in enumerate(names) if len(code) == 7}
    total = sum(b + p for b, p in money.values())
    basic = sum(b for b, _ in money.values())
    book = openpyxl.load_workbook(io.BytesIO(data))
    tasks = []
    for sheet, build in (
        ("2收入总表", lambda b, p: {3: b + p}),
        ("3支出总表", lambda b, p: {3: b, 4: p}),
        ("5一般公共预算支出表", lambda b, p: {4: b, 6: p}),
    ):
        first = next(
            r
            for r in range(5, 12)
            if book[sheet].cell(r, 3).value and str(book[sheet].cell(r, 3).value).startswith("=")
        )
        rows: list[dict[int, object]] = []
        for code, name in names:
            row: dict[int, object] = {0: code, 1: name}
            if code in money:
                row.update(build(*money[code]))
            rows.append(row)
        tasks.append((sheet, first, rows, {}))
    sides = book["1收支总表"]
    general = next(r for r in range(4, 12) if "一般公共预算" in str(sides.cell(r, 1).value))
    fiscal = next(r for r in range(4, 12) if "一般公共预算" in str(book["4财政拨款收支总表"].cell(r, 1).value))
    tasks.append(("1收支总表", 0, [], {f"B{general}": total}))
    tasks.append(("4财政拨款收支总表", 0, [], {f"B{fiscal}": total}))
    done = in_libreoffice(data, tasks)
    report = check_raw(read_bytes(done, "新.xlsx"))
    held = sum(t.held + t.rounding for t in report.result.tallies.values())
    inside = [f.message for f in report.findings if f.severity is Severity.ERROR and f.code.startswith(("XB0", "XB1"))]
    across = [f.message for f in report.findings if f.code == "XB201" and "基本支出表" not in f.message]
    assert not inside and not across and held > 200
    expenditure = report.disclosure.table("expenditure")
    assert expenditure is not None
    last = next(r for r in expenditure.rows if r.role == "total")
    assert [round(float(last.cells[i].amount.value), 2) for i in (0, 1)] == [round(total, 2), round(basic, 2)]  # type: ignore[union-attr]


def test_a_table_pasted_with_other_column_order_is_understood() -> None:
    book = openpyxl.load_workbook(io.BytesIO(demo()), data_only=True)
    before = check_raw(read_bytes(demo(), "a.xlsx"))
    sheet = book["3支出总表"]
    order = [0, 1, 4, 2, 3, 7, 5, 6]
    for row in sheet.iter_rows(min_row=4, max_row=sheet.max_row, max_col=8):
        values = [cell.value for cell in row]
        for cell, at in zip(row, order, strict=True):
            if type(cell).__name__ == "Cell":
                cell.value = values[at]
    data = io.BytesIO()
    book.save(data)
    after = check_raw(read_bytes(data.getvalue(), "a.xlsx"))
    assert sorted(f.code for f in after.findings if f.severity is Severity.ERROR) == sorted(
        f.code for f in before.findings if f.severity is Severity.ERROR
    )
    mine, other = before.disclosure.table("expenditure"), after.disclosure.table("expenditure")
    assert mine is not None and other is not None
    for role in ("total", "basic", "project"):
        a, b = mine.column_index(role), other.column_index(role)
        assert (a is not None and b is not None and a != b) or role == "basic"
        assert [r.cells[a].text for r in mine.rows] == [r.cells[b].text for r in other.rows]  # type: ignore[index]


def test_a_province_that_publishes_in_yuan_gets_its_unit_everywhere() -> None:
    """The unit of each table is pack data: captions, number formats, and the sheet of reasons that stays in 万元."""
    pack = get_pack("shanghai_budget")
    lines = {
        "expenditure": [Line("2012604", "档案馆", {3: Decimal(7_654_321), 4: Decimal(2_345_678)})],
        "income": [Line("2012604", "档案馆", {3: Decimal(9_999_999)})],
        "general_expenditure": [Line("2012604", "档案馆", {3: Decimal(7_654_321), 4: Decimal(2_345_678)})],
        "basic_expenditure": [Line("30101", "基本工资", {3: Decimal(7_654_321)})],
        "three_public": [Line(values={1: Decimal(0), 2: Decimal("1.20"), 4: Decimal(0), 5: Decimal("3.40")})],
    }
    amounts = {
        "income_expenditure": {"1. 一般公共预算": Decimal(9_999_999)},
        "fiscal_appropriation": {"一、一般公共预算": Decimal(9_999_999)},
    }
    data = new_workbook(pack, "上海市云川区档案局", 2026, Filling(lines, amounts))
    book = openpyxl.load_workbook(io.BytesIO(data))
    captions = {
        sheet.title[0]: str(cell.value)
        for sheet in book
        for cell in sheet[3]
        if sheet.title[0].isdigit() and str(cell.value).startswith("单位：")
    }
    assert captions == {str(n): "单位：元" for n in range(1, 9)} | {"9": "单位：万元"}
    report = check_raw(read_bytes(data, "新.xlsx"))
    assert report.disclosure.pack == "shanghai_budget"
    assert [f.message for f in report.findings if f.code[:3] in ("XB1", "XB2")] == []
    sides = report.disclosure.table("income_expenditure")
    assert sides is not None
    totals = [cell.amount for row in sides.rows if row.role == "total" for cell in row.cells]
    assert [(t.yuan, t.text) for t in totals if t is not None] == [(Decimal(9_999_999), "9999999")] * 2
    three = report.disclosure.table("three_public")
    assert three is not None and three.money_unit.value == "万元"
    assert [c.text for c in three.rows[0].cells][:3] == ["4.60", "", "1.20"]
    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["变动原因"]
    said = {row[0].value: row[2].value for row in values.iter_rows(min_row=4)}
    assert said["收入总计"] == said["支出总计"] == pytest.approx(999.9999)
    assert said["一般公共预算基本支出"] == pytest.approx(765.4321) and said["“三公”经费"] == pytest.approx(4.6)


@pytest.mark.office
@needs_office
def test_libreoffice_calculates_a_book_in_yuan() -> None:
    pack = get_pack("shanghai_budget")
    lines = {"expenditure": [Line("2012604", "档案馆", {3: Decimal(7_654_321), 4: Decimal(2_345_678)})]}
    amounts = {"income_expenditure": {"1. 一般公共预算": Decimal(9_000_000), "二、事业收入": Decimal(999_999)}}
    data = new_workbook(pack, "上海市云川区档案局", 2026, Filling(lines, amounts))
    seen = recalculated(without_any_result(data))
    sheet = seen["1财务收支预算总表"]
    totals = [cell.value for cell in sheet[sheet.max_row] if isinstance(cell.value, int | float)]
    assert totals == [9_999_999, 9_999_999]


@pytest.mark.parametrize("name", ["national_final", "nmg_final", "shanghai_final"])
def test_a_book_of_final_accounts_has_its_form_and_not_that_of_a_budget(name: str) -> None:
    """The tables and columns of the Ministry's form, numbered as the pack numbers them."""
    pack = get_pack(name)
    found = check_raw(read_bytes(new_workbook(pack, "测试单位", 2025), "新.xlsx"), name).disclosure
    assert found.stage is Stage.FINAL
    tables = {t.id: t for t in found.tables}
    assert [t.number for t in found.tables] == [
        s.number for s in sorted(pack.tables, key=_number) if s.number and s.layout
    ]
    assert all("决算" in t.title for t in found.tables)
    assert not [c.heading for t in found.tables for c in t.columns if "预算数" in c.heading and t.id != "three_public"]
    roles = {id: [column.role for column in table.columns] for id, table in tables.items()}
    assert roles["income"] == ["total", "fiscal", "upper", "institution", "business", "affiliated", "other_income"]
    assert roles["expenditure"] == ["total", "basic", "project", "upward", "operating", "subsidy"]
    assert roles["fund_expenditure"] == ["carry_in", "total", "total", "basic", "project", "carry_out"]
    sides = {row.role for row in tables["income_expenditure"].rows if row.role}
    assert {"current", "carry_in", "use_surplus", "carry_out", "distribution", "total"} <= sides


def _number(spec: TableSpec) -> int:
    return spec.number or 0
