"""LibreOffice as the second opinion: opens a workbook, calculates, and says what its cells hold."""

from __future__ import annotations

import io
import shutil
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


_STARTED = """
import atexit, os, signal, subprocess, sys, time, uno
from com.sun.star.beans import PropertyValue
folder, soffice = sys.argv[1:3]
pipe = "xlbudget-" + folder.replace("/", "-")
office = subprocess.Popen([soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore",
                           f"--accept=pipe,name={pipe};urp;"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          start_new_session=True)
atexit.register(lambda: office.poll() is None and os.killpg(office.pid, signal.SIGKILL))
local = uno.getComponentContext()
resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
for _ in range(100):
    try:
        context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        break
    except Exception:
        time.sleep(0.2)
desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
def named(**values):
    return tuple(PropertyValue(Name=k, Value=v) for k, v in values.items())
"""
_ENDED = """
try:
    desktop.terminate()
except Exception:
    pass
office.wait(20)
"""


def uno_python() -> str | None:
    """A Python that has LibreOffice's ``uno``; ``None`` if there is none, or no LibreOffice."""
    candidates = ("/usr/bin/python3", shutil.which("python3")) if SOFFICE is not None else ()
    return next((python for python in candidates if python and _has_uno(python)), None)


def _has_uno(python: str) -> bool:
    return subprocess.run([python, "-c", "import uno"], capture_output=True, check=False).returncode == 0


def scripted(python: str, folder: str, steps: str, *arguments: str) -> None:
    """Run steps with ``desktop`` of a LibreOffice that is there for them alone; ``folder`` is theirs, ``named`` too."""
    script = Path(folder) / "steps.py"
    script.write_text(_STARTED + steps + _ENDED, encoding="utf-8")
    command = [python, str(script), folder, str(SOFFICE), *arguments]
    run = subprocess.run(command, timeout=120, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
