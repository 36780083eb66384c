"""填报绩效目标、绩效自评: round trips over random project lists, a person's entries, bad input, points, LibreOffice."""

from __future__ import annotations

import random
import shutil
import subprocess
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.generating.projects import UNIT, book, last_year, project_list

from xlbudget.app.checking import check_raw
from xlbudget.app.performing import PerformingError, filled_targets, scored_book
from xlbudget.authoring.newbook import new_workbook
from xlbudget.authoring.rolling import moved_years
from xlbudget.authoring.weighting import WeightError, distribute
from xlbudget.authoring.workbook import CellEdit, edit_workbook
from xlbudget.hosts.cli import main
from xlbudget.model.entries import EnteredForm
from xlbudget.model.finding import Severity
from xlbudget.packs.catalog import all_packs, get_pack
from xlbudget.reading.entries import read_entries
from xlbudget.sources.xlsx import read_xlsx

PACKS = [pack.id for pack in all_packs()]


def fill(data: bytes, pack: str, last: list | None = None):  # type: ignore[no-untyped-def, type-arg]
    return filled_targets(read_xlsx(data, "例.xlsx"), data, [(2025, last)] if last else [], pack)


def entries(data: bytes, pack: str, evaluation: bool = False) -> EnteredForm:
    return read_entries(read_xlsx(data, "例.xlsx"), get_pack(pack).performance, evaluation)


def round_trip(pack: str, seed: int) -> None:
    """Fill, read, check: every project is there, every dimension sums, no error, nothing changes the second time."""
    projects = project_list(seed)
    last = last_year(projects, seed) if seed % 2 else []
    made = fill(book(projects), pack, last)
    assert made.data is not None and not made.grave
    raw = read_xlsx(made.data, "例.xlsx")
    report = check_raw(raw, pack)
    errors = [f"{f.code} {f.message}" for f in report.of(Severity.ERROR)]
    assert not errors, (pack, seed, errors)
    read = report.disclosure.targets.sheets
    assert [s.project for s in read] == [" ".join(name.split()) for name, _, _ in projects]
    for sheet, (_, _, budget) in zip(read, projects, strict=True):
        assert sheet.budget is not None and sheet.budget.value == budget
        form = get_pack(pack).performance
        for dimension in form.dimensions:
            own = [i.points or Decimal(0) for i in sheet.indicators if form.dimension(i.dimension) is dimension]
            assert sum(own) == dimension.points and len(own) >= dimension.minimum
            assert all(p > 0 and p * 2 == int(p * 2) for p in own)
    assert fill(made.data, pack, last).data is None


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("seed", range(3))
def test_fill_read_check(pack: str, seed: int) -> None:
    round_trip(pack, seed)


@pytest.mark.parametrize("pack", PACKS)
def test_a_new_workbook_of_the_pack_takes_the_form(pack: str) -> None:
    """A book of ``new`` with a list of projects beside it: its empty target sheet becomes the filled one."""
    import io

    import openpyxl

    data = io.BytesIO(new_workbook(get_pack(pack), UNIT, 2026))
    made = openpyxl.load_workbook(data)
    sheet = made.create_sheet("项目")
    for row in (("项目名称", "项目单位", "预算数"), ("档案整理经费", UNIT, 30), ("路灯维护经费", UNIT, 5)):
        sheet.append(row)
    made.move_sheet("项目", -len(made.sheetnames))
    out = io.BytesIO()
    made.save(out)
    filled = fill(out.getvalue(), pack)
    assert filled.data is not None and not filled.grave
    found = entries(filled.data, pack)
    assert [p.name for p in found.projects] == ["档案整理经费", "路灯维护经费"]
    assert {c.role for c in get_pack(pack).performance.columns} == found.roles
    assert fill(filled.data, pack).data is None


def test_a_form_of_other_columns_that_a_person_began_keeps_its_columns() -> None:
    usual = fill(book(project_list(2)), "national").data
    assert usual is not None
    row = len(project_list(2)) + 4
    added = [CellEdit("项目", f"{c}{row}", v) for c, v in (("A", "新增巡查经费"), ("D", Decimal("8.8")))]
    grown = fill(edit_workbook(usual, added).data, "qinghai_budget").data
    assert grown is not None
    before, after = entries(usual, "national"), entries(grown, "national")
    assert before.roles == after.roles
    for old, new in zip(before.projects, after.projects, strict=False):
        kept = {line["name"].text: line["operator"].text for line in new.lines}
        assert all(kept[line["name"].text] == line["operator"].text for line in old.lines)


@pytest.mark.long
@pytest.mark.parametrize("pack", PACKS)
def test_fill_read_check_500(pack: str) -> None:
    for seed in range(500):
        round_trip(pack, seed)


