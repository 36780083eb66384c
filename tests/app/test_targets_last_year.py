"""``fill targets``: last year's sheets from a workbook, from a published document, and from the archive."""

from __future__ import annotations

import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.conftest import ROOT
from tests.generating.projects import UNIT, book

from xlbudget.authoring.workbook import CellEdit, edit_workbook
from xlbudget.hosts.cli import main
from xlbudget.model.entries import EnteredForm
from xlbudget.packs.catalog import get_pack
from xlbudget.reading.entries import read_entries
from xlbudget.sources.xlsx import read_xlsx

PROJECTS = [
    ("2025年档案数字化加工经费", "31-部门预算项目", Decimal("50.00")),
    ("测绘业务系统运行维护费", "31-部门预算项目", Decimal("12.50")),
    ("气象服务宣传经费", "", Decimal("3")),
]
NEXT = [
    ("2026年档案数字化加工经费", "31-部门预算项目", Decimal("55.00")),
    ("测绘业务系统运行维护费", "31-部门预算项目", Decimal("12.50")),
    ("水文监测设备购置", "", Decimal("20")),
]


def entries(path: Path, pack: str, evaluation: bool = False) -> EnteredForm:
    return read_entries(read_xlsx(path.read_bytes(), path.name), get_pack(pack).performance, evaluation)


def evaluated(folder: Path, pack: str) -> tuple[Path, dict[tuple[str, str], str]]:
    """Last year's workbook as a person would have left it: targets filled, done values entered, scored.

    With what was entered as done, by project and indicator.
    """
    path = folder / "2025年绩效.xlsx"
    path.write_bytes(book(PROJECTS, 2025))
    assert main(["fill", "targets", str(path), "--pack", pack, "--write"]) == 0
    assert main(["score", str(path), "--pack", pack, "--write"]) == 0
    form = entries(path, pack, evaluation=True)
    edits, done = [], {}
    for n, project in enumerate(form.projects):
        money = project.funds["年度资金总额"]
        edits.append(CellEdit(form.sheet, money["executed"].cell, money["adjusted"].value))
        for k, line in enumerate(project.lines):
            target = line["target"].value
            value = target * 2 + n + k if isinstance(target, Decimal) else "达成"
            edits.append(CellEdit(form.sheet, line["actual"].cell, value))
            done[project.name, line["name"].text] = f"{value}"
    path.write_bytes(edit_workbook(path.read_bytes(), edits).data)
    assert main(["score", str(path), "--pack", pack, "--write"]) in (0, 1)
    return path, done


def moved_on(text: str) -> str:
    return text.replace("2025", "2026")


def check_rolled(path: Path, pack: str, done: dict[tuple[str, str], str]) -> None:
    """Last year's indicators stand, their years moved, with last year's done value where the form has its column."""
    after = entries(path, pack)
    assert [p.name for p in after.projects] == [name for name, _, _ in NEXT]
    kept = 0
    owners = {moved_on(owner) for owner, _ in done}
    for project in (p for p in after.projects if p.name in owners):
        last = {name: value for (owner, name), value in done.items() if moved_on(owner) == project.name}
        lines = {line["name"].text: line for line in project.lines}
        for name, value in last.items():
            line = lines[moved_on(name)]
            if "prior" in line:
                said = line["prior"].text
                number = re.match(r"[\d.]+", said)
                same = said == value if number is None else Decimal(number[0]) == Decimal(value)
                assert same, (name, said, value)
                kept += 1
        assert last and set(lines) == {moved_on(name) for name in last}
    assert kept or "prior" not in after.roles
    assert after.projects[2].lines  # a project that is new has indicators proposed from the catalogue
    form = get_pack(pack).performance
    for project in after.projects:
        for dimension in form.dimensions:
            own = [Decimal(x["points"].text) for x in project.lines if form.dimension(x["dimension"].text) is dimension]
            assert sum(own) == dimension.points


@pytest.mark.parametrize("pack", ["nmg_budget", "xinjiang_budget", "qinghai_budget"])
def test_last_years_sheets_from_a_workbook(pack: str, tmp_path: Path) -> None:
    last, done = evaluated(tmp_path, pack)
    path, out = tmp_path / "2026年绩效.xlsx", tmp_path / "出.xlsx"
    path.write_bytes(book(NEXT, 2026))
    assert main(["fill", "targets", str(path), "--pack", pack, "--last", str(last), "-o", str(out)]) == 0
    check_rolled(out, pack, done)
    before = out.read_bytes()
    assert main(["fill", "targets", str(out), "--pack", pack, "--last", str(last), "--write"]) == 0
    assert out.read_bytes() == before  # a second run changes nothing


