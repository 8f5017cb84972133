"""Providers are offered the user's words, so that they can choose among them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from tagbridge.choosing import offered_terms, terms_of
from tagbridge.config import Settings
from tagbridge.merge import MergeRules
from tagbridge.recognize import Recognizer
from tagbridge.vocabulary.keyword_list import read_keyword_list
from tagbridge.vocabulary.vocabulary import vocabulary_of
from tagbridge_hooks import Asset, ProviderSettings, Rendition

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tagbridge.lending import Lending
    from tagbridge_hooks import Provider, ProviderContext
    from tests.tagbridge.conftest import Speaker

WORDS = vocabulary_of(read_keyword_list("[Nature]\n\tSea\n\t\t{ocean}\n\tTree\nBoat"))


def rules(*blocked: str) -> MergeRules:
    return MergeRules(providers={}, max_count=9, blocked=frozenset(blocked), vocabulary=WORDS)


def test_they_are_in_the_order_of_the_file_without_categories_and_blocked_words() -> None:
    assert offered_terms(rules()) == ("Sea", "Tree", "Boat")
    assert offered_terms(rules("tree")) == ("Sea", "Boat")
    assert offered_terms(replace(rules(), vocabulary=None)) == ()


def test_a_provider_finds_them_in_its_context(
    speaker: Callable[..., Speaker], lending: Lending, photo: Path
) -> None:
    seen: list[tuple[str, ...]] = []
    sea = speaker("Sea")

    def opened(_settings: object, context: ProviderContext) -> Provider:
        seen.append(context.vocabulary)
        return sea

    info, own = replace(sea.info, open=opened), ProviderSettings()
    lent = replace(lending, vocabulary=("Sea", "Boat"))
    asset = Asset(path=photo, media_type="image/jpeg", size=1, mtime_ns=0, identity="00")
    picture = Rendition(data=b"x", media_type="image/jpeg", width=1, height=1)

    async def ask() -> None:
        recognizer = Recognizer(info, own, terms_of(info, own, Settings()), lent)
        await recognizer.ask(asset, picture)
        await recognizer.aclose()

    asyncio.run(ask())

    assert seen == [("Sea", "Boat")]
