"""Web pages: what a browser shows is read, whatever the encoding; Chromium is asked where its word counts."""

from __future__ import annotations

import time
from random import Random

import pytest
from tests.conftest import read
from tests.fuzzing import damaged, survive
from tests.generating.documents import PACKS, document
from tests.generating.rendering import as_html
from tests.sources.agreeing import bound, claims

from xlbudget.model.finding import Severity
from xlbudget.model.raw import Grid, Paragraph, RawDocument
from xlbudget.packs.catalog import get_pack
from xlbudget.reading.disclosing import disclose
from xlbudget.rules.running import run_rules
from xlbudget.sources.failing import SourceError
from xlbudget.sources.opening import read_bytes
from xlbudget.sources.sniffing import is_html


def page(body: str, head: str = "") -> RawDocument:
    return read_bytes(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode(), "例.html")


def lines(document: RawDocument) -> list[str]:
    return [b.text for b in document.blocks if isinstance(b, Paragraph)]


def grids(document: RawDocument) -> list[Grid]:
    return [b for b in document.blocks if isinstance(b, Grid)]


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid.rows]


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb2312"])
def test_a_disclosure_reads_as_its_text_does(pack: str, encoding: str) -> None:
    text = document(3, pack)
    raw = read_bytes(as_html(text, encoding), "例.html")
    assert raw.kind == "html" and any(grid.merges for grid in grids(raw))
    mine, other = disclose(raw, pack), read(text, pack)
    assert bound(mine) == bound(other)
    assert claims(mine) == claims(other) and len(claims(mine)) > 40
    assert (mine.unit, mine.year, mine.stage, mine.level) == (other.unit, other.year, other.stage, other.level)
    assert not [f for f in run_rules(mine, get_pack(pack)).findings if f.severity is Severity.ERROR]


WORDS = "一般公共预算支出的情况说明，单位：万元。"


@pytest.mark.parametrize(
    "data",
    [
        f"<html><meta charset=utf-8><p>{WORDS}".encode(),
        f"<html><meta charset=gb2312><p>{WORDS}".encode("gb18030"),
        f"<html><p>{WORDS}".encode("gb18030"),
        f"<html><meta charset=utf-8><p>{WORDS}".encode("gb18030"),
        f"<html><meta charset=gb2312><p>{WORDS}".encode(),
        f"<html><meta charset=nonsense><p>{WORDS}".encode(),
        f"<html><p>{WORDS}".encode("utf-16"),
        b"\xef\xbb\xbf" + f"<html><meta charset=gbk><p>{WORDS}".encode(),
        f'<?xml version="1.0" encoding="gb2312"?><html><p>{WORDS}</p></html>'.encode("gb18030"),
        f"<!-- saved -->\r\n<table><tr><td>{WORDS}</table>".encode(),
    ],
)
def test_encodings(data: bytes) -> None:
    assert is_html(data) and lines(read_bytes(data, "a.html")) == [WORDS]


def test_a_page_saved_as_one_file() -> None:
    import base64

    content = base64.encodebytes(f"<html><meta charset=gb2312><p>{WORDS}</p>".encode("gb18030")).decode()
    data = (
        "From: <Saved by Browser>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=B\r\n\r\n--B\r\n"
        f"Content-Type: text/html; charset=gb2312\r\nContent-Transfer-Encoding: base64\r\n\r\n{content}\r\n--B--\r\n"
    )
    assert lines(read_bytes(data.encode(), "a.doc")) == [WORDS]


def test_what_a_browser_does_not_show_is_left_out() -> None:
    document = page(
        "<script>var a='1.00'</script><p>见<span style='display: none'>密</span><b hidden>密</b></p><div style='visibility:hidden'>"
        "密</div><template>密</template><select><option>选</select><a href='x'>链接</a><!-- 密 -->",
        "<title>题</title><style>p{}</style>",
    )
    assert lines(document) == ["见", "链接"] and any("隐藏" in note for note in document.notes)


def test_lines_headings_and_lists() -> None:
    document = page(
        "<h2>一、<em>总</em>表</h2>甲&nbsp;&nbsp;乙<br>丙<div>丁<p>戊</div><ol start=3><li>己<li>庚</ol><pre>辛\n壬</pre>"
    )
    assert lines(document) == ["一、总表", "甲 乙", "丙", "丁", "戊", "3. 己", "4. 庚", "辛", "壬"]
    first = document.blocks[0]
    assert isinstance(first, Paragraph) and first.heading == 2 and first.place.index == 1


def test_spans_and_sections() -> None:
    document = page(
        "<table><caption>支出总表</caption><thead><tr><th rowspan=2>项目<th colspan=2>合计<tr><th>基本<th>项目</thead>"
        "<tbody><tr><td>甲<td>1.00<td>2.00<tr><td rowspan=9>乙<td>3.00<td>4.00</table>"
    )
    grid = grids(document)[0]
    assert lines(document) == ["支出总表"]
    assert texts(grid) == [["项目", "合计", ""], ["", "基本", "项目"], ["甲", "1.00", "2.00"], ["乙", "3.00", "4.00"]]
    assert sorted(grid.merges) == [(0, 0, 1, 0), (0, 1, 0, 2)]


def test_layout_tables_are_taken_apart() -> None:
    inner = "<table><tr><td>项目<td>数<tr><td>甲<td>1.00</table>"
    document = page(f"<table><tr><td>栏目<td><p>支出总表</p>{inner}<p>注：无</table><p>后")
    kinds = [b.text if isinstance(b, Paragraph) else texts(b) for b in document.blocks]
    assert kinds == ["栏目", "支出总表", [["项目", "数"], ["甲", "1.00"]], "注：无", "后"]


