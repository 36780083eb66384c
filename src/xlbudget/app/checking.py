"""核对一份文件. The main job: a file in, a report out. Every host and every command that checks goes through here."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from xlbudget.exports.report import Report, RuleText
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.raw import RawDocument
from xlbudget.packs.catalog import get_pack
from xlbudget.reading.disclosing import disclose
from xlbudget.rules.declaring import all_rules
from xlbudget.rules.running import run_rules
from xlbudget.sources.failing import SourceError
from xlbudget.sources.opening import open_document


@contextmanager
def _building() -> Iterator[None]:
    """A document is a tree of many small objects without cycles: looking for garbage meanwhile only costs time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def read_file(path: Path, pack_id: str | None = None) -> Disclosure:
    """Read a file as a disclosure; raises ``SourceError`` when it cannot be read."""
    with _building():
        return disclose(open_document(path), pack_id)


def check_file(path: Path, pack_id: str | None = None, ocr: bool = False) -> Report:
    """Read and check a file; raises ``SourceError`` when it cannot be read. ``ocr`` reads scanned pages too."""
    with _building():
        disclosure = disclose(open_document(path, ocr), pack_id)
        if not _has_substance(disclosure):
            raise SourceError(
                "没有认出任何预算（决算）公开表，也没有情况说明",
                "请确认给的是预算或决算公开材料；表要有表头（科目编码、合计等）和金额",
            )
        return check_disclosure(disclosure)


def _has_substance(disclosure: Disclosure) -> bool:
    """Is there anything in it that a budget disclosure would hold?"""
    if disclosure.tables or disclosure.targets.sheets:
        return True
    return any("万元" in p.text or "预算" in p.text or "决算" in p.text for p in disclosure.paragraphs)


def check_raw(raw: RawDocument, pack_id: str | None = None) -> Report:
    """Check a document that is already in memory."""
    with _building():
        return check_disclosure(disclose(raw, pack_id))


def check_disclosure(disclosure: Disclosure) -> Report:
    pack = get_pack(disclosure.pack)
    return Report(disclosure, pack.name, run_rules(disclosure, pack), rule_texts())


@cache
def rule_texts() -> dict[str, RuleText]:
    """The titles and pages of all rules, by code."""
    return {rule.code: RuleText(rule.code, rule.title, rule.page) for rule in all_rules()}
