"""发布前筛查. The last look at what is about to be public, and at the files themselves.

``screened`` looks at every text of a publication; ``traces_in`` at a finished Office file: comments, tracked changes,
hidden parts, authors, paths, links to other files. What the program writes has none of these, whatever the workbook
carries; the tests hold it to that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from xlbudget.model.privacy import Private, leaks
from xlbudget.model.traces import package_traces

_CONTACT = re.compile(r"电话|联系方式|热线|传真")


def screened(texts: Iterable[str]) -> list[str]:
    """What must go before these texts are public, as sentences; a mobile number given as the contact's is let through."""
    found: dict[str, None] = {}
    for text in texts:
        for leak in leaks(text, money_row=len(text) <= 60):
            if leak.kind is Private.MOBILE and _CONTACT.search(text[: leak.start]):
                continue
            around = text[max(0, leak.start - 8) : leak.start]
            found.setdefault(f"含有{leak.kind.value} {leak.shown}（“{around}…”处），请删去后再公开")
    return list(found)


def traces_in(data: bytes) -> list[str]:
    """What an Office file carries beside its text, as sentences; empty for a clean one."""
    return [f"{trace.kind.value}：{trace.what}" for trace in package_traces(data)]
