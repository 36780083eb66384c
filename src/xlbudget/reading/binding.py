"""认表. Binds a candidate's grids to a table of the pack: columns to roles, rows to subjects, cells to amounts."""

from __future__ import annotations

from dataclasses import replace

from xlbudget.model.amount import Amount, MoneyUnit
from xlbudget.model.disclosure import Stage
from xlbudget.model.raw import EMPTY_CELL, Grid
from xlbudget.model.table import Cell, Column, Row, RowKind, Side, Table, TableStatus
from xlbudget.model.wording import bare, subject_name
from xlbudget.packs.roles import period_of, role_of, row_role
from xlbudget.packs.schema import Pack, RoleRule, Shape, Sum, TableSpec
from xlbudget.packs.subjects import class_code
from xlbudget.reading.alignment import realign
from xlbudget.reading.assembling import Candidate
from xlbudget.reading.columns import BlockColumns, blocks, classify
from xlbudget.reading.headings import Heading
from xlbudget.reading.rows import is_total, make_cell, read_row
from xlbudget.reading.tree import grow_list, grow_side

DEFAULT_UNIT = MoneyUnit.WAN
UNKNOWN = "unknown"


def _settle_of_which(table: Table) -> None:
    """其中：基本支出 with 项目支出 beside it: the word stands for both, and both make up the total."""
    roles = [column.role for column in table.columns]
    for c, (column, after) in enumerate(zip(table.columns, table.columns[1:], strict=False)):
        both = column.of_which and roles[c : c + 2] == ["basic", "project"] and roles.count("project") == 1
        if both and column.period == after.period:
            table.columns[c : c + 2] = [replace(column, of_which=False), replace(after, of_which=False)]


def _settle_other_kinds(table: Table) -> None:
    """“三公”经费合计 beside 会议费 and 培训费 is the sum of the three alone."""
    roles = {column.role for column in table.columns}
    if roles & {"meeting", "training"} and "three" not in roles:
        table.columns = [
            replace(column, role="three") if column.role == "total" and "三公" in column.heading else column
            for column in table.columns
        ]


