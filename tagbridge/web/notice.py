"""A note in the state folder that says where the daemon serves its page, and what opens it."""

from __future__ import annotations

import json
import os
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tagbridge.web.serving import url_of

if TYPE_CHECKING:
    from pathlib import Path

_FILE = "page.json"
_PRIVATE = 0o600
_SECONDS = 2.0


class Notice:
    """The note; nobody but its owner can read it."""

    def __init__(self, state: Path) -> None:
        self._path = state / _FILE
        self._address = ""
        self._token = ""

    def served_on(self, address: str) -> None:
        """Write down where the page is."""
        self._address = address
        self._write()

    def renewed(self, token: str) -> None:
        """Write down what opens it from now on."""
        self._token = token
        self._write()

    def remove(self) -> None:
        """Take the note away: the page is served no more."""
        self._path.unlink(missing_ok=True)

    def _write(self) -> None:
        if not (self._address and self._token):
            return
        beside = self._path.with_suffix(f".{os.getpid()}")
        beside.unlink(missing_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor
            json.dump({"address": self._address, "token": self._token}, file)
        beside.replace(self._path)


def served_by_daemon(state: Path) -> str:
    """Return the URL that opens the daemon's page, once; empty if it serves none."""
    try:
        said = json.loads((state / _FILE).read_text(encoding="utf-8"))
        parts = urlsplit(said["address"])
        if not (parts.hostname and parts.port):  # a unix socket: no browser opens it
            return ""
        with socket.create_connection((parts.hostname, parts.port), _SECONDS):
            return url_of(said["address"], said["token"])
    except (OSError, ValueError, KeyError, TypeError):  # no daemon, or one that was killed
        return ""
