"""Find out whether a file is all there, without decoding it.

A file that is still being copied often looks like a photograph already: it has its header, and
sometimes its full size. What is missing shows in its structure, so we walk that and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from tagbridge.completeness.bmff import check_bmff
from tagbridge.completeness.bmp import check_bmp
from tagbridge.completeness.chunks import check_gif, check_png, check_webp
from tagbridge.completeness.jp2 import check_jp2
from tagbridge.completeness.jpeg import check_jpeg
from tagbridge.completeness.psd import check_psd
from tagbridge.completeness.raw import check_ciff, check_mrw, check_raf, check_x3f
from tagbridge.completeness.tiff import check_raw_tiff, check_tiff
from tagbridge.completeness.window import IncompleteError, Window
from tagbridge.formats import Format, format_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["IncompleteError", "end_of_picture", "is_complete", "why_incomplete"]

_CHECKS: dict[str, Callable[[Window], int | None]] = {
    "jpeg": check_jpeg,
    "png": check_png,
    "webp": check_webp,
    "gif": check_gif,
    "tiff": check_tiff,
    "bmff": check_bmff,
    "jp2": check_jp2,
    "psd": check_psd,
    "bmp": check_bmp,
    "raf": check_raf,
    "x3f": check_x3f,
    "ciff": check_ciff,
    "mrw": check_mrw,
}


def why_incomplete(file: BinaryIO, media_type: str) -> str | None:
    """Say in a short phrase what a file lacks, or return None when it is complete.

    Anything odd counts as incomplete. The work is bounded whatever the file contains: it is read
    once at most, in pieces, and never decoded. The file is read and never mapped, because a
    mapping of a file that somebody cuts short kills the process.

    Args:
        file: Open for reading, seekable; its position is changed.
        media_type: What its content is, as `formats.sniff` says.

    Raises:
        OSError: The file cannot be read.
    """
    try:
        end_of_picture(file, media_type)
    except IncompleteError as reason:
        return str(reason)
    return None


def end_of_picture(file: BinaryIO, media_type: str) -> int | None:
    """Return where the picture in a complete file ends; see `why_incomplete`.

    Returns:
        One behind its last byte in a JPEG, behind which there may be more; None for all others.

    Raises:
        IncompleteError: It is not complete.
        OSError: The file cannot be read.
    """
    known = format_of(media_type)
    if known is None:
        raise IncompleteError(f"{media_type} is not a format we handle")
    return _check_of(known)(Window(file))


def _check_of(known: Format) -> Callable[[Window], int | None]:
    if known.structure == "tiff" and known.decoder == "raw":
        return check_raw_tiff
    return _CHECKS[known.structure]


def is_complete(file: BinaryIO, media_type: str) -> bool:
    """Tell whether a file is all there; see `why_incomplete`.

    Raises:
        OSError: The file cannot be read.
    """
    return why_incomplete(file, media_type) is None
