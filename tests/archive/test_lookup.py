"""Figures of past documents, one by one and many at once."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from tests.archive.texts import document, keep

import xlbudget.app.functions  # noqa: F401  (declares the functions)
from xlbudget.app.registry import Fault, FunctionFault, call_function
from xlbudget.archive.location import VARIABLE, url_of
from xlbudget.archive.lookup import Ask, look_up
from xlbudget.archive.store import Archive
from xlbudget.packs.matching import Match

TWICE = "208\t社会保障和就业支出\t{0}\n20801\t人力资源和社会保障管理事务\t{0}\n2080102\t一般行政管理事务\t5.00\t\t5.00\n20805\t养老\t{0}\n2080502\t一般行政管理事务\t{0}\n"


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    path = tmp_path / "档案.sqlite"
    monkeypatch.setenv(VARIABLE, str(path))
    return Archive(url_of(str(path)))


def test_many_ways_of_asking_for_one_cell(archive: Archive) -> None:
    keep(archive, document())
    (entry,) = archive.entries()
    asks = [
        Ask("2080109", "基本支出"),
        Ask("2080109", "basic", "expenditure"),
        Ask("社会保险经办机构", "基本支出", "支出总表"),
        Ask("合计", "基本支出", "表3"),
        Ask("总计", "基本支出"),
    ]
    answers = look_up(archive, entry, asks)
    assert [a.amount and a.amount.text for a in answers] == ["204.47"] * 3 + [None, "204.47"]
    assert answers[0].matched.how is Match.SAME and answers[0].place.line == 8
    assert "没有" in answers[3].why


def test_what_is_not_there_says_why(archive: Archive) -> None:
    keep(archive, document(subject=TWICE))
    (entry,) = archive.entries()
    no_column, doubtful, absent = look_up(
        archive, entry, [Ask("208", "上年结转"), Ask("一般行政管理事务"), Ask("2210201")]
    )
    assert "没有“上年结转”一栏" in no_column.why
    assert doubtful.matched.how is Match.DOUBTFUL and "2080102、2080502" in doubtful.why
    assert absent.matched.how is Match.ABSENT and "2210201" in absent.why


def test_the_worksheet_function(archive: Archive) -> None:
    keep(archive, document(year=2023, figures="1.00\t1.00\t"))
    keep(archive, document())
    assert call_function("BUDGET_PRIOR", ["2080109", "项目支出"]) == Decimal("130.00")
    assert call_function("BUDGET_PRIOR", [2080109, "合计", "支出总表", "", 2023]) == Decimal("1.00")
    assert call_function("BUDGET_PRIOR", ["2080109", "项目支出", "", "", 2023]) == 0, "a blank cell of the document"
    for arguments, why in (
        (["2080109", "合计", "", "云川市图书馆"], "云川市图书馆"),
        (["2080109", "合计", "", "", 2019], "2019"),
        (["2210201", "合计"], "2210201"),
    ):
        with pytest.raises(FunctionFault, match=why) as caught:
            call_function("BUDGET_PRIOR", arguments)
        assert caught.value.fault is Fault.NOT_AVAILABLE
    keep(archive, document("云川市图书馆"))
    with pytest.raises(FunctionFault, match="2 家单位"):
        call_function("BUDGET_PRIOR", ["2080109", "合计"])
