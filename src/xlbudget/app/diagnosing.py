"""环境诊断. Is this machine ready? Facts about it, each with what to do when it is not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """诊断. ``fine`` is ``None`` for what is only useful to have."""

    title: str
    state: str
    fine: bool | None
    advice: str = ""

    @property
    def line(self) -> str:
        """One line for people."""
        mark = {True: "✓", False: "✗", None: "·"}[self.fine]
        return f"{mark} {self.title}：{self.state}" + (f"（{self.advice}）" if self.advice else "")


_NEEDED = ("python-calamine", "lxml", "openpyxl", "pandas", "xlwings", "SQLAlchemy", "platformdirs")


def diagnose() -> Iterator[Diagnosis]:
    """Every fact, in the order in which a person would look."""
    import xlbudget
    from xlbudget.sources.legacy import office_program

    yield Diagnosis("xlbudget", xlbudget.__version__, True)
    python = ".".join(map(str, sys.version_info[:3]))
    fine = sys.version_info >= (3, 11)
    yield Diagnosis("Python", python, fine, "" if fine else "需要 3.11 或更高版本")
    for name in _NEEDED:
        try:
            yield Diagnosis(name, version(name), True)
        except PackageNotFoundError:
            yield Diagnosis(name, "没有安装", False, "请重新运行 python3 install.py")
    yield from _packs()
    yield _archive()
    office = office_program()
    yield Diagnosis(
        "LibreOffice",
        office or "没有安装",
        True if office else None,
        "" if office else "只在转换旧格式和导出 PDF 时需要",
    )


def _archive() -> Diagnosis:
    """The archive of past documents: nothing there yet is no fault."""
    from xlbudget.app.comparing import archive_at
    from xlbudget.archive.failing import ArchiveError

    try:
        archive = archive_at("")
        if archive is None:
            return Diagnosis("往年档案", "还是空的", None, "用 xlbudget archive add 存入往年的公开文件")
        return Diagnosis("往年档案", f"{len(archive.entries())} 份文件（{archive.engine.url.database}）", True)
    except ArchiveError as error:
        return Diagnosis("往年档案", "不能使用", False, str(error))
    except ModuleNotFoundError as error:  # a spreadsheet program may bring a Python without libraries
        return Diagnosis("往年档案", f"缺少 {error.name}", False, "请重新运行 python3 install.py")


def _packs() -> Iterator[Diagnosis]:
    from xlbudget.packs.catalog import all_packs
    from xlbudget.packs.loading import PackError
    from xlbudget.rules.declaring import all_rules

    try:
        yield Diagnosis("模板包", f"{len(all_packs())} 个，全部有效", True)
    except PackError as error:
        yield Diagnosis("模板包", str(error), False, "请改正或移走这个模板包")
    yield Diagnosis("规则", f"{len(all_rules())} 条", True)
