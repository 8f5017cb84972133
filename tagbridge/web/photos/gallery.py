"""Pictures of photos for the page: small ones that are kept, larger ones that are not."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from tagbridge import thumbnails
from tagbridge.reading import asset_of, read_source
from tagbridge.rendering import pictures
from tagbridge_hooks.errors import AssetError

if TYPE_CHECKING:
    from pathlib import Path

    from tagbridge.plugins import Plugins
    from tagbridge.thumbnails import Thumbnails

_LARGE_EDGE = 1600


class Gallery:
    """Makes pictures, as many at once as there are cores: a page asks for hundreds."""

    def __init__(self, kept: Thumbnails, plugins: Plugins) -> None:
        self._kept = kept
        self._plugins = plugins
        self._slots = asyncio.Semaphore(os.cpu_count() or 1)

    def known(self, identity: str) -> bytes | None:
        """Return the thumbnail of a picture if it was made before."""
        return self._kept.get(identity)

    async def small(self, path: Path) -> bytes | None:
        """Return the thumbnail of a photo, made now; None where there is no picture to show."""
        async with self._slots:
            return await asyncio.to_thread(self._small, path)

    async def large(self, path: Path) -> bytes | None:
        """Return a photo as large as a screen; None where there is no picture to show."""
        async with self._slots:
            return await asyncio.to_thread(self._large, path)

    def _small(self, path: Path) -> bytes | None:
        made = self._made(path, thumbnails.EDGE)
        if made is None:
            return None
        identity, picture = made
        self._kept.put(identity, picture)
        return picture

    def _large(self, path: Path) -> bytes | None:
        made = self._made(path, _LARGE_EDGE)
        return None if made is None else made[1]

    def _made(self, path: Path, edge: int) -> tuple[str, bytes] | None:
        """Return the identity of a picture and its rendition: upright, sRGB, without metadata."""
        try:
            source = read_source(path, {"image"})
            asset = asset_of(source)
            made = pictures(source, asset, self._plugins, {edge})
        except AssetError:
            return None
        return asset.identity, made[edge].data
