"""Workbooks with everything that a careless writer destroys, made by three programs. Each holds a small budget table.

The table is in 万元 with more digits than it shows, so that it wants levelling; ``SHEET`` and ``CELLS`` name it.
"""

from __future__ import annotations

import io
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from struct import pack

from tests.authoring.office import scripted, uno_python

SHEET = "3支出总表"
ROWS = [
    ("208", "社会保障和就业支出", "=D6+E6", "=SUM(D7:D8)", "=SUM(E7:E8)"),
    ("20801", "人力资源和社会保障管理事务", "=D7+E7", 100.3333, 20.3333),
    ("20805", "行政事业单位养老支出", "=D8+E8", 50.3333, 10.4444),
    ("", "合计", "=C6", "=D6", "=E6"),
]
VALUES = {"C6": 181.4443, "D6": 150.6666, "E6": 30.7777, "C7": 120.6666, "C8": 60.7777, "C9": 181.4443, "D9": 150.6666,
          "E9": 30.7777}  # fmt: skip
"""Results of the formulas."""


def png() -> bytes:
    """A picture of four dots."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xff\0\0\0\xff\0" for _ in range(2))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", pack(">2I5B", 2, 2, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def by_xlsxwriter(macros: bool = False, date_1904: bool = False) -> bytes:
    import xlsxwriter

    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True, "date_1904": date_1904})
    sheet = book.add_worksheet(SHEET)
    money, bold = book.add_format({"num_format": "#,##0.00", "border": 1}), book.add_format({"bold": 1})
    sheet.write("A1", "支出总表", bold)
    sheet.write("E2", "单位：万元")
    sheet.write_row("A4", ["科目编码", "科目名称", "合计", "基本支出", "项目支出"])
    for r, row in enumerate(ROWS, 5):
        for c, value in enumerate(row):
            if isinstance(value, str) and value.startswith("="):
                sheet.write_formula(r, c, value, money, VALUES[f"{'ABCDE'[c]}{r + 1}"])
            else:
                sheet.write(r, c, value, money)
    sheet.write_comment("D7", "先前的批注", {"author": "某人"})
    sheet.write_comment("A1", "标题上的批注")
    sheet.write_rich_string("A12", "说明：", bold, "粗", "细")
    sheet.conditional_format("C6:E9", {"type": "data_bar"})
    sheet.conditional_format("C6:E9", {"type": "cell", "criteria": ">", "value": 1000, "format": bold})
    sheet.data_validation("A6:A8", {"validate": "list", "source": ["208", "20801", "20805"]})
    sheet.insert_image("G1", "点.png", {"image_data": io.BytesIO(png())})
    sheet.insert_button("G5", {"macro": "做事", "caption": "按钮"})
    sheet.set_header("&L&G", {"image_left": "点.png", "image_data_left": io.BytesIO(png())})
    sheet.add_sparkline("G8", {"range": f"'{SHEET}'!D7:E7"})
    sheet.print_area("A1:E9")
    sheet.autofilter("A5:E8")
    other = book.add_worksheet("其他")
    other.write_formula("A1", f"='{SHEET}'!C9*2", None, 362.8886)
    other.write_formula("A2", "=总数+1", None, 182.4443)
    other.write_formula("A3", "=1+1", None, 2)
    other.write_datetime(
        "B1", __import__("datetime").datetime(2025, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"})
    )
    other.add_table("D1:E4", {"columns": [{"header": "甲"}, {"header": "乙"}]})
    other.protect("密码")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"='{SHEET}'!$C$6:$C$9"})
    other.insert_chart("G1", chart)
    other.insert_textbox("G20", "文本框")
    book.add_worksheet("空").hide()
    book.define_name("总数", f"='{SHEET}'!$C$9")
    book.set_custom_property("编号", "A-1")
    if macros:
        book.add_vba_project(io.BytesIO(bytes(range(256)) * 40), is_stream=True)
    book.close()
    return data.getvalue()


def by_openpyxl() -> bytes:
    import openpyxl
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont
    from openpyxl.chart import BarChart, Reference
    from openpyxl.comments import Comment
    from openpyxl.drawing.image import Image
    from openpyxl.formatting.rule import ColorScaleRule
    from openpyxl.packaging.relationship import Relationship
    from openpyxl.workbook.defined_name import DefinedName
    from openpyxl.workbook.external_link.external import ExternalBook, ExternalLink
    from openpyxl.worksheet.datavalidation import DataValidation

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet["A1"], sheet["E2"] = "支出总表", "单位：万元"
    for c, text in enumerate(["科目编码", "科目名称", "合计", "基本支出", "项目支出"], 1):
        sheet.cell(4, c, text)
    for r, row in enumerate(ROWS, 6):
        for c, value in enumerate(row, 1):
            # openpyxl stores no results of formulas: figures instead.
            value = VALUES.get(f"{'ABCDE'[c - 1]}{r}", value)
            cell = sheet.cell(r, c, value)
            cell.number_format = "0.00"
    sheet["D7"].comment = Comment("先前的批注", "某人")
    sheet["A12"] = CellRichText("说明：", TextBlock(InlineFont(b=True), "粗"))
    sheet.add_image(Image(io.BytesIO(png())), "G1")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=6, max_row=9))
    sheet.add_chart(chart, "G5")
    sheet.conditional_formatting.add(
        "C6:E9", ColorScaleRule(start_type="min", end_type="max", start_color="FF0000", end_color="00FF00")
    )
    check = DataValidation(type="decimal", operator="greaterThan", formula1="0")
    check.add("C6:E9")
    sheet.add_data_validation(check)
    book.defined_names["总数"] = DefinedName("总数", attr_text=f"'{SHEET}'!$C$9")
    other = book.create_sheet("其他")
    other["A1"] = f"='{SHEET}'!C9*2"
    other["A3"] = "=[1]Sheet1!$A$1"
    other.protection.sheet = True
    link = ExternalLink(externalBook=ExternalBook())
    link.file_link = Relationship(type="externalLinkPath", Target="别处.xlsx", TargetMode="External", Id="rId1")
    link.externalBook.id = "rId1"
    book._external_links.append(link)
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def with_extras(data: bytes) -> bytes:
    """Parts that only Excel writes, put in by hand: custom XML, printer settings, a threaded comment, a control."""
    import zipfile

    from xlbudget.authoring.packaging import Package

    package = Package(data)
    sheet = "xl/worksheets/sheet2.xml"
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package["customXml/item1.xml"] = b'<?xml version="1.0"?><a xmlns="urn:x">  <b/>\r\n</a>'
    package.relate("xl/workbook.xml", f"{base}/customXml", "customXml/item1.xml")
    package["xl/printerSettings/printerSettings1.bin"] = bytes(range(200))
    package.set_content_type(
        "xl/printerSettings/printerSettings1.bin",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings",
        default=True,
    )
    package.relate(sheet, f"{base}/printerSettings", "xl/printerSettings/printerSettings1.bin")
    package["xl/ctrlProps/ctrlProp1.xml"] = (
        b'<formControlPr xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" objectType="CheckBox"/>'
    )
    package.set_content_type("xl/ctrlProps/ctrlProp1.xml", "application/vnd.ms-excel.controlproperties+xml")
    package.relate(sheet, f"{base}/ctrlProp", "xl/ctrlProps/ctrlProp1.xml")
    package["xl/threadedComments/threadedComment1.xml"] = (
        b'<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"/>'
    )
    package.relate(
        sheet,
        "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment",
        "xl/threadedComments/threadedComment1.xml",
    )
    made = package.to_bytes()
    assert zipfile.ZipFile(io.BytesIO(made)).testzip() is None
    return made


_SCRIPT = """
from com.sun.star.table import CellRangeAddress, CellAddress
from com.sun.star.awt import Point, Size, Rectangle

book = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, named(Hidden=True))
sheet = book.Sheets.getByIndex(0)
sheet.Name = "3支出总表"
rows = ROWS
sheet.getCellRangeByName("A1").String = "支出总表"
sheet.getCellRangeByName("E2").String = "单位：万元"
for c, text in enumerate(["科目编码", "科目名称", "合计", "基本支出", "项目支出"]):
    sheet.getCellByPosition(c, 3).String = text
formats = book.NumberFormats
key = formats.queryKey("0.00", uno.createUnoStruct("com.sun.star.lang.Locale"), False)
if key < 0:
    key = formats.addNew("0.00", uno.createUnoStruct("com.sun.star.lang.Locale"))
for r, row in enumerate(rows):
    for c, value in enumerate(row):
        cell = sheet.getCellByPosition(c, 5 + r)
        if isinstance(value, str) and value.startswith("="):
            cell.Formula = value
            cell.NumberFormat = key
        elif isinstance(value, str):
            cell.String = value
        else:
            cell.Value = value
            cell.NumberFormat = key
sheet.Annotations.insertNew(CellAddress(0, 3, 6), "先前的批注")
book.Sheets.insertNewByName("其他", 1)
other = book.Sheets.getByIndex(1)
other.getCellRangeByName("A1").Formula = "=$'3支出总表'.C9*2"
for r, row in enumerate([("类别", "金额"), ("甲", 1), ("乙", 2), ("甲", 3)]):
    for c, value in enumerate(row):
        cell = other.getCellByPosition(3 + c, r)
        if isinstance(value, str):
            cell.String = value
        else:
            cell.Value = value
