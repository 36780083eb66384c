"""核对报告与清单. What goes with a publication: the report of its check, and a manifest with the hash of every file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from xlbudget import __version__
from xlbudget.app.levelling import moved_cells

if TYPE_CHECKING:
    from xlbudget.app.levelbook import BookLevelling
    from xlbudget.app.publishing import Prepared


def report_page(prepared: Prepared, anyway: bool) -> str:
    """The web page of the check; on top what stood against publishing, and the cells that levelling moved."""
    from xlbudget.exports.html import html_report

    cover = ""
    if anyway and prepared.against:
        items = "".join(f"<li>{escape(text)}</li>" for text in prepared.against)
        cover = f'<div class="verdict error">在以下问题尚未解决时导出，请勿直接公开：<ul>{items}</ul></div>\n'
    page = html_report(prepared.report)
    return page.replace("<main>\n", f"<main>\n{cover}", 1).replace(
        "<footer>", f"{_moved(prepared.levelled)}<footer>", 1
    )


_COLUMNS = (
    ("sheet", "工作表"),
    ("cell", "单元格"),
    ("row", "行"),
    ("column", "栏"),
    ("exact", "准确值"),
    ("rounded", "四舍五入"),
    ("value", "公布的数"),
)


def _moved(levelled: BookLevelling | None) -> str:
    """The moved cells as a section of the report."""
    if levelled is None:
        return ""
    cells = moved_cells(levelled.levelling)
    unit = levelled.levelling.unit.value
    words = f"尾差调平：公布的数移动了 {len(cells)} 个（单位：{unit}）；准确值是工作簿里原来的数"
    rows = "".join(f"<tr>{''.join(_cell(name, cell[name]) for name, _ in _COLUMNS)}</tr>" for cell in cells)
    heads = "".join(f'<th scope="col">{title}</th>' for _, title in _COLUMNS)
    table = f'<table class="grid"><tr>{heads}</tr>{rows}</table>' if cells else ""
    return f'<details class="sheet" id="levelled" open><summary>{words}</summary><div class="scroll">{table}</div></details>\n'


def _cell(name: str, value: str | bool) -> str:
    kind = "money" if name in ("exact", "rounded", "value") else "text"
    return f'<td class="{kind}">{escape(str(value))}</td>'


def manifest(prepared: Prepared, made: Mapping[str, bytes], unmade: Sequence[str]) -> bytes:
    """清单.json: from what the publication was made, what stood against it, what was moved, and its files."""
    publication = prepared.publication
    content: dict[str, Any] = {
        "title": publication.title,
        "unit": publication.unit,
        "year": publication.year,
        "pack": prepared.report.disclosure.pack,
        "source": {"file": prepared.source.name, "sha256": hashlib.sha256(prepared.source.read_bytes()).hexdigest()},
        "against": prepared.against,
        "not_made": list(unmade),
    }
    if prepared.levelled is not None:
        levelling = prepared.levelled.levelling
        content["levelled"] = {
            "unit": levelling.unit.value,
            "decimals": levelling.decimals,
            "moved": moved_cells(levelling),
        }
    content["files"] = [
        {"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in made.items()
    ]
    content["made_by"] = f"xlbudget {__version__}"
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
