"""批量汇总. Many results in one page, one workbook and one table: by unit, by rule, by table, the worst first."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from xlbudget.exports.report import place_from, where
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import Verdict

Result = Mapping[str, Any]
_STATUS = {
    "done": "已核对",
    "unreadable": "无法读取",
    "timeout": "超时",
    "memory": "内存超限",
    "crashed": "意外中断",
    "failed": "程序出错",
    "changed": "核对时被改动",
}
_LEVELS = tuple(level.value for level in Severity)
_WRONG = Verdict.WRONG.value
MANY = 500
"""Rows of one list on the page; the workbook has them all."""


def severities(result: Result) -> Counter[str]:
    """How many findings of each severity."""
    return Counter(finding["severity"] for finding in result.get("findings", ()))


def _worst_first(results: Sequence[Result]) -> list[Result]:
    def rank(result: Result) -> tuple[int, int, int, str]:
        found = severities(result)
        return (result["status"] == "done", -found["error"], -found["suspect"], result["path"])

    return sorted(results, key=rank)


def summary_html(results: Sequence[Result], titles: Mapping[str, str]) -> str:
    """The page of a batch, with a link to every file's report; ``titles`` are those of the rules, by code."""
    style = files("xlbudget.exports").joinpath("assets", "report.css").read_text(encoding="utf-8")
    body = "".join(
        (
            *_cards(results),
            *_by_unit(results),
            *_by_department(results),
            *_by_rule(results, titles),
            *_by_table(results),
            *_unread(results),
        )
    )
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>批量核对汇总</title>\n'
        f"<style>\n{style}</style>\n</head>\n<body>\n<main>\n<h1>批量核对汇总</h1>\n{body}</main>\n</body>\n</html>\n"
    )


def _cards(results: Sequence[Result]) -> Iterator[str]:
    total: Counter[str] = Counter()
    for result in results:
        total += severities(result)
    read = sum(1 for result in results if result["status"] == "done")
    wrong = sum(1 for result in results if severities(result)["error"])
    yield f'<p class="sub">共 {len(results)} 份文件，核对 {read} 份，{wrong} 份有错误</p>\n<div class="cards">\n'
    for level in _LEVELS:
        yield f'<div class="card {level}"><b>{total[level]}</b><span>{Severity(level).chinese}</span></div>\n'
    yield f'<div class="card unread"><b>{len(results) - read}</b><span>没有核对成的文件</span></div>\n</div>\n'


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], left_out: int) -> Iterator[str]:
    yield f'<h2>{title}</h2>\n<div class="scroll"><table class="overview"><tr>'
    yield "".join(f'<th scope="col">{head}</th>' for head in heads) + "</tr>\n"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n"
    yield "</table></div>\n"
    if left_out > 0:
        yield f'<p class="sub">另有 {left_out} 行，见“汇总.xlsx”。</p>\n'


def _by_unit(results: Sequence[Result]) -> Iterator[str]:
    ordered = _worst_first([r for r in results if r["status"] == "done"])
    rows = []
    for result in ordered[:MANY]:
        found = severities(result)
        name = escape(result["file"])
        linked = f'<a href="{escape(result["report"])}">{name}</a>' if result.get("report") else name
        badges = " ".join(
            f'<span class="badge {level}">{Severity(level).chinese} {found[level]}</span>'
            for level in _LEVELS
            if found[level]
        )
        unit = escape(result.get("unit") or "单位不明")
        year = str(result.get("year") or "")
        rows.append((unit, year, linked, badges or '<span class="badge good">✓</span>'))
    yield from _table("按单位", ("单位", "年度", "文件", "结果"), rows, len(ordered) - MANY)


def _departments(results: Sequence[Result]) -> list[Result]:
    """The departments that were added up from their units, those that do not agree first."""
    found = [result for result in results if "sums" in result]
    return sorted(found, key=lambda r: (-len(_unequal(r)), len(r["missing"]), r["path"]))


def _unequal(result: Result) -> list[Mapping[str, str]]:
    """The tables whose total is not what all its units add up to; nothing is told while units are missing."""
    return [] if result["missing"] else [total for total in result["sums"] if total["verdict"] == _WRONG]


