"""Levelling whole disclosures: what the rules check holds exactly afterwards, in memory, in a workbook, in a function."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from tests.authoring.office import needs_office, recalculated
from tests.conftest import read

import xlbudget.app.functions  # noqa: F401 - declares the functions
from xlbudget.app.checking import check_file, read_file
from xlbudget.app.levelbook import level_book
from xlbudget.app.levelling import Levelling, level
from xlbudget.app.registry import FunctionFault, call_function
from xlbudget.authoring.workbook import edit_workbook
from xlbudget.model.amount import MoneyUnit
from xlbudget.model.rounding import Verdict
from xlbudget.packs.catalog import get_pack
from xlbudget.rules.equations import equations


def exact(levelling: Levelling, disclosure) -> tuple[int, list[str]]:  # type: ignore[no-untyped-def]
    """How many of the rules' own equations hold to the last digit in the levelled figures, and which do not."""
    value = {(id(f.table), id(f.row), f.column): f.value for f in levelling.figures}
    unequal = {e.says for e in levelling.unequal}
    held, wrong = 0, []
    for equation in equations(disclosure, get_pack(disclosure.pack)):
        sides = [
            sum((value[id(t), id(r), c] for t, r, c in side), Decimal(0)) for side in (equation.left, equation.right)
        ]
        fits = {"=": sides[0] == sides[1], ">=": sides[0] >= sides[1], "<=": sides[0] <= sides[1]}[equation.operator]
        if fits:
            held += 1
        elif equation.sure and equation.says not in unequal:
            wrong.append(equation.says)
    return held, wrong


@pytest.mark.real
@pytest.mark.parametrize("name", ["shanghai-wanli-2025-budget.pdf", "shanghai-wanli-2024-budget.pdf"])
def test_the_sample_department_levels_to_wan(shared: Path, name: str) -> None:
    """Published in 元 with differences of 1 元: the 万元 tables level with no conflict, every relation exact."""
    disclosure = read_file(shared / "samples" / name)
    levelling = level([disclosure])
    held, wrong = exact(levelling, disclosure)
    assert not wrong and held > 900
    assert not levelling.conflicts and not levelling.broken and not levelling.unequal and levelling.optimal
    assert 0 < len(levelling.moved) < 60
    assert all(abs(f.value - f.exact) < Decimal("0.01") for f in levelling.figures)


@pytest.mark.real
def test_published_tail_differences_are_named(seeds: dict[str, Path]) -> None:
    """Already rounded figures leave nothing to round: what conflicts is named, what moves moves by one step, or is said."""
    for path in seeds.values():
        disclosure = read_file(path)
        levelling = level([disclosure])
        _held, wrong = exact(levelling, disclosure)
        assert set(wrong) <= set(levelling.broken)
        rounding = [e for e in equations(disclosure, get_pack(disclosure.pack)) if e.verdict is Verdict.ROUNDING]
        assert bool(levelling.conflicts) == bool(rounding)
        for figure in levelling.figures:
            assert abs(figure.value - figure.exact) in ((0, Decimal("0.01")) if figure.widened else (0,))


_TEXT = (
    "支出总表\n单位：元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"
    "208\t社会保障和就业支出\t300080\t200043\t100037\n20801\t管理事务\t150040\t100022\t50018\n"
    "20805\t养老支出\t150040\t100021\t50019\n\t合计\t300080\t200043\t100037\n"
)


def test_pinned_figures_stay() -> None:
    disclosure = read(_TEXT, "national")
    free = level([disclosure])
    pinned = level([disclosure], pinned=lambda p: p.row == "合计" and p.column == "项目支出")
    assert exact(free, disclosure)[1] == exact(pinned, disclosure)[1] == []
    assert [(f.own, f.value) for f in pinned.figures if f.pinned] == [(Decimal("10.00"), Decimal("10.00"))]


def test_pinned_totals_that_do_not_add_up_are_named() -> None:
    """30.008 = 20.0043 + 10.0037, each rounded by itself: 30.01 is not 20.00 + 10.00."""
    disclosure = read(_TEXT, "national")
    levelling = level([disclosure], pinned=lambda p: p.row == "合计")
    assert all(f.value == f.own for f in levelling.figures if f.pinned)
    assert levelling.broken and levelling.conflicts and set(exact(levelling, disclosure)[1]) == set(levelling.broken)


def test_an_error_is_named_and_not_levelled_away() -> None:
    disclosure = read(_TEXT.replace("150040\t100021\t50019", "160040\t100021\t50019"), "national")
    levelling = level([disclosure])
    assert {e.code for e in levelling.unequal} == {"XB101", "XB103"}
    assert exact(levelling, disclosure)[1] == []


