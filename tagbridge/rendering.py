"""Make what the providers are shown of an asset: by a plugin, otherwise by ourselves."""

from __future__ import annotations

import asyncio
import threading
from io import BytesIO
from typing import TYPE_CHECKING

from tagbridge import thumbnails
from tagbridge.completeness.window import IncompleteError, Window
from tagbridge.formats import kind_of
from tagbridge.metadata.snapshot import reopened
from tagbridge.metadata.video import seconds_of
from tagbridge.rendition import renditions, video_renditions
from tagbridge.takers import refusal, takers
from tagbridge_hooks import UnreadableAssetError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from tagbridge.equipment import Equipment
    from tagbridge.metadata.write import Source
    from tagbridge.plugins import Plugins
    from tagbridge_hooks import Asset, Rendition


async def render(
    source: Source,
    asset: Asset,
    equipment: Equipment,
    made: Mapping[int, Rendition] | None = None,
) -> Mapping[int, Rendition]:
    """Return a rendition of every size that a provider wants who is asked, decoding once.

    Args:
        source: The asset as it was read.
        asset: Which picture it is.
        equipment: What it takes.
        made: The renditions of a photo, if they are made already; see `edges_of`.

    Raises:
        UnreadableAssetError: It cannot be decoded.
        AssetChangedError: It changed meanwhile.
    """
    if source.seconds is None:
        return await asyncio.to_thread(_pictures, source, asset, equipment, made)
    ended = threading.Event()
    async with equipment.video_slots:
        try:
            return await asyncio.to_thread(_videos, source, asset, equipment, ended.is_set)
        finally:
            ended.set()  # who ends at once does not wait until a thread has decoded a film


def edges_of(asset: Asset, equipment: Equipment) -> set[int]:
    """Return the longest edges of all renditions of a photo that are wanted; none of no interest.

    The thumbnail is one of them: to make it of what is decoded anyway takes some 2 milliseconds.
    """
    edges = _edges(asset, equipment)
    return edges | {thumbnails.EDGE} if edges and equipment.thumbnails else edges


def _pictures(
    source: Source,
    asset: Asset,
    equipment: Equipment,
    made: Mapping[int, Rendition] | None,
) -> Mapping[int, Rendition]:
    """Return the renditions of a photo, and keep a thumbnail of it where one is wanted."""
    if made is None:
        made = pictures(source, asset, equipment.plugins, edges_of(asset, equipment))
    if equipment.thumbnails is not None:
        equipment.thumbnails.put(asset.identity, made[thumbnails.EDGE].data)
    return made


def pictures(
    source: Source, asset: Asset, plugins: Plugins, edges: Collection[int]
) -> dict[int, Rendition]:
    """Return the renditions of a photo with these longest edges: a plugin's, otherwise ours.

    Raises:
        UnreadableAssetError: It cannot be decoded.
    """
    made = plugins.render(asset, max(edges))
    if made is not None:  # cleaned the same way
        return renditions(made.data, made.media_type, edges)
    return renditions(source.snapshot.data, asset.media_type, edges)


def _videos(
    source: Source, asset: Asset, equipment: Equipment, ended: Callable[[], bool]
) -> dict[int, Rendition]:
    edges = _edges(asset, equipment, source.seconds)
    made = equipment.plugins.render(asset, max(edges))
    # Who is asked takes videos; a plugin may have made a still picture.
    if made is not None and kind_of(made.media_type) == "video":
        return _cleaned(made, edges, ended)
    with reopened(source.snapshot) as file:
        return video_renditions(file, edges, source.seconds or 0.0, ended)


def _edges(asset: Asset, equipment: Equipment, seconds: float | None = None) -> set[int]:
    asked = takers(equipment.recognizers, asset.media_type)
    return {r.info.max_edge for r in asked if refusal(r.info, seconds) is None}


def _cleaned(made: Rendition, edges: set[int], ended: Callable[[], bool]) -> dict[int, Rendition]:
    try:
        seconds = seconds_of(Window(BytesIO(made.data)))
        return video_renditions(BytesIO(made.data), edges, seconds, ended)
    except (IncompleteError, UnreadableAssetError) as error:
        raise UnreadableAssetError(f"what a plugin rendered: {error}") from error
