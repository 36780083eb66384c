"""Word templates: a person edits one; a mistake in it is told with its place, and nothing is written."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from tests.app.test_publishing import BOOK, QUICK

from xlbudget.app.checking import check_file, read_file
from xlbudget.app.publishing import Prepared, prepare, publish
from xlbudget.authoring.filling import Filling, Line
from xlbudget.authoring.newbook import new_workbook
from xlbudget.exports.word import TemplateFault, word_document
from xlbudget.hosts.cli import main
from xlbudget.packs.catalog import BUILT_IN, USER_PACKS, get_pack
from xlbudget.packs.loading import PackError

TEMPLATE = BUILT_IN / "national" / "publication.docx"
OWN = BUILT_IN / "shanghai_budget" / "publication.docx"


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(BOOK)


def edited(change: Callable[[str], str], template: Path = OWN, part: str = "word/document.xml") -> bytes:
    source, target = zipfile.ZipFile(template), io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name in source.namelist():
            data = source.read(name)
            package.writestr(name, change(data.decode()).encode() if name == part else data)
    return target.getvalue()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{{ 单位 }}", "{{ 单位名 }}", "不认识的占位“单位名”。是不是“单位”？"),
        ("{{ 单位 }}", "{{ 单位 }", "少了右边的“}}”"),
        ("{{ 单位 }}", "{ 单位 }}", "少了左边的“{{”"),
        ("{{ 单位 }}", "｛｛ 单位 ｝｝", "全角的大括号"),
        ("{{ 单位 }}", "{{ }}", "没有写名称"),
        ("{{ 单位 }}", "{{ 单位 年度 }}", "写得不对"),
        ("{{ 单位 }}", "{{ 单位.__class__.__mro__ }}", "不能这样写"),
        ("{{ 单位 }}", "{{ 单位.upper() }}", "不能这样写"),
        ("{{ 项.名称 }}", "{{ 项.名字 }}", "不能这样写"),
        ("{% endif %}", "", "没有对应的“{% endif %}”"),
        ("{%p endfor %}", "{%p endif %}", "前面没有对应的“{% if … %}”"),
        ("{% else %}", "{% 否则 %}", "不认识的写法“{% 否则 %}”"),
        ("{{ 正文 }}", "", "没有占位“{{ 正文 }}”"),
        ("{{ 正文 }}", "正文如下：{{ 正文 }}", "要在正文里单独一段"),
        ("{{ 目录 }}", "{{ 正文 }}", "又写了一次“{{ 正文 }}”"),
    ],
)
def test_a_broken_placeholder_is_told_with_its_place_and_nothing_is_written(
    prepared: Prepared, old: str, new: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "模板.docx"
    path.write_bytes(edited(lambda xml: xml.replace(old, new, 1)))
    with pytest.raises(TemplateFault, match=r"Word 模板“模板\.docx”") as fault:
        publish(prepared, tmp_path / "out", forms=QUICK, template=path)
    said = str(fault.value)
    assert words in said
    if new:
        paragraphs = [p.text.strip() for p in Document(str(path)).paragraphs if p.text.strip()]
        places = [i for i, text in enumerate(paragraphs, 1) if new in text]
        assert any(f"第 {where} 个有字的段落" in said for where in places)
    assert not (tmp_path / "out").exists()


def test_every_broken_placeholder_is_told_at_once(prepared: Prepared) -> None:
    template = edited(lambda xml: xml.replace("{{ 单位 }}", "{{ 单 }}").replace("{{ 年度 }}", "{{ 年 }}"))
    with pytest.raises(TemplateFault) as fault:
        word_document(prepared.publication, template)
    assert "“单”" in str(fault.value) and "“年”" in str(fault.value)


def test_a_placeholder_in_the_footer_is_told_as_such(prepared: Prepared) -> None:
    name = next(n for n in zipfile.ZipFile(TEMPLATE).namelist() if n.startswith("word/footer"))
    template = edited(lambda xml: xml.replace("</w:p>", "<w:r><w:t>{{ 单 }}</w:t></w:r></w:p>", 1), TEMPLATE, name)
    with pytest.raises(TemplateFault, match="页脚第 1 个有字的段落"):
        word_document(prepared.publication, template)


def test_word_may_cut_a_placeholder_into_runs(prepared: Prepared) -> None:
    """Word does so when a person edits in the middle of one."""
    cut = "{{ 单</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>位 }}"
    word = word_document(prepared.publication, edited(lambda xml: xml.replace("{{ 单位 }}", cut)))
    assert prepared.publication.unit in "\n".join(p.text for p in Document(io.BytesIO(word)).paragraphs)


def test_what_is_no_template_is_told(prepared: Prepared) -> None:
    with pytest.raises(TemplateFault, match="不是完好的"):
        word_document(prepared.publication, b"PK\x03\x04 not a package")
    names = [s.name for s in Document(str(TEMPLATE)).styles]
    assert "表题" in names
    styles = edited(lambda xml: xml.replace('w:val="表题"', 'w:val="别的"'), TEMPLATE, "word/styles.xml")
    with pytest.raises(TemplateFault, match="没有样式“表题”"):
        word_document(prepared.publication, styles)


def test_an_edited_template_keeps_its_words(prepared: Prepared) -> None:
    word = word_document(prepared.publication, edited(lambda xml: xml.replace("目　　录", "本册目录"), TEMPLATE))
    assert "本册目录" in zipfile.ZipFile(io.BytesIO(word)).read("word/document.xml").decode()


@pytest.mark.parametrize("template", sorted(BUILT_IN.glob("*/publication.docx")), ids=lambda p: p.parent.name)
def test_templates_are_valid_and_carry_no_author(template: Path, prepared: Prepared, tmp_path: Path) -> None:
    from openxml_audit import OpenXmlValidator

    from xlbudget.exports.screening import traces_in

    path = tmp_path / "公开.docx"
    path.write_bytes(word_document(prepared.publication, template.read_bytes()))
    assert [str(error) for error in OpenXmlValidator().validate(str(path)).errors] == []
    assert traces_in(template.read_bytes()) == [] == traces_in(path.read_bytes())


# ---------------------------------------------------------------- a province's own manner


def shanghai(path: Path) -> Path:
    lines = {
        "expenditure": [Line("2012604", "档案馆", {3: 7_654_321, 4: 2_345_678})],
        "income": [Line("2012604", "档案馆", {3: 9_999_999})],
        "general_expenditure": [Line("2012604", "档案馆", {3: 7_654_321, 4: 2_345_678})],
        "basic_expenditure": [Line("30101", "基本工资", {3: 7_654_321})],
        "three_public": [Line(values={1: 0, 2: 1, 4: 0, 5: 3})],
    }
    from decimal import Decimal

    lines = {
        key: [Line(one.code, one.name, {c: Decimal(v) for c, v in one.values.items()}) for one in rows]
        for key, rows in lines.items()
    }
    amounts = {
        "income_expenditure": {"1. 一般公共预算": Decimal(9_999_999)},
        "fiscal_appropriation": {"一、一般公共预算": Decimal(9_999_999)},
    }
    unit = "上海市云川区档案局"
    path.write_bytes(new_workbook(get_pack("shanghai_budget"), unit, 2026, Filling(lines, amounts)))
    return path


def test_a_province_prints_in_its_own_manner(tmp_path: Path) -> None:
    """Cover, pages along, titles with year and level, entries of the contents, no 表1: template and pack data."""
    made = publish(prepare(shanghai(tmp_path / "本.xlsx")), tmp_path / "out", anyway=True, forms=QUICK)
    path = next(made.folder.glob("*.docx"))
    document = Document(str(path))
    texts = [p.text for p in document.paragraphs if p.text.strip()]
    assert texts[:2] == ["2026年单位预算", "预算单位：上海市云川区档案局"]
    assert {s.orientation.name for s in document.sections} == {"LANDSCAPE"}
    entries = [p.text.split("\t")[0] for p in document.paragraphs if p.style.name == "toc 2"]
    assert entries[0] == "1. 2026年单位财务收支预算总表" and entries[8].startswith("9. 2026年单位“三公”")
    titles = [p.text for p in document.paragraphs if p.style.name == "表题"]
    assert titles[:2] == ["2026年单位财务收支预算总表", "2026年单位收入预算总表"]
    above = [p.text for p in document.paragraphs if p.style.name == "表注" and "单位：" in p.text]
    assert above[0] == "编制单位：上海市云川区档案局\t单位：元" and above[8].endswith("单位：万元")
    assert not [p.text for p in document.paragraphs if p.style.name == "表号" and p.text != "附表"]
    first = document.tables[0]
    assert "9,999,999" in [cell.text for row in first.rows for cell in row.cells]
    report = check_file(path)
    assert report.disclosure.pack == "shanghai_budget" and report.disclosure.unit == "上海市云川区档案局"
    assert {t.number for t in report.disclosure.tables if t.number} == set(range(1, 10))
    page = next(p for p in made.folder.glob("*.html") if p.name != "核对报告.html").read_text(encoding="utf-8")
    assert "<h3" in page and "2026年单位财务收支预算总表" in page and "编制单位：上海市云川区档案局　单位：元" in page


@pytest.mark.parametrize("name", ["nmg_budget", "nmg_final", "xinjiang_budget", "qinghai_budget", "shanghai_final"])
def test_each_cover_names_unit_year_and_stage(name: str, tmp_path: Path) -> None:
    """What the cover says in each form is read back as unit and year."""
    pack = get_pack(name)
    path = tmp_path / "本.xlsx"
    line = {"expenditure": [Line("2012604", "档案馆", {})]}
    path.write_bytes(new_workbook(pack, "云川市档案服务中心", 2025, Filling(line)))
    made = publish(prepare(path, name), tmp_path / "out", anyway=True, forms=("docx",))
    after = read_file(next(made.folder.glob("*.docx")), name)
    assert (after.unit, after.year, after.stage) == ("云川市档案服务中心", 2025, pack.stages[0])


def test_words_of_a_publication_are_checked_when_the_pack_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text, words in (
        ('[publication]\ntitle = "{表明}"', "不认识的占位“{表明}”"),
        ('[publication]\nnumber = "表{序号"', "大括号不成对"),
        ('[publication]\ncovers = "x"', "不认识的项“covers”"),
        ("[publication]\ncover = [1]", "应是文字"),
        ('[publication]\ncover = "{序号}"', "不认识的占位“{序号}”"),
    ):
        folder = tmp_path / str(abs(hash(text))) / "my_form"
        folder.mkdir(parents=True)
        (folder / "pack.toml").write_text(
            f'id = "my_form"\nname = "某省"\nstages = ["budget"]\n{text}\n', encoding="utf-8"
        )
        monkeypatch.setenv(USER_PACKS, str(folder.parent))
        with pytest.raises(PackError, match=r"pack\.toml:5：") as fault:
            get_pack("my_form")
        assert words in str(fault.value)


def test_a_persons_own_pack_folder_may_carry_a_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The template is taken from the folder of the pack, without a word on the command line."""
    folder = tmp_path / "packs" / "nmg_budget"
    shutil.copytree(BUILT_IN / "nmg_budget", folder)
    (folder / "publication.docx").write_bytes(edited(lambda xml: xml.replace("目　　录", "本市目录"), TEMPLATE))
    monkeypatch.setenv(USER_PACKS, str(tmp_path / "packs"))
    made = publish(prepare(BOOK), tmp_path / "out", forms=("docx",))
    assert any(p.text == "本市目录" for p in Document(str(next(made.folder.glob("*.docx")))).paragraphs)


def test_a_template_is_handed_out_to_be_edited(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], prepared: Prepared
) -> None:
    target = tmp_path / "我的模板.docx"
    assert main(["packs", "nmg_budget", "--template", str(target)]) == 0
    assert "我的模板.docx" in capsys.readouterr().err and os.path.getsize(target) > 5000
    document = Document(str(target))
    next(p for p in document.paragraphs if p.text.startswith("目")).runs[0].text = "目 次"
    document.save(str(target))
    out = tmp_path / "out"
    assert main(["publish", str(BOOK), "-o", str(out), "--no-pdf", "--template", str(target)]) == 0
    assert any(p.text == "目 次" for p in Document(str(next(out.glob("*.docx")))).paragraphs)
    assert main(["packs", "nmg_budget", "--template", str(target)]) == 2  # a person's work is not written over
    assert main(["packs", "没有这个", "--template", str(tmp_path / "b.docx")]) == 2
    assert main(["packs", "--template", str(tmp_path / "b.docx")]) == 2