tables = other.DataPilotTables
description = tables.createDataPilotDescriptor()
description.setSourceRange(CellRangeAddress(1, 3, 0, 4, 3))
fields = description.DataPilotFields
fields.getByIndex(0).Orientation = uno.Enum("com.sun.star.sheet.DataPilotFieldOrientation", "ROW")
fields.getByIndex(1).Orientation = uno.Enum("com.sun.star.sheet.DataPilotFieldOrientation", "DATA")
tables.insertNewByName("透视表", CellAddress(1, 6, 0), description)
other.Charts.addNewByName("图表", Rectangle(1000, 6000, 8000, 5000), (CellRangeAddress(1, 3, 0, 4, 3),), True, True)
page = sheet.DrawPage
box = book.createInstance("com.sun.star.drawing.ControlShape")
box.Position, box.Size = Point(15000, 1000), Size(3000, 800)
box.Control = book.createInstance("com.sun.star.form.component.CheckBox")
page.add(box)
note = book.createInstance("com.sun.star.drawing.RectangleShape")
note.Position, note.Size = Point(15000, 3000), Size(3000, 1500)
page.add(note)
check = sheet.getCellRangeByName("A6:A8").Validation
check.Type = uno.Enum("com.sun.star.sheet.ValidationType", "LIST")
check.setFormula1('"208";"20801"')
sheet.getCellRangeByName("A6:A8").Validation = check
rule = sheet.getCellRangeByName("C6:E9").ConditionalFormat
rule.addNew(named(Operator=uno.Enum("com.sun.star.sheet.ConditionOperator", "GREATER"), Formula1="1000", StyleName="Heading"))
sheet.getCellRangeByName("C6:E9").ConditionalFormat = rule
book.NamedRanges.addNewByName("总数", "$'3支出总表'.$C$9", CellAddress(0, 0, 0), 0)
other.protect("密码")
if "1904" in sys.argv:
    date = uno.createUnoStruct("com.sun.star.util.Date")
    date.Day, date.Month, date.Year = 1, 1, 1904
    book.NullDate = date
book.storeToURL(f"file://{folder}/book.xlsx", named(FilterName="Calc MS Excel 2007 XML"))
book.close(True)
"""


def by_libreoffice() -> bytes | None:
    """A workbook with a pivot table, chart, control and more, as LibreOffice saves it; ``None`` without its Python."""
    python = uno_python()
    if python is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        scripted(python, folder, _SCRIPT.replace("rows = ROWS", f"rows = {ROWS!r}"), "1904")
        return (Path(folder) / "book.xlsx").read_bytes()


MAKERS: dict[str, Callable[[], bytes | None]] = {
    "xlsxwriter": by_xlsxwriter,
    "xlsxwriter-macros": lambda: by_xlsxwriter(macros=True),
    "xlsxwriter-1904": lambda: by_xlsxwriter(date_1904=True),
    "excel-parts": lambda: with_extras(by_xlsxwriter()),
    "openpyxl": by_openpyxl,
    "libreoffice": by_libreoffice,
}