def test_the_archive_gives_the_same_as_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    last, done = evaluated(tmp_path, "xinjiang_budget")
    store = f"sqlite:///{tmp_path / '档案.sqlite'}"
    assert main(["archive", "add", str(last), "--archive", store]) == 0
    path = tmp_path / "2026年绩效.xlsx"
    path.write_bytes(book(NEXT, 2026))
    made = {}
    for way, given in (("file", ["--last", str(last)]), ("archive", ["--archive", store])):
        made[way] = tmp_path / f"{way}.xlsx"
        assert main(["fill", "targets", str(path), "--pack", "xinjiang_budget", *given, "-o", str(made[way])]) == 0
    check_rolled(made["archive"], "xinjiang_budget", done)
    assert made["archive"].read_bytes() == made["file"].read_bytes()
    # The archive has another unit's sheets of the same projects: nothing is borrowed, everything is proposed anew.
    other, stranger, out = tmp_path / "别家.sqlite", tmp_path / "别家.xlsx", tmp_path / "新.xlsx"
    copied = load_workbook(last)
    for sheet in copied:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = cell.value.replace(UNIT, "清河县水文站")
    copied.save(stranger)
    assert main(["archive", "add", str(stranger), "--archive", f"sqlite:///{other}"]) == 0
    assert main(["fill", "targets", str(path), "--pack", "xinjiang_budget", "--archive", f"sqlite:///{other}",
                 "-o", str(out)]) == 0  # fmt: skip
    assert all(line["prior"].text == "无" for p in entries(out, "xinjiang_budget").projects for line in p.lines)


def test_last_years_published_document_serves_too(tmp_path: Path) -> None:
    """What was published last year is often all that is left: the targets of the Word file are rolled on."""
    demo = ROOT / "workbook" / "改正后" / "示例单位2025年预算公开.xlsx"
    assert main(["publish", str(demo), "-o", str(tmp_path / "公开"), "--no-pdf"]) == 0
    word = next((tmp_path / "公开").glob("*.docx"))
    last = entries(demo, "nmg_budget")
    path, out = tmp_path / "2026.xlsx", tmp_path / "出.xlsx"
    path.write_bytes(book([(moved_on(p.name), "", Decimal("10")) for p in last.projects], 2026))
    assert main(["fill", "targets", str(path), "--pack", "nmg_budget", "--last", str(word), "-o", str(out)]) == 0
    after = entries(out, "nmg_budget")
    assert len(after.projects) == len(last.projects) > 0
    for before, now in zip(last.projects, after.projects, strict=True):
        assert {moved_on(x["name"].text) for x in before.lines} <= {x["name"].text for x in now.lines}


def test_several_files_and_wrong_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    last, done = evaluated(tmp_path, "xinjiang_budget")
    path, out = tmp_path / "2026.xlsx", tmp_path / "出.xlsx"
    path.write_bytes(book(NEXT, 2026))
    empty = tmp_path / "空.xlsx"
    empty.write_bytes(book(NEXT, 2025))
    run = ["fill", "targets", str(path), "--pack", "xinjiang_budget", "-o", str(out)]
    capsys.readouterr()
    assert main([*run, "--last", str(empty)]) == 2
    assert "“空.xlsx”里没有读出绩效目标表" in capsys.readouterr().err and not out.exists()
    assert main([*run, "--last", str(tmp_path / "没有.xlsx")]) == 2
    assert "没有.xlsx" in capsys.readouterr().err and not out.exists()
    earlier = tmp_path / "2024.xlsx"
    earlier.write_bytes(book([("水文监测设备购置", "", Decimal("18"))], 2024))
    assert main(["fill", "targets", str(earlier), "--pack", "xinjiang_budget", "--write"]) == 0
    assert main([*run, "--last", f"{last},{earlier}"]) == 0
    check_rolled(out, "xinjiang_budget", done)


@pytest.mark.office
def test_the_filled_sheet_prints_whole(tmp_path: Path) -> None:
    """Printed by LibreOffice: every project and indicator is on paper, no column is cut off to another page."""
    office, reader = shutil.which("soffice"), shutil.which("pdftotext")
    if office is None or reader is None:
        pytest.skip("没有安装 LibreOffice 或 poppler")
    last, _ = evaluated(tmp_path, "nmg_budget")
    path, out = tmp_path / "2026.xlsx", tmp_path / "出.xlsx"
    path.write_bytes(book(NEXT, 2026))
    assert main(["fill", "targets", str(path), "--pack", "nmg_budget", "--last", str(last), "-o", str(out)]) == 0
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(out)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    pdf = tmp_path / "出.pdf"
    text = subprocess.run([reader, "-raw", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    pages = ["".join(page.split()) for page in text.split("\f")]
    whole = "".join(pages)
    for project in entries(out, "nmg_budget").projects:
        for line in project.lines:
            assert line["name"].text in whole
    sheets = [page for page in pages if "三级指标" in page]
    assert sheets and all("分值" in page and "项目名称" in page for page in sheets)
