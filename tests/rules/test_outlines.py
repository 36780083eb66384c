"""Paragraphs of other provinces whose parts stand in lines below, in brackets, or beside each other.

The forms are those of published disclosures of many provinces; units and figures are made up.
"""

from __future__ import annotations

import pytest
from tests.rules.test_variety import BUDGET, FINAL, checked

RIGHT = [
    (
        "the parts of 三公 are told side by side, then one by one",
        FINAL,
        "2024年度一般公共预算财政拨款“三公”经费支出决算中，因公出国（境）费支出0万元，占0%；公务用车购置及运行维护费支出3.40万元，占52.31%；"
        "公务接待费支出3.10万元，占47.69%。具体情况如下：\n1.因公出国（境）费支出0万元，全年安排因公出国（境）团组0个，累计0人次。\n"
        "2.公务用车购置及运行维护费支出3.40万元。其中：公务用车运行维护费支出3.40万元。\n3.公务接待费支出3.10万元。",
    ),
    (
        "one figure in brackets is a part, not the whole",
        FINAL,
        "“三公”经费支出决算4895.00元，其中：公务接待费支出决算4895.00元，具体是国内接待费支出决算4895.00元"
        "（其中：外事接待费支出决算0元），国（境）外接待费支出决算0元。",
    ),
    ("income with what it contains in brackets", BUDGET, "收入预算120.00万元（含上年结转20.00万元）。"),
    (
        "basic and project expenditure of each subject",
        BUDGET,
        "一般公共预算支出100.00万元，其中：基本支出90.00万元，项目支出10.00万元，具体支出预算如下：\n"
        "（一）按支出功能分类科目划分。\n初中教育60.00万元，其中：基本支出55.00万元，项目支出5.00万元。主要用于初中教学。\n"
        "高中教育40.00万元，其中：基本支出35.00万元，项目支出5.00万元。主要用于高中教学。\n"
        "（二）按支出结构分类划分，分为基本支出预算和项目支出预算。\n1.基本支出预算90.00万元，占一般公共预算支出的90.00%。\n"
        "2.项目支出预算10.00万元，占一般公共预算支出的10.00%。",
    ),
    (
        "basic and project expenditure by economic class",
        BUDGET,
        "（二）按支出结构分类划分，分为基本支出预算和项目支出预算。\n"
        "1.基本支出预算90.00万元，占一般公共预算支出的84.06%。其中：\n工资福利支出80.00万元，占基本支出预算88.89%，同比增加2.00万元，增长2.56%。\n"
        "商品和服务支出10.00万元，占基本支出预算11.11%，同比减少1.00万元，下降9.09%。\n"
        "2.项目支出17.00万元，占一般公共预算支出的15.94%。其中：\n工资福利支出5.00万元，占项目支出预算29.41%，同比增加5.00万元。\n"
        "商品和服务支出12.00万元，占项目支出预算70.59%，同比增加3.00万元，增长33.33%。",
    ),
    (
        "classes told as 类科目, behind a line that ends with 其中",
        BUDGET,
        "支出预算100.00万元，其中：\n（一）教育支出类科目80.00万元，占支出预算80.00%，同比增加4.00万元，增长5.26%。\n"
        "（二）住房保障支出类科目20.00万元，占支出预算20.00%，同比增加1.00万元，增长5.26%。",
    ),
    (
        "changes told together",
        BUDGET,
        "“三公”经费财政拨款预算79.69万元，其中：因公出国（境）费21.36万元，公务用车购置及运行费43.99万元，公务接待费14.34万元，"
        "与上年预算相比，分别减少0.29万元、0.33万元、0.64万元，分别下降1.34%、0.74%和4.27%。",
    ),
    (
        "shares told together",
        FINAL,
        "政府采购支出总额100.00万元，其中：货物支出30.00万元，工程支出50.00万元，服务支出20.00万元，占比分别为30.00%、50.00%和20.00%。",
    ),
    (
        "a difference without a direction",
        FINAL,
        "“三公”经费支出2.05万元，年初预算2.95万元，差值为0.90万元。其中：公务接待费支出2.05万元，年初预算2.00万元，差值为0.05万元。",
    ),
    (
        "the kind of money before 三公",
        BUDGET,
        "2024年本部门财政拨款安排“三公”经费502.40万元，比上年减少14.60万元，下降2.82%。",
    ),
    (
        "income and expenditure totals in one sentence",
        FINAL,
        "政府性基金收入总计33.00万元，其中：本级收入1.00万元，上级补助收入13.00万元，上年结余19.00万元；政府性基金支出总计33.00万元，"
        "其中：本级支出17.00万元，结转下年16.00万元。",
    ),
    (
        "numbered statements run together",
        BUDGET,
        "“三公”经费预算520.00万元，与上年预算持平：一、因公出国（境）费预算170.00万元，比上年增加170.00万元，大力开展招商，"
        "二、公务用车运行费150.00万元，比上年减少170.00万元，主要原因是压减用车，三、公务接待费200.00万元，与上年持平。",
    ),
    (
        "last year's figure beside this year's, then the change",
        FINAL,
        "机关运行经费支出情况。2024年支出合计141.55万元，2023年为107.89万元，较2023年增加33.66万元，增长31.20%。",
    ),
    (
        "kinds of staff behind which others are told",
        FINAL,
        "核定编制71人，实有教职工62人，其中高级29人，中级23人，初级10人，退休28人。",
    ),
    (
        "total and this year's income",
        FINAL,
        "（一）本单位2024年度总收入125.08万元，其中本年收入117.06万元，较2023年度决算数增加18.90万元，增长19.25%。\n"
        "（二）本单位2024年度总支出125.08万元，其中本年支出116.12万元，较2023年度决算数增加19.68万元，增长20.41%。",
    ),
    (
        "how much the accounts exceed the budget",
        FINAL,
        "一般公共预算财政拨款支出年初预算100.00万元，支出决算105.00万元，完成年初预算的105.00%，决算数大于预算数5.00万元，主要原因是追加经费。",
    ),
    (
        "what 三公 is short for",
        BUDGET,
        "本局用一般公共预算财政拨款开支的出国（境）经费、车辆购置及运行费、公务接待费（简称“三公”经费）支出合计24.75万元，"
        "其中：因公出国（境）费0万元；公务用车运行维护费8.20万元；公务接待费16.55万元。",
    ),
    (
        "the last numbered line tells its figures in several lines",
        BUDGET,
        "支出预算100.00万元，具体如下：\n（一）人员经费60.00万元。\n（二）其他各项支出。\n办公费10.00万元。\n印刷费30.00万元。",
    ),
]

