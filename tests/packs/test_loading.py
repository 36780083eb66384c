"""Packs: strict loading with file and line, inheritance, and a province added as a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import read

from xlbudget.packs.catalog import USER_PACKS, all_packs, folders, get_pack
from xlbudget.packs.expressions import parse_sum, parse_tie
from xlbudget.packs.loading import PackError, load_pack
from xlbudget.packs.schema import Selector
from xlbudget.packs.titles import spec_for_title
from xlbudget.rules.conditions import CONDITIONS


def pack_file(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "pack.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('id = "x"\nname = "甲"\nstages = ["budget"]\ncolour = 1\n', 4, "不认识的项“colour”"),
        ('id = "x"\nname = "甲"\nstages = ["monthly"]\n', 3, "stages"),
        (
            'id = "x"\nname = "甲"\n\n[[table]]\nid = "income"\n\n[[table]]\nid = "expenditure"\ntitel = "支出总表"\n',
            9,
            "titel",
        ),
        ('id = "x"\nname = "甲"\n\n[[table]]\nid = "new_table"\ntitle = "新表"\n', 4, "缺少“shape”"),
        ('id = "x"\nname = "甲"\n\n[[table]]\nid = "income"\nmatch = "(("\n', 6, "match"),
        ('id = "x"\nname = "甲"\n\n[[tie]]\nsays = "income[合计].total"\n', 5, "应写成"),
        ('id = "x"\nname = "甲"\n\n[[tie]]\nsays = "income[某].total = a[类].b"\n', 5, "应为"),
        ('name = "甲"\n', 1, "缺少“id”"),
    ],
)
def test_errors_name_file_and_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    path = pack_file(tmp_path, text)
    with pytest.raises(PackError) as caught:
        load_pack(path, get_pack("national"))
    assert f"{path}:{line}：" in str(caught.value) and words in str(caught.value)


def test_broken_toml_says_where(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="line 1"):
        load_pack(pack_file(tmp_path, "id = \n"))


def test_every_built_in_pack_loads_and_knows_its_conditions() -> None:
    packs = all_packs()
    assert {"national", "nmg_budget", "nmg_final", "xinjiang_budget", "qinghai_budget"} <= {p.id for p in packs}
    for pack in packs:
        assert all(tie.condition in CONDITIONS for tie in pack.ties if tie.condition)
        for tie in pack.ties:
            for term in (tie.left, *(t for terms in tie.right for t in terms)):
                assert pack.table(term.table) is not None, tie.says


def test_numbered_tables_are_complete() -> None:
    counts = {"nmg_budget": 12, "nmg_final": 11, "xinjiang_budget": 10, "qinghai_budget": 9}
    for pack_id, count in counts.items():
        numbers = sorted(t.number for t in get_pack(pack_id).tables if t.number)
        assert numbers == list(range(1, count + 1))


def test_a_province_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack_file(
        tmp_path / "taoyuan_budget",
        'id = "taoyuan_budget"\nname = "桃源 预算"\nstages = ["budget"]\n'
        '[recognise]\nplaces = ["桃源"]\nphrases = ["收支安排说明"]\n'
        '[[table]]\nid = "expenditure"\ntitle = "支出安排一览表"\nnumber = 2\nmatch = \'支出安排一览表\'\n'
        '[[tie]]\nsays = "expenditure[208].total = expenditure[20801].total"\n',
    )
    monkeypatch.setenv(USER_PACKS, str(tmp_path))
    assert "taoyuan_budget" in folders()
    disclosure = read(
        "桃源县档案局2025年部门预算公开\n一、收支安排说明\n支出安排一览表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"
        "208\t社会保障和就业支出\t5.00\t5.00\t\n20801\t管理事务\t5.00\t5.00\t\n"
    )
    assert disclosure.pack == "taoyuan_budget"
    assert [(t.id, t.number, len(t.rows)) for t in disclosure.tables] == [("expenditure", 2, 2)]


def test_ties_parse() -> None:
    tie = parse_tie("targets[合计].total = expenditure[合计].total | expenditure[合计].project")
    assert len(tie.right) == 2 and tie.operator == "="
    several = parse_tie("general_expenditure[2101101 + 2101102].basic >= basic_expenditure[30110].total:prior")
    assert several.left.keys == ("2101101", "2101102") and several.left.selector is Selector.CODE
    assert several.right[0][0].period == "prior"
    assert parse_sum("total = basic + project").parts == ("basic", "project")


TITLES = {
    "income_expenditure": "收支总表 收支预算总表 部门收支总体情况表 2025年部门财务收支预算总表 收入支出决算总表 收支决算总表 表1:单位收支总体情况表",
    "income": "收入总表 收入总体情况表 收入预算总表 收入决算表 2025年部门收入预算总表",
    "expenditure": "支出总表 支出总体情况表 支出决算表 单位支出总体情况表 部门支出预算总表",
    "fiscal_appropriation": "财政拨款收支总表 财政拨款收支(预算)总体情况表 财政拨款收入支出决算总表 财政拨款收支总体情况表",
    "general_expenditure": "一般公共预算支出表 一般公共预算支出情况表 一般公共预算财政拨款支出表 一般公共预算支出功能分类预算表 一般公共预算财政拨款支出决算明细表",
    "basic_expenditure": "一般公共预算基本支出表 一般公共预算基本支出情况表 一般公共预算基本支出部门预算经济分类预算表 一般公共预算财政拨款基本支出决算明细表",
    "general_project_expenditure": "一般公共预算项目支出情况表 一般公共预算财政拨款项目支出决算明细表",
    "three_public": "“三公”经费支出表 财政拨款“三公”经费支出情况表 行政经费及“三公”经费表 “三公”经费及会议费、培训费支出表 “三公”经费和机关运行经费预算表",
    "fund_expenditure": "政府性基金预算支出表 政府性基金预算财政拨款收入支出决算表",
    "capital_expenditure": "国有资本经营预算支出表 国有资本经营预算财政拨款支出决算表 国有资本经营预算支出情况表",
    "targets": "项目支出绩效目标表 项目绩效目标表 部门(单位)整体支出绩效目标表 绩效目标申报表 项目支出绩效自评表",
    "procurement": "政府采购预算表 政府购买服务支出预算表",
    "projects": "项目支出表 项目支出明细表",
    "operating_information": "机关运行经费、国有资产占用、政府采购信息表",
}


@pytest.mark.parametrize(("table_id", "title"), [(k, t) for k, v in TITLES.items() for t in v.split()])
def test_titles_of_other_provinces_are_recognised(table_id: str, title: str) -> None:
    spec = spec_for_title(title, get_pack("national"))
    assert spec is not None and spec.id == table_id
