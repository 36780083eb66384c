"""档案. Past disclosures: kept by content, with every revision, found again by unit, year and stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, select

from xlbudget.archive.connecting import connect, reading, writing
from xlbudget.archive.encoding import EncodingError, dress, pack, table_in, table_out, unpack
from xlbudget.archive.failing import ArchiveError
from xlbudget.archive.prosecoding import narrative_in, narrative_out, targets_in, targets_out
from xlbudget.archive.schema import document, former, member, settle, settled, sheet
from xlbudget.model.disclosure import Disclosure, Level, Stage
from xlbudget.model.organisations import unit_key, units_named
from xlbudget.model.raw import Unread
from xlbudget.model.table import Table


@dataclass(frozen=True, slots=True)
class Entry:
    """档案条目. One revision of one document. ``figures`` is the number of amounts in its tables."""

    id: int
    digest: str
    unit: str
    year: int
    stage: Stage
    level: Level
    pack: str
    revision: int
    file: str
    kind: str
    added_at: str
    tables: int
    figures: int

    @property
    def title(self) -> str:
        """``云川市档案馆 2024 年部门预算``."""
        return f"{self.unit} {self.year} 年{self.level.chinese}{self.stage.chinese}"


@dataclass(frozen=True, slots=True)
class Added:
    """存入结果. ``new`` is false when the very file was there already; ``replaced`` is the revision before this one."""

    entry: Entry
    new: bool
    replaced: Entry | None = None


class Archive:
    """档案. Safe for several processes: every change is one transaction, and a document never changes once it is in."""

    def __init__(self, url: str) -> None:
        self.engine = connect(url)
        self._sheets: dict[int, Sequence[Row[Any]]] = {}
        self._tables: dict[tuple[int, int], Table] = {}
        with reading(self.engine) as connection:
            ready = settled(connection)
        if not ready:
            with writing(self.engine) as connection:
                settle(connection)

    def close(self) -> None:
        self.engine.dispose()

    # ------------------------------------------------------------ putting in, taking out

    def add(self, disclosure: Disclosure, digest: str) -> Added:
        """Keep a document; ``digest`` is the SHA-256 of its file. A known file changes nothing."""
        with writing(self.engine) as connection:
            return self.add_within(connection, disclosure, digest, datetime.now(UTC).isoformat(timespec="seconds"))

    def add_within(
        self,
        connection: Connection,
        disclosure: Disclosure,
        digest: str,
        added_at: str,
        members: Mapping[str, str] | None = None,
    ) -> Added:
        """:meth:`add` as a part of a larger transaction; ``members`` are the units named in it, if they are known."""
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("LOCK TABLE document IN SHARE ROW EXCLUSIVE MODE")
        known = self._entries(connection, document.c.digest == digest)
        if known:
            return Added(known[0], False)
        if not disclosure.unit or disclosure.year is None:
            raise ArchiveError("没有单位名称或年度，不能存入")
        same = and_(
            document.c.unit_key == unit_key(disclosure.unit),
            document.c.year == disclosure.year,
            document.c.stage == disclosure.stage.value,
            document.c.level == disclosure.level.value,
        )
        earlier = self._entries(connection, same)
        last = max(earlier, key=lambda e: e.revision, default=None)
        row = {
            "digest": digest,
            "unit": disclosure.unit,
            "unit_key": unit_key(disclosure.unit),
            "year": disclosure.year,
            "stage": disclosure.stage.value,
            "level": disclosure.level.value,
            "pack": disclosure.pack,
            "revision": last.revision + 1 if last is not None else 1,
            "file": disclosure.file,
            "kind": disclosure.kind,
            "added_at": added_at,
            "tables": len(disclosure.tables),
            "figures": sum(c.amount is not None for t in disclosure.tables for row in t.rows for c in row.cells),
            "header": pack(_header_out(disclosure)),
            "narrative": pack(narrative_out(disclosure.narrative)),
            "targets": pack(targets_out(disclosure.targets)),
        }
        result = connection.execute(insert(document).values(row))
        key = result.inserted_primary_key
        assert key is not None
        identity = int(key[0])
        sheets = [_sheet_row(identity, i, table) for i, table in enumerate(disclosure.tables)]
        if sheets:
            connection.execute(insert(sheet), sheets)
        named = members
        if named is None:
            named = units_named(disclosure) if disclosure.level is Level.DEPARTMENT else {}
        if named:
            connection.execute(
                insert(member), [{"document_id": identity, "unit_key": k, "unit": v} for k, v in named.items()]
            )
        return Added(self._entries(connection, document.c.id == identity)[0], True, last)

    def remove(self, entries: Iterable[Entry]) -> int:
        """Take these revisions out; gives how many were there."""
        ids = [entry.id for entry in entries]
        with writing(self.engine) as connection:
            for table in (sheet, member):
                connection.execute(delete(table).where(table.c.document_id.in_(ids)))
            gone = connection.execute(delete(document).where(document.c.id.in_(ids))).rowcount
        for identity in ids:
            self._sheets.pop(identity, None)
        self._tables = {key: table for key, table in self._tables.items() if key[0] not in ids}
        return gone

    def rename(self, old: str, new: str, source: str = "") -> None:
        """更名. Remember that ``new`` was called ``old``."""
        if unit_key(old) == unit_key(new):
            raise ArchiveError(f"“{old}”和“{new}”是同一个名称")
        with writing(self.engine) as connection:
            self.rename_within(connection, old, new, source)

    def rename_within(self, connection: Connection, old: str, new: str, source: str) -> None:
        """:meth:`rename` as a part of a larger transaction; what is known already stays."""
        keys = {"unit_key": unit_key(new), "former_key": unit_key(old)}
        there = select(former).where(former.c.unit_key == keys["unit_key"], former.c.former_key == keys["former_key"])
        if connection.execute(there).first() is None:
            connection.execute(insert(former).values({**keys, "unit": new, "former": old, "source": source}))

    # ------------------------------------------------------------ finding

    def entries(self, unit: str = "", year: int | None = None, stage: Stage | None = None) -> list[Entry]:
        """Everything kept, or what is kept of a unit (under its present and former names), a year, a stage."""
        with reading(self.engine) as connection:
            wanted: list[Any] = []
            if unit:
                wanted.append(document.c.unit_key.in_(self._names(connection, unit)))
            if year is not None:
                wanted.append(document.c.year == year)
            if stage is not None:
                wanted.append(document.c.stage == stage.value)
            return self._entries(connection, *wanted)

    def find(self, unit: str, year: int, stage: Stage, level: Level | None = None) -> Entry | None:
        """The newest revision of a unit's document; without a level only if there is no doubt which one is meant."""
        found = [e for e in self.entries(unit, year, stage) if level is None or e.level is level]
        if len({e.level for e in found}) > 1:
            return None
        return newest(found)

    def parent_of(self, unit: str, year: int, stage: Stage) -> Entry | None:
        """部门. The newest document of the year whose department names this unit as one of its own."""
        with reading(self.engine) as connection:
            named = select(member.c.document_id).where(member.c.unit_key.in_(self._names(connection, unit)))
            found = self._entries(
                connection, document.c.id.in_(named), document.c.year == year, document.c.stage == stage.value
            )
        kept = {newest([e for e in found if unit_key(e.unit) == key]) for key in {unit_key(e.unit) for e in found}}
        return kept.pop() if len(kept) == 1 else None

    def members(self, entry: Entry) -> dict[str, str]:
        """所属单位. The units that a department's document names, by their key."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(member).where(member.c.document_id == entry.id))
            return {row.unit_key: row.unit for row in rows}

    def units(self) -> list[str]:
        """The names of all units, each as it was printed last."""
        return list({unit_key(e.unit): e.unit for e in self.entries()}.values())

    def former_names(self) -> list[Mapping[str, str]]:
        """Every change of a unit's name that was told."""
        with reading(self.engine) as connection:
            return [
                dict(r._mapping) for r in connection.execute(select(former.c.unit, former.c.former, former.c.source))
            ]

    def is_same_unit(self, one: str, other: str) -> bool:
        """Are these two names of one unit, now or formerly?"""
        with reading(self.engine) as connection:
            return unit_key(other) in self._names(connection, one) or unit_key(one) in self._names(connection, other)

    def state(self) -> str:
        """What is kept, in one word: another one after every change of documents or names."""
        with reading(self.engine) as connection:
            documents = connection.execute(select(document.c.digest, document.c.revision)).all()
            names = connection.execute(select(former.c.unit_key, former.c.former_key)).all()
        told = repr((sorted(map(tuple, documents)), sorted(map(tuple, names))))
        return sha256(told.encode()).hexdigest()[:16] if documents else ""

    def _names(self, connection: Connection, unit: str) -> set[str]:
        """The key of a unit's name and of every former name that is known."""
        found, new = set(), {unit_key(unit)}
        while new:
            found |= new
            rows = connection.execute(select(former.c.former_key).where(former.c.unit_key.in_(new)))
            new = {key for (key,) in rows} - found
        return found

    def _entries(self, connection: Connection, *wanted: Any) -> list[Entry]:
        order = ("unit", "year", "stage", "level", "revision")
        query = select(*(document.c[n] for n in _ENTRY)).where(*wanted).order_by(*(document.c[n] for n in order))
        return [_entry(row) for row in connection.execute(query)]

    # ------------------------------------------------------------ reading back

    def sheets(self, entry: Entry) -> Sequence[Row[Any]]:
        """What is kept of each table beside its cells: kind, title, number, money_unit, status."""
        if entry.id not in self._sheets:
            with reading(self.engine) as connection:
                self._sheets[entry.id] = connection.execute(
                    select(sheet).where(sheet.c.document_id == entry.id).order_by(sheet.c.ordinal)
                ).all()
        return self._sheets[entry.id]

    def table(self, entry: Entry, ordinal: int) -> Table:
        """One table of a document. It is decoded once: a document never changes."""
        key = entry.id, ordinal
        if key not in self._tables:
            if len(self._tables) >= _REMEMBERED:
                self._tables.clear()
                self._sheets.clear()
            self._tables[key] = _table(self.sheets(entry)[ordinal], entry.file)
        return self._tables[key]

    def tables(self, entry: Entry) -> list[Table]:
        """The tables of a document."""
        return [self.table(entry, i) for i in range(len(self.sheets(entry)))]

    def load(self, entry: Entry) -> Disclosure:
        """The document, without its paragraphs, as the rules and the filling see it."""
        with reading(self.engine) as connection:
            row = connection.execute(
                select(document.c.header, document.c.narrative, document.c.targets).where(document.c.id == entry.id)
            ).first()
        if row is None:
            raise ArchiveError(f"“{entry.title}”已不在档案中")
        try:
            disclosure = Disclosure(
                file=entry.file,
                kind=entry.kind,
                pack=entry.pack,
                recognised=(),
                unit=entry.unit,
                year=entry.year,
                stage=entry.stage,
                level=entry.level,
                tables=self.tables(entry),
                narrative=narrative_in(unpack(row.narrative), entry.file),
                targets=targets_in(unpack(row.targets), entry.file),
            )
            header_in(disclosure, unpack(row.header))
        except EncodingError as error:
            raise ArchiveError(f"档案中“{entry.title}”的{error}，请删除后重新存入") from error
        return disclosure

    def to_frame(self, unit: str = "", year: int | None = None) -> Any:
        """整洁数据. One row a figure: unit, year, stage, table, code, name, column, amount, money_unit (pandas)."""
        from xlbudget.archive.framing import frame

        return frame(self, unit, year)


