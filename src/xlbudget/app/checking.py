"""核对一份文件. The main job: a file in, a report out. Every host and every command that checks goes through here."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from xlbudget.exports.report import Report, RuleText
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.raw import RawDocument
from xlbudget.packs.catalog import get_pack
from xlbudget.reading.disclosing import disclose
from xlbudget.rules.declaring import all_rules
from xlbudget.rules.running import run_rules
from xlbudget.sources.opening import open_document


def read_file(path: Path, pack_id: str | None = None) -> Disclosure:
    """Read a file as a disclosure; raises ``SourceError`` when it cannot be read."""
    return disclose(open_document(path), pack_id)


def check_file(path: Path, pack_id: str | None = None) -> Report:
    """Read and check a file; raises ``SourceError`` when it cannot be read."""
    return check_disclosure(read_file(path, pack_id))


def check_raw(raw: RawDocument, pack_id: str | None = None) -> Report:
    """Check a document that is already in memory."""
    return check_disclosure(disclose(raw, pack_id))


def check_disclosure(disclosure: Disclosure) -> Report:
    pack = get_pack(disclosure.pack)
    return Report(disclosure, pack.name, run_rules(disclosure, pack), rule_texts())


@cache
def rule_texts() -> dict[str, RuleText]:
    """The titles and pages of all rules, by code."""
    return {rule.code: RuleText(rule.code, rule.title, rule.page) for rule in all_rules()}
