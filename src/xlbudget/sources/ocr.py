"""文字识别. Reads a scanned page through an installed tesseract (chi_sim), only when a person asks for it.

What it gives is doubtful by nature: every place carries the doubt, so that no finding from it is an error. Tables on
a scan are read as lines of text, not as tables.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from typing import Any

from xlbudget.sources.failing import SourceError
from xlbudget.sources.pdfpage import Glyph

LANGUAGE = "chi_sim"
DOTS = 300
"""Dots an inch: what tesseract asks for."""
SECONDS = 90
"""A page that takes longer is given up."""
SURE = 30
"""Words below this confidence, of a hundred, are specks."""
DOUBT = "文字识别的结果，可能有误"


def require_tesseract() -> str:
    """The program, or a sentence on how to get it."""
    program = shutil.which("tesseract")
    if program is None:
        raise SourceError(
            "没有安装文字识别程序 tesseract", "请安装 tesseract 和中文数据 chi_sim，或提供可复制文字的文件"
        )
    listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False, timeout=30)
    if LANGUAGE not in (listed.stdout + listed.stderr).split():
        raise SourceError("tesseract 没有中文数据 chi_sim", "请安装 chi_sim 后再试（Debian：tesseract-ocr-chi-sim）")
    return program


def recognised(page: Any, program: str) -> list[Glyph] | None:
    """The words of a pypdfium2 page with their boxes, in points; ``None`` when the program gave up."""
    scale = DOTS / 72
    held = io.BytesIO()
    page.render(scale=scale, grayscale=True).to_pil().save(held, "PNG")
    command = [program, "stdin", "stdout", "-l", LANGUAGE, "--psm", "4", "--dpi", str(DOTS), "tsv"]
    # its threads wait for each other more than they work
    alone = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(
            command, input=held.getvalue(), capture_output=True, check=True, timeout=SECONDS, env=alone
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    rows = csv.DictReader(io.StringIO(done.stdout.decode("utf-8", "replace")), delimiter="\t", quoting=csv.QUOTE_NONE)
    words = [row for row in rows if row["level"] == "5" and (row["text"] or "").strip() and float(row["conf"]) >= SURE]
    found = []
    for row in words:
        left, top, width, height = (int(row[key]) / scale for key in ("left", "top", "width", "height"))
        found.append(Glyph(row["text"].strip(), left, top, left + width, top + height, top + height))
    return found