WRONG = [
    (
        "last year's figure beside this year's, and another change",
        FINAL,
        "机关运行经费支出情况。2024年支出合计141.55万元，2023年为107.89万元，较2023年增加35.66万元，增长31.20%。",
    ),
    (
        "how much the accounts exceed the budget, told wrongly",
        FINAL,
        "一般公共预算财政拨款支出年初预算100.00万元，支出决算105.00万元，完成年初预算的105.00%，决算数大于预算数6.00万元，主要原因是追加经费。",
    ),
    (
        "parts of 三公 that do not add up",
        FINAL,
        "“三公”经费支出决算6.50万元，具体情况如下：\n1.因公出国（境）费支出0万元。\n2.公务用车购置及运行维护费支出3.40万元。\n"
        "3.公务接待费支出3.20万元。",
    ),
    (
        "a share of all expenditure told under another heading",
        BUDGET,
        "一般公共预算支出100.00万元。\n（二）按支出结构分类划分，分为基本支出预算和项目支出预算。\n1.基本支出预算90.00万元，占一般公共预算支出的84.06%。",
    ),
    (
        "classes told as 类科目",
        BUDGET,
        "支出预算100.00万元，其中：\n（一）教育支出类科目80.00万元，占支出预算80.00%，同比增加4.00万元，增长5.00%。\n"
        "（二）住房保障支出类科目20.00万元，占支出预算20.00%，同比增加1.00万元，增长5.26%。",
    ),
    (
        "changes told together, one rate on the wrong figure",
        BUDGET,
        "“三公”经费财政拨款预算79.69万元，其中：因公出国（境）费21.36万元，公务用车购置及运行费43.99万元，公务接待费14.34万元，"
        "与上年预算相比，分别减少0.29万元、0.33万元、0.64万元，分别下降1.34%、0.74%和4.47%。",
    ),
    (
        "shares told together, two of them changed about",
        FINAL,
        "政府采购支出总额100.00万元，其中：货物支出30.00万元，工程支出50.00万元，服务支出20.00万元，占比分别为30.00%、20.00%和50.00%。",
    ),
    (
        "basic and project expenditure that do not make up their subject",
        BUDGET,
        "初中教育（项）60.00万元，其中：基本支出55.00万元，项目支出6.00万元。",
    ),
]


@pytest.mark.parametrize(("head", "text"), [case[1:] for case in RIGHT], ids=[case[0] for case in RIGHT])
def test_right_paragraphs_pass(head: str, text: str) -> None:
    assert [f.message for f in checked(head, text)[1]] == []


@pytest.mark.parametrize(("head", "text"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_wrong_paragraph_is_found(head: str, text: str) -> None:
    assert checked(head, text)[1]
