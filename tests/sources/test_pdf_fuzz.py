"""Damaged PDF files: a document or one clear sentence, never a crash of the engine, never a hang.

The engine is native code, so the files are read in a process of their own: a crash there is seen here.
"""

from __future__ import annotations

import io
import multiprocessing
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from tests.conftest import SHARED
from tests.fuzzing import damaged, survive
from tests.sources.pdfs import pdf, ruled, text

from xlbudget.sources.pdf import read_pdf

XS, YS = (50, 200, 300, 400), (350, 320, 290, 260)
HAND_MADE = pdf(
    ruled(XS, YS)
    + "\n"
    + "\n".join(text(f"{r}{c}.00", x + 5, y - 20) for r, y in enumerate(YS[:3]) for c, x in enumerate(XS[:3])),
    "q 0 250 600 150 re W n " + text("clipped 1.00", 50, 300) + " Q",
    rotate=90,
)


def originals() -> list[bytes]:
    """One file with readable content streams, and pages of real ones where they lie beside the checkout."""
    return [HAND_MADE, *(_pages(path, [8, 9]) for path in sorted((SHARED / "samples").glob("*.pdf")))]


def _pages(path: Path, numbers: list[int]) -> bytes:
    book = pypdfium2.PdfDocument.new()
    book.import_pages(pypdfium2.PdfDocument(path), numbers)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _run(count: int, pipe: Any) -> None:
    files = originals()
    # every second damage hits the file whose streams are not compressed: there it reaches the drawing itself
    pipe.send(
        survive(
            read_pdf, ((seed, damaged(files[0 if seed % 2 else seed // 2 % len(files)], seed)) for seed in range(count))
        )
    )


def outcomes_of(count: int, seconds: float) -> dict[str, int]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_run, args=(count, theirs))
    process.start()
    theirs.close()
    try:
        assert ours.poll(seconds), "the reader hangs"
        found: dict[str, int] = ours.recv()
    except EOFError:
        process.join()
        pytest.fail(f"the reader ended with code {process.exitcode}")
    process.join()
    return found


def test_damaged_pdf_files_are_read_or_refused() -> None:
    outcomes = outcomes_of(100, 120)
    assert outcomes["read"] > 20 and sum(outcomes.values()) == 100


@pytest.mark.long
def test_two_thousand_damaged_pdf_files_are_read_or_refused() -> None:
    outcomes = outcomes_of(2000, 1800)
    assert outcomes["read"] > 400 and sum(outcomes.values()) == 2000
