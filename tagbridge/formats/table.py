"""The formats we handle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tagbridge_hooks.providers import MediaKind

Decoder = Literal["pillow", "heif", "raw", "video"]
Structure = Literal[
    "jpeg", "png", "webp", "gif", "tiff", "bmff", "jp2", "psd", "bmp", "raf", "x3f", "ciff", "mrw"
]


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


def _pillow(
    kind: str, title: str, structure: Structure, *suffixes: str, pillow: str = ""
) -> Format:
    return Format(
        media_type=f"image/{kind}",
        title=title,
        suffixes=suffixes,
        decoder="pillow",
        structure=structure,
        pillow=pillow or kind.upper(),
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
    _pillow("bmp", "BMP", "bmp", ".bmp"),
    _pillow("jp2", "JPEG 2000", "jp2", ".jp2", ".jpf", ".jpx", ".j2k", pillow="JPEG2000"),
    _pillow("vnd.adobe.photoshop", "Photoshop (PSD)", "psd", ".psd", pillow="PSD"),
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


def format_of(media_type: str) -> Format | None:
    """Return the format of a media type, or None when we do not handle it."""
    return _BY_MEDIA_TYPE.get(media_type)


def kind_of(media_type: str) -> MediaKind:
    """Return whether something is a picture or a video, by its media type."""
    return "video" if media_type.startswith("video/") else "image"
