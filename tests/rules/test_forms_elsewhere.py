"""Tables as other provinces and the Ministry print them: right ones pass, one wrong figure is found.

The layouts are those of published forms; units and figures are made up.
"""

from __future__ import annotations

import pytest
from tests.conftest import read

from xlbudget.model.finding import Severity
from xlbudget.model.provenance import Provenance
from xlbudget.model.raw import Grid, Paragraph, RawCell
from xlbudget.packs.catalog import get_pack
from xlbudget.reading.assembling import assemble
from xlbudget.rules.running import run_rules


def loud(text: str) -> list[str]:
    """Errors and doubts, without those of parts that these short documents leave out."""
    disclosure = read(text)
    findings = run_rules(disclosure, get_pack(disclosure.pack)).findings
    return [
        f"{f.code} {f.message}"
        for f in findings
        if f.severity in (Severity.ERROR, Severity.SUSPECT) and f.code not in ("XB401", "XB402")
    ]


def table(title: str, *rows: str) -> str:
    """A table of a text: cells are parted by bars."""
    return "\n".join([title, "单位：万元", *(row.replace("|", "\t") for row in rows), ""])


FINAL = "云川县水务局2024年度部门决算公开\n第二部分 部门决算表\n"
BUDGET = "云川县水务局2024年部门预算公开\n第二部分 预算表\n"

