"""All services at once, each with its limits, and the judge of what was asked and paid there."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from tests.journey.paid.conftest import Arrival, Customer

KEY = "open-sesame"
TASK = "0a8c8186-aee8-47c8-9eaf-348103feb14d"
# On busy cores some arrive later than they left, and close to those that follow: see test_rate.
LATE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """One service, what it allows us, and how we are its customer.

    Attributes:
        provider: Who asks it.
        path: Below the address of all.
        rate: Requests a second.
        at_once: Requests at a time.
        calls: What is asked of each picture: the paths below its own, or the kinds.
        settings: Of the provider.
        batches: Which of the calls take several pictures in a request.
    """

    provider: str
    path: str
    rate: int
    at_once: int
    calls: tuple[str, ...]
    settings: dict[str, Any]
    batches: tuple[str, ...] = ()


SHOPS = {
    "everypixel": Shop(
        provider="everypixel",
        path="/v1",
        rate=30,
        at_once=30,
        calls=("/keywords", "/faces", "/quality", "/image_captioning"),
        settings={
            "client_id": "us",
            "client_secret": KEY,
            "services": ["keywords", "faces", "quality", "captions"],
        },
    ),
    "imagerecognize": Shop(
        provider="imagerecognize",
        path="/imagerecognize/api/v2/",
        rate=40,
        at_once=20,
        calls=("objects", "celebrities", "detect_faces", "detect_text", "nsfw"),
        settings={
            "api_key": KEY,
            "types": ["objects", "celebrities", "detect_faces", "detect_text", "nsfw"],
            "concurrency": 4,
        },
    ),
    "ximilar": Shop(
        provider="ximilar",
        path="/ximilar",
        rate=10,
        at_once=100,
        calls=(
            "/photo/tags/v2/tags",
            "/tagging/fashion/v2/tags",
            "/dom_colors/generic/v2/dominantcolor",
            "/recognition/v2/classify",
            "/similarity/photos/v2/visualKNN",
        ),
        settings={
            "api_token": KEY,
            "services": ["tags", "fashion", "colors", "classify", "similar"],
            "task_id": TASK,
            "collection_id": "ours",
        },
        batches=(
            "/photo/tags/v2/tags",
            "/tagging/fashion/v2/tags",
            "/dom_colors/generic/v2/dominantcolor",
            "/recognition/v2/classify",
        ),
    ),
    "vize": Shop(
        provider="vize",
        path="/vize",
        rate=2,
        at_once=20,
        calls=("/v2/classify",),
        settings={"api_token": KEY, "task_id": TASK},
        batches=("/v2/classify",),
    ),
    "simages": Shop(
        provider="simages",
        path="/simages",
        rate=20,
        at_once=4,
        calls=("",),
        settings={"api_key": KEY, "daily_calls": 100_000, "concurrency": 4},
    ),
    "openai": Shop(
        provider="vision",
        path="/openai/v1",
        rate=20,
        at_once=4,
        calls=("/chat/completions",),
        settings={"api_key": KEY, "model": "vision", "concurrency": 4},
    ),
}
# What the first keyword of each begins with.
SPEAKERS = {name: "v1 " if name == "everypixel" else f"{name} " for name in SHOPS}

# Faults in spite of which an answer can be used, or the rest of it.
USABLE = {
    *("bom", "score-text", "score-nan", "score-null", "score-scale"),
    *("records-shuffled", "record-failed", "chatter"),
}


def calls() -> dict[str, str]:
    """Return for each call, as the log names it, whom it is made to."""
    return {shop.path + call: name for name, shop in SHOPS.items() for call in shop.calls}


def accounts() -> list[str]:
    """Return the options of the services for what they allow."""
    told = (
        (f"{name}:rate={shop.rate + LATE}:concurrency={shop.at_once}", shop)
        for name, shop in SHOPS.items()
    )
    keyed = (text if s.provider == "everypixel" else f"{text}:key={KEY}" for text, s in told)
    return [part for text in keyed for part in ("--account", text)]


def settings(url: str) -> dict[str, str]:
    """Return the settings of a program that asks all of them."""
    # A few keywords of each are enough, but none may be lost that tells who said it.
    usual = {"max_keywords": 4, "min_confidence": 0.0}
    tables = {
        shop.provider: {
            **usual,
            "base_url": url + shop.path,
            "requests_per_second": shop.rate,
            **shop.settings,
        }
        for shop in SHOPS.values()
    }
    return {
        "TAGBRIDGE_PROVIDERS": json.dumps(tables),
        "TAGBRIDGE_KEYWORDS__MAX_COUNT": "100",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspector:
    """Says whether all services were asked as they want it, and each photo got what is its own."""

    customer: Customer

    def finds_all_in_order(self, photos: Mapping[Path, str], *, more: bool = False) -> None:
        """Fail unless each photo has the keywords of all, within their limits and paid for once.

        Args:
            photos: What each of them shows.
            more: Some answers were charged for and of no use; those are paid for on top.
        """
        self.finds_the_limits_kept()
        self.finds_each_paid(len(set(photos.values())), more=more)
        self.finds_the_keywords(photos)
        self.customer.judge.finds_nothing_left()
        self.customer.judge.finds_nothing_more_to_do(photos)

    def finds_the_limits_kept(self) -> None:
        """Fail if a service refused anything, for its limits or for another reason."""
        refused = [(a.path, a.status, a.why) for a in self.arrived if a.why]
        assert refused == []
        assert [a.path for a in self.arrived if a.leaks] == []

    def finds_each_paid(self, pictures: int, *, more: bool) -> None:
        """Fail unless each picture was paid for once at each call; `more` where that was no use."""
        charged = self.customer.service.charged()
        assert Counter(call for call, _ in charged) == dict.fromkeys(calls(), pictures)
        excess = {call: times - 1 for call, times in charged.items() if times > 1}
        spoilt = Counter((a.path + a.kind, p) for a in self.arrived for p in useless(a))
        assert excess == dict(spoilt)
        assert bool(excess) == more

    def finds_the_keywords(self, photos: Mapping[Path, str]) -> None:
        """Fail unless each photo has one word of each service, and no other photo has it."""
        ours = tuple(SPEAKERS.values())
        shown: defaultdict[str, set[str]] = defaultdict(set)
        for photo, found in self.customer.exiftool(*photos).items():
            assert "ExifTool:Warning" not in found, (photo, found["ExifTool:Warning"])
            words = [w for w in found["XMP-dc:Subject"].lower().split("\n") if w.startswith(ours)]
            speakers = sorted(word.split()[0] + " " for word in words)
            assert speakers == sorted(ours), (photo, words)
            assert set(words) <= set(found["IPTC:Keywords"].lower().split("\n"))
            for word in words:
                shown[word].add(photos[photo])
        assert {word: pictures for word, pictures in shown.items() if len(pictures) > 1} == {}

    @property
    def arrived(self) -> list[Arrival]:
        return self.customer.service.arrived()

    def sizes(self, name: str) -> dict[str, list[int]]:
        """Return how many records each request of the batches of a service had."""
        shop = SHOPS[name]
        return {
            call: [len(a.pictures) for a in self.arrived if a.path == shop.path + call]
            for call in shop.batches
        }

    def report(self) -> str:
        """Return what happened, for a person."""
        arrived = self.arrived
        times = [a.at for a in arrived]
        charged = sum(self.customer.service.charged().values())
        lines = [
            f"{max(times) - min(times):.0f} s, {len(arrived)} requests, {charged} charged",
            f"faults {dict(Counter(a.fault for a in arrived if a.fault))}",
        ]
        for name, shop in SHOPS.items():
            ours = [a for a in arrived if calls().get(a.path + a.kind) == name]
            most = most_in_a_second(sorted(a.at for a in ours))
            text = f"{name}: {len(ours)} requests, {most} of {shop.rate} in a second"
            means = (
                f"{sum(sizes) / len(sizes):.1f}" for sizes in self.sizes(name).values() if sizes
            )
            lines.append(f"{text}, {' '.join(means)} records")
        return "\n".join(lines) + "\n"


def useless(arrival: Arrival) -> list[str]:
    """Return the pictures that were charged for in an answer from which nothing can be learnt."""
    if arrival.fault == "record-missing":
        return [min(arrival.pictures)]  # the services leave this one out
    return [] if arrival.fault in USABLE | {""} else arrival.bill


def most_in_a_second(times: list[float]) -> int:
    """Return the most that arrived within a second."""
    most = start = 0
    for end, time in enumerate(times):
        while times[start] <= time - 1.0:
            start += 1
        most = max(most, end - start + 1)
    return most


@pytest.fixture
def everybody(customer: Callable[..., Customer]) -> Callable[..., Customer]:
    """Return a function that makes a customer of all services, which have options."""

    def make(*options: str) -> Customer:
        we = customer(*accounts(), *options)
        kept = {n: v for n, v in we.program.settings.items() if "_PROVIDERS__" not in n}
        return replace(
            we, program=replace(we.program, settings=kept | settings(we.service.url))
        )

    return make


@pytest.fixture
def inspector_of() -> Callable[[Customer], Inspector]:
    """Return a function that gives the inspector of a customer."""
    return lambda customer: Inspector(customer=customer)
