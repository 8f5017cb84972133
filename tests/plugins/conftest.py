"""What the tests of every plugin need: the provider, the strict server, the whole program.

A folder of tests is named as its plugin. Its own fixtures say the rest: `login` is the least table
that opens the provider, `options` are what the server is started with, and `table` leads there.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_hooks.testing import SAMPLES, LentContext

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from tagbridge_hooks import ProviderInfo, Recognition, Rendition
    from tests.fixtures.recognition import RecognitionServer

    Table = Mapping[str, Any]
    Work = Callable[[Any], Awaitable[Any]]

GUIDE = Path(__file__).parents[2] / "plugins" / "README.md"
TOML = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def info(request: pytest.FixtureRequest) -> ProviderInfo:
    """Return what the one provider of the plugin declares."""
    plugin: Any = importlib.import_module(request.path.parent.name)
    (declared,) = plugin.tagbridge_register_providers()
    found: ProviderInfo = declared
    return found


@pytest.fixture(scope="module")
def examples(info: ProviderInfo) -> list[dict[str, Any]]:
    """Return the tables of the provider that the guide shows."""
    blocks = map(tomllib.loads, TOML.findall(GUIDE.read_text("utf-8")))
    shown = (block.get("providers", {}) for block in blocks)
    return [providers[info.name] for providers in shown if info.name in providers]


@pytest.fixture(scope="module")
def opened(info: ProviderInfo, login: Table) -> Callable[..., Any]:
    """Return a function that works with the provider, opened with this client and table."""

    async def worked(
        work: Work, client: httpx.AsyncClient, table: Table, vocabulary: tuple[str, ...]
    ) -> object:
        async with client:
            settings = info.settings.model_validate(table)
            context = LentContext(client=client, vocabulary=vocabulary)
            provider = await asyncio.to_thread(info.open, settings, context)
            try:
                return await work(provider)
            finally:
                await provider.aclose()

    def work_with(
        work: Work,
        client: httpx.AsyncClient | None = None,
        table: Table = login,
        vocabulary: tuple[str, ...] = (),
    ) -> object:
        lent = client or httpx.AsyncClient(trust_env=False)
        return asyncio.run(worked(work, lent, table, vocabulary))

    return work_with


@pytest.fixture(scope="module")
def recognize(opened: Callable[..., Any]) -> Callable[..., Recognition]:
    """Return a function that shows a picture to the provider, opened with this table."""

    def shown(
        table: Table,
        client: httpx.AsyncClient | None = None,
        rendition: Rendition = SAMPLES[0],
        vocabulary: tuple[str, ...] = (),
    ) -> Recognition:
        said: Recognition = opened(
            lambda provider: provider.recognize(rendition), client, table, vocabulary
        )
        return said

    return shown


@pytest.fixture(scope="module")
def answered(recognize: Callable[..., Recognition], login: Table) -> Callable[..., Recognition]:
    """Return a function that says what the provider makes of one answer of the service."""

    def made(
        status: int,
        content: bytes,
        headers: dict[str, str] | None = None,
        vocabulary: tuple[str, ...] = (),
        **settings: object,
    ) -> Recognition:
        answer = httpx.Response(status, content=content, headers=headers)
        client = httpx.AsyncClient(transport=httpx.MockTransport(lambda _request: answer))
        return recognize({**login, **settings}, client, vocabulary=vocabulary)

    return made


@pytest.fixture(scope="module")
def running(
    recognition_server: Callable[..., RecognitionServer], options: tuple[str, ...]
) -> RecognitionServer:
    """Return the strict server that the tests of a module share."""
    return recognition_server(*options)


@pytest.fixture
def server(running: RecognitionServer) -> RecognitionServer:
    """Return the server as it was at first: on a good day, with its allowance and an empty log."""
    return running.as_new()


@pytest.fixture
def show(recognize: Callable[..., Recognition], table: Table) -> Callable[..., Recognition]:
    """Return a function that shows a picture to the server, with these settings as well."""

    def shown(
        rendition: Rendition = SAMPLES[0], vocabulary: tuple[str, ...] = (), **settings: object
    ) -> Recognition:
        return recognize({**table, **settings}, None, rendition, vocabulary)

    return shown


@pytest.fixture
def tagged(
    tmp_path: Path, info: ProviderInfo, table: Table
) -> Callable[..., tuple[list[dict[str, Any]], str]]:
    """Return a function that runs `tagbridge tag --json` on a path, with this provider alone.

    It takes the keys of `[keywords]`, and returns the report and all that was said.
    """
    config = tmp_path / "config.toml"
    config.touch(mode=0o600)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TAGBRIDGE_")}

    def tag(path: Path, **keywords: object) -> tuple[list[dict[str, Any]], str]:
        tables = {f"providers.{info.name}": table, "keywords": keywords}
        config.write_text("\n".join(map(toml, tables, tables.values())), encoding="utf-8")
        places = ["--config", str(config), "--state", str(tmp_path / "state")]
        done = subprocess.run(
            [sys.executable, "-m", "tagbridge", *places, "tag", "--json", str(path)],
            env=kept | {"HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()], done.stdout + done.stderr

    return tag


def toml(name: str, table: Table) -> str:
    """Return a table as TOML, which writes texts, numbers and lists of them as JSON does."""
    return "\n".join([f"[{name}]", *(f"{key} = {json.dumps(table[key])}" for key in table)])
