"""Subjects across years: by code, through the table of moves, and never by a guess."""

from __future__ import annotations

import pytest
from tests.archive.texts import document
from tests.conftest import read

from xlbudget.model.table import Table
from xlbudget.packs.matching import Match, Matched, match_row, moves
from xlbudget.packs.subjects import subject_names


def table(*subjects: tuple[str, str]) -> Table:
    rows = "".join(f"{code}\t{name}\t1.00\t1.00\t\n" for code, name in subjects)
    return read(document(subject=rows, figures="9.00\t9.00\t")).tables[0]


def match(now: Table, then: Table, code: str, years: tuple[int, int] = (2024, 2025)) -> Matched:
    row = next(r for r in now.rows if r.code is not None and r.code.code == code)
    return match_row(row, now, then, years)


def test_same_code_same_name() -> None:
    now, then = table(("2080109", "社会保险经办机构")), table(("2080109", "社会保险经办机构"))
    found = match(now, then, "2080109")
    assert found.how is Match.SAME and found.row is then.rows[0] and not found.why


@pytest.mark.parametrize("name", ["社会保险经办机构", "社会保险经办机够", "社会保险经办机构支出"])
def test_a_misprint_is_still_the_subject(name: str) -> None:
    assert match(table(("2080109", "社会保险经办机构")), table(("2080109", name)), "2080109").how is Match.SAME


def test_every_move_of_the_table_is_followed_in_its_year_and_only_then() -> None:
    merged = {
        m.new_code for m in moves() if sum(o.new_code == m.new_code and o.code != o.new_code for o in moves()) > 1
    }
    for move in moves():
        now, then = table((move.new_code, move.new_name)), table((move.code, move.name))
        found = match(now, then, move.new_code, (move.since - 1, move.since))
        expected = Match.MOVED if move.name == move.new_name else Match.RENAMED
        assert found.how is expected and found.row is then.rows[0] and move.source in found.why, move
        if move.code != move.new_code and move.new_code not in merged:
            assert match(now, then, move.new_code, (move.since, move.since + 1)).row is None


def test_names_that_changed_in_the_classification_are_renamed() -> None:
    found = match(table(("210", "卫生健康支出")), table(("210", "医疗卫生与计划生育支出")), "210", (2018, 2019))
    assert found.how is Match.RENAMED and "医疗卫生" in found.why
    late = match(table(("210", "卫生健康支出")), table(("210", "医疗卫生与计划生育支出")), "210", (2022, 2023))
    assert late.how is Match.DOUBTFUL


def test_a_code_with_another_name_is_not_taken() -> None:
    found = match(table(("2080109", "社会保险经办机构")), table(("2080109", "综合业务管理")), "2080109")
    assert found.how is Match.DOUBTFUL and found.row is None and "名称不同" in found.why


def test_the_same_name_under_another_code_is_said_and_not_taken() -> None:
    found = match(table(("2130108", "病虫害控制")), table(("2130188", "病虫害控制")), "2130108")
    assert found.how is Match.DOUBTFUL and "2130188" in found.why


def test_merged_subjects_are_left_to_a_person() -> None:
    then = table(("20115", "工商行政管理事务"), ("20117", "质量技术监督与检验检疫事务"))
    found = match(table(("20138", "市场监督管理事务")), then, "20138", (2018, 2019))
    assert found.how is Match.DOUBTFUL and "合并" in found.why


def test_a_new_subject_is_absent() -> None:
    found = match(table(("20139", "社会工作事务")), table(("2080109", "社会保险经办机构")), "20139")
    assert found.how is Match.ABSENT and found.row is None


def test_the_moves_are_well_formed_and_agree_with_the_names_in_use() -> None:
    for move in moves():
        assert move.code.isdigit() and len(move.code) == len(move.new_code) and move.source
        assert (move.code, move.name) != (move.new_code, move.new_name)
        known = {n.name for n in subject_names().get(move.new_code, ()) if n.used_in(2025)}
        assert not known or move.new_name in known, move
