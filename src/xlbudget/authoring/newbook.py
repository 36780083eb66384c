"""新建工作簿. An empty workbook of a pack in its official layout: totals and roll-ups are live formulas.

Every formula carries its value, so that the book can be read
and checked before anybody has opened it. Roll-ups, totals and the classes of the two-sided tables add the lowest
subjects by their codes, so that rows may be inserted anywhere and everything still adds up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from xlbudget.authoring.bookwriting import FIRST, BookSheet, Entry, written
from xlbudget.authoring.filling import Filling, Line
from xlbudget.model.disclosure import Stage
from xlbudget.model.subject import subject_code
from xlbudget.model.wording import numbering, subject_name
from xlbudget.packs.roles import clean_heading, period_of, role_of, row_role
from xlbudget.packs.schema import Layout, Pack, Shape, TableSpec
from xlbudget.packs.subjects import class_code, name_of

_ORDINALS = [
    "一",
    "二",
    "三",
    "四",
    "五",
    "六",
    "七",
    "八",
    "九",
    "十",
    "十一",
    "十二",
    "十三",
    "十四",
    "十五",
    "十六",
    "十七",
    "十八",
    "十九",
    "二十",
]
BLANK_ROWS = 24
"""So many rows a table without figures offers."""

_WORDS = re.compile(r"(编码|名称|项目单位|计量单位|类别|品目|数量)$")
_NOTES = {"fund_expenditure": "政府性基金预算支出", "capital_expenditure": "国有资本经营预算支出"}
"""Tables that must say so when they have nothing to report."""


def new_workbook(pack: Pack, unit: str, year: int, filling: Filling | None = None) -> bytes:
    """The bytes of a new workbook for a unit and a year."""
    filling = filling or Filling()
    specs = sorted((s for s in pack.tables if s.number and s.layout), key=lambda s: s.number or 0)
    # Projects and their targets are filled in everywhere, also where the form does not number them.
    budget = Stage.BUDGET in pack.stages and bool(specs)
    specs += [s for s in pack.tables if budget and not s.number and s.layout and s.id in ("projects", "targets")]
    sheets = {spec.id: _sheet(spec) for spec in specs}
    for spec in specs:
        if spec.shape is not Shape.TWO_SIDED:
            _List(pack, sheets[spec.id], year).fill(filling)
    for spec in specs:
        if spec.shape is Shape.TWO_SIDED:
            _TwoSided(pack, sheets[spec.id], sheets).fill(filling)
    if not filling.prose:
        filling = replace(
            filling, prose=[f"{_ORDINALS[i]}、{section.title}" for i, section in enumerate(pack.sections)]
        )
    return written(pack, unit, year, [sheets[s.id] for s in specs], filling)


def _sheet(spec: TableSpec) -> BookSheet:
    assert spec.layout is not None
    heading, merges = parse_heading(spec.layout)
    name = f"{spec.number or ''}{spec.title}".translate(str.maketrans("", "", '“”"[]:*?/\\'))[:31]
    return BookSheet(spec, name, heading, merges, first=FIRST + len(heading))


def parse_heading(layout: Layout) -> tuple[list[list[str]], list[tuple[int, int, int, int, str]]]:
    """The heading as a full grid of texts, and its merged areas (top, left, bottom, right, text), 0-based."""
    raw = [line.split("|") for line in layout.heading]
    full = [list(row) for row in raw]
    for r, row in enumerate(raw):
        for c, text in enumerate(row):
            full[r][c] = full[r][c - 1] if text == "<" else full[r - 1][c] if text == "^" else text
    merges = []
    for r, row in enumerate(raw):
        for c, text in enumerate(row):
            if text in ("<", "^"):
                continue
            right, bottom = c, r
            while right + 1 < len(row) and raw[r][right + 1] == "<":
                right += 1
            while bottom + 1 < len(raw) and raw[bottom + 1][c] == "^":
                bottom += 1
            if (right, bottom) != (c, r):
                merges.append((r, c, bottom, right, text))
    return full, merges


# ---------------------------------------------------------------- lists


class _List:
    """A list table: subjects (or items) down, columns across, one total row."""

    def __init__(self, pack: Pack, sheet: BookSheet, year: int) -> None:
        self.sheet = sheet
        self.year = year
        self.spec = sheet.spec
        rules = pack.role_rules(self.spec.column_roles)
        stage = pack.stages[0] if len(pack.stages) == 1 else Stage.BUDGET
        self.paths = [_path([row[c] for row in sheet.heading]) for c in range(sheet.width)]
        self.code = next((c for c, p in enumerate(self.paths) if "编码" in p[-1]), None)
        # -1: a form of one row of figures has no names at all.
        self.label = next((c for c, p in enumerate(self.paths) if "名称" in p[-1]), -1)
        self.money = [c for c in range(sheet.width) if self._is_money(c)]
        self.roles = {c: (period_of(self.paths[c], year, stage), role_of(self.paths[c], rules)) for c in self.money}
        self.sums = self._column_sums()

    def _is_money(self, c: int) -> bool:
        words = any(_WORDS.search(part) for part in self.paths[c])
        return c not in (self.code, self.label) and self.spec.shape is not Shape.TARGETS and not words

    def _column_sums(self) -> dict[int, list[int]]:
        """Which columns are formulas of which others, by the pack's sums."""
        at = {key: c for c, key in self.roles.items() if key[1]}
        found: dict[int, list[int]] = {}
        for period in {p for p, _ in self.roles.values()}:
            for rule in self.spec.sums:
                total = at.get((period, rule.total))
                parts = list(self._parts(rule.parts, period, at))
                if total is not None and parts:
                    found.setdefault(total, parts)
        return found

    def _parts(self, roles: Sequence[str], period: str, at: dict[tuple[str, str], int]) -> Iterator[int]:
        for role in roles:
            if (period, role) in at:
                yield at[period, role]
                continue
            for rule in self.spec.sums:
                if rule.total == role:
                    yield from self._parts(rule.parts, period, at)

    def fill(self, filling: Filling) -> None:
        lines = list(filling.lines.get(self.spec.id, ()))
        rows = self._with_parents(lines) if self.code is not None and lines else [(line, True) for line in lines]
        # At least one empty row: whatever is inserted above it lies inside every sum.
        blank = 1 if filling.lines or self.label < 0 else BLANK_ROWS
        if self.label < 0 and rows:
            blank = 0
        top = self.spec.layout is not None and self.spec.layout.total_first
        start = self.sheet.first + (1 if top else 0)
        for i, (line, leaf) in enumerate(rows):
            self._row(start + i, line, leaf)
        for i in range(len(rows), len(rows) + blank):
            self._row(start + i, Line(), True)
        end = start + len(rows) + blank
        self.sheet.last = end - 1
        for (table, code, column), value in filling.overrides.items():
            if table == self.spec.id:
                self.sheet.cells[self.sheet.by_code[code], column] = Entry(value)
        self._roll_up(start, end)
        if filling.lines and not lines and self.spec.id in _NOTES:
            self.sheet.note = f"注：本单位{self.year}年没有{_NOTES[self.spec.id]}，故本表无数据。"
        if self.spec.shape is not Shape.TARGETS and self.label >= 0:
            self._total(self.sheet.first if top else end, start, end)

    def _with_parents(self, lines: list[Line]) -> list[tuple[Line, bool]]:
        """The leaves with every 类 and 款 above them, in the order of the codes."""
        known = {line.code: (line, True) for line in lines}
        for line in lines:
            code = subject_code(line.code)
            parent = code.parent if code else None
            while parent is not None:
                known.setdefault(parent.code, (Line(parent.code, name_of(parent.code) or ""), False))
                parent = parent.parent
        return [known[code] for code in sorted(known)]

    def _row(self, r: int, line: Line, leaf: bool) -> None:
        cells = self.sheet.cells
        if self.code is not None:
            cells[r, self.code] = Entry(line.code or None, kind="code")
        if line.code:
            self.sheet.by_code[line.code] = r
        if self.label >= 0:
            cells[r, self.label] = Entry(line.name or None, kind="label")
        for c in range(self.sheet.width):
            if c in (self.code, self.label):
                continue
            value = line.values.get(c)
            if c in self.money:
                cells[r, c] = Entry(value if leaf else None)
            else:
                cells[r, c] = Entry(value, kind="text")

    def _roll_up(self, start: int, end: int) -> None:
        """Every row that is not entered adds up the lowest subjects under its code, wherever rows are inserted."""
        cells = self.sheet.cells
        codes = {r: str(cells[r, self.code].value or "") for r in range(start, end)} if self.code is not None else {}
        for r in sorted(codes, key=lambda row: -len(codes[row])):
            if r == end - 1:
                continue
            below = [k for k in codes if k > r and codes[r] and codes[k].startswith(codes[r]) and codes[k] != codes[r]]
            leaves = [k for k in below if not any(codes[j].startswith(codes[k]) and j != k for j in below)]
            for c in self.money:
                if c not in self.sums and cells[r, c].value is None and (below or not codes[r]):
                    total = sum((self.sheet.number(k, c) for k in leaves), Decimal(0))
                    cells[r, c] = Entry(total, self._under(r, c, end))
        for r in range(start, end):
            self._across(r)

    def _under(self, r: int, c: int, end: int) -> str:
        """The sum of the subjects under the code of this row that have no others under them."""
        assert self.code is not None
        own = f"${_ref(r, self.code)}"
        codes, span = (f"{_beside(column, 1)}:{_ref(end - 1, column, True)}" for column in (self.code, c))
        return f'=IF({own}="",0,SUMPRODUCT(--(LEFT({codes},LEN({own}))={own}&""),{_lowest(codes)},{span}))'

    def _across(self, r: int) -> None:
        cells = self.sheet.cells
        for c in sorted(self.sums, key=lambda column: -column):
            if cells.get((r, c)) is None or cells[r, c].value is None:
                parts = self.sums[c]
                value = sum((self.sheet.number(r, p) for p in parts), Decimal(0))
                cells[r, c] = Entry(value, "=" + "+".join(_ref(r, p) for p in parts))

    def _total(self, r: int, start: int, end: int) -> None:
        cells = self.sheet.cells
        cells[r, self.label] = Entry("合计", kind="total")
        if self.code is not None:
            cells[r, self.code] = Entry(None, kind="total")
        for c in range(self.sheet.width):
            if c not in (self.code, self.label) and c not in self.money:
                cells[r, c] = Entry(None, kind="text")
        for c in self.money:
            if c in self.sums:
                continue
            span = self._down_to(r, start, end, c)
            if self.code is None:
                value = sum((self.sheet.number(k, c) for k in range(start, end)), Decimal(0))
                cells[r, c] = Entry(value, f"=SUM({span})")
            else:
                classes = [k for k in range(start, end) if len(str(cells[k, self.code].value or "")) == 3]
                value = sum((self.sheet.number(k, c) for k in classes), Decimal(0))
                codes = self._down_to(r, start, end, self.code)
                cells[r, c] = Entry(value, f'=SUMPRODUCT(--({codes}<>""),{_lowest(codes)},{span})')
        self._across(r)
        self.sheet.total_rows.add(r)

    def _down_to(self, r: int, start: int, end: int, c: int) -> str:
        """The rows of the table from its heading (or total) to the row above its total (or to its last one)."""
        if r < start:
            return f"{_beside(c, 1)}:{_ref(end - 1, c, True)}"
        return f"{_ref(start - 1, c, True)}:{_beside(c, -1)}"


