"""档案的错误. What went wrong with the archive, in one sentence for people."""

from __future__ import annotations


class ArchiveError(Exception):
    """档案不能用. The message says what is wrong and what to do."""
