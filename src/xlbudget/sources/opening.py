"""打开文件. Chooses the reader by what is in a file, not by its name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from xlbudget.model.raw import RawDocument
from xlbudget.sources.failing import SourceError

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
    return read_bytes(data, path.name, ocr)


def read_bytes(data: bytes, file: str, ocr: bool = False) -> RawDocument:
    """Read the bytes of a file of any supported kind."""
    if not data.strip():
        raise SourceError("文件是空的（0 字节或只有空白）", "请重新下载或另存后再试")
    return _reader(data, ocr)(data, file)


def _reader(data: bytes, ocr: bool) -> Callable[[bytes, str], RawDocument]:
    head = data[:8]
    if head.startswith(b"PK"):
        return _zip_reader(data)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound_reader(data)
    if b"%PDF-" in data[:1024]:
        from xlbudget.sources.pdf import read_pdf

        return partial(read_pdf, ocr=ocr)
    from xlbudget.sources.text import read_text

    return read_text


def _zip_reader(data: bytes) -> Callable[[bytes, str], RawDocument]:
    if b"word/document.xml" in data:
        raise SourceError("这是 Word 文件，本版本还不能读取", "请提供工作簿（xlsx）或文本文件")
    if b"xl/workbook" in data or b"[Content_Types].xml" in data:
        from xlbudget.sources.xlsx import read_xlsx

        return read_xlsx
    raise SourceError("这是压缩包，不是工作簿或文档", "请解压后给出其中的文件")


def _compound_reader(data: bytes) -> Callable[[bytes, str], RawDocument]:
    """Old Office files and encrypted new ones share one container (MS-CFB); its entry names are UTF-16."""

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise SourceError("文件设有打开密码（已加密）", "请用 Excel 或 Word 去掉密码后另存，再试")
    if holds("Workbook") or holds("Book"):
        from xlbudget.sources.xlsx import read_xlsx

        return read_xlsx
    raise SourceError("这是旧版 Office 文件（.doc、.wps 等），不能直接读取", "请另存为 docx 或 xlsx 后再试")
