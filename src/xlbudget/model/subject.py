"""科目. Subject codes of the government classification (政府收支分类科目).

The functional classification (支出功能分类) has three levels, 类 款 项 (``208``, ``20801``, ``2080109``); the
economic classification of departments (部门预算支出经济分类) has two, 类 款 (``301``, ``30101``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Classification(Enum):
    """科目分类."""

    FUNCTIONAL = "functional"
    ECONOMIC = "economic"


_LEVELS = {3: "类", 5: "款", 7: "项"}


@dataclass(frozen=True, slots=True, order=True)
class SubjectCode:
    """科目编码. The digits of a code; level and parent follow from their number.

    Codes longer than seven digits occur in local ledgers; they count as below 项.
    """

    code: str

    @property
    def level(self) -> str:
        """级次: 类, 款, 项, or 目 below them."""
        return _LEVELS.get(len(self.code), "目")

    @property
    def parent(self) -> SubjectCode | None:
        """The code one level up, or ``None`` for a 类."""
        return SubjectCode(self.code[:-2]) if len(self.code) > 3 else None

    @property
    def classification(self) -> Classification:
        """Economic codes begin with 3 (301 to 399) or, for the government's own book, with 5."""
        return Classification.ECONOMIC if self.code[0] in "35" else Classification.FUNCTIONAL

    def is_under(self, other: SubjectCode) -> bool:
        return len(self.code) > len(other.code) and self.code.startswith(other.code)

    def __str__(self) -> str:
        return self.code


def subject_code(text: str) -> SubjectCode | None:
    """A code from its digits (3, 5, 7 or more, odd in number), or ``None`` if it is none."""
    if text.isascii() and text.isdigit() and len(text) in (3, 5, 7, 9) and text[0] in "1235":
        return SubjectCode(text)
    return None
