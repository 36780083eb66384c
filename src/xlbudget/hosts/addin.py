"""加载项的命令. ``xlbudget addin``: builds the add-ins of Excel and LibreOffice, tidies function names in a workbook."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xlbudget.app.registry import FAILED, OK, Argument, Console, command
from xlbudget.authoring.saving import WriteError, write_file


@command(
    "addin",
    "加载项",
    "build 生成表格软件的加载项：xlbudget.xlam（Excel）、xlbudget.xlsm（同样内容的工作簿）、xlbudget.oxt（LibreOffice）；"
    "tidy 把工作簿里的函数改回通用的写法，交给别人之前用",
    [
        Argument("action", "build 或 tidy", choices=("build", "tidy")),
        Argument("file", "要整理的工作簿（只用于 tidy）", "工作簿.xlsx", required=False),
        Argument("-o", "build 写到这个文件夹；tidy 写到这个文件", "路径"),
        Argument("--here", "把本机 Python 和所用库的位置写进加载项（install.py 用）", flag=True),
    ],
    example="xlbudget addin build -o 加载项",
)
def addin(console: Console, given: Mapping[str, Any]) -> int:
    try:
        return _tidy(console, given) if given["action"] == "tidy" else _build(console, given)
    except WriteError as error:
        console.problem(str(error))
        return FAILED


def _build(console: Console, given: Mapping[str, Any]) -> int:
    from xlbudget.hosts.oxt import build_oxt
    from xlbudget.hosts.vba import Wiring, build_xlam, build_xlsm
    from xlbudget.hosts.wiring import WiringError, site_here, wiring_here

    if given.get("file"):
        console.problem("build 不需要文件名，只要 -o 文件夹。")
        return FAILED
    try:
        here = bool(given.get("here"))
        wiring, site = (wiring_here(), site_here()) if here else (Wiring(), ("", ()))
    except WiringError as error:
        console.problem(str(error))
        return FAILED
    folder = Path(given["o"])
    files = {"xlbudget.xlam": build_xlam(wiring), "xlbudget.xlsm": build_xlsm(wiring), "xlbudget.oxt": build_oxt(site)}
    for name, data in files.items():
        write_file(folder / name, data)
        console.say(f"已写出 {folder / name}")
    if not given.get("here") and sys.platform == "win32":
        console.say("Excel 加载项里还没有 Python 的位置；在本机使用请运行 py install.py。")
    return OK


def _tidy(console: Console, given: Mapping[str, Any]) -> int:
    from xlbudget.hosts.naming import plain_workbook
    from xlbudget.sources.failing import SourceError

    if not given.get("file"):
        console.problem("请给出要整理的工作簿，如 xlbudget addin tidy 预算公开.xlsx -o 交付.xlsx。")
        return FAILED
    source, target = Path(given["file"]), Path(given["o"])
    try:
        data, count = plain_workbook(source.read_bytes())
    except OSError as error:
        console.problem(f"读不到“{source}”（{error.strerror}）。")
        return FAILED
    except SourceError as error:
        console.problem(f"{source.name}：{error}")
        return FAILED
    write_file(target, data)
    console.say(f"已写出 {target}，改写 {count} 个公式")
    return OK
