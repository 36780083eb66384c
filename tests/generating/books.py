"""A workbook with the figures of a real document: its printed tables sheet by sheet, and the sheets that a person fills."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from openpyxl import Workbook

from xlbudget.app.narrating import Earlier, narrate_disclosure
from xlbudget.authoring.narrating import Narration
from xlbudget.authoring.reasons import HEADINGS
from xlbudget.exports.publication import PrintedCell, printed_table
from xlbudget.model.disclosure import Disclosure

_FIGURE = re.compile(r"-?[\d,]+(\.\d+)?")


def book_of(disclosure: Disclosure, reasons: Mapping[str, tuple[Any, ...]], entries: Mapping[str, str]) -> bytes:
    """The workbook; ``reasons`` are rows of the sheet 变动原因 without their item."""
    book = Workbook()
    book.remove(book.active)
    cover = book.create_sheet("封面")
    level, stage = disclosure.level.chinese, disclosure.stage.chinese
    cover["B5"] = f"{disclosure.year}年度{disclosure.unit}{level}{stage}公开"
    for n, table in enumerate(disclosure.tables):
        if not table.rows:
            continue
        printed = printed_table(table, False)
        if any("按栏数移回" in repair for repair in table.repairs):
            printed.rows[:] = [_straight(row) for row in printed.rows]
        sheet = book.create_sheet(f"{n + 1}{table.title}"[:28].translate(str.maketrans("", "", "[]:*?/\\“”")))
        sheet["A1"] = f"表{table.number}" if table.number else ""
        sheet["A2"] = table.title
        sheet["A3"] = f"编制单位：{disclosure.unit}"
        sheet.cell(3, max(len(printed.rows[0]), 2), f"单位：{table.money_unit.value}")
        for r, row in enumerate(printed.rows):
            for c, cell in enumerate(row):
                if not cell.right or not cell.text:
                    continue
                target = sheet.cell(4 + r, 1 + c)
                if r >= printed.heading and cell.money and _FIGURE.fullmatch(cell.text):
                    target.value = float(cell.text.replace(",", ""))
                    decimals = len(cell.text.partition(".")[2])
                    target.number_format = "#,##0" if "," in cell.text else "0"
                    target.number_format += f".{'0' * decimals}" if decimals else ""
                else:
                    target.value = cell.text
        for r, row in enumerate(printed.rows):
            for c, cell in enumerate(row):
                if cell.right > 1 or cell.down > 1:
                    sheet.merge_cells(None, 4 + r, 1 + c, 3 + r + cell.down, c + cell.right)
        for k, note in enumerate(printed.notes):
            sheet.cell(4 + len(printed.rows) + k, 1, note)
    sheet = book.create_sheet("变动原因")
    sheet.append(HEADINGS)
    for key, row in reasons.items():
        sheet.append([key, *[float(x) if isinstance(x, Decimal) else x for x in row]])
    sheet = book.create_sheet("说明")
    for key, value in entries.items():
        sheet.append([key, value])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _straight(row: list[PrintedCell]) -> list[PrintedCell]:
    """A total row whose merged label kept one cell in the page, as its author had it."""
    count = sum(1 for cell in row if cell.text)
    if row[0].text != "合计" or any(cell.text for cell in row[count:]):
        return row
    return [row[0], *row[count:], *row[1:count]]


def filled(disclosure: Disclosure) -> bytes:
    """The workbook of a real document, with last year's figures as its own sentences tell them and made-up reasons."""
    narration = narrate_disclosure(disclosure, None, Earlier()).narration
    return book_of(disclosure, _rows(disclosure, narration), _entries(narration))


def _rows(disclosure: Disclosure, narration: Narration) -> dict[str, tuple[Any, ...]]:
    narrative = disclosure.narrative
    rows = {}
    for key, need in narration.needs.items():
        figure = need.figure
        before: dict[str, Decimal] = {}
        for change in narrative.changes:
            level = narrative.claims[change.level].topic if change.level is not None else change.topic
            same = level.item == figure.topic.item and level.component == figure.topic.component
            if not same or change.delta is None or figure.now is None:
                continue
            delta = narrative.claims[change.delta]
            moved = delta.sign * delta.amount.value if delta.amount is not None else Decimal(0)
            if figure.now >= moved:
                before.setdefault(change.base, figure.now - moved)
        prior = figure.prior if figure.prior is not None else before.get("prior", figure.now)
        budget = figure.budget if figure.budget is not None else before.get("budget", figure.now)
        rows[key] = (figure.now, prior, budget, None, None, None, "人员和项目安排变动", "保障工作正常开展")
    return rows


def _entries(narration: Narration) -> dict[str, str]:
    made = {}
    for key in narration.entries:
        if "采购" in key or "金额" in key or "资金" in key:
            made[key] = "12.50"
        elif re.search(r"用车|车辆|家数|个数|次|保有量|辆数|团组数|单价|设备", key):
            made[key] = "2"
        else:
            made[key] = {"联系人": "办公室", "联系电话": "0471-5551234"}.get(key, "负责本地区有关工作，按规定执行。")
    return made
