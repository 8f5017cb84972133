"""The page behind its guard, served by a real server on a socket of this machine."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING

import httpx
import pytest

from tagbridge.config import Settings
from tagbridge.config_web import WebSettings
from tagbridge.ledger import open_ledger
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


@contextmanager
def running(house: House, **web: object) -> Iterator[Served]:
    serving = Serving(house, WebSettings.model_validate(web))
    thread = Thread(target=lambda: asyncio.run(serving.run()), daemon=True)
    thread.start()
    try:
        yield Served(serving=serving, house=house)
    finally:
        serving.stop()
        thread.join(LONG)


def house_in(folder: Path, ledger: Ledger) -> House:
    root = folder / "photos"
    root.mkdir(exist_ok=True)
    settings = Settings(providers={"local": {}})
    return House(settings=settings, ledger=ledger, roots=(root,), state=folder / "state")


@pytest.fixture
def house(tmp_path: Path, ledger: Ledger) -> House:
    return house_in(tmp_path, ledger)


@pytest.fixture
def serve(house: House) -> Iterator[Callable[..., Served]]:
    """Return a function that serves a page until the test ends; takes keys of `[web]`."""
    with ExitStack() as exits:

        def start(shown: House = house, **web: object) -> Served:
            return exits.enter_context(running(shown, **web))

        yield start


@pytest.fixture
def served(serve: Callable[..., Served]) -> Served:
    return serve()


@pytest.fixture(scope="module")
def served_for_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return a page that all tests of a module share, for those that only look."""
    folder = tmp_path_factory.mktemp("house")
    with (
        closing(open_ledger(folder / "state")) as ledger,
        running(house_in(folder, ledger)) as page,
    ):
        yield page
