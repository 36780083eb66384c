"""一键导出. From a workbook to everything that is published: Word, PDF, web page, open data, the report, a manifest.

Nothing is written before everything is made, and everything goes to its folder whole or not at all.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from xlbudget.app.checking import check_disclosure
from xlbudget.app.narrating import Told, earlier_kept, earlier_of, narrate_disclosure, read_earlier
from xlbudget.authoring.figures import Figure, Gathering
from xlbudget.authoring.narrating import MARK
from xlbudget.authoring.narrativesheets import TEXT
from xlbudget.authoring.saving import WriteError
from xlbudget.exports.publication import Chart, Publication, Slice, composed
from xlbudget.exports.report import Report
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Finding, Severity
from xlbudget.model.raw import Paragraph, RawDocument
from xlbudget.packs.catalog import folders, get_pack
from xlbudget.packs.publishing import TEMPLATE, template_path
from xlbudget.packs.schema import Pack
from xlbudget.reading.disclosing import disclose
from xlbudget.sources.failing import SourceError
from xlbudget.sources.opening import open_document, read_bytes

if TYPE_CHECKING:
    from xlbudget.app.levelbook import BookLevelling

FORMS = ("docx", "pdf", "html", "data", "report")


class PublishRefused(Exception):
    """不能公开. What stands against a publication; ``reasons`` are sentences for people."""

    def __init__(self, what: str, reasons: Sequence[str]) -> None:
        super().__init__(what)
        self.reasons = list(reasons)


@dataclass(slots=True)
class Prepared:
    """待公开. A publication with the report of its check, and what is left to write or to worry about."""

    source: Path
    publication: Publication
    report: Report
    told: Told
    against: list[str] = field(default_factory=list)
    """Why it should not be published as it is."""
    levelled: BookLevelling | None = None
    """调平, where it was asked for; the publication has the levelled figures, the workbook keeps its own."""

    @property
    def errors(self) -> list[Finding]:
        """What is wrong; that something is left to write is told by itself."""
        return [f for f in self.report.of(Severity.ERROR) if "待填" not in f.message]


def prepare(
    path: Path,
    pack_id: str | None = None,
    prior: Sequence[Path] = (),
    renew: bool = False,
    kept: bool = False,
    *,
    level: bool = False,
) -> Prepared:
    """Read a workbook, write its text (unless the sheet 情况说明 has one), check both, compose the publication.

    ``renew`` writes the text anew even where the sheet has one; ``kept`` takes the archive's documents of last year
    where no ``prior`` is given. ``level`` publishes levelled tables; the workbook is only read. Raises
    ``SourceError``, ``PackError`` and, when it cannot be levelled, ``WorkbookError``.
    """
    from xlbudget.exports.screening import screened

    raw = open_document(path)
    disclosure = disclose(raw, pack_id)
    if not disclosure.tables:
        raise SourceError("没有认出任何预算（决算）公开表", "请给出填好的工作簿；各表要有表名、表头和金额")
    levelled = _levelled(path, disclosure) if level else None
    if levelled is not None and levelled.edits:
        from xlbudget.authoring.workbook import edit_workbook

        raw = read_bytes(edit_workbook(path.read_bytes(), levelled.edits).data, path.name)
        disclosure = disclose(raw, disclosure.pack)
    earlier = earlier_kept(disclosure) if kept and not prior else earlier_of(disclosure, read_earlier(prior))
    told = narrate_disclosure(disclosure, raw, earlier)
    own = [] if renew else _own_text(disclosure)
    lines = own or [(line.level, line.text) for line in told.narration.lines]
    publication = compose(disclosure, told.pack, told, lines)
    report = check_disclosure(_with_text(raw, lines, disclosure.pack, own))
    prepared = Prepared(path, publication, report, told, levelled=levelled)
    prepared.against = [
        *_unlevelled(levelled, bool(own)),
        *_missing_tables(disclosure, told.pack),
        *[f"{f.code} {f.message}" for f in prepared.errors],
        *([] if own else [f"待填：{missing.kind}（{missing.item}）" for missing in told.narration.missing]),
        *screened(publication.texts()),
    ]
    return prepared


def _levelled(path: Path, disclosure: Disclosure) -> BookLevelling:
    from xlbudget.app.levelbook import level_as_published

    if disclosure.kind != "xlsx":
        raise SourceError("只有工作簿（.xlsx、.xlsm）可以在导出时调平", "请另存为 .xlsx，或不加 --level")
    return level_as_published(path, disclosure, get_pack(disclosure.pack))


def _unlevelled(levelled: BookLevelling | None, own: bool) -> list[str]:
    """What levelling could not settle, and a text that was written before it."""
    if levelled is None:
        return []
    found = [f"调平后仍不相等：{words}" for words in levelled.levelling.broken]
    if own and levelled.levelling.moved:
        found.append(
            f"调平移动了 {len(levelled.levelling.moved)} 个数，而“{TEXT}”表里的文字是按调平前的数写的："
            "加 --renew 重新生成，或先用 balance 调平工作簿再改文字"
        )
    return found


def _own_text(disclosure: Disclosure) -> list[tuple[int, str]]:
    """The text of the sheet 情况说明 when it is finished; bare headings, or one with something left to write, are none."""
    first = {section.first - 1: section for section in disclosure.sections}
    lines = []
    written = False
    for i, paragraph in enumerate(disclosure.paragraphs):
        if paragraph.place.sheet != TEXT:
            continue
        if MARK.search(paragraph.text):
            return []
        section = first.get(i)
        if section is None:
            written = written or "元" in paragraph.text
            lines.append((0, paragraph.text))
        else:
            lines.append((min(section.depth + 1, 3) if section.number[:1] != "第" else 1, paragraph.text))
    return lines if written else []


def _with_text(raw: RawDocument, lines: list[tuple[int, str]], pack_id: str, own: list[tuple[int, str]]) -> Disclosure:
    """The document as it will be published: its tables with the text that was written for it."""
    if own:
        return disclose(raw, pack_id)
    from xlbudget.model.provenance import Provenance

    kept = [b for b in raw.blocks if not (isinstance(b, Paragraph) and b.place.sheet == TEXT)]
    text = [
        Paragraph(line, Provenance(file=raw.file, sheet=TEXT, cell=f"A{n}"), level or None)
        for n, (level, line) in enumerate(lines, 1)
    ]
    return disclose(RawDocument(raw.file, raw.kind, [*kept, *text], raw.unread, raw.notes, raw.traces), pack_id)


def _missing_tables(disclosure: Disclosure, pack: Pack) -> list[str]:
    there = {table.id for table in disclosure.tables}
    return [
        f"缺少第 {spec.number} 张表“{spec.title}”：请在工作簿中补上这张表（没有数据的，留空表并注明）"
        for spec in sorted(pack.tables, key=lambda s: s.number or 99)
        if spec.required and spec.id not in there
    ]


# ---------------------------------------------------------------- composing


def compose(disclosure: Disclosure, pack: Pack, told: Told, lines: Sequence[tuple[int, str]]) -> Publication:
    """The publication of a disclosure with a text."""
    across = {spec.id: bool(spec.layout and spec.layout.landscape) for spec in pack.tables}
    facts = [(name, told.cover[name]) for name in ("批复时间", "公开时间") if told.cover.get(name)]
    made = _charts(disclosure, told)
    charts = [(pattern, made[kind]) for kind, pattern in pack.charts if kind in made]
    return composed(disclosure, lines, across, charts, facts, pack.publishing)


def _charts(disclosure: Disclosure, told: Told) -> dict[str, Chart]:
    """The charts that have more than nothing to show."""
    gathering = Gathering(disclosure, told.lookups)
    single, sources = gathering.single(), gathering.sources()
    income = [f for role, f in sources.items() if role not in ("fiscal", "unit_funds")] + [single["carry_in"]]
    if not any(f.now for f in income):
        income = [sources["fiscal"], single["carry_in"]]
    parts = [single[name] for name in ("basic", "project", "operating", "upward", "subsidy")]
    year, stage = disclosure.year, disclosure.stage.chinese
    wanted = {
        "income": (f"{year}年收入{stage}构成", "pie", income),
        "expenditure": (f"{year}年支出{stage}构成", "pie", parts),
        "classes": (f"{year}年财政拨款支出{stage}构成", "bar", list(gathering.classes("general"))),
    }
    return {
        name: Chart(title, kind, slices)
        for name, (title, kind, figures) in wanted.items()
        if (slices := _slices(figures))
    }


def _slices(figures: Sequence[Figure]) -> tuple[Slice, ...]:
    return tuple(Slice(figure.label, figure.now) for figure in figures if figure.now and figure.now > 0)


# ---------------------------------------------------------------- writing


@dataclass(slots=True)
class Published:
    """公开的成果. The folder and its files; ``unmade`` says what could not be made and why."""

    folder: Path
    files: list[str]
    unmade: list[str]


def publish(
    prepared: Prepared,
    out: Path,
    anyway: bool = False,
    forms: Sequence[str] = FORMS,
    template: Path | None = None,
) -> Published:
    """Make every form and put them into ``out`` together.

    Raises :class:`PublishRefused` while something stands against it (unless ``anyway``), ``TemplateFault`` for a
    broken template and ``WriteError`` when the folder cannot be written; then nothing is written.
    """
    if prepared.against and not anyway:
        raise PublishRefused(f"“{prepared.source.name}”还不能公开", prepared.against)
    from xlbudget.app.publicationrecord import manifest, report_page
    from xlbudget.exports.opendata import open_data
    from xlbudget.exports.webpage import web_page
    from xlbudget.exports.word import word_document

    publication = prepared.publication
    name = safe_name(publication.title)
    made: dict[str, bytes] = {}
    unmade: list[str] = []
    if "docx" in forms or "pdf" in forms:
        model, model_name = template_of(prepared.told.pack, template)
        word = word_document(publication, model, model_name)
        if "pdf" in forms:
            from xlbudget.app.printing import pdf_of

            try:
                pdf, pages = pdf_of(
                    word, lambda pages: word_document(publication, model, model_name, pages), publication
                )
                made[f"{name}.pdf"] = pdf
                word = word_document(publication, model, model_name, pages)
            except SourceError as error:
                unmade.append(f"PDF 没有生成：{error}")
        if "docx" in forms:
            made[f"{name}.docx"] = word
    if "html" in forms:
        made[f"{name}.html"] = web_page(publication).encode("utf-8")
    if "data" in forms:
        made |= {f"开放数据/{file}": data for file, data in open_data(publication, prepared.report.disclosure).items()}
    if "report" in forms:
        made["核对报告.html"] = report_page(prepared, anyway).encode("utf-8")
    made["清单.json"] = manifest(prepared, made, unmade)
    _put(out, made)
    return Published(out, list(made), unmade)


def template_of(pack: Pack, own: Path | None) -> tuple[bytes, str]:
    """The template of a publication: the one that is given, the pack's own, or the national one."""
    if own is not None and not own.is_file():
        raise SourceError(f"找不到 Word 模板“{own}”", "请检查 --template 的路径")
    place = own or template_path((pack.id, pack.extends, "national"), folders())
    if place is None:
        raise SourceError(f"没有 Word 模板 {TEMPLATE}", "请重新安装，或用 --template 给出一个")
    return place.read_bytes(), place.name


_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def safe_name(title: str) -> str:
    """文件名. A title as a file name that every system takes: no signs it refuses, not too long, never empty."""
    name = _UNSAFE.sub("_", " ".join(title.split())).strip(". ")
    while len(name.encode("utf-8")) > 180:
        name = name[:-1]
    return f"_{name}" if _RESERVED.match(name) else name or "公开文本"


def _put(out: Path, made: dict[str, bytes]) -> None:
    """All files at once: they are made beside the folder, then moved in; a file that stood there is kept as .bak."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name[:60]}.") as name:
            stage = Path(name)
            for file, data in made.items():
                target = stage / file
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
            for file in made:
                target = out / file
                target.parent.mkdir(parents=True, exist_ok=True)
                if target.exists() and target.read_bytes() != made[file]:
                    shutil.move(target, target.with_name(target.name + ".bak"))
                shutil.move(stage / file, target)
    except OSError as error:
        raise WriteError(
            f"不能写入“{out}”（{error.strerror or error}）。请换一个文件夹，或检查权限和磁盘空间。"
        ) from None
