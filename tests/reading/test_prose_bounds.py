"""Prose that is not prose: bounded time, a whole answer, and nothing cried."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.conftest import read

from xlbudget.app.checking import check_file
from xlbudget.model.finding import Severity
from xlbudget.packs.catalog import get_pack
from xlbudget.rules.running import run_rules

HEAD = "云川市档案馆2024年度单位预算公开\n第三部分 情况说明\n三、支出预算情况说明\n"
SENTENCE = "1.社会保障和就业支出（类）行政事业单位养老支出（款）事业单位离退休（项）12.34万元，比上年预算增加1.20万元，增长10.77%，主要原因是人员变动；"
LONG = {
    "sentences": SENTENCE * (20_000 // len(SENTENCE)),
    "no stop": "预算支出比上年增加占总额的其中包括主要原因" * 1000,
    "digits": "1,234,567.89" * 1700,
    "amounts": "12.34万元" * 3000,
    "commas": "，" * 20_000,
    "brackets": "（类）" * 6_000 + "（" * 2000,
    "blank": " " * 20_000,
    "listing": "其中：" + "基本工资1.00万元、" * 2000,
    "comparisons": "比上年" * 6000 + "增加1.00万元",
    "words": "支出" * 10_000 + "12.00万元",
}


@pytest.mark.parametrize("kind", sorted(LONG))
def test_a_paragraph_of_twenty_thousand_characters_costs_in_line_with_its_length(kind: str) -> None:
    text = LONG[kind]
    read(HEAD + text[:200], "nmg_budget")
    short, long = text[: len(text) // 8], text
    times = []
    for piece in (short, long):
        start = time.process_time()
        disclosure = read(HEAD + piece + "\n", "nmg_budget")
        run_rules(disclosure, get_pack("nmg_budget"))
        times.append(time.process_time() - start)
    # eight times the text may cost eight times the time and some noise, never sixty-four
    assert times[1] < 24 * max(times[0], 0.01), times


@pytest.mark.parametrize(
    "text",
    [
        "",
        "今年没有数字。",
        "支出预算12.00万元，其中：基",
        "比上年增加",
        "占",
        "1.",
        "（项）",
        "万元万元万元。",
        "0万元。",
    ],
)
def test_half_a_sentence_is_answered_without_a_cry(text: str) -> None:
    disclosure = read(HEAD + text, "nmg_budget")
    findings = run_rules(disclosure, get_pack("nmg_budget")).findings
    assert [f.message for f in findings if f.severity is Severity.ERROR] == []


def test_a_table_pasted_as_prose_is_answered_without_a_cry() -> None:
    rows = [
        "科目编码 科目名称 合计 基本支出 项目支出",
        "205 教育支出 120.00 100.00 20.00",
        "20502 普通教育 120.00 100.00 20.00",
    ]
    disclosure = read(HEAD + "\n".join(rows) + "\n", "nmg_budget")
    findings = run_rules(disclosure, get_pack("nmg_budget")).findings
    assert [f.message for f in findings if f.severity is Severity.ERROR] == []


def test_ten_megabytes_of_one_line_are_answered(tmp_path: Path) -> None:
    path = tmp_path / "一行.txt"
    path.write_text(HEAD + SENTENCE * (10_000_000 // len(SENTENCE.encode())), encoding="utf-8")
    start = time.perf_counter()
    report = check_file(path)
    assert report.of(Severity.ERROR) == []
    assert [what for what, _ in report.not_checked if "上年" not in what] == ["第 4 行超出 20000 字的部分"]
    assert time.perf_counter() - start < 60
