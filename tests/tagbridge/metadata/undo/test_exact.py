"""Tagged and undone, a photo is again what it was, byte for byte: every form that is embedded."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tagbridge.formats import sniff
from tagbridge.metadata import iim
from tagbridge.metadata.embed import CONTAINERS
from tagbridge.metadata.layout import pieces_of, same_bytes
from tests.tagbridge.metadata.undo.shelf import said

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge.metadata.layout import SpanKind
    from tests.tagbridge.metadata.conftest import Build
    from tests.tagbridge.metadata.undo.shelf import Shelf

THUMBNAIL = b"\0\0\0\1" + bytes(range(200)) * 2


def _exif(build: Build) -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Acme", 6
    return build.picture(exif=exif, icc_profile=b"p" * 333)


def _riff(build: Build, **options: object) -> bytes:
    return build.picture("WEBP", **options)


def _alpha(**options: object) -> bytes:
    file = io.BytesIO()
    picture = Image.radial_gradient("L").resize((48, 32)).convert("RGBA")
    picture.putalpha(100)
    picture.save(file, "WEBP", **options)
    return file.getvalue()


def _frames(kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    frames = [Image.new("RGB", (48, 32), c) for c in ("red", "green", "blue")]
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=50, **options)
    return file.getvalue()


def _extended(build: Build, flags: int = 0) -> bytes:
    (plain,) = (_riff(build)[12:],)
    canvas = struct.pack("<I", flags) + (47).to_bytes(3, "little") + (31).to_bytes(3, "little")
    return build.riff(build.riff_chunk(b"VP8X", canvas), plain)


IIM = ((2, 25, b"mine"), (2, 120, b"A day at the sea"))
JPEGS: dict[str, Callable[[Build], bytes]] = {
    "nothing": lambda b: b.jpeg(),
    "no JFIF": lambda b: b.jpeg()[:2] + b.jpeg()[20:],
    "Exif and ICC": _exif,
    "packet": lambda b: b.jpeg(b.app1(b.packet(b.subject("mine")))),
    "packet with zeros": lambda b: b.jpeg(b.app1(b.packet(b.subject("mine")) + b"\0" * 700)),
    "packet with a zero": lambda b: b.jpeg(b.app1(b.packet() + b"\0")),
    "empty list": lambda b: b.jpeg(b.app1(b.packet("<dc:subject><rdf:Bag/></dc:subject>"))),
    "list of another form": lambda b: b.jpeg(b.app1(b.packet(b.subject("mine", form="Seq")))),
    "empty rdf": lambda b: b.jpeg(
        b.app1(
            b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
            b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>'
        )
    ),
    "fill bytes": lambda b: b.jpeg(b"\xff\xff" + b.app1(b.packet(b.subject("mine")))),
    "IPTC": lambda b: b.jpeg(b.app13(b.resource(0x404, b.iim(*IIM)))),
    "IPTC marked": lambda b: b.jpeg(
        b.app13(b.resource(0x404, b.iim((1, 90, b"\x1b%G"), (2, 25, "größe".encode()))))
    ),
    "IPTC Latin-1": lambda b: b.jpeg(
        b.app13(b.resource(0x404, b.iim((2, 25, b"gr\xf6\xdfe"), (2, 80, b"J\xf6rg"))))
    ),
    "IPTC and zeros": lambda b: b.jpeg(b.app13(b.resource(0x404, b.iim(*IIM) + b"\0\0\0"))),
    "IPTC without its padding": lambda b: b.jpeg(
        b.app13(b.resource(0x404, b.iim((2, 25, b"oddly")), pad=b""))
    ),
    "IPTC and zeros behind": lambda b: b.jpeg(b.app13(b.resource(0x404, b.iim(*IIM)), b"\0" * 9)),
    "IPTC with a name": lambda b: b.jpeg(
        b.app13(b.resource(0x404, b.iim(*IIM), name=b"\7Caption"))
    ),
    "IPTC and a right digest": lambda b: b.jpeg(
        b.app13(
            b.resource(0x425, iim.digest(b.iim(*IIM))),
            b.resource(0x404, b.iim(*IIM)),
        )
    ),
    "IPTC and a stale digest": lambda b: b.jpeg(
        b.app13(b.resource(0x404, b.iim(*IIM)), b.resource(0x425, b"d" * 16))
    ),
    "keywords and a stale digest": lambda b: b.jpeg(
        b.app13(b.resource(0x404, b.iim((2, 25, b"mine"))), b.resource(0x425, b"d" * 16))
    ),
    "a digest alone": lambda b: b.jpeg(b.app13(b.resource(0x425, b"d" * 16))),
    "Photoshop's thumbnail": lambda b: b.jpeg(b.app13(b.resource(0x40C, THUMBNAIL))),
    "Photoshop's thumbnail and zeros": lambda b: b.jpeg(
        b.app13(b.resource(0x40C, THUMBNAIL), b"\0" * 5)
    ),
    "blank sentences": lambda b: b.jpeg(
        b.app1(
            b.packet(
                '<dc:description><rdf:Alt><rdf:li xml:lang="x-default"/></rdf:Alt></dc:description>'
            )
        )
    ),
    "something behind it": lambda b: b.jpeg(end=b"trailer"),
}
CHUNKED: dict[str, Callable[[Build], bytes]] = {
    "PNG": lambda b: b.png(),
    "PNG with a packet": lambda b: b.png(b.itxt(b.packet(b.subject("mine")))),
    "PNG with zeros": lambda b: b.png(b.itxt(b.packet(b.subject("mine")) + b"\0\0")),
    "PNG with a language": lambda b: b.png(
        b.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0en\0XMP\0" + b.packet(b.subject("mine")))
    ),
    "PNG with a packet behind": lambda b: (
        b.png()[:-12] + b.itxt(b.packet(b.subject("mine"))) + b.png()[-12:]
    ),
    "APNG": lambda _: _frames("PNG"),
    "WebP": _riff,
    "WebP lossless": lambda b: _riff(b, lossless=True),
    "WebP with transparency": lambda _: _alpha(),
    "WebP lossless with transparency": lambda _: _alpha(lossless=True),
    "WebP with ICC": lambda b: _riff(b, icc_profile=b"p" * 333),
    "WebP with a packet": lambda b: _riff(b, xmp=b.packet(b.subject("mine"))),
    "WebP animated": lambda _: _frames("WEBP"),
    "WebP with reserved bits": lambda b: _extended(b, 1 << 9),
}


# What our blocks were wrapped in is not noted: the blocks are the same, the wrapping is in order.
WRAPPED: dict[str, tuple[str, Callable[[Build], bytes]]] = {
    "thumbnail without its padding": (
        "photo.jpg",
        lambda b: b.jpeg(b.app13(b.resource(0x40C, THUMBNAIL + b"x", pad=b""))),
    ),
    "an empty section": ("photo.jpg", lambda b: b.jpeg(b.app13())),
    "an empty block": ("photo.jpg", lambda b: b.jpeg(b.app13(b.resource(0x404, b"")))),
    "PNG with a compressed packet": (
        "photo.png",
        lambda b: b.png(b.itxt(b.packet(b.subject("mine")), compressed=True)),
    ),
    "WebP extended for nothing": ("photo.webp", _extended),
    "WebP that announces a packet it has not": ("photo.webp", lambda b: _extended(b, 4)),
}


def _suffix(name: str) -> str:
    return ".webp" if name.startswith("WebP") else ".png"


@pytest.mark.parametrize("kind", JPEGS)
def test_a_jpeg_is_again_what_it_was(build: Build, shelf: Shelf, kind: str) -> None:
    before = JPEGS[kind](build)
    _is_again_what_it_was(shelf, "photo.jpg", before)


@pytest.mark.parametrize("kind", CHUNKED)
def test_a_picture_of_chunks_is_again_what_it_was(build: Build, shelf: Shelf, kind: str) -> None:
    before = CHUNKED[kind](build)
    _is_again_what_it_was(shelf, f"photo{_suffix(kind)}", before)


@pytest.mark.parametrize("kind", WRAPPED)
def test_an_odd_wrapping_is_put_in_order_and_nothing_else(
    build: Build, shelf: Shelf, kind: str
) -> None:
    name, make = WRAPPED[kind]
    before = make(build)
    photo = shelf.put(name, before)
    shelf.tag(photo, said(["sea"]))
    assert shelf.undo(photo).outcome == "undone"
    container = CONTAINERS[sniff(before) or ""]
    old, new = container.read(before), container.read(photo.read_bytes())
    assert (new.xmp, new.iim or b"") == (old.xmp, old.iim or b"")
    kinds: tuple[SpanKind, ...] = ("picture", "other")
    assert same_bytes(
        pieces_of(before, old.spans, kinds), pieces_of(photo.read_bytes(), new.spans, kinds)
    )


def _is_again_what_it_was(shelf: Shelf, name: str, before: bytes) -> None:
    photo = shelf.put(name, before)
    for words in (["sea", "größe"], ["sea", "boat", "x" * 70]):
        receipt = shelf.tag(photo, said(words))
        assert (receipt.outcome, receipt.target) == ("written", photo), receipt
    undone = shelf.undo(photo)
    assert (undone.outcome, undone.exact) == ("undone", True), undone
    assert photo.read_bytes() == before
    assert shelf.undo(photo).outcome == "unchanged"
    assert shelf.notice(photo)
    assert shelf.tag(photo, said(["sea"])).outcome == "written"
    assert shelf.undo(photo).exact
    assert photo.read_bytes() == before
