"""Make the small copies of a video: upright, ten frames a second, silent, without metadata.

Everything is bounded by the length that the header tells: a damaged or endless video ends there.
"""

from __future__ import annotations

import math
from contextlib import ExitStack, closing
from itertools import chain, takewhile
from typing import TYPE_CHECKING, Any, BinaryIO

import av
from av.video.stream import VideoStream

from tagbridge.rendition.video_encoding import FRAMES_PER_SECOND, Copy
from tagbridge.rendition.video_geometry import shape_of
from tagbridge_hooks import UnreadableAssetError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from fractions import Fraction

    from av import VideoFrame
    from av.container import InputContainer

    from tagbridge_hooks import Rendition

LONGEST_SECONDS = 3600.0
# The quickest slow motion has some 1000 frames a second.
_MOST_FRAMES_PER_SECOND = 1000
_SPARE_FRAMES = 1000
# 8K has 35 million. A decoder keeps up to some twenty frames.
_MAX_PIXELS = 36_000_000
_THREADS = 2
# Sound often lasts a little longer than the pictures.
_MISSING_SECONDS = 2.0
_MISSING_FRACTION = 0.1
_ROUNDING = 1e-6
# Before its version 19 PyAV refuses metadata that are not UTF-8, which many cameras write.
_LENIENT: dict[str, Any] = (
    {} if int(av.__version__.split(".")[0]) > 18 else {"metadata_errors": "ignore"}  # noqa: PLR2004 - see above
)


def render_video(
    file: BinaryIO, max_edges: Collection[int], seconds: float, ended: Callable[[], bool]
) -> dict[int, Rendition]:
    """Return one rendition for each wanted size, decoding the video once.

    Args:
        file: MP4 or QuickTime, open for reading.
        max_edges: Longest allowed edges in pixels.
        seconds: Its length, as its header tells.
        ended: Asked at every frame whether nobody waits for it any more.

    Raises:
        UnreadableAssetError: It is too long or too large, or its pictures end too early.
        av.FFmpegError: It cannot be decoded. FFmpeg may raise other errors as well.
    """
    if seconds > LONGEST_SECONDS:
        raise UnreadableAssetError(
            f"it lasts {seconds / 3600:.1f} h and more than {LONGEST_SECONDS / 3600:g} h are not"
            " decoded; export a shorter copy"
        )
    # One demuxer alone: no other parser is ever tried.
    with av.open(file, "r", format="mov", **_LENIENT) as source:
        stream = source.streams.best("video")
        if not isinstance(stream, VideoStream):
            raise UnreadableAssetError("it has no pictures, only sound or other data")
        frames = takewhile(lambda _frame: not ended(), _decoded(source, stream, seconds))
        shown = _shown(frames, seconds)
        return _copied(shown, stream.sample_aspect_ratio, max_edges)


def _decoded(source: InputContainer, stream: VideoStream, seconds: float) -> Iterator[VideoFrame]:
    """Yield the frames in the order of their times; those without one are left out."""
    stream.codec_context.thread_type = "AUTO"
    stream.codec_context.thread_count = _THREADS
    most = seconds * _MOST_FRAMES_PER_SECOND + _SPARE_FRAMES
    for number, frame in enumerate(source.decode(stream)):
        if number > most:
            raise UnreadableAssetError("it has more pictures than any camera makes in its length")
        if frame.width * frame.height > _MAX_PIXELS:
            raise UnreadableAssetError(
                f"it is {frame.width} x {frame.height} pixels and more than 8K are not decoded;"
                " export a smaller copy"
            )
        if frame.time is not None:
            yield frame


def _shown(frames: Iterator[VideoFrame], seconds: float) -> Iterator[tuple[VideoFrame, int]]:
    """Yield the frames that are on show at a tenth of a second, and at how many of them each."""
    # Never longer than the original, which may be just as long as a service takes.
    count = max(1, math.floor(seconds * FRAMES_PER_SECOND + _ROUNDING))
    last, time, due = None, 0.0, 0
    for frame in frames:
        until = min(math.ceil(frame.time * FRAMES_PER_SECOND), count)
        if last is not None and until > due:
            yield last, until - due
            due = until
        last, time = frame, frame.time
        if due == count:
            return
    if last is None:
        raise UnreadableAssetError("none of its pictures can be decoded")
    if time + _MISSING_SECONDS < seconds * (1 - _MISSING_FRACTION):
        raise UnreadableAssetError(
            f"its pictures end after {time:.1f} s of {seconds:.1f} s; copy it again from the camera"
            " or a backup"
        )
    yield last, count - due


def _copied(
    shown: Iterator[tuple[VideoFrame, int]], pixel: Fraction | None, max_edges: Collection[int]
) -> dict[int, Rendition]:
    """Encode all sizes side by side; two edges that give the same size share one."""
    first = next(shown)
    shape = shape_of(first[0], pixel)
    edges = {shape.scaled(edge): edge for edge in max_edges}
    with ExitStack() as stack:
        copies = {
            size: stack.enter_context(closing(Copy(first[0], shape, edge)))
            for size, edge in edges.items()
        }
        for frame, times in chain([first], shown):
            for copy in copies.values():
                copy.add(frame, times)
        made = {size: copy.finished() for size, copy in copies.items()}
    return {edge: made[shape.scaled(edge)] for edge in max_edges}
