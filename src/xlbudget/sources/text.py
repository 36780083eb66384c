"""文本文件. Plain text as converters leave it: tables as tab-separated (or ``|``-separated) lines amid prose.

Leftovers of conversion (``#``, ``**``, ``<b>``, ``<u>``, bullets) are dropped; every line keeps its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from xlbudget.model.provenance import Provenance
from xlbudget.model.raw import EMPTY_CELL, Block, Grid, Paragraph, RawCell, RawDocument, Unread
from xlbudget.sources.failing import SourceError

MAX_BYTES = 64 * 1024 * 1024
"""A disclosure is a few hundred kilobytes of text; what is a hundred times larger is something else."""
MAX_LINE = 20_000
"""Longer lines are kept, but cut here: no sentence and no table row is that long."""

_TAG = re.compile(r"</?(?:b|u|i|strong|em|sup|sub|span|br|p|font)\b[^<>]{0,80}>", re.IGNORECASE)
_HEADING = re.compile(r"^(#{1,6})\s*(?=\S)")
_BULLET = re.compile(r"^\s*[-•·●]\s+(?=\S)")
_PIPE_RULE = re.compile(r"^\|?[\s:|-]+\|?$")


def read_text(data: bytes, file: str) -> RawDocument:
    """Read a text file; raises :class:`SourceError` when it is no text."""
    if len(data) > MAX_BYTES:
        raise SourceError(
            f"文件有 {len(data) // 2**20} MB，超过文本文件的上限 {MAX_BYTES // 2**20} MB",
            "请只保留一个单位一年的公开材料",
        )
    text = decode(data)
    document = RawDocument(file, "text", [])
    document.blocks.extend(_blocks(text, file, document))
    return document


def decode(data: bytes) -> str:
    """The text of the bytes: UTF-8, UTF-16 with its mark, or GB18030; binary data is refused."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    sample = data[:65536]
    binary = b"\0" in sample or _control_share(sample) > 0.02
    if not binary:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass
    # Without a mark, the right one of the other encodings is the one that gives everyday Chinese.
    best = max(("gb18030", "utf-16-le", "utf-16-be"), key=lambda encoding: _everyday(data, encoding))
    if _everyday(data, best) >= EVERYDAY:
        return data.decode(best, errors="replace")
    if binary:
        raise SourceError(
            "这不是文本文件（内容是二进制数据）", "请提供 xlsx、docx、pdf 或 UTF-8、GB18030 编码的文本文件"
        )
    raise SourceError("文字编码无法识别", "请另存为 UTF-8 或 GB18030 编码后再试")


EVERYDAY = 0.05
_COMMON = frozenset("，。、：；的年月日万元预算决支出收入合计单位部门一般公共情况说明经费项目基本")


def _everyday(data: bytes, encoding: str) -> float:
    """How much of the text, read in this encoding, is everyday Chinese; a damaged tail does not matter."""
    text = data[:20000].decode(encoding, errors="replace")
    letters = [c for c in text if not c.isspace()]
    broken = text.count("\ufffd") * 20
    return (sum(c in _COMMON for c in letters) - broken) / len(letters) if letters else 0.0


def _control_share(sample: bytes) -> float:
    control = sum(1 for byte in sample if byte < 32 and byte not in (9, 10, 12, 13))
    return control / len(sample) if sample else 0.0


@dataclass(frozen=True, slots=True)
class _Lines:
    """Places of a grid whose rows are lines of a text file."""

    file: str
    numbers: tuple[int, ...]

    def at(self, row: int, column: int) -> Provenance:
        return Provenance(file=self.file, line=self.numbers[row])


def _blocks(text: str, file: str, document: RawDocument) -> Iterator[Block]:
    rows: list[list[RawCell]] = []
    numbers: list[int] = []

    def finished() -> Iterator[Grid]:
        if rows:
            yield Grid(list(rows), _Lines(file, tuple(numbers)))
            rows.clear()
            numbers.clear()

    lines = [line.replace("\f", "") for line in re.split(r"\r\n|\n|\r", text)]
    spaced = _double_spaced(lines)
    for number, line in enumerate(lines, 1):
        if spaced and not line.strip() and number < len(lines) and lines[number].strip():
            continue
        if len(line) > MAX_LINE:
            document.unread.append(
                Unread(
                    f"第 {number} 行超出 {MAX_LINE} 字的部分",
                    "一行过长，不像正文或表格",
                    Provenance(file=file, line=number),
                )
            )
            line = line[:MAX_LINE]
        cells = _cells(line)
        if cells is not None:
            if cells:
                rows.append(cells)
                numbers.append(number)
            continue
        yield from finished()
        if line.strip():
            heading = _HEADING.match(line)
            yield Paragraph(clean(line), Provenance(file=file, line=number), len(heading[1]) if heading else None)
    yield from finished()


def _double_spaced(lines: list[str]) -> bool:
    """Does an empty line follow nearly every line, also inside tables? Then a single one separates nothing."""
    written = [i for i, line in enumerate(lines) if line.strip()]
    touching = sum(1 for a, b in pairwise(written) if b == a + 1)
    return len(written) > 1 and touching * 20 < len(written)


def _cells(line: str) -> list[RawCell] | None:
    """The cells of a table line, an empty list for a mere rule, or ``None`` for prose."""
    if "\t" in line:
        parts = line.split("\t")
    elif line.startswith("|") and line.rstrip().endswith("|") and line.count("|") > 2:
        if _PIPE_RULE.match(line.strip()):
            return []
        parts = line.strip()[1:-1].split("|")
    else:
        return None
    return [RawCell(text) if (text := _bare_cell(part)) else EMPTY_CELL for part in parts]


def _bare_cell(text: str) -> str:
    if "<" in text:
        text = _TAG.sub("", text)
    return text.replace("**", "").strip()


def clean(text: str) -> str:
    """A line without what a converter left in it."""
    if "<" in text:
        text = _TAG.sub("", text)
    if "#" in text:
        text = _HEADING.sub("", text.lstrip())
    if "**" in text:
        text = text.replace("**", "")
    return _BULLET.sub("", text).strip()
