"""What a file is, by its first bytes."""

from __future__ import annotations

from tagbridge.formats.table import FORMATS

SNIFF_BYTES = 64

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
    (b"8BPS\0\1", "image/vnd.adobe.photoshop"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/jp2"),
    # From here on: not handled, but a message can say what the file is. Nothing that we depend on
    # decodes JPEG XL, or the large documents of Photoshop.
    (b"8BPS\0\2", "image/x-adobe-psb"),
    (b"\xff\x0a", "image/jxl"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
)
_TIFF_BEGINNINGS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")  # the latter two are BigTIFF
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)  # bytes: there is one for each of its versions
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


def sniff(head: bytes, suffix: str = "") -> str | None:
    """Return the media type of a file by its content, or None when it is unknown.

    Media types that we do not handle (JPEG XL, PSB) are named as well, for messages.

    Args:
        head: The first bytes of the file, `SNIFF_BYTES` or more.
        suffix: Of its name. It only decides between RAW formats that begin like any TIFF.
    """
    for beginning, media_type in _BEGINNINGS:
        if head.startswith(beginning):
            return media_type
    if head[:4] == b"RIFF":
        return "image/webp" if head[8:12] == b"WEBP" else None
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
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
