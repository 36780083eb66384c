"""Old formats through a real LibreOffice: the same facts as the text, nothing run, nothing fetched, nothing left behind."""

from __future__ import annotations

import io
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from openpyxl import Workbook
from tests.conftest import read
from tests.generating.documents import PACKS, document
from tests.generating.rendering import as_docx
from tests.sources.agreeing import bound, claims
from tests.sources.test_docx import LISTS, item, p, r, tbl, tc, tr, word

from xlbudget.model.raw import Grid, Paragraph
from xlbudget.reading.disclosing import disclose
from xlbudget.sources import legacy
from xlbudget.sources.docx import read_docx
from xlbudget.sources.failing import SourceError
from xlbudget.sources.opening import read_bytes

needs_office = pytest.mark.skipif(legacy.office_program() is None, reason="LibreOffice 没有安装")


def saved_as(data: bytes, kind: str, convert: str, folder: Path) -> bytes:
    """A file as LibreOffice saves it in another format."""
    program = legacy.office_program()
    assert program is not None
    source = folder / f"in.{kind}"
    source.write_bytes(data)
    out = folder / "out"
    command = [program, f"-env:UserInstallation={(folder / 'p').as_uri()}", "--headless", "--convert-to", convert]
    subprocess.run([*command, "--outdir", str(out), str(source)], check=True, capture_output=True, timeout=120)
    return next(out.iterdir()).read_bytes()


@needs_office
@pytest.mark.office
@pytest.mark.parametrize("convert", ["doc:MS Word 97", "rtf", "odt", "docx:MS Word 2007 XML"])
def test_a_disclosure_in_an_old_format_reads_as_its_text_does(convert: str, tmp_path: Path) -> None:
    text = document(2, PACKS[1])
    raw = read_bytes(saved_as(as_docx(text), "docx", convert, tmp_path), "旧.txt")
    assert raw.kind == "docx"
    mine, other = disclose(raw, PACKS[1]), read(text, PACKS[1])
    assert bound(mine) == bound(other) and claims(mine) == claims(other)
    assert convert.startswith("docx") or any("LibreOffice" in note for note in raw.notes)


@needs_office
@pytest.mark.office
@pytest.mark.parametrize("convert", ["ods", "xls:MS Excel 97"])
def test_old_workbooks(convert: str, tmp_path: Path) -> None:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (["项目", "数"], ["甲", 12.5]):
        sheet.append(row)
    data = io.BytesIO()
    made.save(data)
    raw = read_bytes(saved_as(data.getvalue(), "xlsx", convert, tmp_path), "旧.doc")
    grid = next(b for b in raw.blocks if isinstance(b, Grid))
    assert raw.kind == "xlsx" and [cell.text for cell in grid.rows[-1]] == ["甲", "12.5"]


@needs_office
@pytest.mark.office
def test_automatic_numbers_and_merged_cells_are_what_libreoffice_prints(tmp_path: Path) -> None:
    """LibreOffice numbers the paragraphs and resolves the spans by itself."""
    body = "".join(
        item(f"第{i}项", depth) for i, depth in enumerate((0, 1, 2, 2, 1, 2, 0, 3, 3, 1, 0, 2, 4, 4, 6, 7, 7, 8))
    )
    body += item("重", 0, 2) + item("再", 1, 2) + item("终", 0, 2)
    body += tbl(
        tr(tc("项", '<w:tcW w:w="900"/><w:vMerge w:val="restart"/>'), tc("合", '<w:tcW w:w="1800"/><w:gridSpan w:val="2"/>')),
        tr(tc("", '<w:tcW w:w="900"/><w:vMerge/>'), tc("基", '<w:tcW w:w="900"/>'), tc("目", '<w:tcW w:w="900"/>')),
        tr(*(tc(t, '<w:tcW w:w="900"/>') for t in ("甲", "1.00", "2.00"))),
        widths=(900, 900, 900),
    ) + p("完")  # fmt: skip
    # LibreOffice prints no legal numbers (1.1 under 一、), so that level is a plain one here
    data = word(body, numbering=LISTS.replace("<w:isLgl/>", ""))
    printed = saved_as(data, "docx", "txt:Text (encoded):UTF8", tmp_path).decode("utf-8-sig")
    mine = read_docx(data, "a.docx")
    numbered = [b.text.replace(" ", "") for b in mine.blocks if isinstance(b, Paragraph)]
    assert numbered[:-1] == [re.sub(r"[\s●◦•]", "", line) for line in printed.split("\n")[: len(numbered) - 1]]
    (tmp_path / "out" / "in.txt").unlink()
    again = read_bytes(saved_as(data, "docx", "html:XHTML Writer File", tmp_path), "a.html")
    theirs, own = (next(b for b in d.blocks if isinstance(b, Grid)) for d in (again, mine))
    assert [[c.text for c in row] for row in theirs.rows] == [[c.text for c in row] for row in own.rows]
    assert sorted(theirs.merges) == sorted(own.merges)


