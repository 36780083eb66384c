"""自有工作表. Sheets that xlbudget itself puts into a workbook: working papers, no part of the disclosure."""

from __future__ import annotations

PRIOR_YEAR = "上年对照"
REASONS = "变动原因"
FACTS = "说明"
TARGET_REVIEW = "绩效填报核对"
DEVIATIONS = "绩效自评说明"
OWN_SHEETS = frozenset({PRIOR_YEAR, REASONS, FACTS, TARGET_REVIEW, DEVIATIONS})
