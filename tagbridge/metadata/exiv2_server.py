"""The process in which exiv2 runs; see `exiv2`.

exiv2 keeps process-wide tables and error logs that one file can poison for the next. So requests
are answered by forks, under limits, and a fork answers the next one only if what it has read so far
cannot matter to it: a whole file, an error, or a prefix that exiv2 did not know was its last. An
error of one that has answered before is not believed: a new one is asked, made while nobody waits.
No setting and no secret is ever in this process.

Requests and answers are frames: four bytes of length, then the content.
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

from tagbridge.metadata.exiv2_traces import introduction, leaves_traces

SECONDS = 20
MEMORY = 4 << 30
_MOST_ANSWERS = 200  # of one fork
_FRAME = ">I"
_GOES_ON, _WAS_LAST, _FAILED = b"+", b".", b"-"
_CRASH = json.dumps({"crash": "exiv2 crashed or took too long"}).encode()


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer frames until the stream ends."""
    import pyexiv2  # noqa: PLC0415 - once, in the parent of all forks

    pyexiv2.set_log_level(3)  # 4 would delete what it cannot read, 2 would write to our stdout
    # What exiv2 sets up at its first use, it has in every fork then, and the prefixes that it may
    # meet again are the same in each.
    _answered(b"D" + introduction())
    fork = Fork()
    while (request := _read_frame(requests)) is not None:
        is_new = not fork.has_answered
        state, answer = fork.ask(request)
        if state == _FAILED and not is_new:
            fork.end()
            fork = Fork()
            state, answer = fork.ask(request)
        _write_frame(answers, answer or _CRASH)
        if state != _GOES_ON:
            fork.end()
            fork = Fork()
    fork.end()


class Fork:
    """A child that answers requests until one could change what it says to the next.

    Attributes:
        has_answered: Whether it has read anything.
    """

    def __init__(self) -> None:
        """Make it."""
        self.has_answered = False
        told, asking = os.pipe()
        listening, telling = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            os.close(asking)
            os.close(listening)
            _answer_and_exit(told, telling)
        os.close(told)
        os.close(telling)
        self._requests = os.fdopen(asking, "wb")
        self._answers = os.fdopen(listening, "rb")

    def ask(self, request: bytes) -> tuple[bytes, bytes]:
        """Return whether it can be asked again, and its answer; none if it is dead."""
        self.has_answered = True
        with suppress(BrokenPipeError):
            _write_frame(self._requests, request)
        answer = _read_frame(self._answers)
        return (_FAILED, b"") if answer is None else (answer[:1], answer[1:])

    def end(self) -> None:
        """Let it go, and wait until it is gone."""
        for stream in (self._requests, self._answers):
            with suppress(BrokenPipeError):
                stream.close()
        os.waitpid(self._child, 0)


def _answer_and_exit(told: int, telling: int) -> None:
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        with os.fdopen(told, "rb") as requests, os.fdopen(telling, "wb") as answers:
            _answer_all(requests, answers)
    finally:
        os._exit(0)


def _answer_all(requests: BinaryIO, answers: BinaryIO) -> None:
    for number in range(1, _MOST_ANSWERS + 1):
        request = _read_frame(requests)
        if request is None:
            return
        signal.alarm(SECONDS)
        answer = _answered(request)
        state = _state_after(request, answer)
        if number == _MOST_ANSWERS and state == _GOES_ON:
            state = _WAS_LAST
        signal.alarm(0)
        _write_frame(answers, state + json.dumps(answer).encode())
        if state != _GOES_ON:
            return


def _state_after(request: bytes, answer: dict[str, Any]) -> bytes:
    if "error" in answer:
        return _FAILED
    is_small = request[:1] == b"D"  # our own blocks, in a file of our own
    return _GOES_ON if is_small and not leaves_traces(answer["packet"]) else _WAS_LAST


def _read_frame(stream: BinaryIO) -> bytes | None:
    """Return the next content; None where the stream ends."""
    header = stream.read(struct.calcsize(_FRAME))
    if len(header) < struct.calcsize(_FRAME):
        return None
    (length,) = struct.unpack(_FRAME, header)
    content = stream.read(length)
    return content if len(content) == length else None


def _write_frame(stream: BinaryIO, content: bytes) -> None:
    stream.write(struct.pack(_FRAME, len(content)) + content)
    stream.flush()


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
