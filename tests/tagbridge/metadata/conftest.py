"""Bytes of every kind of file, made here, and the independent readers that judge what we write."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from lxml import etree  # type: ignore[import-untyped] # it ships no types
from PIL import Image

from tagbridge import formats
from tagbridge.metadata.exiv2 import Exiv2
from tagbridge.metadata.snapshot import take_snapshot
from tagbridge.metadata.target import WriteTools
from tagbridge.metadata.write import WriteOptions, look_into, write_tagset
from tagbridge_hooks import Keyword, Receipt, Sensitivity, Source, Sourced, TagSet

if TYPE_CHECKING:
    from collections.abc import Iterator

XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\0"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
NAMESPACES = {
    "rdf": RDF,
    "dc": "http://purl.org/dc/elements/1.1/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "tb": "http://ns.tagbridge.org/1.0/",
}
SOURCE = Source(provider="local", model="m1", confidence=0.9)
Word: TypeAlias = str | Keyword


class Build:
    """Makes files byte by byte, so that a test can say what is odd about one."""

    @staticmethod
    def picture(file_format: str = "JPEG", **options: Any) -> bytes:  # noqa: ANN401 - Pillow's own
        file = io.BytesIO()
        image = Image.radial_gradient("L").resize((48, 32)).convert("RGB")
        image.save(file, file_format, **options)
        return file.getvalue()

    @staticmethod
    def segment(marker: int, content: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content

    def jpeg(self, *segments: bytes, end: bytes = b"") -> bytes:
        """Return a JPEG with these segments behind its JFIF header."""
        plain = self.picture()
        return plain[:20] + b"".join(segments) + plain[20:] + end

    def app1(self, packet: bytes) -> bytes:
        return self.segment(0xE1, XMP_HEADER + packet)

    def app13(self, *resources: bytes) -> bytes:
        return self.segment(0xED, b"Photoshop 3.0\0" + b"".join(resources))

    @staticmethod
    def resource(number: int, data: bytes, name: bytes = b"\0\0", pad: bytes = b"\0") -> bytes:
        padding = pad if len(data) % 2 else b""
        return (
            b"8BIM"
            + struct.pack(">H", number)
            + name
            + struct.pack(">I", len(data))
            + data
            + padding
        )

    @staticmethod
    def iim(*datasets: tuple[int, int, bytes]) -> bytes:
        return b"".join(
            struct.pack(">BBBH", 0x1C, record, number, len(value)) + value
            for record, number, value in datasets
        )

    @staticmethod
    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    def itxt(self, packet: bytes, *, compressed: bool = False) -> bytes:
        text = zlib.compress(packet) if compressed else packet
        return self.chunk(b"iTXt", b"XML:com.adobe.xmp\0" + bytes([compressed]) + b"\0\0\0" + text)

    def png(self, *chunks: bytes, end: bytes = b"") -> bytes:
        """Return a PNG with these chunks behind its IHDR."""
        plain = self.picture("PNG")
        return plain[:33] + b"".join(chunks) + plain[33:] + end

    @staticmethod
    def riff_chunk(kind: bytes, content: bytes) -> bytes:
        return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)

    @staticmethod
    def riff(*chunks: bytes) -> bytes:
        body = b"WEBP" + b"".join(chunks)
        return b"RIFF" + struct.pack("<I", len(body)) + body

    @staticmethod
    def packet(body: str = "", *, about: str = "", more: str = "") -> bytes:
        """Return a packet with one description that declares the usual prefixes."""
        declared = "".join(f' xmlns:{p}="{u}"' for p, u in NAMESPACES.items() if p != "tb")
        return (
            f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}">'
            f'<rdf:Description rdf:about="{about}"{declared} xmlns:q="http://q.example/"{more}>'
            f"{body}</rdf:Description></rdf:RDF></x:xmpmeta>"
        ).encode()

    @staticmethod
    def subject(*items: str, form: str = "Bag") -> str:
        inner = "".join(f"<rdf:li>{item}</rdf:li>" for item in items)
        return f"<dc:subject><rdf:{form}>{inner}</rdf:{form}></dc:subject>"


class Judge:
    """The readers of other people, and the simplest ones of our own."""

    prefixes = NAMESPACES

    @staticmethod
    def segments(data: bytes) -> list[tuple[int, bytes]]:
        """Return marker and content of the segments in front of the first scan."""
        found = []
        at = 2
        while data[at + 1] != 0xDA:
            if data[at + 1] == 0xFF:
                at += 1
                continue
            (length,) = struct.unpack_from(">H", data, at + 2)
            found.append((data[at + 1], data[at + 4 : at + 2 + length]))
            at += 2 + length
        return found

    @staticmethod
    def packet(data: bytes) -> etree._Element:
        """Return the only packet in a file, strictly parsed."""
        (found,) = re.findall(rb"<x:xmpmeta.*?</x:xmpmeta>", data, re.DOTALL)
        return etree.fromstring(found)

    @staticmethod
    def exiftool(*paths: Path, options: tuple[str, ...] = ("-struct",)) -> list[dict[str, Any]]:
        """Return what exiftool reads; one process for all files."""
        run = subprocess.run(
            ["exiftool", "-j", "-G1", "-a", "-api", "largefilesupport=1", *options, "-@", "-"],
            input="\n".join(map(str, paths)).encode(),
            capture_output=True,
            check=False,
        )
        found: list[dict[str, Any]] = json.loads(run.stdout)
        return found

    def keywords(self, path: Path) -> list[str]:
        """Return `dc:subject` as exiftool reads it."""
        (found,) = self.exiftool(path)
        subject = found.get("XMP-dc:Subject", [])
        return [str(s) for s in subject] if isinstance(subject, list) else [str(subject)]

    @staticmethod
    def exempi(path: Path, *, sidecar: bool = False) -> etree._Element:
        """Return what Adobe's toolkit reads, as it writes it."""
        options = ["-X"] if sidecar else []
        run = subprocess.run(
            ["exempi", *options, "-x", path], capture_output=True, check=True, timeout=60
        )
        start = run.stdout.index(b"<x:xmpmeta")
        return etree.fromstring(run.stdout[start:].rstrip(b"\0\n "))

    @staticmethod
    def items(root: etree._Element, name: str) -> list[str]:
        """Return the items of a list property in parsed XMP."""
        found = root.xpath(f"//{name}/*/rdf:li", namespaces=NAMESPACES)
        return [item.text or "" for item in found]

    @staticmethod
    def exiv2(path: Path, key: str) -> list[str]:
        """Return the values of a key as the exiv2 program prints them, a line each."""
        run = subprocess.run(
            ["exiv2", "-q", "-PEIXt", "-K", key, path], capture_output=True, check=False
        )
        return run.stdout.decode().splitlines()

    @staticmethod
    def pixels(path: Path) -> list[bytes]:
        """Return the pixels of all frames."""
        with Image.open(path) as image:
            frames = []
            for number in range(getattr(image, "n_frames", 1)):
                image.seek(number)
                frames.append(image.convert("RGBA").tobytes())
        return frames


