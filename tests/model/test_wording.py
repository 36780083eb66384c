"""Folding, numbering and names."""

from __future__ import annotations

import pytest

from xlbudget.model.subject import Classification, subject_code
from xlbudget.model.wording import bare, fold, numbering, subject_name


def test_fold_makes_widths_and_spaces_one() -> None:
    assert fold("收 入 总 计（万元）　１２３．４５％") == "收入总计(万元)123.45%"
    assert bare("一般公共预算“三公”经费") == "一般公共预算三公经费"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一、收支总表", ("一", 1, "收支总表")),
        ("（三）卫生健康支出", ("三", 2, "卫生健康支出")),
        ("3.实施主体", ("3", 3, "实施主体")),
        ("(1) 公务用车购置", ("1", 4, "公务用车购置")),
        ("①办公费", ("1", 5, "办公费")),
        ("二十三、预备费", ("二十三", 1, "预备费")),
        ("3.5万元", ("", 0, "3.5万元")),
        ("收入合计", ("", 0, "收入合计")),
    ],
)
def test_numbering(text: str, expected: tuple[str, int, str]) -> None:
    assert numbering(text) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("（八）社会保障和就业支出", "社会保障和就业支出"),
        ("205教育支出", "教育支出"),
        ("其中：一般财力", "一般财力"),
        ("401004-某某中心", "某某中心"),
        ("维修（护）费", "维修(护)费"),
    ],
)
def test_subject_name(text: str, name: str) -> None:
    assert subject_name(text) == name


def test_subject_codes_know_their_level_and_parent() -> None:
    code = subject_code("2080109")
    assert code is not None and code.level == "项" and code.parent is not None
    assert code.parent.code == "20801" and code.parent.level == "款"
    assert code.classification is Classification.FUNCTIONAL
    economic = subject_code("30108")
    assert economic is not None and economic.classification is Classification.ECONOMIC
    assert subject_code("2024") is None and subject_code("401") is None
