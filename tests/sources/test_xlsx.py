"""Workbooks: formats, formulas, hidden parts, and files that are broken or hostile."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook

from xlbudget.model.cellref import column_letters, column_number
from xlbudget.model.raw import Grid, Paragraph
from xlbudget.sources.failing import SourceError
from xlbudget.sources.opening import read_bytes
from xlbudget.sources.sheetxml import NumberFormat, number_format
from xlbudget.sources.xlsx import read_xlsx


def workbook(fill: Any) -> bytes:
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    fill(book)
    book.close()
    return data.getvalue()


def grid_of(data: bytes) -> Grid:
    return next(b for b in read_xlsx(data, "a.xlsx").blocks if isinstance(b, Grid))


def test_shown_decimals_and_stored_values_are_both_read() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("表")
        two = book.add_format({"num_format": "#,##0.00"})
        sheet.write_row(0, 0, ["项目", "预算数", "备注"])
        sheet.write_row(1, 0, ["甲", 334.465, "x"])
        sheet.write_number(1, 1, 334.465, two)
        sheet.write_row(2, 0, ["乙", 12.5, "y"])

    grid = grid_of(workbook(fill))
    shown, general = grid.rows[1][1], grid.rows[2][1]
    assert (shown.text, shown.number, shown.decimals) == ("334.47", Decimal("334.465"), 2)
    assert (general.text, general.decimals) == ("12.5", None)
    assert grid.places.at(1, 1).cell == "B2" and grid.places.at(1, 1).sheet == "表"


def test_formulas_errors_and_texts_of_numbers() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, ["项目", "预算数"])
        sheet.write_formula(1, 1, "=1+1", None, 2)
        sheet.write_string(1, 0, "甲")
        sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
        sheet.write_string(2, 0, "乙")
        sheet.write_row(3, 0, ["丙", "１，２３４．５０"])

    grid = grid_of(workbook(fill))
    assert grid.rows[1][1].formula == "1+1" and grid.rows[1][1].number == 2
    assert grid.rows[2][1].trouble == "错误值 #DIV/0!"
    assert grid.rows[3][1].text == "１，２３４．５０"


def test_a_formula_without_its_result_is_named() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["项目", "预算数"])
    sheet.append(["合计", "=SUM(B3:B9)"])
    data = io.BytesIO()
    book.save(data)
    assert grid_of(data.getvalue()).rows[1][1].trouble == "公式没有计算结果"


def test_hidden_sheets_are_left_out_and_named() -> None:
    def fill(book: Any) -> None:
        book.add_worksheet("明").write_row(0, 0, ["项目", "数"])
        secret = book.add_worksheet("暗")
        secret.write_row(0, 0, ["项目", "数"])
        secret.hide()

    document = read_xlsx(workbook(fill), "a.xlsx")
    assert [b.sheet for b in document.blocks if isinstance(b, Grid)] == ["明"]
    assert "暗" in document.unread[0].what


def test_captions_around_a_table_are_paragraphs() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("表")
        sheet.merge_range(0, 0, 0, 2, "支出总表")
        sheet.write_row(2, 0, ["项目", "预算数", "备注"])
        sheet.write_row(3, 0, ["甲", 1, ""])
        sheet.write(5, 0, "注：没有其他。")

    blocks = read_xlsx(workbook(fill), "a.xlsx").blocks
    assert [b.text for b in blocks if isinstance(b, Paragraph)] == ["支出总表", "注：没有其他。"]


def good() -> bytes:
    return workbook(lambda book: book.add_worksheet("表").write_row(0, 0, ["项目", 1]))


def test_truncated_workbook() -> None:
    with pytest.raises(SourceError, match=r"损坏|不完整"):
        read_bytes(good()[:-200], "a.xlsx")


def test_broken_sheet_xml() -> None:
    source = zipfile.ZipFile(io.BytesIO(good()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, b"<worksheet><broken" if name.endswith("sheet1.xml") else data)
    document = read_xlsx(out.getvalue(), "a.xlsx")
    assert not document.blocks and (not document.unread or "损坏" in document.unread[0].why)


def test_zip_bomb_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("[Content_Types].xml", "x")
        target.writestr("xl/workbook.xml", b"0" * (128 * 2**20))
    with pytest.raises(SourceError, match="压缩炸弹"):
        read_bytes(out.getvalue(), "a.xlsx")


def test_encrypted_workbook_is_named() -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512
    with pytest.raises(SourceError, match="密码"):
        read_bytes(data, "a.xlsx")


def test_a_stray_cell_at_the_end_of_the_world() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("表")
        sheet.write(0, 0, "甲")
        sheet.write(1048575, 16383, 1)

    document = read_xlsx(workbook(fill), "a.xlsx")
    assert "使用区域过大" in document.unread[0].why


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("General", NumberFormat()),
        ("0", NumberFormat(0)),
        ("#,##0.00", NumberFormat(2)),
        ("#,##0.00_);[Red]\\(#,##0.00\\)", NumberFormat(2)),
        ("0.00%", NumberFormat(2, percent=True)),
        ("0.00,", NumberFormat(2, scale=3)),
        ("yyyy-mm-dd", NumberFormat()),
        ("@", NumberFormat()),
        (";;;", NumberFormat(hides=True)),
        ('"¥"#,##0.000', NumberFormat(3)),
    ],
)
def test_number_formats(code: str, expected: NumberFormat) -> None:
    assert number_format(code) == expected


def test_column_letters_go_both_ways() -> None:
    for number in (1, 26, 27, 52, 702, 703, 16384):
        assert column_number(column_letters(number)) == number
    assert column_letters(28) == "AB"


def test_our_own_verdict_beside_a_table_is_no_part_of_it() -> None:
    """Whatever BUDGET_CHECK says, and with whichever program's spelling, the table reads as without it."""

    def book(formula: str, value: str) -> bytes:
        out = io.BytesIO()
        made = xlsxwriter.Workbook(out, {"in_memory": True})
        sheet = made.add_worksheet("支出总表")
        rows = [["支出总表"], ["科目编码", "科目名称", "合计"], ["208", "社会保障和就业支出", 30], ["", "合计", 30]]
        for r, row in enumerate(rows):
            sheet.write_row(r, 0, row)
        if formula:
            sheet.write_formula(0, 4, formula, None, value)
            sheet.write_formula(2, 1, '=BUDGET_SUBJECT("208")', None, "社会保障和就业支出")
        made.close()
        return out.getvalue()

    def read(data: bytes) -> list[object]:
        blocks = read_xlsx(data, "书.xlsx").blocks
        return [
            [[(c.text, c.number) for c in row] for row in b.rows] if isinstance(b, Grid) else b.text for b in blocks
        ]

    plain = read(book("", ""))
    for formula in (
        '=IFERROR(BUDGET_CHECK(A2:C4),"x")',
        "=ORG.XLBUDGET.BUDGET.BUDGETCHECK(A2:C4)",
        "=budget_tie(C3,C4)",
    ):
        for value in ("✗ 2 处错误：很长的说明", "", "#NAME?"):
            assert read(book(formula, value)) == plain, (formula, value)
