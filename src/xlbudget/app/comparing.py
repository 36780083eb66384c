"""对照. Finds what a document is held against: the files that were given, else what the archive keeps."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from xlbudget.app.building import read_file
from xlbudget.archive.failing import ArchiveError
from xlbudget.archive.location import default_url, is_there, url_of
from xlbudget.model.disclosure import Context, Disclosure, Level, Stage
from xlbudget.model.organisations import unit_key, units_named
from xlbudget.model.raw import Unread
from xlbudget.sources.failing import SourceError

if TYPE_CHECKING:
    from xlbudget.archive.store import Archive, Entry


class ComparingError(Exception):
    """对照文件不对. The file given is not the one it should be; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Beside:
    """对照材料的来处. Files given by name, and the address of the archive (empty: the usual one, if it is there).

    ``units`` are the files of a department's units; those that the archive keeps of the others are taken too.
    """

    prior: Path | None = None
    parent: Path | None = None
    archive: str = ""
    units: tuple[Path, ...] = ()


def compare_with(disclosure: Disclosure, beside: Beside) -> None:
    """Give a disclosure its context; raises ``SourceError`` or :class:`ComparingError` for a file that does not fit."""
    archive = None
    try:
        archive = archive_at(beside.archive)
        if archive is not None and disclosure.year is not None and disclosure.unit:
            disclosure.context = _kept(archive, disclosure)
    except ArchiveError as error:
        if beside.archive:
            raise
        disclosure.unread.append(Unread("与档案中上年、部门、单位的文件对照", str(error)))
        archive = None
    if beside.prior is not None:
        prior = _read(beside.prior)
        if why := why_not_prior(disclosure, prior, archive):
            raise ComparingError(why)
        disclosure.context = replace(disclosure.context, prior=prior)
    if beside.parent is not None:
        parent = _read(beside.parent)
        if why := why_not_parent(disclosure, parent):
            raise ComparingError(why)
        disclosure.context = replace(disclosure.context, parent=parent)
    if beside.units:
        _add_units(disclosure, beside.units)


def _add_units(disclosure: Disclosure, paths: tuple[Path, ...]) -> None:
    """Take the units' files in place of what the archive keeps of them; one that cannot be read is said."""
    children = {unit_key(child.unit): child for child in disclosure.context.children}
    for path in paths:
        try:
            unit = read_file(path)
        except SourceError as error:
            disclosure.unread.append(Unread(f"与所属单位的文件“{path.name}”对照", str(error)))
            continue
        unit.paragraphs = []  # the rules ask units for tables, claims and targets; hundreds of them must find room
        children[unit_key(unit.unit)] = unit
    disclosure.context = replace(disclosure.context, children=tuple(children.values()))


@lru_cache(maxsize=4)
def _read_once(path: Path, _modified: int) -> Disclosure:
    return read_file(path)


def _read(path: Path) -> Disclosure:
    """One file is often held against several."""
    try:
        return _read_once(path, path.stat().st_mtime_ns)
    except OSError:
        return read_file(path)  # which says what is wrong


# ---------------------------------------------------------------- the archive


def archive_at(address: str) -> Archive | None:
    """The archive at an address; at the usual place, ``None`` while nobody has put anything there."""
    url = url_of(address) if address else default_url()
    if not address and not is_there(url):
        return None
    return _opened(url, os.getpid())


def state_of(address: str) -> str:
    """What the archive at an address holds, in one word; empty without an archive.

    Raises ``ArchiveError`` when the one that was named cannot be asked.
    """
    try:
        archive = archive_at(address)
        return archive.state() if archive is not None else ""
    except ArchiveError:
        if address:
            raise
        return ""


def archive_for_writing(address: str) -> Archive:
    """The archive at an address or at the usual place, made if need be."""
    return _opened(url_of(address) if address else default_url(), os.getpid())


@lru_cache(maxsize=2)
def _opened(url: str, _process: int) -> Archive:
    """An open archive; a forked process opens its own."""
    from xlbudget.archive.store import Archive

    return Archive(url)


