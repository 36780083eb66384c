"""VBA 工程. Writes ``vbaProject.bin`` from source text alone: no performance cache, which Office then makes itself.

Formats: [MS-OVBA] (project, dir stream, compression) and, for the container, :mod:`.compound`. The stream
``_VBA_PROJECT`` holds the seven bytes that 2.3.4.1 asks for when there is no cache. The same modules, the same bytes.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from xlbudget.exports.compound import compound_file

PROJECT = "XlBudget"
CODE_PAGE = 1252
"""代码页. The texts are ASCII, which every code page shares."""

_NO_CACHE = b"\xcc\x61\xff\xff\x00\x01\x00"
_LCID = 0x409
_VERSION = (0x5F7B2C2C, 7)
_STDOLE = (
    r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation",
    "stdole",
)
_OFFICE = (
    r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.8#0#"
    r"C:\Program Files\Common Files\Microsoft Shared\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library",
    "Office",
)


class ModuleKind(Enum):
    """模块种类. Documents carry the class of the object they belong to."""

    CODE = ""
    WORKBOOK = "0{00020819-0000-0000-C000-000000000046}"
    SHEET = "0{00020820-0000-0000-C000-000000000046}"


@dataclass(frozen=True, slots=True)
class Module:
    """模块. ``text`` of a code module begins with its ``Attribute VB_Name`` line; documents have none."""

    name: str
    kind: ModuleKind
    text: str = ""

    @property
    def source(self) -> str:
        """The text as it is stored, lines ended as Windows ends them; :class:`ValueError` when it is not ASCII."""
        if self.kind is ModuleKind.CODE:
            text = self.text
        else:
            text = (
                f'Attribute VB_Name = "{self.name}"\nAttribute VB_Base = "{self.kind.value}"\n'
                "Attribute VB_GlobalNameSpace = False\nAttribute VB_Creatable = False\n"
                "Attribute VB_PredeclaredId = True\nAttribute VB_Exposed = True\n"
                "Attribute VB_TemplateDerived = False\nAttribute VB_Customizable = True\n"
            )
        if not text.isascii():
            raise ValueError(f"VBA module {self.name} is not plain ASCII")
        return text.replace("\r\n", "\n").replace("\n", "\r\n")


def vba_project(modules: Sequence[Module]) -> bytes:
    """The bytes of ``vbaProject.bin``."""
    streams: dict[str, bytes] = {"_VBA_PROJECT": _NO_CACHE, "dir": compress(_directory(modules))}
    for module in modules:
        streams[module.name] = compress(module.source.encode("ascii"))
    names = b"".join(m.name.encode() + b"\0" + m.name.encode("utf-16-le") + b"\0\0" for m in modules)
    return compound_file({"VBA": streams, "PROJECT": _project(modules), "PROJECTwm": names + b"\0\0"})


def _project(modules: Sequence[Module]) -> bytes:
    """The PROJECT stream (2.3.1): a list of lines."""
    guid = f"{{{str(uuid.uuid5(uuid.NAMESPACE_URL, PROJECT)).upper()}}}"
    lines = [f'ID="{guid}"']
    lines += [f"Module={m.name}" if m.kind is ModuleKind.CODE else f"Document={m.name}/&H00000000" for m in modules]
    lines += [f'Name="{PROJECT}"', 'HelpContextID="0"', 'VersionCompatible32="393222000"']
    lines += [f'CMG="{_encrypted(bytes(4), guid)}"', f'DPB="{_encrypted(bytes(1), guid)}"']
    lines += [f'GC="{_encrypted(bytes([255]), guid)}"', "", "[Host Extender Info]"]
    lines += ["&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000", "", "[Workspace]"]
    lines += [f"{m.name}=0, 0, 0, 0, C" for m in modules]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _encrypted(data: bytes, guid: str, seed: int = 0x5D) -> str:
    """Protection state, password and visibility (2.4.3.2): none, none, visible."""
    key = sum(guid.encode("ascii")) & 0xFF
    out = [seed, seed ^ 2, seed ^ key]
    plain_before, one_before, two_before = key, out[2], out[1]
    for byte in bytes([7] * ((seed & 6) // 2)) + struct.pack("<I", len(data)) + data:
        coded = byte ^ ((two_before + plain_before) & 0xFF)
        out.append(coded)
        two_before, one_before, plain_before = one_before, coded, byte
    return bytes(out).hex().upper()


def _directory(modules: Sequence[Module]) -> bytes:
    """The dir stream before compression (2.3.4.2): information, references, modules."""
    parts = [
        _record(0x01, struct.pack("<I", 1)),
        _record(0x02, struct.pack("<I", _LCID)),
        _record(0x14, struct.pack("<I", _LCID)),
        _record(0x03, struct.pack("<H", CODE_PAGE)),
        _record(0x04, PROJECT.encode("ascii")),
        _twice(0x05, 0x40, ""),
        _record(0x06, b"") + _record(0x3D, b""),
        _record(0x07, bytes(4)),
        _record(0x08, bytes(4)),
        struct.pack("<HIIH", 0x09, 4, *_VERSION),
        _twice(0x0C, 0x3C, ""),
    ]
    for library, name in (_STDOLE, _OFFICE):
        told = library.encode("ascii")
        parts += [_twice(0x16, 0x3E, name), _record(0x0D, struct.pack("<I", len(told)) + told + bytes(6))]
    parts += [_record(0x0F, struct.pack("<H", len(modules))), _record(0x13, b"\xff\xff")]
    for module in modules:
        parts += [
            _twice(0x19, 0x47, module.name),
            _twice(0x1A, 0x32, module.name),
            _twice(0x1C, 0x48, ""),
            _record(0x31, bytes(4)),
            _record(0x1E, bytes(4)),
            _record(0x2C, b"\xff\xff"),
            _record(0x21 if module.kind is ModuleKind.CODE else 0x22, b""),
            _record(0x2B, b""),
        ]
    return b"".join([*parts, _record(0x10, b"")])


def _record(number: int, data: bytes) -> bytes:
    return struct.pack("<HI", number, len(data)) + data


def _twice(number: int, unicode_number: int, text: str) -> bytes:
    """A text in the project's code page, then in UTF-16."""
    return _record(number, text.encode("ascii")) + _record(unicode_number, text.encode("utf-16-le"))


