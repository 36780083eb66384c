"""Excel's side without Excel: the functions through xlwings' own dispatcher with the COM modules stubbed, and the
buttons on a workbook object that answers as Excel's does (``fake_excel.py``). Nothing here was run in real Excel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.conftest import ROOT
from tests.hosts.cases import CASES, Case, agrees
from tests.hosts.fake_excel import FakeExcel

from xlbudget.app.live import CellEdit, LiveError
from xlbudget.app.registry import BUTTONS, Fault
from xlbudget.archive.location import VARIABLE
from xlbudget.hosts import excel
from xlbudget.hosts.excelbook import ExcelBook

DEMO = next((ROOT / "workbook").glob("*.xlsx"))

STUBS = """
import sys, types
class Anything(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (Exception,), {})
names = ("pythoncom pywintypes win32com win32com.client win32com.client.dynamic win32com.server win32com.server.util "
         "win32com.server.dispatcher win32com.server.policy win32api win32con win32event win32process win32gui "
         "win32timezone comtypes")
for name in names.split():
    sys.modules[name] = Anything(name)
    if "." in name:
        setattr(sys.modules[name.rpartition(".")[0]], name.rpartition(".")[2], sys.modules[name])
import xlwings
windows = sys.modules["xlwings._xlwindows"] = types.ModuleType("xlwings._xlwindows")
windows.Range = lambda xl: types.SimpleNamespace(xl=xl)
windows.is_range_instance = lambda value: False
xlwings._xlwindows = windows
xlwings.engines.engines_by_name["excel"] = types.SimpleNamespace(name="excel", type="desktop", impl=windows)
server = sys.modules["xlwings.com_server"] = types.ModuleType("xlwings.com_server")
server.loop = None
"""

DRIVER = """
import json
from xlwings import udfs
import xlbudget.hosts.excel as excel
vars(excel).update(excel.declare(udfs.xlfunc, udfs.xlarg, udfs.xlret))

def tuples(value):
    return tuple(map(tuples, value)) if isinstance(value, list) else value

def unpacked(rows):  # as xlwings.com_server.CallUDF does
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    return rows[0] if len(rows) == 1 and len(rows[0]) > 1 else rows

for function, arguments in json.loads(sys.stdin.read()):
    print(json.dumps(unpacked(udfs.call_udf("xlbudget.hosts.excel", function, tuples(arguments)))))
"""


def for_excel(value: Any) -> Any:
    """A value as Excel hands it over: error cells are numbers."""
    if isinstance(value, tuple):
        return [for_excel(cell) for cell in value]
    return {"#DIV/0!": -2146826281, "#N/A": -2146826246}.get(value, value) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def answers(archive: str) -> dict[str, Any]:
    """Every case through ``xlwings.udfs.call_udf`` in a process of its own, the stubs staying there."""
    given = json.dumps([[case.function, [for_excel(a) for a in case.arguments]] for case in CASES])
    done = subprocess.run(
        [sys.executable, "-c", STUBS + DRIVER],
        input=given,
        capture_output=True,
        text=True,
        env={**os.environ, VARIABLE: archive},
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    return {case.id: json.loads(line) for case, line in zip(CASES, lines, strict=True)}


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_through_xlwings(case: Case, answers: dict[str, Any]) -> None:
    got = answers[case.id]
    if isinstance(case.expected, Fault):
        assert got == "\x01" + {Fault.VALUE: "2015", Fault.NOT_AVAILABLE: "2042"}[case.expected]
    else:
        assert agrees(case, got), got


def test_importing_the_host_starts_nothing_and_needs_no_windows() -> None:
    code = "import sys, xlbudget.hosts.excel; print('xlwings' in sys.modules, 'pythoncom' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False False"


# ---------------------------------------------------------------- the buttons on a workbook like Excel's


@pytest.fixture
def fake() -> FakeExcel:
    return FakeExcel(DEMO)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    found: list[tuple[str, bool]] = []
    monkeypatch.setattr(excel, "_tell", lambda book, text, good: found.append((text, good)))
    return found


def test_every_button_answers_once(fake: FakeExcel, told: list[tuple[str, bool]]) -> None:
    fake.active_name = fake.sheets[3].Name
    for id in BUTTONS:
        told.clear()
        excel.run_button(id, fake.book)
        assert len(told) == 1 and told[0][0] and "程序出错" not in told[0][0], (id, told)
    assert fake.StatusBar is False, "the status bar is given back"


def test_the_open_book_gives_the_findings_of_the_saved_one(fake: FakeExcel) -> None:
    from xlbudget.app.checking import check_file, check_whole
    from xlbudget.sources.livesheet import live_document

    live = check_whole(live_document("书", ExcelBook(fake.book).read()))
    saved = check_file(DEMO)

    def places(report: Any) -> list[Any]:
        return [(f.code, f.severity, f.message, [(p.sheet, p.cell) for p in f.at]) for f in report.findings]

    assert places(live) == places(saved) and live.result.tallies == saved.result.tallies


def test_a_large_table_costs_few_questions(tmp_path: Path) -> None:
    """Every question crosses from one program to another; 1,200 rows must not cost 9,600 of them."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["支出总表", *[None] * 7])
    sheet.merge_cells("A1:H1")
    sheet.append(["科目编码", "科目名称", "合计", "基本支出", "人员经费", "公用经费", "项目支出", "备注"])
    for n in range(1200):
        sheet.append([f"2{n:06d}", "其他支出", 3.5, 2.5, 1.5, 1, 1 if n % 7 else None, None])
        for cell in sheet[sheet.max_row][2:7]:
            cell.number_format = "#,##0.00"
    sheet.row_dimensions[50].hidden = True
    book.save(tmp_path / "large.xlsx")
    excel_like = FakeExcel(tmp_path / "large.xlsx")
    read = ExcelBook(excel_like.book).read()[0]
    assert excel_like.questions < 700 and len(read.marks.formats) > 5000
    assert read.marks.hidden_rows == {49} and read.merges == [((0, 0), (0, 7))]


