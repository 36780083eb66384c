"""按钮：帮助. Is this machine ready, and what does a rule say."""

from __future__ import annotations

import xlbudget.app.commands
from xlbudget.app.live import LiveBook, LiveError
from xlbudget.app.registry import button

assert xlbudget.app.commands  # buttons take their titles from the commands


@button("doctor", "帮助", "HappyFace", "D")
def doctor(book: LiveBook) -> str:
    from xlbudget.app.diagnosing import diagnose

    return "\n".join(item.line for item in diagnose())


@button("explain", "帮助", "Help", "H")
def explain(book: LiveBook) -> str:
    from xlbudget.rules.declaring import HEADINGS, all_rules, get_rule

    wanted = book.ask("规则编号（如 XB103；不填则列出全部规则）")
    if wanted is None:
        return ""
    if not wanted.strip():
        rows = [("编号", "级别", "名称", "检查什么", "怎么改")]
        rows += [(r.code, r.severity.chinese, r.title, r.page[HEADINGS[0]], r.page[HEADINGS[-1]]) for r in all_rules()]
        book.open_table("规则说明", rows, (9, 8, 30, 60, 60))
        return f"共 {len(rows) - 1} 条规则。"
    found = get_rule(wanted.strip().upper())
    if found is None:
        raise LiveError(f"没有规则“{wanted.strip()}”。不填编号可列出全部规则。")
    pages = (f"【{heading}】{found.page[heading]}" for heading in HEADINGS)
    return "\n".join([f"{found.code} {found.title}（{found.severity.chinese}）", *pages])
