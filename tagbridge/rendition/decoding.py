"""Decode an asset of any format; whatever goes wrong becomes a reason to park it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.rendition.picture import finish, open_picture
from tagbridge.rendition.preview import stand_in
from tagbridge_hooks import UnreadableAssetError

if TYPE_CHECKING:
    from PIL import Image

    from tagbridge.formats import Format


def decode(data: bytes, known: Format, edge: int) -> Image.Image:
    """Return an asset as an upright sRGB picture.

    Args:
        data: The whole file.
        known: What its content is.
        edge: Longest edge that is wanted, in pixels.

    Raises:
        UnreadableAssetError: It cannot be decoded; the message says why and what to do.
    """
    try:
        return _decode(data, known, edge)
    except UnreadableAssetError:
        raise
    except MemoryError as error:
        raise UnreadableAssetError(
            f"decoding this {known.title} takes more memory than there is; export a smaller copy"
        ) from error
    # The decoders raise nearly everything on broken files: OSError, SyntaxError, ValueError,
    # struct.error, LibRawError, even warnings. All of it is about this one asset.
    except Exception as error:
        raise UnreadableAssetError(
            f"this {known.title} cannot be decoded ({_text(error)}); copy it again from the camera"
            " or a backup, or if other programs open it, export it as JPEG"
        ) from error


def _decode(data: bytes, known: Format, edge: int) -> Image.Image:
    if known.decoder == "raw":
        from tagbridge.rendition.raw import develop  # noqa: PLC0415 - LibRaw only for who has RAW

        return develop(data, edge)
    source = open_picture(data, known)
    if "mp" in source.info:
        return finish(stand_in(data, source, edge) or source, edge)
    return finish(source, edge)


def _text(error: Exception) -> str:
    first = error.args[0] if error.args else type(error).__name__
    # LibRaw's messages are bytes, and libheif's end in a line feed.
    text = first.decode(errors="replace") if isinstance(first, bytes) else str(first)
    return " ".join(text.split())
