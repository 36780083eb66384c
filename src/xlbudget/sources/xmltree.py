"""XML 树. The parts of Office files as trees, without document types, entities, network or unbounded memory.

A part that declares a document type is refused: Office files have none, and entities live there.
Source: ISO 29500-2, 8.1.4 (no DTD in a package).
"""

from __future__ import annotations

from lxml import etree

from xlbudget.sources.failing import SourceError
from xlbudget.sources.package import AGAIN

MAX_TAGS = 3_000_000
"""Tags of one XML part; a tree takes about 260 bytes for each."""


def parse_xml(data: bytes) -> etree._Element:
    """The tree of an XML part: no document type, no entities, no network, a bounded number of tags."""
    if data.count(b"<") > MAX_TAGS:
        raise SourceError("正文的标记过多，不像公开材料", "请按单位拆分，或清除多余格式后另存")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise SourceError("文件不完整或已损坏（内容不合 XML 格式）", AGAIN) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise SourceError("文件里声明了外部实体或文档类型，Office 文件不应有", "请用 Word 打开并另存一份，再试")
    return root
