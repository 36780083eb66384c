"""Sentences of the field and what they claim, written down by hand."""

from __future__ import annotations

import pytest
from tests.conftest import read

from xlbudget.model.claim import Claim, Narrative

HEAD = "云川市档案馆2024年度单位预算公开\n第三部分 情况说明\n三、支出预算情况说明\n"


def narrative(sentence: str, pack: str = "nmg_budget") -> Narrative:
    head = HEAD.replace("预算", "决算") if "final" in pack else HEAD
    return read(head + sentence + "\n", pack).narrative


def shown(claim: Claim) -> str:
    """``kind value item component period``, with the sign of a change."""
    if claim.amount is not None:
        value = claim.amount.text
    elif claim.percent is not None:
        value = f"{claim.percent}%"
    else:
        value = str(claim.count) if claim.count is not None else ""
    sign = {1: "+", -1: "-", 0: "="}[claim.sign] if claim.kind.value in ("delta", "growth", "direction") else ""
    item = "" if claim.topic.item.startswith("o:") else claim.topic.item
    return " ".join(x for x in (claim.kind.value, sign + value, item, claim.topic.component) if x)


SENTENCES = [
    (
        "支出预算535.12万元，其中：基本支出405.12万元，占75.71%；项目支出130.00万元，占24.29%。",
        [
            "level 535.12 total",
            "level 405.12 total basic",
            "share 75.71% total basic",
            "level 130.00 total project",
            "share 24.29% total project",
        ],
    ),
    (
        "基本支出405.12万元，比上年预算减少12.30万元，下降2.95%，主要原因是：人员变动。",
        ["level 405.12 total basic", "delta -12.30 total basic", "growth -2.95% total basic"],
    ),
    (
        "1.社会保障和就业支出（类）行政事业单位养老支出（款）机关事业单位基本养老保险缴费支出（项）：2024年预算数为30.15万元，比上年预算持平。",
        ["level 30.15 f:2080505", "delta = f:2080505"],
    ),
    (
        "项目支出8.00万元，与上年持平，增加0万元，增长0%。",
        ["level 8.00 total project", "delta = total project", "delta +0.00 total project", "growth +0% total project"],
    ),
    ("人员经费1.2亿元，公用经费30,000元。", ["level 1.2 total personnel", "level 30000 total public"]),
    ("截至2023年12月31日，共有车辆3辆，其中：机要通信用车1辆、其他用车2辆。", ["count 3", "count 1", "count 2"]),
    ("项目支出完成年初预算的98.20%。", ["completion 98.20% total project"]),
    ("基本支出占总支出的75.71%。", ["share 75.71% total basic"]),
    ("一、二、三与2024年12月31日都不是金额。", []),
]


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES, ids=[s[:14] for s, _ in SENTENCES])
def test_sentence_is_read_as_claims(sentence: str, expected: list[str]) -> None:
    assert [shown(claim) for claim in narrative(sentence).claims] == expected


def values(found: Narrative, indexes: list[int]) -> list[str]:
    return [shown(found.claims[i]).split()[1] for i in indexes]


@pytest.mark.parametrize(
    ("sentence", "total", "items", "is_open"),
    [
        ("人员经费30.00万元，主要包括：基本工资10.00万元、津贴补贴20.00万元。", "30.00", ["10.00", "20.00"], False),
        ("人员经费30.00万元，主要包括：基本工资10.00万元、津贴补贴19.00万元等。", "30.00", ["10.00", "19.00"], True),
        (
            "支出预算30.00万元，其中：基本支出10.00万元，占33.33%；项目支出20.00万元，占66.67%。",
            "30.00",
            ["10.00", "20.00"],
            False,
        ),
        ("支出预算30.00万元，其中：\n1.基本支出10.00万元。\n2.项目支出20.00万元。", "30.00", ["10.00", "20.00"], False),
    ],
)
def test_a_list_belongs_to_its_total(sentence: str, total: str, items: list[str], is_open: bool) -> None:
    found = narrative(sentence)
    lists = [(values(found, [x.head])[0], values(found, x.items), x.open) for x in found.listings]
    assert lists == [(total, items, is_open)]


def test_a_change_holds_its_level_difference_and_rate_together() -> None:
    found = narrative("基本支出405.12万元，比上年预算减少12.30万元，下降2.95%。")
    (change,) = found.changes
    assert (change.level, change.delta, change.growth, change.base) == (0, 1, 2, "prior")


def test_a_change_against_the_budget_is_told_from_one_against_last_year() -> None:
    found = narrative(
        "支出决算总计88.00万元。与年初预算相比，增加8.00万元，增长10.00%；与上年决算相比，减少2.00万元，下降2.22%。",
        "nmg_final",
    )
    assert [(x.base, values(found, [x.delta or 0])[0]) for x in found.changes] == [
        ("budget", "+8.00"),
        ("prior", "-2.00"),
    ]


def test_the_same_name_under_two_classes_is_told_apart() -> None:
    found = narrative(
        "1.社会保障和就业支出（类）人力资源和社会保障管理事务（款）事业运行（项）20.00万元。\n"
        "2.一般公共服务支出（类）档案事务（款）事业运行（项）30.00万元。"
    )
    first, second = (claim.topic.item for claim in found.claims)
    assert first.startswith("f:20801") and not second.startswith("f:20801")


def test_broken_lines_keep_the_line_of_every_number() -> None:
    text = HEAD + "支出预算535.12万元，其中：基本支出405.12\n万元，项目支出130.00万元。\n"
    claims = read(text, "nmg_budget").narrative.claims
    assert [(shown(c).split()[1], c.place.line) for c in claims] == [("535.12", 4), ("405.12", 4), ("130.00", 5)]


def test_what_is_not_understood_is_counted() -> None:
    found = narrative("支出预算10.00万元。\n另3.00万元。")
    assert found.understood == (1, 2)
    assert [found.claims[i].text for i in found.unclear] == ["3.00万元"]


def test_a_figure_inside_a_reason_is_marked() -> None:
    found = narrative("项目支出20.00万元，比上年增加5.00万元，主要原因是：新增设备购置5.00万元。")
    assert [claim.reason for claim in found.claims] == [False, False, True]
