"""批注. Adds comments to a sheet and takes them away again; comments that were there keep every byte of their own.

A comment is two things: its text in a comments part, and a shape in a legacy VML drawing. VML as Excel writes it is
not always well-formed, so it is changed as text. Source: ECMA-376 part 1, 18.7; part 4, 19 (VML).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from xlbudget.authoring.book import Book, SheetEntry
from xlbudget.authoring.grafting import RELATIONSHIPS
from xlbudget.authoring.xmlregion import Element, Splice, appended, qualified, spliced, text_bytes
from xlbudget.model.cellref import cell_name, cell_position

MARK = "【xlbudget 核对】"
"""The words that begin whatever we say in a comment, and by which it is found again."""

_AUTHOR = "xlbudget"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WRAPPED, _PLAIN = "9", "10"
"""Font sizes of our words behind somebody's comment: they tell whether that comment had no runs before."""

_AFTER_LEGACY = (
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip


def add_comments(book: Book, entry: SheetEntry, texts: Mapping[tuple[int, int], str]) -> list[tuple[int, int]]:
    """Put our words to cells (0-based positions); the cells that were passed over (threaded comments)."""
    package = book.package
    part = package.related(entry.part, "comments")
    if part is None:
        part = package.new_name("xl/comments{}.xml")
        package[part] = (
            b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="'
            + _MAIN.encode()
            + b'"><authors></authors><commentList></commentList></comments>'
        )
        package.set_content_type(part, _COMMENTS_TYPE)
        package.relate(entry.part, f"{RELATIONSHIPS}/comments", part)
    root, data = package.tree(part), package[part]
    authors, listed = root.first("authors"), root.first("commentList")
    assert authors is not None and listed is not None
    old = {cell_position(e.get("ref")): e for e in listed.children}
    names = [data[e.inner : e.outer].decode("utf-8") for e in authors.children]
    splices: list[Splice] = []
    passed: list[tuple[int, int]] = []
    new: dict[tuple[int, int], bytes] = {}
    for at, text in sorted(texts.items()):
        if at in old:
            author = names[int(old[at].get("authorId") or 0)] if names else ""
            if author.startswith("tc="):
                passed.append(at)
            else:
                splices += _continued(data, root.prefix, old[at], text)
        else:
            new[at] = _comment(root.prefix, at, len(names), text)
    if new:
        tag = qualified(root.prefix, "author").encode()
        splices.append(appended(data, authors, b"<" + tag + b">" + _AUTHOR.encode() + b"</" + tag + b">"))
        splices.append(appended(data, listed, b"".join(new.values())))
    package[part] = spliced(data, splices)
    if new:
        _add_shapes(book, entry, list(new))
    return passed


def remove_comments(book: Book, entry: SheetEntry) -> bool:
    """Take away our words, and the comments and shapes that hold nothing else. Was there anything?"""
    package = book.package
    part = package.related(entry.part, "comments")
    if part is None or part not in package:
        return False
    data, root = package[part], package.tree(part)
    authors, listed = root.first("authors"), root.first("commentList")
    assert authors is not None and listed is not None
    splices: list[Splice] = []
    gone: list[tuple[int, int]] = []
    for comment in listed.children:
        if MARK.encode() not in b"".join(data[t.inner : t.outer] for t in comment.walk() if t.name == "t"):
            continue
        kept = _without_ours(data, comment)
        if kept is None:
            gone.append(cell_position(comment.get("ref")))
            splices.append(Splice(comment.start, comment.end, b""))
        else:
            splices.append(Splice(comment.start, comment.end, kept))
    if not splices:
        return False
    _remove_shapes(book, entry, gone)
    if len(gone) == len(listed.children):
        package.drop(part, entry.part)
        return True
    last = authors.children[-1] if authors.children else None
    if last is not None and gone and data[last.inner : last.outer] == _AUTHOR.encode():
        number = str(len(authors.children) - 1)
        left = [c for c in listed.children if cell_position(c.get("ref")) not in gone]
        if all(c.get("authorId") != number for c in left):
            splices.append(Splice(last.start, last.end, b""))
    package[part] = spliced(data, splices)
    return True


# ---------------------------------------------------------------- texts


def _comment(prefix: str, at: tuple[int, int], author: int, text: str) -> bytes:
    comment, holder, t = (qualified(prefix, n) for n in ("comment", "text", "t"))
    return (
        f'<{comment} ref="{cell_name(*at)}" authorId="{author}"><{holder}><{t} xml:space="preserve">'.encode()
        + text_bytes(f"{MARK}\n{text}")
        + f"</{t}></{holder}></{comment}>".encode()
    )


def _run(prefix: str, text: str, size: str) -> bytes:
    r, properties, sz, t = (qualified(prefix, n) for n in ("r", "rPr", "sz", "t"))
    words = text_bytes(f"\n\n{MARK}\n{text}")
    return (
        f'<{r}><{properties}><{sz} val="{size}"/></{properties}><{t} xml:space="preserve">'.encode()
        + words
        + f"</{t}></{r}>".encode()
    )


def _continued(data: bytes, prefix: str, comment: Element, text: str) -> list[Splice]:
    """Our words behind somebody's comment."""
    holder = comment.first("text")
    if holder is None:
        return []
    plain = holder.first("t")
    if plain is None:
        runs = list(holder.all("r"))
        at = runs[-1].end if runs else holder.inner
        return [Splice(at, at, _run(prefix, text, _PLAIN))]
    r = qualified(prefix, "r").encode()
    wrapped = b"<" + r + b">" + data[plain.start : plain.end] + b"</" + r + b">"
    return [Splice(plain.start, plain.end, wrapped + _run(prefix, text, _WRAPPED))]


def _without_ours(data: bytes, comment: Element) -> bytes | None:
    """The comment as it was before us; ``None`` if it is ours alone."""
    mark = MARK.encode()
    holder = comment.first("text")
    if holder is None:
        return data[comment.start : comment.end]
    pieces = [e for e in holder.children if e.name in ("t", "r")]
    texts = [data[t.inner : t.outer] if (t := _text(e)) is not None else b"" for e in pieces]
    # Programs split our words into runs by script: the mark may begin in one run and end in another.
    begins = b"".join(texts).index(mark)
    at = next(i for i in range(len(texts)) if len(b"".join(texts[: i + 1])) > begins)
    text = _text(pieces[at])
    assert text is not None
    before = texts[at][: begins - len(b"".join(texts[:at]))].rstrip(b"\r\n")
    kept = pieces[:at]
    own_run = before == b"" or not before.strip()
    if own_run and not b"".join(texts[:at]).strip():
        return None
    head, tail = data[comment.start : pieces[0].start], data[pieces[-1].end : comment.end]
    if not own_run:
        end = pieces[at]
        return data[comment.start : text.inner] + before + data[text.outer : end.end] + tail
    if len(kept) == 1 and kept[0].name == "r" and len(kept[0].children) == 1 and _size(pieces[at]) == _WRAPPED:
        inner = kept[0].children[0]
        return head + data[inner.start : inner.end] + tail
    return head + data[pieces[0].start : kept[-1].end] + tail


def _text(element: Element) -> Element | None:
    return element if element.name == "t" else element.first("t")


def _size(run: Element) -> str:
    properties = run.first("rPr")
    size = properties.first("sz") if properties is not None else None
    return size.get("val") if size is not None else ""


# ---------------------------------------------------------------- shapes

_NAMESPACES = (
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_TYPE = (
    '<v:shapetype{} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_EMPTY = (
    f'<xml{_NAMESPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
).encode()
_SHAPE = re.compile(rb"<((?:\w+:)?shape)\b.*?</\1>", re.DOTALL)
_NUMBER = re.compile(rb'"_x0000_s(\d+)"')


def _add_shapes(book: Book, entry: SheetEntry, places: list[tuple[int, int]]) -> None:
    package = book.package
    part = _drawing(book, entry)
    if part is None:
        part = package.new_name("xl/drawings/vmlDrawing{}.vml")
        package[part] = _EMPTY
        package.set_content_type(part, _VML_TYPE, default=True)
        ident = package.relate(entry.part, f"{RELATIONSHIPS}/vmlDrawing", part)
        data, root = package[entry.part], package.tree(entry.part)
        later = next((e for e in root.children if e.name in _AFTER_LEGACY), None)
        at = later.start if later is not None else root.outer
        declared = next(
            (k[6:] for k, v in root.attributes.items() if k.startswith("xmlns:") and v == RELATIONSHIPS), ""
        )
        own = "" if declared else f' xmlns:r="{RELATIONSHIPS}"'
        tag = f'<{qualified(root.prefix, "legacyDrawing")}{own} {declared or "r"}:id="{ident}"/>'.encode()
        package[entry.part] = spliced(data, [Splice(at, at, tag)])
    data = package[part]
    number = max((int(n) for n in _NUMBER.findall(data)), default=1024)
    own = _own_namespaces(data)
    made = b"" if b'"_x0000_t202"' in data else _TYPE.format(own).encode()
    for i, at_ in enumerate(places, 1):
        made += _shape(number + i, *at_, own)
    end = data.rindex(b"</xml>")
    package[part] = data[:end] + made + data[end:]


def _own_namespaces(data: bytes) -> str:
    """What our elements must declare themselves, because the drawing as a whole does not."""
    opening = data[: data.find(b">", data.find(b"<xml")) + 1]
    return "" if all(name in opening for name in (b"xmlns:v=", b"xmlns:o=", b"xmlns:x=")) else _NAMESPACES


def _drawing(book: Book, entry: SheetEntry) -> str | None:
    """The VML drawing that the sheet names as its own; that of headers and footers is another one."""
    legacy = book.package.tree(entry.part).first("legacyDrawing")
    if legacy is None:
        return None
    ident = legacy.get("id")
    return next((r.target for r in book.package.relationships(entry.part) if r.id == ident), None)


def _shape(number: int, row: int, column: int, own: str) -> bytes:
    anchor = f"{column + 1}, 12, {max(row - 1, 0)}, 6, {column + 4}, 40, {max(row - 1, 0) + 6}, 6"
    return (
        f'<v:shape{own} id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:80pt;margin-top:2pt;'
        f'width:220pt;height:110pt;z-index:{number - 1023};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
        '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    ).encode()


def _remove_shapes(book: Book, entry: SheetEntry, places: list[tuple[int, int]]) -> None:
    package = book.package
    part = _drawing(book, entry)
    if part is None or part not in package or not places:
        return
    gone = {(row, column) for row, column in places}
    data = _SHAPE.sub(lambda m: b"" if _place(m[0]) in gone else m[0], package[part])
    if b'"#_x0000_t202"' not in data:
        data = data.replace(_TYPE.format(_own_namespaces(data)).encode(), b"")
    if _SHAPE.search(data) or re.search(rb"<(?:\w+:)?(?:group|rect|oval|line|image|roundrect)\b", data):
        package[part] = data
        return
    legacy = package.tree(entry.part).first("legacyDrawing")
    assert legacy is not None
    package.splice(entry.part, Splice(legacy.start, legacy.end, b""))
    package.drop(part, entry.part)
    package.forget_default("vml")


def _place(shape: bytes) -> tuple[int, int] | None:
    row, column = re.search(rb"<(?:\w+:)?Row>\s*(\d+)", shape), re.search(rb"<(?:\w+:)?Column>\s*(\d+)", shape)
    if row is None or column is None or b'ObjectType="Note"' not in shape:
        return None
    return int(row[1]), int(column[1])
