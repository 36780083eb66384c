"""网页的识别. Is it a web page? Told by how it begins, without loading the parser."""

from __future__ import annotations

import codecs
import re

_START = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*|<!--.{0,2000}?-->\s*){0,5}"
    rb"<(?:!doctype\s+html|html|head|body|meta|title|style|script|table|div)\b",
    re.IGNORECASE | re.DOTALL,
)
_MHTML = re.compile(rb"(?:^|\n)mime-version:", re.IGNORECASE)


def is_html(data: bytes) -> bool:
    """Do these bytes begin as a web page, or as a page saved with its pictures (mhtml)?"""
    head = data[:8192]
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            head = head[2:].decode(encoding, errors="replace").encode()
    head = head.removeprefix(codecs.BOM_UTF8)
    return bool(_START.match(head)) or is_mhtml(head)


def is_mhtml(head: bytes) -> bool:
    """网页归档. A page with its pictures in one file, as browsers save it."""
    return bool(_MHTML.search(head[:2048])) and b"multipart/related" in head.lower()
