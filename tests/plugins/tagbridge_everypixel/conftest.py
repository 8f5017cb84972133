"""The service in a process of its own, and the provider with a client of the test."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_everypixel import EverypixelSettings, open_provider
from tagbridge_hooks.testing import SAMPLES, LentContext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tagbridge_hooks import Recognition, Rendition

SERVER = Path(__file__).parents[2] / "servers" / "recognition.py"
LOGIN = {"client_id": "photographer", "client_secret": "open-sesame"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A running service that speaks as Everypixel does."""

    port: int
    log: Path

    @property
    def table(self) -> dict[str, Any]:
        """Return `[providers.everypixel]` for it."""
        return {**LOGIN, "base_url": f"http://127.0.0.1:{self.port}/v1"}

    def asked(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]


@pytest.fixture(scope="session")
def start_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Service]]:
    """Return a function that starts a service with further options; all are ended."""
    running: list[subprocess.Popen[str]] = []

    def start(*options: str) -> Service:
        log = tmp_path_factory.mktemp("service") / "log"
        login = ["--client-id", LOGIN["client_id"], "--client-secret", LOGIN["client_secret"]]
        command = [sys.executable, str(SERVER), "--log", str(log), "--everypixel", *login, *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout
        return Service(port=int(process.stdout.readline()), log=log)

    yield start
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def service(start_service: Callable[..., Service]) -> Service:
    """Return a service that many tests share."""
    return start_service()


@pytest.fixture(scope="session")
def recognize() -> Callable[..., Recognition]:
    """Return a function that shows a picture to a provider opened with this table."""

    def show(
        table: dict[str, Any],
        client: httpx.AsyncClient | None = None,
        rendition: Rendition = SAMPLES[0],
    ) -> Recognition:
        return asyncio.run(_shown(table, client, rendition))

    return show


async def _shown(
    table: dict[str, Any], client: httpx.AsyncClient | None, rendition: Rendition
) -> Recognition:
    async with client or httpx.AsyncClient(trust_env=False) as lent:
        settings = EverypixelSettings.model_validate(table)
        provider = await asyncio.to_thread(open_provider, settings, LentContext(client=lent))
        try:
            return await provider.recognize(rendition)
        finally:
            await provider.aclose()


@pytest.fixture(scope="session")
def answered(recognize: Callable[..., Recognition]) -> Callable[..., Recognition]:
    """Return a function that says what the provider makes of one answer of the service."""

    def make(status: int, content: bytes, **headers: str) -> Recognition:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = httpx.Response(status, content=content, headers=named)
        client = httpx.AsyncClient(transport=httpx.MockTransport(lambda _request: answer))
        return recognize(LOGIN, client)

    return make
