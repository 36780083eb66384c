"""What is read out of formulas, held against openpyxl's translator and against results that LibreOffice confirms."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.formula.translate import Translator
from tests.authoring.test_newbook import demo

from xlbudget.app.levelbook import BookCells
from xlbudget.authoring.dependants import Formula, dependants
from xlbudget.authoring.formulas import moved, references
from xlbudget.model.cellref import cell_name

cells = st.builds(
    lambda c, col, r, row: f"{c}{col}{r}{row}",
    st.sampled_from(["", "$"]), st.sampled_from(["E", "Z", "AA", "BC"]), st.sampled_from(["", "$"]), st.integers(20, 900),
)  # fmt: skip
operands = st.one_of(
    cells,
    st.builds(lambda a, b: f"SUM({a}:{b})", cells, cells),
    st.builds(lambda s, a: f"{s}!{a}", st.sampled_from(["甲", "'乙 表'", "'3''表'"]), cells),
    st.sampled_from(['"A1 不是引用"', "12.5", "LOG10(3)", "TRUE", "ROUND(E30,2)", "名称"]),
)
formulas = st.lists(operands, min_size=1, max_size=4).map("+".join)


@given(formulas, st.integers(-15, 40), st.integers(-3, 5))
def test_a_moved_formula_is_what_openpyxl_makes_of_it(formula: str, down: int, right: int) -> None:
    target = cell_name(19 + down, 10 + right)
    assert "=" + moved(formula, down, right) == Translator(f"={formula}", origin="K20").translate_formula(target)


@pytest.mark.parametrize(
    ("formula", "areas"),
    [
        ("A1+$B$2", [("", 0, 0, 0, 0), ("", 1, 1, 1, 1)]),
        ("SUM('3支出总表'!C5:D9)", [("3支出总表", 4, 2, 8, 3)]),
        ("SUM(3支出总表!C5:D9)", [("3支出总表", 4, 2, 8, 3)]),
        ("D:D", [("", 0, 3, 1_048_575, 3)]),
        ("$2:3", [("", 1, 0, 2, 16_383)]),
        ('"A1"&LOG10(B1)', [("", 0, 1, 0, 1)]),
        ("[1]别处!$A$1", []),
    ],
)
def test_references_are_found(formula: str, areas: list[tuple[str, int, int, int, int]]) -> None:
    found = references(formula).areas
    assert [(a.sheet, a.top, a.left, a.bottom, a.right) for a in found] == areas


@pytest.mark.parametrize("formula", ['INDIRECT("A1")', "OFFSET(A1,1,1)", "SUM(表1[金额])", "SUM(甲:丙!A1)"])
def test_what_may_reach_anywhere_is_known(formula: str) -> None:
    assert references(formula).anywhere


def test_dependants_follow_names_and_each_other() -> None:
    said = [
        Formula(("甲", 0, 1), "A1*2"),
        Formula(("甲", 0, 2), "B1"),
        Formula(("乙", 0, 0), "总数+1"),
        Formula(("乙", 1, 0), "A1"),
        Formula(("乙", 2, 0), "甲!Z9"),
        Formula(("乙", 3, 0), 'INDIRECT("甲!A1")'),
    ]
    found = dependants(said, {"总数": "甲!$C$1"}, [("甲", 0, 0)])
    assert set(found) == {("甲", 0, 1), ("甲", 0, 2), ("乙", 0, 0), ("乙", 1, 0), ("乙", 3, 0)}
    assert dependants(said, {}, []) == []


def test_summands_add_up_to_the_stored_results() -> None:
    """The stored results of the demo book are those that LibreOffice calculates (see test_newbook)."""
    book = BookCells(demo())
    read = 0
    for place, formula in book.formulas():
        found = book.summands(place, formula)
        if found is None:
            assert any(word in formula for word in ("BUDGET_", "/", '"",C', "-B")), formula
            continue
        total = sum((book.numbers.get(p, Decimal(0)) * n for p, n in found.items()), Decimal(0))
        assert total.quantize(Decimal("1e-6")) == book.numbers[place].quantize(Decimal("1e-6")), (place, formula)
        read += 1
    assert read > 300


@pytest.mark.parametrize(
    "formula", ["A1*2", "A1/10000", "SUM(A1:A3)+1", "VLOOKUP(A1,B:C,2)", "ROUND(A1,0)", "SUM(A1", ""]
)
def test_what_is_no_plain_sum_is_not_taken_for_one(formula: str) -> None:
    assert BookCells(demo()).summands(("封面", 30, 5), formula) is None