@pytest.mark.parametrize("pack", ["nmg_budget", "xinjiang_budget", "qinghai_budget"])
@pytest.mark.parametrize("seed", range(4))
def test_what_a_person_entered_is_never_changed(pack: str, seed: int) -> None:
    chance = random.Random(seed)
    made = fill(book(project_list(seed)), pack).data
    assert made is not None
    form = entries(made, pack)
    edits: dict[str, CellEdit] = {}
    for _ in range(8):
        line = chance.choice(chance.choice(form.projects).lines)
        role = chance.choice(["name", "points", "value" if "value" in line else "target"])
        value = Decimal(chance.randint(1, 9)) if role == "points" else f"自填内容{chance.randint(1, 99)}"
        edits[line[role].cell] = CellEdit(form.sheet, line[role].cell, value)
    emptied = next(line for line in form.projects[-1].lines if line["points"].cell not in edits)
    edits[emptied["points"].cell] = CellEdit(form.sheet, emptied["points"].cell, None)
    entered = edit_workbook(made, edits.values()).data
    after = fill(entered, pack).data or entered
    stands = {
        s.cell: s.value for p in entries(after, pack).projects for line in (p.head, *p.lines) for s in line.values()
    }
    for cell, edit in edits.items():
        if edit.value is not None:
            assert stands[cell] == edit.value, (pack, seed, cell)
    assert fill(after, pack).data is None


def test_a_new_project_keeps_the_others_as_they_stand() -> None:
    projects = project_list(3)
    made = fill(book(projects), "nmg_budget").data
    assert made is not None
    form = entries(made, "nmg_budget")
    own = form.projects[0].lines[0]["name"]
    changed = edit_workbook(made, [CellEdit(form.sheet, own.cell, "自己写的指标名称")]).data
    row = len(projects) + 4
    added = [
        CellEdit("项目", f"{c}{row}", v)
        for c, v in zip("ABCD", ("新增巡查经费", UNIT, "", Decimal("8.8")), strict=True)
    ]
    grown = fill(edit_workbook(changed, added).data, "nmg_budget").data
    assert grown is not None
    found = entries(grown, "nmg_budget").projects
    assert len(found) == len(projects) + 1
    assert any(line["name"].text == "自己写的指标名称" for line in found[0].lines)


# ---------------------------------------------------------------- self-evaluation


@pytest.mark.parametrize("pack", ["nmg_budget", "xinjiang_budget", "qinghai_budget"])
@pytest.mark.parametrize("seed", range(3))
def test_scores_agree_with_an_own_reckoning(pack: str, seed: int) -> None:
    """The rule once more, in fractions and by hand; and the rule of the checker finds no error in the sheet."""
    chance = random.Random(seed)
    planned = fill(book(project_list(seed)), pack).data
    assert planned is not None
    created = scored_book(read_xlsx(planned, "例.xlsx"), planned, pack).data
    assert created is not None
    form = entries(created, pack, evaluation=True)
    edits, expected = [], {}
    for project in form.projects:
        money = project.funds["年度资金总额"]
        adjusted = money["adjusted"].value
        assert isinstance(adjusted, Decimal)
        spent = (adjusted * chance.randint(40, 100) / 100).quantize(Decimal("0.01"))
        edits.append(CellEdit(form.sheet, money["executed"].cell, spent))
        rate = _cents(Fraction(spent) / Fraction(adjusted) * 100)
        total = _cents(Fraction(rate) / 10)
        for line in project.lines:
            target, points = line["target"].value, Fraction(Decimal(line["points"].text))
            if isinstance(target, Decimal):
                actual = target * chance.choice((Decimal(1), Decimal("0.9"), Decimal("1.2")))
                if line["operator"].text == "小于等于":
                    earned = points if actual <= target else Fraction(0)
                else:
                    earned = min(points, points * Fraction(actual) / Fraction(target))
                value: Decimal | str = actual
            else:
                value, share = chance.choice((("达成", 1), ("基本达成", Fraction(4, 5)), ("未达成", 0)))
                earned = points * share
            edits.append(CellEdit(form.sheet, line["actual"].cell, value))
            total += _cents(earned)
        expected[project.name] = total
    filled = edit_workbook(created, edits).data
    scored = scored_book(read_xlsx(filled, "例.xlsx"), filled, pack)
    assert scored.data is not None and not scored.scored.grave
    found = entries(scored.data, pack, evaluation=True)
    assert {p.name: p.head["total_score"].value for p in found.projects} == expected
    report = check_raw(read_xlsx(scored.data, "例.xlsx"), pack)
    assert not [f.message for f in report.of(Severity.ERROR)]
    assert sum(s.is_evaluation for s in report.disclosure.targets.sheets) == len(expected)
    assert scored_book(read_xlsx(scored.data, "例.xlsx"), scored.data, pack).data is None


def _cents(value: Fraction) -> Decimal:
    return Decimal(int(value * 100 + Fraction(1, 2))) / 100


# ---------------------------------------------------------------- points


