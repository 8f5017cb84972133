"""The six services as a customer sees them: what each allows, and how it is asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

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
SPEAKERS = tuple("v1" if name == "everypixel" else name for name in SHOPS)


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
