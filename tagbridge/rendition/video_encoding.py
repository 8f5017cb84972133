"""Encode one rendition of a video."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING

import av
from av.bitstream import BitStreamFilterContext
from av.filter import Graph
from av.video.frame import PictureType

from tagbridge_hooks import Rendition, UnreadableAssetError

if TYPE_CHECKING:
    from av import VideoFrame

    from tagbridge.rendition.video_geometry import Shape

FRAMES_PER_SECOND = 10
MAX_BYTES = 64 << 20

_TIME_BASE = Fraction(1, FRAMES_PER_SECOND)
# Measured at 1024 pixels: 0.4 MB for ten seconds of a slow pan with noise.
_ENCODER = {"preset": "veryfast", "crf": "26"}
# The encoder describes itself in a message within the stream (H.264, SEI, type 6).
_NO_MESSAGES = "filter_units=remove_types=6"
_BT709, _LIMITED_RANGE = 1, 1


class Copy:
    """A rendition that grows frame by frame.

    Args:
        first: A frame as it was decoded.
        shape: How the frames are to be turned.
        edge: Longest allowed edge in pixels.
    """

    def __init__(self, first: VideoFrame, shape: Shape, edge: int) -> None:
        self._graph = _graph(first, shape, edge)
        width, height = shape.scaled(edge)
        self._size = (height, width) if shape.exchanges_sides else (width, height)
        self._buffer = io.BytesIO()
        # Without `bitexact` the container names the programs that wrote it.
        self._output = av.open(self._buffer, "w", format="mp4", options={"fflags": "+bitexact"})
        self._stream = self._output.add_stream("libx264", rate=FRAMES_PER_SECOND, options=_ENCODER)
        self._stream.width, self._stream.height = self._size
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.colorspace = _BT709
        self._stream.codec_context.color_range = _LIMITED_RANGE
        self._output.start_encoding()
        self._filter = BitStreamFilterContext(_NO_MESSAGES, self._stream)
        self._count = 0

    def add(self, frame: VideoFrame, times: int) -> None:
        """Show a frame for so many tenths of a second.

        Raises:
            UnreadableAssetError: The rendition has become too large.
        """
        self._graph.vpush(frame)
        small = self._graph.vpull()
        small.pict_type = PictureType.NONE  # or the encoder would repeat the original's key frames
        small.time_base = _TIME_BASE
        for _ in range(times):
            small.pts = self._count
            self._count += 1
            self._write(small)

    def finished(self) -> Rendition:
        """Return the rendition."""
        self._write(None)
        self._output.close()
        width, height = self._size
        return Rendition(
            data=self._buffer.getvalue(),
            media_type="video/mp4",
            width=width,
            height=height,
            seconds=self._count / FRAMES_PER_SECOND,
        )

    def close(self) -> None:
        """Give back what the encoder holds."""
        self._output.close()

    def _write(self, frame: VideoFrame | None) -> None:
        for packet in self._stream.encode(frame):
            self._output.mux(self._filter.filter(packet))
        if self._buffer.tell() > MAX_BYTES:
            raise UnreadableAssetError(
                f"its rendition has more than {MAX_BYTES >> 20} MB; export a shorter copy"
            )


def _graph(first: VideoFrame, shape: Shape, edge: int) -> Graph:
    graph = Graph()
    width, height = shape.scaled(edge)
    nodes = [
        graph.add_buffer(
            width=first.width,
            height=first.height,
            format=first.format,
            time_base=first.time_base,
        ),
        graph.add("scale", f"{width}:{height}:out_color_matrix=bt709:out_range=limited"),
        *(graph.add(name, argument) for name, argument in shape.turns),
        graph.add("format", "yuv420p"),
        graph.add("setsar", "1"),
        graph.add("buffersink"),
    ]
    graph.link_nodes(*nodes).configure()
    return graph
