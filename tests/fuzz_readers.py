"""模糊测试. Damaged files of every format through the whole check, in worker processes with limits.

``python -m tests.fuzz_readers`` runs 24,000 of them and prints what became of each kind; ``--only xlsx --first 812
--count 1`` does one again. A file must be read or refused with a sentence. Anything else is a fault: an exception, a
rule that breaks (XB001), a worker that dies, one that hangs, more memory than a worker may have.

Old formats are refused without LibreOffice: it is kept out of sight, since what it does with a damaged file is its own
affair and takes seconds. Old workbooks are read directly and so are damaged as well.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from tests.authoring.torture import by_openpyxl, by_xlsxwriter
from tests.conftest import ROOT, SHARED
from tests.fuzzing import damaged, damaged_inside
from tests.generating.documents import PACKS, document
from tests.generating.printing import as_pdf, as_xlsx
from tests.generating.rendering import as_docx, as_html

from xlbudget.app.batch.one import Options, Result, Task
from xlbudget.app.batch.pool import Limits, run_pool

HANGS = 60.0
"""Seconds; on a machine that does nothing else the slowest takes some five."""
MEMORY = 1024
"""Mebibytes of address space that a worker may have."""
FAULTS = ("failed", "crashed", "timeout", "memory")
"""Results of a batch that no damaged file may lead to."""

KINDS: Mapping[str, int] = {
    "xlsx": 5000,
    "xlsm": 2000,
    "xls": 2000,
    "docx": 5000,
    "pdf": 5000,
    "html": 2500,
    "text": 1500,
    "csv": 700,
    "old": 300,
}
"""How many of each, 24,000 together."""


@dataclass
class Outcomes:
    """Counts by kind of file and by what became of it, and the faults with what is needed to see them again."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def add(self, kind: str, seed: int, result: Result) -> None:
        self.counts.setdefault(kind, Counter())[result["status"]] += 1
        self.slowest = max(self.slowest, result["seconds"])
        broken = [f["message"] for f in result.get("findings", ()) if f["code"] == "XB001"]
        if result["status"] in FAULTS or broken:
            why = result.get("why") or broken[0]
            self.faults.append(f"--only {kind} --first {seed} --count 1: {result['status']} {why}")

    def __str__(self) -> str:
        kinds = sorted({status for counts in self.counts.values() for status in counts})
        head = f"| format | {' | '.join(kinds)} | all |\n|{' --- |' * (len(kinds) + 2)}\n"
        rows = [
            f"| {kind} | {' | '.join(str(counts[k]) for k in kinds)} | {counts.total()} |\n"
            for kind, counts in self.counts.items()
        ]
        return head + "".join(rows)


def originals(kind: str) -> list[bytes]:
    """Undamaged files of a kind; real ones too where they lie beside the checkout."""
    texts = [document(seed, pack) for seed, pack in enumerate(PACKS)]
    samples = SHARED / "samples"
    if kind == "xlsx":
        demo = next((ROOT / "workbook").glob("*公开.xlsx")).read_bytes()
        real = [p.read_bytes() for p in sorted(samples.glob("*.xlsx"))]
        return [*map(as_xlsx, texts), demo, by_openpyxl(), by_xlsxwriter(False), *real]
    if kind == "xlsm":
        return [by_xlsxwriter(True), *(as_xlsx(text, macros=True) for text in texts)]
    if kind == "xls":
        return [old for text in texts[:2] if (old := _old_workbook(as_xlsx(text)))]
    if kind == "docx":
        from tests.sources.test_docx import rich

        return [*map(as_docx, texts), rich()]
    if kind == "pdf":
        from tests.sources.test_pdf_fuzz import originals as pages

        return [*pages(), *(as_pdf(text, packed) for text in texts for packed in (True, False))]
    if kind == "html":
        return [*map(as_html, texts), as_html(texts[0], "gbk"), _archived(as_html(texts[1]))]
    if kind == "text":
        real = [p.read_bytes() for p in sorted((SHARED / "seeds").glob("*.txt"))]
        return [*(text.encode() for text in texts), texts[0].encode("gbk"), texts[1].encode("utf-16"), *real]
    if kind == "csv":
        return [text.replace("\t", ",").encode(code) for text in texts[:2] for code in ("utf-8-sig", "gbk")]
    assert kind == "old"
    compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    names = ("WordDocument", "EncryptedPackage", "MatOST", "Workbook")
    return [*(compound + f"{name}\0".encode("utf-16-le") + bytes(900) for name in names), b"{\\rtf1 2025 abc}"]


