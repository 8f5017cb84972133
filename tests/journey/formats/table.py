"""What becomes of each file: format by format, with all that programs put into it.

What can be spliced is embedded, all else gets a sidecar, what cannot be decoded is set aside. JPEG,
PNG and WebP get a sidecar as well where something about them is odd.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from tagbridge.formats import FORMATS
from tests.journey.formats import chunked, jpegs, others, tiffs
from tests.journey.formats.chunked import animated, chunk, png, riff_chunk, saved, webp
from tests.journey.formats.jpegs import PICTURE, jpeg, picture, segment, with_xmp

if TYPE_CHECKING:
    from collections.abc import Callable

EMBED, SIDECAR, REFUSE = "embed", "sidecar", "refuse"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the table.

    Attributes:
        name: Of the file; what begins with `no-pixels` is not decoded.
        make: Its bytes.
        policy: What becomes of it.
        reason: Part of what the report says.
        keywords: Of the user, before.
        edited: True when exiftool first puts a user's XMP into it.
    """

    name: str
    make: Callable[[], bytes]
    policy: str
    reason: str = ""
    keywords: tuple[str, ...] = ()
    edited: bool = False


def embed(name: str, make: Callable[[], bytes], *keywords: str, edited: bool = False) -> Row:
    return Row(name=name, make=make, policy=EMBED, keywords=keywords, edited=edited)


def beside(name: str, make: Callable[[], bytes], reason: str = "", *keywords: str) -> Row:
    return Row(name=name, make=make, policy=SIDECAR, reason=reason, keywords=keywords)


def edited(name: str, make: Callable[[], bytes]) -> Row:
    return Row(name=name, make=make, policy=SIDECAR, keywords=("mine",), edited=True)


def refuse(name: str, make: Callable[[], bytes], reason: str) -> Row:
    return Row(name=name, make=make, policy=REFUSE, reason=reason)


