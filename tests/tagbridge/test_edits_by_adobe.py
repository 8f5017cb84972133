"""Whatever Adobe's library does to a photo or a sidecar: decisions stand, nothing is doubled."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tagbridge.errand import Errand
from tagbridge.pipeline import tag_asset
from tagbridge.spelling import spelling_key
from tagbridge_hooks import Asset, Keyword, Source, Sourced, TagSet, hookimpl
from tests.faults.adobe import Adobe
from tests.tagbridge.conftest import Speaker

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tagbridge.pipeline import Journey
    from tests.tagbridge.conftest import Equip

DC, XMP = "http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/xap/1.0/"
ROUNDS = int(os.environ.get("TAGBRIDGE_TEST_ROUNDS", "1"))
WORDS = st.sampled_from(["sea", "Sea", "boat", "caf\u00e9", "cafe\u0301", "sand & sun", "x" * 70])
Step: TypeAlias = "tuple[str, list[str]]"
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["tag", "tag", "remove", "add", "label", "look"]),
        st.lists(WORDS, min_size=1, max_size=3),
    ),
    min_size=2,
    max_size=8,
)
NUMBERS = itertools.count()
SPEAKER = Speaker(word="Sea")


class Dictation:
    """A plugin that has the words of the moment written."""

    def __init__(self) -> None:
        self.words: list[str] = []

    @hookimpl
    def tagbridge_revise_tagset(self, tagset: TagSet, asset: Asset) -> TagSet:  # noqa: ARG002 - a hook
        source = Source(provider="sea", model="1")
        words = dict.fromkeys(self.words)
        return TagSet(
            keywords=tuple(Sourced(value=Keyword(text=w), sources=(source,)) for w in words)
        )


@dataclass(slots=True, kw_only=True)
class Library:
    """One photo, and the programs that change it.

    Attributes:
        photo: Each example has another picture: what is rejected is so for all copies.
        target: What is written: the photo or its sidecar.
        ours: Keys of what we have added.
        rejected: Keys of what was ours and was gone when somebody looked.
    """

    adobe: Adobe
    equip: Equip
    photo: Path
    target: Path
    dictation: Dictation = field(default_factory=Dictation)
    ours: set[str] = field(default_factory=set)
    rejected: set[str] = field(default_factory=set)

    @property
    def keywords(self) -> list[str]:
        return self.adobe.items(self.target, DC, "subject") if self.target.exists() else []

    def tag(self, words: Iterable[str], errand: Errand | None = None) -> Journey:
        self.dictation.words = list(words)
        self.rejected |= self.ours - keys_of(self.keywords)
        equipment = self.equip(self.dictation, speakers=[SPEAKER])
        journey = asyncio.run(tag_asset(self.photo, equipment, errand))
        self.ours |= keys_of(journey.receipt.keywords_added)
        return journey

    def change(self, verb: str, words: Iterable[str]) -> None:
        if not self.target.exists():
            return
        if verb == "label":
            self.adobe.edit(self.target, "set", XMP, "Label", "Red")
        for word in words if verb in ("add", "remove") else ():
            if verb == "add" or word in self.keywords:
                self.adobe.edit(self.target, verb, DC, "subject", word)


def keys_of(words: Iterable[str]) -> set[str]:
    return set(map(spelling_key, words))


@pytest.fixture(scope="module")
def adobe() -> Adobe:
    try:
        return Adobe()
    except OSError:
        pytest.skip("needs exempi: apt-get install exempi")


@pytest.mark.parametrize(("name", "target"), [("a.jpg", "a.jpg"), ("a.tif", "a.tif.xmp")])
@settings(
    max_examples=25 * ROUNDS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_what_adobes_library_removes_never_comes_back_and_what_it_adds_stays(
    *, steps: list[Step], name: str, target: str, adobe: Adobe, equip: Equip, tmp_path: Path
) -> None:
    number = next(NUMBERS)
    folder = tmp_path / str(number)
    folder.mkdir()
    Image.new("RGB", (64, 48), (number % 256, number // 256, 99)).save(folder / name)
    library = Library(adobe=adobe, equip=equip, photo=folder / name, target=folder / target)
    for verb, words in steps:
        if verb == "look":
            library.tag((), Errand(only_new=True))
        elif verb != "tag":
            library.change(verb, words)
        else:
            before = library.keywords
            added = library.tag(words).receipt.keywords_added
            assert not keys_of(added) & library.rejected
            assert library.keywords == [*before, *added]
            data = library.target.read_bytes()
            assert library.tag(words).receipt.outcome == "unchanged"
            assert library.target.read_bytes() == data
    shutil.rmtree(folder)
