"""旧格式. Old office files (.doc, .wps, .rtf, .et, .xls that is not plain, .odt, .ods), converted by LibreOffice.

LibreOffice runs without a window, with a profile of its own that forbids macros, linked files and the network, in a
folder that is removed afterwards; it is killed with all its children when it takes too long. The new file is read by the reader of its
format, and a note says so.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from xlbudget.model.raw import RawDocument
from xlbudget.sources.failing import SourceError

TIMEOUT = 120
"""Seconds for one file; a document of some hundred pages takes about ten."""
MAX_BYTES = 128 * 2**20

_FILTERS = {"docx": "docx:MS Word 2007 XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}
_IMPORTS = {
    "doc": "MS Word 97",
    "rtf": "Rich Text Format",
    "odt": "writer8",
    "xls": "MS Excel 97",
    "ods": "calc8",
}
"""Named, so that LibreOffice does not take damaged files for plain text. Works files are told apart by itself."""
_TEXT = ("doc", "wps", "rtf", "odt")
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.com",
    "C:/Program Files (x86)/LibreOffice/program/soffice.com",
)
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
{items}
</oor:items>
"""
_SETTINGS = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Calc/Content/Update", "Link", "2"),
    ("Inet/Settings", "ooInetProxyType", "1"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Setup/Office", "ooSetupInstCompleted", "true"),
)


def office_program() -> str | None:
    """LibreOffice 程序. Its path on this machine, ``None`` when it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def read_legacy(data: bytes, file: str, kind: str) -> RawDocument:
    """Read an old file of a ``kind`` (doc, wps, rtf, odt; xls, ods) through LibreOffice.

    Raises :class:`SourceError` when LibreOffice is not there, cannot open the file or takes too long.
    """
    target = "docx" if kind in _TEXT else "xlsx"
    converted = convert(data, kind, target)
    if target == "docx":
        from xlbudget.sources.docx import read_docx as read
    else:
        from xlbudget.sources.xlsx import read_xlsx as read
    document = read(converted, file)
    note = (
        f"旧格式文件（{kind.removesuffix('xml') or 'xml'}）由 LibreOffice 转换为 {target} 后读取，位置按转换后的文件计"
    )
    return replace(document, notes=[note, *document.notes])


def convert(data: bytes, kind: str, target: str, timeout: float = TIMEOUT) -> bytes:
    """The file as ``docx`` or ``xlsx``, made by LibreOffice."""
    if len(data) > MAX_BYTES:
        raise SourceError(f"旧格式文件有 {len(data) // 2**20} MB，过大", "请另存为 docx 或 xlsx，并按单位拆分")
    if office_program() is None:
        raise SourceError(
            "这是旧格式的 Office 或 WPS 文件，本机没有 LibreOffice，不能直接读取",
            f"请用 Office 或 WPS 另存为 {target} 后再试，或安装 LibreOffice",
        )
    made = office_convert(data, kind, target, _FILTERS[target], timeout)
    if made is None:
        raise SourceError(
            "旧格式文件已损坏、设有密码，或不是 Office 文件，LibreOffice 打不开",
            f"请用 Office 或 WPS 打开，去掉密码，另存为 {target} 后再试",
        )
    return made


def office_convert(data: bytes, kind: str, target: str, output: str, timeout: float = TIMEOUT) -> bytes | None:
    """The file as LibreOffice writes it with the filter ``output``, ``None`` if it could not."""
    program = office_program()
    if program is None:
        return None
    # an antivirus program may still hold a file when the folder is to go
    with tempfile.TemporaryDirectory(prefix="xlbudget-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "profile" / "user").mkdir(parents=True)
        (folder / "out").mkdir()
        (folder / "profile" / "user" / "registrymodifications.xcu").write_text(_registry(), encoding="utf-8")
        source = folder / f"source.{kind}"
        source.write_bytes(data)
        command = [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--invisible", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
            *([f"--infilter={_IMPORTS[kind]}"] if kind in _IMPORTS else []),
            *("--convert-to", output, "--outdir", str(folder / "out"), str(source)),
        ]
        _run(command, folder, timeout)
        made = folder / "out" / f"source.{target}"
        return made.read_bytes() if made.is_file() and made.stat().st_size else None


def _registry() -> str:
    items = (
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    return _PROFILE.format(items="\n".join(items))


def _run(command: list[str], folder: Path, timeout: float) -> None:
    """Run LibreOffice to its end or to the time limit; nothing of it is left running."""
    nowhere = {f"{scheme}_proxy": "http://127.0.0.1:9" for scheme in ("http", "https", "ftp", "all")}
    environment = os.environ | nowhere | {"TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp", "no_proxy": ""}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        raise SourceError(
            f"LibreOffice 转换旧格式文件超过 {timeout:g} 秒，已停止", "请用 Office 或 WPS 另存为 docx 或 xlsx 后再试"
        ) from None
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and the children that do its work."""
    with suppress(OSError):
        if sys.platform == "win32":
            if process.poll() is None:
                subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
        else:
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(OSError, subprocess.TimeoutExpired):
        process.wait(10)
