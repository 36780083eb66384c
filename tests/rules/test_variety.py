"""How other provinces say it: right sentences are understood and pass, wrong ones are found.

The forms are those of design notes on public disclosures of many provinces; units and figures are made up.
"""

from __future__ import annotations

import pytest
from tests.conftest import read

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Finding, Severity
from xlbudget.packs.catalog import get_pack
from xlbudget.rules.running import run_rules

BUDGET = "云川市水务局2024年度部门预算公开\n第二部分 情况说明\n一、收支总体情况说明\n"
FINAL = "云川市水务局2024年度部门决算公开\n第二部分 情况说明\n一、收入支出决算总体情况说明\n"

RIGHT = [
    (BUDGET, "2024年收支总预算1234.56万元。"),
    (BUDGET, "收入预算1234.56万元，其中：一般公共预算拨款收入1000.00万元，占81.00%；事业收入234.56万元，占19.00%。"),
    (FINAL, "2024年度收、支总计均为1234.56万元。与2023年度相比，收、支总计各减少100.00万元，下降7.49%。"),
    (FINAL, "收入、支出总计各为1234.56万元，与上年相比增加34.56万元，增长2.88%。"),
    (BUDGET, "项目支出88.00万元，较2023年的100.00万元减少12.00万元，下降12.00%。"),
    (BUDGET, "项目支出88.00万元，同比减少12.00万元，下降12.00%。"),
    (BUDGET, "项目支出880000元，同比减少120000元，下降12.00%。"),
    (BUDGET, "项目支出88.00万元，较上年增加8.00万元，增幅10.00%。"),
    (BUDGET, "基本支出88.00万元，与上年持平。"),
    (BUDGET, "基本支出88.00万元，较上年无变化。"),
    (BUDGET, "基本支出占比50.00%，比上年提高2.5个百分点。"),
    (
        FINAL,
        "一般公共预算财政拨款支出年初预算为200.00万元，支出决算为190.00万元，完成年初预算的95.00%，决算数小于预算数，主要原因是压减支出。",
    ),
    (
        FINAL,
        "“三公”经费全年预算10.00万元，支出决算8.00万元，完成全年预算的80.00%。其中：因公出国（境）费支出决算0.00万元，完成全年预算的0%；公务用车购置及运行费支出决算6.00万元（购置费0万元，运行维护费6.00万元），完成全年预算的75.00%；公务接待费支出决算2.00万元。",
    ),
    (FINAL, "全年因公出国（境）团组0个，累计0人次。国内公务接待12批次，86人次。公务用车保有量3辆。"),
    (BUDGET, "人员经费100.00万元，主要包括：基本工资40.00万元、津贴补贴30.00万元、奖金20.00万元等。"),
    (BUDGET, "货物、工程、服务采购预算分别为10.00万元、20.00万元、30.00万元。"),
    (BUDGET, "政府采购预算总额60.00万元，其中：货物10.00万元，工程20.00万元，服务30.00万元。"),
    (BUDGET, "2024年项目12个，涉及资金345.67万元。"),
    (BUDGET, "本单位编制50人，实有人数48人，其中：在职45人，退休3人。"),
    (BUDGET, "本单位无政府性基金预算拨款安排的支出。"),
    (BUDGET, "基本支出1.23亿元，其中：人员经费1.00亿元，公用经费0.23亿元。"),
    (FINAL, "本年收入合计500.00万元，其中：财政拨款收入480.00万元，占96.00%；其他收入20.00万元，占4.00%。"),
    (FINAL, "机关运行经费支出50.00万元，比2023年度增加5.00万元，增长11.11%，主要原因是人员增加。"),
    (
        FINAL,
        "教育支出（类）普通教育（款）小学教育（项）年初预算100.00万元，支出决算110.00万元，完成年初预算的110.00%，决算数大于预算数的主要原因是追加经费。",
    ),
    (BUDGET, "公务用车购置及运行费28.00万元（购置费0万元，运行维护费28.00万元），比上年减少2.00万元，下降6.67%。"),
    (
        BUDGET,
        "“三公”经费预算数30.00万元，其中：因公出国（境）费0万元，与上年持平；公务接待费2.00万元，与上年相比减少1.00万元，下降33.33%；公务用车运行维护费28.00万元，与上年相比无增减变化。",
    ),
    (
        BUDGET,
        "支出预算300.00万元，比上年预算增加20.00万元，增长7.14%，其中基本支出增加30.00万元，项目支出减少10.00万元。",
    ),
    (
        FINAL,
        "收入总计300.00万元，支出总计300.00万元，与2023年度决算相比，收入增加20.00万元，增长7.14%，支出增加20.00万元，增长7.14%。",
    ),
    (FINAL, "年末结转和结余12.00万元，比上年增加12.00万元。"),
    (BUDGET, "机关运行经费财政拨款预算45.00万元，比2023年预算减少5.00万元，降低10.00%。"),
    (
        FINAL,
        "政府采购支出总额100.00万元，其中：政府采购货物支出30.00万元、政府采购工程支出40.00万元、政府采购服务支出30.00万元。授予中小企业合同金额80.00万元，占政府采购支出总额的80.00%，其中：授予小微企业合同金额60.00万元，占授予中小企业合同金额的75.00%。",
    ),
]

