"""工作簿的结构. The sheets, names and calculation settings of a workbook package."""

from __future__ import annotations

from dataclasses import dataclass
from html import unescape

from xlbudget.authoring.packaging import Package, WorkbookError
from xlbudget.authoring.sheetediting import SheetXml
from xlbudget.authoring.stylesheet import Stylesheet
from xlbudget.authoring.xmlregion import Element, Splice, qualified, with_attribute


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """工作表条目. ``part`` holds the sheet; ``position`` is its place among the tabs."""

    name: str
    part: str
    position: int
    element: Element


class Book:
    """工作簿. What a package says of its sheets; raises ``WorkbookError`` when it is none that we may change."""

    def __init__(self, data: bytes) -> None:
        _refuse_other_formats(data)
        self.package = Package(data)
        if any(name.lower().endswith("workbook.bin") for name in self.package.names):
            raise WorkbookError("这是 .xlsb 工作簿，不能改写。请在 Excel 中另存为 .xlsx（有宏的存为 .xlsm），再试")
        part = self.package.related("", "officeDocument")
        if part is None or part not in self.package or self.package.tree(part).name != "workbook":
            raise WorkbookError("这不是 Excel 工作簿（.xlsx、.xlsm）")
        self.part = part

    @property
    def root(self) -> Element:
        return self.package.tree(self.part)

    @property
    def sheets(self) -> list[SheetEntry]:
        targets = {r.id: r.target for r in self.package.relationships(self.part)}
        holder = self.root.first("sheets")
        found = []
        for position, element in enumerate(holder.all("sheet") if holder is not None else ()):
            ident = next((v for k, v in element.attributes.items() if k.endswith(":id")), "")
            found.append(SheetEntry(element.get("name"), targets.get(ident, ""), position, element))
        return found

    def sheet(self, name: str) -> SheetEntry:
        for entry in self.sheets:
            if entry.name.casefold() == name.casefold():
                return entry
        raise WorkbookError(f"没有名为“{name}”的工作表")

    def xml(self, entry: SheetEntry) -> SheetXml:
        return SheetXml(entry.name, self.package[entry.part], self.package.tree(entry.part))

    def stylesheet(self) -> Stylesheet:
        part = self.package.related(self.part, "styles")
        if part is None:
            raise WorkbookError("工作簿没有样式表。请用 Excel 打开并另存一份，再试")
        return Stylesheet(self.package, part)

    def names(self) -> dict[str, str]:
        """Defined names with what they stand for."""
        holder = self.root.first("definedNames")
        data = self.package[self.part]
        return {
            e.get("name"): unescape(data[e.inner : e.outer].decode("utf-8"))
            for e in (holder.all("definedName") if holder is not None else ())
        }

    @property
    def signed(self) -> bool:
        """Is the document signed? A signature of the macros alone does not cover the cells."""
        return any(name.startswith("_xmlsignatures/") for name in self.package.names) or (
            self.package.related("", "origin") is not None
        )

    def calculate_on_opening(self) -> None:
        """Ask the program that opens the book next to calculate everything."""
        data, root = self.package[self.part], self.root
        old = root.first("calcPr")
        if old is not None:
            tag = data[old.start : old.inner]
            new = with_attribute(tag, "fullCalcOnLoad", "1")
            self.package.splice(self.part, Splice(old.start, old.inner, new))
            return
        before = [e for e in root.children if e.name in _BEFORE_CALC]
        at = before[-1].end
        tag = f'<{qualified(root.prefix, "calcPr")} fullCalcOnLoad="1"/>'.encode()
        self.package.splice(self.part, Splice(at, at, tag))

    def forget_calculation_order(self) -> None:
        """Drop the calculation chain: it may not name a cell without a formula, and Excel makes a new one."""
        part = self.package.related(self.part, "calcChain")
        if part is not None:
            self.package.drop(part, self.part)


_BEFORE_CALC = (
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
)
"""What stands before ``calcPr`` (ECMA-376 part 1, 18.2.27)."""


def _refuse_other_formats(data: bytes) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in data:
            raise WorkbookError("文件有密码。请先在 Excel 中去掉打开密码，再试")
        raise WorkbookError("这是旧格式的 .xls（或 .et）工作簿，不能改写。请在 Excel 或 WPS 中另存为 .xlsx，再试")
    if not data.startswith(b"PK"):
        raise WorkbookError("这不是 Excel 工作簿（.xlsx、.xlsm）")
    if b"mimetypeapplication/vnd.oasis" in data[:200]:
        raise WorkbookError("这是 OpenDocument 表格（.ods），不能改写。请在 LibreOffice 中另存为 .xlsx，再试")
