"""拼表. From paragraphs and grids in reading order to tables with their titles, captions and notes.

A grid without a title of its own that follows another one, with the same heading or none, continues it
(page breaks); a title inside a grid begins a new table (sheets that hold several).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from xlbudget.model.amount import MoneyUnit
from xlbudget.model.provenance import Provenance
from xlbudget.model.raw import Block, Grid, Paragraph, RawCell
from xlbudget.model.wording import fold
from xlbudget.packs.schema import Pack, Shape, TableSpec
from xlbudget.packs.titles import looks_like_title, spec_for_title, table_number
from xlbudget.reading.captions import is_caption, is_empty_note, is_note, is_page_number, maker, money
from xlbudget.reading.headings import Heading, find_heading
from xlbudget.reading.inference import infer_spec
from xlbudget.reading.numerals import read_numeral
from xlbudget.reading.pageheads import may_be_page_head

MAX_CAPTIONS = 8
BEFORE = 40


@dataclass(slots=True)
class Candidate:
    """待认的表. Grids that belong together, with what is printed around them."""

    title: str = ""
    title_place: Provenance = field(default_factory=Provenance)
    number: int | None = None
    spec: TableSpec | None = None
    money: MoneyUnit | None = None
    maker: str = ""
    grids: list[tuple[Grid, Heading]] = field(default_factory=list)
    notes: list[tuple[str, Provenance]] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    before: list[Paragraph] = field(default_factory=list)
    """The lines above the captions: header blocks of performance tables break into such lines."""


def assemble(blocks: list[Block], pack: Pack) -> tuple[list[Candidate], list[Paragraph]]:
    """All tables of a document, and the prose that is left when captions and notes are taken out."""
    found: list[Candidate] = []
    prose: list[Paragraph] = []
    waiting: list[Paragraph] = []
    after_table = False
    for block in blocks:
        if isinstance(block, Paragraph):
            if after_table and found and _is_short_note(block) and not any(looks_like_title(w.text) for w in waiting):
                found[-1].notes.append((block.text, block.place))
                continue
            if not is_page_number(block.text):
                after_table = after_table and (is_caption(block.text) or _is_short_note(block))
                waiting.append(block)
            continue
        for captions, grid in _split(block):
            notes = _take_notes(waiting)
            before = _take_captions(waiting)
            gap = any(not may_be_page_head(paragraph.text) for paragraph in waiting)
            if found and not (before or captions or gap):
                grid = _without_tail(found[-1], grid)
            above = waiting[-BEFORE:]
            prose.extend(_without_titles(waiting, pack, found))
            waiting = []
            candidate = _describe(before + captions, grid, pack)
            candidate.before = above
            candidate.notes = [(note.text, note.place) for note in notes]
            if not gap and found and _continues(found[-1], candidate, grid):
                heading = candidate.grids[0][1]
                found[-1].grids.append((grid, heading))
            else:
                found.append(candidate)
            after_table = True
    prose.extend(_without_titles(waiting, pack, found))
    return found, prose


def _without_tail(previous: Candidate, grid: Grid) -> Grid:
    """A name cut by the end of a page: its rest stands alone in the first row of the next page's grid."""
    if not previous.grids or len(grid.rows) < 2 or previous.grids[-1][0].width != grid.width:
        return grid
    last = previous.grids[-1][0].rows[-1]
    told = [(c, cell.text) for c, cell in enumerate(grid.rows[0]) if cell.text]
    if len(told) != 1:
        return grid
    c, tail = told[0]
    plain = len(tail) <= 16 and not re.search(r"\d|[:：。]|合计|总计|小计", tail)
    if not plain or not 0 < c < len(last) or not last[c].text or read_numeral(last[c].text) is not None:
        return grid
    coded = (_begins(last, c) and _begins(grid.rows[1], c)) and any(
        read_numeral(cell.text) is not None for cell in grid.rows[1][c + 1 :]
    )
    if not coded:
        return grid
    whole, heading = previous.grids[-1]
    named = [*last[:c], replace(last[c], text=last[c].text + tail), *last[c + 1 :]]
    previous.grids[-1] = (replace(whole, rows=[*whole.rows[:-1], named]), heading)
    return grid.part(1, len(grid.rows))


def _begins(row: list[RawCell], column: int) -> bool:
    """Does a row have its code to the left of this column?"""
    return any(cell.text.strip().isdigit() for cell in row[:column])


def respecify(candidates: list[Candidate], pack: Pack) -> None:
    """The same tables, named by the specifications of another pack."""
    for candidate in candidates:
        own = _titled(candidate, pack) if candidate.title else None
        if own is not None:
            candidate.spec = own
        elif candidate.spec is not None:
            candidate.spec = pack.table(candidate.spec.id)


def _titled(candidate: Candidate, pack: Pack) -> TableSpec | None:
    title = candidate.title
    return spec_for_title(title if title.endswith("表") or looks_like_title(title) else title + "表", pack)


def _is_short_note(paragraph: Paragraph) -> bool:
    return len(fold(paragraph.text)) < 200 and is_note(paragraph.text)


def _take_notes(waiting: list[Paragraph]) -> list[Paragraph]:
    """The notes between a title and its grid, removed from ``waiting``: conversions put what stands below above."""
    start = len(waiting)
    while start and len(waiting) - start < MAX_CAPTIONS and not looks_like_title(waiting[start - 1].text):
        start -= 1
        if not is_caption(waiting[start].text) and not _is_short_note(waiting[start]):
            return []
    if not start:
        return []
    notes = [p for p in waiting[start:] if not is_caption(p.text)]
    waiting[start:] = [p for p in waiting[start:] if is_caption(p.text)]
    return notes


