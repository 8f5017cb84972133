"""What the core lends a command, with real parts; and folders of pictures to train with."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

import httpx
from PIL import Image

from tagbridge.formats import sniff
from tagbridge.rendition import renditions
from tagbridge_hooks import ConfigError
from tagbridge_vize import VizeSettings, tagbridge_register_commands

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tagbridge_hooks import ProviderSettings, Rendition


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """A `CommandContext` for `[providers.vize]`.

    Attributes:
        table: Its keys; None when it is not configured.
        rendered: The sizes that were asked for.
    """

    client: httpx.AsyncClient
    table: Mapping[str, Any] | None
    rendered: list[int] = field(default_factory=list)

    def settings(self, provider: str) -> ProviderSettings:
        assert provider == "vize"
        if self.table is None:
            raise ConfigError("providers.vize is not configured")
        return VizeSettings.model_validate(self.table)

    async def render(self, path: Path, max_edge: int) -> Rendition:
        self.rendered.append(max_edge)
        return await asyncio.to_thread(_rendered, path, max_edge)

    async def ask(self, provider: str, about: str, question: object) -> NoReturn:
        raise AssertionError(f"no command of {provider} costs a call: {about}, {question}")


def _rendered(path: Path, max_edge: int) -> Rendition:
    data = path.read_bytes()
    return renditions(data, sniff(data) or "", {max_edge})[max_edge]


class Tearing(httpx.AsyncHTTPTransport):
    """A network that goes away after so many requests."""

    def __init__(self, requests: int) -> None:
        super().__init__()
        self._left = requests

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._left -= 1
        if self._left < 0:
            raise httpx.ConnectError("torn", request=request)
        return await super().handle_async_request(request)


def command(
    table: Mapping[str, Any] | None,
    *arguments: str,
    transport: httpx.AsyncBaseTransport | None = None,
) -> int:
    """Run a command of the plugin with a real client, and return its exit status."""
    name, *others = arguments

    async def run() -> int:
        async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
            return await known[name].run(others, Lent(client=client, table=table))

    known = {one.name: one for one in tagbridge_register_commands()}
    return asyncio.run(run())


def picture(path: Path, number: int, size: tuple[int, int] = (24, 16)) -> Path:
    """Write a picture that no other number has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (number % 256, number // 256, 128)).save(path, quality=95)
    return path


def pictures(folder: Path, **counts: int) -> Path:
    """Make a folder with a folder of so many pictures for each label."""
    number = 0
    for name, count in counts.items():
        for place in range(count):
            number += 3
            picture(folder / name / f"DSC_{place:04}.jpg", number)
    return folder