def test_marks_come_and_go_and_own_notes_stay(fake: FakeExcel, told: list[tuple[str, bool]]) -> None:
    own = fake.sheets[2].cells_with_notes = {(8, 4): "我自己的批注"}
    before = fake.state()
    excel.run_button("mark", fake.book)
    marked = fake.state()
    assert "已标记" in told[-1][0] and marked != before
    assert fake.undo == ("撤销 标记问题", "'xlbudget.xlam'!XlbUndo")
    assert fake.sheets[2].cells_with_notes[8, 4] == own[8, 4] == "我自己的批注"
    excel.run_button("mark", fake.book)
    assert fake.state() == marked, "marking twice is marking once"
    excel.run_button("unmark", fake.book)
    assert fake.state() == before
    excel.run_button("unmark", fake.book)
    assert told[-1] == ("没有标记可清除。", True)


def test_undo_takes_the_marks_back(fake: FakeExcel, told: list[tuple[str, bool]]) -> None:
    before = fake.state()
    excel.run_button("mark", fake.book)
    excel.run_button("undo", fake.book)
    assert fake.state() == before


def test_a_protected_sheet_is_said_and_nothing_is_written(fake: FakeExcel, told: list[tuple[str, bool]]) -> None:
    before = fake.state()
    for sheet in fake.sheets:
        sheet.ProtectContents = True
    excel.run_button("mark", fake.book)
    text, good = told[-1]
    assert "受保护，没有作任何改动" in text and not good and fake.state() == before


def test_no_workbook_is_said_in_one_sentence(told: list[tuple[str, bool]]) -> None:
    excel.run_button("check", None)
    assert told == [("请先打开一个工作簿，再用“预算公开”功能区。", False)]


def test_an_unknown_button_is_said(fake: FakeExcel, told: list[tuple[str, bool]]) -> None:
    excel.run_button("没有", fake.book)
    assert len(told) == 1 and not told[0][1] and "重新安装" in told[0][0]


def test_texts_are_written_as_texts(fake: FakeExcel) -> None:
    from decimal import Decimal

    book = ExcelBook(fake.book, lambda title, step: setattr(fake, "step", step))
    name = fake.sheets[0].Name
    changes = [CellEdit(name, "B2", Decimal("1.25")), CellEdit(name, "B3", "=1+1"), CellEdit(name, "B4", "文字")]
    before = fake.state()
    book.write("填数", changes)
    cells = fake.sheets[0].values
    assert (cells[2, 2], cells[3, 2], cells[4, 2]) == (1.25, "'=1+1", "文字")
    fake.step()
    assert fake.state() == before
    fake.sheets[0].ProtectContents = True
    with pytest.raises(LiveError):
        book.write("填数", changes)
    assert fake.state() == before


def test_a_chart_in_front_is_said(fake: FakeExcel, told: list[tuple[str, bool]]) -> None:
    fake.active_name = "Chart1"
    excel.run_button("check_sheet", fake.book)
    assert "不是普通工作表" in told[-1][0]


class _MacRange:
    def __init__(self, sheet: Any) -> None:
        self.sheet, self.number_format = sheet, ""

    @property
    def value(self) -> Any:
        rows, columns = self.sheet.size
        return [[self.sheet.values.get((r, c)) for c in range(1, columns + 1)] for r in range(1, rows + 1)]

    @value.setter
    def value(self, rows: Any) -> None:
        self.sheet.shown.append(rows[0][0])

    @property
    def formula(self) -> Any:
        rows, columns = self.sheet.size
        return [[self.sheet.formulas.get((r, c), "") for c in range(1, columns + 1)] for r in range(1, rows + 1)]

    def options(self, **given: Any) -> Any:
        assert given == {"ndim": 2, "err_to_str": True}
        return self


def test_on_macos_the_ribbon_looks_and_does_not_write(fake: FakeExcel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against a stand-in for xlwings' portable objects: every callback of the ribbon has an answer there."""
    import xlwings

    told: list[str] = []
    made = SimpleNamespace(range=lambda *a: _MacRange(made), shown=[])
    app = SimpleNamespace(
        alert=lambda text, title: told.append(text),
        status_bar=None,
        books=SimpleNamespace(add=lambda: SimpleNamespace(sheets=[made])),
    )

    class Sheets(list[Any]):
        pass

    sheets = Sheets(
        SimpleNamespace(
            name=s.Name,
            visible=s.Visible == -1,
            used_range=SimpleNamespace(last_cell=s.size),
            range=lambda *a, s=s: _MacRange(s),
        )
        for s in fake.sheets
    )
    sheets.active = sheets[3]  # type: ignore[attr-defined]
    book = SimpleNamespace(name="书.xlsx", fullname="/人/书.xlsx", app=app, sheets=sheets)
    monkeypatch.setattr(xlwings, "Book", SimpleNamespace(caller=lambda: book))
    for id in BUTTONS:
        excel.press_here(id)
    assert len(told) == len(BUTTONS) and not [t for t in told if "程序出错" in t]
    assert sum("只能核对" in text for text in told) == 2 and "错误" in told[1]
    assert made.shown[:2] == ["级别", "编号"]


def test_the_names_that_vba_calls_exist() -> None:
    from xlbudget.hosts.vba import modules

    assert "e.press_here('" in modules()["XlbPython"] and callable(excel.press_here)


def test_stubs_are_not_left_behind() -> None:
    assert "pythoncom" not in sys.modules and Path(excel.__file__).is_file()
