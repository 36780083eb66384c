"""The buttons that write, on a workbook object that answers as Excel's does (``fake_excel.py``). Never run in real Excel."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT
from tests.generating.projects import UNIT, book, project_list
from tests.hosts.fake_excel import FakeExcel, FakeSheet

from xlbudget.app import printing
from xlbudget.app.checking import check_file
from xlbudget.app.registry import BUTTONS
from xlbudget.archive.location import VARIABLE
from xlbudget.hosts import excel
from xlbudget.hosts.cli import main
from xlbudget.model.finding import Severity
from xlbudget.sources.failing import SourceError

DEMO = next((ROOT / "workbook").glob("*.xlsx"))
CORRECTED = next((ROOT / "workbook" / "改正后").glob("*.xlsx"))
LIST, REVIEW = "项目支出绩效目标表", "绩效填报核对"
TINT = 0xFFF6D6


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    found: list[tuple[str, bool]] = []
    monkeypatch.setattr(excel, "_tell", lambda book, text, good: found.append((text, good)))
    return found


@pytest.fixture
def projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeExcel:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "档案.sqlite"))
    path = tmp_path / "项目.xlsx"
    path.write_bytes(book(project_list(3)))
    return FakeExcel(path)


def press(fake: FakeExcel, id: str, *answers: str) -> tuple[str, bool]:
    """A button with what the person answers; gives what the person is told, and whether it went well."""
    told: list[tuple[str, bool]] = []
    fake.answers = list(answers)
    tell, excel._tell = excel._tell, lambda book, text, good: told.append((text, good))
    try:
        excel.run_button(id, fake.book)
    finally:
        excel._tell = tell
    assert len(told) == 1 and not fake.opened and fake.StatusBar is False and fake.EnableEvents and fake.DisplayAlerts
    return told[0]


def sheet(fake: FakeExcel, name: str) -> FakeSheet:
    return next(s for s in fake.sheets if s.Name == name)


def uneven() -> FakeExcel:
    """The corrected demo with figures of more decimals than are published, so that not all roundings can fit."""
    fake = FakeExcel(CORRECTED)
    own = sheet(fake, "3支出总表")
    for (row, column), value in own.values.items():
        if column == 4 and isinstance(value, float) and value and (row, column) not in own.formulas:
            own.values[row, column] = value + 0.004
    return fake


# ---------------------------------------------------------------- 尾差调平


def test_levelling_writes_lists_and_is_taken_back() -> None:
    fake = uneven()
    before = fake.state()
    text, good = press(fake, "balance")
    assert good and "改写" in text and fake.state() != before
    assert fake.undo == ("撤销 尾差调平", "'xlbudget.xlam'!XlbUndo")
    own = sheet(fake, "3支出总表")
    figures = [v for at, v in own.values.items() if at[1] == 4 and isinstance(v, float) and at not in own.formulas]
    assert figures and all(round(v, 2) == v for v in figures)
    excel.run_button("undo", fake.book)
    assert fake.state() == before


def test_the_button_and_the_command_write_the_same_figures(tmp_path: Path) -> None:
    import openpyxl

    fake = uneven()
    fake._save(str(tmp_path / "书.xlsx"))
    main(["balance", str(tmp_path / "书.xlsx"), "-o", str(tmp_path / "调平.xlsx"), "--quiet"])
    press(fake, "balance")
    done = openpyxl.load_workbook(tmp_path / "调平.xlsx")
    for own in fake.sheets:
        cells = {(c.row, c.column): c.value for row in done[own.Name].iter_rows() for c in row if c.value is not None}
        ours = {at: own.formulas.get(at, value) for at, value in own.values.items()}
        assert {at: v for at, v in cells.items() if isinstance(v, (int, float))} == {
            at: v for at, v in ours.items() if isinstance(v, (int, float))
        }, own.Name
        assert {at for at, v in cells.items() if str(v).startswith("=")} == set(own.formulas), own.Name


def test_a_pinned_cell_keeps_its_rounding_and_a_wrong_one_is_said() -> None:
    fake = uneven()
    before = fake.state()
    text, good = press(fake, "balance", "3支出总表!A1")
    assert not good and "不是表中的数，没有作任何改动" in text and fake.state() == before
    own = sheet(fake, "3支出总表")
    pinned = max(
        r for (r, c), v in own.values.items() if c == 4 and isinstance(v, float) and (r, c) not in own.formulas
    )
    exact = own.values[pinned, 4]
    assert press(fake, "balance", f"3支出总表!$D${pinned}，合计")[1] and own.values[pinned, 4] == round(exact, 2)


def test_tables_in_yuan_are_levelled_to_the_unit_that_the_person_says(tmp_path: Path) -> None:
    import openpyxl

    made = openpyxl.Workbook()
    rows: list[list[Any]] = [["云川市档案馆2025年支出总表"], ["", "", "", "", "单位：元"]]
    rows += [["科目编码", "科目名称", "合计", "基本支出", "项目支出"]]
    rows += [
        ["208", "社会保障和就业支出", 300054.32, 200031.16, 100023.16],
        ["210", "卫生健康支出", 1044.5, 1044.5, None],
    ]
    for row in [*rows, [None, "合计", 301098.82, 201075.66, 100023.16]]:
        made.active.append(row)
    made.active["C5"].number_format = "0.0"
    made.save(tmp_path / "元.xlsx")
    fake = FakeExcel(tmp_path / "元.xlsx")
    before = fake.state()
    text, good = press(fake, "balance", "吨")
    assert not good and "不能调平到“吨”，没有作任何改动" in text and fake.state() == before
    assert press(fake, "balance", False) == ("没有调整。", True) and fake.state() == before  # type: ignore[arg-type]
    text, good = press(fake, "balance", "", "")
    own = fake.sheets[0]
    assert good and "单位：万元" in text and own.values[2, 5] == "单位：万元"
    for row in (4, 5, 6):
        whole, *parts = (Decimal(str(own.values.get((row, c)) or 0)) for c in (3, 4, 5))
        assert (
            whole == sum(parts)
            and abs(whole * 10000 - Decimal(str(rows[2:][row - 3][2] if row < 6 else 301098.82))) < 100
        )
    assert own.formats[5, 3] == "#,##0.00", "it was shown with one decimal"
    excel.run_button("undo", fake.book)
    assert fake.state() == before


def test_a_library_that_is_not_there_is_said(projects: FakeExcel, monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(_: Any) -> str:
        raise ModuleNotFoundError("no", name="highspy")

    monkeypatch.setitem(BUTTONS, "balance", replace(BUTTONS["balance"], run=lacking))
    text, good = press(projects, "balance")
    assert not good and "“尾差调平”要用的部件 highspy 没有安装，没有作任何改动" in text


# ---------------------------------------------------------------- 绩效


def add_project(fake: FakeExcel) -> None:
    listed = sheet(fake, "项目")
    row = max(r for r, _ in listed.values) + 1
    listed.values[row, 1], listed.values[row, 2], listed.values[row, 4] = "新增设备购置费", UNIT, 12.5
    listed.size = (row, listed.size[1])


def test_targets_come_as_sheets_tinted_and_merged_and_go_again(projects: FakeExcel, tmp_path: Path) -> None:
    before = projects.state()
    text, good = press(projects, "fill_targets")
    assert good and "4 个项目" in text and [s.Name for s in projects.sheets] == ["封面", "项目", LIST, REVIEW]
    assert sheet(projects, LIST).merged and projects.state()[:2] == before
    projects._save(str(tmp_path / "填报.xlsx"))
    report = check_file(tmp_path / "填报.xlsx")
    assert not report.of(Severity.ERROR) and len(report.disclosure.targets.sheets) == 4
    after = projects.state()
    assert "没有要补的内容，没有改动" in press(projects, "fill_targets")[0] and projects.state() == after
    excel.run_button("undo", projects.book)
    assert projects.state() == before


def test_what_a_person_entered_stays_when_the_sheet_is_drawn_anew(projects: FakeExcel) -> None:
    press(projects, "fill_targets")
    own, listed = sheet(projects, LIST), sheet(projects, "项目")
    at = next(at for at, value in own.values.items() if value == "产出指标")
    own.values[at[0], at[1] + 2] = "我自己写的指标"
    name = listed.values[4, 1]
    row = next(r for (r, c), value in own.values.items() if value == name and c == 1)
    budget = next(c for (r, c), value in own.values.items() if r == 4 and "预算" in str(value))
    own.formulas[row, budget] = "=项目!D4"
    add_project(projects)
    before = projects.state()
    text, good = press(projects, "fill_targets")
    assert good and "5 个项目" in text and own in projects.sheets, "the sheet keeps its identity"
    assert "新增设备购置费" in own.values.values() and "我自己写的指标" in own.values.values()
    assert list(own.formulas.values()).count("=项目!D4") == 1, "it looks at this workbook, not at a file"
    excel.run_button("undo", projects.book)
    assert contents(projects.state()) == contents(before)


def contents(state: Any) -> Any:
    """Names, values and formulas: nothing calculates here, and a file has no results of what must be calculated anew."""
    return [
        (name, {at: v for at, v in values.items() if at not in formulas}, formulas, merged)
        for name, values, formulas, _, _, merged, _, _ in state
    ]


def test_entries_in_place_are_tinted_and_lose_the_tint_when_taken_back(projects: FakeExcel) -> None:
    press(projects, "fill_targets")
    own = sheet(projects, LIST)
    at = next(at for at, value in own.values.items() if value == "产出指标")
    gone = (at[0], at[1] + 5)
    kept = own.values.pop(gone)
    own.grounds.clear()
    before = projects.state()
    good = press(projects, "fill_targets")[1]
    assert good and own.values[gone] == kept and own.grounds[gone] == 0xD6F6FF, "Excel counts blue, green, red"
    excel.run_button("undo", projects.book)
    assert contents(projects.state()) == contents(before) and own.grounds[gone] is None


def test_scoring_needs_targets_and_then_makes_its_sheet(projects: FakeExcel) -> None:
    text, good = press(projects, "score")
    assert not good and "没有绩效目标表" in text
    press(projects, "fill_targets")
    text, good = press(projects, "score")
    assert good and "已生成" in text and "没有填" in text
    assert any("自评" in s.Name for s in projects.sheets)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda b: setattr(b, "ProtectStructure", True), "结构受保护"),
        (lambda b: setattr(b, "FileFormat", 56), "不是 .xlsx 或 .xlsm"),
        (lambda b: setattr(b, "ReadOnly", True), "只读"),
    ],
)
def test_a_book_that_may_not_be_changed_is_said(projects: FakeExcel, spoil: Any, words: str) -> None:
    before = projects.state()
    press(projects, "fill_targets")
    excel.run_button("undo", projects.book)
    spoil(projects.book)
    text, good = press(projects, "fill_targets")
    assert words in text and "没有作任何改动" in text and not good and projects.state() == before


def test_a_protected_sheet_is_said(projects: FakeExcel) -> None:
    press(projects, "fill_targets")
    sheet(projects, REVIEW).ProtectContents = True
    add_project(projects)
    before = projects.state()
    text, good = press(projects, "fill_targets")
    assert "受保护，没有作任何改动" in text and not good and projects.state() == before


def test_what_fails_half_way_is_taken_back(projects: FakeExcel, monkeypatch: pytest.MonkeyPatch) -> None:
    before = projects.state()
    copy = FakeSheet.Copy

    def failing(self: FakeSheet, **places: Any) -> None:
        if self.Name == REVIEW:
            raise OSError("Excel is busy")
        copy(self, **places)

    monkeypatch.setattr(FakeSheet, "Copy", failing)
    text, good = press(projects, "fill_targets")
    assert not good and "程序出错，没有完成" in text and projects.state() == before


# ---------------------------------------------------------------- 公开、上年、新建


def test_publishing_goes_beside_the_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: Any) -> Any:
        raise SourceError("本机没有 LibreOffice，也没有 Word", "请安装")

    monkeypatch.setattr(printing, "pdf_of", none)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "档案.sqlite"))
    path = tmp_path / "预算.xlsx"
    path.write_bytes(CORRECTED.read_bytes())
    text, good = press(FakeExcel(path), "publish")
    assert good and str(tmp_path / "预算-公开") in text and "PDF 没有生成：本机没有 LibreOffice" in text
    assert {".docx", ".html", ".json"} <= {p.suffix for p in (tmp_path / "预算-公开").iterdir()}


def test_publishing_refuses_with_the_count_of_errors(tmp_path: Path) -> None:
    path = tmp_path / "预算.xlsx"
    path.write_bytes(DEMO.read_bytes())
    fake = FakeExcel(path)
    text, good = press(fake, "publish")
    count = re.search(r"错误 (\d+) 处", text)
    assert not good and count is not None and int(count[1]) >= len(check_file(DEMO).of(Severity.ERROR)) > 0
    assert fake.made and not (tmp_path / "预算-公开").exists()


@pytest.mark.parametrize("place", ["", "https://contoso-my.sharepoint.com/personal/x"])
def test_a_book_without_a_folder_of_this_machine_cannot_be_published(place: str) -> None:
    fake = FakeExcel(CORRECTED)
    fake.book.Path = place
    text, good = press(fake, "publish")
    assert not good and "请先保存（或另存到本机的文件夹）" in text


def test_last_years_file_goes_into_the_archive_and_its_figures_into_the_book(
    projects: FakeExcel, tmp_path: Path
) -> None:
    assert press(projects, "import_prior") == ("没有选择文件，档案没有变动。", True)
    for name, data, words in (
        ("没有.xlsx", None, "没有.xlsx"),
        ("坏.xlsx", b"PK nothing", "坏.xlsx"),
        ("购物.txt", "购物清单：苹果".encode(), "没有认出任何公开表"),
    ):
        path = tmp_path / name
        if data is not None:
            path.write_bytes(data)
        projects.file = str(path)
        text, good = press(projects, "import_prior")
        assert not good and words in text, text
    assert not (tmp_path / "档案.sqlite").exists()
    projects.file = str(CORRECTED)
    text, good = press(projects, "import_prior")
    assert good and "已存入" in text
    text, good = press(projects, "import_prior")
    assert good and "已在档案中" in text


def test_what_the_file_does_not_say_is_asked(projects: FakeExcel, tmp_path: Path) -> None:
    import openpyxl

    blank = openpyxl.Workbook()
    rows = (
        ["支出总表"],
        ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
        ["208", "社会保障和就业支出", 30, 20, 10],
    )
    for row in (*rows, [None, "合计", 30, 20, 10]):
        blank.active.append(row)
    blank.save(tmp_path / "无名.xlsx")
    projects.file = str(tmp_path / "无名.xlsx")
    assert press(projects, "import_prior", "") == ("没有写明单位和年度，没有存入。", True)
    text, good = press(projects, "import_prior", "云川市档案馆", "去年")
    assert not good and "年度“去年”不对" in text
    text, good = press(projects, "import_prior", "云川市档案馆", "2024")
    assert good and "云川市档案馆" in text and "2024" in text


def test_a_new_book_asks_for_form_unit_and_year(projects: FakeExcel) -> None:
    assert press(projects, "new", "") == ("没有选择表式，没有新建。", True)
    assert "没有“甲”这种表式" in press(projects, "new", "甲")[0]
    assert press(projects, "new", "nmg_budget", " ") == ("没有填写单位名称，没有新建。", True)
    assert "年度“26”不对" in press(projects, "new", "nmg_budget", UNIT, "26")[0] and not projects.made
    text, good = press(projects, "new", "nmg_budget", UNIT, "2026年")
    assert good and "已新建" in text and "封面" in [s.Name for s in projects.made[0].Worksheets.items]