def _by_department(results: Sequence[Result]) -> Iterator[str]:
    rows = []
    for result in _departments(results):
        unequal, absent = _unequal(result), result["missing"]
        names = "、".join(absent[:5]) + ("等" if len(absent) > 5 else "")
        state = f"{len(result['sums']) - len(unequal)} 张表的合计相符"
        if unequal:
            state = "；".join(f"{t['table']}：{t['stated']}，各单位之和 {t['sum']}{t['unit']}" for t in unequal)
        told = f"缺 {len(absent)} 家，不能判断：{names}" if absent else state
        level = "error" if unequal else "note" if absent else "good"
        word = "不符" if unequal else "不齐" if absent else "✓"
        rows.append(
            (
                escape(result.get("unit") or "部门不明"),
                str(result.get("year") or ""),
                str(len(result.get("units", ()))),
                f'<span class="badge {level}">{word}</span> {escape(told)}',
            )
        )
    if rows:
        heads = ("部门", "年度", "所属单位", "与所属单位之和")
        yield from _table("部门汇总", heads, rows[:MANY], len(rows) - MANY)


def _by_rule(results: Sequence[Result], titles: Mapping[str, str]) -> Iterator[str]:
    found: Counter[tuple[str, str]] = Counter()
    paths: dict[tuple[str, str], set[str]] = {}
    for result in results:
        for finding in result.get("findings", ()):
            key = (finding["code"], finding["severity"])
            found[key] += 1
            paths.setdefault(key, set()).add(result["path"])
    rows = [
        (
            f'<span class="code">{code}</span> {escape(titles.get(code, ""))}',
            f'<span class="badge {level}">{Severity(level).chinese}</span>',
            str(count),
            str(len(paths[code, level])),
        )
        for (code, level), count in sorted(found.items(), key=lambda x: (_LEVELS.index(x[0][1]), -x[1], x[0]))
    ]
    yield from _table("按规则", ("规则", "级别", "处数", "文件数"), rows[:MANY], len(rows) - MANY)


def _by_table(results: Sequence[Result]) -> Iterator[str]:
    found: dict[str, Counter[str]] = {}
    printed: dict[str, Counter[str]] = {"": Counter({"其他表": 1}), "文字": Counter({"文字": 1})}
    for result in results:
        titles = {table["title"]: table["id"] for table in result.get("tables", ())}
        for title, name in titles.items():
            printed.setdefault(name, Counter())[title] += 1 if name else 0
        for finding in result.get("findings", ()):
            places = [place["table"] for place in finding["at"] if place.get("table")]
            name = titles.get(places[0], "") if places else "文字"
            found.setdefault(name, Counter())[finding["severity"]] += 1
    rows = [
        (escape(printed[name].most_common(1)[0][0]), *(str(counts[level] or "") for level in _LEVELS))
        for name, counts in sorted(found.items(), key=lambda x: (-x[1]["error"], -x[1]["suspect"], x[0]))
    ]
    yield from _table("按表", ("表", *(Severity(level).chinese for level in _LEVELS)), rows, 0)


def _unread(results: Sequence[Result]) -> Iterator[str]:
    lost = [result for result in results if result["status"] != "done"]
    if lost:
        rows = [
            (
                escape(result["path"]),
                str(_STATUS.get(result["status"], result["status"])),
                escape(result.get("why", "")),
            )
            for result in lost
        ]
        yield from _table("没有核对成的文件", ("文件", "状态", "原因"), rows[:MANY], len(rows) - MANY)


def summary_workbook(results: Sequence[Result], titles: Mapping[str, str]) -> bytes:
    """The lists for the bureau's letter: files, findings, what could not be checked."""
    import xlsxwriter

    held = io.BytesIO()
    # texts stay texts: a finding that quotes a formula must not become one
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#EEF1F4", "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    _sheet(book, "按文件", head, wrap, _file_rows(results), (36, 26, 8, 10, 8, 8, 8, 8, 40))
    _sheet(book, "问题", head, wrap, _finding_rows(results, titles), (26, 36, 8, 30, 60, 30, 14, 14, 30))
    if _departments(results):
        _sheet(book, "部门汇总", head, wrap, _department_rows(results), (26, 8, 34, 14, 14, 8, 8, 40))
    book.close()
    return held.getvalue()


