"""Results as JSON, text, page and workbook; the page is opened in a real browser."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.conftest import ROOT, read

from xlbudget.app.checking import check_disclosure, check_file
from xlbudget.exports.html import html_report
from xlbudget.exports.reading import read_json
from xlbudget.exports.report import Report, check_json
from xlbudget.exports.sheet import facts_workbook, findings_workbook
from xlbudget.exports.terminal import terminal_text

TEXT = (
    "平湖市测绘院2025年单位预算公开\n一、支出预算情况说明\n支出XX万元，其中：：基本支出5.00万元。\n支出总表\n单位：万元\n"
    "科目编码\t科目名称\t合计\t基本支出\t项目支出\n208\t社会保障和就业支出<&>\t7.00\t5.00\t1.00\n210\t卫生健康支出\t1.01\t1.00\t0.00\n\t合计\t8.00\t6.00\t1.00\n"
    "\n附表\n政府性基金预算支出表\n单位：万元\n科目编码\t科目名称\t合计\n\t合计\t0.00\n"
)


@pytest.fixture(scope="module")
def report() -> Report:
    return check_disclosure(read(TEXT, "national"))


def test_json_keeps_the_contract(report: Report) -> None:
    result = json.loads(json.dumps(check_json(report), ensure_ascii=False))
    assert {
        "file",
        "pack",
        "unit",
        "year",
        "stage",
        "level",
        "tables",
        "checked",
        "not_checked",
        "findings",
    } <= result.keys()
    assert (
        result["unit"] == "平湖市测绘院"
        and result["year"] == 2025
        and result["stage"] == "budget"
        and result["level"] == "unit"
    )
    assert (
        result["tables"][0] | {"title": "支出总表", "status": "read", "money_unit": "万元", "rows": 3}
        == result["tables"][0]
    )
    assert result["tables"][1]["status"] == "empty"
    finding = next(f for f in result["findings"] if f["code"] == "XB103")
    assert finding["severity"] == "error" and finding["stated"] == "7.00" and finding["expected"] == "6.00"
    assert finding["difference"] == "1" and finding["tolerance"] == "0.015"
    assert (
        finding["at"][0]["line"] == 7 and finding["at"][0]["column"] == "合计" and finding["at"][0]["quote"] == "7.00"
    )
    counts = result["checked"]["XB103"]
    assert counts["statements"] == counts["held"] + counts["rounding"] + counts["failed"]
    assert [f["severity"] for f in result["findings"]] == sorted(
        (f["severity"] for f in result["findings"]), key=["error", "suspect", "rounding", "note"].index
    )


def test_read_json_is_the_table_as_printed() -> None:
    facts = read_json(read(TEXT, "national"))
    table = facts["tables"][0]
    assert table["columns"] == ["合计", "基本支出", "项目支出"]
    assert (
        table["rows"][0]["code"] == "208"
        and table["rows"][0]["level"] == "类"
        and table["rows"][0]["cells"] == ["7.00", "5.00", "1.00"]
    )


def test_text_is_plain_without_a_terminal(report: Report) -> None:
    text = terminal_text(report)
    assert "\x1b" not in text and "发现" in text.splitlines()[-1]
    assert "\x1b[31;1m" in terminal_text(report, colour=True)


class _Wellformed(HTMLParser):
    """Counts open elements, collects ids and the targets of links."""

    VOID = frozenset(("meta", "input", "br", "link"))

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag not in self.VOID:
            self.open.append(tag)
        if values.get("id"):
            self.ids.append(str(values["id"]))
        href = values.get("href") or ""
        if href.startswith("#"):
            self.targets.append(href[1:])
        self.outside += [
            str(values[k]) for k in ("href", "src") if values.get(k) and not str(values[k]).startswith("#")
        ]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_page_is_wellformed_self_contained_and_its_links_lead_somewhere(report: Report) -> None:
    page = _Wellformed()
    page.feed(html_report(report))
    assert page.open == [] and page.outside == []
    assert len(page.ids) == len(set(page.ids))
    assert set(page.targets) - {"rounding", "unread", "findings"} <= set(page.ids)
    assert "&lt;&amp;&gt;" in html_report(report)


def test_findings_workbook_lists_every_finding(report: Report) -> None:
    book = load_workbook(io.BytesIO(findings_workbook([report])))
    rows = list(book["问题清单"].iter_rows(min_row=2, values_only=True))
    assert [row[2] for row in rows] == [f.code for f in report.findings]
    assert book["问题清单"].freeze_panes == "A2"


def test_no_text_becomes_a_formula() -> None:
    disclosure = read(TEXT.replace("社会保障和就业支出<&>", "=HYPERLINK(1)"), "national")
    for data in (facts_workbook(disclosure), findings_workbook([check_disclosure(disclosure)])):
        book = load_workbook(io.BytesIO(data))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
        assert cells and all(cell.data_type == "s" for cell in cells)


# ---------------------------------------------------------------- in a real browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("没有安装 Chromium")
    from playwright.sync_api import sync_playwright

    book = ROOT / "workbook" / "示例单位2025年预算公开.xlsx"
    path = tmp_path_factory.mktemp("报告") / "报告.html"
    path.write_text(html_report(check_file(book)), encoding="utf-8")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
        opened = browser.new_page(viewport={"width": 1240, "height": 900})
        requests: list[str] = []
        opened.on("request", lambda request: requests.append(request.url))
        problems: list[str] = []
        opened.on("pageerror", lambda error: problems.append(str(error)))
        opened.goto(path.as_uri())
        opened.requests, opened.problems = requests, problems
        yield opened
        browser.close()


@pytest.mark.browser
def test_page_loads_without_network_and_without_script_errors(page: Any) -> None:
    assert [url for url in page.requests if not url.startswith("file:")] == []
    assert page.problems == []
    assert "错误" in page.locator(".verdict").inner_text()


@pytest.mark.browser
def test_filters_hide_and_show_findings(page: Any) -> None:
    total = page.locator(".finding:visible").count()
    page.locator('.filters input[value="error"]').uncheck()
    assert page.locator('.finding[data-severity="error"]:visible').count() == 0
    assert page.locator(".finding:visible").count() < total
    page.locator('.filters input[value="error"]').check()
    page.locator(".filters select").select_option("XB103")
    assert page.locator(".finding:visible").count() == page.locator('.finding[data-code="XB103"]:visible').count() > 0
    page.locator(".filters select").select_option("")


@pytest.mark.browser
def test_a_finding_leads_to_its_cell_and_back(page: Any) -> None:
    finding = page.locator('.finding[data-code="XB103"]').first
    link = finding.locator(".places a").first
    target = link.get_attribute("href")
    link.click()
    cell = page.locator(f'[id="{target[1:]}"]')
    assert cell.is_visible() and "16.41" in cell.inner_text() and "error" in (cell.get_attribute("class") or "")
    cell.locator("a").click()
    assert page.evaluate("location.hash").startswith("#f")


@pytest.mark.browser
def test_page_prints_without_its_controls(page: Any, tmp_path: Path) -> None:
    page.emulate_media(media="print")
    assert page.locator(".filters").is_hidden()
    page.pdf(path=str(tmp_path / "r.pdf"))
    assert (tmp_path / "r.pdf").stat().st_size > 10_000
    page.emulate_media(media="screen")