def _take_captions(waiting: list[Paragraph]) -> list[Paragraph]:
    """The short lines directly above a grid, removed from ``waiting``."""
    taken: list[Paragraph] = []
    while waiting and len(taken) < MAX_CAPTIONS and is_caption(waiting[-1].text):
        taken.insert(0, waiting.pop())
    return taken


def _without_titles(paragraphs: list[Paragraph], pack: Pack, found: list[Candidate]) -> list[Paragraph]:
    """Prose; a title followed by 本表为空 without any grid is a table too, an empty one."""
    kept: list[Paragraph] = []
    i = 0
    while i < len(paragraphs):
        paragraph = paragraphs[i]
        j = i + 1
        while (
            j < len(paragraphs)
            and j - i < MAX_CAPTIONS
            and is_caption(paragraphs[j].text)
            and not looks_like_title(paragraphs[j].text)
        ):
            j += 1
        if (
            looks_like_title(paragraph.text)
            and j < len(paragraphs)
            and is_note(paragraphs[j].text)
            and is_empty_note(paragraphs[j].text)
            and (spec := spec_for_title(paragraph.text, pack)) is not None
        ):
            note = paragraphs[j]
            found.append(Candidate(paragraph.text, paragraph.place, spec=spec, notes=[(note.text, note.place)]))
            i = j + 1
            continue
        kept.append(paragraph)
        i += 1
    return kept


def _describe(captions: list[Paragraph], grid: Grid, pack: Pack) -> Candidate:
    candidate = Candidate()
    for line in captions:
        text = line.text
        candidate.captions.append(text)
        candidate.money = money(text) or candidate.money
        candidate.maker = maker(text) or candidate.maker
        candidate.number = table_number(text) or candidate.number
        if looks_like_title(text) and (not candidate.title or spec_for_title(text, pack) is not None):
            candidate.title, candidate.title_place = text, line.place
    if (
        not candidate.title
        and grid.sheet
        and spec_for_title(grid.sheet if grid.sheet.endswith("表") else grid.sheet + "表", pack)
    ):
        candidate.title = grid.sheet
        candidate.title_place = Provenance(file=grid.places.at(0, 0).file, sheet=grid.sheet)
    if candidate.title:
        candidate.spec = _titled(candidate, pack)
    heading = find_heading(grid)
    if candidate.spec is None and not candidate.title:
        candidate.spec = infer_spec(grid, heading, pack)
    candidate.grids.append((grid, heading))
    return candidate


def _continues(previous: Candidate, candidate: Candidate, grid: Grid) -> bool:
    """Is this grid the next page of the previous table?"""
    if not previous.grids:
        return False
    heading = candidate.grids[0][1]
    first_grid, first = previous.grids[0]
    same_heading = heading.rows > 0 and heading.paths == first.paths
    targets = previous.spec is not None and previous.spec.shape is Shape.TARGETS
    if candidate.title:
        again = candidate.spec is not None and candidate.spec is previous.spec and (same_heading or heading.rows == 0)
        return (
            again
            and ("续" in candidate.title or fold(candidate.title) == fold(previous.title))
            and not targets
            and not _closed(previous)
        )
    if candidate.number is not None and candidate.number != previous.number:
        return False
    if grid.sheet and first_grid.sheet and grid.sheet != first_grid.sheet:
        return False
    return same_heading or heading.rows == 0 or targets


def _closed(candidate: Candidate) -> bool:
    """Does the table already end with its total row?"""
    grid = candidate.grids[-1][0]
    last = [fold(cell.text) for cell in grid.rows[-1] if cell.text]
    return bool(last) and last[0] in ("合计", "总计", "收入总计", "支出总计")


def _split(grid: Grid) -> list[tuple[list[Paragraph], Grid]]:
    """Cut a grid at the captions inside it; each piece comes with the caption lines above it."""
    pieces: list[tuple[list[Paragraph], Grid]] = []
    captions: list[Paragraph] = []
    start: int | None = None
    for r, row in enumerate(grid.rows):
        texts = [(c, cell.text) for c, cell in enumerate(row) if cell.text]
        if not texts:
            continue
        is_title = len(texts) <= 2 and looks_like_title(texts[0][1])
        above = start is None and len(texts) <= 3 and all(_caption_cell(t) for _, t in texts)
        inner = start is not None and is_title and _title_ahead(grid, r)
        if not (above or inner):
            start = r if start is None else start
            continue
        if inner and start is not None:
            pieces.append((captions, grid.part(start, r)))
            captions, start = [], None
        captions.extend(Paragraph(text, grid.places.at(r, c)) for c, text in texts)
    if start is not None:
        pieces.append((captions, grid.part(start, len(grid.rows))))
    return [(above, piece.compact()) for above, piece in pieces]


def _caption_cell(text: str) -> bool:
    return is_caption(text) and not (len(fold(text)) <= 3 and table_number(text) is None)


def _title_ahead(grid: Grid, r: int) -> bool:
    """A title inside a grid is followed by captions and a heading, not by more data."""
    for k in range(r + 1, min(r + 4, len(grid.rows))):
        texts = [cell.text for cell in grid.rows[k] if cell.text]
        if any(money(t) is not None or maker(t) is not None for t in texts):
            return True
    return False
