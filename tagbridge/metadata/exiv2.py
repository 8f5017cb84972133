"""A second opinion: what exiv2 reads, asked in a process of its own.

Two uses: what we wrote must be read by exiv2 (and so by digiKam, darktable and gwenview) as we
meant it; and exiv2 knows where XMP lives in the many formats that we do not edit.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagbridge_hooks import AssetError

if TYPE_CHECKING:
    from pathlib import Path

_FRAME = ">I"
_NO_ANSWER = (OSError, struct.error, ValueError)


class Exiv2Error(AssetError):
    """Report that exiv2 cannot read a file, or crashed on it."""


class UnknownFormError(Exiv2Error):
    """Report that exiv2 looked at a file and cannot read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What exiv2 found.

    Attributes:
        packet: The XMP packet as it stands in the file; empty when there is none.
        subject: `dc:subject`.
        iim_values: The IPTC-IIM keywords as bytes, in the character set of the file.
        iim_keywords: The same as text: UTF-8 where it is marked or valid, otherwise Latin-1.
    """

    packet: bytes
    subject: tuple[str, ...]
    iim_values: tuple[bytes, ...]
    iim_keywords: tuple[str, ...]


class Exiv2:
    """The reader; safe to use from several threads. Its process starts when it is needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Start the process, unless it runs, so that the first who asks need not wait."""
        if self._process is None:
            with self._lock, suppress(OSError):  # whoever asks hears of it
                self._started()

    def read_bytes(self, data: bytes) -> Reading:
        """Return what exiv2 reads in a file that exists only in memory.

        Raises:
            Exiv2Error: It cannot.
        """
        return self._ask(b"D" + data)

    def read_file(self, path: Path) -> Reading:
        """Return what exiv2 reads in a file on disk, which is opened for reading only.

        Raises:
            Exiv2Error: It cannot.
        """
        return self._ask(b"P" + os.fsencode(path.absolute()))

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._stop()

    def _ask(self, request: bytes) -> Reading:
        with self._lock:
            try:
                answer = self._exchange(request)
            except _NO_ANSWER:
                # The system may have ended the process, short of memory: once more with a new one.
                self._stop()
                answer = self._exchange_again(request)
        if "crash" in answer:
            raise Exiv2Error(answer["crash"])
        if "error" in answer:
            raise UnknownFormError(f"exiv2 cannot read it: {answer['error']}")
        return _reading(answer)

    def _exchange_again(self, request: bytes) -> dict[str, Any]:
        try:
            return self._exchange(request)
        except _NO_ANSWER as error:
            self._stop()
            raise Exiv2Error("exiv2 did not answer") from error

    def _exchange(self, request: bytes) -> dict[str, Any]:
        process = self._started()
        if process.stdin is None or process.stdout is None:
            raise ValueError("the process has no streams")
        process.stdin.write(struct.pack(_FRAME, len(request)) + request)
        process.stdin.flush()
        (length,) = struct.unpack(_FRAME, process.stdout.read(struct.calcsize(_FRAME)))
        answer: dict[str, Any] = json.loads(process.stdout.read(length))
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            # A session of its own: Ctrl-C on the terminal must not end it in mid-answer.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tagbridge.metadata.exiv2_server"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,
            )
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        process.wait()


def _reading(answer: dict[str, Any]) -> Reading:
    values = tuple(text.encode("latin-1") for text in answer["iim_keywords"])
    return Reading(
        packet=answer["packet"].encode(),
        subject=tuple(answer["subject"]),
        iim_values=values,
        iim_keywords=tuple(_text(value, is_utf8=answer["iim_is_utf8"]) for value in values),
    )


def _text(value: bytes, *, is_utf8: bool) -> str:
    try:
        return value.decode("utf-8", "replace" if is_utf8 else "strict")
    except UnicodeDecodeError:
        return value.decode("latin-1")
