"""单元格样式. New cell styles at the end of a workbook's list: what is there keeps its number and its bytes."""

from __future__ import annotations

from dataclasses import dataclass

from xlbudget.authoring.packaging import Package
from xlbudget.authoring.xmlregion import (
    Element,
    Splice,
    appended,
    parse,
    qualified,
    spliced,
    with_attribute,
)


@dataclass(frozen=True, slots=True)
class StyleEdit:
    """样式的改动. What is ``None`` stays as it is. Colours are ``RRGGBB``, ``number_format`` is a format code."""

    number_format: str | None = None
    fill: str | None = None
    font_colour: str | None = None
    bold: bool | None = None
    wrap: bool | None = None
    align: str | None = None


FIRST_OWN_FORMAT = 164
"""Number formats below this are built in (ECMA-376 part 1, 18.8.30)."""

_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")
_FONT_ORDER = ("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "name",
               "family", "charset", "scheme")  # fmt: skip


class Stylesheet:
    """样式表. Collects new entries; :meth:`store` puts them into the part."""

    def __init__(self, package: Package, part: str) -> None:
        self._package = package
        self._part = part
        self._data = package[part]
        self._root = package.tree(part)
        self._new: dict[str, list[bytes]] = {name: [] for name in _ORDER}
        self._known: dict[tuple[int, StyleEdit], int] = {}
        self._seen: dict[tuple[str, bytes], int] = {}

    def edited(self, base: int, edit: StyleEdit) -> int:
        """The number of the style that is ``base`` with the edit."""
        if (base, edit) not in self._known:
            self._known[base, edit] = self._style(base, edit)
        return self._known[base, edit]

    def entry(self, group: str, number: int) -> bytes:
        """The bytes of one entry; the first one where the number is out of range."""
        entries = self._entries(group)
        if number >= len(entries):
            added = self._new[group]
            if number - len(entries) < len(added):
                return added[number - len(entries)]
            number = 0
        return self._data[entries[number].start : entries[number].end] if entries else b""

    def count(self, group: str) -> int:
        return len(self._entries(group)) + len(self._new[group])

    def add(self, group: str, entry: bytes) -> int:
        """Append an entry (or find the same one among those added before); its number."""
        key = (group, entry)
        if key not in self._seen:
            self._seen[key] = self.count(group)
            self._new[group].append(entry)
        return self._seen[key]

    def number_format(self, code: str) -> int:
        """The number of a format code; built in, known, or new."""
        if code == "General":
            return 0
        from_file = [(e.get("formatCode"), int(e.get("numFmtId") or 0)) for e in self._entries("numFmts")]
        added = self._codes
        known = dict(from_file) | added
        if code not in known:
            known[code] = added[code] = max([FIRST_OWN_FORMAT - 1, *known.values()]) + 1
            tag = qualified(self._root.prefix, "numFmt").encode()
            entry = with_attribute(b"<" + tag + b"/>", "numFmtId", str(known[code]))
            self._new["numFmts"].append(with_attribute(entry, "formatCode", code))
        return known[code]

    def format_code(self, number: int) -> str | None:
        """The code of a format that the file itself declares; ``None`` for a built-in one."""
        found = (e for e in self._entries("numFmts") if e.get("numFmtId") == str(number))
        return next((e.get("formatCode") for e in found), None)

    def store(self) -> None:
        """Write the new entries into the part."""
        splices: list[Splice] = []
        for group in _ORDER:
            if self._new[group]:
                splices += self._stored(group, b"".join(self._new[group]), len(self._new[group]))
        if splices:
            self._package[self._part] = spliced(self._data, splices)

    # ------------------------------------------------------------ inside

    @property
    def _codes(self) -> dict[str, int]:
        return {(e := parse(b)).get("formatCode"): int(e.get("numFmtId")) for b in self._new["numFmts"]}

    @property
    def prefix(self) -> str:
        return self._root.prefix

    def _entries(self, group: str) -> list[Element]:
        element = self._root.first(group)
        return element.children if element is not None else []

    def _stored(self, group: str, entries: bytes, number: int) -> list[Splice]:
        element = self._root.first(group)
        name = qualified(self._root.prefix, group).encode()
        if element is None:
            # Without a count: who takes the entries away again can tell that the list itself was new.
            new = b"<" + name + b">" + entries + b"</" + name + b">"
            before = _ORDER[: _ORDER.index(group)]
            after = [e for e in self._root.children if e.name in before]
            at = after[-1].end if after else self._root.inner
            return [Splice(at, at, new)]
        tag = self._data[element.start : element.inner]
        counted = with_attribute(tag, "count", str(len(element.children) + number)) if element.get("count") else tag
        if element.closed:
            opening = counted[:-2] + b">"
            return [Splice(element.start, element.end, opening + entries + b"</" + name + b">")]
        return [Splice(element.start, element.inner, counted), appended(self._data, element, entries)]

    def _style(self, base: int, edit: StyleEdit) -> int:
        p = self._root.prefix
        xf = self.entry("cellXfs", base) or f'<{qualified(p, "xf")} numFmtId="0" fontId="0" fillId="0"/>'.encode()
        element = parse(xf)
        if edit.number_format is not None:
            number = self.number_format(edit.number_format)
            xf = with_attribute_in_tag(xf, "numFmtId", str(number))
            xf = with_attribute_in_tag(xf, "applyNumberFormat", "1")
        if edit.fill is not None:
            xf = with_attribute_in_tag(xf, "fillId", str(self.add("fills", _fill(p, edit.fill))))
            xf = with_attribute_in_tag(xf, "applyFill", "1")
        if edit.font_colour is not None or edit.bold is not None:
            font = self._font(int(element.get("fontId") or 0), edit)
            xf = with_attribute_in_tag(xf, "fontId", str(font))
            xf = with_attribute_in_tag(xf, "applyFont", "1")
        if edit.wrap is not None or edit.align is not None:
            xf = _aligned(xf, p, edit)
        return self.add("cellXfs", xf)

    def _font(self, base: int, edit: StyleEdit) -> int:
        p = self._root.prefix
        old = self.entry("fonts", base)
        children = {}
        if old:
            for child in parse(old).children:
                children[child.name] = old[child.start : child.end]
        if edit.bold is not None:
            children.pop("b", None)
            if edit.bold:
                children["b"] = f"<{qualified(p, 'b')}/>".encode()
        if edit.font_colour is not None:
            children["color"] = f'<{qualified(p, "color")} rgb="FF{edit.font_colour}"/>'.encode()
        name = qualified(p, "font").encode()
        body = b"".join(children[key] for key in sorted(children, key=_font_rank))
        return self.add("fonts", b"<" + name + b">" + body + b"</" + name + b">")


