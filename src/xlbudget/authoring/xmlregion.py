"""XML 片段. Where each element of an XML part stands in its bytes, so that a part can be changed in place.

Nothing is serialised again: an edit is a splice of bytes, everything around it stays as it was.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from xml.parsers import expat


class RegionError(Exception):
    """A part that is no plain XML in UTF-8; the message is for people."""


@dataclass(slots=True)
class Element:
    """元素. ``name`` without prefix; offsets in bytes: [start, inner) is the opening tag, [outer, end) the closing one.

    A self-closing element has ``inner == outer == end``.
    """

    name: str
    prefix: str
    attributes: dict[str, str]
    start: int
    inner: int = 0
    outer: int = 0
    end: int = 0
    children: list[Element] = field(default_factory=list)

    @property
    def closed(self) -> bool:
        """Is it written as ``<name/>``?"""
        return self.inner == self.end

    def get(self, name: str) -> str:
        """An attribute by its local name, or an empty text."""
        value = self.attributes.get(name)
        if value is not None:
            return value
        return next((v for k, v in self.attributes.items() if k.rpartition(":")[2] == name), "")

    def all(self, *names: str) -> Iterator[Element]:
        return (child for child in self.children if child.name in names)

    def first(self, name: str) -> Element | None:
        return next(self.all(name), None)

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            yield from child.walk()


_TAG = re.compile(rb"""<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>""")


def parse(data: bytes) -> Element:
    """The root element with its offsets; raises :class:`RegionError`. No entity is ever expanded from outside."""
    stack: list[Element] = []
    roots: list[Element] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def opened(name: str, attributes: dict[str, str]) -> None:
        prefix, _, local = name.rpartition(":")
        start = parser.CurrentByteIndex
        tag = _TAG.match(data, start)
        if tag is None:
            raise RegionError("工作簿内部的 XML 不是 UTF-8 编码")
        element = Element(local, prefix, attributes, start, tag.end())
        (stack[-1].children if stack else roots).append(element)
        stack.append(element)

    def ended(name: str) -> None:
        element = stack.pop()
        at = parser.CurrentByteIndex
        if data[element.inner - 2 : element.inner] == b"/>":
            element.outer = element.end = element.inner
        else:
            element.outer, element.end = at, data.index(b">", at) + 1

    def doctype(*_: object) -> None:
        raise RegionError("工作簿内部的 XML 含有文档类型声明，不是 Excel 生成的文件")

    parser.StartElementHandler = opened
    parser.EndElementHandler = ended
    parser.StartDoctypeDeclHandler = doctype
    collecting = gc.isenabled()
    gc.disable()  # A tree without cycles: looking for garbage in it meanwhile takes most of the time.
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError) as error:
        raise RegionError(f"工作簿内部的 XML 已损坏（{error}）") from None
    finally:
        if collecting:
            gc.enable()
    return roots[0]


def check(data: bytes) -> None:
    """Raise :class:`RegionError` if this is no well-formed XML with all its prefixes declared."""
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(data, True)
    except (expat.ExpatError, ValueError) as error:
        raise RegionError(str(error)) from None


@dataclass(frozen=True, slots=True)
class Splice:
    """替换. Bytes [start, end) become ``new``; splices at one place keep the order in which they were made."""

    start: int
    end: int
    new: bytes


def spliced(data: bytes, splices: Iterable[Splice]) -> bytes:
    """The data with all splices carried out; they must not overlap."""
    pieces: list[bytes] = []
    done = 0
    for splice in sorted(splices, key=lambda s: (s.start, s.end)):
        assert splice.start >= done, "splices overlap"
        pieces += [data[done : splice.start], splice.new]
        done = splice.end
    return b"".join([*pieces, data[done:]])


def appended(data: bytes, element: Element, new: bytes) -> Splice:
    """A splice that puts ``new`` at the end inside an element, also when that is written as ``<name/>``."""
    if not element.closed:
        return Splice(element.outer, element.outer, new)
    tag = data[element.start : element.end]
    name = qualified(element.prefix, element.name).encode()
    return Splice(element.start, element.end, tag[:-2] + b">" + new + b"</" + name + b">")


def qualified(prefix: str, name: str) -> str:
    return f"{prefix}:{name}" if prefix else name


def with_attribute(tag: bytes, name: str, value: str | None) -> bytes:
    """An opening tag with one attribute set, or taken away when ``value`` is ``None``."""
    known = re.search(rb"""\s+""" + name.encode() + rb"""\s*=\s*(?:"[^"]*"|'[^']*')""", tag)
    new = b"" if value is None else f' {name}="{escape(value, quote=True)}"'.encode()
    if known:
        return tag[: known.start()] + new + tag[known.end() :]
    end = len(tag) - (2 if tag.endswith(b"/>") else 1)
    return tag[:end].rstrip() + new + tag[end:]


_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def text_bytes(text: str) -> bytes:
    """A text as XML content; characters that XML cannot hold are left out."""
    return escape(_FORBIDDEN.sub("", text), quote=False).encode("utf-8")
