"""LibreOffice as the second opinion: opens a workbook, calculates, and says what its cells hold."""

from __future__ import annotations

import io
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from xlbudget.sources.legacy import office_program

SOFFICE = office_program()
needs_office = pytest.mark.skipif(SOFFICE is None, reason="没有安装 LibreOffice")


def converted(data: bytes, kind: str = "xlsx", name: str = "book.xlsx") -> bytes:
    """The file as LibreOffice saves it again."""
    assert SOFFICE is not None
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / name
        source.write_bytes(data)
        out = Path(folder) / "out"
        command = [SOFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", kind]
        run = subprocess.run(
            [*command, "--outdir", str(out), str(source)], capture_output=True, text=True, timeout=180, check=False
        )
        made = list(out.glob("*")) if out.exists() else []
        assert made, f"LibreOffice did not open the book: {run.stderr[-400:]}"
        return made[0].read_bytes()


def recalculated(data: bytes, name: str = "book.xlsx") -> Any:
    """The workbook with the values that LibreOffice calculated."""
    return openpyxl.load_workbook(io.BytesIO(converted(data, name=name)), data_only=True)