class Binder:
    """认表. Binds the tables of one document; knows the document's year and stage."""

    def __init__(self, pack: Pack, year: int | None, stage: Stage, mend: bool) -> None:
        self.pack = pack
        self.year = year
        self.stage = stage
        self.mend = mend

    def bind(self, candidate: Candidate) -> Table:
        """The table that a candidate is, or one with the id ``unknown``."""
        spec = candidate.spec
        unit = candidate.money or DEFAULT_UNIT
        table = Table(
            id=spec.id if spec else UNKNOWN,
            title=candidate.title or (spec.title if spec else "无标题的表"),
            columns=[],
            rows=[],
            number=candidate.number if candidate.number is not None else (spec.number if spec else None),
            money_unit=unit,
            unit_printed=candidate.money is not None,
            notes=candidate.notes,
            title_place=candidate.title_place,
            maker=candidate.maker,
        )
        if not candidate.grids:
            table.status = TableStatus.EMPTY
            table.first_place = candidate.title_place
            return table
        grid, heading = candidate.grids[0]
        table.first_place = grid.places.at(0, 0)
        table.last_page = candidate.grids[-1][0].places.at(len(candidate.grids[-1][0].rows) - 1, 0).page
        if spec is not None and spec.shape is Shape.TARGETS:
            self._targets(table, candidate)
        else:
            self._fill(table, candidate, spec, heading)
        if table.status is TableStatus.READ and not _has_figures(table):
            table.status = TableStatus.EMPTY
        return table

    # -- columns ------------------------------------------------------------------------------------

    def _fill(self, table: Table, candidate: Candidate, spec: TableSpec | None, heading: Heading) -> None:
        grid = candidate.grids[0][0]
        kinds = classify(grid, heading)
        halves = blocks(kinds)
        two_sided = spec is not None and spec.shape is Shape.TWO_SIDED and len(halves) > 1
        vertical = spec is not None and spec.shape is Shape.THREE_PUBLIC and self._is_vertical(candidate, halves, spec)
        groups = ("period", "funds") if vertical else (spec.column_roles if spec else ("period", "expenditure"))
        rules = self.pack.role_rules(groups)
        placed: list[tuple[BlockColumns, Side, int]] = []
        if two_sided:
            for h, half in enumerate(halves[:2]):
                side = self._side(heading, half, h)
                placed.append((half, side, len(table.columns)))
                table.columns.extend(self._column(heading, c, rules, side) for c in half.money)
        elif len(halves) > 1 and all(len(h.money) == len(halves[0].money) for h in halves):
            placed = [(half, Side.NONE, 0) for half in halves]
            table.columns.extend(self._column(heading, c, rules, Side.NONE) for c in halves[0].money)
        else:
            money = [c for h in halves for c in h.money]
            merged = BlockColumns(halves[0].codes, halves[0].names, money, halves[0].owners)
            placed = [(merged, Side.NONE, 0)]
            table.columns.extend(self._column(heading, c, rules, Side.NONE) for c in merged.money)
        if spec is not None and spec.shape is Shape.THREE_PUBLIC and not vertical:
            self._settle_three_public(table)
            _settle_other_kinds(table)
        _settle_of_which(table)
        self._rows(table, candidate, spec, placed, two_sided, vertical)

    def _column(self, heading: Heading, c: int, rules: tuple[RoleRule, ...], side: Side) -> Column:
        path = heading.paths[c] if c < len(heading.paths) else ()
        of_which = any(part.startswith("其中") for part in path[-1:])
        clean = tuple(part.removeprefix("其中:").removeprefix("其中：").removeprefix("其中") or part for part in path)
        return Column(
            heading="/".join(clean),
            role=role_of(clean, rules),
            period=period_of(clean, self.year, self.stage),
            side=side,
            group="/".join(clean[:-1]),
            of_which=of_which,
        )

    def _side(self, heading: Heading, half: BlockColumns, position: int) -> Side:
        words = "".join(part for c in half.names + half.money if c < len(heading.paths) for part in heading.paths[c])
        if "支出" in words and "收入" not in words:
            return Side.EXPENDITURE
        if "收入" in words and "支出" not in words:
            return Side.INCOME
        return Side.EXPENDITURE if position else Side.INCOME

    def _is_vertical(self, candidate: Candidate, halves: list[BlockColumns], spec: TableSpec) -> bool:
        """三公 items in rows rather than in columns?"""
        rules = self.pack.role_rules(spec.row_roles)
        found = set()
        for grid, heading in candidate.grids:
            for r in range(heading.rows, len(grid.rows)):
                for c in halves[0].names + halves[0].codes:
                    if text := grid.cell(r, c).text:
                        found.add(row_role(subject_name(text), rules))
        return len(found & {"abroad", "vehicle", "reception", "vehicle_running"}) >= 2

    def _settle_three_public(self, table: Table) -> None:
        """Give the columns of a 三公 table their usual meaning when the damaged heading does not tell it.

        The forms print six columns a period: 合计, 出国, 用车 (小计, 购置, 运行), 接待, or 接待 before 用车.
        """
        order = ("total", "abroad", "vehicle", "vehicle_purchase", "vehicle_running", "reception")
        width = len(table.columns)
        roles = [column.role for column in table.columns]
        whole = [set(roles[k : k + 6]) == set(order) for k in range(0, width - 5, 6)]
        if width % 6 or all(whole):
            return
        periods = {6: ("current",), 12: ("prior", "current"), 18: ("prior", "executed", "current")}.get(width)
        if periods is None or {column.period for column in table.columns} - set(periods):
            return
        names = {"total": "合计", "abroad": "因公出国（境）费", "vehicle": "公务用车购置及运行费/小计",
                 "vehicle_purchase": "公务用车购置费", "vehicle_running": "公务用车运行费", "reception": "公务接待费"}  # fmt: skip
        said = {c.period: c.heading.split("/")[0] for c in reversed(table.columns)}
        table.columns = [
            Column(f"{said.get(period, '')}/{names[role]}".strip("/"), role, period)
            for period in periods
            for role in order
        ]
        table.repairs.append("表头残缺，按通用的六栏次序（合计、出国、用车小计、购置、运行、接待）识别")

    # -- rows ---------------------------------------------------------------------------------------

    def _rows(
        self,
        table: Table,
        candidate: Candidate,
        spec: TableSpec | None,
        placed: list[tuple[BlockColumns, Side, int]],
        two_sided: bool,
        vertical: bool,
    ) -> None:
        classified = spec is None or bool(spec.classification) or two_sided
        sums = spec.sums if spec and not vertical else ()
        width = len(table.columns)
        heads = _heading_rows(*candidate.grids[0])
        for half, side, offset in placed:
            previous = ""
            for grid, heading in candidate.grids:
                if heading.rows and heading.paths != candidate.grids[0][1].paths and grid is not candidate.grids[0][0]:
                    table.repairs.append("续页的表头与首页不同，按首页的栏目读取")
                for r in range(heading.rows, len(grid.rows)):
                    if _is_repeated_heading(grid, r, heads):
                        continue
                    whole = _unmerged(grid, r, half) if self.mend and len(placed) == 1 else grid
                    row = read_row(whole, r, half, half.money, table.money_unit, side, previous, classified)
                    if row is None:
                        continue
                    if whole is not grid:
                        _moved_back(row, table, grid, half)
                    if self.mend and sums and half.money and not two_sided and len(placed) == 1:
                        self._mend(row, table, grid, r, half, sums)
                    if offset or len(row.cells) < width:
                        row.cells = _padded(row.cells, offset, width)
                    if row.code is not None:
                        previous = row.code.code
                    table.rows.append(row)
        if two_sided and spec is not None:
            self._two_sided(table, spec)
        elif spec is not None and spec.shape is Shape.THREE_PUBLIC and vertical:
            self._vertical(table, spec)
        else:
            if spec is not None and spec.shape is Shape.THREE_PUBLIC and len(table.rows) == 1:
                table.rows[0].kind = RowKind.TOTAL
            grow_list(table)

    def _mend(self, row: Row, table: Table, grid: Grid, r: int, half: BlockColumns, sums: tuple[Sum, ...]) -> None:
        """Undo a slide of the row, when the identities prove one."""
        first = half.money[0]
        raw = grid.rows[r][first:]
        values: list[Amount | None] = [make_cell(cell, table.money_unit, 0).amount for cell in raw]
        by_period: dict[str, list[str]] = {}
        for column in table.columns:
            by_period.setdefault(column.period, []).append(column.role)
        runs: list[list[str]] = []
        last = ""
        for column in table.columns:
            if not runs or column.period != last:
                runs.append([])
            runs[-1].append(column.role)
            last = column.period
        better = realign(values, runs, sums)
        if better is None:
            return
        texts = {id(v): (raw[i].text, first + i) for i, v in enumerate(values) if v is not None}
        cells = []
        for c, value in zip(half.money, better, strict=True):
            text, at = texts[id(value)] if value is not None else ("", c)
            cells.append(Cell(text, value, None, grid_column=at) if value is not None else Cell("", grid_column=c))
        row.cells = cells
        row.doubt = "原文此行错位，已按合计关系移回"
        table.repairs.append(f"“{row.name or row.label or '无名称的行'}”一行错位，已按合计关系移回")

    def _two_sided(self, table: Table, spec: TableSpec) -> None:
        rules = self.pack.role_rules(spec.row_roles)
        for row in table.rows:
            if row.kind is RowKind.SUBJECT and row.side is Side.INCOME:
                row.kind, row.code = RowKind.ITEM, None
            row.role = row_role(row.name, rules) if row.code is None else ""
            if row.side is Side.EXPENDITURE and row.role not in ("total", "current", "carry_out", "distribution"):
                row.role = ""
                if row.code is None and (code := class_code(row.name)) is not None:
                    row.code, row.kind = code, RowKind.SUBJECT
            elif row.role in ("total", "current"):
                row.kind = RowKind.TOTAL
        for side in (Side.INCOME, Side.EXPENDITURE):
            grow_side(table, side, spec.row_sums)

    def _vertical(self, table: Table, spec: TableSpec) -> None:
        """三公 with the kinds of expense in rows: the pack's sums run down instead of across."""
        rules = self.pack.role_rules(spec.row_roles)
        first: dict[str, int] = {}
        for i, row in enumerate(table.rows):
            row.role = "total" if row.kind is RowKind.TOTAL else row_role(row.name, rules)
            row.of_which = False
            first.setdefault(row.role, i)
        uppers = {part: rule.total for rule in reversed(spec.sums) for part in rule.parts}
        for i, row in enumerate(table.rows):
            role = row.role
            if first.get(role) != i or role not in uppers:
                continue
            upper = uppers[role]
            while upper not in first and upper in uppers:
                upper = uppers[upper]
            row.parent = first.get(upper)

    def _targets(self, table: Table, candidate: Candidate) -> None:
        """绩效表: kept as printed here; :mod:`.targets` reads the indicators."""
        _, heading = candidate.grids[0]
        width = max(g.width for g, _ in candidate.grids)
        table.columns = [
            Column("/".join(heading.paths[c]) if c < len(heading.paths) else "", money=False) for c in range(width)
        ]
        for part, own in candidate.grids:
            for r in range(own.rows, len(part.rows)):
                cells = [replace_text(part, r, c) for c in range(width)]
                label = next((cell.text for cell in cells if cell.text), "")
                if label:
                    table.rows.append(Row(label, bare(label), RowKind.ITEM, cells, r, grid=part))