_CHUNK = 4096


def compress(data: bytes) -> bytes:
    """The container of 2.4.1: chunks of at most 4096 bytes, each with copies of what came before in it."""
    out = bytearray(b"\x01")
    for start in range(0, len(data), _CHUNK):
        raw = data[start : start + _CHUNK]
        packed = _compressed_chunk(raw)
        if len(packed) < _CHUNK or len(raw) < _CHUNK:
            out += struct.pack("<H", 0xB000 | (len(packed) - 1)) + packed
        else:
            out += struct.pack("<H", 0x3FFF) + raw
    return bytes(out)


def _compressed_chunk(raw: bytes) -> bytes:
    """Eight tokens behind each flag byte: a literal byte, or a copy of at least three bytes."""
    out = bytearray()
    seen: dict[bytes, list[int]] = {}
    at = 0
    while at < len(raw):
        flags, tokens = 0, bytearray()
        for bit in range(8):
            if at >= len(raw):
                break
            offset_bits = max((at - 1).bit_length(), 4) if at else 4
            length, offset = _longest(raw, at, seen, (0xFFFF >> offset_bits) + 3)
            if length >= 3:
                tokens += struct.pack("<H", ((offset - 1) << (16 - offset_bits)) | (length - 3))
                flags |= 1 << bit
            else:
                length = 1
                tokens.append(raw[at])
            for place in range(at, min(at + length, len(raw) - 2)):
                seen.setdefault(raw[place : place + 3], []).append(place)
            at += length
        out.append(flags)
        out += tokens
    return bytes(out)


def _longest(raw: bytes, at: int, seen: dict[bytes, list[int]], limit: int) -> tuple[int, int]:
    """Length and distance of the longest earlier run that continues at ``at``."""
    best = offset = 0
    limit = min(limit, len(raw) - at)
    for place in reversed(seen.get(raw[at : at + 3], ())):
        length = 3
        while length < limit and raw[place + length] == raw[at + length]:
            length += 1
        if min(length, limit) > best:
            best, offset = min(length, limit), at - place
        if best == limit:
            break
    return best, offset
