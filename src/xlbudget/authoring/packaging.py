"""文件包. A workbook as a zip package: changed parts are written anew, all others are copied as they are packed.

Nothing that is not understood is unpacked, let alone changed: the compressed bytes themselves are copied.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from dataclasses import dataclass

from xlbudget.authoring.xmlregion import Element, RegionError, Splice, appended, check, parse, qualified, spliced

MAX_PART = 512 * 2**20
"""A part that unpacks to more than this is no sheet of a budget."""

CONTENT_TYPES = "[Content_Types].xml"


class WorkbookError(Exception):
    """A workbook that cannot be changed safely; the message is for people."""


@dataclass(frozen=True, slots=True)
class Relationship:
    """关系. From one part to another; ``target`` is the part's name, or an address outside (``external``)."""

    id: str
    type: str
    target: str
    external: bool

    @property
    def kind(self) -> str:
        """The last word of the type: worksheet, comments, vmlDrawing ..."""
        return self.type.rpartition("/")[2]


class Package:
    """文件包. Parts by name; reading is lazy, writing collects changes until :meth:`to_bytes`."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                self._infos = {info.filename: info for info in package.infolist()}
        except (zipfile.BadZipFile, ValueError, OSError):
            raise WorkbookError("文件已损坏（压缩包结构错误）。请用 Excel 打开并另存一份，再试") from None
        if any(info.flag_bits & 1 for info in self._infos.values()):
            raise WorkbookError("文件有密码。请先在 Excel 中去掉打开密码，再试")
        self._changed: dict[str, bytes | None] = {}
        self._trees: dict[str, tuple[bytes, Element]] = {}

    @property
    def names(self) -> list[str]:
        kept = [name for name in self._infos if self._changed.get(name, b"") is not None]
        return kept + [name for name, data in self._changed.items() if name not in self._infos and data is not None]

    @property
    def changed(self) -> tuple[str, ...]:
        """The parts that will not be what they were."""
        return tuple(self._changed)

    def __contains__(self, name: str) -> bool:
        return self._changed[name] is not None if name in self._changed else name in self._infos

    def __getitem__(self, name: str) -> bytes:
        known = self._changed.get(name)
        if known is not None:
            return known
        if name not in self:
            raise WorkbookError(f"文件已损坏（缺少 {name}）。请用 Excel 打开并另存一份，再试")
        return self._original(name)

    def _original(self, name: str) -> bytes:
        info = self._infos[name]
        if info.file_size > MAX_PART:
            raise WorkbookError(f"文件中的 {name} 展开后过大，疑为压缩炸弹")
        try:
            with zipfile.ZipFile(io.BytesIO(self._data)) as package:
                return package.read(info)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError):
            raise WorkbookError(f"文件已损坏（{name} 读不出）。请用 Excel 打开并另存一份，再试") from None

    def __setitem__(self, name: str, data: bytes) -> None:
        if name not in self or self[name] != data:
            self._changed[name] = data
            if name in self._infos and self._original(name) == data:
                del self._changed[name]

    def remove(self, name: str) -> None:
        if name in self._infos:
            self._changed[name] = None
        else:
            self._changed.pop(name, None)

    def tree(self, name: str) -> Element:
        """The part with the offsets of its elements."""
        data = self[name]
        known = self._trees.get(name)
        if known is None or (known[0] is not data and known[0] != data):
            try:
                known = self._trees[name] = (data, parse(data))
            except RegionError as error:
                raise WorkbookError(f"{error}（{name}）。请用 Excel 打开并另存一份，再试") from None
        return known[1]

    def splice(self, name: str, *splices: Splice) -> None:
        if splices:
            self[name] = spliced(self[name], splices)

    def new_name(self, pattern: str) -> str:
        """A part name that is still free: ``pattern`` with the lowest number in place of ``{}``."""
        taken = {name.lower() for name in self.names}
        n = 1
        while pattern.format(n).lower() in taken:
            n += 1
        return pattern.format(n)

    # ------------------------------------------------------------ relationships and content types

    def relationships(self, part: str) -> list[Relationship]:
        name = rels_name(part)
        if name not in self:
            return []
        folder = posixpath.dirname(part)
        found = []
        for element in self.tree(name).all("Relationship"):
            external = element.get("TargetMode") == "External"
            target = element.get("Target")
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found.append(Relationship(element.get("Id"), element.get("Type"), target, external))
        return found

    def related(self, part: str, kind: str) -> str | None:
        """The first part of a kind that this one refers to."""
        return next((r.target for r in self.relationships(part) if r.kind == kind and not r.external), None)

    def relate(self, part: str, type_: str, target: str, external: bool = False, wanted: str = "") -> str:
        """Add a relationship; its id."""
        name = rels_name(part)
        if name not in self:
            self[name] = (
                b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns='
                b'"http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
            )
        root = self.tree(name)
        taken = {child.get("Id") for child in root.children}
        n = len(taken) + 1
        while f"rId{n}" in taken:
            n += 1
        ident = wanted if wanted and wanted not in taken else f"rId{n}"
        mode = ' TargetMode="External"' if external else ""
        where = target if external else posixpath.relpath("/" + target, "/" + posixpath.dirname(part))
        tag = qualified(root.prefix, "Relationship")
        new = f'<{tag} Id="{ident}" Type="{type_}" Target="{_quoted(where)}"{mode}/>'
        self.splice(name, appended(self[name], root, new.encode()))
        return ident

    def unrelate(self, part: str, target: str) -> None:
        """Take away every relationship from one part to another; an empty list of relationships goes too."""
        name = rels_name(part)
        idents = {r.id for r in self.relationships(part) if r.target == target and not r.external}
        root = self.tree(name)
        gone = [e for e in root.children if e.get("Id") in idents]
        if len(gone) == len(root.children):
            self.remove(name)
        else:
            self.splice(name, *(Splice(e.start, e.end, b"") for e in gone))

    def content_type(self, part: str) -> str:
        root = self.tree(CONTENT_TYPES)
        own = next((e for e in root.all("Override") if e.get("PartName").lower() == f"/{part}".lower()), None)
        if own is None:
            ending = part.rpartition(".")[2].lower()
            own = next((e for e in root.all("Default") if e.get("Extension").lower() == ending), None)
        return own.get("ContentType") if own is not None else ""

    def set_content_type(self, part: str, type_: str, default: bool = False) -> None:
        """Declare a part, by itself or (``default``) for all parts that end like it."""
        if self.content_type(part) == type_:
            return
        root = self.tree(CONTENT_TYPES)
        ending = part.rpartition(".")[2]
        if default and not any(e.get("Extension").lower() == ending for e in root.all("Default")):
            tag = qualified(root.prefix, "Default")
            new = f'<{tag} Extension="{ending}" ContentType="{type_}"/>'
            self.splice(CONTENT_TYPES, Splice(root.inner, root.inner, new.encode()))
            return
        tag = qualified(root.prefix, "Override")
        new = f'<{tag} PartName="/{_quoted(part)}" ContentType="{type_}"/>'
        self.splice(CONTENT_TYPES, appended(self[CONTENT_TYPES], root, new.encode()))

    def drop(self, part: str, of: str) -> None:
        """Remove a part with its declaration and the relationship that leads to it."""
        self.unrelate(of, part)
        root = self.tree(CONTENT_TYPES)
        gone = [e for e in root.all("Override") if e.get("PartName").lower() == f"/{part}".lower()]
        self.splice(CONTENT_TYPES, *(Splice(e.start, e.end, b"") for e in gone))
        self.remove(part)
        if rels_name(part) in self:
            self.remove(rels_name(part))

    def forget_default(self, ending: str) -> None:
        """Withdraw the declaration of an ending that no part has any more."""
        if any(name.lower().endswith(f".{ending}") for name in self.names):
            return
        root = self.tree(CONTENT_TYPES)
        gone = [e for e in root.all("Default") if e.get("Extension").lower() == ending]
        self.splice(CONTENT_TYPES, *(Splice(e.start, e.end, b"") for e in gone))

    # ------------------------------------------------------------ writing

    def to_bytes(self) -> bytes:
        """The whole package; raises :class:`WorkbookError` if a changed part came out as no well-formed XML."""
        out = io.BytesIO()
        directory: list[tuple[zipfile.ZipInfo, int]] = []
        for name in self.names:
            info = self._infos.get(name)
            if name in self._changed:
                info, packed = _packed(name, self[name], info)
            else:
                assert info is not None
                info, packed = _raw(self._data, info)
            directory.append((info, out.tell()))
            out.write(info.FileHeader(zip64=False))
            out.write(packed)
        start = out.tell()
        for info, offset in directory:
            out.write(_directory_entry(info, offset))
        if out.tell() >= 2**32 or len(directory) > 0xFFFF:
            raise WorkbookError("文件过大（超过 4 GB），不能改写")
        out.write(
            struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(directory), len(directory), out.tell() - start, start, 0)
        )
        return out.getvalue()


def rels_name(part: str) -> str:
    """The part that holds the relationships of a part."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _packed(name: str, data: bytes, old: zipfile.ZipInfo | None) -> tuple[zipfile.ZipInfo, bytes]:
    if name.endswith((".xml", ".rels")):
        try:
            check(data)
        except RegionError as error:  # pragma: no cover - a slip of ours must never reach a file
            raise WorkbookError(f"改写 {name} 时出错：{error}。原文件没有改动") from None
    info = zipfile.ZipInfo(name, old.date_time if old else (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    if old is not None:
        info.external_attr, info.create_system = old.external_attr, old.create_system
    else:
        info.create_system = 0
    squeeze = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = squeeze.compress(data) + squeeze.flush()
    info.CRC, info.file_size, info.compress_size = zlib.crc32(data), len(data), len(packed)
    return info, packed


def _raw(data: bytes, info: zipfile.ZipInfo) -> tuple[zipfile.ZipInfo, bytes]:
    """A member as it is packed; its sizes move from a trailing descriptor into the header."""
    at = info.header_offset
    if data[at : at + 4] != b"PK\3\4":
        raise WorkbookError("文件已损坏（压缩包结构错误）。请用 Excel 打开并另存一份，再试")
    name_size, extra_size = struct.unpack("<2H", data[at + 26 : at + 30])
    start = at + 30 + name_size + extra_size
    packed = data[start : start + info.compress_size]
    if len(packed) != info.compress_size:
        raise WorkbookError("文件不完整。请重新下载，或用 Excel 打开并另存一份，再试")
    copy = zipfile.ZipInfo(info.filename, info.date_time)
    copy.compress_type, copy.comment = info.compress_type, info.comment
    copy.external_attr, copy.internal_attr = info.external_attr, info.internal_attr
    copy.create_system, copy.create_version = info.create_system, info.create_version
    copy.extract_version = info.extract_version
    copy.CRC, copy.file_size, copy.compress_size = info.CRC, info.file_size, info.compress_size
    return copy, packed


def _directory_entry(info: zipfile.ZipInfo, offset: int) -> bytes:
    name = info.filename.encode("utf-8")
    flags = 0 if name.isascii() else 0x800
    year, month, day, hour, minute, second = info.date_time
    return (
        struct.pack(
            "<4s4B4H3L5H2L",
            b"PK\1\2",
            info.create_version,
            info.create_system,
            info.extract_version,
            0,
            flags,
            info.compress_type,
            hour << 11 | minute << 5 | second // 2,
            (year - 1980) << 9 | month << 5 | day,
            info.CRC,
            info.compress_size,
            info.file_size,
            len(name),
            0,
            len(info.comment),
            0,
            info.internal_attr,
            info.external_attr,
            offset,
        )
        + name
        + info.comment
    )