JPEG = [
    embed("plain.jpg", picture),
    embed("edited.jpeg", picture, "mine", edited=True),
    embed("grey.jpg", lambda: picture(PICTURE.convert("L"))),
    embed("progressive.jpg", lambda: picture(progressive=True)),
    embed("restarts.jpg", lambda: picture(restart_marker_blocks=1)),
    embed("cmyk.jpg", lambda: picture(PICTURE.convert("CMYK"))),
    embed("arithmetic.jpg", jpegs.arithmetic),
    embed(
        "without-jfif.jpg",
        lambda: picture()[:2] + segment(0xE1, b"Exif\0\0II*\0\x08" + bytes(9)) + picture()[20:],
    ),
    embed("exif-icc-comment.jpg", jpegs.exif, "mine"),
    embed("photoshop-resources.jpg", jpegs.resources),
    embed("iptc-latin-1.jpg", jpegs.latin_iim, "Köln"),
    embed("iptc-digest.jpg", lambda: jpegs.iim_with_digest(stale=False), "mine"),
    embed("iptc-stale-digest.jpg", lambda: jpegs.iim_with_digest(stale=True), "mine"),
    embed("gain-map.jpg", jpegs.gain_map, "mine"),
    embed("motion-photo.jpg", jpegs.motion_photo, "mine"),
    embed("samsung-trailer.jpg", jpegs.samsung_trailer),
    embed(
        "extended-xmp.jpg", lambda: jpegs.extended(f"<q:Depth>{'QUJD' * 20_000}</q:Depth>"), "mine"
    ),
    embed("unknown-segments.jpg", lambda: jpeg(segment(0xE7, b"seven"), segment(0xEF, b"fifteen"))),
    beside(
        "keywords-in-extension.jpg", lambda: jpegs.extended(jpegs.MINE), "in an extension", "mine"
    ),
    beside("content-credentials.jpg", jpegs.content_credentials, "C2PA"),
    beside("two-packets.jpg", lambda: jpeg(with_xmp(), with_xmp()), "two XMP packets", "mine"),
    beside("stray-bytes.jpg", lambda: jpeg(segment(0xFE, b"x") + b"\0\0"), "stray bytes"),
    beside("full-packet.jpg", lambda: jpeg(with_xmp(" " * 64_700)), "64 KB"),
    beside("afcp.jpg", lambda: jpeg(end=b"n" * 40 + b"AXS!" + bytes(8)), "AFCP"),
    beside("jpeg.nef", picture, "its name says something else"),
    refuse("twelve-bits.jpg", jpegs.twelve_bits, "cannot be decoded"),
    refuse("cut.jpg", lambda: picture()[:-40], "damaged or incomplete"),
]
PNG = [
    embed("plain.png", png),
    embed("edited.png", png, "mine", edited=True),
    embed("sixteen-bits.png", chunked.sixteen_bits),
    embed("palette.png", lambda: png(of=PICTURE.convert("P"))),
    embed("animated.apng", lambda: animated("PNG")),
    embed(
        "exif-icc-text.png",
        lambda: png(chunk(b"tEXt", b"Comment\0x"), exif=chunked.EXIF, icc_profile=chunked.PROFILE),
    ),
    embed("xmp-behind-pixels.png", chunked.xmp_behind_pixels, "mine"),
    # Behind the end is no danger to us: we keep it, where others cut it off.
    embed("trailer.png", lambda: png(end=b"\0of another program" * 9)),
    beside("content-credentials.png", lambda: png(chunk(b"caBX", b"jumb")), "C2PA"),
    beside(
        "raw-profile.png",
        lambda: png(chunk(b"tEXt", b"Raw profile type xmp\0\nxmp\n 0\n")),
        "raw profile",
    ),
]
WEBP = [
    embed("lossy.webp", webp),
    embed("edited.webp", webp, "mine", edited=True),
    embed("lossless.webp", lambda: webp(lossless=True)),
    embed("alpha.webp", lambda: webp(of=chunked.FRAMES[1])),
    embed("animated.webp", lambda: animated("WEBP")),
    embed("exif-icc.webp", lambda: webp(exif=chunked.EXIF[6:], icc_profile=chunked.PROFILE)),
    embed("trailer.webp", lambda: webp(end=b"\0of another program" * 9)),
    beside("content-credentials.webp", lambda: webp(riff_chunk(b"C2PA", b"jumb")), "C2PA"),
]
TIFF = [
    edited("strips.tif", lambda: tiffs.saved(PICTURE)),
    beside("tiles.tiff", tiffs.tiled),
    beside("lzw.tif", lambda: tiffs.saved(PICTURE, compression="tiff_lzw")),
    beside("jpeg.tif", lambda: tiffs.saved(PICTURE, compression="jpeg")),
    beside("sixteen-bits.tif", lambda: tiffs.saved(Image.new("I;16", (64, 48), 9999))),
    beside("pages.tif", lambda: tiffs.saved(PICTURE, save_all=True, append_images=[PICTURE])),
    beside("pyramid-and-private-data.tif", tiffs.pyramid),
    beside("big.tif", lambda: tiffs.saved(PICTURE, big_tiff=True)),
]
# These are the picture of a sensor as a DNG describes it, under the names of the cameras: what is
# proved is the way they go, not that LibRaw decodes what these cameras write.
RAW = [
    edited("acme.dng", tiffs.dng),
    beside("canon.cr2", lambda: tiffs.dng(b"CR\2\0\0\0\0\0")),
    *(
        beside(f"camera-{number}{known.suffixes[0]}", tiffs.dng)
        for number, known in enumerate(FORMATS)
        if known.decoder == "raw" and known.structure == "tiff"
        if known.media_type not in ("image/x-adobe-dng", "image/x-canon-cr2")
    ),
    beside("no-pixels-1.cr3", others.cr3),
    beside("no-pixels-2.crw", others.crw),
    beside("no-pixels-3.mrw", others.mrw),
    beside("no-pixels-4.raf", others.raf),
    beside("no-pixels-5.x3f", others.x3f),
    refuse("no-picture.raf", others.raf, "cannot be decoded"),
]
OTHERS = [
    edited("document.psd", others.psd),
    beside("sixteen-bits.psd", lambda: others.psd(depth=16)),
    refuse("high-range.psd", lambda: others.psd(depth=32), "32 bits a channel"),
    refuse("large.psb", lambda: others.psd(version=2), "not a picture we know (image/x-adobe-psb)"),
    edited("boxes.jp2", lambda: saved("JPEG2000")),
    beside("codestream.j2k", lambda: saved("JPEG2000", no_jp2=True)),
    edited("still.heic", others.heic),
    beside("brandless.heif", others.heif),
    edited("still.avif", lambda: saved("AVIF")),
    refuse("modern.jxl", lambda: b"\xff\x0a" + bytes(40), "not a picture we know (image/jxl)"),
    beside("still.gif", lambda: saved("GIF")),
    beside("animated.gif", lambda: animated("GIF")),
    beside("old.bmp", lambda: saved("BMP")),
    refuse("drawing.svg", lambda: b"<svg/>", "not a picture we know (no format)"),
    edited("film.mp4", lambda: others.film("mp4")),
    edited("film.mov", lambda: others.film("mov")),
]
TABLE = {row.name: row for row in (*JPEG, *PNG, *WEBP, *TIFF, *RAW, *OTHERS)}
EMBEDDED = [name for name, row in TABLE.items() if row.policy == EMBED]
TAGGED = [name for name, row in TABLE.items() if row.policy != REFUSE]


def target_of(row: Row) -> str:
    """Return which file gets the keywords: the short name is that of RAW files."""
    if row.policy == EMBED:
        return row.name
    return f"{row.name.rpartition('.')[0] if row in RAW else row.name}.xmp"
