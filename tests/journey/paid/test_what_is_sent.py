"""Of a photo nothing but a small picture without metadata leaves the machine, under no name."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageCms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.journey.conftest import Program

CANARY = "canary"
TEXTS = ("EXIF:Artist", "EXIF:UserComment", "XMP-dc:Description", "XMP-photoshop:City")
GPS = ("EXIF:GPSLatitude=48.137", "EXIF:GPSLatitudeRef=N", "XMP-exif:GPSLongitude=11.575")
KINDS = {"jpg": ("IPTC:Caption-Abstract", "Comment"), "tif": ("IPTC:City",), "png": (), "webp": ()}
# What a JPEG needs to be one: no APP1 (EXIF, XMP), APP2 (ICC), APP13 (IPTC) and no comment.
NEEDED = {"APP0", "DQT", "SOF0", "SOF2", "DHT", "DRI", "SOS"}
NAMES = {0xE0: "APP0", 0xDB: "DQT", 0xC0: "SOF0", 0xC2: "SOF2", 0xC4: "DHT", 0xDD: "DRI"}
HEADERS = {"host", "accept", "accept-encoding", "connection", "user-agent", "content-length"}
HEADERS |= {"content-type", "authorization", "x-key"}


class Capture(ThreadingHTTPServer):
    """Both services; it keeps every byte it is sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.requests: list[tuple[dict[str, str], bytes]] = []


class Answering(BaseHTTPRequestHandler):
    """Says `Thing` of every picture."""

    server: Capture

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        head = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append(({**head, "": self.requestline}, body))
        answer = json.dumps({"keywords": [{"keyword": "Thing", "score": 0.9}], "status": "ok"})
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Keep the output of the tests clean."""


@pytest.fixture
def capture() -> Iterator[Capture]:
    with Capture() as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def talkative(folder: Path, edit: Callable[..., None]) -> list[Path]:
    """Return a photo of each kind whose name and every metadata block tell something."""
    folder.mkdir(parents=True)
    thumbnail = folder / "thumbnail"
    Image.new("RGB", (160, 120), "red").save(thumbnail, "JPEG", comment=CANARY.encode())
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photos = []
    for number, (kind, more) in enumerate(KINDS.items()):
        photos.append(folder / f"{CANARY} name.{kind}")
        picture = Image.radial_gradient("L").convert("RGB").resize((900, 600 + number))
        picture.save(photos[-1], icc_profile=profile)
        texts = [f"-{tag}={CANARY} of {tag}" for tag in (*TEXTS, *more)]
        own = [f"-ThumbnailImage<={thumbnail}"] if kind == "jpg" else []
        edit(photos[-1], *texts, *(f"-{tag}" for tag in GPS), *own)
    thumbnail.unlink()
    return photos


def sent_picture(body: bytes) -> bytes:
    """Return the picture of a form that has nothing else."""
    boundary, _, rest = body.partition(b"\r\n")
    head, _, content = rest.partition(b"\r\n\r\n")
    picture, end = content.split(b"\r\n" + boundary)
    assert end == b"--\r\n"
    assert re.findall(rb'filename="(.*?)"', head) == [b"picture.jpg"]
    return picture


def segments(jpeg: bytes) -> list[str]:
    """Return the names of a JPEG's segments up to the picture data."""
    found, at = [], 2
    while jpeg[at + 1] != 0xDA:
        assert jpeg[at] == 0xFF
        found.append(NAMES.get(jpeg[at + 1], f"{jpeg[at + 1]:#x}"))
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found


def test_neither_metadata_nor_a_name_leaves_the_machine(
    tagbridge: Program, capture: Capture, edit: Callable[..., None], tmp_path: Path
) -> None:
    url = f"http://127.0.0.1:{capture.server_port}"
    keys = {"EVERYPIXEL__CLIENT_ID": "us", "EVERYPIXEL__CLIENT_SECRET": "ours", "POSTMAN__KEY": "k"}
    places = {"EVERYPIXEL__BASE_URL": f"{url}/v1", "POSTMAN__BASE_URL": url}
    settings = {f"TAGBRIDGE_PROVIDERS__{name}": value for name, value in {**keys, **places}.items()}
    program = replace(tagbridge, settings=settings)
    photos = talkative(tmp_path / f"{CANARY} folder", edit)
    assert all(photo.read_bytes().count(CANARY.encode()) >= 4 for photo in photos)

    ended = program.tag(*photos)

    assert ended.summary == {"written": len(photos)}, ended.out
    assert len(capture.requests) == 2 * len(photos)
    for head, body in capture.requests:
        assert CANARY.encode() not in repr(head).encode().lower() + body.lower()
        assert head.keys() - {""} <= HEADERS
        assert head["user-agent"] == "tagbridge"
        picture = sent_picture(body)
        assert set(segments(picture)) <= NEEDED
        assert (picture.count(b"\xff\xd8\xff"), picture[-2:]) == (1, b"\xff\xd9")
        with Image.open(BytesIO(picture)) as opened:
            assert (opened.format, max(opened.size)) == ("JPEG", 512)
            assert set(opened.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