LINES = table(
    "收入支出决算总表",
    "收入|||支出||",
    "项目|行次|金额|项目|行次|金额",
    "栏次||1|栏次||2",
    "一、一般公共预算财政拨款收入|1|90.00|一、一般公共服务支出|31|60.00",
    "二、政府性基金预算财政拨款收入|2|0.00|二、社会保障和就业支出|32|40.00",
    "八、其他收入|8|10.00||33|",
    "本年收入合计|27|100.00|本年支出合计|57|100.00",
    "年初结转和结余|28|5.00|年末结转和结余|58|5.00",
    "总计|31|105.00|总计|61|105.00",
)
SPLIT = table(
    "部门支出总表",
    "科目编码|||单位代码|单位名称（科目）|合计|基本支出|项目支出",
    "类|款|项|||||",
    "||||合计|100.00|60.00|40.00",
    "201||||一般公共服务支出|100.00|60.00|40.00",
    "201|03|||政府办公厅（室）及相关机构事务|100.00|60.00|40.00",
    "201|03|01|301001|行政运行|60.00|60.00|",
    "201|03|02|301001|一般行政管理事务|40.00||40.00",
)
UNITS = table(
    "部门支出总表",
    "科目编码|||单位代码|单位名称（科目）|合计|基本支出|项目支出",
    "类|款|项|||||",
    "||||合计|150.00|100.00|50.00",
    "|||301|云川县水务局部门|150.00|100.00|50.00",
    "|||301001|云川县水务局|100.00|70.00|30.00",
    "201|03|01|301001|行政运行|60.00|60.00|",
    "208|05|05|301001|机关事业单位基本养老保险缴费支出|10.00|10.00|",
    "213|03|05|301001|水利工程建设|30.00||30.00",
    "|||301002|云川县水库管理所|50.00|30.00|20.00",
    "208|05|05|301002|机关事业单位基本养老保险缴费支出|5.00|5.00|",
    "213|03|06|301002|水利工程运行与维护|45.00|25.00|20.00",
) + table(
    "部门收入总表",
    "单位代码|单位名称|合计|上年结转|一般公共预算拨款收入|事业收入",
    "|合计|150.00|0.00|150.00|0.00",
    "301|云川县水务局部门|150.00|0.00|150.00|0.00",
    "301001|云川县水务局|100.00|0.00|100.00|0.00",
    "301002|云川县水库管理所|50.00|0.00|50.00|0.00",
)
SOURCES = table(
    "部门收入预算表",
    "科目编码|科目名称|合计|一般公共预算|政府性基金预算|单位资金|||",
    "|||||小计|事业收入|上级补助收入|其他收入",
    "|合计|100.00|80.00|0.00|20.00|5.00|0.00|15.00",
    "201|一般公共服务支出|100.00|80.00|0.00|20.00|5.00|0.00|15.00",
    "20103|政府办公厅（室）及相关机构事务|100.00|80.00|0.00|20.00|5.00|0.00|15.00",
    "2010302|一般行政管理事务|100.00|80.00|0.00|20.00|5.00|0.00|15.00",
)
SIDES = table(
    "收支预算总表",
    "收入||支出|||",
    "项目|预算数|功能分类|预算数|支出用途|预算数",
    "一、一般公共预算拨款收入|90.00|一、一般公共服务支出|60.00|一、基本支出|70.00",
    "九、其他收入|10.00|八、社会保障和就业支出|40.00|二、项目支出|30.00",
    "当年收入小计|100.00|当年支出小计|100.00||",
    "上年结转资金|5.00|结转下年资金|5.00||",
    "收入合计|105.00|支出合计|105.00|支出合计|105.00",
)
MEETINGS = table(
    "一般公共预算“三公”经费、会议费、培训费支出预算表",
    "“三公”经费合计|因公出国（境）费|公务用车购置及运行维护费|||公务接待费|会议费|培训费",
    "||小计|公务用车购置费|公务用车运行维护费|||",
    "8.00|0.00|6.00|0.00|6.00|2.00|1.50|2.50",
)
WHICH = table(
    "一般公共预算支出情况表（按功能分类科目）",
    "功能科目||合计|其中：基本支出|项目支出",
    "编码|名称|||",
    "|合计|100.00|60.00|40.00",
    "201|一般公共服务支出|100.00|60.00|40.00",
    "20103|政府办公厅（室）及相关机构事务|100.00|60.00|40.00",
    "2010301|行政运行|60.00|60.00|",
    "2010302|一般行政管理事务|40.00||40.00",
)
THREE = table(
    "财政拨款“三公”经费支出决算表",
    "预算数||||||决算数|||||",
    "合计|因公出国（境）费|公务用车购置及运行维护费|||公务接待费|合计|因公出国（境）费|公务用车购置及运行维护费|||公务接待费",
    "||小计|公务用车购置费|公务用车运行维护费||||小计|公务用车购置费|公务用车运行维护费|",
    "9.00|0.00|6.50|0.00|6.50|2.50|8.00|0.00|6.00|0.00|6.00|2.00",
)
TOLD = (
    "第三部分 决算情况说明\n七、财政拨款“三公”经费支出决算情况说明\n"
    "2024年度“三公”经费财政拨款支出决算中，公务用车购置及运行维护费支出决算6.00万元，占75.00%；公务接待费支出决算2.00万元，占25.00%。"
    "具体情况如下：\n1.公务用车购置及运行维护费支出6.00万元，完成预算的92.31%。\n2.公务接待费支出2.00万元，完成预算的80.00%。\n"
)
HUNAN = (
    SIDES + "第三部分 情况说明\n二、一般公共预算拨款支出\n2024年支出预算100.00万元，具体安排情况如下：\n"
    "（一）基本支出：2024年年初预算数为70.00万元，主要是为保障单位正常运转发生的各项支出。\n"
    "（二）项目支出：2024年年初预算数为30.00万元，主要是为完成特定工作任务发生的支出。\n"
)
OTHER_MONEY = LINES + table(
    "财政拨款收入支出决算总表",
    "收入||支出||||",
    "项目|金额|项目|合计|一般公共预算财政拨款|政府性基金预算财政拨款|国有资本经营预算财政拨款",
    "一、一般公共预算财政拨款|90.00|一、一般公共服务支出|50.00|50.00|0.00|0.00",
    "二、政府性基金预算财政拨款|0.00|二、社会保障和就业支出|40.00|40.00|0.00|0.00",
    "本年收入合计|90.00|本年支出合计|90.00|90.00|0.00|0.00",
    "总计|90.00|总计|90.00|90.00|0.00|0.00",
)

