"""A disclosure written as text, rendered as a Word file or a web page with real tables and merged headings."""

from __future__ import annotations

import io
from collections.abc import Iterator
from html import escape

from docx import Document

Rows = list[list[str]]
Span = tuple[int, int, int, int]


def blocks(text: str) -> Iterator[str | Rows]:
    """Paragraphs and tables of the text, in order."""
    rows: Rows = []
    for line in [*text.split("\n"), ""]:
        if "\t" in line:
            rows.append(line.split("\t"))
            continue
        if rows:
            width = max(map(len, rows))
            yield [row + [""] * (width - len(row)) for row in rows]
            rows = []
        if line.strip():
            yield line


def heading_spans(rows: Rows) -> list[Span]:
    """What a person would merge in the heading: a group over its columns, a lone heading down to its last row."""
    depth = next((r for r, row in enumerate(rows) if any(c.isdigit() for cell in row for c in cell[-3:])), 1)
    # “2024年预算数” is a heading: its digits stand in front
    depth = min(depth, 3)
    spans = []
    for r in range(depth):
        c = 0
        while c < len(rows[r]):
            if not rows[r][c]:
                c += 1
                continue
            right = c
            while (
                r + 1 < depth
                and right + 1 < len(rows[r])
                and not rows[r][right + 1]
                and rows[r + 1][right + 1]
                and not any(rows[k][right + 1] for k in range(r))
                and rows[r + 1][c]
            ):
                right += 1
            bottom = r
            while bottom + 1 < depth and not any(rows[bottom + 1][c : right + 1]):
                bottom += 1
            if (bottom, right) != (r, c):
                spans.append((r, c, bottom, right))
            c = right + 1
    return spans


def as_docx(text: str) -> bytes:
    """The disclosure as python-docx writes it."""
    document = Document()
    for block in blocks(text):
        if isinstance(block, str):
            if block.startswith("第") and "部分" in block[:6]:
                document.add_heading(block, 1)
            else:
                document.add_paragraph(block)
            continue
        table = document.add_table(len(block), len(block[0]), style="Table Grid")
        for row, cells in zip(block, table.rows, strict=True):
            for word, cell in zip(row, cells.cells, strict=True):
                if word:
                    cell.paragraphs[0].add_run(word)
        for top, left, bottom, right in heading_spans(block):
            kept = block[top][left]
            table.cell(top, left).merge(table.cell(bottom, right)).text = kept
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def as_html(text: str, encoding: str = "utf-8") -> bytes:
    """The disclosure as a portal prints it, inside a layout table."""
    parts = [
        f'<!DOCTYPE html><html><head><meta charset="{encoding}"><title>公开</title><script>var a="1.00";</script></head>'
        '<body><table width="100%"><tr><td><div class="content">'
    ]
    for block in blocks(text):
        if isinstance(block, str):
            tag = "h2" if block.startswith("第") and "部分" in block[:6] else "p"
            parts.append(f"<{tag}>&nbsp;&nbsp;<span>{escape(block[:5])}</span>{escape(block[5:])}</{tag}>")
            continue
        spans = {(top, left): (bottom, right) for top, left, bottom, right in heading_spans(block)}
        covered = {
            (r, c)
            for (top, left), (bottom, right) in spans.items()
            for r in range(top, bottom + 1)
            for c in range(left, right + 1)
        } - set(spans)
        parts.append('<table border="1"><tbody>')
        for r, row in enumerate(block):
            parts.append("<tr>")
            for c, word in enumerate(row):
                if (r, c) in covered:
                    continue
                bottom, right = spans.get((r, c), (r, c))
                size = f' rowspan="{bottom - r + 1}" colspan="{right - c + 1}"' if (r, c) in spans else ""
                parts.append(f"<td{size}><p>{escape(word) or '&nbsp;'}</p></td>")
            parts.append("</tr>")
        parts.append("</tbody></table>")
    parts.append("</div></td></tr></table></body></html>")
    return "\n".join(parts).encode(encoding)
