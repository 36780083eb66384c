"""生成情况说明. From a workbook (and last year's documents) to its explanatory text and the rows left to write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from xlbudget.authoring.figures import CLASSES, Lookup, Lookups
from xlbudget.authoring.narrating import Narration, Said, narrate
from xlbudget.authoring.reasons import STATEMENTS, entries_of, reason_keys, reasons_of, told_reasons
from xlbudget.authoring.workbook import WriteResult
from xlbudget.model.amount import Amount, MoneyUnit
from xlbudget.model.claim import Topic
from xlbudget.model.disclosure import Disclosure, Stage
from xlbudget.model.organisations import unit_key
from xlbudget.model.ownsheets import FACTS, REASONS
from xlbudget.model.raw import Grid, RawDocument
from xlbudget.model.table import TableStatus
from xlbudget.packs.catalog import get_pack
from xlbudget.packs.schema import Pack
from xlbudget.reading.disclosing import disclose
from xlbudget.rules.facts import Fact, facts_of
from xlbudget.sources.opening import open_document


@dataclass(slots=True)
class Earlier:
    """以前的公开材料. Last year's document of the same stage and, for final accounts, this year's budget."""

    prior: Disclosure | None = None
    budget: Disclosure | None = None
    unused: list[str] = field(default_factory=list)


def read_earlier(paths: Sequence[Path]) -> list[Disclosure]:
    """Documents of earlier years. Each is read once, however many units of a department it is asked for."""
    return [_read_earlier(path, path.stat().st_mtime_ns if path.is_file() else 0) for path in paths]


@lru_cache(maxsize=256)
def _read_earlier(path: Path, changed: int) -> Disclosure:
    return disclose(open_document(path))


@dataclass(slots=True)
class Told:
    """一本工作簿的情况说明. Its disclosure, its text, and last year's reasons by item."""

    disclosure: Disclosure
    pack: Pack
    narration: Narration
    earlier: Earlier
    last_reasons: dict[str, str]
    cover: dict[str, str]
    lookups: Lookups
    said: dict[str, Said]


def narrate_file(path: Path, pack_id: str | None = None, prior: Sequence[Path] = ()) -> Told:
    """The text of a workbook; raises ``SourceError`` and ``PackError``."""
    raw = open_document(path)
    disclosure = disclose(raw, pack_id)
    return narrate_disclosure(disclosure, raw, earlier_of(disclosure, read_earlier(prior)))


def narrate_disclosure(disclosure: Disclosure, raw: RawDocument | None, earlier: Earlier) -> Told:
    """The text of a document that is read already; ``raw`` has the sheets that a person fills."""
    pack = get_pack(disclosure.pack)
    said: dict[str, Said] = {}
    entries: dict[str, str] = {}
    if raw is not None:
        for grid in raw.blocks:
            if isinstance(grid, Grid) and grid.sheet == REASONS:
                said |= reasons_of(grid)
            elif isinstance(grid, Grid) and grid.sheet in STATEMENTS:
                entries |= entries_of(grid)
    lookups = lookups_of(disclosure, pack, earlier)
    narration = narrate(disclosure, pack, lookups, said, entries)
    reasons = told_reasons(earlier.prior) if earlier.prior is not None else {}
    last: dict[str, str] = {}
    for item, need in narration.needs.items():
        said_then = [reasons[key] for key in reason_keys(need.figure.topic) if key in reasons]
        if said_then:
            last[item] = said_then[0]
    return Told(disclosure, pack, narration, earlier, last, entries, lookups, said)


def lookups_of(disclosure: Disclosure, pack: Pack, earlier: Earlier) -> Lookups:
    """Where the figures of a text come from."""
    return Lookups(
        lookup_of(disclosure, pack),
        _earlier_lookup(disclosure, pack, earlier),
        _budget_lookup(disclosure, pack, earlier),
        _subjects_of(earlier.prior if disclosure.stage is Stage.BUDGET else earlier.budget),
    )


def _subjects_of(document: Disclosure | None) -> dict[str, dict[str, str]]:
    """The functional subjects that an earlier document shows, by scope."""
    found: dict[str, dict[str, str]] = {}
    for scope, table_id in CLASSES.items():
        table = document.table(table_id) if document is not None else None
        if table is not None:
            found[scope] = {r.code.code: r.name for r in table.rows if r.code is not None and r.code.code[0] == "2"}
    return found


