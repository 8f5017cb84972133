"""A stranger's plugin for the tests: two providers that say at once what their settings say."""

from __future__ import annotations

import asyncio
import builtins
from functools import partial
from pathlib import Path  # noqa: TC003 - pydantic reads it
from typing import TYPE_CHECKING

import tagbridge_hooks
from tagbridge_hooks import (
    Capability,
    Caption,
    Color,
    Keyword,
    Person,
    ProviderInfo,
    ProviderSettings,
    Recognition,
    Region,
    Sensitivity,
    TextLine,
    hookimpl,
)

if TYPE_CHECKING:
    from tagbridge_hooks import Provider, ProviderContext, Rendition
    from tagbridge_hooks.providers import MediaKind


class PuppetSettings(ProviderSettings):
    """What it says.

    Attributes:
        words: Its keywords.
        nsfw: Its verdict on every picture.
        asked: A file that gets a line with the size of each picture it is asked about.
        raises: Name of an error, of the contract or of Python, raised instead.
        message: The text of that error.
        hangs: True to never answer.
        videos: True to take videos as well.
        person: Who it sees, with a face in the upper left quarter; empty for nobody.
        caption: Its sentence; empty for none.
        text: What it reads, a line each.
        color: The colour it sees; empty for none.
    """

    words: tuple[str, ...] = ("Puppet",)
    nsfw: float = 0.0
    asked: Path | None = None
    raises: str = ""
    message: str = "out of order"
    hangs: bool = False
    videos: bool = False
    person: str = ""
    caption: str = ""
    text: tuple[str, ...] = ()
    color: str = ""

    @property
    def media(self) -> frozenset[MediaKind]:
        """Return what it takes."""
        return frozenset({"image", "video"}) if self.videos else frozenset({"image"})


class Puppet:
    """One open provider."""

    def __init__(self, name: str, settings: PuppetSettings) -> None:
        self._name = name
        self._settings = settings

    async def recognize(self, rendition: Rendition) -> Recognition:
        """Say what the settings say."""
        said = self._settings
        if said.asked is not None:
            with said.asked.open("a", encoding="utf-8") as asked:
                asked.write(f"{rendition.width} x {rendition.height}\n")
        if said.hangs:
            await asyncio.Event().wait()
        if said.raises:
            home = tagbridge_hooks if hasattr(tagbridge_hooks, said.raises) else builtins
            error: type[Exception] = getattr(home, said.raises)
            raise error(said.message)
        return Recognition(
            provider=self._name,
            model=f"{self._name}-1",
            keywords=tuple(Keyword(text=word, confidence=0.9) for word in said.words),
            sensitivities=(Sensitivity(kind="nsfw", confidence=said.nsfw),),
            persons=_persons(said),
            captions=(Caption(text=said.caption),) if said.caption else (),
            text=tuple(TextLine(text=line) for line in said.text),
            colors=(Color(hex=said.color, fraction=0.5),) if said.color else (),
        )

    async def aclose(self) -> None:
        """Have nothing to give back."""


def _persons(said: PuppetSettings) -> tuple[Person, ...]:
    if not said.person:
        return ()
    face = Region(x=0.0, y=0.0, width=0.25, height=0.25)
    return (Person(name=said.person, confidence=0.99, region=face, face=True),)


def _open(name: str, settings: PuppetSettings, _context: ProviderContext) -> Provider:
    return Puppet(name, settings)


def _info(name: str) -> ProviderInfo:
    return ProviderInfo(
        name=name,
        title=f"The {name} of the tests",
        homepage="https://puppet.example",
        capabilities=frozenset(Capability) - {Capability.QUALITY, Capability.SIMILAR},
        open=partial(_open, name),
        settings=PuppetSettings,
        max_edge=512,
    )


@hookimpl
def tagbridge_register_providers() -> tuple[ProviderInfo, ...]:
    """Declare both."""
    return (_info("puppet"), _info("sibling"))