@given(st.integers(1, 200), st.lists(st.one_of(st.none(), st.integers(1, 40)), min_size=1, max_size=14))
def test_points_sum_exactly_or_say_why(units: int, pinned: list[int | None]) -> None:
    total, entered = Decimal(units) / 2, [None if p is None else Decimal(p) / 2 for p in pinned]
    rest = units - sum(p for p in pinned if p is not None)
    opened = pinned.count(None)
    if (opened and rest >= opened) or (not opened and rest == 0):
        points = distribute(total, entered)
        assert sum(points) == total and all(p >= Decimal("0.5") for p in points)
        assert all(p == e for p, e in zip(points, entered, strict=True) if e is not None)
        free = [p for p, e in zip(points, entered, strict=True) if e is None]
        assert not free or max(free) - min(free) <= Decimal("0.5")
    else:
        with pytest.raises(WeightError):
            distribute(total, entered)


def test_years_move_on_and_document_numbers_stay() -> None:
    assert moved_years("2025年12月底前完成", 2025, 2026) == "2026年12月底前完成"
    assert moved_years("2024年底前", 2025, 2026) == "2026年底前"
    assert moved_years("按照财预〔2025〕10号文件执行", 2025, 2026) == "按照财预〔2025〕10号文件执行"
    assert moved_years("2026年12月底前", 2025, 2026) == "2026年12月底前"


# ---------------------------------------------------------------- bad input


def test_bad_input_is_named_by_its_cell_and_kept() -> None:
    projects = [("档案整理经费", "", Decimal(30)), ("档案整理经费", "", Decimal(20)), ("路灯维护经费", "", Decimal(5))]
    data = edit_workbook(book(projects), [CellEdit("项目", "D6", None)]).data
    made = fill(data, "nmg_budget")
    assert made.data is not None
    assert any("项目!A5与项目!A4" in text and "同名" in text for text in made.grave)
    assert any("项目!D6" in text and "没有填" in text for text in made.grave)
    form = entries(made.data, "nmg_budget")
    first, second = form.projects[0], form.projects[1]
    odd = {
        first.lines[0]["target"].cell: "=37人",
        first.lines[3]["target"].cell: "≤788.29元/人/月",
        first.lines[1]["points"].cell: "十分",
        second.head["budget"].cell: "二十万",
        **{line["points"].cell: Decimal(7) for line in second.lines[:4]},
    }
    spoiled = edit_workbook(made.data, [CellEdit(form.sheet, cell, value) for cell, value in odd.items()]).data
    again = fill(spoiled, "nmg_budget")
    told = again.grave + again.notices
    for cell in odd:
        assert any(cell in text for text in told), cell
    after = entries(again.data or spoiled, "nmg_budget")
    stands = {s.cell: s.value for p in after.projects for line in (p.head, *p.lines) for s in line.values()}
    assert {cell: stands[cell] for cell in odd} == odd


def test_a_sheet_that_a_redrawing_would_damage_is_left_alone() -> None:
    projects = project_list(5)
    made = fill(book(projects), "nmg_budget").data
    assert made is not None
    form = entries(made, "nmg_budget")
    cell = form.projects[0].lines[0]["target"].cell
    row = len(projects) + 4
    added = [CellEdit("项目", f"{c}{row}", v) for c, v in (("A", "新增巡查经费"), ("D", Decimal("8.8")))]
    own = edit_workbook(made, [CellEdit(form.sheet, cell, Decimal(3), "1+2"), *added]).data
    with pytest.raises(PerformingError, match=f"{cell} 的公式"):
        fill(own, "nmg_budget")


def test_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "书.xlsx", tmp_path / "出.xlsx"
    path.write_bytes(book(project_list(1)))
    before = path.read_bytes()
    assert main(["fill", "targets", str(path)]) == 2 and "-o" in capsys.readouterr().err
    assert main(["fill", "targets", str(path), "--pack", "nmg_budget", "-o", str(out)]) == 0
    assert path.read_bytes() == before and out.exists()
    assert main(["score", str(out), "--pack", "nmg_budget", "--write"]) == 0
    assert list(tmp_path.glob("*.bak")) and "还不能计算总分" in capsys.readouterr().out
    text = tmp_path / "文.txt"
    text.write_text("2026年平湖市测绘院单位预算公开\n", encoding="utf-8")
    assert main(["fill", "targets", str(text), "--write"]) == 2
    assert "不是 .xlsx" in capsys.readouterr().err
    path.write_bytes(book([]))
    assert main(["fill", "targets", str(path), "--write"]) == 2
    assert "没有找到项目" in capsys.readouterr().err


@pytest.mark.office
def test_libreoffice_opens_the_sheet_and_keeps_every_figure(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("没有安装 LibreOffice")
    made = fill(book(project_list(0)), "nmg_budget").data
    assert made is not None
    path = tmp_path / "表.xlsx"
    path.write_bytes(made)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "再存"), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    again = entries((tmp_path / "再存" / "表.xlsx").read_bytes(), "nmg_budget")
    assert [[{r: s.text for r, s in line.items()} for line in p.lines] for p in again.projects] == [
        [{r: s.text for r, s in line.items()} for line in p.lines] for p in entries(made, "nmg_budget").projects
    ]
