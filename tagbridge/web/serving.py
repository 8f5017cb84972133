"""The server: the application behind its guard, on one socket, in a loop that runs already."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from tagbridge.web.app import make_app
from tagbridge.web.guard import Door, Guard
from tagbridge.web.guard.decide import ENTRANCE
from tagbridge.web.guard.names import names_of_address, names_of_host, names_of_socket
from tagbridge.web.listening import let_go, listen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tagbridge.config_web import WebSettings
    from tagbridge.web.house import House

_MOST_CONNECTIONS = 128
_MOST_HEAD_BYTES = 32 << 10
_FAREWELL_SECONDS = 1


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to whoever has them already."""
        yield


class Serving:
    """The page while it is served; for one event loop.

    Attributes:
        address: Where it is, for a person: `http://127.0.0.1:8080`, or the path of a unix socket.
        door: Its keys.
    """

    def __init__(
        self, house: House, web: WebSettings, *, renewed: Callable[[str], None] | None = None
    ) -> None:
        """Take the socket; what connects is answered once `run` runs.

        Args:
            house: What is shown.
            web: Where.
            renewed: Told of each token that opens the page, and then of the next.

        Raises:
            ConfigError: The socket cannot be had.
        """
        self._web = web
        self._socket = listen(web)
        self.door = Door(renewed)
        if web.socket:
            self.address, port = web.socket, 0
            names = names_of_socket(web.names)
        else:
            port = self._socket.getsockname()[1]
            names = names_of_address(web.host, port, web.names)
            self.address = f"http://{names_of_host(web.host)[0]}:{port}"
        app = make_app(house)
        guard = Guard(app, names=names, door=self.door, cookie=f"tagbridge-{port or 'socket'}")
        self._server = _Server(_config(guard))

    @property
    def opening(self) -> str:
        """What opens the page, once, see `opening`.

        It is a secret: it goes to the browser, or to the terminal, and into no log.
        """
        return opening(self.address, self.door.token)

    async def run(self) -> None:
        """Serve until `stop`."""
        try:
            await self._server.serve([self._socket])
        finally:
            let_go(self._socket, self._web)

    def stop(self) -> None:
        """Answer what was asked already, for a second at most, and end."""
        self._server.should_exit = True


def opening(address: str, token: str) -> str:
    """Return the URL that opens a page once; for a unix socket a sentence with the last part."""
    entrance = f"{ENTRANCE}?token={token}"
    if address.startswith("http"):
        return address + entrance
    return f"The page is served on {address}; from there it opens with {entrance}"


def _config(app: Guard) -> uvicorn.Config:
    # A token is in an address; whatever else sets up logging, none is noted.
    logging.getLogger("uvicorn.access").disabled = True
    return uvicorn.Config(
        app,
        http="h11",  # what else may be installed was not tried
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,  # nobody may claim to be this machine
        server_header=False,
        limit_concurrency=_MOST_CONNECTIONS,
        h11_max_incomplete_event_size=_MOST_HEAD_BYTES,
        timeout_graceful_shutdown=_FAREWELL_SECONDS,
    )