def _beside(column: int, rows: int) -> str:
    """The cell of a column so many rows below the formula: unlike its address it stays there when rows are put in."""
    letters = _ref(0, column, True).rstrip("1").rstrip("$")
    return f"INDEX({letters}:{letters},ROW(){rows:+})"


def _lowest(codes: str) -> str:
    """The condition that no other code continues this one."""
    return f'--(COUNTIF({codes},{codes}&"*")<=1)'


def _path(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clean_heading(text) for text in texts if text)) or ("",)


def _ref(row: int, column: int, fixed: bool = False) -> str:
    letters, n = "", column + 1
    while n:
        n, rest = divmod(n - 1, 26)
        letters = chr(65 + rest) + letters
    return f"${letters}${row + 1}" if fixed else f"{letters}{row + 1}"


# ---------------------------------------------------------------- two-sided tables


_SOURCES = {
    "total": "expenditure",
    "general": "general_expenditure",
    "fund": "fund_expenditure",
    "capital": "capital_expenditure",
}
"""Which list table the expenditure of a column of a two-sided table is drawn from."""


class _TwoSided:
    """收支对照表: income entered, expenditure drawn from the list tables by class, totals as formulas."""

    def __init__(self, pack: Pack, sheet: BookSheet, sheets: dict[str, BookSheet]) -> None:
        self.sheet = sheet
        self.sheets = sheets
        self.rules = pack.role_rules(sheet.spec.row_roles)
        columns = pack.role_rules(sheet.spec.column_roles)
        labels = [c for c in range(sheet.width) if clean_heading(sheet.heading[-1][c]) == "项目"]
        self.income, self.spent = labels[0], labels[1]
        self.received = self.income + 1
        self.roles = {
            c: role_of(_path([row[c] for row in sheet.heading]), columns) for c in range(self.spent + 1, sheet.width)
        }

    def fill(self, filling: Filling) -> None:
        layout = self.sheet.spec.layout
        assert layout is not None
        entered = filling.amounts.get(self.sheet.spec.id, {})
        height = max(len(layout.income_rows), len(layout.expenditure_rows))
        income = self._aligned(layout.income_rows, height)
        spent = self._aligned(layout.expenditure_rows, height)
        seen: set[str] = set()
        for i in range(height):
            r = self.sheet.first + i
            self.sheet.cells[r, self.income] = Entry(income[i] or None, kind="label")
            self.sheet.cells[r, self.received] = Entry(entered.get(income[i]) if income[i] not in seen else None)
            seen.add(income[i])
            self.sheet.cells[r, self.spent] = Entry(spent[i] or None, kind="label")
            for c in self.roles:
                self.sheet.cells[r, c] = Entry(entered.get(f"{spent[i]}/{self.roles[c]}")) if spent[i] else Entry()
        self.sheet.last = self.sheet.first + height - 1
        for i in range(height):
            self._class(self.sheet.first + i, spent[i])
        self._totals(income, self.received)
        for c in self.roles:
            self._totals(spent, c)
        self.sheet.total_rows.add(self.sheet.last)

    def _aligned(self, labels: Sequence[str], height: int) -> list[str]:
        """The rows of a half, with its closing rows at the bottom of the table."""
        closing = next((i for i, text in enumerate(labels) if not text), len(labels))
        tail = [text for text in labels[closing:] if text]
        head = list(labels[:closing])
        return [*head, *[""] * (height - len(head) - len(tail)), *tail]

    def _class(self, r: int, label: str) -> None:
        code = class_code(subject_name(label)) if label else None
        if code is None or row_role(subject_name(label), self.rules) in ("total", "current", "carry_out"):
            return
        drawn: list[int] = []
        for c, role in self.roles.items():
            source = self.sheets.get(_SOURCES.get(role, ""))
            if source is None or (role == "total" and len(self.roles) > 1):
                continue
            row = source.by_code.get(code.code)
            column = next((k for k in range(source.width) if clean_heading(source.heading[-1][k]) == "合计"), None)
            if column is None:
                continue
            quoted = f"'{source.name}'!"
            last = max([source.last, *source.total_rows])
            codes = f"{quoted}{_ref(source.first - 1, 0, True)}:{_ref(last, 0, True)}"
            span = f"{quoted}{_ref(source.first - 1, column, True)}:{_ref(last, column, True)}"
            value = source.number(row, column) if row is not None else Decimal(0)
            self.sheet.cells[r, c] = Entry(value, f'=SUMIF({codes},"{code.code}",{span})')
            drawn.append(c)
        total = next((c for c, role in self.roles.items() if role == "total"), None)
        if total is not None and len(self.roles) > 1:
            parts = [c for c in self.roles if c != total]
            value = sum((self.sheet.number(r, c) for c in parts), Decimal(0))
            self.sheet.cells[r, total] = Entry(value, "=" + "+".join(_ref(r, c) for c in parts))

    def _totals(self, labels: Sequence[str], column: int) -> None:
        first = self.sheet.first
        roles = [row_role(subject_name(text), self.rules) if text else "" for text in labels]
        depths = [numbering(text)[1] if text else 0 for text in labels]
        structure = ("current", "carry_in", "carry_out", "total")
        for i, role in enumerate(roles):
            if role not in ("current", "carry_in", "carry_out", "fiscal") or not depths[i]:
                continue
            below = []
            for k in range(i + 1, len(labels)):
                if not labels[k] or depths[k] <= depths[i]:
                    break
                below.append(first + k)
            if below:
                self._sum(first + i, column, below)
        for i, role in enumerate(roles):
            if role == "current" and not depths[i]:
                rows = [first + k for k in range(i) if labels[k] and roles[k] not in structure]
                self._sum(first + i, column, rows)
        for i, role in enumerate(roles):
            if role == "total":
                rows = [first + k for k in range(i) if roles[k] in ("current", "carry_in", "carry_out")]
                # A form without 本年合计 adds up the items of the first level.
                rows = rows or [first + k for k in range(i) if depths[k] == 1]
                self._sum(first + i, column, rows, rows[-1] - rows[0] == len(rows) - 1 > 1)

    def _sum(self, r: int, column: int, rows: Sequence[int], spanned: bool = True) -> None:
        value = sum((self.sheet.number(k, column) for k in rows), Decimal(0))
        span = f"SUM({_ref(rows[0], column)}:{_ref(rows[-1], column)})"
        self.sheet.cells[r, column] = Entry(value, "=" + (span if spanned else "+".join(_ref(k, column) for k in rows)))
