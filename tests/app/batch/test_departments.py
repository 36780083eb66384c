"""Departments whose units lie in the same batch, and files held against the archive: found, added up, remembered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.archive.texts import document, keep
from tests.conftest import ROOT

from xlbudget.app.batch.one import Options
from xlbudget.app.batch.running import Plan, run_batch
from xlbudget.archive.location import url_of
from xlbudget.archive.store import Archive
from xlbudget.rules.declaring import get_rule

UNITS = 40
HEAD = "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"


def rows(hundredths: int) -> str:
    amount = f"{hundredths // 100}.{hundredths % 100:02d}"
    return f"208\t社会保障和就业支出\t{amount}\t{amount}\t\n合计\t\t{amount}\t{amount}\t\n"


def quiet(done: int, total: int, seconds: float) -> None:
    """Nobody watches."""


def name_of(number: int) -> str:
    tens, ones = divmod(number, 10)
    return f"云川市第{'零一二三四五六七八九'[tens]}{'零一二三四五六七八九'[ones]}河道管理所"


def county(folder: Path, wrong: int = 0) -> int:
    """A department and its units; gives what they add up to, in hundredths of 万元."""
    folder.mkdir()
    names = [name_of(i) for i in range(UNITS)]
    whole = 0
    for i, name in enumerate(names):
        whole += 1000 + i
        (folder / f"{i:02}.txt").write_text(f"{name}2025年单位预算\n\n{HEAD}{rows(1000 + i)}", "utf-8")
    listing = f"二、机构设置\n本部门预算单位包括：{'、'.join(names)}。\n\n"
    department = f"云川市水务局2025年部门预算\n\n{listing}{HEAD}{rows(whole + wrong)}"
    (folder / "部门.txt").write_text(department, "utf-8")
    return whole


def batch(folder: Path, out: Path, **options: Any) -> dict[str, dict[str, Any]]:
    outcome = run_batch(Plan(folder, out, workers=1, options=Options(**options)), quiet)
    return {result["file"]: result | {"known": outcome.known} for result in outcome.results}


def of_rule(result: dict[str, Any], code: str) -> list[str]:
    return [finding["message"] for finding in result["findings"] if finding["code"] == code]


def test_a_department_is_held_against_the_units_of_the_batch(tmp_path: Path) -> None:
    whole = county(tmp_path / "对")
    right = batch(tmp_path / "对", tmp_path / "一")["部门.txt"]
    assert not of_rule(right, "XB605") and right["checked"]["XB605"]["held"] == 4
    assert right["missing"] == [] and [(t["sum"], t["verdict"]) for t in right["sums"]] == [
        (f"{whole / 100:.2f}", "相符")
    ]
    county(tmp_path / "错", wrong=100_00)
    wrong = batch(tmp_path / "错", tmp_path / "二")["部门.txt"]
    assert len(of_rule(wrong, "XB605")) == 4
    assert f"{UNITS} 家单位之和为 {whole / 100:.2f}" in of_rule(wrong, "XB605")[0]
    page = (tmp_path / "二" / "汇总.html").read_text("utf-8")
    assert "部门汇总" in page and f"各单位之和 {whole / 100:.2f}万元" in page
    assert (tmp_path / "二" / wrong["report"]).read_text("utf-8").count("XB605")


def test_missing_units_are_named_and_nothing_is_claimed(tmp_path: Path) -> None:
    county(tmp_path / "单位")
    (tmp_path / "单位" / "07.txt").unlink()
    found = batch(tmp_path / "单位", tmp_path / "出")["部门.txt"]
    assert found["missing"] == [name_of(7)] and not of_rule(found, "XB605")
    assert any("缺少 1 家" in item["why"] for item in found["not_checked"])
    assert "缺 1 家，不能判断" in (tmp_path / "出" / "汇总.html").read_text("utf-8")


def test_a_department_is_added_up_again_only_when_a_unit_has_changed(tmp_path: Path) -> None:
    folder, out = tmp_path / "单位", tmp_path / "出"
    county(folder)
    batch(folder, out)
    before = (out / "results.jsonl").read_bytes()
    assert batch(folder, out)["部门.txt"]["known"] == UNITS + 1
    assert (out / "results.jsonl").read_bytes() == before, "nothing was done again"
    changed = folder / "03.txt"
    changed.write_text(changed.read_text("utf-8").replace("10.03", "99.03"), "utf-8")
    again = batch(folder, out)["部门.txt"]
    assert again["known"] == UNITS and len(of_rule(again, "XB605")) == 4
    for path in folder.glob("[0-9]*.txt"):
        path.unlink()
    alone = batch(folder, out)["部门.txt"]
    assert "sums" not in alone and not of_rule(alone, "XB605"), "what has gone is not held against anything"


def test_the_archive_is_used_and_what_it_holds_is_part_of_what_is_known(tmp_path: Path) -> None:
    rule = get_rule("XB601")
    assert rule is not None
    example = rule.fails[0]
    folder, out, address = tmp_path / "单位", tmp_path / "出", url_of(str(tmp_path / "档案.sqlite"))
    folder.mkdir()
    (folder / "今年.txt").write_text(example.text, "utf-8")
    archive = Archive(address)
    keep(archive, document("云川市别的馆", 2024))
    first = batch(folder, out, archive=address)["今年.txt"]
    assert not of_rule(first, "XB601")
    assert batch(folder, out, archive=address)["今年.txt"]["known"] == 1
    assert example.prior
    keep(archive, example.prior)
    later = batch(folder, out, archive=address)["今年.txt"]
    assert later["known"] == 0, "last year's document has come in since"
    assert of_rule(later, "XB601") == list(example.messages)
    assert batch(folder, out, archive=address)["今年.txt"]["known"] == 1
    archive.close()


def test_the_documented_queries_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    duckdb = pytest.importorskip("duckdb", reason="没有安装 duckdb")
    pytest.importorskip("pyarrow", reason="没有安装 pyarrow")
    whole = county(tmp_path / "单位", wrong=100_00)
    batch(tmp_path / "单位", tmp_path / "出")
    monkeypatch.chdir(tmp_path / "出")
    page = (ROOT / "docs" / "batch.md").read_text("utf-8")
    queries = [q for q in page.partition("```sql")[2].partition("```")[0].split(";") if q.strip()]
    answers = [duckdb.sql(query).fetchall() for query in queries]
    assert len(answers) == 4
    assert ("XB605", "units_sum_mismatch", 4, 1) in answers[0]
    assert answers[1] == [] and answers[2] == [], "no rate, nothing unread"
    total = f"{(whole + 100_00) / 100:.2f}"
    assert answers[3] == [("云川市水务局", 2025, "支出总表", total, f"{whole / 100:.2f}")]


@pytest.mark.parametrize("change", [{"pack": "nmg_budget"}, {"reports": "all"}])
def test_other_options_are_other_results(tmp_path: Path, change: dict[str, str]) -> None:
    folder, out = tmp_path / "单位", tmp_path / "出"
    folder.mkdir()
    (folder / "a.txt").write_text(document(), "utf-8")
    batch(folder, out)
    assert batch(folder, out)["a.txt"]["known"] == 1
    assert batch(folder, out, **change)["a.txt"]["known"] == 0
