"""函数名的写法. Our functions under the names that programs write into files, and back to the plain name.

Excel writes ``'xlbudget.xlam'!BUDGET_CHECK(``, ``[1]!BUDGET_CHECK(`` or ``_xll.``; LibreOffice writes
``ORG.XLBUDGET.BUDGET.BUDGETCHECK(``. The plain name is what each of them understands when it is typed.
"""

from __future__ import annotations

import io
import re
import zipfile
from html import escape, unescape

import xlbudget.app.functions
from xlbudget.app.registry import FUNCTIONS
from xlbudget.sources.failing import SourceError

assert xlbudget.app.functions  # declares the functions


def programmatic(name: str) -> str:
    """The method of a function: ``BUDGET_CHECK`` is ``budgetCheck``."""
    first, *rest = name.lower().split("_")
    return first + "".join(part.title() for part in rest)


_BY_METHOD = {programmatic(name).upper(): name for name in FUNCTIONS}
_PREFIX = r"(?:'[^'\"]*xlbudget\.xla?m?'[!.]|xlbudget\.xlam!|\[\d+\]!|_xll\.|_xlfn\.|_xludf\.|'?file:[^'\"]*xlbudget[^'\"]*'?#\$?\w*\.)"
OTHER_FORM = re.compile(
    rf"(?:{_PREFIX}+({'|'.join(FUNCTIONS)})|ORG\.XLBUDGET\.BUDGET\.({'|'.join(_BY_METHOD)}))(?=\()", re.IGNORECASE
)
OURS = re.compile(rf"\b(?:{'|'.join(FUNCTIONS)})\(", re.IGNORECASE)


def plain_formula(formula: str) -> str:
    """The formula with our functions under their plain names; texts in quotes are left alone."""
    pieces = re.split(r'("(?:[^"]|"")*")', formula)
    return "".join(piece if i % 2 else _capitals(OTHER_FORM.sub(_plain, piece)) for i, piece in enumerate(pieces))


def _capitals(piece: str) -> str:
    """LibreOffice writes a name that it does not know in small letters, and does not find it like that again."""
    return OURS.sub(lambda match: match[0].upper(), piece)


def _plain(match: re.Match[str]) -> str:
    return match[1].upper() if match[1] else _BY_METHOD[match[2].upper()]


_FORMULA = re.compile(rb"(<(?:\w+:)?f\b[^>]*>)([^<]+)(?=</(?:\w+:)?f>)")


def plain_workbook(data: bytes) -> tuple[bytes, int]:
    """A workbook (.xlsx, .xlsm) with plain names in every formula, and how many were changed; all else as it was."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        raise SourceError("这不是 .xlsx 或 .xlsm 工作簿，或文件已损坏", "请另存为 .xlsx 再试") from None
    count = 0

    def change(match: re.Match[bytes]) -> bytes:
        nonlocal count
        before = unescape(match[2].decode("utf-8"))
        after = plain_formula(before)
        count += before != after
        return match[1] + (match[2] if before == after else escape(after, quote=False).encode())

    parts = {}
    for info in package.infolist():
        content = package.read(info)
        if re.fullmatch(r"xl/worksheets/[^/]+\.xml", info.filename):
            content = _FORMULA.sub(change, content)
        parts[info] = content
    if not count:
        return data, 0
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info, content in parts.items():
            target.writestr(info, content)
    return out.getvalue(), count
