"""What pages and conversions do between a table and its reader: running lines, moved notes, merged cells, lost figures."""

from __future__ import annotations

import pytest
from tests.conftest import read

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Finding, Severity
from xlbudget.packs.catalog import get_pack
from xlbudget.reading.disclosing import disclose
from xlbudget.rules.running import run_rules
from xlbudget.sources.text import read_text

PACK = "nmg_budget"
TITLE = "云川市档案馆2025年度单位预算公开"
HEAD = "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出"
ROWS = [
    "201\t一般公共服务支出\t30.00\t20.00\t10.00",
    "20126\t档案事务\t30.00\t20.00\t10.00",
    "2012601\t行政运行\t20.00\t20.00\t",
    "2012604\t档案馆\t10.00\t\t10.00",
    "合计\t\t30.00\t20.00\t10.00",
]


def errors(disclosure: Disclosure) -> list[Finding]:
    return [f for f in run_rules(disclosure, get_pack(PACK)).findings if f.severity is Severity.ERROR]


@pytest.mark.parametrize("times", [1, 2, 3])
def test_running_lines_do_not_cut_a_table(times: int) -> None:
    line = "\n云川市档案馆2025年单位预算公开\n"
    pieces = [ROWS[0], *(line + row for row in ROWS[1 : times + 1]), *ROWS[times + 1 :]]
    disclosure = read("\n".join([TITLE, HEAD, *pieces]), PACK)
    (table,) = disclosure.tables
    assert [row.name for row in table.rows] == ["一般公共服务支出", "档案事务", "行政运行", "档案馆", "合计"]
    assert errors(disclosure) == []


def test_running_lines_are_no_part_of_a_sentence() -> None:
    line = "云川市档案馆2025年单位预算公开"
    text = f"第三部分 情况说明\n一、收入预算情况说明\n收入预算12.00万元，比上年预算\n{line}\n增加2.00万元，\n{line}\n增长20.00%。\n{line}"
    passages = read(f"{TITLE}\n{text}", PACK).narrative.passages
    assert "收入预算12.00万元,比上年预算增加2.00万元,增长20.00%。" in [p.text for p in passages]


def test_a_line_that_repeats_with_a_label_is_kept() -> None:
    text = "\n".join(f"第{n}条\n2025年预算安排：{n}.00万元" for n in range(3))
    assert len([p for p in read(f"{TITLE}\n{text}", PACK).paragraphs if "预算安排" in p.text]) == 3


def test_a_note_between_title_and_grid_belongs_to_the_table_below() -> None:
    fund = "政府性基金预算支出表\n单位：万元\n注：本单位没有政府性基金预算支出，故本表无数据。\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n合计\t\t\t\t"
    disclosure = read("\n".join([TITLE, HEAD, *ROWS, "", fund]), PACK)
    assert [(t.title, len(t.notes)) for t in disclosure.tables] == [("支出总表", 0), ("政府性基金预算支出表", 1)]
    assert errors(disclosure) == []


def test_a_note_below_its_grid_stays_there() -> None:
    disclosure = read("\n".join([TITLE, HEAD, *ROWS, "注：本表无数据。"]), PACK)
    assert [f.code for f in errors(disclosure)] == ["XB405"]


@pytest.mark.parametrize("figures", [("30.00", "20.00", "10.00"), ("30.00", "20.00", "11.00")])
def test_a_merged_total_label_that_kept_one_cell(figures: tuple[str, str, str]) -> None:
    head = "支出总表\n单位：万元\n类\t款\t项\t科目名称\t合计\t基本支出\t项目支出"
    rows = [
        "201\t\t\t一般公共服务支出\t30.00\t20.00\t10.00",
        "201\t26\t\t档案事务\t30.00\t20.00\t10.00",
        "201\t26\t01\t行政运行\t20.00\t20.00\t",
        "201\t26\t04\t档案馆\t10.00\t\t10.00",
    ]
    disclosure = read("\n".join([TITLE, head, *rows, "", "\t".join(("合计", *figures))]), PACK)
    (table,) = disclosure.tables
    total = table.rows[-1]
    assert [cell.text for cell in total.cells] == list(figures) and total.doubt and table.repairs
    assert errors(disclosure) == [], "a repaired row proves nothing"


def test_a_sentence_that_lost_its_figures_makes_no_error() -> None:
    text = (
        "第三部分 情况说明\n五、支出预算情况说明\n1.行政运行（项）。年初预算为万元，支出决算为万元。\n25.00\n24.00\n"
        "决算数小于预算数的主要原因是压缩支出。"
    )
    assert errors(read("\n".join([TITLE, HEAD, *ROWS, "", text]), PACK)) == []


def test_a_document_with_an_empty_line_after_every_line() -> None:
    text = "\n".join([TITLE, HEAD, *ROWS, *["第三部分 情况说明", "一、收入预算情况说明", "收入预算30.00万元。"] * 4])
    single, double = read(text, PACK), read(text.replace("\n", "\n\n"), PACK)
    assert [[c.text for r in t.rows for c in r.cells] for t in double.tables] == [
        [c.text for r in t.rows for c in r.cells] for t in single.tables
    ]
    assert len(double.tables) == 1


def test_reading_does_not_write_into_what_was_read() -> None:
    """A name that a page end cut is made whole in the reading, not in the document: the next reading finds the same."""
    cut = [*ROWS[:2], "2012699\t其他档案\t10.00\t\t10.00", "", "\t事务支出\t\t\t", ROWS[2], ROWS[4]]
    raw = read_text("\n".join([TITLE, HEAD, *cut]).encode(), "例.txt")
    first, second = ([row.name for row in disclose(raw, PACK).tables[0].rows] for _ in range(2))
    assert first == second
    assert "其他档案事务支出" in first
