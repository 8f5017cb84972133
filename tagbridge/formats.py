"""The formats we handle: how they are named, recognized by content, and decoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import PurePath

    from tagbridge_hooks.providers import MediaKind

Decoder = Literal["pillow", "heif", "raw", "video"]
Structure = Literal["jpeg", "png", "webp", "gif", "tiff", "bmff", "raf", "x3f", "ciff", "mrw"]

SNIFF_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format of pictures or videos.

    Attributes:
        media_type: Its name in the program; the registered one where there is one.
        title: What people call it.
        suffixes: Lower case, with the dot; the usual one first.
        decoder: What decodes it.
        structure: What the file is built of, for finding out whether it is complete.
        pillow: Pillow's name of it, or None when Pillow does not decode it.
    """

    media_type: str
    title: str
    suffixes: tuple[str, ...]
    decoder: Decoder
    structure: Structure
    pillow: str | None = None

    @property
    def kind(self) -> MediaKind:
        """Return whether it is a picture or a video."""
        return "video" if self.decoder == "video" else "image"


def _pillow(kind: str, title: str, structure: Structure, *suffixes: str) -> Format:
    return Format(
        media_type=f"image/{kind}",
        title=title,
        suffixes=suffixes,
        decoder="pillow",
        structure=structure,
        pillow=kind.upper(),
    )


def _heif(kind: str, title: str, *suffixes: str) -> Format:
    return Format(
        media_type=f"image/{kind}",
        title=title,
        suffixes=suffixes,
        decoder="heif",
        structure="bmff",
    )


def _raw(kind: str, maker: str, structure: Structure = "tiff") -> Format:
    ending = kind.rpartition("-")[2]
    return Format(
        media_type=f"image/x-{kind}",
        title=f"{maker} RAW ({ending.upper()})",
        suffixes=(f".{ending}",),
        decoder="raw",
        structure=structure,
    )


def _video(kind: str, title: str, *suffixes: str) -> Format:
    return Format(
        media_type=f"video/{kind}",
        title=title,
        suffixes=suffixes,
        decoder="video",
        structure="bmff",
    )


FORMATS: tuple[Format, ...] = (
    _pillow("jpeg", "JPEG", "jpeg", ".jpg", ".jpeg", ".jpe", ".jfif"),
    _pillow("png", "PNG", "png", ".png", ".apng"),
    _pillow("webp", "WebP", "webp", ".webp"),
    _pillow("tiff", "TIFF", "tiff", ".tif", ".tiff"),
    _pillow("gif", "GIF", "gif", ".gif"),
    _pillow("avif", "AVIF", "bmff", ".avif"),
    _heif("heic", "HEIC", ".heic", ".heif", ".hif"),
    _heif("heif", "HEIF", ".heif", ".heic", ".hif"),
    _raw("adobe-dng", "Adobe"),
    _raw("canon-cr2", "Canon"),
    _raw("canon-cr3", "Canon", "bmff"),
    _raw("canon-crw", "Canon", "ciff"),
    _raw("epson-erf", "Epson"),
    _raw("fuji-raf", "Fujifilm", "raf"),
    _raw("gopro-gpr", "GoPro"),
    _raw("hasselblad-3fr", "Hasselblad"),
    _raw("hasselblad-fff", "Hasselblad"),
    _raw("kodak-dcr", "Kodak"),
    _raw("kodak-k25", "Kodak"),
    _raw("kodak-kdc", "Kodak"),
    _raw("leaf-mos", "Leaf"),
    _raw("leica-rwl", "Leica"),
    _raw("mamiya-mef", "Mamiya"),
    _raw("minolta-mrw", "Minolta", "mrw"),
    _raw("nikon-nef", "Nikon"),
    _raw("nikon-nrw", "Nikon"),
    _raw("olympus-orf", "Olympus"),
    _raw("panasonic-raw", "Panasonic"),
    _raw("panasonic-rw2", "Panasonic"),
    _raw("pentax-pef", "Pentax"),
    _raw("phaseone-iiq", "Phase One"),
    _raw("samsung-srw", "Samsung"),
    _raw("sigma-x3f", "Sigma", "x3f"),
    _raw("sony-arw", "Sony"),
    _raw("sony-sr2", "Sony"),
    _raw("sony-srf", "Sony"),
    _video("mp4", "MP4", ".mp4", ".m4v", ".mov"),
    _video("quicktime", "QuickTime", ".mov", ".mp4", ".m4v"),
)

