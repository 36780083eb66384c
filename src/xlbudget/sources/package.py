"""压缩包. The zip package of an Office file: one that unpacks to more than a document can hold is not unpacked.

Source: ISO 29500-2 (Open Packaging Conventions).
"""

from __future__ import annotations

import io
import zipfile
import zlib

from xlbudget.sources.failing import SourceError

MAX_UNPACKED = 2 * 1024**3
MAX_RATIO = 400
"""Unpacked to packed size; office files reach about 20, formatting-only sheets about 15."""
MAX_ENTRIES = 20_000
"""Entries of a package; a document with a thousand pictures has some two thousand."""
MAX_PART = 96 * 2**20
"""Bytes of one XML part that is read into a tree; the volume of a whole county has some twenty MB."""
DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, NotImplementedError)
"""What a damaged or encrypted entry raises when it is read."""
AGAIN = "请重新下载，或用 Office 打开并另存一份，再试"


def open_package(data: bytes) -> zipfile.ZipFile:
    """Open the package; raises :class:`SourceError` when it is damaged or a bomb."""
    if data.count(b"PK\x01\x02") > MAX_ENTRIES:
        raise SourceError(f"压缩包里的文件超过 {MAX_ENTRIES} 个，疑为压缩炸弹", "请勿打开来历不明的文件")
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        infos = package.infolist()
    except DAMAGE:
        raise SourceError("文件不完整或已损坏（压缩包结构错误）", AGAIN) from None
    unpacked, packed = sum(i.file_size for i in infos), sum(i.compress_size for i in infos) or 1
    if unpacked > MAX_UNPACKED or (unpacked > 64 * 2**20 and unpacked / packed > MAX_RATIO):
        raise SourceError(
            f"文件展开后达 {unpacked // 2**20} MB，疑为压缩炸弹",
            "请勿打开来历不明的文件；如确为公开材料，请清除多余格式后另存",
        )
    return package


def read_part(package: zipfile.ZipFile, name: str) -> bytes | None:
    """The bytes of an entry, ``None`` when there is none of that name."""
    try:
        info = package.getinfo(name)
    except KeyError:
        return None
    if info.flag_bits & 1:
        raise SourceError("文件设有打开密码（已加密）", "请去掉密码后另存，再试")
    if info.file_size > MAX_PART:
        raise SourceError(
            f"正文展开后有 {info.file_size // 2**20} MB，过大，疑为压缩炸弹", "请按单位拆分，或清除多余格式后另存"
        )
    try:
        with package.open(info) as entry:
            return entry.read(MAX_PART)
    except DAMAGE:
        raise SourceError("文件不完整或已损坏（内容解不开）", AGAIN) from None