_ENTRY = (
    "id", "digest", "unit", "year", "stage", "level", "pack", "revision", "file", "kind", "added_at", "tables", "figures",
)  # fmt: skip


_REMEMBERED = 500
"""Decoded tables that are kept at hand: some forty documents. A batch asks for thousands, one after the other."""


def newest(entries: Sequence[Entry]) -> Entry | None:
    """The last revision."""
    return max(entries, key=lambda e: (e.revision, e.id), default=None)


def _entry(row: Any) -> Entry:
    known = {name: getattr(row, name) for name in _ENTRY}
    known |= {"stage": Stage(row.stage), "level": Level(row.level)}
    return Entry(**known)


def _sheet_row(identity: int, ordinal: int, table: Table) -> dict[str, Any]:
    return {
        "document_id": identity,
        "ordinal": ordinal,
        "kind": table.id,
        "title": table.title,
        "number": table.number,
        "money_unit": table.money_unit.value,
        "status": table.status.value,
        "body": pack(table_out(table)),
    }


def _table(row: Row[Any], file: str) -> Table:
    try:
        table = table_in(unpack(row.body), file)
        return dress(table, row.kind, row.title, row.number, row.money_unit, row.status)
    except (EncodingError, ValueError) as error:
        raise ArchiveError(f"档案中“{row.title}”的数据损坏，请删除这份文件后重新存入") from error


def _header_out(disclosure: Disclosure) -> dict[str, Any]:
    return {
        "recognised": list(disclosure.recognised),
        "unread": [[u.what, u.why] for u in disclosure.unread],
        "notes": disclosure.notes,
        "customary_decimals": disclosure.customary_decimals,
        "approved_on": disclosure.approved_on.isoformat() if disclosure.approved_on else None,
        "published_on": disclosure.published_on.isoformat() if disclosure.published_on else None,
    }


def header_in(disclosure: Disclosure, data: Mapping[str, Any]) -> None:
    """Give a disclosure what the archive keeps of it beside tables, claims and targets."""
    disclosure.recognised = tuple(data.get("recognised", ()))
    disclosure.unread = [Unread(what, why) for what, why in data.get("unread", ())]
    disclosure.notes = list(data.get("notes", ()))
    disclosure.customary_decimals = int(data.get("customary_decimals", 2))
    for name in ("approved_on", "published_on"):
        if data.get(name):
            setattr(disclosure, name, date.fromisoformat(data[name]))
