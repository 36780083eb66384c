"""复合文件. Writes a compound file (the container of old Office files and of VBA projects), version 3, from a tree.

Format: [MS-CFB]. Streams under 4096 bytes go to the small sectors. No clock and no random number: the same tree gives
the same bytes. Written for files of at most 109 sectors of table, some 7 MB.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

SECTOR, SMALL, LIMIT = 512, 64, 4096
_FREE, _END, _TABLE, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_IN_HEADER = 109
_ROOT, _STORAGE, _STREAM = 5, 1, 2

Tree = dict[str, Any]
"""Names to bytes (a stream) or to a tree (a storage)."""


@dataclass(slots=True)
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    start: int = 0
    size: int = 0

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<HBBIII", len(name), self.kind, 1, self.left, self.right, self.child)
        return name.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", self.start, self.size)


@dataclass(slots=True)
class _Chains:
    """Sectors of one size with the table that links them."""

    size: int
    links: list[int] = field(default_factory=list)
    data: bytearray = field(default_factory=bytearray)

    def put(self, content: bytes) -> int:
        """Where the chain of this content begins."""
        if not content:
            return _END
        count = -(-len(content) // self.size)
        start = len(self.links)
        self.links += [*range(start + 1, start + count), _END]
        self.data += content.ljust(count * self.size, b"\0")
        return start


def compound_file(tree: Tree) -> bytes:
    """The bytes of the file."""
    entries: list[_Entry] = []
    _add(entries, "Root Entry", tree)
    root = entries[0]
    root.kind = _ROOT
    large, small = _Chains(SECTOR), _Chains(SMALL)
    for entry in entries:
        if entry.kind == _STREAM:
            entry.size = len(entry.data)
            entry.start = (large if entry.size >= LIMIT else small).put(entry.data)
    root.start, root.size = large.put(bytes(small.data)), len(small.data)
    small_sectors = -(-len(small.links) * 4 // SECTOR)
    small_table = large.put(_numbers(small.links, small_sectors))
    directory = b"".join(entry.packed() for entry in entries)
    empty = _Entry("", 0).packed()
    while len(directory) % SECTOR:
        directory += b"\0" * 64 + empty[64:]
    directory_start = large.put(directory)
    tables = 1
    while -(-(len(large.links) + tables) // (SECTOR // 4)) > tables:
        tables += 1
    if tables > _IN_HEADER:
        raise ValueError("too large for a compound file of this writer")
    first_table = len(large.links)
    large.links += [_TABLE] * tables
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    chain = small_table if small_sectors else _END
    header += struct.pack("<IIIIIIIII", 0, tables, directory_start, 0, LIMIT, chain, small_sectors, _END, 0)
    places = [*range(first_table, first_table + tables), *[_FREE] * (_IN_HEADER - tables)]
    header += struct.pack(f"<{_IN_HEADER}I", *places)
    return header + bytes(large.data) + _numbers(large.links, tables)


def _numbers(links: list[int], sectors: int) -> bytes:
    return struct.pack(f"<{len(links)}I", *links).ljust(sectors * SECTOR, b"\xff")


def _add(entries: list[_Entry], name: str, node: Tree | bytes) -> int:
    """Adds an entry with all below it; gives its number."""
    number = len(entries)
    if isinstance(node, bytes):
        entries.append(_Entry(name, _STREAM, node))
        return number
    entries.append(_Entry(name, _STORAGE))
    # The order that readers search by: shorter names first, then by capitals.
    below = sorted(node.items(), key=lambda item: (len(item[0]), item[0].upper()))
    numbers = [_add(entries, child, content) for child, content in below]
    entries[number].child = _balanced(entries, numbers)
    return number


def _balanced(entries: list[_Entry], numbers: list[int]) -> int:
    if not numbers:
        return _NONE
    middle = len(numbers) // 2
    top = numbers[middle]
    entries[top].left = _balanced(entries, numbers[:middle])
    entries[top].right = _balanced(entries, numbers[middle + 1 :])
    return top
