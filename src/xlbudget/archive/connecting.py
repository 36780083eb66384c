"""连接. Where the archive lies and how it is opened: a SQLite file of the user, or a PostgreSQL server by URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from xlbudget.archive.failing import ArchiveError

PATIENCE = 30
"""Seconds that a writer waits for another one."""


def connect(url: str) -> Engine:
    """The engine of an archive. SQLite runs in WAL mode: readers never wait, writers wait for each other."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ArchiveError(f"档案地址“{url}”写得不对，应如 postgresql://用户@服务器/库名 或一个文件名") from None
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return _postgresql(parsed.set(drivername="postgresql+pg8000"))
    if backend != "sqlite":
        raise ArchiveError(f"档案只能放在 SQLite 文件或 PostgreSQL 里，不认识“{backend}”")
    if parsed.database and parsed.database != ":memory:":
        try:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(f"不能建立档案所在的文件夹（{error.strerror or error}）") from None
    engine = create_engine(parsed, connect_args={"timeout": PATIENCE, "check_same_thread": False})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _postgresql(url: Any) -> Engine:
    try:
        return create_engine(url, connect_args={"timeout": PATIENCE}, pool_pre_ping=True)
    except (ImportError, NoSuchModuleError):
        raise ArchiveError("连接 PostgreSQL 需要多装一个组件：pip install xlbudget[postgres]") from None


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by hand, see _begin
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """A writer takes its lock at once, so that two writers queue instead of failing half way."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes: wholly done or not at all."""
    with _speaking(engine), engine.connect().execution_options(writing=True) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that reads."""
    with _speaking(engine), engine.connect() as connection:
        yield connection


@contextmanager
def _speaking(engine: Engine) -> Iterator[None]:
    """Turn what a database says into a sentence for people."""
    try:
        yield
    except DBAPIError as error:
        raise ArchiveError(_sentence(engine, str(error.orig))) from error
    except SQLAlchemyError as error:
        raise ArchiveError(f"档案出错：{error}") from error
    except OSError as error:
        raise ArchiveError(f"连不上档案（{error}）。请检查地址、网络和服务是否启动。") from error


def _sentence(engine: Engine, said: str) -> str:
    where = engine.url.database or ""
    for sign, sentence in (
        (
            "not a database",
            f"“{where}”不是档案文件，或已损坏。请用备份或 archive import 恢复，或用 --archive 换一个文件。",
        ),
        ("malformed", f"档案“{where}”已损坏。请用备份或 archive import 恢复。"),
        ("locked", f"档案正被别的程序占用，等了 {PATIENCE} 秒仍不能写。请稍后再试。"),
        ("readonly", f"档案“{where}”是只读的，不能存入。请检查文件权限。"),
        ("unable to open", f"打不开档案“{where}”。请检查路径和权限。"),
        ("disk is full", "磁盘已满，没有存入。请清理磁盘后再试。"),
        ("password", "档案服务器不接受用户名或密码。请检查 --archive 的地址。"),
        ("does not exist", f"档案服务器上没有“{where}”这个库。请先由管理员建立。"),
        ("connect", "连不上档案服务器。请检查地址、网络和服务是否启动。"),
    ):
        if sign in said.lower():
            return sentence
    return f"档案出错：{said}"