def _font_rank(name: str) -> int:
    return _FONT_ORDER.index(name) if name in _FONT_ORDER else len(_FONT_ORDER)


def with_attribute_in_tag(data: bytes, name: str, value: str) -> bytes:
    """An element with one attribute of its opening tag set."""
    end = data.index(b">") + 1
    return with_attribute(data[:end], name, value) + data[end:]


def _fill(prefix: str, colour: str) -> bytes:
    fill, pattern = qualified(prefix, "fill"), qualified(prefix, "patternFill")
    fore, back = qualified(prefix, "fgColor"), qualified(prefix, "bgColor")
    return (
        f'<{fill}><{pattern} patternType="solid"><{fore} rgb="FF{colour}"/><{back} indexed="64"/></{pattern}></{fill}>'
    ).encode()


def _aligned(xf: bytes, prefix: str, edit: StyleEdit) -> bytes:
    name = qualified(prefix, "alignment")
    root = parse(xf)
    old = root.first("alignment")
    tag = xf[old.start : old.end] if old is not None else f"<{name}/>".encode()
    if edit.wrap is not None:
        tag = with_attribute_in_tag(tag, "wrapText", "1" if edit.wrap else "0")
    if edit.align is not None:
        tag = with_attribute_in_tag(tag, "horizontal", edit.align)
    if old is not None:
        xf = xf[: old.start] + tag + xf[old.end :]
    elif root.closed:
        xf = spliced(xf, [appended(xf, root, tag)])
    else:
        xf = xf[: root.inner] + tag + xf[root.inner :]
    return with_attribute_in_tag(xf, "applyAlignment", "1")