def earlier_of(disclosure: Disclosure, documents: Sequence[Disclosure]) -> Earlier:
    """Which of the documents is last year's, and which this year's budget; the others are named.

    Where documents of several units are given, only those of this unit count; one alone counts whatever its name.
    """
    found = Earlier()
    own = unit_key(disclosure.unit)
    units = {unit_key(document.unit) for document in documents}
    for document in documents:
        if (own in units or len(units) > 1) and unit_key(document.unit) != own:
            found.unused.append(f"{document.file}（{document.unit or '单位不明'}）")
            continue
        if document.year == (disclosure.year or 0) - 1 and document.stage is disclosure.stage:
            found.prior = document
        elif document.year == disclosure.year and disclosure.stage is Stage.FINAL and document.stage is Stage.BUDGET:
            found.budget = document
        else:
            found.unused.append(f"{document.file}（{document.year or '年份不明'}年{document.stage.chinese}）")
    return found


def earlier_kept(disclosure: Disclosure) -> Earlier:
    """What the archive keeps of last year, and of this year's budget; raises ``ArchiveError``."""
    from xlbudget.app.comparing import Beside, compare_with

    compare_with(disclosure, Beside())
    return Earlier(disclosure.context.prior, disclosure.context.budget)


def lookup_of(disclosure: Disclosure, pack: Pack) -> Lookup:
    """What the tables of a document show. A blank cell is zero, and so is a subject that a table does not list."""
    facts = facts_of(disclosure, pack)
    shown = {(_kind(f.item), f.scope, f.component, f.period) for found in facts.by_key.values() for f in found}
    shown |= {
        (kind, spec.scope, "", period)
        for table in disclosure.tables
        if table.status is TableStatus.EMPTY and (spec := pack.table(table.id)) is not None and spec.scope
        for kind in ("total", "f", "t")
        for period in {"current", *(column.period for column in table.columns)}
    }

    def find(topic: Topic) -> Amount | None:
        found: list[Fact] = facts.strict(topic)
        if found:
            full = next((fact for fact in found if not fact.blank), found[0])
            return full.amount
        scope = "fiscal" if topic.item.startswith("t:") else topic.scope or "all"
        kind = _kind(topic.item)
        if kind in ("f", "e", "t", "i") and (kind, scope, topic.component, topic.period) in shown:
            return ZERO
        if (
            kind == "total"
            and topic.scope in ("fund", "capital")
            and (kind, scope, topic.component, "current") in shown
        ):
            return ZERO
        return None

    return find


ZERO = Amount(Decimal(0), MoneyUnit.WAN, 2)


def _kind(item: str) -> str:
    return item.split(":")[0]


def _earlier_lookup(disclosure: Disclosure, pack: Pack, earlier: Earlier) -> Lookup:
    return _first_of(_in_period(lookup_of(disclosure, pack), "prior"), _whole(earlier.prior))


def _budget_lookup(disclosure: Disclosure, pack: Pack, earlier: Earlier) -> Lookup:
    own = lookup_of(disclosure, pack)
    return _first_of(_in_period(own, "budget"), _in_period(own, "adjusted"), _whole(earlier.budget))


def _whole(document: Disclosure | None) -> Lookup:
    return (lambda topic: None) if document is None else lookup_of(document, get_pack(document.pack))


def _in_period(find: Lookup, period: str) -> Lookup:
    return lambda topic: find(replace(topic, period=period))


def _first_of(*lookups: Callable[[Topic], Amount | None]) -> Lookup:
    def find(topic: Topic) -> Amount | None:
        return next((amount for one in lookups if (amount := one(topic)) is not None), None)

    return find


def written_into(path: Path, told: Told, out: Path | None = None) -> WriteResult:
    """Put the text, the sheet of reasons and the sheet of facts into the workbook; raises ``WriteError``, ``WorkbookError``."""
    from xlbudget.authoring import narrativesheets as sheets
    from xlbudget.authoring.workbook import write_edits

    grids = {b.sheet: b for b in reversed(open_document(path).blocks) if isinstance(b, Grid)}
    narration = told.narration
    new = [sheets.text_sheet(narration.lines)]
    edits = []
    if REASONS in grids and sheets.is_ours(grids[REASONS]):
        edits += sheets.reason_edits(grids[REASONS], narration, told.last_reasons)
    elif narration.needs:
        new.append(sheets.new_reason_sheet(narration, told.last_reasons, told.said))
    if FACTS in grids:
        edits += sheets.fact_edits(grids[FACTS], narration.entries)
    else:
        new.append(sheets.new_facts_sheet(narration.entries))
    return write_edits(path, edits, new_sheets=new, out=out)
