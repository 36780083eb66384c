"""The buttons that write, in real LibreOffice: levelling, performance sheets, publication, last year's file, new books."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT
from tests.generating.projects import UNIT, book, project_list
from tests.hosts.office import Office

from xlbudget.app.checking import check_file
from xlbudget.hosts.cli import main
from xlbudget.model.finding import Severity

# LibreOffice gives up its memory when it is started late in a process that has run everything else: a run of their own
pytestmark = [pytest.mark.office, pytest.mark.long]
DEMO = next((ROOT / "workbook").glob("*.xlsx"))
CORRECTED = next((ROOT / "workbook" / "改正后").glob("*.xlsx"))
LIST, REVIEW = "项目支出绩效目标表", "绩效填报核对"
Opener = Callable[[Path], Any]


@pytest.fixture
def opened(office: Office, tmp_path: Path) -> Iterator[Opener]:
    """Opens a copy of a workbook; whatever else a button opens is closed with it."""
    before = [document.RuntimeUID for document in office.documents()]

    def load(source: Path) -> Any:
        copy = tmp_path / source.name
        if copy != source:
            shutil.copy(source, copy)
        return office.open(copy)

    yield load
    for document in office.documents():
        if document.RuntimeUID not in before:
            document.close(True)


@pytest.fixture
def projects(opened: Opener, tmp_path: Path) -> Any:
    path = tmp_path / "项目.xlsx"
    path.write_bytes(book(project_list(3)))
    return opened(path)


def contents(document: Any) -> dict[str, Any]:
    """Every sheet: formulas, number formats, grounds, merged cells, and the widths of its columns."""
    found = {}
    for name in document.Sheets.ElementNames:
        sheet = document.Sheets.getByName(name)
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        area = sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
        cells = [area.getCellByPosition(c, r) for r in range(end.EndRow + 1) for c in range(end.EndColumn + 1)]
        found[name] = (
            area.getFormulaArray(),
            [(c.AbsoluteName, document.NumberFormats.getByKey(c.NumberFormat).FormatString, c.CellBackColor, c.IsMerged)
             for c in cells if c.Formula or c.IsMerged],
            [sheet.Columns.getByIndex(c).Width for c in range(end.EndColumn + 1)],
            [(a.EndColumn, a.EndRow) for a in sheet.getPrintAreas()],
        )  # fmt: skip
    return found


def saved(office: Office, document: Any, path: Path) -> Path:
    document.storeToURL(path.as_uri(), (office.value("FilterName", "Calc MS Excel 2007 XML"),))
    return path


def titled(office: Office, start: str) -> Any:
    return next(d for d in office.documents() if d.Title.startswith(start))


# ---------------------------------------------------------------- 尾差调平


def test_levelling_makes_every_sum_exact_lists_what_moved_and_can_be_undone(
    office: Office, opened: Opener, tmp_path: Path
) -> None:
    document = opened(CORRECTED)
    sheet = document.Sheets.getByName("3支出总表")
    for row in range(4, 40):  # figures with more decimals than are published, so that roundings cannot all fit
        cell = sheet.getCellByPosition(3, row)
        if cell.Type.value == "VALUE" and cell.Value:
            cell.setValue(cell.Value + 0.004)
    saved(office, document, tmp_path / "前.xlsx")
    before, count = contents(document), len(document.UndoManager.getAllUndoActionTitles())
    told = office.press(document, "balance")
    assert "改写" in told and "程序出错" not in told
    after = contents(document)
    assert after != before and document.UndoManager.getAllUndoActionTitles()[0] == "预算公开：尾差调平"
    report = check_file(saved(office, document, tmp_path / "调平.xlsx"))
    assert not report.of(Severity.ROUNDING)
    main(["balance", str(tmp_path / "前.xlsx"), "-o", str(tmp_path / "令.xlsx"), "--quiet"])
    other = office.open(tmp_path / "令.xlsx")
    assert {n: v[0] for n, v in contents(other).items()} == {n: v[0] for n, v in after.items()}, "as the command does"
    moved = titled(office, "尾差调平").Sheets.getByIndex(0)
    assert moved.getCellRangeByName("A1:H1").getDataArray() == (
        ("类别", "位置", "行", "栏", "精确数", "四舍五入", "调平后", "说明"),
    )
    document.UndoManager.undo()
    assert contents(document) == before and len(document.UndoManager.getAllUndoActionTitles()) == count
    document.UndoManager.redo()
    assert contents(document) == after


def test_a_pinned_cell_keeps_its_own_rounding_and_one_that_is_none_is_said(office: Office, opened: Opener) -> None:
    document = opened(CORRECTED)
    before = contents(document)
    assert "不是表中的数，没有作任何改动" in office.press(document, "balance", answer="3支出总表!A1")
    assert contents(document) == before


# ---------------------------------------------------------------- 绩效


def test_targets_are_filled_tinted_merged_and_undone(office: Office, projects: Any, tmp_path: Path) -> None:
    before = contents(projects)
    told = office.press(projects, "fill_targets")
    assert "4 个项目" in told and "浅黄色" in told
    after = contents(projects)
    assert list(after) == ["封面", "项目", LIST, REVIEW] and after["项目"] == before["项目"]
    assert any(merged for _, _, _, merged in after[LIST][1]) and any(c == 0xFFF6D6 for _, _, c, _ in after[LIST][1])
    made = projects.Sheets.getByName(LIST)
    assert made.getPrintAreas() and made.getPrintTitleRows()
    assert projects.StyleFamilies.getByName("PageStyles").getByName(made.PageStyle).IsLandscape
    report = check_file(saved(office, projects, tmp_path / "填报.xlsx"))
    assert not report.of(Severity.ERROR) and len(report.disclosure.targets.sheets) == 4
    assert projects.UndoManager.getAllUndoActionTitles() == ("预算公开：填报绩效目标",)
    for step in ("undo", "redo", "undo", "redo"):
        getattr(projects.UndoManager, step)()
        assert contents(projects) == (before if step == "undo" else after), step
    assert "没有要补的内容，没有改动" in office.press(projects, "fill_targets")
    assert contents(projects) == after


def test_what_a_person_entered_stays_and_what_refers_to_the_sheet_goes_on_doing_so(
    office: Office, projects: Any
) -> None:
    office.press(projects, "fill_targets")
    sheet, listed = projects.Sheets.getByName(LIST), projects.Sheets.getByName("项目")
    first = find(sheet, "产出指标")
    own = sheet.getCellByPosition(first.CellAddress.Column + 2, first.CellAddress.Row)
    own.setString("我自己写的指标")
    head = find(sheet, listed.getCellRangeByName("A4").String).CellAddress
    budget = sheet.getCellByPosition(column(sheet, "预算"), head.Row)
    budget.setFormula("=$'项目'.D4")
    watch = projects.Sheets.getByName("封面").getCellRangeByName("F9")
    watch.setFormula(f"=$'{LIST}'.{own.AbsoluteName.split('.')[1]}")
    row = next(r for r in range(3, 30) if not listed.getCellByPosition(0, r).String)
    for c, text in enumerate(("新增设备购置费", UNIT)):
        listed.getCellByPosition(c, row).setString(text)
    listed.getCellByPosition(3, row).setValue(12.5)
    before = contents(projects)
    assert "5 个项目" in office.press(projects, "fill_targets")
    after = contents(projects)
    assert after != before and find(sheet, "新增设备购置费") is not None
    assert find(sheet, "我自己写的指标").CellBackColor != 0xFFF6D6 and watch.String == "我自己写的指标"
    again = sheet.getCellByPosition(
        column(sheet, "预算"), find(sheet, listed.getCellRangeByName("A4").String).CellAddress.Row
    )
    assert again.Formula.replace("'", "") == "=$项目.D4" and again.Value == listed.getCellRangeByName("D4").Value
    for step in ("undo", "redo"):
        getattr(projects.UndoManager, step)()
        assert [v[0] for v in contents(projects).values()] == [
            v[0] for v in (before if step == "undo" else after).values()
        ]


def find(sheet: Any, text: str) -> Any:
    wanted = sheet.createSearchDescriptor()
    wanted.SearchString, wanted.SearchWords = text, True
    return sheet.findFirst(wanted)


def column(sheet: Any, heading: str) -> int:
    return next(c for c in range(30) if heading in sheet.getCellByPosition(c, 3).String)


def test_scoring_makes_the_sheet_and_then_counts(office: Office, projects: Any) -> None:
    assert "没有绩效目标表" in office.press(projects, "score")
    office.press(projects, "fill_targets")
    told = office.press(projects, "score")
    assert "已生成" in told and "没有填" in told, told
    made = contents(projects)
    assert "自评" in "".join(made)
    projects.UndoManager.undo()
    assert not [name for name in contents(projects) if "自评" in name]


def test_without_projects_and_with_a_protected_document_nothing_is_written(
    office: Office, opened: Opener, projects: Any
) -> None:
    empty = office.open()
    empty.Sheets.getByIndex(0).getCellByPosition(0, 0).setString("2026年预算")
    assert "没有找到项目" in office.press(empty, "fill_targets")
    assert "没有认出任何有金额的预算" in office.press(empty, "balance")
    projects.protect("")
    before = contents(projects)
    assert "结构受保护，不能加入工作表，没有作任何改动" in office.press(projects, "fill_targets")
    assert contents(projects) == before
    projects.unprotect("")
    office.press(projects, "fill_targets")
    projects.Sheets.getByName(REVIEW).protect("")
    listed = projects.Sheets.getByName("项目")
    row = next(r for r in range(3, 30) if not listed.getCellByPosition(0, r).String)
    listed.getCellByPosition(0, row).setString("新增设备购置费")
    listed.getCellByPosition(3, row).setValue(12.5)
    before = contents(projects)
    assert "受保护，没有作任何改动" in office.press(projects, "fill_targets")
    assert contents(projects) == before


# ---------------------------------------------------------------- 公开、上年、新建


def test_publishing_writes_beside_the_book_and_refuses_while_errors_stand(
    office: Office, opened: Opener, tmp_path: Path
) -> None:
    wrong = opened(DEMO)
    told = office.press(wrong, "publish")
    listed = titled(office, "公开前要改的").Sheets.getByIndex(0)
    reasons = [listed.getCellByPosition(0, row).String for row in range(1, 80)]
    count = sum(1 for reason in reasons if reason.startswith("XB"))
    assert "还不能公开" in told and f"错误 {count} 处" in told and not list(tmp_path.glob("*-公开"))
    assert {f"{f.code} {f.message}" for f in check_file(DEMO).of(Severity.ERROR)} <= set(reasons)
    right = opened(CORRECTED)
    told = office.press(right, "publish")
    folder = tmp_path / f"{CORRECTED.stem}-公开"
    assert str(folder) in told, told
    manifest = json.loads((folder / "清单.json").read_text(encoding="utf-8"))
    endings = {Path(file["path"]).suffix for file in manifest["files"]}
    assert {".docx", ".html", ".csv", ".pdf"} <= endings and manifest["source"]["file"] == CORRECTED.name
    assert not right.isModified()


def test_a_book_that_was_never_saved_cannot_be_published(office: Office, opened: Opener) -> None:
    told = office.press(office.open(), "publish")
    assert "还没有保存" in told


def test_last_years_file_goes_into_the_archive(office: Office, opened: Opener, projects: Any, tmp_path: Path) -> None:
    assert office.press(projects, "import_prior") == "没有选择文件，档案没有变动。"
    junk = tmp_path / "坏.xlsx"
    junk.write_bytes(b"PK nothing")
    assert "坏.xlsx" in office.press(projects, "import_prior", answer=junk.as_uri())
    told = office.press(projects, "import_prior", answer=CORRECTED.as_uri())
    assert "存入" in told or "已在档案中" in told
    assert "已在档案中" in office.press(projects, "import_prior", answer=CORRECTED.as_uri())


@pytest.mark.parametrize(
    ("answer", "words"),
    [("", "没有选择表式"), ("99", "没有“99”这种表式"), ("nmg_budget", "没有填写单位名称"), ("1\n某单位\n二六", "年度“二六”不对")],
)  # fmt: skip
def test_a_new_book_needs_its_answers(office: Office, projects: Any, answer: str, words: str) -> None:
    known = len(office.documents())
    assert words in office.press(projects, "new", answer=answer) and len(office.documents()) == known


def test_a_new_book_opens_unsaved_with_its_formulas_alive(office: Office, opened: Opener, projects: Any) -> None:
    told = office.press(projects, "new", answer="nmg_budget\n云川市档案服务中心\n2026")
    assert "已新建" in told and "还没有保存" in told
    made = titled(office, "云川市档案服务中心2026年")
    assert not made.URL and made.Sheets.Count > 12
    assert "核对" in office.press(made, "check")


def test_levelling_keeps_a_pin(office: Office, opened: Opener) -> None:
    document = opened(CORRECTED)
    sheet = document.Sheets.getByName("3支出总表")
    moved = [sheet.getCellByPosition(3, row) for row in range(4, 40)]
    moved = [c for c in moved if c.Type.value == "VALUE" and c.Value]
    for cell in moved:
        cell.setValue(cell.Value + 0.004)
    exact = Decimal(f"{moved[-1].Value:.15g}")
    place = f"3支出总表!{moved[-1].AbsoluteName.split('.')[1].replace('$', '')}"
    office.press(document, "balance", answer=place)
    assert Decimal(f"{moved[-1].Value:.15g}") == exact.quantize(Decimal("0.01"))