_BY_MEDIA_TYPE = {known.media_type: known for known in FORMATS}
_PICTURES: frozenset[MediaKind] = frozenset({"image"})
SUFFIXES: dict[MediaKind, frozenset[str]] = {
    kind: frozenset(s for known in FORMATS if known.kind == kind for s in known.suffixes)
    for kind in ("image", "video")
}

# RAW files that begin like any TIFF: only the name tells them apart. A CR2 has a mark of its own.
_TIFF_RAW = {
    suffix: known.media_type
    for known in FORMATS
    if known.decoder == "raw" and known.structure == "tiff"
    for suffix in known.suffixes
    if known.media_type != "image/x-canon-cr2"
}

_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"FUJIFILMCCD-RAW", "image/x-fuji-raf"),
    (b"FOVb", "image/x-sigma-x3f"),
    (b"\0MRM", "image/x-minolta-mrw"),
    (b"II\x1a\0\0\0HEAPCCDR", "image/x-canon-crw"),
    (b"IIRO", "image/x-olympus-orf"),
    (b"IIRS", "image/x-olympus-orf"),
    (b"MMOR", "image/x-olympus-orf"),
    # From here on: not handled, but a message can say what the file is.
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"\xff\x0a", "image/jxl"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/jp2"),
)
_TIFF_BEGINNINGS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")  # the latter two are BigTIFF
_PANASONIC_BEGINNING = b"IIU\0"
_BRANDS = {
    b"crx ": "image/x-canon-cr3",
    b"avif": "image/avif",
    b"avis": "image/avif",
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"), "image/heic"),
    b"mif1": "image/heif",
    b"msf1": "image/heif",
    b"qt  ": "video/quicktime",
    **dict.fromkeys((b"isom", b"iso2", b"iso4", b"iso5", b"iso6"), "video/mp4"),
    **dict.fromkeys((b"mp41", b"mp42", b"avc1", b"M4V "), "video/mp4"),
}


def format_of(media_type: str) -> Format | None:
    """Return the format of a media type, or None when we do not handle it."""
    return _BY_MEDIA_TYPE.get(media_type)


def sniff(head: bytes, suffix: str = "") -> str | None:
    """Return the media type of a file by its content, or None when it is unknown.

    Media types that we do not handle (PSD, JPEG XL ...) are named as well, for messages.

    Args:
        head: The first bytes of the file, `SNIFF_BYTES` or more.
        suffix: Of its name. It only decides between RAW formats that begin like any TIFF.
    """
    for beginning, media_type in _BEGINNINGS:
        if head.startswith(beginning):
            return media_type
    if head[:4] == b"RIFF":
        return "image/webp" if head[8:12] == b"WEBP" else None
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return "image/bmp"
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    return _tiff_kind(head, suffix.lower())


def _by_brand(head: bytes) -> str | None:
    length = int.from_bytes(head[:4], "big")
    brands = [head[8:12], *(head[i : i + 4] for i in range(16, min(length, len(head) - 3), 4))]
    kinds = [_BRANDS[brand] for brand in brands if brand in _BRANDS]
    if brands[0] in (b"mif1", b"msf1"):
        # These only say that it is some HEIF; the other brands say how it is coded.
        kinds = [kind for kind in kinds if kind in ("image/avif", "image/heic")] or kinds
    return kinds[0] if kinds else None


def _tiff_kind(head: bytes, suffix: str) -> str | None:
    if head.startswith(_PANASONIC_BEGINNING):
        known = _TIFF_RAW.get(suffix)
        leica = ("image/x-leica-rwl", "image/x-panasonic-raw")
        return known if known in leica else "image/x-panasonic-rw2"
    if not head.startswith(_TIFF_BEGINNINGS):
        return None
    if head[8:10] == b"CR":
        return "image/x-canon-cr2"
    return _TIFF_RAW.get(suffix, "image/tiff")


def media_types_of(suffix: str) -> frozenset[str]:
    """Return what a file with this suffix may contain; empty when we do not handle it.

    Args:
        suffix: With its dot, in any case.
    """
    wanted = suffix.lower()
    return frozenset(known.media_type for known in FORMATS if wanted in known.suffixes)


def kind_of(media_type: str) -> MediaKind:
    """Return whether something is a picture or a video, by its media type."""
    return "video" if media_type.startswith("video/") else "image"


def is_candidate(path: PurePath, kinds: Collection[MediaKind] = _PICTURES) -> bool:
    """Tell whether a file can be a photograph (or a video, if wanted), by its name alone."""
    suffix = path.suffix.lower()
    return any(suffix in SUFFIXES[kind] for kind in kinds)


def agrees(path: PurePath, media_type: str) -> bool:
    """Tell whether the name of a file fits what it contains."""
    return media_type in media_types_of(path.suffix)
