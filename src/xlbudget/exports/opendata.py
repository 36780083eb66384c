"""开放数据. The tables of a publication for machines: one CSV each and ``datapackage.json`` with their types.

UTF-8 with a byte order mark (spreadsheets then read Chinese), numbers plain, empty cells empty. A text that a
spreadsheet would take for a formula gets an apostrophe. Source: Frictionless Data Package 1.0, Table Schema 1.0; column
types of the Fiscal Data Package 1.0 (``columnType``).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from xlbudget.exports.publication import Publication
from xlbudget.model.amount import plain
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.table import Row, Side, Table
from xlbudget.model.targets import TargetSheet

_SIDES = {Side.INCOME: "收入", Side.EXPENDITURE: "支出", Side.NONE: ""}
_LEAD = re.compile(r"^[=+\-@\t\r\n＝＋－＠]")


def safe_cell(text: str) -> str:
    """防公式. A text that no spreadsheet takes for a formula."""
    return f"'{text}" if _LEAD.match(text) else text


def open_data(publication: Publication, disclosure: Disclosure) -> dict[str, bytes]:
    """The files of the data package by name."""
    made: dict[str, bytes] = {}
    resources: list[dict[str, Any]] = []
    for table in disclosure.tables:
        if table.id == "targets" and disclosure.targets.sheets:
            continue
        columns = [c for c, column in enumerate(table.columns) if column.money or column.heading]
        fields = _fields(table, columns, disclosure)
        rows = [_row(table, row, columns, disclosure.unit) for row in table.rows if row.label or row.code is not None]
        _add(made, resources, f"{len(made) + 1:02d}-{table.id}", table.title, fields, rows)
    if disclosure.targets.sheets:
        rows = [row for sheet in disclosure.targets.sheets for row in _target_rows(sheet)]
        _add(made, resources, f"{len(made) + 1:02d}-targets", "项目绩效目标", _TARGET_FIELDS, rows)
    package = {
        "profile": "tabular-data-package",
        "name": f"budget-{publication.year}-{disclosure.pack.replace('_', '-')}",
        "title": publication.title,
        "description": f"{publication.title}：各表的数据。金额单位见各栏说明。",
        "fiscalPeriod": {"start": f"{publication.year}-01-01", "end": f"{publication.year}-12-31"},
        "countryCode": "CN",
        "resources": resources,
    }
    made["datapackage.json"] = (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    return made


def _add(
    made: dict[str, bytes],
    resources: list[dict[str, Any]],
    name: str,
    title: str,
    fields: Sequence[dict[str, Any]],
    rows: Sequence[Sequence[str]],
) -> None:
    path = f"{name}.csv"
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([field["name"] for field in fields])
    for row in rows:
        typed = zip(row, fields, strict=True)
        writer.writerow([cell if field["type"] == "number" else safe_cell(cell) for cell, field in typed])
    data = b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")
    made[path] = data
    resources.append(
        {
            "profile": "tabular-data-resource",
            "name": name.replace("_", "-"),
            "title": title,
            "path": path,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8-sig",
            "bytes": len(data),
            "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "header": True},
            "schema": {"fields": list(fields), "missingValues": [""]},
        }
    )


def _field(name: str, kind: str = "string", title: str = "", column: str = "", **more: Any) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": kind}
    if title:
        field["title"] = title
    if column:
        field["columnType"] = column
    return field | more


_PERIODS = {
    "current": "本年",
    "prior": "上年预算",
    "executed": "上年执行",
    "budget": "年初预算",
    "adjusted": "全年预算",
}


def _fields(table: Table, columns: Sequence[int], disclosure: Disclosure) -> list[dict[str, Any]]:
    kind = (
        "economic-classification"
        if table.id in ("basic_expenditure", "general_project_expenditure")
        else ("functional-classification")
    )
    fields = [
        _field("单位", column="administrative-classification:generic:label"),
        _field("方向", title="收入或支出，对照表才有"),
        _field("科目编码", column=f"{kind}:generic:code:full", constraints={"pattern": r"\d{3,9}"}),
        _field("科目级次", title="类、款、项"),
        _field("名称", column=f"{kind}:generic:label"),
    ]
    phase = "approved" if disclosure.stage.value == "budget" else "executed"
    seen = {field["name"] for field in fields}
    for c in columns:
        column = table.columns[c]
        name = column.heading or "金额"
        while name in seen:
            name += "（续）"
        seen.add(name)
        if column.money:
            period = _PERIODS.get(column.period, column.period)
            title = f"{period}，单位：{table.money_unit.value}"
            fields.append(_field(name, "number", title, f"value:{phase}" if column.period == "current" else "value"))
        else:
            fields.append(_field(name))
    return fields


def _row(table: Table, row: Row, columns: Sequence[int], unit: str) -> list[str]:
    code = row.code.code if row.code is not None else ""
    level = row.code.level if row.code is not None else ""
    cells = []
    for c in columns:
        cell = row.cells[c]
        if table.columns[c].money:
            cells.append(plain(cell.amount.value, cell.amount.decimals) if cell.amount is not None else "")
        else:
            cells.append(cell.text)
    return [row.unit or unit, _SIDES[row.side], code, level, row.name or row.label, *cells]


_TARGET_FIELDS = [
    _field("项目名称", column="activity:generic:project:label"),
    _field("项目单位", column="administrative-classification:generic:label"),
    _field("项目类别"),
    _field("预算数", "number", "单位：万元", "value:approved"),
    *(
        _field(name)
        for name in ("年度绩效目标", "一级指标", "二级指标", "三级指标", "指标性质", "比较符", "目标值", "计量单位")
    ),
    _field("分值", "number"),
]


def _target_rows(sheet: TargetSheet) -> list[list[str]]:
    budget = plain(sheet.budget.value, sheet.budget.decimals) if sheet.budget is not None else ""
    lead = [sheet.project, sheet.unit, sheet.category, budget, sheet.goal]
    return [
        [*lead, i.dimension, i.kind, i.name, i.nature.value, i.operator.value, i.target, i.measure, _number(i.points)]
        for i in sheet.indicators
    ] or [[*lead, "", "", "", "", "", "", "", ""]]


def _number(value: Decimal | None) -> str:
    return plain(value) if value is not None else ""
