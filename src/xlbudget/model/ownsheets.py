"""自有内容. What xlbudget itself puts into a workbook: working papers and verdicts, no part of the disclosure."""

from __future__ import annotations

import re

PRIOR_YEAR = "上年对照"
REASONS = "变动原因"
FACTS = "说明"
TARGET_REVIEW = "绩效填报核对"
DEVIATIONS = "绩效自评说明"
OWN_SHEETS = frozenset({PRIOR_YEAR, REASONS, FACTS, TARGET_REVIEW, DEVIATIONS})

OWN_VERDICT = re.compile(r"\bBUDGET_?(?:CHECK|ISSUES|TIE|WEIGHTS)\(", re.IGNORECASE)
"""核对结论. A formula that says how a table stands; LibreOffice writes the names without the underscore."""
