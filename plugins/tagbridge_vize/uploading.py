"""Bring the pictures of a label to the service, each once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from math import ceil
from typing import TYPE_CHECKING, Literal

from tagbridge_hooks import AssetError, RejectedError
from tagbridge_vize import MAX_EDGE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tagbridge_hooks import CommandContext, Rendition
    from tagbridge_vize.account import Account
    from tagbridge_vize.folder import Pile
    from tagbridge_vize.things import Image, Label

# "Reducing image size down to 512px on the shorter side"; a panorama has its limit.
SHORT_SIDE = 512
_LONGEST_SIDE = 4096
_DIGEST = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of a picture.

    Attributes:
        outcome: `known` when the service had it before.
        reason: Why it failed; empty otherwise.
    """

    path: Path
    outcome: Literal["uploaded", "known", "failed"]
    reason: str = ""


async def upload(
    pile: Pile, label: Label, where: Account, context: CommandContext
) -> AsyncIterator[Sent]:
    """Upload the pictures of a label one after the other, and say what became of each.

    Raises:
        ProviderError: The service cannot go on; what it has, it knows next time.
    """
    known = _digests(await where.images(label.id), label)
    for path in pile.pictures:
        try:
            picture = await rendition(path, context)
            digest = sha256(picture.data).hexdigest()[:32]
            if digest in known:
                yield Sent(path=path, outcome="known")
                continue
            known.add(digest)
            # A name that says nothing of the photograph, and by which it is found again.
            image, new = await where.upload(f"{digest}.jpg", picture.data)
            await where.mark(image, label.id)
        except (AssetError, RejectedError) as error:
            yield Sent(path=path, outcome="failed", reason=str(error))
        else:
            yield Sent(path=path, outcome="uploaded" if new else "known")


async def rendition(path: Path, context: CommandContext) -> Rendition:
    """Return a picture with 512 pixels on its short side, or as it is if it has no more."""
    usual = await context.render(path, MAX_EDGE)
    edges = sorted((usual.width, usual.height))
    if edges[0] >= SHORT_SIDE or edges[1] < MAX_EDGE * 0.95:  # it may come out 5 % smaller
        return usual
    return await context.render(path, min(_LONGEST_SIDE, ceil(SHORT_SIDE * edges[1] / edges[0])))


def _digests(images: list[Image], label: Label) -> set[str]:
    """Return which pictures have this label already, as far as their names were kept."""
    marked = (image for image in images if image.labels is None or label.id in image.labels)
    return {digest for image in marked for digest in _DIGEST.findall(image.path)}
