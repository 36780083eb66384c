"""行. Reads the label, the code and the cells of each data row of a block of columns."""

from __future__ import annotations

import re
from functools import lru_cache

from xlbudget.model.amount import Amount, Blank, MoneyUnit
from xlbudget.model.raw import EMPTY_CELL, Grid, RawCell
from xlbudget.model.subject import SubjectCode, subject_code
from xlbudget.model.table import Cell, Row, RowKind, Side
from xlbudget.model.wording import bare, fold, subject_name
from xlbudget.reading.columns import BlockColumns
from xlbudget.reading.numerals import read_blank, read_numeral

_TOTAL = re.compile(
    r"^(本年|本年度|财政拨款|预算|项目|单位|部门|人员经费|日常公用经费|公用经费|基本支出|项目支出|收入|支出|收支)*(合计|总计|总合计)$"
)
_UNIT_NAME = re.compile(
    r"(局|厅|委员会|委|办公室|中心|学校|中学|小学|幼儿园|学院|大学|医院|研究院|研究所|事务所|派出所|站|馆|大队|支队|总队|队|处|联合会|"
    r"协会|政府|街道办事处|办事处|法院|检察院|党校|公司|集团|卫生院|政协|人大|团委|妇联|总工会|本级|机关|园|仲裁院|服务所)(\(本级\)|\(机关\)|\(本部\))?$"
)
_UNIT_CODE = re.compile(r"^(\d{3,9})[-—_ ]?(?=[\u4e00-\u9fff])")


def is_total(name: str) -> bool:
    return bool(_TOTAL.match(name))


def is_unit_name(name: str) -> bool:
    """Does this label name an organisation rather than a subject?"""
    return 4 <= len(name) <= 40 and bool(_UNIT_NAME.search(name)) and not name.endswith(("事务", "机构"))


def make_cell(raw: RawCell, unit: MoneyUnit, column: int) -> Cell:
    """A typed cell from a raw one. General-format figures keep their printed decimals for now."""
    if raw is EMPTY_CELL:
        return Cell("", grid_column=column)
    if raw.number is not None:
        shown = raw.shown if raw.shown is not None else raw.number
        return Cell(raw.text, Amount(shown, unit, raw.decimals, raw.number), None, raw.formula, raw.trouble, column)
    numeral = read_numeral(raw.text)
    if numeral is not None and not numeral.percent:
        return Cell(
            raw.text,
            Amount(numeral.value, unit, numeral.decimals),
            None,
            raw.formula,
            raw.trouble or numeral.doubt,
            column,
        )
    blank = read_blank(raw.text)
    return Cell(raw.text, None, blank, raw.formula, raw.trouble, column)


@lru_cache(maxsize=16384)
def code_digits(text: str) -> str:
    """The digits of a code cell (``208 01`` gives ``20801``), or nothing if it holds something else."""
    digits = fold(text).removesuffix(".0").strip("'\"`")
    return digits if digits.isascii() and digits.isdigit() and len(digits) <= 9 else ""


@lru_cache(maxsize=16384)
def code_in_name(text: str) -> str:
    """The code in front of a name (``205教育支出``, ``（3）2080505 机关…``), or nothing."""
    match = re.match(r"^(\d{3}|\d{5}|\d{7})[-—、.]?(?=[\u4e00-\u9fff(])", fold(text))
    return match[1] if match else ""


def read_row(
    grid: Grid,
    r: int,
    block: BlockColumns,
    columns: list[int],
    unit: MoneyUnit,
    side: Side,
    previous: str,
    classified: bool,
) -> Row | None:
    """One row of a block, or ``None`` when the block is blank there.

    ``previous`` is the last code above, for forms that print only the changed part of a split code.
    ``classified`` says that the table's rows are subjects, so that three digits are a code and not a unit.
    """
    parts = [code_digits(grid.cell(r, c).text) for c in block.codes]
    texts = [t for c in block.names + block.codes if (t := grid.cell(r, c).text)]
    words = [t for t in texts if not code_digits(t)]
    label = words[0] if words else ""
    code = _joined(parts, previous) if any(parts) else ""
    if not code and label:
        code = code_in_name(label)
    cells = [make_cell(grid.cell(r, c), unit, c) for c in columns]
    has_money = any(cell.amount is not None or cell.blank is Blank.DASH for cell in cells)
    if not label and not code and not has_money:
        return None
    name = subject_name(label)
    subject = subject_code(code) if code and classified else None
    folded = bare(label)
    owned = any(code_digits(grid.cell(r, c).text) for c in block.owners)
    if is_total(bare(name)):
        kind, subject = RowKind.TOTAL, None
    elif owned and not code and label:
        kind, subject = RowKind.UNIT, None  # the unit's own line above its subjects
    elif subject is not None and not (is_unit_name(name) and _UNIT_CODE.match(folded)):
        kind = RowKind.SUBJECT
    elif is_unit_name(name) and (not classified or _UNIT_CODE.match(folded) or any(parts) or subject is None):
        kind, subject = RowKind.UNIT, None
    else:
        kind = RowKind.ITEM
    return Row(label, name, kind, cells, r, subject, side, of_which=folded.startswith("其中"), grid=grid)


def _joined(parts: list[str], previous: str) -> str:
    """The code of one, two or three code columns; missing upper parts are taken from the row above."""
    if len(parts) == 1:
        return parts[0]
    filled = [p for p in parts if p]
    longest = max(filled, key=len)
    if len(longest) >= 5:
        return longest
    if parts[0] and len(parts[0]) == 3:
        code = parts[0]
        for part in parts[1:]:
            if not part:
                break
            code += (
                part.zfill(2)[-2:] if len(part) <= 2 else part[len(code) :] if part.startswith(code) else part.zfill(2)
            )
        return code
    if not parts[0] and previous:
        depth = next((i for i, p in enumerate(parts) if p), len(parts))
        stem = previous[: 3 + 2 * (depth - 1)]
        if len(stem) == 3 + 2 * (depth - 1):
            return stem + "".join(p.zfill(2) for p in parts[depth:] if p)
    return "".join(filled)


def code_of(row: Row) -> SubjectCode | None:
    return row.code
