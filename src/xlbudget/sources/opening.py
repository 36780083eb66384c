"""打开文件. Chooses the reader by what is in a file, not by its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from xlbudget.model.raw import RawDocument
from xlbudget.model.traces import package_traces
from xlbudget.sources.failing import SourceError
from xlbudget.sources.sniffing import is_html

MAX_FILE = 512 * 1024 * 1024


def open_document(path: Path, ocr: bool = False) -> RawDocument:
    """Read any supported file; raises :class:`SourceError` with a sentence for people. ``ocr``: scanned pages too."""
    try:
        if path.is_dir():
            raise SourceError(f"“{path.name}”是文件夹", "请给出一个文件")
        size = path.stat().st_size
        if size > MAX_FILE:
            raise SourceError(f"文件有 {size // 2**20} MB，过大", "请只保留一个单位一年的公开材料")
        data = path.read_bytes()
    except FileNotFoundError:
        raise SourceError(f"找不到文件“{path}”", "请检查文件名和文件夹") from None
    except PermissionError:
        raise SourceError(f"没有权限读取“{path.name}”", "请关闭正在使用它的程序，或检查文件权限") from None
    except OSError as error:
        raise SourceError(f"读取“{path.name}”失败（{error.strerror or error}）", "请检查磁盘或网络位置后再试") from None
    return read_bytes(data, shown_name(path.name), ocr)


def shown_name(name: str) -> str:
    """文件名. A name for people: bytes that are no text (of another encoding) as question marks."""
    return name.encode("utf-8", "replace").decode()


def read_bytes(data: bytes, file: str, ocr: bool = False) -> RawDocument:
    """Read the bytes of a file of any supported kind."""
    if not data.strip():
        raise SourceError("文件是空的（0 字节或只有空白）", "请重新下载或另存后再试")
    document = _reader(data, ocr)(data, file)
    if data.startswith(b"PK"):
        document.traces = package_traces(data)
    return document


Reader = Callable[[bytes, str], RawDocument]

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XML_2003 = re.compile(
    rb'progid="(?:Word\.Document|Excel\.Sheet)"|office/word/2003/wordml|microsoft-com:office:spreadsheet', re.IGNORECASE
)


def _reader(data: bytes, ocr: bool) -> Reader:
    head = data[:4096]
    if head.startswith(b"PK"):
        return _zip_reader(data)
    if head.startswith(_COMPOUND):
        return _compound_reader(data)
    if head.lstrip().startswith(b"{\\rtf"):
        return _legacy("rtf")
    if b"%PDF-" in head[:1024]:
        from xlbudget.sources.pdf import read_pdf

        return partial(read_pdf, ocr=ocr)
    if is_html(data):
        from xlbudget.sources.html import read_html

        return read_html
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml") and _XML_2003.search(head):
        # converters lose merged cells of these
        raise SourceError(
            "这是 2003 版的 XML 文件，不能可靠地读取", "请用 Office 或 WPS 打开，另存为 docx 或 xlsx 后再试"
        )
    from xlbudget.sources.text import read_text

    return read_text


def _legacy(kind: str) -> Reader:
    from xlbudget.sources.legacy import read_legacy

    return partial(read_legacy, kind=kind)


def _zip_reader(data: bytes) -> Reader:
    names = _names(data)
    if any(name.startswith("word/document") for name in names):
        from xlbudget.sources.docx import read_docx

        return read_docx
    if data[30:38] == b"mimetype":
        if data.startswith(b"application/vnd.oasis.opendocument.text", 38):
            return _legacy("odt")
        if data.startswith(b"application/vnd.oasis.opendocument.spreadsheet", 38):
            return _legacy("ods")
    if any(name.startswith("xl/workbook") or name == "[Content_Types].xml" for name in names):
        from xlbudget.sources.xlsx import read_xlsx

        return read_xlsx
    raise SourceError("这是压缩包，不是工作簿或文档", "请解压后给出其中的文件")


def _names(data: bytes) -> list[str]:
    """The entries of a zip file; of a damaged one, those whose names still stand in the bytes."""
    try:
        from xlbudget.sources.package import open_package

        return open_package(data).namelist()
    except SourceError as error:
        if "损坏" not in error.what:
            raise
    return [name for name in ("word/document", "xl/workbook", "[Content_Types].xml") if name.encode() in data]


def _compound_reader(data: bytes) -> Reader:
    """Old Office files and encrypted new ones share one container (MS-CFB); its entry names are UTF-16."""

    def place(name: str) -> int:
        return data.find(name.encode("utf-16-le") + b"\0\0")

    if place("EncryptedPackage") >= 0:
        raise SourceError("文件设有打开密码（已加密）", "请用 Excel 或 Word 去掉密码后另存，再试")
    word = place("WordDocument")
    book = min((at for name in ("Workbook", "Book") if (at := place(name)) >= 0), default=-1)
    # each may be embedded in the other: the text of a Word file usually stands first, and its own entry does
    if word >= 0 and (book < 0 or data[512:514] == b"\xec\xa5" or word < book):
        return _legacy("doc")
    if book >= 0:
        return _read_xls
    if place("MatOST") >= 0 or place("CONTENTS") >= 0:
        return _legacy("wps")
    raise SourceError(
        "这是旧版 Office 的文件格式，但认不出是文档还是工作簿", "请用 Office 或 WPS 另存为 docx 或 xlsx 后再试"
    )


def _read_xls(data: bytes, file: str) -> RawDocument:
    """Old workbooks are read directly where that goes, else through LibreOffice."""
    from xlbudget.sources.xlsx import read_xlsx

    try:
        return read_xlsx(data, file)
    except SourceError as error:
        if "密码" in error.what:
            raise
        direct = error
    try:
        return _legacy("xls")(data, file)
    except SourceError:
        raise direct from None
