"""Damage done to files, the same every time for the same seed: bytes in, bytes out, whatever the format.

``damaged`` works on the bytes as they are; ``damaged_inside`` unpacks a zip package, damages one member and packs it
again, because damage to the packing itself is noticed before any reader sees the content.
"""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable, Iterable
from random import Random

from xlbudget.model.raw import RawDocument
from xlbudget.sources.failing import SourceError

Damage = Callable[[bytes, Random], bytes]
SLOW = 10.0
"""Seconds; no damaged file may keep a reader longer."""

_TOKENS = (
    b"\x00",
    b"\xff" * 4,
    b"<",
    b">",
    b"&",
    b'"',
    b"-1",
    b"99999999999",
    b"65536",
    b"NaN",
    b"\xef\xbb\xbf",
    b"%1",
)
_TAG = re.compile(rb"<[^<>]{1,400}>")
_NUMBER = re.compile(rb"\d+")


def _somewhere(data: bytes, random: Random, most: int) -> tuple[int, int]:
    start = random.randrange(len(data) + 1)
    return start, min(len(data), start + random.randint(1, most))


def flip(data: bytes, random: Random) -> bytes:
    """Some bytes are others."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 3, 30))):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def cut_out(data: bytes, random: Random) -> bytes:
    """A piece is missing."""
    start, end = _somewhere(data, random, random.choice((4, 100, 5000)))
    return data[:start] + data[end:]


def cut_off(data: bytes, random: Random) -> bytes:
    """The end is missing."""
    return data[: random.randrange(len(data) + 1)]


def repeat(data: bytes, random: Random) -> bytes:
    """A piece is there many times."""
    start, end = _somewhere(data, random, random.choice((4, 100, 2000)))
    return data[:end] + data[start:end] * random.choice((1, 5, 200)) + data[end:]


def insert(data: bytes, random: Random) -> bytes:
    """Something that does not belong there."""
    at, _ = _somewhere(data, random, 1)
    return data[:at] + random.choice(_TOKENS) * random.choice((1, 1, 50)) + data[at:]


def move(data: bytes, random: Random) -> bytes:
    """A piece stands elsewhere."""
    start, end = _somewhere(data, random, random.choice((20, 1000)))
    rest = data[:start] + data[end:]
    at = random.randrange(len(rest) + 1)
    return rest[:at] + data[start:end] + rest[at:]


def other_number(data: bytes, random: Random) -> bytes:
    """A number is absurd: spans, levels, identifiers, lengths."""
    found = list(_NUMBER.finditer(data))
    if not found:
        return data
    match = random.choice(found)
    new = random.choice((b"0", b"-1", b"2147483648", b"99999", b"", b"1e9", b"7"))
    return data[: match.start()] + new + data[match.end() :]


def other_tag(data: bytes, random: Random) -> bytes:
    """A tag is missing, twice there, or replaced by another one of the file."""
    found = list(_TAG.finditer(data))
    if not found:
        return data
    match = random.choice(found)
    new = random.choice((b"", match[0] * 2, random.choice(found)[0], match[0] * 300))
    return data[: match.start()] + new + data[match.end() :]


_DAMAGES: tuple[Damage, ...] = (flip, cut_out, cut_off, repeat, insert, move, other_number, other_tag)


def damaged(data: bytes, seed: int) -> bytes:
    """The file with one to three kinds of damage."""
    random = Random(seed)
    for _ in range(random.choice((1, 1, 2, 3))):
        data = random.choice(_DAMAGES)(data, random)
    return data


def damaged_inside(data: bytes, seed: int, members: str = r"\.(xml|rels)$") -> bytes:
    """A zip package with damage in one of its members, well packed."""
    random = Random(seed)
    source = zipfile.ZipFile(io.BytesIO(data))
    infos = source.infolist()
    names = [info.filename for info in infos if re.search(members, info.filename)]
    # the part that holds the text is where readers do most: every second time it is hit
    largest = max(names, key=lambda name: source.getinfo(name).file_size)
    chosen = random.choice((largest, random.choice(names)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in infos:
            content = source.read(info)
            target.writestr(info.filename, damaged(content, seed + 1) if info.filename == chosen else content)
    return out.getvalue()


def trial(read: Callable[[bytes, str], RawDocument], data: bytes) -> tuple[str, float]:
    """Read a damaged file: ``read`` or ``refused``, and the seconds it took; anything else is raised."""
    start = time.perf_counter()
    try:
        document = read(data, "坏")
        outcome = "read"
        assert isinstance(document, RawDocument)
    except SourceError as error:
        outcome = "refused"
        assert error.what and error.do and "\n" not in str(error)
    return outcome, time.perf_counter() - start


def survive(read: Callable[[bytes, str], RawDocument], files: Iterable[tuple[int, bytes]]) -> dict[str, int]:
    """Read damaged files, each with its seed; counts the outcomes and fails with the seed at the first wrong one."""
    outcomes = {"read": 0, "refused": 0}
    for seed, data in files:
        try:
            outcome, seconds = trial(read, data)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {type(error).__name__}: {error}") from error
        assert seconds < SLOW, f"seed {seed}: {seconds:.1f} s"
        outcomes[outcome] += 1
    return outcomes
