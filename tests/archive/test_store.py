"""The archive keeps what was read, every revision of it, and never half of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, String, Table, inspect, select
from tests.archive.texts import digest, document, keep
from tests.conftest import read

from xlbudget.app.building import read_file
from xlbudget.archive.connecting import connect, reading, writing
from xlbudget.archive.exchange import export, take_in
from xlbudget.archive.failing import ArchiveError
from xlbudget.archive.location import url_of
from xlbudget.archive.schema import document as documents
from xlbudget.archive.schema import meta, settle
from xlbudget.archive.store import Archive
from xlbudget.model.disclosure import Disclosure, Level, Stage


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(url_of(str(tmp_path / "档案.sqlite")))


def same(read_one: Disclosure, kept: Disclosure) -> None:
    """Everything that the archive promises to keep is what was read."""
    for before, after in zip(read_one.tables, kept.tables, strict=True):
        for name in ("id", "title", "number", "money_unit", "status", "columns", "maker", "repairs"):
            assert getattr(before, name) == getattr(after, name)
        if before.id == "targets":
            continue  # kept as target sheets
        for x, y in zip(before.rows, after.rows, strict=True):
            for name in (
                "label",
                "name",
                "kind",
                "code",
                "side",
                "role",
                "parent",
                "of_which",
                "unit",
                "doubt",
                "cells",
            ):
                assert getattr(x, name) == getattr(y, name)
            assert [before.place(x, c) for c in range(len(x.cells))] == [after.place(y, c) for c in range(len(y.cells))]
    for name in ("claims", "changes", "listings", "ratios", "unclear"):
        assert getattr(read_one.narrative, name) == getattr(kept.narrative, name)
    assert read_one.targets == kept.targets
    for name in ("unit", "year", "stage", "level", "pack", "customary_decimals", "approved_on", "published_on"):
        assert getattr(read_one, name) == getattr(kept, name)


@pytest.mark.real
def test_real_documents_come_back_as_they_were_read(archive: Archive, seeds: dict[str, Path], shared: Path) -> None:
    paths = [*seeds.values(), shared / "samples" / "shanghai-wanli-2024-budget.pdf"]
    for path in paths:
        disclosure = read_file(path)
        same(disclosure, archive.load(archive.add(disclosure, digest(path.name)).entry))
        again = Archive(str(archive.engine.url))
        same(disclosure, again.load(next(e for e in again.entries() if e.file == path.name)))


def test_a_known_file_changes_nothing_and_a_corrected_one_is_a_revision(archive: Archive) -> None:
    first, second = document(), document(figures="334.48\t204.48\t130.00")
    one = archive.add(read(first), digest(first))
    again = archive.add(read(first), digest(first))
    assert one.new and not again.new and again.entry == one.entry
    two = archive.add(read(second), digest(second))
    assert two.new and two.entry.revision == 2 and two.replaced == one.entry
    assert [e.revision for e in archive.entries()] == [1, 2]
    found = archive.find("云川市方志馆", 2024, Stage.BUDGET)
    assert found is not None and found.revision == 2
    assert archive.load(one.entry).tables[0].rows[0].cells[0].text == "334.47"


def test_units_are_found_by_their_former_names(archive: Archive) -> None:
    keep(archive, document("云川市地方志办公室", 2022))
    keep(archive, document("云川市地方志编纂中心", 2023))
    assert archive.find("云川市方志馆", 2023, Stage.BUDGET) is None
    archive.rename("云川市地方志编纂中心", "云川市方志馆", "云编发〔2024〕1号")
    archive.rename("云川市地方志办公室", "云川市地方志编纂中心")
    archive.rename("云川市地方志办公室", "云川市地方志编纂中心")
    for year, name in ((2022, "云川市地方志办公室"), (2023, "云川市地方志编纂中心")):
        found = archive.find("云川市方志馆", year, Stage.BUDGET)
        assert found is not None and found.unit == name
    assert archive.find("云川市地方志办公室", 2023, Stage.BUDGET) is None, "the old name is not the new unit"
    assert len(archive.former_names()) == 2
    with pytest.raises(ArchiveError, match="同一个名称"):
        archive.rename("云川市方志馆", "云川市方志馆（本级）")


def test_a_ring_of_names_ends(archive: Archive) -> None:
    archive.rename("甲甲甲局", "乙乙乙局")
    archive.rename("乙乙乙局", "甲甲甲局")
    assert archive.is_same_unit("甲甲甲局", "乙乙乙局")


def test_the_department_is_found_by_the_units_that_it_names(archive: Archive) -> None:
    names = "二、机构设置\n本部门预算单位包括：云川市文化局本级、云川市方志馆、云川市图书馆。\n\n"
    keep(archive, f"云川市文化局2024年部门预算\n\n{names}" + document().split("\n\n", 1)[1], "部门.txt")
    keep(archive, document(), "单位.txt")
    parent = archive.parent_of("云川市方志馆", 2024, Stage.BUDGET)
    assert parent is not None and parent.unit == "云川市文化局" and parent.level is Level.DEPARTMENT
    assert archive.parent_of("云川市方志馆", 2023, Stage.BUDGET) is None
    assert archive.parent_of("云川市博物馆", 2024, Stage.BUDGET) is None


def test_department_and_unit_of_one_name_are_never_mixed_up(archive: Archive) -> None:
    keep(archive, document("云川市文化局", kind="部门预算"))
    keep(archive, document("云川市文化局（本级）", figures="1.00\t1.00\t"))
    assert archive.find("云川市文化局", 2024, Stage.BUDGET) is None, "two levels and nobody says which"
    found = archive.find("云川市文化局", 2024, Stage.BUDGET, Level.UNIT)
    assert found is not None and archive.load(found).tables[0].rows[0].cells[0].text == "1.00"


def test_what_has_no_unit_or_year_is_refused(archive: Archive) -> None:
    disclosure = read(document())
    disclosure.year = None
    with pytest.raises(ArchiveError, match="没有单位名称或年度"):
        archive.add(disclosure, "0" * 64)
    assert archive.entries() == []


def test_removed_documents_leave_nothing(archive: Archive) -> None:
    keep(archive, document())
    keep(archive, document(year=2023))
    assert archive.remove(archive.entries(year=2024)) == 1
    assert [e.year for e in archive.entries()] == [2023]
    with reading(archive.engine) as connection:
        for table in ("sheet", "member"):
            rows = connection.exec_driver_sql(
                f"SELECT count(*) FROM {table} WHERE document_id NOT IN (SELECT id FROM document)"
            )
            assert rows.scalar_one() == 0


def test_export_and_import_lose_and_double_nothing(archive: Archive, tmp_path: Path) -> None:
    for year in (2022, 2023, 2024):
        keep(archive, document(year=year))
    keep(archive, document(figures="335.00\t205.00\t130.00"))
    archive.rename("云川市地方志办公室", "云川市方志馆", "文号")
    other = Archive(url_of(str(tmp_path / "同事.sqlite")))
    keep(other, document(year=2023))
    taken = take_in(other, export(archive))
    assert (taken.new, taken.known) == (3, 1)
    assert take_in(other, export(archive)).new == 0
    assert other.former_names() == archive.former_names()
    empty = Archive(url_of(str(tmp_path / "空.sqlite")))
    take_in(empty, export(archive))
    assert export(empty) == export(archive)
    for mine, theirs in zip(archive.entries(), empty.entries(), strict=True):
        same(archive.load(mine), empty.load(theirs))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 nothing", b"not a zip at all" * 100])
def test_a_file_that_is_no_export_changes_nothing(archive: Archive, data: bytes) -> None:
    with pytest.raises(ArchiveError, match="什么也没有导入"):
        take_in(archive, data)
    assert archive.entries() == []


def test_a_damaged_export_is_taken_wholly_or_not_at_all(archive: Archive, tmp_path: Path) -> None:
    import io
    import zipfile

    for year in (2023, 2024):
        keep(archive, document(year=year))
    damaged = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(export(archive))) as old, zipfile.ZipFile(damaged, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b'"334.47"', b'"NaN"') if name.endswith("2.json") else data)
    other = Archive(url_of(str(tmp_path / "另.sqlite")))
    with pytest.raises(ArchiveError):
        take_in(other, damaged.getvalue())
    assert other.entries() == []


def test_older_archives_are_brought_up_and_newer_ones_refused(tmp_path: Path) -> None:
    url = url_of(str(tmp_path / "库.sqlite"))
    keep(Archive(url), document())

    def step(connection: Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE document ADD COLUMN remark VARCHAR")

    engine = connect(url)
    with writing(engine) as connection:
        settle(connection, 2, {1: step})
        assert "remark" in {c["name"] for c in inspect(connection).get_columns("document")}
        assert connection.execute(select(meta.c.value)).scalar_one() == "2"
        assert connection.execute(select(documents.c.unit)).scalar_one() == "云川市方志馆"
    with pytest.raises(ArchiveError, match="更新的程序"):
        Archive(url)


def test_a_step_that_fails_leaves_the_archive_as_it_was(tmp_path: Path) -> None:
    url = url_of(str(tmp_path / "库.sqlite"))
    keep(Archive(url), document())

    def half(connection: Connection) -> None:
        Table("half", documents.metadata.__class__(), Column("x", String)).create(connection)
        raise ArchiveError("坏了")

    with pytest.raises(ArchiveError, match="坏了"), writing(connect(url)) as connection:
        settle(connection, 2, {1: half})
    assert len(Archive(url).entries()) == 1
    with reading(connect(url)) as connection:
        assert not inspect(connection).has_table("half")


def test_a_file_that_is_no_archive_is_named(tmp_path: Path) -> None:
    path = tmp_path / "坏.sqlite"
    path.write_bytes("这不是数据库".encode() * 200)
    with pytest.raises(ArchiveError, match="不是档案文件"):
        Archive(url_of(str(path)))
    with pytest.raises(ArchiveError, match="不认识"):
        Archive("mysql://somewhere/else")
    with pytest.raises(ArchiveError, match="写得不对"):
        Archive("sqlite:/x:y@://[")


def test_the_tidy_frame_holds_every_figure_once(archive: Archive) -> None:
    keep(archive, document())
    keep(archive, document(figures="335.00\t205.00\t130.00"))
    keep(archive, document(year=2023, money="元", figures="3,344,700\t2,044,700\t1,300,000"))
    frame = archive.to_frame()
    assert list(frame.columns)[:3] == ["unit", "year", "stage"]
    assert len(frame) == 24, "four rows of three figures a year; only the newest revision"
    wan = frame[(frame.year == 2024) & (frame.code == "2080109") & (frame.column == "合计")]
    assert [str(v) for v in wan.amount] == ["335.00"] and list(wan.money_unit) == ["万元"]
    assert set(frame[frame.year == 2023].money_unit) == {"元"}
    assert archive.to_frame("没有这家").empty