def _old_workbook(data: bytes) -> bytes | None:
    from xlbudget.sources.legacy import office_convert

    return office_convert(data, "xlsx", "xls", "xls:MS Excel 97")


def _archived(page: bytes) -> bytes:
    """A page as a browser saves it (RFC 2557)."""
    from email.mime.multipart import MIMEMultipart
    from email.mime.text import MIMEText

    whole = MIMEMultipart("related", type="text/html")
    whole.attach(MIMEText(page.decode(), "html", "utf-8"))
    return whole.as_bytes()


def damage(kind: str, files: list[bytes], seed: int) -> bytes:
    """The file of this number; of packages most are damaged inside, where their readers do see it."""
    chance = random.Random(f"{kind}{seed}")
    data = chance.choice(files)
    inside = data.startswith(b"PK") and chance.random() < 0.8
    return damaged_inside(data, seed) if inside else damaged(data, seed)


def run(
    kinds: Mapping[str, int],
    first: int = 0,
    workers: int = 2,
    told: Callable[[int, Outcomes], None] = lambda done, outcomes: None,
) -> Outcomes:
    """Damage and check ``kinds`` files of each kind, from the seed ``first`` on; ``told`` hears after each."""
    outcomes = Outcomes()
    files = {kind: originals(kind) for kind in kinds}
    with tempfile.TemporaryDirectory() as name, mock.patch.dict(os.environ, {"PATH": ""}):
        folder = Path(name)

        def tasks() -> Iterator[Task]:
            for kind, count in kinds.items():
                for seed in range(first, first + count if files[kind] else first):
                    path = folder / f"{seed}.{kind}"
                    path.write_bytes(damage(kind, files[kind], seed))
                    yield Task(path, str(seed))

        options = Options(reports="none")
        for done, result in enumerate(run_pool(tasks(), workers, options, Limits(HANGS, MEMORY)), 1):
            path = Path(result["path"])
            outcomes.add(path.suffix[1:], int(path.stem), result)
            path.unlink(missing_ok=True)
            told(done, outcomes)
    return outcomes


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", choices=tuple(KINDS), help="files of this kind alone")
    parser.add_argument("--count", type=int, default=0, help="so many files of it")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="write the damaged files into this folder and check nothing")
    given = parser.parse_args(words)
    kinds = {given.only: given.count or KINDS[given.only]} if given.only else dict(KINDS)
    if given.keep:
        for kind, count in kinds.items():
            files = originals(kind)
            for seed in range(given.first, given.first + count):
                (given.keep / f"{seed}.{kind}").write_bytes(damage(kind, files, seed))
        return 0
    start = time.monotonic()
    total = sum(kinds.values())

    outcomes = Outcomes()

    def told(done: int, known: Outcomes) -> None:
        nonlocal outcomes
        outcomes = known
        if not done % 500:
            spent = f"{time.monotonic() - start:.0f} s, {len(known.faults)} faults"
            print(f"{done}/{total} {spent}", file=sys.stderr, flush=True)

    try:
        run(kinds, given.first, given.workers, told)
    except KeyboardInterrupt:
        print("interrupted; so far:")
    print(outcomes, end="")
    print(
        f"\nslowest {outcomes.slowest:.1f} s, {time.monotonic() - start:.0f} s together, {len(outcomes.faults)} faults"
    )
    print("\n".join(outcomes.faults))
    return 1 if outcomes.faults else 0


if __name__ == "__main__":
    sys.exit(main())
