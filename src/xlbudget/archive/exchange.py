"""交换. The whole archive as one file for a colleague, and such a file taken in: nothing is lost, nothing doubled.

The file is a zip of JSON: ``archive.json`` with the version and the renamed units, ``documents/N.json`` with one
revision each, oldest first. It holds data only; nothing in it is run, and its sizes are limited on reading.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from xlbudget.archive.connecting import reading, writing
from xlbudget.archive.encoding import MAX_UNPACKED, EncodingError, dress, table_in, unpack
from xlbudget.archive.failing import ArchiveError
from xlbudget.archive.prosecoding import narrative_in, targets_in
from xlbudget.archive.schema import document, sheet
from xlbudget.archive.store import Archive, Entry, header_in
from xlbudget.model.disclosure import Disclosure, Level, Stage
from xlbudget.model.organisations import unit_key

FORMAT = "xlbudget-archive"
VERSION = 1
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Imported:
    """导入结果. How many documents came new, how many were there already."""

    new: int
    known: int


def export(archive: Archive) -> bytes:
    """The archive as one file."""
    buffer = io.BytesIO()
    entries = sorted(archive.entries(), key=lambda e: (e.unit, e.year, e.stage.value, e.level.value, e.revision))
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        about = {"format": FORMAT, "version": VERSION, "former": [dict(f) for f in archive.former_names()]}
        _write(package, "archive.json", about)
        for number, entry in enumerate(entries, start=1):
            _write(package, f"documents/{number:06}.json", _out(archive, entry))
    return buffer.getvalue()


def _write(package: zipfile.ZipFile, name: str, value: Any) -> None:
    """One part; without the time of day, so that the same archive gives the same file."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    package.writestr(info, json.dumps(value, ensure_ascii=False))


def _out(archive: Archive, entry: Entry) -> dict[str, Any]:
    with reading(archive.engine) as connection:
        row = connection.execute(select(document).where(document.c.id == entry.id)).one()
        sheets = connection.execute(
            select(sheet).where(sheet.c.document_id == entry.id).order_by(sheet.c.ordinal)
        ).all()
    plain = ("digest", "unit", "year", "stage", "level", "pack", "file", "kind", "added_at")
    return {
        **{name: getattr(row, name) for name in plain},
        "members": archive.members(entry),
        "header": unpack(row.header),
        "narrative": unpack(row.narrative),
        "targets": unpack(row.targets),
        "tables": [
            {
                "kind": s.kind,
                "title": s.title,
                "number": s.number,
                "money_unit": s.money_unit,
                "status": s.status,
                "body": unpack(s.body),
            }
            for s in sheets
        ],
    }


def take_in(archive: Archive, data: bytes) -> Imported:
    """Add everything of an exported file, in one transaction; raises :class:`ArchiveError` when it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package, writing(archive.engine) as connection:
            about = _json(package, "archive.json")
            if about.get("format") != FORMAT:
                raise ArchiveError("这不是 archive export 写出的文件")
            if int(about.get("version", 0)) > VERSION:
                raise ArchiveError("这个文件是更新的程序导出的，请升级程序后再导入")
            for name in about.get("former", ()):
                if unit_key(name["former"]) != unit_key(name["unit"]):
                    archive.rename_within(connection, name["former"], name["unit"], name["source"])
            new = known = 0
            for stored in _documents(package):
                disclosure, digest, members = _in(stored)
                added = archive.add_within(connection, disclosure, digest, str(stored["added_at"]), members)
                new, known = new + added.new, known + (not added.new)
            return Imported(new, known)
    except (zipfile.BadZipFile, EncodingError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ArchiveError("这个文件损坏，或不是 archive export 写出的；什么也没有导入") from error


def _documents(package: zipfile.ZipFile) -> Iterator[Mapping[str, Any]]:
    for name in sorted(n for n in package.namelist() if n.startswith("documents/")):
        yield _json(package, name)


def _json(package: zipfile.ZipFile, name: str) -> Any:
    if package.getinfo(name).file_size > MAX_UNPACKED:
        raise EncodingError("数据过大")
    with package.open(name) as file:
        return json.loads(file.read(MAX_UNPACKED + 1))


def _in(stored: Mapping[str, Any]) -> tuple[Disclosure, str, dict[str, str]]:
    digest, file = str(stored["digest"]), str(stored["file"])
    if not _DIGEST.fullmatch(digest):
        raise EncodingError("文件指纹损坏")
    tables = [
        dress(table_in(t["body"], file), t["kind"], t["title"], t["number"], t["money_unit"], t["status"])
        for t in stored["tables"]
    ]
    disclosure = Disclosure(
        file=file,
        kind=str(stored["kind"]),
        pack=str(stored["pack"]),
        recognised=(),
        unit=str(stored["unit"]),
        year=int(stored["year"]),
        stage=Stage(stored["stage"]),
        level=Level(stored["level"]),
        tables=tables,
        narrative=narrative_in(stored["narrative"], file),
        targets=targets_in(stored["targets"], file),
    )
    header_in(disclosure, stored["header"])
    return disclosure, digest, dict(stored["members"])
