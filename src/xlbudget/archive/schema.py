"""库表. The archive's tables, their version, and how an older archive is brought up to date."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    inspect,
    select,
)

from xlbudget.archive.failing import ArchiveError

VERSION = 1
"""The version of the tables below. Raise it together with a step in :data:`MIGRATIONS`."""

metadata = MetaData()

meta = Table("xlbudget_meta", metadata, Column("key", String, primary_key=True), Column("value", String))

document = Table(
    "document",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("unit", String, nullable=False),
    Column("unit_key", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("stage", String, nullable=False),
    Column("level", String, nullable=False),
    Column("pack", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("file", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("added_at", String, nullable=False),
    Column("tables", Integer, nullable=False),
    Column("figures", Integer, nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("narrative", LargeBinary, nullable=False),
    Column("targets", LargeBinary, nullable=False),
    UniqueConstraint("unit_key", "year", "stage", "level", "revision", name="document_revision"),
    sqlite_autoincrement=True,
)

sheet = Table(
    "sheet",
    metadata,
    Column("document_id", ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("title", String, nullable=False),
    Column("number", Integer),
    Column("money_unit", String, nullable=False),
    Column("status", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

member = Table(
    "member",
    metadata,
    Column("document_id", ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("unit_key", String, primary_key=True),
    Column("unit", String, nullable=False),
    Index("member_unit", "unit_key"),
)

former = Table(
    "former",
    metadata,
    Column("unit_key", String, primary_key=True),
    Column("former_key", String, primary_key=True),
    Column("unit", String, nullable=False),
    Column("former", String, nullable=False),
    Column("source", String, nullable=False),
)

MIGRATIONS: Mapping[int, Callable[[Connection], None]] = {}
"""From each version the step to the next. A step runs in the same transaction as the change of the version."""


_LOCK = 8_612_034
"""Two programs that open a new archive on a server at once make its tables one after the other."""


def settled(connection: Connection) -> bool:
    """Is the archive there, in the version of this program? Asked without a lock."""
    if not inspect(connection).has_table(meta.name):
        return False
    return connection.execute(select(meta.c.value).where(meta.c.key == "version")).scalar() == str(VERSION)


def settle(
    connection: Connection, version: int = VERSION, migrations: Mapping[int, Callable[[Connection], None]] = MIGRATIONS
) -> None:
    """Create the tables, or bring them to ``version``; raises :class:`ArchiveError` for a newer archive."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    if not inspect(connection).has_table(meta.name):
        metadata.create_all(connection)
        connection.execute(meta.insert().values(key="version", value=str(version)))
        return
    found = int(connection.execute(select(meta.c.value).where(meta.c.key == "version")).scalar_one())
    if found > version:
        raise ArchiveError(f"档案是更新的程序建立的（库表版本 {found}，本程序支持到 {version}），请升级程序后再用")
    for step in range(found, version):
        migrations[step](connection)
    if found < version:
        connection.execute(meta.update().where(meta.c.key == "version").values(value=str(version)))
