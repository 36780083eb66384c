"""PDF as it comes: what is seen is read, what is not seen is not, and damage is said."""

from __future__ import annotations

import io
import time

import pypdfium2
import pytest
from tests.sources.pdfs import assembled, bar, line, pdf, ruled, text

from xlbudget.model.raw import Grid, Paragraph, RawDocument
from xlbudget.sources.failing import SourceError
from xlbudget.sources.opening import read_bytes


def opened(data: bytes) -> RawDocument:
    return read_bytes(data, "例.pdf")


def lines(document: RawDocument) -> list[str]:
    return [b.text for b in document.blocks if isinstance(b, Paragraph)]


def cells(document: RawDocument) -> list[list[list[str]]]:
    return [[[c.text for c in row] for row in b.rows] for b in document.blocks if isinstance(b, Grid)]


SEEN = text("seen 1.00", 50, 300)
HIDDEN = {
    "render mode 3": text("gone 2.00", 50, 200, before="3 Tr"),
    "white on white": text("gone 2.00", 50, 200, before="1 1 1 rg"),
    "transparent": text("gone 2.00", 50, 200, before="/G0 gs"),
    "off the page": text("gone 2.00", 700, 200),
    "below the page": text("gone 2.00", 50, -30),
    "clipped away": "q 0 250 600 150 re W n " + text("gone 2.00", 50, 200) + " Q",
    "painted over": text("gone 2.00", 50, 200) + "\n1 1 1 rg 40 190 200 30 re f",
    "painted over in colour": text("gone 2.00", 50, 200) + "\n0 0 1 rg 40 190 200 30 re f",
}


@pytest.mark.parametrize("how", sorted(HIDDEN))
def test_what_nobody_sees_is_not_read(how: str) -> None:
    document = opened(pdf(SEEN + "\n" + HIDDEN[how]))
    assert lines(document) == ["seen 1.00"]
    if how != "transparent":  # letters that the text layer keeps are counted
        assert any("看不见的字" in note for note in document.notes)


def test_letters_beside_a_clip_edge_inside_it_are_read() -> None:
    assert lines(opened(pdf("q 45 290 200 30 re W n " + SEEN + " Q"))) == ["seen 1.00"]


def test_white_letters_on_a_dark_ground_are_read() -> None:
    stream = "0 0 0.4 rg 40 290 200 30 re f\n" + text("seen 1.00", 50, 300, before="1 1 1 rg")
    assert lines(opened(pdf(stream))) == ["seen 1.00"]


def test_letters_drawn_twice_for_boldness_are_read_once() -> None:
    assert lines(opened(pdf(SEEN + "\n" + text("seen 1.00", 50.3, 300)))) == ["seen 1.00"]


def test_a_slanted_watermark_is_left_out() -> None:
    mark = "q BT /F1 40 Tf 0.7 0.7 -0.7 0.7 100 50 Tm (COPY) Tj ET Q"
    assert lines(opened(pdf(SEEN + "\n" + mark))) == ["seen 1.00"]


XS, YS = (50, 200, 300, 400), (350, 320, 290, 260)


def filled(rows: list[list[str]]) -> str:
    return "\n".join(
        text(cell, XS[c] + 5, YS[r] - 20) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell
    )


TABLE = [["item", "sum", "part"], ["a", "12.00", "5.00"], ["b", "", "7.00"]]


def test_a_ruled_table_is_a_grid_with_boxes() -> None:
    document = opened(pdf(ruled(XS, YS) + "\n" + filled(TABLE)))
    assert cells(document) == [TABLE]
    grid = next(b for b in document.blocks if isinstance(b, Grid))
    place = grid.places.at(1, 1)
    # 400 points high: from the upper edge, 400 - 320 = 80 down to 110
    assert (place.page, place.box) == (1, (200.0, 80.0, 300.0, 110.0))


def test_borders_of_thin_boxes_and_single_cells_are_lines() -> None:
    thin = "\n".join([*(bar(XS[0], y, 350, 0.7) for y in YS), *(bar(x, YS[-1], 0.7, 90) for x in XS)])
    single = "\n".join(
        f"{XS[c]} {YS[r + 1]} {XS[c + 1] - XS[c]} {YS[r] - YS[r + 1]} re S" for r in range(3) for c in range(3)
    )
    for drawn in (thin, single):
        assert cells(opened(pdf(drawn + "\n" + filled(TABLE)))) == [TABLE]


def test_a_table_without_outer_borders_keeps_its_outer_columns() -> None:
    drawn = "\n".join([line(50, y, 400, y) for y in YS] + [line(x, YS[0], x, YS[-1]) for x in XS[1:-1]])
    assert cells(opened(pdf(drawn + "\n" + filled(TABLE)))) == [TABLE]


def test_rows_that_are_not_ruled_fall_apart_at_their_figures() -> None:
    ys = (YS[0], YS[1], YS[-1])
    assert cells(
        opened(
            pdf(ruled(XS, ys) + "\n" + filled([["item", "sum", "part"], ["a", "12.00", "5.00"], ["b", "8.00", "7.00"]]))
        )
    ) == [[["item", "sum", "part"], ["a", "12.00", "5.00"], ["b", "8.00", "7.00"]]]


def test_a_wrapped_name_does_not_split_its_row() -> None:
    wrapped = [["item", "sum", "part"], ["a long", "12.00", "5.00"], ["name", "", ""]]
    ys = (YS[0], YS[1], YS[-1])
    assert cells(opened(pdf(ruled(XS, ys) + "\n" + filled(wrapped))))[0][1:] == [["a longname", "12.00", "5.00"]]


