"""Text files: encodings, leftovers of conversion, tables amid prose, and what is no text."""

from __future__ import annotations

import pytest

from xlbudget.model.raw import Grid, Paragraph
from xlbudget.sources.failing import SourceError
from xlbudget.sources.opening import read_bytes
from xlbudget.sources.text import MAX_LINE, read_text

TEXT = "# **收支总表**\n单位：万元\n项目\t预算数\n<b>合计</b>\t<b>1.00</b>\n\n- 完。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030"])
def test_encodings(encoding: str) -> None:
    blocks = read_text(TEXT.encode(encoding), "a.txt").blocks
    assert [b.text for b in blocks if isinstance(b, Paragraph)] == ["收支总表", "单位：万元", "完。"]


def test_tables_keep_their_lines() -> None:
    document = read_text(TEXT.encode(), "a.txt")
    grid = next(b for b in document.blocks if isinstance(b, Grid))
    assert [[c.text for c in row] for row in grid.rows] == [["项目", "预算数"], ["合计", "1.00"]]
    assert [grid.places.at(r, 0).line for r in range(2)] == [3, 4]


def test_pipe_tables_are_tables() -> None:
    grid = read_text("| 项目 | 预算数 |\n|---|---:|\n| 合计 | 1.00 |\n".encode(), "a.md").blocks[0]
    assert isinstance(grid, Grid) and len(grid.rows) == 2 and grid.places.at(1, 0).line == 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b"   \n\t\n", "空的"),
        (bytes(range(256)) * 40, "二进制"),
        (bytes([0xC0, 0xFF, 0xEE, 0xA0]) * 500, "编码|二进制"),
        (b"PK\x03\x04junk", "压缩包"),
        (b"%PDF-1.4\n", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版"),
    ],
)
def test_what_is_no_text_is_refused_in_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        read_bytes(data, "坏.txt")
    assert caught.value.do and "\n" not in str(caught.value)


def test_endless_lines_are_cut_and_named() -> None:
    document = read_text(("万" * (MAX_LINE * 2)).encode(), "a.txt")
    paragraph = document.blocks[0]
    assert isinstance(paragraph, Paragraph) and len(paragraph.text) == MAX_LINE
    assert document.unread and document.unread[0].place.line == 1
