"""Make the small pictures of an asset that may leave the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from tagbridge.formats import format_of
from tagbridge_hooks import UnreadableAssetError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tagbridge_hooks import Rendition

__all__ = ["renditions", "video_renditions"]


def renditions(data: bytes, media_type: str, max_edges: Collection[int]) -> dict[int, Rendition]:
    """Return one rendition for each wanted size, decoding the asset once.

    They are upright, sRGB and JPEG, on white where the asset is transparent, and carry no
    metadata. They are never larger than the asset. Of an animation it is the first frame, of a
    RAW the preview that the camera put in, if that is large enough, and of a JPEG that as well,
    if it is proved to show the picture. A JPEG may come out up to 5 % smaller than asked for,
    where that halves the work. May be called from several threads.

    Args:
        data: The whole file.
        media_type: What its content is, as `formats.sniff` says.
        max_edges: Longest allowed edges in pixels, each 1 or more.

    Raises:
        UnreadableAssetError: It cannot be decoded; the message says why and what to do.
        ValueError: A wanted size is below 1.
    """
    if not max_edges:
        return {}
    if min(max_edges) < 1:
        raise ValueError("max_edges: a picture has 1 pixel or more")
    known = format_of(media_type)
    if known is None or known.kind == "video":
        raise UnreadableAssetError(
            f"{media_type} is not a format we can decode; export the picture as JPEG"
        )
    # The decoders take long to import, and only who renders needs them.
    from tagbridge.rendition.decoding import decode  # noqa: PLC0415 - see above
    from tagbridge.rendition.encoding import encode_all  # noqa: PLC0415 - see above

    return encode_all(decode(data, known, max(max_edges)), max_edges)


def video_renditions(
    file: BinaryIO,
    max_edges: Collection[int],
    seconds: float,
    ended: Callable[[], bool] = lambda: False,
) -> dict[int, Rendition]:
    """Return one rendition of a video for each wanted size, decoding it once.

    They are MP4 (H.264), upright, ten frames a second, as long as the video to a tenth of a
    second, and carry neither sound nor metadata. They are never larger than the video. May be
    called from several threads.

    Args:
        file: MP4 or QuickTime, open for reading, seekable; its position is changed.
        max_edges: Longest allowed edges in pixels, each 2 or more.
        seconds: Its length, as its header tells.
        ended: Asked at every frame whether nobody waits for it any more.

    Raises:
        UnreadableAssetError: It cannot be decoded; the message says why and what to do.
    """
    try:
        from tagbridge.rendition.video import render_video  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise UnreadableAssetError(
            "videos need a program that is not installed: pip install 'tagbridge[video]'"
        ) from error
    try:
        return render_video(file, max_edges, seconds, ended)
    except UnreadableAssetError:
        raise
    # FFmpeg raises errors of many kinds on broken files, and all of it is about this one asset.
    except Exception as error:
        raise UnreadableAssetError(
            f"this video cannot be decoded ({type(error).__name__}); copy it again from the camera"
            " or a backup, or if other programs play it, export it as MP4 (H.264)"
        ) from error
