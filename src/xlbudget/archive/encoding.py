"""存储格式. Disclosures as compact JSON and back: what the archive keeps of a document, and nothing that can run.

Amounts are kept as printed (text of a decimal, unit, decimals), every cell with its place in the file. The raw grids,
the paragraphs and the passages are not kept; a table that comes back answers for its places from what was stored.
Unknown keys are ignored and missing ones take their defaults, so that an older or newer program can read the file.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from xlbudget.model.amount import Amount, Blank, MoneyUnit
from xlbudget.model.provenance import Provenance
from xlbudget.model.raw import Grid
from xlbudget.model.subject import SubjectCode
from xlbudget.model.table import Cell, Column, Row, RowKind, Side, Table, TableStatus

MAX_UNPACKED = 64 * 1024 * 1024
"""No part of a document unpacks to more than this; a file that says otherwise is not one of ours."""


class EncodingError(ValueError):
    """Stored data that are not what the archive writes."""


def pack(value: Any) -> bytes:
    """JSON, compressed lightly: reading and writing speed count for more than the last byte."""
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8"), 1)


def unpack(data: bytes) -> Any:
    """The value of :func:`pack`; raises :class:`EncodingError` when it is damaged or far too large."""
    stream = zlib.decompressobj()
    try:
        text = stream.decompress(data, MAX_UNPACKED)
        if stream.unconsumed_tail:
            raise EncodingError("数据过大")
        return json.loads(text)
    except (zlib.error, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise EncodingError("数据损坏") from error


# ---------------------------------------------------------------- places and amounts


_PLACE_TEXTS = ("sheet", "cell", "quote", "table", "row", "column", "doubt")


def place_out(place: Provenance) -> dict[str, Any]:
    """A place with only the parts that apply; the file is known from the document."""
    found: dict[str, Any] = {}
    for key in (*_PLACE_TEXTS, "page", "line", "index"):
        value = getattr(place, key)
        if value not in ("", None):
            found[key] = value
    if place.box is not None:
        found["box"] = list(place.box)
    return found


def place_in(data: Mapping[str, Any], file: str) -> Provenance:
    box = data.get("box")
    known: dict[str, Any] = {k: data[k] for k in _PLACE_TEXTS if k in data}
    known |= {k: int(data[k]) for k in ("page", "line", "index") if k in data}
    return Provenance(file=file, box=tuple(box) if box is not None else None, **known)


_UNITS = {unit.value: unit for unit in MoneyUnit}


def amount_out(amount: Amount | None) -> list[Any] | None:
    if amount is None:
        return None
    value: list[Any] = [str(amount.value), amount.unit.value, amount.decimals]
    return [*value, str(amount.stored)] if amount.stored is not None else value


def amount_in(data: list[Any] | None) -> Amount | None:
    if data is None:
        return None
    stored = decimal_in(data[3]) if len(data) > 3 else None
    value = decimal_in(data[0])
    assert value is not None
    return Amount(value, _UNITS[data[1]], data[2], stored)


def decimal_in(text: Any) -> Decimal | None:
    if text is None:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise EncodingError("金额损坏") from None
    if not value.is_finite():
        raise EncodingError("金额损坏")
    return value


# ---------------------------------------------------------------- tables


@dataclass(frozen=True, slots=True)
class KeptPlaces:
    """出处. The places of a stored row, by the column of its grid."""

    by_column: Mapping[int, Provenance]
    row: Provenance

    def at(self, row: int, column: int) -> Provenance:
        return self.by_column.get(column, self.row)


TARGETS = "targets"
"""Performance tables are kept as the target sheets that they were read into, not once more as rows."""

_COLUMN = ("heading", "role", "period", "group")


def table_out(table: Table) -> dict[str, Any]:
    """A table with its columns, rows and cells; its kind, number and status stand beside it in the archive."""
    return {
        "columns": [
            [getattr(c, k) for k in _COLUMN] + [c.side.value, int(c.money), int(c.of_which)] for c in table.columns
        ],
        "rows": [_row_out(row, table) for row in table.rows] if table.id != TARGETS else [],
        "notes": [text for text, _ in table.notes],
        "title_place": place_out(table.title_place),
        "first_place": place_out(table.first_place),
        "maker": table.maker,
        "repairs": table.repairs,
        "unit_printed": table.unit_printed,
        "last_page": table.last_page,
    }


def _row_out(row: Row, table: Table) -> list[Any]:
    places = row.grid.places if row.grid is not None else None
    cells = []
    shared: list[Any] = []  # a place that several cells have (a line of text) is told by the first of them
    for cell in row.cells:
        place = places.at(row.grid_row, cell.grid_column) if places is not None else table.first_place
        where: list[Any] = [place.sheet, place.cell, place.page, place.line, place.index]
        if place.box is not None:
            where.append(list(place.box))
        if where == shared:
            where = []
        elif not shared:
            shared = where
        cells.append(
            [
                cell.text,
                amount_out(cell.amount),
                cell.blank.value if cell.blank is not None else None,
                cell.grid_column,
                where,
                cell.formula,
                cell.trouble,
            ]
        )
    return [
        row.label,
        row.name,
        row.kind.value,
        row.code.code if row.code is not None else None,
        row.side.value,
        row.role,
        row.parent,
        int(row.of_which),
        row.unit,
        row.doubt,
        cells,
    ]


def table_in(data: Mapping[str, Any], file: str) -> Table:
    """The table of :func:`table_out`, as far as the data tell it (kind, number, title, unit and status are set later)."""
    try:
        columns = [Column(c[0], c[1], c[2], Side(c[4]), c[3], bool(c[5]), bool(c[6])) for c in data.get("columns", ())]
        rows = [_row_in(r, file) for r in data.get("rows", ())]
        first = place_in(data.get("first_place", {}), file)
        return Table(
            id="",
            title="",
            columns=columns,
            rows=rows,
            notes=[(text, first) for text in data.get("notes", ())],
            title_place=place_in(data.get("title_place", {}), file),
            first_place=first,
            maker=data.get("maker", ""),
            repairs=list(data.get("repairs", ())),
            unit_printed=bool(data.get("unit_printed", True)),
            last_page=data.get("last_page"),
        )
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise EncodingError("表的数据损坏") from error


def _row_in(data: list[Any], file: str) -> Row:
    label, name, kind, code, side, role, parent, of_which, unit, doubt, raw = data
    cells, places = [], {}
    shared: list[Any] = []
    for text, amount, blank, column, where, formula, trouble in raw:
        cells.append(
            Cell(text, amount_in(amount), Blank(blank) if blank is not None else None, formula, trouble, column)
        )
        shared = where or shared
        sheet, cell, page, line, index, *box = shared
        places[column] = Provenance(
            file=file, sheet=sheet, cell=cell, page=page, line=line, index=index, box=tuple(box[0]) if box else None
        )
    whole = next(iter(places.values()), Provenance(file=file))
    return Row(
        label=label,
        name=name,
        kind=RowKind(kind),
        cells=cells,
        grid_row=0,
        code=SubjectCode(code) if code else None,
        side=Side(side),
        role=role,
        parent=parent,
        of_which=bool(of_which),
        unit=unit,
        doubt=doubt,
        grid=Grid([], KeptPlaces(places, whole)),
    )


def dress(table: Table, kind: str, title: str, number: int | None, money_unit: str, status: str) -> Table:
    """Give a table what the archive keeps in columns of its own."""
    table.id, table.title, table.number = kind, title, number
    table.money_unit, table.status = _UNITS[money_unit], TableStatus(status)
    return table
