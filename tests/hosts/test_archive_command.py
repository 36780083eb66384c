"""The archive and the comparisons on the command line, as a person uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.archive.texts import document

from xlbudget.archive.location import VARIABLE
from xlbudget.hosts.cli import main

TEXT = "第二部分 情况说明\n二、支出预算情况说明\n云川市方志馆2025年支出预算340.00万元，比2024年预算增加{0}万元。\n"
THIS_YEAR = document(year=2025, figures="340.00\t210.00\t130.00")


@pytest.fixture(autouse=True)
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "数据" / "档案.sqlite"
    monkeypatch.setenv(VARIABLE, str(path))
    return path


def file(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_life_of_an_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = file(tmp_path, "2024.txt", document())
    corrected = file(tmp_path, "2024更正.txt", document(figures="334.48\t204.48\t130.00"))
    assert main(["archive", "list"]) == 2 and "空的" in capsys.readouterr().err
    assert main(["archive", "add", old]) == 0
    assert "1 张表，12 个数" in capsys.readouterr().out
    assert main(["archive", "add", old]) == 0
    assert "已在档案中，没有变动" in capsys.readouterr().out
    assert main(["archive", "add", corrected]) == 0
    said = capsys.readouterr().out
    assert "第 2 版" in said and "334.47 → 334.48" in said and "仍保留" in said
    assert main(["archive", "list", "云川市方志馆"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert main(["archive", "show", "云川市方志馆", "2024", "--plot", str(tmp_path / "图.svg")]) == 0
    assert "<svg" in (tmp_path / "图.svg").read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["archive", "show", "云川市方志馆", "2024"]) == 0 and "支出总表：4 行" in capsys.readouterr().out
    assert main(["archive", "export", str(tmp_path / "全部.zip")]) == 0
    assert main(["archive", "remove", "云川市方志馆", "2024"]) == 0
    assert main(["archive", "import", str(tmp_path / "全部.zip")]) == 0
    assert "已导入 2 份" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["add"], "请给出要存入的文件"),
        (["add", "没有.txt"], "找不到文件"),
        (["show", "云川市方志馆"], "空的"),
        (["remove", "云川市方志馆"], "用法"),
        (["rename", "甲"], "用法"),
        (["import", "没有.zip"], "读不了"),
        (["export"], "用法"),
        (["list", "--archive", "mysql://x/y"], "不认识"),
    ],
)
def test_wrong_calls_are_one_sentence(words: list[str], why: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["archive", *words]) == 2
    said = capsys.readouterr().err
    assert why in said and len(said.strip().splitlines()) == 1


def test_what_is_no_disclosure_is_not_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str], archive: Path) -> None:
    assert main(["archive", "add", file(tmp_path, "信.txt", "今天天气很好，大家都很高兴。\n")]) == 2
    assert "没有存入" in capsys.readouterr().err
    nameless = document().replace("云川市方志馆2024年单位预算", "")
    assert main(["archive", "add", file(tmp_path, "无名.txt", nameless), "--year", "2024"]) == 2
    assert "--unit" in capsys.readouterr().err
    assert (
        main(["archive", "add", file(tmp_path, "无名.txt", nameless), "--year", "2024", "--unit", "云川市方志馆"]) == 0
    )


def checked(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    main(["check", *words, "--format", "json"])
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def test_check_uses_the_file_given_or_the_archive_by_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prior = file(tmp_path, "2024.txt", document())
    right, wrong = (file(tmp_path, f"{d}.txt", THIS_YEAR + TEXT.format(d)) for d in ("5.53", "6.53"))
    alone = checked(capsys, wrong)
    assert "XB601" not in alone["checked"]  # type: ignore[operator]
    assert any("上年的公开文件" in item["what"] for item in alone["not_checked"])  # type: ignore[union-attr,index]
    for extra in (["--prior", prior], []):
        if not extra:
            main(["archive", "add", prior])
            capsys.readouterr()
        good, bad = checked(capsys, right, *extra), checked(capsys, wrong, *extra)
        assert good["checked"]["XB601"] == {"statements": 1, "held": 1, "rounding": 0, "failed": 0}  # type: ignore[index]
        (finding,) = [f for f in bad["findings"] if f["code"] == "XB601"]  # type: ignore[union-attr]
        assert finding["expected"] == "增加 5.53 万元" and {p["file"] for p in finding["at"]} == {
            "6.53.txt",
            "2024.txt",
        }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (document(unit="云川市图书馆"), "单位是“云川市图书馆”"),
        (document(year=2025), "也是 2025 年的"),
        (document(kind="单位决算"), "是决算"),
        ("", "空的"),
    ],
)
def test_the_wrong_prior_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, why: str) -> None:
    this_year = file(tmp_path, "2025.txt", THIS_YEAR)
    assert main(["check", this_year, "--prior", file(tmp_path, "错.txt", text)]) == 2
    assert why in capsys.readouterr().err


def test_a_renamed_unit_is_found_after_it_was_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prior = file(tmp_path, "2024.txt", document(unit="云川市地方志编纂中心"))
    this_year = file(tmp_path, "2025.txt", THIS_YEAR + TEXT.format("5.53"))
    assert main(["check", this_year, "--prior", prior]) == 2
    assert "archive rename" in capsys.readouterr().err
    assert main(["archive", "rename", "云川市地方志编纂中心", "云川市方志馆"]) == 0
    assert main(["check", this_year, "--prior", prior]) == 0


def test_the_wrong_department_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    this_year = file(tmp_path, "2025.txt", THIS_YEAR)
    listed = "二、机构设置\n本部门预算单位包括：云川市文化局本级、云川市图书馆。\n\n"
    other = file(tmp_path, "部门.txt", "云川市文化局2025年部门预算\n\n" + listed + document().split("\n\n", 1)[1])
    assert main(["check", this_year, "--parent", other]) == 2
    assert "没有“云川市方志馆”" in capsys.readouterr().err
    assert main(["check", this_year, "--parent", this_year]) == 2
    assert "不是部门" in capsys.readouterr().err


def test_a_broken_archive_does_not_stop_a_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], archive: Path
) -> None:
    archive.parent.mkdir(parents=True)
    archive.write_bytes("不是数据库".encode() * 500)
    result = checked(capsys, file(tmp_path, "2025.txt", THIS_YEAR))
    assert any("损坏" in item["why"] for item in result["not_checked"])  # type: ignore[union-attr,index]
    assert main(["check", str(tmp_path / "2025.txt"), "--archive", str(archive)]) == 2
