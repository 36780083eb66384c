"""示例工作簿的生成. Builds the demo workbook of a fictitious unit from ``示例数据.toml`` with the project's own writer.

Run ``python workbook/build.py``; the same data always give the same bytes, and a test compares them.
"""

from __future__ import annotations

import io
import re
import tomllib
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlbudget.app.functions  # noqa: F401  (declares the functions)
from xlbudget.app.examples import example_call, example_rows
from xlbudget.app.registry import FUNCTIONS
from xlbudget.authoring.filling import Filling, Line
from xlbudget.authoring.narrativesheets import new_facts_sheet, reason_sheet
from xlbudget.authoring.newbook import new_workbook
from xlbudget.authoring.saving import write_file
from xlbudget.authoring.workbook import edit_workbook
from xlbudget.model.cellref import cell_name
from xlbudget.packs.catalog import get_pack
from xlbudget.packs.subjects import name_of

HERE = Path(__file__).parent
TARGET = HERE / "示例单位2025年预算公开.xlsx"
CORRECTED = HERE / "改正后" / "示例单位2025年预算公开.xlsx"
FUNCTIONS_TARGET = HERE / "函数" / "函数示例.xlsx"


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


def build_functions() -> bytes:
    """The bytes of the workbook that shows every function at work: its example, live, beside the cells it looks at.

    The results are kept in the file, so that it can be read where the add-in is not installed.
    """
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": "函数示例", "author": "xlbudget", "created": datetime(2025, 1, 1)})
    sheet, data = book.add_worksheet("函数"), book.add_worksheet("数据")
    head = book.add_format({"bold": True, "bg_color": "#F3F6F8", "border": 1, "valign": "vcenter"})
    text = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    live = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "bg_color": "#FFFDF2"})
    for column, (title, width) in enumerate((("函数", 18), ("做什么", 44), ("公式", 40), ("结果", 60))):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, head)
    data.set_column(0, 12, 14)
    sheet.freeze_panes(1, 0)
    wide: list[tuple[str, str, list[list[str]]]] = []
    row = below = 0
    for declared in FUNCTIONS.values():
        name, arguments = example_call(declared.example[0])
        given = []
        for argument in arguments:
            if isinstance(argument, list):
                given.append(_placed(data, below, argument, book.add_format({"border": 1})))
                below += len(argument) + 1
            else:
                given.append(f'"{argument}"' if isinstance(argument, str) else f"{argument:f}")
        formula = f"{name}({','.join(given)})"
        result = example_rows(declared.example[1])
        row += 1
        sheet.write_string(row, 0, name, text)
        sheet.write_string(row, 1, f"{declared.title}。{declared.help}", text)
        sheet.write_string(row, 2, f"={formula}", text)
        if declared.spills:
            sheet.write_string(row, 3, "见下方", text)
            wide.append((name, formula, result))
        else:
            value: Any = result[0][0]
            sheet.write_formula(row, 3, f"={formula}", live, float(value) if _is_number(value) else value)
    for name, formula, result in wide:
        row += 2
        sheet.write_string(row, 0, name, head)
        last = (row + len(result), len(result[0]) - 1)
        sheet.write_array_formula(row + 1, 0, *last, f"{{={formula}}}", live, result[0][0])
        for r, line in enumerate(result):
            for c, cell in enumerate(line):
                if r or c:
                    sheet.write(row + 1 + r, c, float(cell) if _is_number(cell) else cell, live)
        row = last[0]
    book.close()
    return out.getvalue()


def _placed(data: Any, row: int, rows: list[list[Any]], form: Any) -> str:
    """The rows written into the sheet 数据; gives the address of their range."""
    for r, line in enumerate(rows):
        for c, cell in enumerate(line):
            if isinstance(cell, Decimal):
                data.write_number(row + r, c, float(cell), form)
            else:
                data.write_string(row + r, c, cell, form)
    return f"数据!A{row + 1}:{cell_name(row + len(rows) - 1, len(rows[0]) - 1)}"


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None and not re.match(r"0\d", text)


if __name__ == "__main__":
    write_file(TARGET, build())
    write_file(CORRECTED, corrected())
    write_file(FUNCTIONS_TARGET, build_functions())
