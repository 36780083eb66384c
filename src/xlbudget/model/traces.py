"""文件痕迹. What an Office file carries that nobody sees on the page: authors, paths, comments, hidden sheets, links.

Works on the zip package alone with a few regular expressions over small parts; a damaged or foreign file has none.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from html import unescape


class TraceKind(Enum):
    """痕迹的种类."""

    HIDDEN = "隐藏内容"
    COMMENT = "批注"
    REVISION = "修订痕迹"
    AUTHOR = "作者信息"
    PATH = "文件路径"
    LINK = "外部链接"


@dataclass(frozen=True, slots=True)
class Trace:
    """一处痕迹. ``place`` is the part or the sheet."""

    kind: TraceKind
    what: str
    place: str = ""


_MOST = 8 * 2**20
_NAMES = re.compile(rb"<(?:dc:creator|cp:lastModifiedBy|Manager)[^>]*>([^<]+)<")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_ATTRIBUTE = re.compile(rb'\b(name|state)="([^"]*)"')
_REVISED = re.compile(rb"<w:(?:ins|del|moveFrom|moveTo)\b[^>]*w:(?:author|id)=")
_EXTERNAL = re.compile(rb'Target="([^"]+)"[^>]*TargetMode="External"|TargetMode="External"[^>]*Target="([^"]+)"')


def package_traces(data: bytes) -> list[Trace]:
    """The traces of an Office file (.xlsx, .xlsm, .docx)."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        return list(_traces(package))
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, NotImplementedError, KeyError):
        return []


def _traces(package: zipfile.ZipFile) -> Iterator[Trace]:
    for info in package.infolist():
        name, low = info.filename, info.filename.lower()
        if info.file_size > _MOST:
            continue
        if low in ("docprops/core.xml", "docprops/app.xml"):
            names = dict.fromkeys(_text(m) for m in _NAMES.findall(package.read(info)) if _text(m))
            if names:
                yield Trace(TraceKind.AUTHOR, "、".join(names), name)
        elif low == "xl/workbook.xml":
            yield from _workbook(package.read(info), name)
        elif "comments" in low and low.endswith(".xml") and b"<" in (body := package.read(info)):
            count = _comments(body)
            if count:
                yield Trace(TraceKind.COMMENT, f"{count} 条批注", name)
        elif low == "word/document.xml" and _REVISED.search(package.read(info)):
            yield Trace(TraceKind.REVISION, "有未接受的修订", name)
        elif low.endswith(".rels"):
            for one, other in _EXTERNAL.findall(package.read(info)):
                target = _text(one or other)
                if (
                    target.lower().startswith(("file:", "\\\\"))
                    or re.match(r"[A-Za-z]:\\", target)
                    or "externalLink" in name
                ):
                    yield Trace(TraceKind.LINK, f"链接到其他文件 {target.rsplit('/', 1)[-1]}", name)


_OWN = b"xlbudget"
"""The author of the marks that a check leaves in a workbook; they go again when they are cleared."""
_COMMENT = re.compile(rb"<(?:\w+:)?(?:comment|threadedComment)\b[^>]*>")


def _comments(body: bytes) -> int:
    """How many comments people wrote."""
    authors = re.findall(rb"<(?:\w+:)?author>([^<]*)<", body)
    count = 0
    for tag in _COMMENT.findall(body):
        match = re.search(rb'authorId="(\d+)"', tag)
        number = int(match[1]) if match is not None else -1
        count += not (0 <= number < len(authors) and authors[number] == _OWN)
    return count


def _workbook(body: bytes, name: str) -> Iterator[Trace]:
    for tag in _SHEET.findall(body):
        said = dict(_ATTRIBUTE.findall(tag))
        if said.get(b"state") in (b"hidden", b"veryHidden"):
            yield Trace(TraceKind.HIDDEN, f"隐藏的工作表“{_text(said.get(b'name', b''))}”", name)
    for match in re.findall(rb'<x15ac:absPath[^>]*url="([^"]+)"', body):
        yield Trace(TraceKind.PATH, f"保存位置 {_text(match)[:60]}", name)


def _text(raw: bytes) -> str:
    return unescape(raw.decode("utf-8", "replace")).strip()
