"""The page behind its guard, served by a real server on a socket of this machine."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING

import httpx
import pytest

from tagbridge.config import Settings
from tagbridge.config_web import WebSettings
from tagbridge.web.house import House
from tagbridge.web.serving import Serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tagbridge.ledger import Ledger

LONG = 60.0


@dataclass(frozen=True, kw_only=True)
class Served:
    """A page that is served.

    Attributes:
        serving: What serves it.
        house: What it shows.
    """

    serving: Serving
    house: House

    @property
    def address(self) -> str:
        return self.serving.address

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def client(self) -> httpx.Client:
        """Return somebody who has not come in."""
        return httpx.Client(base_url=self.address, timeout=LONG)

    @contextmanager
    def guest(self) -> Iterator[httpx.Client]:
        """Yield somebody who has come in, and asks as the page itself does."""
        with self.client() as client:
            client.get(self.serving.opening).raise_for_status()
            client.headers["Origin"] = self.address
            client.headers["Sec-Fetch-Site"] = "same-origin"
            yield client


@pytest.fixture
def house(tmp_path: Path, ledger: Ledger) -> House:
    root = tmp_path / "photos"
    root.mkdir(exist_ok=True)
    settings = Settings(providers={"local": {}})
    return House(settings=settings, ledger=ledger, roots=(root,), state=tmp_path / "state")


@pytest.fixture
def serve(house: House) -> Iterator[Callable[..., Served]]:
    """Return a function that serves a page until the test ends; takes keys of `[web]`."""
    running: list[tuple[Serving, Thread]] = []

    def start(shown: House = house, **web: object) -> Served:
        serving = Serving(shown, WebSettings.model_validate(web))
        thread = Thread(target=lambda: asyncio.run(serving.run()), daemon=True)
        thread.start()
        running.append((serving, thread))
        return Served(serving=serving, house=shown)

    yield start
    for serving, thread in running:
        serving.stop()
        thread.join(LONG)


@pytest.fixture
def served(serve: Callable[..., Served]) -> Served:
    return serve()
