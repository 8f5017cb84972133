"""The process in which exiv2 runs; see `exiv2`.

exiv2 keeps process-wide tables and error logs that one file can poison for the next, so every
request is answered by a fork of its own, under limits; the next one is made while nobody waits.
This module imports nothing of tagbridge: no setting and no secret is ever in this process.

Requests and answers are frames on the standard streams: four bytes of length, then the content.
"""

from __future__ import annotations

import itertools
import json
import os
import resource
import signal
import struct
import sys
from contextlib import suppress
from typing import Any, BinaryIO

SECONDS = 20
MEMORY = 4 << 30
_FRAME = ">I"
_SIDECAR = b"""
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:subject><rdf:Bag><rdf:li>a</rdf:li></rdf:Bag></dc:subject>
</rdf:Description></rdf:RDF></x:xmpmeta>""".lstrip()


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer frames until the stream ends."""
    import pyexiv2  # noqa: PLC0415 - once, in the parent of all forks

    pyexiv2.set_log_level(3)  # 4 would delete what it cannot read, 2 would write to our stdout
    _answered(b"D" + _SIDECAR)  # what exiv2 sets up at its first use, it has in every fork then
    waiting = Fork()
    while header := requests.read(struct.calcsize(_FRAME)):
        (length,) = struct.unpack(_FRAME, header)
        answer = waiting.ask(requests.read(length))
        answers.write(struct.pack(_FRAME, len(answer)) + answer)
        answers.flush()
        waiting.end()
        waiting = Fork()


class Fork:
    """A child that waits for one request, answers it, and is gone."""

    def __init__(self) -> None:
        """Make it."""
        told, self._requests = os.pipe()
        self._answers, telling = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            os.close(self._requests)
            os.close(self._answers)
            _answer_and_exit(told, telling)
        os.close(told)
        os.close(telling)

    def ask(self, request: bytes) -> bytes:
        """Return its answer."""
        with suppress(BrokenPipeError), os.fdopen(self._requests, "wb") as pipe:
            pipe.write(request)
        with os.fdopen(self._answers, "rb") as pipe:
            answer = pipe.read()
        return answer or json.dumps({"crash": "exiv2 crashed or took too long"}).encode()

    def end(self) -> None:
        """Wait until it is gone."""
        os.waitpid(self._child, 0)


def _answer_and_exit(told: int, telling: int) -> None:
    try:
        with os.fdopen(told, "rb") as pipe:
            request = pipe.read()
        if not request:  # nobody will ask any more
            return
        signal.alarm(SECONDS)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        with os.fdopen(telling, "wb") as pipe:
            pipe.write(json.dumps(_answered(request)).encode())
    finally:
        os._exit(0)


def _answered(request: bytes) -> dict[str, Any]:
    import pyexiv2  # noqa: PLC0415 - already loaded by `serve`

    kind, content = request[:1], request[1:]
    if kind == b"P":
        with open(content, "rb") as file:  # noqa: PTH123 - a path that may not be UTF-8
            content = file.read()
    try:
        with pyexiv2.ImageData(content) as image:
            said = _said(image)
    except (RuntimeError, ValueError) as error:
        return {"error": str(error)}
    if not said["packet"] and content[4:8] == b"ftyp":
        said["packet"] = _packet_in_heif(content)
    return said


def _packet_in_heif(content: bytes) -> str:
    """Return the XMP packet of a HEIC file as another reader finds it.

    exiv2 passes over one whose place is counted from a base offset, as ExifTool writes it.
    """
    import pillow_heif  # noqa: PLC0415 - few files need it

    try:
        packet: bytes = pillow_heif.open_heif(content).info.get("xmp") or b""
        return packet.decode()
    except (ValueError, RuntimeError, SyntaxError):  # it cannot open it either
        return ""


def _said(image: Any) -> dict[str, Any]:  # noqa: ANN401 - pyexiv2 has no types
    iptc = image.read_iptc(encoding="latin-1")  # every byte is a character of Latin-1
    keywords = iptc.get("Iptc.Application2.Keywords", [])
    character_set = iptc.get("Iptc.Envelope.CharacterSet", "")
    properties = image.read_xmp()
    subject = properties.get("Xmp.dc.subject", [])
    if isinstance(subject, str):  # items with qualifiers are given one by one
        numbered = (properties.get(f"Xmp.dc.subject[{n}]") for n in itertools.count(1))
        subject = list(itertools.takewhile(lambda item: item is not None, numbered)) or [subject]
    return {
        "packet": image.read_raw_xmp(),
        "subject": subject,
        "iim_keywords": [keywords] if isinstance(keywords, str) else keywords,
        "iim_is_utf8": character_set == "\x1b%G",
    }


def main() -> None:
    """Serve the standard streams; whatever exiv2 prints goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
