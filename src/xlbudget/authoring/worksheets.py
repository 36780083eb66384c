"""工作用表. What a new workbook offers beside the published tables: reasons for changes, hints and lists while filling.

Nothing here is published; it stands outside the print areas or on sheets of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlbudget.authoring.bookwriting import FIRST, BookSheet
from xlbudget.model.amount import MoneyUnit
from xlbudget.model.cellref import cell_name
from xlbudget.model.ownsheets import REASONS
from xlbudget.packs.roles import clean_heading
from xlbudget.packs.schema import Shape

_LISTS = {
    "计量单位": ("个", "次", "人", "人次", "天", "台", "套", "辆", "份", "项", "平方米", "%", "万元", "元"),
    "指标性质": ("正向", "反向", "定性"),
    "指标方向": ("大于等于", "小于等于", "等于", "大于", "小于", "定性"),
    "一级指标": ("产出指标", "效益指标", "满意度指标", "成本指标"),
}
"""What a person chooses from, by heading; other words stay possible."""

_REASONS = (
    ("收入总计", "income_expenditure", "收入"),
    ("支出总计", "income_expenditure", "支出"),
    ("一般公共预算支出", "general_expenditure", ""),
    ("一般公共预算基本支出", "basic_expenditure", ""),
    ("政府性基金预算支出", "fund_expenditure", ""),
    ("国有资本经营预算支出", "capital_expenditure", ""),
    ("“三公”经费", "three_public", ""),
    ("其中：因公出国（境）费", "", ""),
    ("其中：公务用车购置费", "", ""),
    ("其中：公务用车运行维护费", "", ""),
    ("其中：公务接待费", "", ""),
    ("项目支出", "projects", ""),
    ("政府采购预算", "procurement", ""),
    ("机关运行经费", "", ""),
)
"""Lines of the sheet of reasons: what changes, the table that holds this year's total, and its half."""


def assist(sheet: Any, table: BookSheet) -> None:
    """Validation and hints for one table, and its check beside the heading."""
    last = max([table.last, *table.total_rows])
    for c in range(table.width):
        leaf = clean_heading(table.heading[-1][c])
        rows = (table.first, c, table.last, c)
        if "科目编码" in leaf and table.spec.shape is Shape.LIST:
            cell = cell_name(table.first, c)
            sheet.data_validation(
                *rows,
                {
                    "validate": "custom",
                    "value": f"=AND(ISNUMBER(--{cell}),OR(LEN({cell})=3,LEN({cell})=5,LEN({cell})=7))",
                    "error_type": "warning",
                    "error_title": "科目编码",
                    "error_message": "科目编码应是 3 位（类）、5 位（款）或 7 位（项）数字。仍要保留吗？",
                    "input_title": "科目编码",
                    "input_message": "类 3 位、款 5 位、项 7 位。只填最低一级的金额，上级自动汇总；要加行，复制一行再改。",
                },
            )
        elif leaf in _LISTS:
            sheet.data_validation(
                *rows,
                {"validate": "list", "source": list(_LISTS[leaf]), "error_type": "information",
                 "error_title": leaf, "error_message": "不在常用词中，可以保留。"},
            )  # fmt: skip
        elif any(kind == "money" for (r, k), kind in _kinds(table) if k == c and r <= table.last):
            sheet.data_validation(
                *rows,
                {"validate": "decimal", "criteria": "between", "minimum": -1e9, "maximum": 1e9, "ignore_blank": True,
                 "error_type": "warning", "error_title": "金额",
                 "error_message": f"这里应填金额（{table.spec.money_unit.value}）。仍要保留吗？"},
            )  # fmt: skip
    beside = table.width + 1
    sheet.set_column(table.width, table.width, 2)
    sheet.set_column(beside, beside, 40)
    area = f"{cell_name(FIRST, 0)}:{cell_name(last, table.width - 1)}"
    # Without the add-in there is no such function; then the cell says so instead of an error.
    sheet.write_formula(1, beside, f'=IFERROR(BUDGET_CHECK({area}),"（装好加载项后在此显示核对结果）")', None, "")


def _kinds(table: BookSheet) -> Sequence[tuple[tuple[int, int], str]]:
    return [(at, entry.kind) for at, entry in table.cells.items()]


def reasons(book: Any, sheets: Sequence[BookSheet], year: int, formats: dict[str, Any]) -> None:
    """变动原因: last year, this year, the change and its rate as formulas, and the reason to be written."""
    sheet = book.add_worksheet(REASONS)
    sheet.hide_gridlines(2)
    sheet.merge_range(0, 0, 0, 5, REASONS, formats["title"])
    sheet.set_row(0, 30)
    mixed = any(table.spec.money_unit is not MoneyUnit.WAN for table in sheets)
    hint = "（本表供撰写情况说明使用，不公开" + ("。金额单位：万元）" if mixed else "）")
    sheet.write(1, 0, hint, formats["left"])
    heads = ("事项", f"{year - 1}年", f"{year}年", "增减", "增减率", "变动原因")
    for c, (text, width) in enumerate(zip(heads, (34, 14, 14, 14, 12, 60), strict=True)):
        sheet.set_column(c, c, width)
        sheet.write(2, c, text, formats["head"])
    by_id = {table.spec.id: table for table in sheets}
    r = 3
    for name, source, side in _REASONS:
        if source and source not in by_id:
            continue
        found = _total_of(by_id[source], side) if source else None
        sheet.write(r, 0, name, formats["label"])
        sheet.write_blank(r, 1, None, formats["money"])
        if found is not None:
            place, value = found
            # The sheet of reasons is in 万元, as the text is, whatever the tables are in.
            parts = MoneyUnit.WAN.scale // by_id[source].spec.money_unit.scale
            formula = f"='{by_id[source].name}'!{place}" + (f"/{parts}" if parts > 1 else "")
            sheet.write_formula(r, 2, formula, formats["sum"], value / parts)
        else:
            sheet.write_blank(r, 2, None, formats["money"])
            value = 0.0
        now, before = cell_name(r, 2), cell_name(r, 1)
        sheet.write_formula(r, 3, f'=IF({before}="","",{now}-{before})', formats["sum"], "")
        sheet.write_formula(r, 4, f'=IF(N({before})=0,"",({now}-{before})/{before})', formats["rate"], "")
        sheet.write_blank(r, 5, None, formats["text"])
        r += 1
    sheet.freeze_panes(3, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, r - 1, 5)


def _total_of(table: BookSheet, side: str) -> tuple[str, float] | None:
    """The cell with this year's total of a table, and its value."""
    if not table.total_rows and table.first != table.last:
        return None
    row = max(table.total_rows, default=table.last)
    columns = [c for c in range(table.width) if (row, c) in table.cells and table.cells[row, c].kind == "money"]
    if side:
        first = [clean_heading(text) for text in table.heading[0]]
        columns = [c for c in columns if side in first[c]] or columns
    current = [c for c in columns if "上年" not in "".join(line[c] for line in table.heading)]
    if not current:
        return None
    return cell_name(row, current[0]), float(table.number(row, current[0]))