def test_notes_behind_numbers_and_frames() -> None:
    document = page("<p>共12.30<sup>[1]</sup>万元，5m<sup>2</sup><iframe src='a.pdf'></iframe>")
    assert lines(document) == ["共12.30万元，5m2"]
    assert "内嵌" in document.unread[0].what and any("上标" in note for note in document.notes)


def test_text_that_only_begins_like_a_tag_is_text() -> None:
    assert read_bytes("<b>收支总表</b>\n单位：万元\n甲\t1.00\n".encode(), "a.txt").kind == "text"


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 200_000 + "深",
        "<b><i><u><a href=x>" * 20_000 + "<p>x" * 20_000,
        "<table><tr><td>" * 20_000 + "深",
        "<table>" + "<tr><td colspan=1000 rowspan=65534>" * 30_000,
        "<table><tr>" + "<td rowspan=60000>1" * 900 + "<tr><td>1" * 30_000,
        ("<table>" + "<tr><td>1" * 900 + "<tr>" + "<td>1" * 900 + "</table>") * 60,
        "<sup>1" * 100_000,
        "1<sup>2</sup>" * 100_000,
    ],
    ids=["div", "formatting", "tables", "spans", "down", "wide", "sup", "raised"],
)
def test_hostile_pages_take_no_time(body: str) -> None:
    start = time.process_time()
    try:
        document = page(body)
    except SourceError as error:
        assert "过" in error.what
    else:
        assert len(document.blocks) < 300_000
    assert time.process_time() - start < 5


def test_deep_nesting_is_said() -> None:
    document = page("<p>前</p>" + "<div>" * 50_000 + "深")
    assert lines(document)[0] == "前" and "深" in document.unread[0].why


# -- Chromium as the second program -----------------------------------------------------------------


def random_page(random: Random) -> str:
    """Tables with random spans, optional end tags, and sections, as careless authors write them."""
    parts = []
    for _ in range(3):
        rows = []
        for _ in range(random.randint(2, 6)):
            cells = "".join(
                f"<td{random.choice(['', '', ' colspan=2', ' rowspan=2', ' rowspan=3 colspan=2'])}>{random.randint(1, 999)}"
                + random.choice(["", "</td>"])
                for _ in range(random.randint(1, 5))
            )
            rows.append(random.choice(["<tr>", "<tr>", "</tbody><tbody><tr>"]) + cells)
        parts.append("<table>" + "".join(rows) + "</table>")
    return "<!DOCTYPE html><html><body>" + "<p>段</p>".join(parts) + "</body></html>"


_BOXES = """() => [...document.querySelectorAll('table')].map(t => [...t.querySelectorAll('td')].map(
  c => { const b = c.getBoundingClientRect(); return [c.textContent.trim(), b.left, b.right, b.top]; }))"""


@pytest.mark.browser
def test_cells_stand_where_chromium_draws_them() -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright 没有安装")
    random = Random(7)
    pages = [random_page(random) for _ in range(25)]
    with playwright.sync_playwright() as running:
        try:
            browser = running.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        except playwright.Error as error:
            pytest.skip(f"Chromium 打不开：{error}")
        view = browser.new_page()
        compared = 0
        for source in pages:
            view.set_content(source)
            drawn = view.evaluate(_BOXES)
            mine = grids(read_bytes(source.encode(), "a.html"))
            if len(mine) != len(drawn):
                continue  # tables of one column are text
            for grid, cells in zip(mine, drawn, strict=True):
                if _overlapping(cells):
                    continue
                order = sorted({(left, top) for _, left, _, top in cells})
                places = [(text, left, top) for text, left, _, top in cells]
                found = [
                    (cell.text, r, c) for r, row in enumerate(grid.rows) for c, cell in enumerate(row) if cell.text
                ]
                lefts = sorted({left for left, _ in order})
                assert [(t, lefts.index(left)) for t, left, _ in places] == [(t, c) for t, _, c in found], source
                compared += 1
        browser.close()
    assert compared > 20


def _overlapping(cells: list[tuple[str, float, float, float]]) -> bool:
    """Chromium draws cells over each other where spans collide: no truth to compare with."""
    return any(
        a is not b and a[3] == b[3] and a[1] < b[2] - 0.5 and b[1] < a[2] - 0.5 for a in cells for b in cells
    )  # fmt: skip


def _chromium() -> str | None:
    import shutil

    return shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")


# -- damage ---------------------------------------------------------------------------------------


def fuzz(count: int) -> dict[str, int]:
    rich = (
        "<!DOCTYPE html><html><head><meta charset=utf-8></head><body><h1>总表</h1><table><tr><td rowspan=2>甲<td colspan=2>乙"
        "<tr><td>1<td>2</table><table><tr><td><table><tr><td>a<td>b</table></table><ol><li>一</ol><pre>x\ny</pre></body></html>"
    ).encode()
    originals = (rich, as_html(document(0, PACKS[0])), as_html(document(1, PACKS[1]), "gbk"))
    return survive(read_bytes, ((seed, damaged(originals[seed % 3], seed)) for seed in range(count)))


def test_damaged_pages_are_read_or_refused() -> None:
    assert fuzz(100)["read"] > 50


@pytest.mark.long
def test_two_thousand_damaged_pages_are_read_or_refused() -> None:
    assert fuzz(2000)["read"] > 1000