def book_in_yuan(by_formula: bool) -> bytes:
    """A department's expenditure in 元 with 分; sums as formulas or as figures, and a sheet that divides by 10000."""
    import xlsxwriter

    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    sheet = book.add_worksheet("支出总表")
    money, code = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "@"})
    sheet.write("A1", "2025年部门支出预算总表")
    sheet.write("E2", "单位：元")
    sheet.write_row("A4", ["科目编码", "科目名称", "合计", "基本支出", "项目支出"])
    leaves = [
        ("2010301", 1234567.33, 333333.33),
        ("2010302", 76543.21, 55555.55),
        ("2080505", 45678.9, 0.0),
        ("2080506", 22839.45, 11111.11),
    ]
    rows: list[tuple[str, float, float]] = []
    for c, b, p in leaves:
        for parent in (c[:3], c[:5]):
            if not any(r[0] == parent for r in rows):
                below = [x for x in leaves if x[0].startswith(parent)]
                rows.append((parent, sum(x[1] for x in below), sum(x[2] for x in below)))
        rows.append((c, b, p))
    rows.append(("", sum(x[1] for x in leaves), sum(x[2] for x in leaves)))
    for i, (c, b, p) in enumerate(rows):
        r = 4 + i
        sheet.write_string(r, 0, c, code)
        sheet.write(r, 1, "合计" if not c else f"科目{c}")
        below = [k for k, x in enumerate(rows) if x[0].startswith(c) and len(x[0]) == {0: 3, 3: 5, 5: 7}.get(len(c))]
        for column, value in (("D", b), ("E", p)):
            if by_formula and below:
                sheet.write_formula(f"{column}{r + 1}", "=" + "+".join(f"{column}{k + 5}" for k in below), money, value)
            else:
                sheet.write_number(f"{column}{r + 1}", value, money)
        if by_formula:
            sheet.write_formula(r, 2, f"=D{r + 1}+E{r + 1}", money, b + p)
        else:
            sheet.write_number(r, 2, b + p, money)
    other = book.add_worksheet("备查")
    other.write_formula("A1", f"='支出总表'!C{4 + len(rows)}*3", None, 1)
    book.close()
    return data.getvalue()


@pytest.mark.parametrize("by_formula", [True, False])
def test_a_book_in_yuan_is_published_in_wan(tmp_path: Path, by_formula: bool) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(book_in_yuan(by_formula))
    done = level_book(path, None, MoneyUnit.WAN, 2, lambda _: False)
    assert not done.replaced and not done.levelling.conflicts
    out = tmp_path / "b.xlsx"
    out.write_bytes(edit_workbook(path.read_bytes(), done.edits).data)
    sheet = openpyxl.load_workbook(out)["支出总表"]
    assert sheet["E2"].value == "单位：万元"
    assert isinstance(sheet["C5"].value, str) is by_formula
    report = check_file(out)
    tallies = [t for code, t in report.result.tallies.items() if code in ("XB101", "XB102", "XB103")]
    assert sum(t.held for t in tallies) >= 20 and sum(t.rounding + t.failed for t in tallies) == 0
    assert level_book(out, None, MoneyUnit.WAN, 2, lambda _: False).edits == []


@pytest.mark.office
@needs_office
def test_libreoffice_agrees_with_the_book_in_wan(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(book_in_yuan(True))
    done = level_book(path, None, MoneyUnit.WAN, 2, lambda _: False)
    seen = recalculated(edit_workbook(path.read_bytes(), done.edits).data)
    values = {f.place.cell: f.value for f in done.levelling.figures}
    for cell, value in values.items():
        assert Decimal(str(seen["支出总表"][cell].value)).quantize(Decimal("1e-6")) == value
    last = max(values, key=lambda cell: (int(cell[1:]), cell[0] == "C"))
    assert Decimal(str(seen["备查"]["A1"].value)).quantize(Decimal("1e-6")) == values[f"C{last[1:]}"] * 3


def test_a_formula_that_divides_gives_way_to_the_levelled_figure(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(book_in_yuan(False)))
    import xlsxwriter

    data = io.BytesIO()
    made = xlsxwriter.Workbook(data)
    sheet, source = made.add_worksheet("支出总表"), made.add_worksheet("底稿")
    money = made.add_format({"num_format": "0.00"})
    for row in book["支出总表"].iter_rows():
        for cell in row:
            if isinstance(cell.value, (int, float)):
                source.write_number(cell.coordinate, cell.value)
                sheet.write_formula(cell.coordinate, f"=底稿!{cell.coordinate}/10000", money, cell.value / 10000)
            elif cell.value is not None:
                sheet.write_string(cell.coordinate, cell.value.replace("单位：元", "单位：万元"))
    made.close()
    path = tmp_path / "a.xlsx"
    path.write_bytes(data.getvalue())
    done = level_book(path, None, MoneyUnit.WAN, 2, lambda _: False)
    assert len(done.replaced) == len([f for f in done.levelling.figures if f.exact != f.value])
    path.write_bytes(edit_workbook(path.read_bytes(), done.edits).data)
    report = check_file(path)
    assert sum(t.rounding + t.failed for c, t in report.result.tallies.items() if c.startswith("XB10")) == 0


def test_the_function_gives_the_same_as_the_command(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(book_in_yuan(False))
    rows = [[c.value for c in row] for row in openpyxl.load_workbook(path)["支出总表"].iter_rows(max_col=5)]
    spilled = call_function("BUDGET_BALANCE", [rows])
    assert isinstance(spilled, list) and len(spilled) == len(rows) and spilled[1][4] == "单位：万元"
    for figure in level([read_file(path)]).figures:
        cell = openpyxl.utils.cell.coordinate_from_string(figure.place.cell)
        assert spilled[cell[1] - 1]["ABCDE".index(cell[0])] == figure.value


def test_the_function_refuses_what_does_not_add_up() -> None:
    rows = [["科目编码", "科目名称", "合计", "基本支出", "项目支出"], ["208", "社会保障和就业支出", 40, 20, 10]]
    with pytest.raises(FunctionFault, match="原来就不相等"):
        call_function("BUDGET_BALANCE", [rows])
    with pytest.raises(FunctionFault, match="没有认出"):
        call_function("BUDGET_BALANCE", [[["你好", 1]]])
