"""The units that a department lists in its text: schools too, and those with a number in their name."""

from __future__ import annotations

from tests.conftest import read

from xlbudget.model.organisations import units_named


def test_schools_and_numbers_are_names() -> None:
    units = ["云川市教育局（本级）", "云川市第一中学", "云川市第12小学", "云川市职业大学", "云川市特殊教育学校"]
    text = f"云川市教育局2025年部门预算\n二、机构设置\n本部门预算单位包括：{'、'.join(units)}。\n"
    assert [name.replace("(", "（").replace(")", "）") for name in units_named(read(text)).values()] == units
