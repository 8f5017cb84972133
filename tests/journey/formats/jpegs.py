"""JPEGs as cameras, phones, editors and old programs write them."""

from __future__ import annotations

import hashlib
import io
import struct

from PIL import Image, ImageCms

from tests.journey.formats.tiffs import ASCII, LONG, SHORT, UNDEFINED, Tag, directory

XMP = b"http://ns.adobe.com/xap/1.0/\0"
EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
PICTURE = Image.radial_gradient("L").resize((48, 32)).convert("RGB")
APP1, APP2, APP11, APP13, COMMENT = 0xE1, 0xE2, 0xEB, 0xED, 0xFE
START_OF_SCAN = 0xDA

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DECLARED = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:q="http://q.example/" '
    'xmlns:note="http://ns.adobe.com/xmp/note/" '
    'xmlns:GCamera="http://ns.google.com/photos/1.0/camera/"'
)
MINE = "<dc:subject><rdf:Bag><rdf:li>mine</rdf:li></rdf:Bag></dc:subject>"


def packet(body: str = MINE, more: str = "") -> bytes:
    """Return an XMP packet."""
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}">'
        f'<rdf:Description rdf:about="" {_DECLARED} {more}>{body}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


def picture(of: Image.Image = PICTURE, **options: object) -> bytes:
    file = io.BytesIO()
    of.save(file, "JPEG", **options)
    return file.getvalue()


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def jpeg(*segments: bytes, end: bytes = b"") -> bytes:
    """Return a JPEG with these segments behind its JFIF header."""
    plain = picture()
    return plain[:20] + b"".join(segments) + plain[20:] + end


def with_xmp(body: str = MINE, more: str = "") -> bytes:
    return segment(APP1, XMP + packet(body, more))


def resource(number: int, content: bytes, name: bytes = b"\0\0") -> bytes:
    size = struct.pack(">I", len(content))
    return b"8BIM" + struct.pack(">H", number) + name + size + content + bytes(len(content) % 2)


def iim(*datasets: tuple[int, int, bytes]) -> bytes:
    return b"".join(struct.pack(">BBBH", 0x1C, *d[:2], len(d[2])) + d[2] for d in datasets)


def photoshop(*resources: bytes) -> bytes:
    return segment(APP13, b"Photoshop 3.0\0" + b"".join(resources))


def latin_iim() -> bytes:
    """Return a JPEG whose IPTC was written before there was Unicode."""
    names = iim((2, 25, "Köln".encode("latin-1")), (2, 80, "Jörg Müller".encode("latin-1")))
    return jpeg(photoshop(resource(0x0404, names)))


def iim_with_digest(*, stale: bool) -> bytes:
    block = iim((1, 90, b"\x1b%G"), (2, 25, b"mine"), (2, 120, b"A harbour"))
    digest = hashlib.md5(b"old" if stale else block, usedforsecurity=False).digest()
    return jpeg(photoshop(resource(0x0404, block), resource(0x0425, digest)))


def resources() -> bytes:
    thumbnail = struct.pack(">IIIIIIHH", 1, 48, 32, 144, 4608, 0, 24, 1) + picture()
    path = resource(0x07D0, b"p" * 26, b"\5Path 1"[:6])
    return jpeg(photoshop(resource(0x040C, thumbnail), path, resource(0x03ED, b"r" * 16)))


def exif() -> bytes:
    """Return a JPEG with a maker's notes, a thumbnail and a colour profile."""
    thumbnail = picture(PICTURE.resize((16, 12)))
    main: list[Tag] = [(271, ASCII, b"Canon\0"), (274, SHORT, [1])]
    exif_at = 8 + len(directory([*main, (34665, LONG, [0])], 8))
    # Canon's notes are a directory that counts from the start of all.
    notes = directory([(6, ASCII, b"IMG:Acme JPEG\0"), (9, ASCII, b"Ann Owner\0")], exif_at + 30)
    inner: list[Tag] = [(0x927C, UNDEFINED, notes), (0x9286, UNDEFINED, b"ASCII\0\0\0words")]
    second_at = exif_at + len(directory(inner, exif_at))
    preview: list[Tag] = [(259, SHORT, [6]), (514, LONG, [len(thumbnail)])]
    thumbnail_at = second_at + len(directory([*preview, (513, LONG, [0])], second_at))
    tiff = struct.pack("<2sHI", b"II", 42, 8)
    tiff += directory([*main, (34665, LONG, [exif_at])], 8, second_at)
    tiff += directory(inner, exif_at)
    tiff += directory([*preview, (513, LONG, [thumbnail_at])], second_at) + thumbnail
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return jpeg(
        segment(APP1, b"Exif\0\0" + tiff),
        with_xmp(),
        segment(APP2, b"ICC_PROFILE\0\1\1" + profile),
        segment(COMMENT, b"a comment"),
    )


def _index(first: int, second: int, distance: int) -> bytes:
    tags: list[Tag] = [(0xB000, UNDEFINED, b"0100"), (0xB001, LONG, [2])]
    entries = struct.pack("<IIIHH", 0x20030000, first, 0, 0, 0)
    entries += struct.pack("<IIIHH", 0, second, distance, 0, 0)
    content = struct.pack("<2sHI", b"II", 42, 8)
    return b"MPF\0" + content + directory([*tags, (0xB002, UNDEFINED, entries)], 8)


def gain_map() -> bytes:
    """Return a JPEG with a second picture behind it, as phones write for HDR."""
    second = picture(PICTURE.resize((24, 16)).convert("L"))
    first = jpeg(with_xmp(), segment(APP2, _index(0, 0, 0)))
    at = first.index(b"MPF\0")
    filled = _index(len(first), len(second), len(first) - at - 4)
    return first[:at] + filled + first[at + len(filled) :] + second


def motion_photo() -> bytes:
    film = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + struct.pack(">I4s", 1008, b"mdat") + b"m" * 1000
    more = f'GCamera:MicroVideo="1" GCamera:MicroVideoOffset="{len(film)}"'
    return jpeg(with_xmp(MINE, more), end=film)


def samsung_trailer() -> bytes:
    return jpeg(
        end=b"\0\0\x01\x0a\x0e\0\0\0Image_UTC_Data1700000000000" + b"SEFH" + b"s" * 40 + b"SEFT"
    )


def extended(body: str) -> bytes:
    """Return a JPEG whose XMP is larger than a segment, so that a part stands in others."""
    text = packet(body)
    guid = hashlib.md5(text, usedforsecurity=False).hexdigest().upper()
    parts = [
        segment(
            APP1,
            EXTENSION + guid.encode() + struct.pack(">II", len(text), at) + text[at : at + 60_000],
        )
        for at in range(0, len(text), 60_000)
    ]
    return jpeg(with_xmp(MINE, f'note:HasExtendedXMP="{guid}"'), *parts)


def content_credentials() -> bytes:
    return jpeg(segment(APP11, b"JP\0\1\0\0\0\1\0\0\0\x20jumb\0\0\0\x18jumdc2pa" + bytes(8)))


def arithmetic() -> bytes:
    """Return a JPEG with arithmetic coding; its empty scan stands for a run of zeros."""
    plain = bytearray(picture(PICTURE.convert("L").resize((16, 16))))
    plain[plain.index(b"\xff\xc0") + 1] = 0xC9
    scan = plain.index(b"\xff\xda")
    tables = plain.index(b"\xff\xc4")
    return bytes(plain[:tables] + plain[scan : scan + 10] + b"\xff\xd9")


def twelve_bits() -> bytes:
    plain = bytearray(picture())
    plain[plain.index(b"\xff\xc0") + 4] = 12
    return bytes(plain)
