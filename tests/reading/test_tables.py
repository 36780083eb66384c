"""Tables of text files: headings, codes, rows, trees, precision, page breaks."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import read

from xlbudget.model.amount import Blank, MoneyUnit
from xlbudget.model.disclosure import Level, Stage
from xlbudget.model.table import RowKind, Side, TableStatus

LIST = "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"


def test_codes_in_one_column_in_three_and_in_the_name() -> None:
    one = read(LIST + "2080109\t社会保险经办机构\t1.00\t1.00\t\n").tables[0].rows[0]
    three = (
        read(
            "支出总表\n单位：万元\n功能分类科目编码\t\t\t功能分类科目名称\t合计\t基本支出\t项目支出\n类\t款\t项\t\t\t\t\n"
            "208\t1\t9\t社会保险经办机构\t1.00\t1.00\t\n\t05\t\t养老\t1.00\t1.00\t\n"
        )
        .tables[0]
        .rows
    )
    named = (
        read("支出总表\n单位：万元\n项目\t合计\t基本支出\t项目支出\n2080109社会保险经办机构\t1.00\t1.00\t\n")
        .tables[0]
        .rows[0]
    )
    assert str(one.code) == str(three[0].code) == str(named.code) == "2080109"
    assert str(three[1].code) == "20805"
    assert one.name == three[0].name == named.name == "社会保险经办机构"


def test_the_three_blanks_are_told_apart() -> None:
    cells = read(LIST + "208\t社会保障和就业支出\t0.00\t—\t\n210\t卫生健康支出\t1.00\t1.00\t\n").tables[0].rows[0].cells
    assert cells[0].amount is not None and cells[0].amount.is_zero and cells[0].amount.decimals == 2
    assert [c.blank for c in cells[1:]] == [Blank.DASH, Blank.EMPTY]


def test_total_rows_first_or_last_and_in_either_column() -> None:
    first = read(LIST + "\t合计\t3.00\t3.00\t\n208\t社会保障和就业支出\t3.00\t3.00\t\n").tables[0]
    last = read(LIST + "208\t社会保障和就业支出\t3.00\t3.00\t\n合 计\t\t3.00\t3.00\t\n").tables[0]
    assert first.rows[0].kind is RowKind.TOTAL and first.rows[1].parent == 0
    assert last.rows[1].kind is RowKind.TOTAL and last.rows[0].parent == 1


def test_grouped_headings_without_merged_cells() -> None:
    table = read(
        "一般公共预算支出表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t\t\t项目支出\n\t\t\t小计\t人员经费\t公用经费\t\n"
        "208\t社会保障和就业支出\t6.00\t3.00\t2.00\t1.00\t3.00\n"
    ).tables[0]
    assert [c.role for c in table.columns] == ["total", "basic", "personnel", "public", "project"]
    assert table.columns[1].heading == "基本支出/小计"


def test_two_sided_table_has_both_sides_and_their_trees() -> None:
    table = read(
        "收支总表\n单位：万元\n收 入\t\t支 出\t\n项 目\t预算数\t项 目\t预算数\n"
        "一、一般公共预算拨款收入\t9.00\t一、教育支出\t4.00\n二、事业收入\t1.00\t二、卫生健康支出\t5.00\n"
        "本年收入合计\t10.00\t本年支出合计\t9.00\n上年结转\t\t结转下年\t1.00\n收 入 总 计\t10.00\t支 出 总 计\t10.00\n"
    ).tables[0]
    names = {row.name: row for row in table.rows}
    assert names["教育支出"].side is Side.EXPENDITURE and str(names["教育支出"].code) == "205"
    assert table.rows[names["教育支出"].parent or 0].name == "本年支出合计"
    assert table.rows[names["本年支出合计"].parent or 0].name == "支出总计"
    assert names["事业收入"].role == "institution"


def test_a_table_goes_on_over_page_breaks() -> None:
    page = "科目编码\t科目名称\t合计\t基本支出\t项目支出\n"
    with_heading = read(
        LIST + "208\t社会保障和就业支出\t3.00\t3.00\t\n\n" + page + "210\t卫生健康支出\t1.00\t1.00\t\n"
    ).tables
    without = read(LIST + "208\t社会保障和就业支出\t3.00\t3.00\t\n\n- 2 -\n210\t卫生健康支出\t1.00\t1.00\t\n").tables
    for tables in (with_heading, without):
        assert len(tables) == 1 and [str(r.code) for r in tables[0].rows] == ["208", "210"]


def test_stripped_zeros_follow_the_documents_custom() -> None:
    rows = "".join(f"2080{i}\t科目\t{i}.25\t{i}.25\t\n" for i in range(1, 9))
    table = read(LIST + rows + "20809\t科目\t612\t612\t\n20810\t科目\t387.9\t387.9\t0\n").tables[0]
    amounts = {str(r.code): r.cells[0].amount for r in table.rows}
    assert amounts["20809"] is not None and amounts["20809"].decimals == 2
    assert amounts["20810"] is not None and amounts["20810"].decimals == 2
    zero = table.rows[-1].cells[2].amount
    assert zero is not None and zero.decimals is None


def test_three_significant_digits_are_read_as_such() -> None:
    figures = ["620", "495", "90.1", "18", "1.44", "35", "52.7"]
    rows = "".join(f"2080{i}\t科目\t{v}\t{v}\t\n" for i, v in enumerate(figures, 1))
    amounts = [r.cells[0].amount for r in read(LIST + rows).tables[0].rows]
    assert [a.decimals for a in amounts if a is not None] == [0, 0, 1, 1, 2, 1, 1]


def test_units_are_kept_by_table() -> None:
    disclosure = read(LIST.replace("万元", "元") + "208\t社会保障和就业支出\t30000\t30000\t\n")
    amount = disclosure.tables[0].rows[0].cells[0].amount
    assert amount is not None and amount.unit is MoneyUnit.YUAN and amount.decimals == 0


def test_an_empty_table_and_its_note() -> None:
    table = read(
        "政府性基金预算支出表\n单位：万元\n科目编码\t科目名称\t合计\n\t合计\t0.00\n注：本单位没有政府性基金预算支出，故本表无数据。\n"
    ).tables[0]
    assert table.status is TableStatus.EMPTY and table.notes[0][0].startswith("注")


def test_a_title_with_only_a_note_is_an_empty_table() -> None:
    table = read("附表\n政府性基金预算支出表\n单位：万元\n本表为空表。\n").tables[0]
    assert (table.id, table.status) == ("fund_expenditure", TableStatus.EMPTY)


def test_identity_is_read_from_the_cover() -> None:
    d = read("平湖市测绘院\n2024年度部门决算公开\n批复时间：2025年8月1日\n公开时间：2025 年 8 月 15 日\n")
    assert (d.unit, d.year, d.stage, d.level) == ("平湖市测绘院", 2024, Stage.FINAL, Level.DEPARTMENT)
    assert d.approved_on is not None and d.approved_on.isoformat() == "2025-08-01"


def test_a_slid_row_is_put_back_and_named() -> None:
    head = "“三公”经费支出表\n单位：万元\n单位名称\t合计\t因公出国（境）费\t公务用车购置及运行费\t\t\t公务接待费\n\t\t\t小计\t购置费\t运行费\t\n"
    table = read(head + "云川市档案馆\t3.00\t2.00\t\t2.00\t1.00\n云川市测绘院\t1.00\t\t1.00\t\t1.00\t\n").tables[0]
    assert [c.text for c in table.rows[0].cells] == ["3.00", "", "2.00", "", "2.00", "1.00"]
    assert table.rows[0].doubt and not table.rows[1].doubt and table.repairs


def test_a_real_mistake_is_not_shifted_away() -> None:
    head = "“三公”经费支出表\n单位：万元\n单位名称\t合计\t因公出国（境）费\t公务用车购置及运行费\t\t\t公务接待费\n\t\t\t小计\t购置费\t运行费\t\n"
    table = read(head + "云川市档案馆\t5.00\t\t2.00\t\t2.00\t1.00\n").tables[0]
    assert not table.rows[0].doubt and [c.text for c in table.rows[0].cells] == ["5.00", "", "2.00", "", "2.00", "1.00"]


codes = st.lists(st.integers(1, 30), min_size=1, max_size=8, unique=True).map(sorted)


@settings(max_examples=60, deadline=None)
@given(codes, st.data())
def test_what_is_printed_is_what_is_read(kuan: list[int], data: st.DataObject) -> None:
    """Binding property: every figure of a generated table is read back under its code and column."""
    figures = {k: data.draw(st.tuples(*[st.integers(0, 10**7)] * 2)) for k in kuan}
    lines = []
    for k, (basic, project) in figures.items():
        cells = [f"{(basic + project) / 100:.2f}", f"{basic / 100:.2f}", f"{project / 100:,.2f}"]
        lines.append(f"208{k:02d}\t科目{k}\t" + "\t".join(cells))
    table = read(LIST + "\n".join(lines) + "\n").tables[0]
    assert len(table.rows) == len(figures)
    for row, (basic, project) in zip(table.rows, figures.values(), strict=True):
        values = [c.amount.value for c in row.cells if c.amount is not None]
        assert values == [Decimal(basic + project) / 100, Decimal(basic) / 100, Decimal(project) / 100]