WRONG = [
    (BUDGET, "收入预算1234.56万元，其中：一般公共预算拨款收入1000.00万元，占91.00%；事业收入234.56万元，占19.00%。"),
    (FINAL, "2024年度收、支总计均为1234.56万元。与2023年度相比，收、支总计各减少100.00万元，下降8.10%。"),
    (BUDGET, "项目支出88.00万元，较2023年的100.00万元减少22.00万元，下降12.00%。"),
    (BUDGET, "项目支出88.00万元，较2023年的100.00万元增加12.00万元，增长12.00%。"),
    (BUDGET, "项目支出88.00万元，同比减少12.00万元，下降13.64%。"),
    (BUDGET, "项目支出88.00万元，较上年增加8.00万元，增幅9.09%。"),
    (
        FINAL,
        "一般公共预算财政拨款支出年初预算为200.00万元，支出决算为190.00万元，完成年初预算的105.26%，决算数小于预算数，主要原因是压减支出。",
    ),
    (
        FINAL,
        "一般公共预算财政拨款支出年初预算为200.00万元，支出决算为190.00万元，完成年初预算的95.00%，决算数大于预算数，主要原因是追加支出。",
    ),
    (BUDGET, "政府采购预算总额60.00万元，其中：货物10.00万元，工程20.00万元，服务40.00万元。"),
    (BUDGET, "本单位编制50人，实有人数48人，其中：在职45人，退休4人。"),
    (BUDGET, "基本支出1.23亿元，其中：人员经费1.00亿元，公用经费0.33亿元。"),
    (BUDGET, "公务用车购置及运行费28.00万元（购置费2.00万元，运行维护费28.00万元），比上年减少2.00万元，下降6.67%。"),
    (
        BUDGET,
        "支出预算300.00万元，比上年预算增加20.00万元，增长7.14%，其中基本支出增加30.00万元，项目支出减少20.00万元。",
    ),
    (FINAL, "政府采购支出总额100.00万元。授予中小企业合同金额80.00万元，占政府采购支出总额的85.00%。"),
    (BUDGET, "基本支出88.00万元，与上年持平，增加3.00万元。"),
    (
        FINAL,
        "收入总计300.00万元，支出总计300.00万元，与2023年度决算相比，收入增加20.00万元，增长7.14%，支出增加20.00万元，增长17.14%。",
    ),
]


def checked(head: str, sentence: str) -> tuple[Disclosure, list[Finding]]:
    disclosure = read(head + sentence + "\n", "national")
    findings = run_rules(disclosure, get_pack("national")).findings
    loud = [f for f in findings if f.severity in (Severity.ERROR, Severity.SUSPECT)]
    return disclosure, [f for f in loud if f.code not in ("XB401", "XB402")]


@pytest.mark.parametrize(("head", "sentence"), RIGHT, ids=range(len(RIGHT)))
def test_a_right_sentence_is_understood_and_passes(head: str, sentence: str) -> None:
    disclosure, findings = checked(head, sentence)
    assert [f.message for f in findings] == []
    assert [disclosure.narrative.claims[i].quote for i in disclosure.narrative.unclear] == []


@pytest.mark.parametrize(("head", "sentence"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_sentence_is_found(head: str, sentence: str) -> None:
    assert checked(head, sentence)[1]
