"""示例工作簿的生成. Builds the demo workbook of a fictitious unit from ``示例数据.toml`` with the project's own writer.

Run ``python workbook/build.py``; the same data always give the same bytes, and a test compares them.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlbudget.app.writing import write_file
from xlbudget.authoring.filling import Filling, Line
from xlbudget.authoring.narrativesheets import new_facts_sheet, reason_sheet
from xlbudget.authoring.newbook import new_workbook
from xlbudget.authoring.workbook import edit_workbook
from xlbudget.packs.catalog import get_pack
from xlbudget.packs.subjects import name_of

HERE = Path(__file__).parent
TARGET = HERE / "示例单位2025年预算公开.xlsx"
CORRECTED = HERE / "改正后" / "示例单位2025年预算公开.xlsx"


def build() -> bytes:
    """The bytes of the demo workbook."""
    data = tomllib.loads((HERE / "示例数据.toml").read_text(encoding="utf-8"))
    return new_workbook(get_pack(data["pack"]), data["unit"], data["year"], filling(data))


def corrected() -> bytes:
    """The demo workbook without its mistakes, with the sheets 变动原因 and 说明 filled: ready to be published."""
    data = tomllib.loads((HERE / "示例数据.toml").read_text(encoding="utf-8")) | {"planted": [], "prose": []}
    filled = tomllib.loads((HERE / "示例填写.toml").read_text(encoding="utf-8"))
    book = new_workbook(get_pack(data["pack"]), data["unit"], data["year"], filling(data))
    reasons = [
        (item, None, Decimal(prior) if prior else None, None, None, None, None, why, purpose)
        for item, (prior, why, purpose) in filled["reasons"].items()
    ]
    sheets = [reason_sheet(reasons), new_facts_sheet(filled["facts"])]
    return edit_workbook(book, [], new_sheets=sheets).data


def filling(data: dict[str, Any]) -> Filling:
    """The data as the writer takes them: column numbers are those of the pack's layouts."""
    names = data["names"]
    spent = {code: [_figure(v) for v in values] for code, values in data["expenditure"].items()}

    def subject(code: str, values: dict[int, Decimal | str]) -> Line:
        return Line(code, names.get(code) or name_of(code) or "", {k: v for k, v in values.items() if v is not None})

    general = [subject(c, {4: p, 5: o, 6: j}) for c, (p, o, j) in spent.items()]
    all_funds = [subject(c, {3: _sum(p, o), 4: j}) for c, (p, o, j) in spent.items()]
    income = [subject(c, {3: _sum(p, o, j)}) for c, (p, o, j) in spent.items()]
    parents = [Line(code, name) for code, name in names.items() if len(code) == 5]
    three = [_figure(v) for v in data["three_public"]["values"]]
    unit = data["unit"]
    lines = {
        "expenditure": [*all_funds, *parents],
        "income": [*income, *parents],
        "general_expenditure": [*general, *parents],
        "basic_expenditure": [
            subject(code, {3 if code[:3] in ("301", "303") else 4: _figure(values[0])})
            for code, values in data["economic"].items()
        ],
        "three_public": [
            Line("", unit, {c: v for c, v in zip((2, 4, 5, 6, 8, 10, 11, 12), three, strict=True) if v is not None})
        ],
        "projects": [
            Line("", p["name"], {1: unit, 2: "31-部门预算项目", 4: Decimal(p["amount"])}) for p in data["project"]
        ],
        "targets": [line for t in data["target"] for line in _target(t, unit)],
        "procurement": [
            Line("", p["name"], {1: p["kind"], 2: p["quantity"], 3: p["measure"], 5: Decimal(p["amount"])})
            for p in data["procurement"]
        ],
    }
    total = sum((v for values in spent.values() for v in values if v is not None), Decimal(0))
    amounts = {
        "income_expenditure": {"一、一般公共预算拨款收入": total},
        "fiscal_appropriation": {"（一）一般公共预算拨款": total},
    }
    planted = {(p["table"], p["code"], p["column"]): Decimal(p["value"]) for p in data["planted"]}
    return Filling(lines, amounts, data.get("prose", ()), data["cover"], planted)


def _target(target: dict[str, Any], unit: str) -> list[Line]:
    lines = []
    for i, indicator in enumerate(target["indicators"]):
        values: dict[int, Decimal | str] = dict(enumerate(indicator, 5))
        if i == 0:
            values |= {1: unit, 2: target["category"], 3: target["budget"], 4: target["goal"]}
        lines.append(Line("", target["name"] if i == 0 else "", values))
    return lines


def _figure(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _sum(*figures: Decimal | None) -> Decimal | None:
    known = [f for f in figures if f is not None]
    return sum(known, Decimal(0)) if known else None


if __name__ == "__main__":
    write_file(TARGET, build())
    write_file(CORRECTED, corrected())
