"""The socket on which the page is served."""

from __future__ import annotations

import socket
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tagbridge_hooks.errors import ConfigError

if TYPE_CHECKING:
    from tagbridge.config_web import WebSettings

_PRIVATE = 0o600


def listen(web: WebSettings) -> socket.socket:
    """Return a socket that listens.

    Raises:
        ConfigError: The address is not there, or somebody else has it.
    """
    try:
        return _on_file(Path(web.socket)) if web.socket else _on_address(web.host, web.port)
    except OSError as error:
        where = f"web.socket {web.socket!r}" if web.socket else f"{web.host}, port {web.port}"
        said = error.strerror or str(error)
        raise ConfigError(f"the page cannot be served on {where}: {said}") from error


def let_go(listening: socket.socket, web: WebSettings) -> None:
    """Close a socket that `listen` returned, and remove its file if it has one."""
    listening.close()
    if web.socket:  # as long as it answered, nobody else could take its place
        Path(web.socket).unlink(missing_ok=True)


def _on_address(host: str, port: int) -> socket.socket:
    (family, _, _, _, address), *_ = socket.getaddrinfo(
        *(host, port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    return socket.create_server(address[:2], family=family)


def _on_file(path: Path) -> socket.socket:
    _remove_dead(path)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(str(path))
        path.chmod(_PRIVATE)  # before anybody can connect
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


def _remove_dead(path: Path) -> None:
    """Remove the socket of a process that has ended; one that answers stays, and so does a file."""
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
            try:
                asking.connect(str(path))
            except ConnectionRefusedError:
                path.unlink()
