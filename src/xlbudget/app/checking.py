"""核对一份文件. The main job: a file in, a report out. Every host and every command that checks goes through here."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from xlbudget.app.building import building, read_file
from xlbudget.app.comparing import Beside, compare_with
from xlbudget.exports.report import Report, RuleText
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.raw import RawDocument
from xlbudget.packs.catalog import get_pack
from xlbudget.reading.disclosing import disclose
from xlbudget.rules.declaring import all_rules
from xlbudget.rules.running import run_rules
from xlbudget.sources.failing import SourceError
from xlbudget.sources.opening import open_document

__all__ = ["INSIDE", "check_disclosure", "check_file", "check_raw", "check_whole", "read_file", "rule_texts"]

INSIDE = ("XB002", "XB1", "XB2", "XB406", "XB407")
"""本表之内. What can be judged of a range or a sheet alone; completeness, prose and form need the whole document."""


def check_file(path: Path, pack_id: str | None = None, ocr: bool = False, beside: Beside | None = None) -> Report:
    """Read and check a file; raises ``SourceError`` when it cannot be read. ``ocr`` reads scanned pages too.

    ``beside`` says what it is held against: last year's file, the department's, the archive.
    """
    with building():
        disclosure = disclose(open_document(path, ocr), pack_id)
        return _check_whole(disclosure, beside)


def _has_substance(disclosure: Disclosure) -> bool:
    """Is there anything in it that a budget disclosure would hold?"""
    if disclosure.tables or disclosure.targets.sheets:
        return True
    return any("万元" in p.text or "预算" in p.text or "决算" in p.text for p in disclosure.paragraphs)


def check_raw(raw: RawDocument, pack_id: str | None = None, only: tuple[str, ...] = ()) -> Report:
    """Check a document that is already in memory; ``only`` names the beginnings of the codes to run."""
    with building():
        return check_disclosure(disclose(raw, pack_id), only)


def check_whole(raw: RawDocument) -> Report:
    """Check a document that is already in memory and should be a disclosure; ``SourceError`` when it is none."""
    with building():
        return _check_whole(disclose(raw))


def check_disclosure(disclosure: Disclosure, only: tuple[str, ...] = ()) -> Report:
    pack = get_pack(disclosure.pack)
    rules = [rule for rule in all_rules() if rule.code.startswith(only)] if only else None
    return Report(disclosure, pack.name, run_rules(disclosure, pack, rules), rule_texts())


def _check_whole(disclosure: Disclosure, beside: Beside | None = None) -> Report:
    if not _has_substance(disclosure):
        raise SourceError(
            "没有认出任何预算（决算）公开表，也没有情况说明",
            "请确认给的是预算或决算公开材料；表要有表头（科目编码、合计等）和金额",
        )
    if beside is not None:
        compare_with(disclosure, beside)
    return check_disclosure(disclosure)


@cache
def rule_texts() -> dict[str, RuleText]:
    """The titles and pages of all rules, by code."""
    return {rule.code: RuleText(rule.code, rule.title, rule.page) for rule in all_rules()}
