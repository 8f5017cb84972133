"""A customer of all services at once, and the inspector of what was asked and paid there."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from tests.journey.paid.all_services.shops import SHOPS, SPEAKERS, accounts, calls, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.journey.paid.conftest import Arrival, Customer

# Faults in spite of which an answer can be used, or the rest of it.
USABLE = {
    *("bom", "score-text", "score-nan", "score-null", "score-scale"),
    *("records-shuffled", "record-failed", "chatter"),
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
        """Fail unless each photo has one word of each service, all about the same picture.

        The photos are so small that the renditions of all sizes are the same.
        """
        shown: defaultdict[str, set[str]] = defaultdict(set)
        for photo, found in self.customer.exiftool(*photos).items():
            assert "ExifTool:Warning" not in found, (photo, found["ExifTool:Warning"])
            words = found["XMP-dc:Subject"].lower().split("\n")
            assert words == found["IPTC:Keywords"].lower().split("\n")
            told = sorted(word for word in words if word.split()[0] in SPEAKERS)
            (picture,) = {word.split()[1] for word in told}
            assert told == sorted(f"{speaker} {picture}" for speaker in SPEAKERS), (photo, words)
            shown[picture].add(photos[photo])
        assert len(shown) == len(set(photos.values()))
        assert [pictures for pictures in shown.values() if len(pictures) > 1] == []

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
    if arrival.path == "/v1/quality" and arrival.fault in {"score-nan", "score-null"}:
        return arrival.bill  # the score is all that there is
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
        return replace(we, program=replace(we.program, settings=kept | settings(we.service.url)))

    return make


@pytest.fixture
def inspector_of() -> Callable[[Customer], Inspector]:
    """Return a function that gives the inspector of a customer."""
    return lambda customer: Inspector(customer=customer)
