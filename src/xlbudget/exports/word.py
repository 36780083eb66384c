"""Word 公开文本. Fills a Word template that a person edits with a publication: text, tables, native charts, contents.

The template (docxtpl, run in Jinja's sandbox) holds the cover and two paragraphs ``{{ 目录 }}`` and ``{{ 正文 }}``; its
styles (公开正文, 表题, 表格文字 ...) give the look. What stands at those two places is written here. python-docx, docxtpl
and lxml are imported when called. Source: ECMA-376 part 1, 17 (WordprocessingML).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from xlbudget.exports.publication import Chart, Publication
from xlbudget.exports.wordbody import BODY_STYLES, body_xml, contents_xml
from xlbudget.exports.wordtemplate import placeholder_faults

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment


class TemplateFault(Exception):
    """模板有误. The template of the publication cannot be used; the message says which placeholder and why."""


_TOLD = 5
"""So many faults of a template are told at once."""
_CONTENTS, _BODY = "\ue000目录\ue001", "\ue000正文\ue001"


def word_document(
    publication: Publication, template: bytes, name: str = "publication.docx", pages: Mapping[str, int] | None = None
) -> bytes:
    """The bytes of the Word document.

    ``pages`` are the page numbers of the headings by bookmark, once they are known; without them the document asks
    Word to fill its contents when it is opened. Raises :class:`TemplateFault`.
    """
    document = _filled(publication, template, name)
    contents, body = _place(document, _CONTENTS), _place(document, _BODY)
    missing = [style for style in BODY_STYLES if style not in {s.name for s in document.styles}]
    if missing:
        raise TemplateFault(f"Word 模板“{name}”里没有样式“{'”“'.join(missing)}”，请从原模板复制这些样式。")
    names = {style.name: style.style_id for style in document.styles}
    charts = [_chart_part(document, n, chart) for n, chart in enumerate(publication.charts, 1)]
    last = document.element.body.sectPr
    _replace(
        document,
        {
            contents: contents_xml(publication, names, pages),
            body: body_xml(publication, names, charts, last, _type_of_tables(document)),
        },
    )
    if pages is None:
        _ask_for_update(document)
    properties = document.core_properties
    properties.title = publication.title
    properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""
    data = io.BytesIO()
    document.save(data)
    return _packed(data.getvalue())


def _filled(publication: Publication, template: bytes, name: str) -> Any:
    from docxtpl import DocxTemplate
    from jinja2 import TemplateError

    context = {
        "单位": publication.unit,
        "年度": str(publication.year),
        "级次": publication.level,
        "阶段": publication.stage,
        "标题": publication.title,
        "封面标题": list(publication.cover or (publication.title,)),
        "封面信息": [{"名称": name, "内容": value} for name, value in publication.facts],
        "目录": _CONTENTS,
        "正文": _BODY,
    }
    try:
        faults = placeholder_faults(zipfile.ZipFile(io.BytesIO(template)), _room())
        if faults:
            listed = "；".join(faults[:_TOLD]) + (f"；等共 {len(faults)} 处" if len(faults) > _TOLD else "")
            raise TemplateFault(f"Word 模板“{name}”里的占位要改：{listed}。")
        document = DocxTemplate(io.BytesIO(template))
        document.render(context, jinja_env=_room(), autoescape=True)
        return document.docx
    except TemplateError as error:
        raise TemplateFault(f"Word 模板“{name}”里的占位不能用：{error}。") from None
    except (KeyError, ValueError, OSError, zipfile.BadZipFile, SyntaxError) as error:
        raise TemplateFault(
            f"“{name}”不是完好的 Word 模板（{type(error).__name__}），请重新从 Word 另存为 .docx。"
        ) from None


def _room() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    room = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    room.globals.clear()
    return room


def _type_of_tables(document: Any) -> float:
    """The size of type that the template gives to tables, in points."""
    size = document.styles["表格文字"].font.size
    return float(size.pt) if size is not None else 9.5


def _place(document: Any, marker: str) -> Any:
    """The paragraph that holds a marker and nothing else."""
    for paragraph in document.paragraphs:
        if marker in paragraph.text:
            return paragraph._p
    return None


def _replace(document: Any, texts: Mapping[Any, str]) -> None:
    """Put WordprocessingML in place of paragraphs. As text: moving a thousand rows between trees takes seconds."""
    from docx.oxml import parse_xml
    from lxml import etree

    for n, paragraph in enumerate(texts):
        paragraph.addprevious(etree.Comment(f"xlbudget {n}"))
        paragraph.getparent().remove(paragraph)
    xml = etree.tostring(document.element, encoding="unicode")
    for n, text in enumerate(texts.values()):
        xml = xml.replace(f"<!--xlbudget {n}-->", text)
    document.part._element = parse_xml(xml)


def _chart_part(document: Any, number: int, chart: Chart) -> str:
    """Add a chart with its workbook to the document; the relationship that a drawing names."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    from xlbudget.exports.wordcharts import chart_workbook, chart_xml

    package = document.part.package
    book = Part(
        PackURI(f"/word/embeddings/chart{number}.xlsx"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        chart_workbook(chart),
        package,
    )
    part = Part(
        PackURI(f"/word/charts/chart{number}.xml"),
        "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
        b"",
        package,
    )
    part._blob = chart_xml(chart, part.relate_to(book, RELATIONSHIP_TYPE.PACKAGE))
    return str(document.part.relate_to(part, RELATIONSHIP_TYPE.CHART))


def _ask_for_update(document: Any) -> None:
    """Word fills the page numbers of the contents when the document is opened."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    settings = document.settings.element
    if settings.find(qn("w:updateFields")) is None:
        update = OxmlElement("w:updateFields")
        update.set(qn("w:val"), "true")
        before = ("w:hdrShapeDefaults", "w:footnotePr", "w:endnotePr", "w:compat", "w:docVars", "w:rsids", "m:mathPr")
        following = next((e for name in before if (e := settings.find(qn(name))) is not None), None)
        if following is not None:
            following.addprevious(update)
        else:
            settings.append(update)


def _packed(data: bytes) -> bytes:
    """The package with fixed dates and order: the same publication always gives the same bytes."""
    source = zipfile.ZipFile(io.BytesIO(data))
    target = io.BytesIO()
    names = sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name in names:
            entry = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, source.read(name))
    return target.getvalue()
