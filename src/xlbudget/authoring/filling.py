"""填数. The figures that a new workbook starts with: leaf subjects and items; everything above them is a formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """一行. A leaf: its code (if it has one), its name, and the entered values by column number of the layout."""

    code: str = ""
    name: str = ""
    values: Mapping[int, Decimal | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filling:
    """填数. Lines by table; amounts of two-sided tables by the label of their row; paragraphs of the prose."""

    lines: Mapping[str, Sequence[Line]] = field(default_factory=dict)
    amounts: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    prose: Sequence[str] = ()
    cover: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[tuple[str, str, int], Decimal] = field(default_factory=dict)
    """Typed over a formula or a figure: (table, code, column number) to value."""
