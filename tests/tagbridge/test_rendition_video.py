"""The small copies of videos, as FFmpeg and ExifTool see them."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import sys
from io import BytesIO
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from tagbridge.completeness.window import Window
from tagbridge.metadata.video import seconds_of
from tagbridge.rendition import renditions, video_renditions
from tagbridge.rendition.video import LONGEST_SECONDS
from tagbridge_hooks import Rendition, UnreadableAssetError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

ONE = 0x10000


def render(data: bytes, edge: int = 1024, seconds: float | None = None) -> Rendition:
    return render_all(data, [edge], seconds)[edge]


def render_all(
    data: bytes, edges: Collection[int], seconds: float | None = None
) -> dict[int, Rendition]:
    length = seconds_of(Window(BytesIO(data))) if seconds is None else seconds
    return video_renditions(BytesIO(data), edges, length)


def frames_of(rendition: Rendition) -> list[np.ndarray[Any, Any]]:
    with av.open(BytesIO(rendition.data), "r") as video:
        return [frame.to_ndarray(format="rgb24") for frame in video.decode(video=0)]


def patched(data: bytes, box: bytes, offset: int, content: bytes) -> bytes:
    """Return a film with some bytes of a box changed; the offset counts from behind its name."""
    start = data.index(box) + 4 + offset
    return data[:start] + content + data[start + len(content) :]


def is_red(pixel: np.ndarray[Any, Any]) -> bool:
    red, _, blue = map(int, pixel)
    return red > 180 and blue < 80


def test_a_rendition_is_small_silent_and_as_long(film: Callable[..., Path], tmp_path: Path) -> None:
    data = film(tmp_path / "a.mp4", seconds=2, size=(640, 360), sound=True).read_bytes()
    made = render(data, 320)
    assert (made.media_type, made.width, made.height) == ("video/mp4", 320, 180)
    assert made.seconds == pytest.approx(2, abs=0.1)
    assert len(made.data) < len(data)
    with av.open(BytesIO(made.data), "r") as video:
        (stream,) = video.streams
        assert (stream.type, stream.codec_context.name) == ("video", "h264")
        assert video.streams.video[0].average_rate == 10
        assert video.duration == pytest.approx(2e6, abs=1e5)
        assert sum(1 for _ in video.decode(stream)) == round((made.seconds or 0) * 10)


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.m4v"])
def test_nothing_of_the_original_is_told(
    film: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    path = film(tmp_path / name, secrets=True, sound=True)
    plain = tmp_path / "plain.mp4"
    if not shutil.which("exiftool"):
        pytest.skip("needs exiftool: apt-get install libimage-exiftool-perl")
    plain.write_bytes(render(path.read_bytes()).data)
    before, after = (_told(file) for file in (path, plain))
    assert "Secret" in before
    assert "48 deg" in before or "48.85" in before
    for word in ("Secret", "GPS", "48 deg", "48.85", "2020", "Lavf", "Lavc", "x264", "Sound"):
        assert word not in after
    for mark in (b"Secret", b"48.85", b"x264", b"Lav", b"udta\xa9", b"uuid"):
        assert mark not in plain.read_bytes()


def _told(path: Path) -> str:
    options = ["-j", "-G1", "-a", "-ee", "-x", "System:all", "-x", "File:all"]
    tags: dict[str, object] = json.loads(subprocess.check_output(["exiftool", *options, path]))[0]
    return json.dumps({name: value for name, value in tags.items() if name != "SourceFile"})


def test_metadata_in_any_character_set_do_no_harm(
    film: Callable[..., Path], tmp_path: Path
) -> None:
    data = film(tmp_path / "a.mov", secrets=True).read_bytes()
    assert render(data.replace(b"Secret", b"S\xe9\xff\x80et")).seconds == 1.0


def test_a_time_and_a_place_are_not_told_either(film: Callable[..., Path], tmp_path: Path) -> None:
    made = render(film(tmp_path / "a.mov", secrets=True).read_bytes())
    with av.open(BytesIO(made.data), "r") as video:
        told = {**video.metadata, **video.streams[0].metadata}
    kept = {"major_brand", "minor_version", "compatible_brands", "language", "handler_name"}
    assert set(told) <= kept
    assert told["handler_name"] == "VideoHandler"


@pytest.mark.parametrize("a", [(1, 0), (-1, 0), (0, 1), (0, -1)])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_rendition_is_upright(
    film: Callable[..., Path], tmp_path: Path, a: tuple[int, int], *, mirrored: bool
) -> None:
    """The red corner comes to lie where the display matrix puts it."""
    across, along = a
    flip = -1 if mirrored else 1
    matrix = (across, along, -along * flip, across * flip)
    rows = (*(v * ONE for v in matrix[:2]), 0, *(v * ONE for v in matrix[2:]), 0, 0, 0, 1 << 30)
    raw = struct.pack(">9i", *rows)
    data = patched(film(tmp_path / "a.mp4").read_bytes(), b"tkhd", 40, raw)
    made = render(data)
    frame = frames_of(made)[0]
    lying = along != 0
    assert frame.shape[:2] == (made.height, made.width) == ((320, 180) if lying else (180, 320))
    # The centre of the red quarter is at (-1, -1), seen from the centre of the picture.
    x, y = -matrix[0] - matrix[2], -matrix[1] - matrix[3]
    corners = {
        (right, below): frame[made.height * (2 + below) // 4, made.width * (2 + right) // 4]
        for right in (-1, 1)
        for below in (-1, 1)
    }
    assert [corner for corner, pixel in corners.items() if is_red(pixel)] == [(x, y)]


def test_every_size_is_made_from_one_decoding(film: Callable[..., Path], tmp_path: Path) -> None:
    data = film(tmp_path / "a.mp4", size=(400, 226)).read_bytes()
    made = render_all(data, [64, 300, 400, 5000])
    assert {edge: (m.width, m.height) for edge, m in made.items()} == {
        64: (64, 36),
        300: (300, 170),
        400: (400, 226),
        5000: (400, 226),
    }
    assert made[400] is made[5000]


def test_each_tenth_of_a_second_shows_what_it_showed(
    film: Callable[..., Path], tmp_path: Path
) -> None:
    frames = frames_of(render(film(tmp_path / "a.mp4", seconds=3).read_bytes()))
    green = [int(frame[150, 250, 1]) for frame in frames]
    assert green == pytest.approx([255 * n / 30 for n in range(30)], abs=8)


@pytest.mark.parametrize(
    ("told", "kept"), [(0.99, 0.9), (1.04, 1.0), (0.31, 0.3), (0.05, 0.1), (2.5, 2.5)]
)
def test_a_rendition_is_never_longer_than_its_header_says(
    film: Callable[..., Path], tmp_path: Path, told: float, kept: float
) -> None:
    """Also where the sound goes on: then the last picture stays."""
    data = film(tmp_path / "a.mp4").read_bytes()
    made = render(data, seconds=told)
    assert made.seconds == pytest.approx(kept)
    assert len(frames_of(made)) == round(kept * 10)


def test_pixels_that_are_not_square_are_made_so(film: Callable[..., Path], tmp_path: Path) -> None:
    data = film(tmp_path / "a.mp4", size=(320, 320)).read_bytes()
    data = patched(data, b"btrt", 0, struct.pack(">II", 2, 1)).replace(b"btrt", b"pasp")
    made = render(data)
    assert (made.width, made.height) == (640, 320)


def test_a_video_that_ends_early_is_damaged(film: Callable[..., Path], tmp_path: Path) -> None:
    data = film(tmp_path / "a.mp4").read_bytes()
    with pytest.raises(UnreadableAssetError, match=r"its pictures end after 1\.0 s of 40\.0 s"):
        render(data, seconds=40.0)


def test_a_rendition_that_nobody_waits_for_is_given_up(
    film: Callable[..., Path], tmp_path: Path
) -> None:
    data, asked = film(tmp_path / "a.mp4", seconds=10, size=(64, 64)).read_bytes(), []

    def ended() -> bool:
        asked.append(True)
        return len(asked) > 5

    with pytest.raises(UnreadableAssetError, match=r"its pictures end after 0\.1 s"):
        video_renditions(BytesIO(data), [64], 10.0, ended)
    assert len(asked) == 6


def test_a_video_of_many_hours_is_not_decoded(film: Callable[..., Path], tmp_path: Path) -> None:
    data = film(tmp_path / "a.mp4").read_bytes()
    with pytest.raises(UnreadableAssetError, match=r"it lasts 2\.0 h"):
        render(data, seconds=2 * LONGEST_SECONDS)


def test_a_rendition_that_grows_too_large_is_given_up(
    film: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = film(tmp_path / "a.mp4", seconds=20, size=(64, 64)).read_bytes()
    made = render(data)
    monkeypatch.setattr("tagbridge.rendition.video_encoding.MAX_BYTES", len(made.data) // 2)
    with pytest.raises(UnreadableAssetError, match="export a shorter copy"):
        render(data)


def test_a_video_whose_time_stands_still_comes_to_an_end(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(path, "w") as output:
        stream = output.add_stream("mpeg4", rate=60_000)
        stream.width, stream.height = 16, 16
        for number in range(2_300):
            frame = av.VideoFrame(16, 16, "yuv420p")
            frame.pts = number
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    with pytest.raises(UnreadableAssetError, match="more pictures than any camera makes"):
        render(path.read_bytes(), seconds=1.0)


def test_a_film_of_sound_alone_has_nothing_to_show(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(path, "w") as output:
        stream = output.add_stream("aac", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        frame.sample_rate = 8000
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    with pytest.raises(UnreadableAssetError, match="no pictures, only sound"):
        render(path.read_bytes(), seconds=1.0)


@pytest.mark.parametrize("kept", [0.0, 0.1, 0.5, 0.9])
def test_damaged_films_are_refused_with_a_reason(
    film: Callable[..., Path], tmp_path: Path, kept: float
) -> None:
    """What is destroyed begins somewhere within the coded pictures."""
    data = film(tmp_path / "a.mp4", seconds=2, movflags="faststart").read_bytes()
    start = data.index(b"mdat") + 4
    good = start + int((len(data) - start) * kept)
    noise = np.random.default_rng(7).bytes(len(data) - good)
    with pytest.raises(UnreadableAssetError, match=r"cannot be decoded|pictures end|none of its"):
        render(data[:good] + noise, seconds=2.0)


def test_what_is_no_film_at_all_is_refused_with_a_reason() -> None:
    with pytest.raises(UnreadableAssetError, match="cannot be decoded"):
        render(b"\0\0\0\x10ftypisom" + bytes(1000), seconds=2.0)


def test_without_the_optional_extra_the_reason_says_what_to_install(
    film: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = film(tmp_path / "a.mp4").read_bytes()
    for name in [name for name in sys.modules if name.startswith("tagbridge.rendition.video")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(UnreadableAssetError, match=r"pip install 'tagbridge\[video\]'"):
        render(data)


def test_a_film_is_no_picture(film: Callable[..., Path], tmp_path: Path) -> None:
    data = film(tmp_path / "a.mp4").read_bytes()
    with pytest.raises(UnreadableAssetError, match="not a format we can decode"):
        renditions(data, "video/mp4", [320])
