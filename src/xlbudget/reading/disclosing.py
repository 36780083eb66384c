"""成稿. The way from a raw document to a disclosure: identity, pack, tables, precision, prose."""

from __future__ import annotations

from dataclasses import replace

from xlbudget.model.amount import MoneyUnit
from xlbudget.model.claim import Narrative
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.ownsheets import OWN_SHEETS
from xlbudget.model.raw import Block, Grid, Paragraph, RawDocument, Unread
from xlbudget.model.table import Table, TableStatus
from xlbudget.packs.catalog import get_pack
from xlbudget.packs.schema import Pack, Shape
from xlbudget.reading.assembling import Candidate, assemble, respecify
from xlbudget.reading.binding import UNKNOWN, Binder
from xlbudget.reading.identity import identify
from xlbudget.reading.narrative import read_narrative
from xlbudget.reading.pageheads import without_page_heads
from xlbudget.reading.precision import settle_precision
from xlbudget.reading.recognising import NATIONAL, recognise
from xlbudget.reading.sections import find_sections, split_contents
from xlbudget.reading.targets import read_targets
from xlbudget.reading.topics import TopicReader

_MENDABLE = ("text", "pdf", "html")
"""Kinds of file whose grids come from a conversion; the cells of a workbook or a Word table stand where their author
put them, and a row that has slid there is a mistake that readers will see."""


def disclose(raw: RawDocument, pack_id: str | None = None) -> Disclosure:
    """Read a raw document as a budget disclosure."""
    raw = _without_own_sheets(raw)
    paragraphs = [block for block in raw.blocks if isinstance(block, Paragraph)]
    blocks = without_page_heads(raw.blocks)
    between = [block for block in blocks if isinstance(block, Paragraph)]
    contents, body = split_contents(between)
    listed = {id(p) for p in between} - {id(p) for p in body}
    blocks = [b for b in blocks if id(b) not in listed]
    candidates, prose = assemble(blocks, get_pack(NATIONAL))
    identity = identify(
        paragraphs,
        [c.title for c in candidates if c.title],
        [c.maker for c in candidates if c.maker],
        [b.sheet for b in raw.blocks if isinstance(b, Grid) and b.sheet],
    )
    if pack_id is not None:
        pack = get_pack(pack_id)
        reasons: tuple[str, ...] = ("由使用者指定",)
    else:
        texts = [p.text for p in paragraphs] + [c.title for c in candidates]
        pack, reasons = recognise(identity.unit, identity.stage, texts)
    if pack.id != NATIONAL:
        respecify(candidates, pack)
    binder = Binder(pack, identity.year, identity.stage, raw.kind in _MENDABLE)
    tables = [binder.bind(candidate) for candidate in candidates]
    kept = [t for t in tables if not _is_layout(t)]
    custom = settle_precision([t for t in kept if t.status is TableStatus.READ])
    sections = find_sections(prose)
    narrative = Narrative()
    if prose:
        topics = TopicReader(kept, pack, identity.unit, identity.year)
        narrative = read_narrative(topics, prose, sections, identity.stage)
    return Disclosure(
        file=raw.file,
        kind=raw.kind,
        pack=pack.id,
        recognised=reasons,
        unit=identity.unit,
        year=identity.year,
        stage=identity.stage,
        level=identity.level,
        tables=kept,
        paragraphs=prose,
        sections=sections,
        narrative=narrative,
        contents=contents,
        targets=read_targets(
            [c for c in candidates if c.spec is not None and c.spec.shape is Shape.TARGETS],
            MoneyUnit.WAN,
            raw.kind not in _MENDABLE,
        ),
        unread=[*raw.unread, *_unread(kept, candidates, pack)],
        notes=list(raw.notes),
        traces=list(raw.traces),
        customary_decimals=custom.get(MoneyUnit.WAN, 2),
        unit_place=identity.unit_place,
        approved_on=identity.approved_on,
        published_on=identity.published_on,
    )


def _without_own_sheets(raw: RawDocument) -> RawDocument:
    """The document without the working papers that were put into it."""
    own = {sheet for block in raw.blocks if (sheet := _sheet_of(block)) in OWN_SHEETS}
    if not own:
        return raw
    kept = [block for block in raw.blocks if _sheet_of(block) not in own]
    left = [Unread(f"工作表“{name}”", "是 xlbudget 写的工作底稿，不是公开内容，不核对") for name in sorted(own)]
    return replace(raw, blocks=kept, unread=[*raw.unread, *left])


def _sheet_of(block: Block) -> str:
    return block.sheet if isinstance(block, Grid) else block.place.sheet


def _is_layout(table: Table) -> bool:
    """A grid without figures that is no table of the form: lists of offices, page layout."""
    if table.id != UNKNOWN:
        return False
    coded = any(row.code is not None for row in table.rows)
    return table.status is not TableStatus.READ or not (coded or table.title_place.file)


def _unread(tables: list[Table], candidates: list[Candidate], pack: Pack) -> list[Unread]:
    found = []
    for table in tables:
        what = f"表{table.number} {table.title}" if table.number else f"表“{table.title}”"
        if table.id == UNKNOWN:
            found.append(Unread(what, "没有认出是哪一张公开表，只核对表内合计", table.first_place))
        found.extend(Unread(what, repair, table.first_place) for repair in dict.fromkeys(table.repairs))
    return found