class Writer:
    """Writes keywords as the program does, with everything real."""

    def __init__(self, exiv2: Exiv2) -> None:
        self.tools = WriteTools(exiv2=exiv2, announce=lambda _status: None)

    @staticmethod
    def tagset(*words: Word, nsfw: float | None = None) -> TagSet:
        keywords = (w if isinstance(w, Keyword) else Keyword(text=w, confidence=0.9) for w in words)
        flags = () if nsfw is None else (Sensitivity(kind="nsfw", confidence=nsfw),)
        return TagSet(
            keywords=tuple(Sourced(value=k, sources=(SOURCE,)) for k in keywords),
            sensitivities=tuple(Sourced(value=f, sources=(SOURCE,)) for f in flags),
        )

    def __call__(
        self,
        path: Path,
        *words: Word,
        nsfw: float | None = None,
        options: WriteOptions | None = None,
    ) -> Receipt:
        return self.tagged(path, self.tagset(*words, nsfw=nsfw), options)

    def tagged(self, path: Path, tagset: TagSet, options: WriteOptions | None = None) -> Receipt:
        """Write a whole tag set."""
        snapshot = take_snapshot(path)
        media_type = formats.sniff(snapshot.data[: formats.SNIFF_BYTES], path.suffix)
        assert media_type
        source = look_into(snapshot, media_type)
        return write_tagset(source, tagset, options or WriteOptions(), self.tools)

    def embedded(self, path: Path, *words: Word, **more: Any) -> None:  # noqa: ANN401 - as above
        """Write into the photo itself, or fail with the reason why not."""
        receipt = self(path, *words, **more)
        assert (receipt.outcome, receipt.target) == ("written", path), receipt.reason


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Return a folder in memory where there is one: thousands of fsyncs need no disk."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as made:
        yield Path(made)


@pytest.fixture(scope="session")
def build() -> Build:
    return Build()


@pytest.fixture(scope="session")
def exiv2() -> Iterator[Exiv2]:
    reader = Exiv2()
    yield reader
    reader.close()


@pytest.fixture(scope="session")
def write(exiv2: Exiv2) -> Writer:
    return Writer(exiv2)


@pytest.fixture(scope="session")
def exiftool() -> None:
    if not shutil.which("exiftool"):
        pytest.skip("needs exiftool: apt-get install libimage-exiftool-perl")


@pytest.fixture(scope="session")
def exempi() -> None:
    if not shutil.which("exempi"):
        pytest.skip("needs exempi: apt-get install exempi")


@pytest.fixture(scope="session")
def exiv2_program() -> None:
    if not shutil.which("exiv2"):
        pytest.skip("needs exiv2: apt-get install exiv2")


@pytest.fixture(scope="session")
def judge() -> Judge:
    return Judge()