def test_merged_cells_are_told() -> None:
    down = [line(x, YS[0], x, YS[-1]) for x in (50, 200, 400)] + [line(300, YS[1], 300, YS[-1])]
    drawn = "\n".join([line(50, y, 400, y) for y in YS] + down)
    document = opened(pdf(drawn + "\n" + filled([["head", "over two", ""], *TABLE[1:]])))
    grid = next(b for b in document.blocks if isinstance(b, Grid))
    assert list(grid.merges) == [(0, 1, 0, 2)]


def test_a_figure_wider_than_its_cell_stays_whole() -> None:
    wide = [["item", "sum", "part"], ["a", "", "5.00"], ["b", "", "7.00"]]
    document = opened(pdf(ruled(XS, YS) + "\n" + filled(wide) + "\n" + text("1234567890123456.00", 188, 300)))
    assert cells(document)[0][1] == ["a", "1234567890123456.00", "5.00"]


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_turned_page_is_read_as_it_is_shown(rotate: int) -> None:
    width, height = (600, 400)
    turn = {90: f"0 1 -1 0 {height} 0 cm", 180: f"-1 0 0 -1 {width} {height} cm", 270: f"0 -1 1 0 0 {width} cm"}
    shape = (height, width) if rotate != 180 else (width, height)
    stream = f"q {turn[rotate]}\n{ruled(XS, YS)}\n{filled(TABLE)}\n{SEEN.replace('300', '100')} Q"
    document = opened(pdf(stream, size=shape, rotate=rotate))
    assert cells(document) == [TABLE]
    assert lines(document) == ["seen 1.00"]


def test_the_rest_of_a_table_takes_the_columns_of_its_beginning() -> None:
    rest = "\n".join([line(50, y, 400, y) for y in (350, 320)] + [line(x, 350, x, 320) for x in (50, 300, 400)])
    document = opened(
        pdf(ruled(XS, YS) + "\n" + filled(TABLE), rest + "\n" + text("total", 55, 330) + "\n" + text("12.00", 305, 330))
    )
    assert cells(document) == [TABLE, [["total", "", "12.00"]]]


def test_wrapped_lines_are_one_paragraph_that_knows_its_lines() -> None:
    long = "abcdefghij klmnopqrst " * 4
    stream = "\n".join([text(long, 50, 300), text(long, 50, 285), text("the end.", 50, 270), text("apart", 70, 240)])
    document = opened(pdf(stream))
    first = next(b for b in document.blocks if isinstance(b, Paragraph))
    assert len(first.lines) == 3 and first.text.endswith("the end.")
    assert [place.box[1] for _, place in first.lines if place.box] == sorted(
        place.box[1] for _, place in first.lines if place.box
    )
    assert lines(document)[1:] == ["apart"]


def test_running_heads_and_page_numbers_are_left_out() -> None:
    pages = [f"{text('Budget of a unit', 50, 385)}\n{text(f'- {n} -', 290, 10)}\n{SEEN}" for n in range(1, 5)]
    assert lines(opened(pdf(*pages))) == ["seen 1.00"] * 4


PICTURE = "q 600 0 0 400 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"


def test_a_scanned_page_is_named_and_the_others_are_read() -> None:
    document = opened(pdf(SEEN, PICTURE))
    assert lines(document) == ["seen 1.00"]
    assert [(u.what, u.why) for u in document.unread] == [("第 2 页", "扫描件，需先识别文字")]


def test_the_unseen_text_layer_of_a_scan_is_not_taken_for_its_text() -> None:
    with pytest.raises(SourceError, match="扫描件"):
        opened(pdf(PICTURE + "\n" + text("wrong 9.99", 50, 200, before="3 Tr")))


def test_a_file_of_pictures_is_refused_with_advice() -> None:
    with pytest.raises(SourceError, match=r"扫描件.*文字识别"):
        opened(pdf(PICTURE, PICTURE))


def encrypted() -> bytes:
    """A file that asks for a password: its dictionary says so, with keys that no empty password fits."""
    blank = "0" * 64
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [] /Count 0 >>",
        f"<< /Filter /Standard /V 1 /R 2 /O <{blank}> /U <{blank}> /P -4 >>",
    ]
    data = assembled(objects)
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 3 0 R /ID [<00> <00>]")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (encrypted(), "密码"),
        (pdf(SEEN)[:200], "损坏"),
        (b"%PDF-1.7\n", "损坏"),
        (b"%PDF-1.7\n" + b"\0" * 10_000, "损坏"),
        (assembled(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"]), "没有页面|损坏"),
    ],
)
def test_a_bad_file_gets_one_clear_sentence(data: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        opened(data)


def test_two_thousand_pages_are_bounded_and_the_rest_is_named() -> None:
    start = time.perf_counter()
    document = opened(pdf(*[SEEN] * 2000))
    assert time.perf_counter() - start < 30
    assert len(lines(document)) == 1000
    assert document.unread[-1].what == "第 1001 页至第 2000 页"


def test_cost_grows_in_line_with_the_pages() -> None:
    page = ruled(XS, YS) + "\n" + filled(TABLE)

    def cost(count: int) -> float:
        data = pdf(*[page] * count)
        times = []
        for _ in range(3):
            start = time.process_time()
            opened(data)
            times.append(time.process_time() - start)
        return min(times)

    cost(3)
    assert cost(300) <= 13 * cost(30)  # ten times the pages; the rest is the noise of a busy machine


def test_pdfium_reads_the_files_of_this_test() -> None:
    """The files are real: the engine itself finds their words."""
    page = pypdfium2.PdfDocument(io.BytesIO(pdf(SEEN)))[0]
    assert "seen 1.00" in page.get_textpage().get_text_range()
