"""Measures against named peers in one run and writes docs/benchmarks.md: ``python benchmarks/measure.py``.

Ratios matter, not seconds: both sides of a line are measured turn by turn on the same machine. A peer that is not
installed gets no line. ``--before REVISION`` also holds the program against an earlier one of its own repository.
"""

from __future__ import annotations

import argparse
import gc
import io
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
SAMPLES = ROOT.parent / "shared" / "samples"
PAGE = ROOT / "docs" / "benchmarks.md"
TURNS = 5

Call = Callable[[], Any]
Row = tuple[str, str, str, str]
"""What, ours, the peer's, ratio."""


def pair(ours: Call, theirs: Call, turns: int = TURNS) -> tuple[float, float]:
    """The median seconds of two calls, taken in turns after a warm-up."""
    ours(), theirs()
    mine, other = [], []
    for _ in range(turns):
        for call, times in ((ours, mine), (theirs, other)):
            gc.collect()
            start = time.perf_counter()
            call()
            times.append(time.perf_counter() - start)
    return statistics.median(mine), statistics.median(other)


def row(what: str, peer: str, ours: float, theirs: float) -> Row:
    faster = theirs / ours
    words = (
        f"{faster:.1f} times faster"
        if faster >= 1.05
        else f"{ours / theirs:.1f} times slower"
        if faster <= 0.95
        else "equal"
    )
    return what, seconds(ours), f"{peer}: {seconds(theirs)}", words


def growth(what: str, base: str, small: float, large: float) -> Row:
    return what, seconds(large), f"{base}: {seconds(small)}", f"costs {large / small:.1f} times as much"