@pytest.mark.parametrize("program", ["Word.Document", "Excel.Sheet"])
def test_xml_of_2003_is_refused(program: str) -> None:
    data = f'<?xml version="1.0"?><?mso-application progid="{program}"?><x/>'.encode()
    with pytest.raises(SourceError, match="2003"):
        read_bytes(data, "a.doc")


@needs_office
@pytest.mark.office
def test_tracked_changes_of_libreoffice(tmp_path: Path) -> None:
    body = p("共", '<w:del w:id="1" w:author="a"><w:r><w:delText>1</w:delText></w:r></w:del>', '<w:ins w:id="2" w:author="a">' + r("2") + "</w:ins>", "万元")  # fmt: skip
    raw = read_bytes(saved_as(word(body), "docx", "docx:MS Word 2007 XML", tmp_path), "a.docx")
    assert [b.text for b in raw.blocks if isinstance(b, Paragraph)] == ["共2万元"] and "修订" in raw.notes[0]


@needs_office
@pytest.mark.office
def test_nothing_is_fetched_and_nothing_is_left() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.2)
    port = listener.getsockname()[1]
    visits: list[object] = []
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            try:
                visits.append(listener.accept())
            except TimeoutError:
                continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    before = set(Path(tempfile.gettempdir()).glob("xlbudget-*"))
    link = f'{{\\field{{\\*\\fldinst INCLUDEPICTURE "http://127.0.0.1:{port}/a.png" \\\\d}}{{\\fldrslt x}}}}'
    data = (
        "{\\rtf1\\ansi " + link + f'{{\\field{{\\*\\fldinst INCLUDETEXT "http://127.0.0.1:{port}/b"}}}} end\\par}}'
    ).encode()
    try:
        raw = read_bytes(data, "a.rtf")
    finally:
        stop.set()
        watcher.join()
        listener.close()
    assert any("end" in b.text for b in raw.blocks if isinstance(b, Paragraph))
    assert not visits
    assert set(Path(tempfile.gettempdir()).glob("xlbudget-*")) == before


@pytest.mark.skipif(sys.platform == "win32", reason="需要 POSIX 的 shell")
def test_a_converter_that_hangs_is_killed_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "soffice"
    fake.write_text(f"#!/bin/sh\n(sleep 60; touch {tmp_path}/late) & echo $! > {tmp_path}/child\nsleep 60\n")
    fake.chmod(0o755)
    monkeypatch.setattr(legacy, "office_program", lambda: str(fake))
    start = time.perf_counter()
    with pytest.raises(SourceError, match="超过 1 秒"):
        legacy.convert(b"x", "doc", "docx", timeout=1)
    assert time.perf_counter() - start < 5
    child = int((tmp_path / "child").read_text())
    time.sleep(0.3)
    state = Path(f"/proc/{child}/stat")
    assert not state.exists() or state.read_text().split(")")[1].split()[0] == "Z"


COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    "data",
    [COMPOUND + "WordDocument\0".encode("utf-16-le"), b"{\\rtf1 abc}", COMPOUND + "MatOST\0".encode("utf-16-le")],
    ids=["doc", "rtf", "wps"],
)
def test_without_libreoffice_the_sentence_says_what_to_do(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(legacy, "office_program", lambda: None)
    with pytest.raises(SourceError, match="没有 LibreOffice") as caught:
        read_bytes(data, "a.doc")
    assert "另存为 docx" in caught.value.do


@needs_office
@pytest.mark.office
@pytest.mark.parametrize(
    "data", [COMPOUND + "WordDocument\0".encode("utf-16-le"), COMPOUND + "Workbook\0".encode("utf-16-le")]
)
def test_damaged_old_files_are_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match="损坏"):
        read_bytes(data, "a.doc")
