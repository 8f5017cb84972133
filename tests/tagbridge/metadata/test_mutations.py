"""Damaged, cut and spliced files: a reason, or keywords and nothing else changed; never a crash."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from tagbridge import formats
from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.packet import read_packet
from tagbridge_hooks import WriteError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.tagbridge.metadata.conftest import Build, Judge, Writer

ROUNDS = int(os.environ.get("TAGBRIDGE_TEST_ROUNDS", "1"))
TRIES = 120 * ROUNDS
INTERESTING = (
    b"\xff",
    b"\0",
    b"\xff\xff\xff\xff",
    b"\x80",
    b"\x7f",
    b"<",
    b'"',
    b"]]>",
    b"\xff\xd9",
)
TOKENS = (b"8BIM", b"<rdf:li>", b"</rdf:Bag>", b"xmlns:dc=", b"\x1c\x02\x19", b"\xff\xe1", b"XMP ")


def jpeg(build: Build) -> bytes:
    block = build.iim((1, 90, b"\x1b%G"), (2, 25, b"mine"), (2, 120, b"caption"))
    mpf = b"MPF\0II*\0\x08\0\0\0\0\0\0\0\0\0"
    return build.jpeg(
        build.segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"),
        build.app1(build.packet(build.subject("mine", "other") + "<q:a>1</q:a>")),
        build.app13(build.resource(0x03ED, b"r" * 16), build.resource(0x0404, block)),
        build.segment(0xE2, mpf),
    )


def png(build: Build) -> bytes:
    return build.png(
        build.itxt(build.packet(build.subject("mine", "other")), compressed=True),
        build.chunk(b"tEXt", b"Comment\0hello"),
    )


def webp(build: Build) -> bytes:
    return build.picture(
        "WEBP", xmp=build.packet(build.subject("mine")), exif=b"II*\0\x08\0\0\0\0\0"
    )


CASES: dict[str, tuple[Callable[[Build], bytes], slice]] = {
    "jpg": (jpeg, slice(2, 1100)),
    "png": (png, slice(8, 500)),
    "webp": (webp, slice(0, None)),
}


def mutated(data: bytes, part: slice, chance: random.Random) -> bytes:
    """Return the file with a few accidents in one part of it."""
    start, stop, _ = part.indices(len(data))
    new = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(start, min(stop, len(new) - 1))
        kind = chance.randrange(6)
        if kind == 0:
            new[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            new[at : at + 4] = chance.choice(INTERESTING)
        elif kind == 2:
            del new[at : at + chance.choice((1, 2, 7, 60))]
        elif kind == 3:
            new[at:at] = chance.choice(TOKENS)
        elif kind == 4:
            other = chance.randrange(start, min(stop, len(new)))
            new[at:at] = new[other : other + chance.choice((4, 20, 200))]
        else:
            new[at : at + 2] = chance.randrange(1 << 16).to_bytes(2, "big")
    return bytes(new)


@pytest.mark.parametrize("suffix", CASES)
def test_an_accident_costs_a_sidecar_at_most(
    suffix: str, build: Build, write: Writer, tmp_path: Path, judge: Judge
) -> None:
    make, part = CASES[suffix]
    data = make(build)
    outcomes = {"embedded": 0, "sidecar": 0, "refused": 0}
    for seed in range(TRIES):
        photo = tmp_path / f"{seed}.{suffix}"
        photo.write_bytes(bad := mutated(data, part, random.Random(seed)))  # noqa: S311 - repeatable
        outcomes[outcome(photo, bad, write, judge)] += 1

    assert outcomes["embedded"] > TRIES // 50
    assert outcomes["sidecar"] + outcomes["refused"] > TRIES // 50


def outcome(photo: Path, bad: bytes, write: Writer, judge: Judge) -> str:
    if formats.sniff(bad[: formats.SNIFF_BYTES], photo.suffix) is None:
        return "refused"
    try:
        receipt = write(photo, "lighthouse", "sea")
    except WriteError:
        assert photo.read_bytes() == bad
        return "refused"
    assert receipt.outcome == "written"
    if receipt.target != photo:
        assert photo.read_bytes() == bad
        return "sidecar"
    new = photo.read_bytes()
    assert b"lighthouse" in new
    if photo.suffix == ".jpg":
        assert scan(new) == scan(bad)
        ours = (b"http://ns.adobe.com/xap/1.0/\0", b"Photoshop 3.0\0", b"MPF\0")
        assert [s for s in judge.segments(new) if not s[1].startswith(ours)] == [
            s for s in judge.segments(bad) if not s[1].startswith(ours)
        ]
    return "embedded"


def scan(data: bytes) -> bytes:
    return data[data.index(b"\xff\xda\x00\x0c") :]


def test_a_cut_anywhere_is_a_reason(build: Build, write: Writer, tmp_path: Path) -> None:
    for suffix, (make, _) in CASES.items():
        data = make(build)
        for length in range(20, len(data) - 1, max(1, len(data) // (30 * ROUNDS))):
            photo = tmp_path / f"{length}.{suffix}"
            photo.write_bytes(data[:length])
            try:
                write(photo, "sea")
            except WriteError:
                assert photo.read_bytes() == data[:length]


def test_accidents_in_a_packet_are_found_by_the_parser_alone(build: Build) -> None:
    data = build.packet(build.subject("mine", "other") + "<q:a q:b='1'><!-- c --></q:a>")
    understood = 0
    for seed in range(2_000 * ROUNDS):
        bad = mutated(data, slice(0, None), random.Random(seed))  # noqa: S311 - repeatable
        try:
            read_packet(bad)
        except EmbeddingRefusedError:
            continue
        understood += 1

    assert understood
