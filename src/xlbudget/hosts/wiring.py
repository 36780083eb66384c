"""接线. Where Python and the libraries of xlwings are on this machine, as the Excel add-in wants to know it."""

from __future__ import annotations

import sys
import sysconfig
from importlib.metadata import version
from pathlib import Path

from xlbudget.hosts.vba import Wiring


class WiringError(Exception):
    """The add-in of Excel cannot be wired to this Python; the message is for people."""


def site_here() -> tuple[str, tuple[int, ...]]:
    """The libraries of this Python, for a LibreOffice whose Python is of the same version."""
    return sysconfig.get_paths()["purelib"], tuple(sys.version_info[:2])


def wiring_here() -> Wiring:
    """This interpreter; :class:`WiringError` when something that Excel needs is not there. Linux has no Excel."""
    if sys.platform == "darwin":
        return Wiring(mac_python=sys.executable)
    if sys.platform != "win32":
        return Wiring()
    prefix = Path(sys.prefix)
    program = prefix / "Scripts" / "pythonw.exe"
    if not program.is_file():
        raise WiringError(f"找不到 {program}。请运行 py install.py 重新安装。")
    libraries = [_library(prefix, bits) for bits in (64, 32)]
    return Wiring(_short(str(libraries[0])), _short(str(libraries[1])), start_command(_short(str(program))))


def start_command(program: str) -> str:
    """The command that starts the server: isolated, so that no folder and no variable of the user's leads it astray."""
    return f'"{program}" -I -B -c "import xlwings; xlwings.serve(\'$(CLSID)\')"'


def _library(prefix: Path, bits: int) -> Path:
    name = f"xlwings{bits}-{version('xlwings')}.dll"
    for folder in (prefix, prefix / "Scripts"):
        if (folder / name).is_file():
            return folder / name
    raise WiringError(
        f"找不到 {name}（在 {prefix} 中）。请用 64 位的 Python；如果刚被杀毒软件隔离，请恢复它并加入信任，再运行 py install.py。"
    )


def _short(path: str) -> str:
    """The path in letters that every part of Excel takes: the library starts Python through the system's code page."""
    if path.isascii():
        return path
    try:
        path.encode("mbcs")
        return path
    except (UnicodeEncodeError, LookupError):
        pass
    if sys.platform == "win32":
        import ctypes

        buffer = ctypes.create_unicode_buffer(32768)
        if ctypes.windll.kernel32.GetShortPathNameW(path, buffer, len(buffer)) and buffer.value.isascii():
            return buffer.value
    raise WiringError(f"文件夹“{path}”里有系统不支持的字。请把程序移到只有英文的文件夹（如 C:\\xlbudget）再安装。")
