"""The command line: exit status, messages, streams, and every documented example."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from xlbudget.app.registry import COMMANDS
from xlbudget.hosts.cli import build_parser, main

GOOD = "平湖市测绘院2025年单位预算公开\n支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n208\t社会保障和就业支出\t5.00\t5.00\t\n"
BAD = GOOD.replace("5.00\t5.00\t", "6.00\t5.00\t")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "好 的.txt"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "坏.txt"
    path.write_text(BAD, encoding="utf-8")
    return path


def test_exit_status(good: Path, bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(good)]) == 0
    assert main(["check", str(bad)]) == 1
    assert main(["check", str(good.parent / "没有.txt")]) == 2
    assert "找不到文件" in capsys.readouterr().err


def test_a_bad_file_among_good_ones_does_not_stop_them(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    junk = tmp_path / "junk.txt"
    junk.write_bytes(os.urandom(4096))
    assert main(["check", str(junk), str(good)]) == 2
    out = capsys.readouterr()
    assert "没有发现错误" in out.out and "junk.txt" in out.err and "Traceback" not in out.err


def test_json_goes_to_standard_output_alone(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(bad), "--format", "json"]) == 1
    out = capsys.readouterr()
    result = json.loads(out.out)
    assert result["findings"][0]["code"] == "XB103" and out.err == ""


def test_several_files_are_one_line_each(good: Path, bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", str(good), str(bad), "--format", "json"])
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["file"] for line in lines] == [good.name, bad.name]


@pytest.mark.parametrize("form", ["html", "xlsx", "json", "text"])
def test_results_are_written_whole(bad: Path, tmp_path: Path, form: str) -> None:
    target = tmp_path / "结果" / f"r.{form}"
    assert main(["check", str(bad), "--format", form, "-o", str(target), "--quiet"]) == 1
    assert target.stat().st_size > 100 and [p.name for p in target.parent.iterdir()] == [target.name]


def test_two_runs_give_the_same_bytes(bad: Path, tmp_path: Path) -> None:
    for form in ("html", "json", "xlsx"):
        first, second = tmp_path / f"1.{form}", tmp_path / f"2.{form}"
        for target in (first, second):
            main(["check", str(bad), "--format", form, "-o", str(target), "--quiet"])
        assert first.read_bytes() == second.read_bytes(), form


def test_an_unwritable_target_is_one_clear_sentence(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(bad), "--format", "html", "-o", "/proc/不行/r.html"]) == 2
    assert "不能写入" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check"], "缺少参数"),
        (["check", "a.txt", "--format", "pdx"], "不认识的选项"),
        (["没有这个命令"], "不认识的选项"),
        (["explain", "XB998"], "没有规则"),
        (["check", "{good}", "--pack", "没有"], "没有名为"),
        (["call", "没有"], "没有函数"),
        (["new", "nmg_budget", "--unit", "甲", "--year", "二五", "-o", "{good}.xlsx"], "年度"),
        (["new", "nmg_budget", "--unit", "甲", "--year", "2025", "-o", "{good}"], "已经存在"),
    ],
)
def test_wrong_calls(arguments: list[str], words: str, good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = [a.format(good=good) for a in arguments]
    try:
        status = main(given)
    except SystemExit as stop:
        status = int(stop.code or 0)
    assert status == 2 and words in capsys.readouterr().err


def test_help_is_chinese_and_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    text = capsys.readouterr().out
    assert all(name in text for name in COMMANDS)
    for declared in COMMANDS.values():
        assert declared.example.startswith(f"xlbudget {declared.name}")


def test_explain_prints_every_rule_with_its_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    codes = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    for code in codes:
        assert main(["explain", code.lower()]) == 0
        page = capsys.readouterr().out
        assert all(f"【{h}】" in page for h in ("检查什么", "为什么", "依据", "怎么改", "通过的例子", "不通过的例子"))


def test_call_reads_ranges_of_a_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = tmp_path / "书.xlsx"
    assert main(["new", "nmg_budget", "--unit", "云川市档案馆", "--year", "2026", "-o", str(book), "--quiet"]) == 0
    assert main(["call", "BUDGET_TIE", f"{book}!3支出总表!C30", "[[0]]"]) == 0
    assert main(["call", "BUDGET_CHANGE", "535.12", "534.68"]) == 0
    assert "增加0.44万元，增长0.08%" in capsys.readouterr().out
    assert main(["call", "BUDGET_SUBJECT", "9999999"]) == 2
    assert capsys.readouterr().out == "#N/A\n"


def test_packs_and_doctor(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["packs"]) == 0 and "nmg_budget" in capsys.readouterr().out
    assert main(["doctor"]) == 0 and "规则" in capsys.readouterr().out


def test_as_a_process_with_a_closed_pipe(good: Path) -> None:
    command = f'"{sys.executable}" -m xlbudget.hosts.cli check "{good}" | head -c 10'
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in result.stderr


def test_parser_is_built_from_the_declarations() -> None:
    text = build_parser().format_help()
    assert "usage" in text and all(c.help[:8] in text for c in COMMANDS.values())
