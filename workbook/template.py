"""公开文本模板的生成. Makes the Word template of the national pack, ``packs/national/publication.docx``.

Run ``python workbook/template.py`` to start again from the official layout. After that the template belongs to whoever
edits it in Word: fonts, margins, the cover and the texts may be changed, the placeholders ``{{ … }}`` must stay.
"""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from xlbudget.authoring.saving import write_file
from xlbudget.packs.catalog import BUILT_IN

TARGET = BUILT_IN / "national" / "publication.docx"
SONG, FANG, HEI, KAI = "宋体", "仿宋_GB2312", "黑体", "楷体_GB2312"
TITLE = "方正小标宋简体"
INSTEAD = {TITLE: "华文中宋", FANG: "仿宋", KAI: "楷体", SONG: "SimSun", HEI: "SimHei"}
"""What Word takes where a font is not installed (w:altName)."""


def build() -> bytes:
    document = Document()
    _styles(document)
    first = document.sections[0]
    _page(first)
    first.footer.is_linked_to_previous = False
    for _ in range(5):
        document.add_paragraph("", style="公开正文")
    document.add_paragraph("{{ 单位 }}", style="公开标题")
    document.add_paragraph("{{ 年度 }}年度{{ 级次 }}{{ 阶段 }}公开", style="公开标题")
    for _ in range(7):
        document.add_paragraph("", style="公开正文")
    document.add_paragraph("{%p for 行 in 封面信息 %}", style="封面信息")
    document.add_paragraph("{{ 行.名称 }}：{{ 行.内容 }}", style="封面信息")
    document.add_paragraph("{%p endfor %}", style="封面信息")
    heading = document.add_paragraph("目　　录", style="目录标题")
    heading.paragraph_format.page_break_before = True
    document.add_paragraph("{{ 目录 }}", style="公开正文")
    body = document.add_section(WD_SECTION.NEW_PAGE)
    _page(body)
    document.add_paragraph("{{ 正文 }}", style="公开正文")
    _footer(body)
    properties = document.core_properties
    properties.author = properties.comments = properties.last_modified_by = ""
    properties.title = "公开文本"
    _fonts(document)
    _lighten(document)
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def _page(section: Any) -> None:
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.0), Cm(2.5)
    section.left_margin, section.right_margin = Cm(2.7), Cm(2.6)
    section.footer_distance = Cm(1.5)


def _footer(section: Any) -> None:
    section.footer.is_linked_to_previous = False
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("— ")
    field = paragraph.add_run()
    for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("text", "1"), ("end", "")):
        if kind == "text":
            element = OxmlElement("w:t")
            element.text = text
        elif kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.text = text
        field._r.append(element)
    paragraph.add_run(" —")
    for run in paragraph.runs:
        run.font.size = Pt(14)
        _font(run._r.get_or_add_rPr(), SONG)
    numbers = OxmlElement("w:pgNumType")
    numbers.set(qn("w:start"), "1")
    section._sectPr.find(qn("w:pgMar")).addnext(numbers)


def _font(properties: Any, name: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    for key, value in (("ascii", "Times New Roman"), ("hAnsi", "Times New Roman"), ("eastAsia", name)):
        fonts.set(qn(f"w:{key}"), value)


def _style(document: Any, name: str, font: str, size: float, **shape: Any) -> Any:
    styles = document.styles
    known = name in [style.name for style in styles]
    style = styles[name] if known else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if not known:
        style.base_style = styles["Normal"]
    style.font.size, style.font.bold, style.font.italic = Pt(size), shape.get("bold", False), False
    style.font.color.rgb = RGBColor(0, 0, 0)
    _font(style.element.get_or_add_rPr(), font)
    layout = style.paragraph_format
    layout.space_before, layout.space_after = Pt(shape.get("before", 0)), Pt(shape.get("after", 0))
    layout.alignment = shape.get("align")
    layout.line_spacing = Pt(shape["line"]) if "line" in shape else shape.get("spacing", 1.0)
    layout.keep_with_next = shape.get("keep", False)
    layout.page_break_before = shape.get("page", False)
    if "indent" in shape:
        indent = style.element.get_or_add_pPr().get_or_add_ind()
        indent.set(qn("w:firstLineChars"), str(shape["indent"] * 100))
        indent.set(qn("w:firstLine"), str(int(shape["indent"] * size * 20)))
    if "outline" in shape:
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(shape["outline"]))
        style.element.get_or_add_pPr().append(level)
    return style


