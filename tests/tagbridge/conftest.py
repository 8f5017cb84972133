"""The equipment of a journey, made of real parts and of plugins that the tests bring."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from tagbridge.choosing import terms_of
from tagbridge.config import Settings
from tagbridge.engine.clerk import Clerk
from tagbridge.engine.engine import Engine
from tagbridge.engine.pausing import Pausing
from tagbridge.equipment import Equipment
from tagbridge.ledger import open_ledger
from tagbridge.lending import Lending
from tagbridge.merge import KeywordRules, MergeRules
from tagbridge.metadata.exiv2 import Exiv2
from tagbridge.metadata.write import WriteOptions
from tagbridge.plugins.checking import register
from tagbridge.plugins.plugins import ActivePlugin, Plugins
from tagbridge.plugins.records import LoadedPlugin
from tagbridge.pulse import Pulse
from tagbridge.recognize import Recognizer
from tagbridge.transport.client import LentClient
from tagbridge.transport.courier import Courier
from tagbridge.watching import Watch
from tagbridge_hooks import (
    Capability,
    Keyword,
    Limits,
    Provider,
    ProviderInfo,
    ProviderSettings,
    Recognition,
    Rendition,
)
from tagbridge_hooks.providers import MediaKind  # noqa: TC001 - pydantic reads it

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tagbridge.ledger import Ledger


@dataclass(kw_only=True)
class Speaker:
    """A provider that always says its word.

    Attributes:
        word: Its only keyword; its name as well.
        edge: The size that it wants.
        does: What it does before it answers; an error is raised.
        concurrency: How many pictures it takes at once.
        media: What it takes.
        video_seconds: Shortest and longest video.
        seen: The renditions that it was asked about.
    """

    word: str
    edge: int = 512
    does: Callable[[], Any] | BaseException | None = None
    concurrency: int = 4
    media: frozenset[MediaKind] = frozenset({"image"})
    video_seconds: tuple[float, float] | None = None
    seen: list[Rendition] = field(default_factory=list)

    @property
    def info(self) -> ProviderInfo:
        return ProviderInfo(
            name=self.word.lower(),
            title=self.word,
            homepage="https://speaker.example",
            capabilities=frozenset({Capability.KEYWORDS}),
            open=self._open,
            max_edge=self.edge,
            limits=Limits(video_seconds=self.video_seconds),
            keyless=True,
        )

    def _open(self, _settings: object, _context: object) -> Provider:
        return self

    async def recognize(self, rendition: Rendition) -> Recognition:
        self.seen.append(rendition)
        if isinstance(self.does, BaseException):
            raise self.does
        if self.does is not None:
            done = self.does()
            if asyncio.iscoroutine(done):
                await done
        word = Keyword(text=self.word, confidence=0.9)
        return Recognition(provider=self.info.name, model="1", keywords=(word,))

    async def aclose(self) -> None:
        """Have nothing to give back."""


class SpeakerSettings(ProviderSettings):
    """What a speaker takes."""

    kinds: frozenset[MediaKind]

    @property
    def media(self) -> frozenset[MediaKind]:
        return self.kinds


class Equip:
    """Makes the equipment of a journey."""

    def __init__(self, ledger: Ledger, clerk: Clerk, lending: Lending, exiv2: Exiv2) -> None:
        self.ledger = ledger
        self.blocked: frozenset[str] = frozenset()
        self._clerk = clerk
        self._lending = lending
        self._exiv2 = exiv2

    def __call__(
        self,
        *plugins: object,
        speakers: Sequence[Speaker] = (),
        dry_run: bool = False,
    ) -> Equipment:
        rules = {s.info.name: KeywordRules(min_confidence=0.5) for s in speakers}
        return Equipment(
            plugins=Plugins([_active(f"p{n}", p) for n, p in enumerate(plugins)], ()),
            recognizers=[_recognizer(speaker, self._lending) for speaker in speakers],
            merge_rules=MergeRules(providers=rules, max_count=30, blocked=self.blocked),
            write_options=WriteOptions(dry_run=dry_run),
            exiv2=self._exiv2,
            ledger=self.ledger,
            clerk=self._clerk,
        )


def _active(name: str, plugin: object) -> ActivePlugin:
    record = LoadedPlugin(name=name, distribution="tests", version="1", bundled=False, providers=())
    return ActivePlugin(record=record, manager=register(plugin, name), infos=())


def _recognizer(speaker: Speaker, lending: Lending) -> Recognizer:
    own = SpeakerSettings(concurrency=speaker.concurrency, kinds=speaker.media)
    return Recognizer(speaker.info, own, terms_of(speaker.info, own, Settings()), lending)


@pytest.fixture
def speaker() -> Callable[..., Speaker]:
    """Return a function that makes a provider which always says one word."""
    return lambda word, **more: Speaker(word=word, **more)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(tmp_path / "state")
    yield opened
    opened.close()


@pytest.fixture
def clerk() -> Iterator[Clerk]:
    asking = Clerk()
    yield asking
    asking.close()


@pytest.fixture
def lending(ledger: Ledger, clerk: Clerk, tmp_path: Path) -> Lending:
    """Return what providers share; without a request no courier is started."""
    courier = Courier(tmp_path / "state", "")
    return Lending(
        client=LentClient(courier),
        courier=courier,
        pausing=Pausing(ledger, clerk),
        ledger=ledger,
        clerk=clerk,
    )


@pytest.fixture
def equip(ledger: Ledger, clerk: Clerk, lending: Lending) -> Iterator[Equip]:
    """Return a function that equips a journey with plugins and speakers."""
    exiv2 = Exiv2()
    yield Equip(ledger, clerk, lending, exiv2)
    exiv2.close()


@dataclass
class Clock:
    """Shows the time that it is set to, in seconds."""

    time: float = 1000.0

    def __call__(self) -> float:
        return self.time


@dataclass(frozen=True, kw_only=True)
class Patient:
    """A daemon whose parts do not run unless a test runs them, its clock, and its pulse."""

    engine: Engine
    watch: Watch
    clock: Clock
    pulse: Pulse


@pytest.fixture
def patient(equip: Equip, tmp_path: Path) -> Callable[..., Patient]:
    """Return a function that makes one which watches some folders."""

    def make(*folders: Path) -> Patient:
        equipment = equip(speakers=[Speaker(word="Sea")])
        engine, clock = Engine(equipment, kind="watch", database=""), Clock()
        watch = Watch(
            folders or (tmp_path,),
            mode="scan",
            is_candidate=lambda _path: False,
            are_known=lambda files: [True for _ in files],
            is_complete=lambda _path: True,
        )
        pulse = Pulse(equipment, engine, watch, now=clock)
        return Patient(engine=engine, watch=watch, clock=clock, pulse=pulse)

    return make


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photos" / "a.jpg"
    path.parent.mkdir()
    Image.linear_gradient("L").resize((600, 400)).save(path)
    return path
