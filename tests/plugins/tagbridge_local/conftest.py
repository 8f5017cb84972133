"""The provider, opened once, and the sample photographs as the core would hand them over."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tagbridge_hooks import Rendition
from tagbridge_hooks.testing import LentContext
from tagbridge_local import MAX_EDGE, LocalSettings, open_provider

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tagbridge_hooks import Provider, Recognition

PHOTOS = Path(__file__).parents[2] / "photos"


def _rendition(file: Path) -> Rendition:
    with Image.open(file) as opened:
        picture = opened.convert("RGB")
    picture.thumbnail((MAX_EDGE, MAX_EDGE), Image.Resampling.LANCZOS)
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=90)
    return Rendition(
        data=data.getvalue(),
        media_type="image/jpeg",
        width=picture.width,
        height=picture.height,
    )


@pytest.fixture(scope="session")
def photos() -> Path:
    return PHOTOS


@pytest.fixture(scope="session")
def rendition() -> Callable[[str], Rendition]:
    """Make the rendition of a sample photograph by the name of its file."""
    return lambda name: _rendition(PHOTOS / name)


@pytest.fixture(scope="session")
def local() -> Provider:
    return open_provider(LocalSettings(), LentContext())


@pytest.fixture(scope="session")
def recognize(local: Provider) -> Callable[[Rendition], Recognition]:
    return lambda shown: asyncio.run(_one(local, shown))


async def _one(local: Provider, shown: Rendition) -> Recognition:
    return await local.recognize(shown)


@pytest.fixture(scope="session")
def expected() -> Mapping[str, list[str]]:
    """For each photograph the keywords of which a person would want at least one."""
    table: dict[str, list[str]] = json.loads((PHOTOS / "expected.json").read_text("utf-8"))
    return table


@pytest.fixture(scope="session")
def answers(
    expected: Mapping[str, list[str]],
    rendition: Callable[[str], Rendition],
    recognize: Callable[[Rendition], Recognition],
) -> Mapping[str, Recognition]:
    """What the provider says about each sample photograph."""
    return {name: recognize(rendition(name)) for name in expected}