def _styles(document: Any) -> None:
    centre, right = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
    normal = document.styles["Normal"]
    normal.font.size = Pt(16)
    _font(normal.element.get_or_add_rPr(), FANG)
    language = OxmlElement("w:lang")
    for key, value in (("val", "en-US"), ("eastAsia", "zh-CN")):
        language.set(qn(f"w:{key}"), value)
    normal.element.get_or_add_rPr().append(language)
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for old in defaults.iter(qn("w:lang")):
        old.set(qn("w:val"), "en-US")  # figures are not broken at their point then
        old.set(qn("w:eastAsia"), "zh-CN")
    _style(document, "公开正文", FANG, 16, line=28, indent=2, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    _style(document, "公开标题", TITLE, 26, align=centre, line=44, after=12)
    _style(document, "封面信息", KAI, 16, align=centre, line=32)
    _style(document, "目录标题", HEI, 18, align=centre, after=14, line=32)
    _style(document, "Heading 1", TITLE, 22, align=centre, line=36, before=6, after=16, keep=True, page=True)
    _style(document, "Heading 2", HEI, 16, line=28, before=6, keep=True, indent=2)
    _style(document, "Heading 3", KAI, 16, line=28, keep=True, indent=2, bold=True)
    _style(document, "表号", SONG, 10.5, keep=True, line=18)
    _style(document, "表题", TITLE, 16, align=centre, line=26, after=2, keep=True, outline=1)
    _style(document, "表注", SONG, 9, line=14, keep=True)
    _style(document, "表头", SONG, 9, align=centre, bold=True, keep=True)
    _style(document, "表格文字", SONG, 9)
    _style(document, "表格数字", SONG, 9, align=right)
    _style(document, "图", SONG, 9, align=centre, before=6, after=6)
    for level, (font, indent) in enumerate(((HEI, 0), (FANG, 1), (FANG, 2)), 1):
        style = _style(document, f"toc {level}", font, 14, line=24)
        style.paragraph_format.left_indent = Cm(0.6 * indent)
        tabs = OxmlElement("w:tabs")
        tab = OxmlElement("w:tab")
        for key, value in (("val", "right"), ("leader", "dot"), ("pos", "8900")):
            tab.set(qn(f"w:{key}"), value)
        tabs.append(tab)
        style.element.get_or_add_pPr().find(qn("w:spacing")).addprevious(tabs)


def _lighten(document: Any) -> None:
    """Leave out what the library's own template brings along: a picture of it, effects, a hundred table styles."""
    styles = document.styles.element
    for style in list(styles.findall(qn("w:style"))):
        kind = style.get(qn("w:type"))
        own = style.get(qn("w:styleId")) in ("TableNormal", "NoList", "DefaultParagraphFont")
        linked = kind == "character" and style.find(qn("w:link")) is not None
        if not own and (kind in ("table", "numbering") or (kind == "character" and not linked)):
            styles.remove(style)
    package = document.part.package
    for source in (package, document.part):
        for key, relation in list(source.rels.items()):
            if relation.reltype.rsplit("/", 1)[-1] in ("thumbnail", "stylesWithEffects", "customXml", "webSettings"):
                del source.rels[key]
    extended = next(p for p in package.iter_parts() if str(p.partname) == "/docProps/app.xml")
    extended._blob = (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
    )


def _fonts(document: Any) -> None:
    """The font table, with what stands in for a font that is not there."""
    rows = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, other in INSTEAD.items()
    )
    part = next(p for p in document.part.package.iter_parts() if str(p.partname) == "/word/fontTable.xml")
    part._blob = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{rows}</w:fonts>'
    ).encode()


if __name__ == "__main__":
    write_file(TARGET, build())
