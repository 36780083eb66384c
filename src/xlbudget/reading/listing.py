"""跨段列举. Totals whose parts stand in the paragraphs below: 其中：, 包括：, or simply deeper numbered lines.

The paragraphs of a section form an outline. A numbered paragraph belongs to the nearest one above with a shallower
number; unnumbered lines behind ``其中：`` belong to it until the sentence ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from xlbudget.model.claim import Claim, ClaimKind, Listing, Narrative, Topic
from xlbudget.reading.phrases import Phrases


def add_outline_listings(narrative: Narrative, phrases: Phrases) -> None:
    """Add the listings that run over several passages."""
    leads = _leads(narrative)
    numbers = range(len(narrative.passages))
    _adopt(narrative, leads)
    for _, group in groupby(numbers, key=lambda n: (narrative.passages[n].part, narrative.passages[n].section)):
        _Outline(narrative, phrases, leads).read(list(group))


def _leads(narrative: Narrative) -> dict[int, list[int]]:
    """For each passage its leading figures: the first level, and its pair in another period."""
    leads: dict[int, list[int]] = {}
    for index, claim in enumerate(narrative.claims):
        if claim.kind is not ClaimKind.LEVEL or claim.reason or claim.topic.period == "prior":
            continue
        found = leads.setdefault(claim.passage, [])
        first = narrative.claims[found[0]] if found else None
        if first is None or (len(found) == 1 and _is_pair(first, claim)):
            found.append(index)
    return leads


def _adopt(narrative: Narrative, leads: dict[int, list[int]]) -> None:
    """A numbered line whose figures stand in the line below has them as its own."""
    passages = narrative.passages
    for n, passage in enumerate(passages[:-1]):
        below = passages[n + 1]
        if n in leads or not passage.depth or below.depth or below.section != passage.section or n + 1 not in leads:
            continue
        follows = passages[n + 2] if n + 2 < len(passages) else None
        if follows is not None and n + 2 in leads and not follows.depth and follows.section == passage.section:
            continue  # several unnumbered lines below: the first is no more its figure than the second
        leads[n] = leads.pop(n + 1)


def _is_pair(a: Claim, b: Claim) -> bool:
    """Two periods of one thing."""
    return a.topic.item == b.topic.item and a.topic.period != b.topic.period


class _Outline:
    def __init__(self, narrative: Narrative, phrases: Phrases, leads: dict[int, list[int]]) -> None:
        self.narrative = narrative
        self.phrases = phrases
        self.leads = leads

    def read(self, numbers: list[int]) -> None:
        children: dict[tuple[int, int], list[int]] = {}  # by the total and the line directly above, if that is another
        broken: set[int] = set()  # totals with a numbered line whose figures are not its own
        stack: list[tuple[int, int]] = []  # (depth, passage) of the numbered ancestors, with figures or without
        opened: int | None = None  # an unnumbered total that waits for its parts
        loose = False  # its parts are unnumbered lines
        for n in numbers:
            passage = self.narrative.passages[n]
            if passage.depth:
                while stack and stack[-1][0] >= passage.depth:
                    stack.pop()
                above = next((m for _, m in reversed(stack) if m in self.leads), None)
                parent = above if above is not None else opened if not loose else None
                if parent is not None and n in self.leads:
                    children.setdefault((parent, stack[-1][1] if stack else parent), []).append(n)
                elif parent is not None and (not stack or stack[-1][1] == parent) and n + 1 in self.leads:
                    broken.add(parent)
                stack.append((passage.depth, n))
                continue
            if n not in self.leads:
                continue
            opens = self.phrases.listing_end.search(passage.text) is not None
            if (
                opened is not None
                and (loose or not stack)
                and self._is_part(n, opened, children.get((opened, opened), []))
            ):
                children.setdefault((opened, opened), []).append(n)
                loose = True
                continue
            if opened is not None and loose and not self._topic(n).known:
                broken.add(opened)  # perhaps one more part
            stack.clear()
            opened, loose = (n if opens else None), False
        for (parent, nearest), items in children.items():
            whole = nearest == parent and parent not in broken
            self.narrative.listings.extend(self._listings(parent, items, whole))

    def _is_part(self, n: int, head: int, before: list[int]) -> bool:
        """Is this line a part of the total ``head``: not the total again, and of one kind with the parts before?"""
        topic = self._topic(n)
        others = [self._topic(other) for other in before]
        if topic.same_as(self._topic(head)) or any(topic.same_as(other) for other in others):
            return False
        return not others or _kind(topic) == _kind(others[-1])

    def _topic(self, n: int) -> Topic:
        return self._claim(self.leads[n][0]).topic

    def _listings(self, parent: int, items: list[int], whole: bool) -> Iterator[Listing]:
        """One listing for every period that the total and all its parts are told in."""
        if self.narrative.passages[items[0]].depth:
            whole = whole and _consecutive([self.narrative.passages[n].number for n in items])
        elif not all(self._topic(n).known for n in items):
            return  # nothing but their place says that these lines are parts
        for head in self.leads[parent]:
            period = self._claim(head).topic.period
            found = [next((i for i in self.leads[n] if self._claim(i).topic.period == period), None) for n in items]
            known = [i for i in found if i is not None]
            if len(known) == len(found):
                yield Listing(head, known, complete=whole and len(known) > 1)

    def _claim(self, index: int) -> Claim:
        return self.narrative.claims[index]


def _consecutive(marks: list[str]) -> bool:
    """Do the numbers of the items run from the first on, with none missing?"""
    values = [int(mark) if mark.isdigit() else _chinese_number(mark) for mark in marks]
    return values == list(range(1, len(values) + 1))


def _chinese_number(mark: str) -> int:
    tens, ten, ones = mark.rpartition("十")
    high = (_DIGITS.index(tens) if tens and tens in _DIGITS else 1) * 10 if ten else 0
    return high + max(_DIGITS.find(ones or "零"), 0)


_DIGITS = "零一二三四五六七八九"


def _kind(topic: Topic) -> tuple[str, int]:
    """What kind of part a line is: an income source, a class, a component ..."""
    prefix, colon, key = topic.item.partition(":")
    if not topic.known:
        return "?", 0
    if prefix in ("carry_in", "use_surplus"):
        return "i", 0
    return (prefix, len(key) if prefix == "f" else 0) if colon else ("total", 0)


def pair_periods(narrative: Narrative) -> None:
    """Lists of pairs (年初预算 A 万元，支出决算 B 万元): one listing for each period."""
    for listing in list(narrative.listings):
        head = narrative.claims[listing.head].topic.period
        items = {narrative.claims[i].topic.period for i in listing.items}
        if len(items) != 1 or head in items:
            continue
        (period,) = items
        other_head = _pair(narrative, listing.head, period)
        if other_head is None:
            narrative.listings.remove(listing)
            continue
        others = [_pair(narrative, i, head) for i in listing.items]
        known = [i for i in others if i is not None]
        if len(known) == len(others):
            narrative.listings.append(Listing(listing.head, known, listing.open, listing.complete))
        listing.head = other_head


def _pair(narrative: Narrative, index: int, period: str) -> int | None:
    """The neighbour that tells the same thing of another period."""
    claim = narrative.claims[index]
    for near in (index - 1, index + 1):
        if 0 <= near < len(narrative.claims):
            other = narrative.claims[near]
            same = other.kind is ClaimKind.LEVEL and other.passage == claim.passage and _is_pair(claim, other)
            if same and other.topic.period == period:
                return near
    return None
