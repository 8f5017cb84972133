"""Part `writing`: fifteen keywords into XMP and IPTC of one JPEG."""

from __future__ import annotations

import time
from contextlib import ExitStack
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING

import pyexiv2

from benchmarks.corpus import FIVE_MB, TWELVE_MB, copied
from benchmarks.exiftool import is_installed, staying_open, write_once
from benchmarks.floor import copy
from benchmarks.keywords import KEYWORDS
from benchmarks.measuring import Finding, Paired, at_least, at_most, interleaved
from tagbridge.metadata.exiv2 import Exiv2
from tagbridge.metadata.snapshot import take_snapshot
from tagbridge.metadata.target import WriteTools
from tagbridge.metadata.write import WriteOptions, look_into, write_tagset
from tagbridge_hooks import Keyword, Source, Sourced, TagSet

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmarks.corpus import Kind
    from benchmarks.plan import Plan

_PART = "writing"
_OURS, _FLOOR, _OPEN, _ONCE, _IN_PLACE = (
    *("tagbridge", "copy, fsync, rename", "exiftool -stay_open"),
    *("exiftool, one process a file", "pyexiv2.Image in place"),
)
_OF_FLOOR, _OF_OPEN, _OF_ONCE = 1.35, 1.6, 20.0


def measure(plan: Plan) -> Iterator[Finding]:
    """Measure files of two sizes."""
    yield from _of_kind(plan, FIVE_MB, goals=True)
    yield from _of_kind(plan, TWELVE_MB, goals=False)


def _of_kind(plan: Plan, kind: Kind, *, goals: bool) -> Iterator[Finding]:
    photos = plan.corpus.photos(kind, 4)
    following = cycle(photos)
    folder = plan.work / "writing"
    current: list[Path] = []
    with ExitStack() as stack:
        ways = {name: partial(_timed, way, current) for name, way in _ways(stack).items()}

        def prepare(_name: str) -> None:
            current[:] = copied([next(following)], folder)

        for name, way in ways.items():  # programs start with the first file that they get
            prepare(name)
            way()
        paired = Paired(interleaved(ways, plan.size(30, 3), prepare), lambda ms: ms)
    size = sum(photo.stat().st_size for photo in photos) / len(photos) / 1e6
    for name in ways:
        if name != _OURS:
            yield _compared(paired, name, f"15 keywords into a JPEG of {size:.1f} MB", goals=goals)


def _compared(paired: Paired[float], other: str, what: str, *, goals: bool) -> Finding:
    goal, met, floor = "", None, None
    if other == _FLOOR:
        ratio = paired.ratio(_OURS, _FLOOR)
    else:
        ratio, floor = paired.ratio(other, _OURS), paired.ratio(other, _FLOOR)
    if goals and other == _FLOOR:
        goal, met = f"at most {_OF_FLOOR} times as long", at_most(_OF_FLOOR, ratio)
    elif goals and other in (_OPEN, _ONCE):
        least = _OF_OPEN if other == _OPEN else _OF_ONCE
        goal, met = f"at least {least:g} times as fast", at_least(least, ratio)
    return Finding(
        part=_PART,
        what=what,
        value=paired.median(_OURS),
        unit="ms",
        other=other,
        other_value=paired.median(other),
        ratio=ratio,
        floor=floor,
        goal=goal,
        met=met,
        samples={name: paired.samples[name] for name in (_OURS, other)},
    )


def _timed(way: Callable[[Path], None], current: list[Path]) -> float:
    start = time.perf_counter()
    way(current[0])
    return 1000.0 * (time.perf_counter() - start)


def _ways(stack: ExitStack) -> dict[str, Callable[[Path], None]]:
    exiv2 = Exiv2()
    stack.callback(exiv2.close)
    ways: dict[str, Callable[[Path], None]] = {
        _OURS: partial(_ours, exiv2),
        _FLOOR: _floor,
        _IN_PLACE: _in_place,
    }
    if is_installed():
        open_one = stack.enter_context(staying_open())
        ways[_OPEN] = lambda path: open_one(path, KEYWORDS)
        ways[_ONCE] = lambda path: write_once(path, KEYWORDS)
    return ways


def _ours(exiv2: Exiv2, path: Path) -> None:
    """Write as tagbridge does: from reading the file to the finished rename, verified."""
    source = look_into(take_snapshot(path), "image/jpeg")
    tools = WriteTools(exiv2=exiv2, announce=_nobody)
    receipt = write_tagset(source, _tagset(), WriteOptions(), tools)
    if receipt.outcome != "written" or receipt.target != path:
        raise RuntimeError(f"it was not written: {receipt.reason}")


def _nobody(_status: os.stat_result) -> None:
    """Tell nobody; the ledger is measured elsewhere."""


def _tagset() -> TagSet:
    said = (Source(provider="everypixel", model="1", confidence=0.9),)
    keywords = (Keyword(text=word, confidence=0.9) for word in KEYWORDS)
    return TagSet(keywords=tuple(Sourced(value=one, sources=said) for one in keywords))


def _floor(path: Path) -> None:
    copy(path, path.read_bytes(), verified=False)


def _in_place(path: Path) -> None:
    with pyexiv2.Image(str(path)) as image:
        image.modify_xmp({"Xmp.dc.subject": list(KEYWORDS)})
        image.modify_iptc({"Iptc.Application2.Keywords": list(KEYWORDS)})
