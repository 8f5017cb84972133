"""Find similar pictures with the providers that can."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.questions import Subject
from tagbridge.reading import asset_of, read_source
from tagbridge.rendering import render
from tagbridge.takers import NotTakenError
from tagbridge_hooks import ProviderError, Rendition, SimilarFinder

if TYPE_CHECKING:
    from pathlib import Path

    from tagbridge.equipment import Equipment
    from tagbridge.recognize import Recognizer
    from tagbridge_hooks import Neighbour, Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one provider found.

    Attributes:
        provider: Its name.
        neighbours: The nearest first.
        error: Why it found nothing, or None.
    """

    provider: str
    neighbours: tuple[Neighbour, ...] = ()
    error: ProviderError | None = None


async def similar_to_picture(path: Path, count: int, equipment: Equipment) -> list[Found]:
    """Return what each provider finds for a picture; a repeated question makes no call.

    Raises:
        AssetError: It cannot be read or decoded.
    """
    source = await asyncio.to_thread(read_source, path)
    if source.seconds is not None:
        raise NotTakenError("no provider that is chosen takes videos")
    asset = await asyncio.to_thread(asset_of, source)
    renditions = await render(source, asset, equipment)
    asked = []
    for recognizer in equipment.recognizers:
        rendition = renditions[recognizer.info.max_edge]
        about = Subject(asset.identity, asset.media_type, rendition.data)
        asked.append(_ask(recognizer, about, rendition, count))
    return await asyncio.gather(*asked)


async def similar_to_text(text: str, count: int, equipment: Equipment) -> list[Found]:
    """Return what each provider finds for words that describe a picture."""
    about = Subject.of_text(text)
    return await asyncio.gather(*(_ask(r, about, text, count) for r in equipment.recognizers))


async def _ask(recognizer: Recognizer, about: Subject, query: Rendition | str, count: int) -> Found:
    name = recognizer.info.name

    async def question(provider: Provider) -> tuple[Neighbour, ...]:
        if not isinstance(provider, SimilarFinder):
            raise ProviderError(f"{name}: fault in the plugin (it has no `similar`)")
        return await provider.similar(query, count)

    try:
        return Found(provider=name, neighbours=await recognizer.consult(about, question))
    except ProviderError as error:
        return Found(provider=name, error=error)
