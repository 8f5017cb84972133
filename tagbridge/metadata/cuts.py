"""Changes of a text by position, and the way back from them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """New characters for a run of old ones; an insertion where `start` equals `end`.

    Attributes:
        start: The first that goes, counted from the start of the text.
        end: One behind the last.
        new: What comes in their place.
    """

    start: int
    end: int
    new: str


def applied(text: bytes, cuts: Iterable[Cut], encoding: str = "utf-8") -> bytes:
    """Return a text with cuts made, whose positions count its bytes; they must not overlap."""
    pieces = []
    at = 0
    for cut in sorted(cuts, key=lambda c: c.start):
        pieces += [text[at : cut.start], cut.new.encode(encoding)]
        at = cut.end
    return b"".join([*pieces, text[at:]])


def way_back(text: bytes, cuts: Iterable[Cut]) -> tuple[Cut, ...]:
    """Return the cuts that make the old text of the new one, each as small as it can be.

    Args:
        text: The old one.
        cuts: What was made of it; see `applied`.
    """
    found = []
    growth = 0
    for cut in sorted(cuts, key=lambda c: c.start):
        old = text[cut.start : cut.end].decode()
        back = _trimmed(old, cut.new)
        if back is not None:
            start = cut.start + growth + back.start
            end = cut.start + growth + back.end
            found.append(Cut(start=start, end=end, new=back.new))
        growth += len(cut.new.encode()) - (cut.end - cut.start)
    return tuple(found)


def difference(new: str, old: str) -> tuple[Cut, ...]:
    """Return the one cut that makes the old text of the new one, counted in characters."""
    start, end = _common(old, new)
    if old == new:
        return ()
    return (Cut(start=start, end=len(new) - end, new=old[start : len(old) - end]),)


def _trimmed(old: str, new: str) -> Cut | None:
    """Return what differs, counted in bytes of the new text; None if nothing does."""
    if old == new:
        return None
    start, end = _common(old, new)
    first = len(new[:start].encode())
    last = len(new[: len(new) - end].encode())
    return Cut(start=first, end=last, new=old[start : len(old) - end])


def _common(old: str, new: str) -> tuple[int, int]:
    """Return how many characters two texts share at their start, and at their end."""
    start = _shared(old, new)
    return start, _shared(old[start:][::-1], new[start:][::-1])


def _shared(first: str, second: str) -> int:
    return sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False))
    )
