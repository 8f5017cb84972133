"""A note in the state folder that says where the daemon serves its page, and what opens it."""

from __future__ import annotations

import json
import logging
import os
import socket
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

_FILE = "page.json"
_PRIVATE = 0o600
_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What stands in the note.

    Attributes:
        address: Of the page: a URL, or the path of a unix socket.
        token: Opens it once.
    """

    address: str
    token: str


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
        self._address = ""
        self._path.unlink(missing_ok=True)

    def _write(self) -> None:
        if not (self._address and self._token):
            return
        try:
            self._replace()
        except OSError as error:  # whoever is in stays in
            log.warning("%s cannot be written (%s); nobody else can open the page", _FILE, error)

    def _replace(self) -> None:
        beside = self._path.with_suffix(f".{os.getpid()}")
        beside.unlink(missing_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor
            json.dump(asdict(Noted(address=self._address, token=self._token)), file)
        beside.replace(self._path)


def served_by_daemon(state: Path) -> Noted | None:
    """Return where the daemon serves its page; None if it serves none."""
    try:
        noted = Noted(**json.loads((state / _FILE).read_text(encoding="utf-8")))
        _connect(noted.address)
    except (OSError, ValueError, TypeError):  # no daemon, or one that was killed
        return None
    return noted


def _connect(address: str) -> None:
    """Find out whether somebody listens there.

    Raises:
        OSError: Nobody does.
    """
    parts = urlsplit(address)
    if parts.hostname and parts.port:
        socket.create_connection((parts.hostname, parts.port), _SECONDS).close()
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.settimeout(_SECONDS)
        asking.connect(address)
