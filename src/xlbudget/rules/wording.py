"""文字的遍历. Every piece of text of a disclosure with its place, for the rules that look at wording."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.provenance import Provenance


def prose(disclosure: Disclosure) -> Iterator[tuple[str, Provenance]]:
    """The paragraphs, each with its place."""
    for paragraph in disclosure.paragraphs:
        yield paragraph.text, _quoted(paragraph.place, paragraph.text)


Where = Callable[[], Provenance]
"""出处. Asked only for what is found: of ten thousand labels few are told of."""


def everything(disclosure: Disclosure) -> Iterator[tuple[str, Where]]:
    """Every text once: paragraphs, titles, notes, labels and texts of tables, projects with their targets."""
    for paragraph in disclosure.paragraphs:
        yield paragraph.text, partial(_quoted, paragraph.place, paragraph.text)
    for table in disclosure.tables:
        for text, place in table.notes:
            yield text, partial(_quoted, place, text)
        for row in table.rows:
            if row.label:
                yield row.label, partial(table.place, row)
            for c, cell in enumerate(row.cells):
                if cell.text and cell.amount is None and not (table.columns[c].money and cell.blank is not None):
                    yield cell.text, partial(table.place, row, c)


def _quoted(place: Provenance, text: str) -> Provenance:
    return replace(place, quote=excerpt(text))


def titles(disclosure: Disclosure) -> Iterator[tuple[str, Provenance]]:
    """Titles of tables and headings of sections."""
    for table in disclosure.tables:
        if table.title:
            place = table.title_place if table.title_place.file else table.first_place
            yield table.title, replace(place, table=table.title, quote=table.title)
    for section in disclosure.sections:
        yield section.title, replace(section.place, quote=section.title)


def around(text: str, start: int, end: int, width: int = 12) -> str:
    """A short quote: the match with a little of its neighbourhood."""
    return text[max(0, start - width) : end + width].strip()


def excerpt(text: str, width: int = 60) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