def seconds(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def workbooks(folder: Path) -> Iterator[Row]:
    import openpyxl
    from python_calamine import CalamineWorkbook
    from tests.benchmarks.books import sized_workbook

    from xlbudget.app.checking import check_file
    from xlbudget.sources.opening import open_document

    path = folder / "书.xlsx"
    path.write_bytes(sized_workbook(1200))

    def calamine() -> None:
        book = CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()

    yield row(
        "read a workbook of 12 tables, 1,272 rows",
        "openpyxl load",
        *pair(lambda: open_document(path), lambda: openpyxl.load_workbook(path)),
    )
    yield row("the same", "calamine load (values alone)", *pair(lambda: open_document(path), calamine))
    yield row(
        "read and check it, all rules",
        "openpyxl load",
        *pair(lambda: check_file(path), lambda: openpyxl.load_workbook(path)),
    )
    large = folder / "大书.xlsx"
    large.write_bytes(sized_workbook(12000))
    yield growth("ten times the rows", "1,272 rows", *pair(lambda: check_file(path), lambda: check_file(large), 3))


def rollups(folder: Path) -> Iterator[Row]:
    """The roll-ups of one table alone: 2,000 subjects, three columns."""
    import pandas as pd
    from tests.benchmarks.books import leaves

    from xlbudget.app.functions import budget_rollup  # noqa: F401  (the same sum as a worksheet function)
    from xlbudget.packs.catalog import get_pack
    from xlbudget.reading.disclosing import disclose
    from xlbudget.rules.declaring import all_rules
    from xlbudget.rules.running import run_rules
    from xlbudget.sources.text import read_text

    codes = leaves(1500)
    amounts = {c: Decimal(100 + i) / 100 for i, c in enumerate(codes)}
    for length in (5, 3):
        for code in sorted({c[:length] for c in codes}):
            amounts[code] = sum((v for c, v in amounts.items() if len(c) == 7 and c.startswith(code)), Decimal(0))
    ordered = sorted(amounts)
    lines = [f"{c}\t科目{c}\t{amounts[c]}\t{amounts[c]}\t0.00" for c in ordered]
    total = sum((v for c, v in amounts.items() if len(c) == 3), Decimal(0))
    text = (
        "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"
        + "\n".join(lines)
        + f"\n合计\t\t{total}\t{total}\t0.00\n"
    )
    disclosure = disclose(read_text(text.encode(), "表.txt"), "national")
    rules = [r for r in all_rules() if r.code == "XB101"]
    pack = get_pack("national")
    frame = pd.DataFrame({"code": ordered, "total": [float(amounts[c]) for c in ordered]})

    def by_pandas() -> int:
        wrong = 0
        for length, below in ((3, 5), (5, 7)):
            parents = frame[frame.code.str.len() == length].set_index("code").total
            children = frame[frame.code.str.len() == below]
            sums = children.groupby(children.code.str[:length]).total.sum()
            both = parents.to_frame("parent").join(sums.rename("sum"), how="inner")
            wrong += int(((both.parent - both["sum"]).abs() > 0.005).sum())
        return wrong

    yield row(
        f"roll-ups of {len(ordered)} subjects x 3 columns, exact, with rounding told apart",
        "pandas, floats, one column",
        *pair(lambda: run_rules(disclosure, pack, rules), by_pandas),
    )
    try:
        import pandera.pandas as pa
    except ImportError:
        return
    schema = pa.DataFrameSchema(
        {"code": pa.Column(str), "total": pa.Column(float)}, checks=pa.Check(lambda f: by_pandas() == 0)
    )
    yield row(
        "the same",
        "pandera, one column",
        *pair(lambda: run_rules(disclosure, pack, rules), lambda: schema.validate(frame)),
    )


def libreoffice(folder: Path) -> Iterator[Row]:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        return
    from tests.benchmarks.books import sized_workbook

    path = folder / "公式.xlsx"
    path.write_bytes(sized_workbook(1200))
    profile = (folder / "profile").as_uri()

    def recalculated() -> None:
        subprocess.run(
            [
                office,
                f"-env:UserInstallation={profile}",
                "--headless",
                "--convert-to",
                "ods",
                "--outdir",
                str(folder),
                str(path),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )

    def ours() -> None:
        subprocess.run(
            [sys.executable, "-m", "xlbudget.hosts.cli", "check", str(path), "--quiet"],
            check=False,
            capture_output=True,
        )

    yield row(
        "a cold check from the command line",
        "LibreOffice opens and recalculates the same book",
        *pair(ours, recalculated, 3),
    )


def pdf() -> Iterator[Row]:
    try:
        import pdfplumber
    except ImportError:
        return
    from xlbudget.app.checking import check_file

    for path in sorted(SAMPLES.glob("*.pdf")):

        def theirs(path: Path = path) -> None:
            with pdfplumber.open(path) as document:
                for page in document.pages:
                    page.extract_text()
                    page.extract_tables()

        yield row(
            f"read and check {path.name}",
            "pdfplumber, text and tables",
            *pair(lambda path=path: check_file(path), theirs, 3),
        )


def pages(folder: Path) -> Iterator[Row]:
    import pypdfium2

    from xlbudget.sources.opening import read_bytes

    source = SAMPLES / "shanghai-wanli-2025-budget.pdf"
    if not source.exists():
        return

    def book(count: int) -> bytes:
        made = pypdfium2.PdfDocument.new()
        while len(made) < count:
            made.import_pages(pypdfium2.PdfDocument(source), list(range(min(30, count - len(made)))))
        held = io.BytesIO()
        made.save(held)
        return held.getvalue()

    few, many = book(30), book(300)
    yield growth(
        "300 pages of PDF", "30 pages", *pair(lambda: read_bytes(few, "a.pdf"), lambda: read_bytes(many, "b.pdf"), 3)
    )


def batches(folder: Path) -> Iterator[Row]:
    from tests.generating.documents import PACKS, document

    from xlbudget.app.batch.one import Options
    from xlbudget.app.batch.running import Plan, run_batch
    from xlbudget.app.checking import check_file
    from xlbudget.exports.report import check_json

    place = folder / "单位"
    place.mkdir()
    paths = []
    for seed in range(400):
        paths.append(place / f"{seed:03}.txt")
        paths[-1].write_text(document(seed, PACKS[seed % 4]), "utf-8")
    quiet = lambda done, total, spent: None  # noqa: E731
    turn = iter(range(1000))

    def batch(workers: int) -> None:
        out = folder / f"出{next(turn)}"
        run_batch(Plan(place, out, workers=workers, options=Options(reports="none")), quiet)

    def bare() -> None:
        for path in paths:
            check_json(check_file(path))

    yield row("a batch of 400 files, one process", "the sum of the checks", *pair(lambda: batch(1), bare, 3))
    yield row("a batch of 400 files, two processes", "one process", *pair(lambda: batch(2), lambda: batch(1), 3))


CHECKS = """
import statistics, sys, time
from pathlib import Path
from xlbudget.app.checking import check_file
for name in sys.argv[1:]:
    check_file(Path(name))
    times = []
    for _ in range(3):
        start = time.perf_counter()
        check_file(Path(name))
        times.append(time.perf_counter() - start)
    print(statistics.median(times))
"""


def earlier(folder: Path, revision: str) -> Iterator[Row]:
    """The same files by this program and by an earlier one, each in processes of its own, in turns."""
    from tests.benchmarks.books import sized_workbook

    tree = folder / "earlier"
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--detach", "--quiet", str(tree), revision], check=True)
    try:
        paths = [folder / "先.xlsx"]
        paths[0].write_bytes(sized_workbook(1200))
        paths += sorted(SAMPLES.glob("*.pdf"))[1:3] + sorted((SAMPLES.parent / "seeds").glob("*.txt"))[1:2]

        def run(source: Path) -> list[float]:
            # what is imported from an installed checkout would hide the earlier one: only this path counts
            code = f"import sys; sys.path.insert(0, {str(source)!r})\n{CHECKS}"
            command = [sys.executable, "-c", code, *map(str, paths)]
            done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder)
            return [float(line) for line in done.stdout.split()]

        turns = [(run(ROOT / "src"), run(tree / "src")) for _ in range(3)]
        for i, path in enumerate(paths):
            now, then = (statistics.median(turn[side][i] for turn in turns) for side in (0, 1))
            what = "a workbook of 1,272 rows" if path.suffix == ".xlsx" else path.name
            yield row(f"read and check {what}", f"this program at {revision}", now, then)
    finally:
        subprocess.run([*git, "remove", "--force", str(tree)], check=True)


HEAD = """# Benchmarks

Made by `python benchmarks/measure.py`: each line is one pair, measured in turns on the same machine (median, warm). Only
the last column means something elsewhere. Peers do less: calamine gives values alone, pandas and pandera one sum of
floats without telling rounding from error, pdfplumber text and tables without checking them. Thousands of files: see
[load.md](load.md), made by `python benchmarks/load.py`.

| what | xlbudget | against | |
| --- | --- | --- | --- |
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures against named peers and writes docs/benchmarks.md.")
    parser.add_argument("--before", help="also against this earlier revision of the repository")
    given = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts = [workbooks(folder), rollups(folder), libreoffice(folder), pdf(), pages(folder), batches(folder)]
        parts += [earlier(folder, given.before)] if given.before else []
        for part in parts:
            for line in part:
                print(" | ".join(line), flush=True)
                rows.append(line)
    PAGE.write_text(HEAD + "".join(f"| {' | '.join(line)} |\n" for line in rows), "utf-8")


if __name__ == "__main__":
    main()
