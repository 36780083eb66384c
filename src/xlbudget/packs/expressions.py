"""勾稽表达式. The small language in which a pack writes its ties, one line each.

.. code-block:: text

    income_expenditure/expenditure[类].total = expenditure[类].total
    general_expenditure[2080505].total      = basic_expenditure[30108].total
    three_public[合计].reception            >= basic_expenditure[30217].total
    targets[合计].total                     = expenditure[合计].total | expenditure[合计].project

A term is ``table[rows].column``; ``/income`` or ``/expenditure`` picks a half of a two-sided table, ``:prior``
behind the column another period. Rows are ``合计``, ``类``, ``*`` (every code), codes joined by ``+``, or ``@role``.
"""

from __future__ import annotations

import re

from xlbudget.model.table import Side
from xlbudget.packs.schema import Selector, Sum, Term, Tie

_TERM = re.compile(
    r"(?P<table>[a-z_]+)(?:/(?P<side>income|expenditure))?\[(?P<rows>[^\]]+)\]\.(?P<column>[a-z_]+)(?::(?P<period>[a-z_]+))?"
)
_SUM = re.compile(r"[a-z_]+( \+ [a-z_]+)*")


def parse_tie(says: str, condition: str = "", strict: bool = True, why: str = "") -> Tie:
    """Read one tie; raises ``ValueError`` with a sentence that says what is wrong."""
    parts = re.split(r"\s*(<=|>=|=)\s*", says.strip())
    if len(parts) != 3:
        raise ValueError(f"勾稽关系“{says}”应写成“左 = 右”（或 <=、>=）")
    left, operator, right = parts
    alternatives = tuple(tuple(_term(t) for t in _split_sum(choice)) for choice in right.split("|"))
    return Tie(says.strip(), _term(left), operator, alternatives, condition, strict, why)


def parse_sum(text: str) -> Sum:
    """Read ``total = a + b``; raises ``ValueError``."""
    total, equals, parts = (piece.strip() for piece in text.partition("="))
    if not equals or not _SUM.fullmatch(parts) or not _SUM.fullmatch(total):
        raise ValueError(f"表内关系“{text}”应写成“total = a + b”")
    return Sum(total, tuple(parts.split(" + ")))


def _split_sum(text: str) -> list[str]:
    """Split at the plus signs outside brackets."""
    return [piece.strip() for piece in re.split(r"\+(?![^\[]*\])", text)]


def _term(text: str) -> Term:
    match = _TERM.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"勾稽项“{text.strip()}”应写成“表[行].栏”")
    rows = match["rows"].strip()
    keys: tuple[str, ...] = ()
    if rows.startswith("@"):
        selector, keys = Selector.ROLE, (rows[1:],)
    elif re.fullmatch(r"\d+(\s*\+\s*\d+)*", rows):
        selector, keys = Selector.CODE, tuple(re.split(r"\s*\+\s*", rows))
    else:
        try:
            selector = Selector(rows)
        except ValueError:
            raise ValueError(f"勾稽项“{text.strip()}”中的行“{rows}”应为 合计、类、*、科目编码或 @含义") from None
    side = Side(match["side"] or "")
    return Term(match["table"], side, selector, keys, match["column"], match["period"] or "current")
