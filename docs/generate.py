"""生成文档. Writes the pages that come from the code itself: rules, functions, commands.

Run ``python docs/generate.py``; a test compares the pages with what this gives.
"""

from __future__ import annotations

from pathlib import Path

import xlbudget.app.functions  # (declares the functions)
import xlbudget.hosts.cli  # noqa: F401  (declares all commands)
from xlbudget.app.registry import COMMANDS, FUNCTIONS
from xlbudget.rules.declaring import HEADINGS, all_rules

HERE = Path(__file__).parent
FIRST = "<!-- 本页由 docs/generate.py 生成，请勿手改 -->\n\n"
RANGES = {
    "0": "读取", "1": "一张表之内", "2": "表与表之间", "3": "文字与表、文字自身",
    "4": "完整、名称、年份、格式", "5": "绩效目标与自评", "6": "跨文件：上年、上下级、预决算", "7": "公开安全",
}  # fmt: skip


def rules_page() -> str:
    """Every rule with its page and its examples."""
    lines = [FIRST + "# 规则\n", "同样的内容可用 `xlbudget explain 编号` 查看。\n"]
    current = ""
    for rule in all_rules():
        if rule.code[2] != current:
            current = rule.code[2]
            lines.append(f"## XB{current}xx {RANGES[current]}\n")
        lines.append(f"### {rule.code} {rule.title}\n")
        lines.append(f"名称 `{rule.name}`，级别：{rule.severity.chinese}\n")
        lines += [f"**{heading}**　{rule.page[heading]}\n" for heading in HEADINGS]
        for example in rule.fails[:1]:
            lines.append("不通过的例子：\n\n```text\n" + example.shown + "\n```\n")
            lines += [f"> {message}\n" for message in example.messages]
    return "\n".join(lines)


def functions_page() -> str:
    """Every worksheet function with its parameters and its example."""
    lines = [FIRST + "# 工作表函数\n", "在 Excel、LibreOffice 和命令行（`xlbudget call`）里结果相同。\n"]
    for declared in FUNCTIONS.values():
        names = "，".join(f"[{p.chinese}]" if p.optional else p.chinese for p in declared.parameters)
        lines.append(f"## {declared.name}({names})\n")
        lines.append(declared.help + "\n")
        lines += [
            f"- **{p.chinese}**（{p.kind.value}{'，可省略' if p.optional else ''}{'，可有多个' if p.repeated else ''}）：{p.help}"
            for p in declared.parameters
        ]
        result = declared.example[1].replace(";", "\n").replace("|", "\t")
        lines.append(f"\n```text\n={declared.example[0]}\n{result}\n```\n")
    return "\n".join(lines)


def commands_page() -> str:
    """Every command with its arguments and its example."""
    lines = [FIRST + "# 命令\n", "退出状态：0 没有错误；1 有错误级别的问题；2 文件读不了或用法不对。\n"]
    for declared in COMMANDS.values():
        lines.append(f"## xlbudget {declared.name}　{declared.title}\n")
        lines.append(declared.help + "\n")
        for argument in declared.arguments:
            choices = f"，可选 {'、'.join(argument.choices)}" if argument.choices else ""
            default = f"，默认 {argument.default}" if argument.default else ""
            lines.append(f"- `{argument.name}`　{argument.help}{choices}{default}")
        lines.append(f"\n```sh\n{declared.example}\n```\n")
    return "\n".join(lines)


PAGES = {"rules.md": rules_page, "functions.md": functions_page, "commands.md": commands_page}


def shim_files() -> dict[Path, str]:
    """The generated texts of the Excel add-in, kept for reading beside those written by hand."""
    from xlbudget.hosts.vba import functions_module, ribbon_module, ribbon_xml, shim_folder

    texts = {"XlbFunctions.bas": functions_module(), "XlbRibbon.bas": ribbon_module(), "customUI14.xml": ribbon_xml()}
    return {shim_folder() / name: text for name, text in texts.items()}


if __name__ == "__main__":
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8")
    for path, text in shim_files().items():
        path.write_text(text, encoding="utf-8", newline="\n")
