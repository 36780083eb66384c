"""模板的占位. Looks through a Word template before it is filled: which placeholder is wrong, where it stands, and why.

Word cuts a paragraph into runs as it likes, so placeholders are looked for in whole paragraphs. lxml and Jinja are
imported when called. Source: ECMA-376 part 1, 17 (WordprocessingML); docxtpl's tags ``{%p``, ``{%tr``, ``{%tc``, ``{%r``.
"""

from __future__ import annotations

import difflib
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

ALONE = ("目录", "正文")
"""They stand for whole pages: each once, in a paragraph of its own, in the body of the document."""
PLACEHOLDERS = ("单位", "年度", "级次", "阶段", "标题", "封面标题", "封面信息", *ALONE)
_OF_FACTS = ("名称", "内容")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TOKEN = re.compile(r"\{\{(?P<value>.*?)\}\}|\{%(?P<tag>.*?)%\}|\{#.*?#\}", re.DOTALL)
_BROKEN = (
    (re.compile(r"｛[｛%]|[｝%]｝"), "用了全角的大括号，请改成半角的 {{ }} 或 {% %}"),
    (re.compile(r"\{\{"), "少了右边的“}}”"),
    (re.compile(r"\}\}"), "少了左边的“{{”"),
    (re.compile(r"\{%"), "少了右边的“%}”"),
    (re.compile(r"%\}"), "少了左边的“{%”"),
)
_PARTS = (("word/document.xml", "正文"), ("word/header", "页眉"), ("word/footer", "页脚"))


@dataclass(frozen=True, slots=True)
class Spot:
    """一段. A paragraph of the template: in which part, the how-manieth with text, and its text."""

    part: str
    number: int
    text: str

    def __str__(self) -> str:
        return f"{self.part}第 {self.number} 个有字的段落“{self.text[:40]}{'…' if len(self.text) > 40 else ''}”"


@dataclass(slots=True)
class _Search:
    """What has been seen so far."""

    environment: Environment
    faults: list[str] = field(default_factory=list)
    loops: dict[str, str] = field(default_factory=dict)
    open: list[tuple[str, Spot]] = field(default_factory=list)
    alone: dict[str, list[Spot]] = field(default_factory=dict)


def placeholder_faults(package: zipfile.ZipFile, environment: Environment) -> list[str]:
    """Every placeholder that cannot be filled, as sentences for people; empty when all is well."""
    search = _Search(environment)
    for spot in _spots(package):
        _look(spot, search)
    search.faults += [f"{spot}里的“{{% {word} %}}”没有对应的“{{% end{word} %}}”" for word, spot in search.open]
    for name in ALONE:
        found = search.alone.get(name, [])
        if not found:
            search.faults.append(f"没有占位“{{{{ {name} }}}}”，请在正文中单独一段写上它")
        search.faults += [f"{spot}又写了一次“{{{{ {name} }}}}”，只能有一个" for spot in found[1:]]
        search.faults += [
            f"{spot}里的“{{{{ {name} }}}}”要在正文里单独一段"
            for spot in found[:1]
            if spot.part != "正文" or not re.fullmatch(rf"\{{\{{\s*{name}\s*\}}\}}", spot.text)
        ]
    return search.faults


def _spots(package: zipfile.ZipFile) -> Iterator[Spot]:
    from lxml import etree

    for start, part in _PARTS:
        number = 0
        for name in sorted(n for n in package.namelist() if n.startswith(start) and n.endswith(".xml")):
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            for paragraph in etree.fromstring(package.read(name), parser).iter(f"{_W}p"):
                text = "".join(
                    run.text or "" for run in paragraph.iter(f"{_W}t") if next(run.iterancestors(f"{_W}p")) is paragraph
                ).strip()
                if text:
                    number += 1
                    yield Spot(part if not _in_table(paragraph) else f"{part}的表格里", number, text)


def _in_table(paragraph: Any) -> bool:
    return next(paragraph.iterancestors(f"{_W}tc"), None) is not None


def _look(spot: Spot, search: _Search) -> None:
    for token in _TOKEN.finditer(spot.text):
        if token["value"] is not None:
            _value(token[0], token["value"], spot, search)
        elif token["tag"] is not None:
            _tag(token[0], re.sub(r"^(?:p|tr|tc|r)(?=\s)", "", token["tag"]).strip(" -+"), spot, search)
    rest = _TOKEN.sub("\n", spot.text)
    broken = next((words for pattern, words in _BROKEN if pattern.search(rest)), "")
    if broken:
        search.faults.append(f"{spot}：{broken}")


def _value(printed: str, source: str, spot: Spot, search: _Search) -> None:
    name = source.strip()
    if name in ALONE:
        search.alone.setdefault(name, []).append(spot)
        return
    if not name:
        search.faults.append(f"{spot}：“{printed}”里没有写名称（可用：{'、'.join(PLACEHOLDERS)}）")
        return
    _expression(printed, f"{{{{{source}}}}}", spot, search)


def _tag(printed: str, source: str, spot: Spot, search: _Search) -> None:
    word = source.split()[0] if source else ""
    if word in ("endfor", "endif"):
        opened = search.open.pop()[0] if search.open else ""
        if f"end{opened}" != word:
            search.faults.append(f"{spot}：“{printed}”前面没有对应的“{{% {word[3:]} … %}}”")
    elif word in ("elif", "else"):
        if not search.open:
            search.faults.append(f"{spot}：“{printed}”前面没有“{{% if … %}}”")
        elif word == "elif":
            _expression(printed, f"{{% {source[2:]} %}}{{% endif %}}", spot, search)
    elif word in ("for", "if"):
        search.open.append((word, spot))
        loop = re.match(r"for\s+(\w+)\s+in\s+(\w+)\s*$", source)
        if loop:
            search.loops[loop[1]] = loop[2]
        _expression(printed, f"{{% {source} %}}{{% end{word} %}}", spot, search)
    else:
        search.faults.append(f"{spot}：不认识的写法“{printed}”（可用：for、if、else、endfor、endif）")


def _expression(printed: str, source: str, spot: Spot, search: _Search) -> None:
    from jinja2 import TemplateError, meta, nodes

    try:
        tree = search.environment.parse(source)
    except TemplateError:
        search.faults.append(f"{spot}：“{printed}”写得不对，大括号里应只有一个名称，如 {{{{ 单位 }}}}")
        return
    for name in sorted(meta.find_undeclared_variables(tree)):
        if name not in PLACEHOLDERS and name not in search.loops:
            near = difflib.get_close_matches(name, PLACEHOLDERS, 1, 0.5)
            advice = f"是不是“{near[0]}”？" if near else ""
            search.faults.append(f"{spot}：不认识的占位“{name}”。{advice}可用：{'、'.join(PLACEHOLDERS)}")
    for node in tree.find_all((nodes.Getattr, nodes.Getitem, nodes.Call, nodes.Filter)):
        known = isinstance(node, nodes.Getattr) and node.attr in _OF_FACTS and isinstance(node.node, nodes.Name)
        if not known or search.loops.get(node.node.name) != "封面信息":  # type: ignore[attr-defined]
            search.faults.append(f"{spot}：“{printed}”不能这样写；只有封面信息的各行有“名称”和“内容”")
            break
