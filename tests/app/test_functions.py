"""Worksheet functions: their documented examples, ranges of every shape, and typed faults."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.archive.texts import example_archive

import xlbudget.app.functions  # noqa: F401  (declares the functions)
from xlbudget.app.examples import example_call
from xlbudget.app.registry import FUNCTIONS, Fault, FunctionFault, Kind, call_function, matrix
from xlbudget.archive.location import VARIABLE

HEAD = ["科目编码", "科目名称", "合计", "基本支出", "项目支出"]


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_documented_example_is_true(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if name == "BUDGET_PRIOR":
        monkeypatch.setenv(VARIABLE, example_archive(tmp_path / "例.sqlite"))
    formula, expected = FUNCTIONS[name].example
    called, arguments = example_call(formula)
    assert called == name
    result = matrix(call_function(name, arguments))
    assert ";".join("|".join(str(cell) for cell in row) for row in result) == expected


def test_every_function_speaks_chinese_and_is_typed() -> None:
    for declared in FUNCTIONS.values():
        assert declared.name.startswith("BUDGET_") and re.search(r"[\u4e00-\u9fff]", declared.help)
        assert all(re.search(r"[\u4e00-\u9fff]", p.chinese + p.help) for p in declared.parameters)
        assert not any(p.repeated for p in declared.parameters[:-1])
        assert len(declared.help) <= 255


def table(*rows: list[Any]) -> list[list[Any]]:
    return [HEAD, *rows]


def test_check_counts_and_names_errors() -> None:
    good = table(["208", "社会保障和就业支出", 30, 20, 10], ["", "合计", 30, 20, 10])
    bad = table(["208", "社会保障和就业支出", 30, 20, 11], ["", "合计", 30, 20, 10])
    assert call_function("BUDGET_CHECK", [good]) == "✓ 已核 5 项"
    assert str(call_function("BUDGET_CHECK", [bad])).startswith("✗ 2 处错误：")


def test_check_takes_floats_texts_and_blank_cells_alike() -> None:
    for cell in (20.0, "20", "２０．００", " 20.00 "):
        rows = table(["208", "社会保障和就业支出", 30, cell, 10], [None, "合计", 30.0, 20, "10"])
        assert call_function("BUDGET_CHECK", [rows]) == "✓ 已核 5 项"


def test_check_over_two_tables_ties_them() -> None:
    general = [
        ["一般公共预算支出表", None, None, None, None],
        HEAD,
        ["208", "社会保障和就业支出", 30, 20, 10],
        [None, "合计", 30, 20, 10],
    ]
    basic = [
        ["一般公共预算基本支出表", None, None, None, None],
        ["科目编码", "科目名称", "合计", "人员经费", "公用经费"],
        ["301", "工资福利支出", 21, 21, None],
        [None, "合计", 21, 21, None],
    ]
    assert "应等于一般公共预算支出表" in str(call_function("BUDGET_CHECK", [general, basic]))


def test_stored_values_are_compared_before_shown_ones() -> None:
    rows = table(["208", "社会保障和就业支出", 0.30000000000000004, 0.1, 0.2])
    assert call_function("BUDGET_CHECK", [rows]) == "✓ 已核 1 项"


@pytest.mark.parametrize(
    ("name", "arguments", "fault"),
    [
        ("BUDGET_CHECK", [[[None, None], [None, None]]], Fault.NOT_AVAILABLE),
        ("BUDGET_CHECK", [[["甲", "乙"], ["丙", "丁"]]], Fault.NOT_AVAILABLE),
        ("BUDGET_CHECK", [], Fault.VALUE),
        ("BUDGET_SUBJECT", ["9999999"], Fault.NOT_AVAILABLE),
        ("BUDGET_SHARE", [1, 0], Fault.NOT_AVAILABLE),
        ("BUDGET_SHARE", ["甲", 2], Fault.VALUE),
        ("BUDGET_CHANGE", [1], Fault.VALUE),
        ("BUDGET_CHANGE", [1, 2, "没有这个包"], Fault.VALUE),
        ("BUDGET_CHANGE", ["#REF!", 2], Fault.VALUE),
        ("BUDGET_TIE", [[[1, 2]], [[1, 2, 3]]], Fault.VALUE),
        ("BUDGET_TIE", [[["#REF!"]], [[1]]], Fault.VALUE),
        ("BUDGET_ROLLUP", [[["208"]], [[1]], "208"], Fault.NOT_AVAILABLE),
        ("BUDGET_ROLLUP", [[["208"], ["20801"]], [[1]], "208"], Fault.VALUE),
        ("BUDGET_ROLLUP", [[["208"], ["20801"]], [[1], [1]], "甲"], Fault.VALUE),
        ("BUDGET_SUBJECT", ["208", 2025, 1], Fault.VALUE),
        ("BUDGET_PRIOR", ["208", "合计"], Fault.NOT_AVAILABLE),
        ("BUDGET_PRIOR", ["", "合计"], Fault.VALUE),
        ("BUDGET_PRIOR", ["208"], Fault.VALUE),
        ("BUDGET_PRIOR", ["208", "合计", "", "", "去年"], Fault.VALUE),
    ],
)
def test_wrong_arguments_give_the_proper_error_value(name: str, arguments: list[Any], fault: Fault) -> None:
    with pytest.raises(FunctionFault) as caught:
        call_function(name, arguments)
    assert caught.value.fault is fault and str(caught.value)


@pytest.mark.parametrize(
    ("current", "prior", "text"),
    [
        (535.12, 534.68, "增加0.44万元，增长0.08%"),
        (1.2, 5.4, "减少4.20万元，下降77.78%"),
        (13, 0, "增加13.00万元"),
        (0, 0, "与上年持平"),
        (0, 2, "减少2.00万元，下降100.00%"),
    ],
)
def test_changes(current: float, prior: float, text: str) -> None:
    assert call_function("BUDGET_CHANGE", [current, prior]) == text


def test_subject_names_follow_the_year() -> None:
    assert call_function("BUDGET_SUBJECT", ["207", 2018]) == "文化体育与传媒支出"
    assert call_function("BUDGET_SUBJECT", ["207", 2025]) == "文化旅游体育与传媒支出"


def test_kinds_cover_every_parameter() -> None:
    assert {p.kind for f in FUNCTIONS.values() for p in f.parameters} <= set(Kind)