def _file_rows(results: Sequence[Result]) -> Iterator[Sequence[Any]]:
    yield ("文件", "单位", "年度", "状态", *(Severity(level).chinese for level in _LEVELS), "原因")
    for result in _worst_first(results):
        found = severities(result)
        status = _STATUS.get(result["status"], result["status"])
        counts = [found[level] for level in _LEVELS]
        yield (result["path"], result.get("unit", ""), result.get("year") or "", status, *counts, result.get("why", ""))


def _finding_rows(results: Sequence[Result], titles: Mapping[str, str]) -> Iterator[Sequence[Any]]:
    yield ("单位", "文件", "级别", "规则", "说明", "位置", "印出的数", "应为", "提示")
    for result in _worst_first(results):
        for finding in result.get("findings", ()):
            if finding["severity"] in ("error", "suspect"):
                yield (
                    result.get("unit", ""),
                    result["path"],
                    Severity(finding["severity"]).chinese,
                    f"{finding['code']} {titles.get(finding['code'], '')}".strip(),
                    finding["message"],
                    _place(finding["at"]),
                    finding.get("stated", ""),
                    finding.get("expected", ""),
                    finding.get("hint", ""),
                )


def _department_rows(results: Sequence[Result]) -> Iterator[Sequence[Any]]:
    yield ("部门", "年度", "表", "部门的合计", "各单位之和", "单位", "结论", "缺少的单位")
    for result in _departments(results):
        absent = "、".join(result["missing"])
        for total in result["sums"]:
            verdict = "单位不齐" if absent else total["verdict"]
            figures = (total["stated"], total["sum"], total["unit"], verdict)
            yield (result.get("unit", ""), result.get("year") or "", total["table"], *figures, absent)


def _place(places: Sequence[Mapping[str, Any]]) -> str:
    """The first place in words, with its table and row where the words do not name them."""
    if not places:
        return ""
    first = place_from(places[0])
    spot = where(first)
    more = () if f"《{first.table}》" in spot else (first.table, first.row)
    return " ".join(part for part in (spot, *more) if part)


def _sheet(book: Any, name: str, head: Any, wrap: Any, rows: Iterator[Sequence[Any]], widths: Sequence[int]) -> None:
    sheet = book.add_worksheet(name)
    last = 0
    for r, row in enumerate(rows):
        last = r
        for c, value in enumerate(row):
            sheet.write(r, c, value, head if r == 0 else wrap)
    for c, width in enumerate(widths):
        sheet.set_column(c, c, width)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(widths) - 1)


_RESULT, _FINDING, _PLACE = range(3)
_COLUMNS = {
    **dict.fromkeys(("path", "file", "unit", "pack", "stage", "level"), _RESULT),
    **dict.fromkeys(
        ("code", "name", "severity", "message", "stated", "expected", "difference", "tolerance", "hint"), _FINDING
    ),
    **dict.fromkeys(("table", "row", "column", "sheet", "cell", "quote"), _PLACE),
    "year": _RESULT,
    "page": _PLACE,
    "line": _PLACE,
    "index": _FINDING,
}
"""The columns of the table of findings, and whose each is: the file's, the finding's or its first place's."""
_NUMBERS = ("year", "page", "line", "index")


def findings_parquet(results: Sequence[Result]) -> bytes | None:
    """All findings as a Parquet table for queries; ``None`` where pyarrow is not installed."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        return None
    rows = [
        (result, finding, finding["at"][0] if finding["at"] else {})
        for result in results
        for finding in result.get("findings", ())
    ]
    columns = {key: [row[owner].get(key) for row in rows] for key, owner in _COLUMNS.items()}
    # a department's sums also point at its units
    columns["file"] = [place.get("file") or result.get("file") for result, _, place in rows]
    schema = pa.schema([(key, pa.int32() if key in _NUMBERS else pa.string()) for key in columns])
    kept = io.BytesIO()
    parquet.write_table(pa.table(columns, schema=schema), kept, compression="zstd")
    return kept.getvalue()
