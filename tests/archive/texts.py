"""Small documents for the archive, and an archive that holds the one of the documented example."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.conftest import read

from xlbudget.archive.location import url_of
from xlbudget.archive.store import Archive

EXPENDITURE = "支出总表\n单位：{money}\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n{rows}合计\t\t{total}\n\n"
SUBJECT = "208\t社会保障和就业支出\t{0}\n20801\t人力资源和社会保障管理事务\t{0}\n2080109\t社会保险经办机构\t{0}\n"


def document(
    unit: str = "云川市方志馆",
    year: int = 2024,
    figures: str = "334.47\t204.47\t130.00",
    kind: str = "单位预算",
    money: str = "万元",
    subject: str = SUBJECT,
    more: str = "",
) -> str:
    """A small disclosure as text: one table, and what ``more`` adds."""
    rows = subject.format(figures)
    return f"{unit}{year}年{kind}\n\n" + EXPENDITURE.format(money=money, rows=rows, total=figures) + more


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def keep(archive: Archive, text: str, file: str = "上年.txt") -> None:
    """Put a text into an archive."""
    archive.add(read(text, file=file), digest(text))


def example_archive(path: Path) -> str:
    """The archive that the example of BUDGET_PRIOR speaks of; its address."""
    archive = Archive(url_of(str(path)))
    keep(archive, document())
    archive.close()
    return str(path)