def _kept(archive: Archive, disclosure: Disclosure) -> Context:
    """What the archive keeps of last year, of this year's budget, of the department and its units."""
    assert disclosure.year is not None
    unit, year, stage, level = disclosure.unit, disclosure.year, disclosure.stage, disclosure.level
    final = stage is Stage.FINAL
    children: list[Disclosure] = []
    if level is Level.DEPARTMENT:
        named = units_named(disclosure)
        entries = [archive.find(name, year, stage, Level.UNIT) for name in named.values()]
        children = [archive.load(entry) for entry in entries if entry is not None]
    parent = archive.parent_of(unit, year, stage) if level is Level.UNIT else None
    return Context(
        prior=_load(archive, archive.find(unit, year - 1, stage, level)),
        executed=None if final else _load(archive, archive.find(unit, year - 1, Stage.FINAL, level)),
        budget=_load(archive, archive.find(unit, year, Stage.BUDGET, level)) if final else None,
        parent=_load(archive, parent),
        children=tuple(children),
    )


def _load(archive: Archive, entry: Entry | None) -> Disclosure | None:
    return archive.load(entry) if entry is not None else None


# ---------------------------------------------------------------- is it the right file?


def why_not_prior(disclosure: Disclosure, other: Disclosure, archive: Archive | None = None) -> str:
    """Why ``other`` is not last year's document of the same unit; empty if it is."""
    name = f"给出的上年文件“{other.file}”"
    if not other.tables:
        return f"{name}里没有认出公开表，不能作为上年文件"
    if disclosure.year is not None and other.year != disclosure.year - 1:
        if other.year == disclosure.year:
            return f"{name}也是 {other.year} 年的，不是上年的；请给出 {disclosure.year - 1} 年的公开文件"
        what = f"是 {other.year} 年的" if other.year else "没有认出年度"
        return f"{name}{what}，本文件是 {disclosure.year} 年的；请给出 {disclosure.year - 1} 年的公开文件"
    if other.stage is not disclosure.stage:
        wanted = (
            f"{disclosure.year - 1} 年的{disclosure.stage.chinese}" if disclosure.year else disclosure.stage.chinese
        )
        tail = "；上年决算请用 archive add 存入档案，核对上年执行数时会自动用到" if other.stage is Stage.FINAL else ""
        return f"{name}是{other.stage.chinese}，本文件是{disclosure.stage.chinese}；请给出{wanted}{tail}"
    same = _same_unit(disclosure.unit, other.unit) or (
        archive is not None and archive.is_same_unit(disclosure.unit, other.unit)
    )
    if not same:
        return (
            f"{name}的单位是“{other.unit}”，本文件的单位是“{disclosure.unit}”；"
            f"如果是同一单位更名，请先登记：xlbudget archive rename {other.unit} {disclosure.unit}"
        )
    if other.level is not disclosure.level:
        return f"{name}是{other.level.chinese}{other.stage.chinese}，本文件是{disclosure.level.chinese}{disclosure.stage.chinese}，范围不同，不能对照"
    return ""


def why_not_parent(disclosure: Disclosure, other: Disclosure) -> str:
    """Why ``other`` is not the document of this unit's department; empty if it is."""
    name = f"给出的部门文件“{other.file}”"
    if other.level is not Level.DEPARTMENT:
        return f"{name}是单位{other.stage.chinese}，不是部门的公开文件"
    if other.year != disclosure.year or other.stage is not disclosure.stage:
        return f"{name}是 {other.year} 年{other.stage.chinese}，本文件是 {disclosure.year} 年{disclosure.stage.chinese}"
    named = units_named(other)
    if named and unit_key(disclosure.unit) not in named:
        return f"{name}列出的 {len(named)} 家单位里没有“{disclosure.unit}”"
    return ""


def _same_unit(a: str, b: str) -> bool:
    """The same name, or one that only leaves out the place in front."""
    x, y = unit_key(a), unit_key(b)
    shorter, longer = sorted((x, y), key=len)
    return not shorter or x == y or (len(shorter) >= 6 and longer.endswith(shorter))