CASES = [
    ("line numbers are no money", FINAL + LINES, "本年收入合计|27|100.00", "本年收入合计|27|101.00"),
    ("codes of the unit beside codes of subjects", BUDGET + SPLIT, "行政运行|60.00|60.00|", "行政运行|61.00|61.00|"),
    ("units with their subjects below", BUDGET + UNITS, "水利工程运行与维护|45.00", "水利工程运行与维护|46.00"),
    ("units by their codes", BUDGET + UNITS, "云川县水库管理所|50.00|0.00", "云川县水库管理所|51.00|0.00"),
    ("其他收入 within 单位资金", BUDGET + SOURCES, "|合计|100.00|80.00|0.00|20.00", "|合计|100.00|80.00|0.00|21.00"),
    ("three lists side by side", BUDGET + SIDES, "当年支出小计|100.00", "当年支出小计|101.00"),
    ("会议费 beside 三公", BUDGET + MEETINGS, "8.00|0.00|6.00", "9.00|0.00|6.00"),
    (
        "其中 that stands for both columns",
        BUDGET + WHICH,
        "一般行政管理事务|40.00||40.00",
        "一般行政管理事务|40.00||41.00",
    ),
    ("shares of 三公", FINAL + THREE + TOLD, "占75.00%", "占85.00%"),
    ("completion rates of 三公", FINAL + THREE + TOLD, "完成预算的80.00%", "完成预算的90.00%"),
    ("labels before a colon", BUDGET + HUNAN, "预算数为30.00万元", "预算数为31.00万元"),
    (
        "other money under one class",
        FINAL + OTHER_MONEY,
        "二、社会保障和就业支出|40.00|40.00",
        "二、社会保障和就业支出|41.00|40.00",
    ),
]


@pytest.mark.parametrize(("text", "right", "wrong"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_form_passes_and_one_wrong_figure_is_found(text: str, right: str, wrong: str) -> None:
    right, wrong = right.replace("|", "\t"), wrong.replace("|", "\t")
    assert right in text
    assert loud(text) == []
    assert loud(text.replace(right, wrong, 1))


def test_the_headings_of_the_ministry_are_no_sign_of_a_province() -> None:
    headings = ["收入支出决算总体情况", "收入决算情况", "支出决算情况", "财政拨款收入支出决算总体情况"]
    parts = ["总体", "结构", "具体"]
    text = "\n".join(
        [FINAL]
        + [f"{n}、{h}说明" for n, h in zip("一二三四", headings, strict=True)]
        + [f"（{n}）一般公共预算财政拨款支出决算{p}情况" for n, p in zip("一二三", parts, strict=True)]
        + [f"（{n}）“三公”经费财政拨款支出决算{p}情况说明" for n, p in zip("一二", ("总体", "具体"), strict=True)]
    )
    assert read(text).pack == "national"


def test_the_money_unit_behind_the_name_is_no_part_of_it() -> None:
    text = "2024年部门预算\n" + SPLIT.replace("单位：万元", "部门名称：云川县水务局 单位：万元")
    assert read(text).unit == "云川县水务局"


class _Somewhere:
    def at(self, row: int, column: int) -> Provenance:
        return Provenance("例.pdf", page=1)


def _grid(*rows: str) -> Grid:
    return Grid([[RawCell(text) for text in row.split("|")] for row in rows], _Somewhere())


def test_a_name_cut_by_the_end_of_a_page_goes_on() -> None:
    title = Paragraph("一般公共预算支出表", Provenance("例.pdf", page=1))
    first = _grid("科目编码|科目名称|合计", "208|社会保障和就业支出|20.00", "2080505|机关事业单位基本养老保|20.00")
    second = _grid("|险缴费支出|", "210|卫生健康支出|30.00", "|合计|50.00")
    found, _ = assemble([title, first, second], get_pack("national"))
    assert len(found) == 1
    rows = [[cell.text for cell in row] for grid, _ in found[0].grids for row in grid.rows]
    assert ["2080505", "机关事业单位基本养老保险缴费支出", "20.00"] in rows
    assert ["", "险缴费支出", ""] not in rows


def test_a_group_heading_on_the_next_page_is_no_rest_of_a_name() -> None:
    title = Paragraph("一般公共预算支出表", Provenance("例.pdf", page=1))
    first = _grid("科目编码|科目名称|合计", "208|社会保障和就业支出|20.00")
    second = _grid("|合计|", "210|卫生健康支出|30.00")
    found, _ = assemble([title, first, second], get_pack("national"))
    assert found[0].grids[0][0].rows[-1][1].text == "社会保障和就业支出"