def replace_text(grid: Grid, r: int, c: int) -> Cell:
    """A cell kept as text, whatever it prints."""
    text = grid.cell(r, c).text
    return Cell(text, None, None if text else Cell("").blank, grid_column=c)


def _unmerged(grid: Grid, r: int, half: BlockColumns) -> Grid:
    """The grid with row ``r`` under its headings: of a merged 合计 some conversions keep one cell instead of several."""
    cells, count = grid.rows[r], len(half.money)
    if not count or not cells or not is_total(bare(cells[0].text)):
        return grid  # nearly every row: the rest is asked of totals alone
    first = half.money[0]
    written = len(cells) == count + 1 or [bool(cell.text) for cell in cells] == [c <= count for c in range(len(cells))]
    if first < 2 or not written or half.money != list(range(first, first + count)):
        return grid
    row = [cells[0], *[EMPTY_CELL] * (first - 1), *cells[1 : count + 1]]
    return replace(grid, rows=[*grid.rows[:r], row, *grid.rows[r + 1 :]])


def _moved_back(row: Row, table: Table, grid: Grid, half: BlockColumns) -> None:
    row.grid = grid
    for cell in row.cells:
        cell.grid_column -= half.money[0] - 1
    row.doubt = "原文此行的合并格只剩一格，已按栏数移回"
    table.repairs.append(f"“{row.name or row.label}”一行错位，已按栏数移回")


def _padded(cells: list[Cell], offset: int, width: int) -> list[Cell]:
    return [*(Cell("") for _ in range(offset)), *cells, *(Cell("") for _ in range(width - offset - len(cells)))]


def _heading_rows(grid: Grid, heading: Heading) -> dict[str, list[list[str]]]:
    """The texts of the heading rows, by their first one."""
    found: dict[str, list[list[str]]] = {}
    for k in range(heading.rows):
        texts = [bare(cell.text) for cell in grid.rows[k] if cell.text]
        if texts:
            found.setdefault(texts[0], []).append(texts)
    return found


def _is_repeated_heading(grid: Grid, r: int, heads: dict[str, list[list[str]]]) -> bool:
    """A heading row repeated in the middle of a table (top of a page)."""
    first = next((cell.text for cell in grid.rows[r] if cell.text), "")
    known = heads.get(bare(first))
    return known is not None and [bare(cell.text) for cell in grid.rows[r] if cell.text] in known


def _has_figures(table: Table) -> bool:
    if table.id == UNKNOWN and not any(column.money for column in table.columns):
        return False
    if not any(column.money for column in table.columns):
        return bool(table.rows)
    return any(cell.amount is not None and not cell.amount.is_zero for row in table.rows for cell in row.cells)
