"""What a command says: lines for people, NDJSON for programs, progress on a terminal."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from tagbridge.cli.bill import Bill
from tagbridge.printable import plain, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tagbridge.ledger.terms import CallKey, Terms
    from tagbridge.pipeline import Journey
    from tagbridge_hooks import TagSet

_BAR_WIDTH = 24
_CLEAR_LINE = "\r\x1b[K"


def say_json(value: dict[str, Any]) -> None:
    """Print one object on one line.

    All but ASCII is escaped, so that a path that is not UTF-8 comes back as it was: decode the
    JSON, then encode the path as the operating system does (`os.fsencode`).
    """
    click.echo(json.dumps(value, ensure_ascii=True))


class Progress:
    """A bar on standard error that says how far the work is; nothing where that is no terminal."""

    def __init__(self, *, wanted: bool) -> None:
        self.shown = wanted and sys.stderr.isatty()
        self.total = 0
        self._done = 0
        self._started = time.monotonic()

    def advance(self) -> None:
        """Count one more asset and draw the line."""
        self._done += 1
        if self.shown:
            rate = self._done / max(time.monotonic() - self._started, 0.001)
            full = _BAR_WIDTH * self._done // max(self.total, self._done)
            bar = "#" * full + "-" * (_BAR_WIDTH - full)
            line = f"[{bar}] {self._done} of {self.total} photos, {rate:.1f} a second"
            click.echo(_CLEAR_LINE + line, nl=False, err=True)

    def clear(self) -> None:
        """Take the line away, so that something else can be printed."""
        if self.shown:
            click.echo(_CLEAR_LINE, nl=False, err=True)


class Report:
    """Reports what became of photos one by one, and how many there were."""

    def __init__(self, progress: Progress, *, as_json: bool) -> None:
        self._progress = progress
        self._as_json = as_json
        self._outcomes: Counter[str] = Counter()
        self.failed = False

    def tell(
        self, outcome: str, row: Callable[[], dict[str, Any]], say: Callable[[], None]
    ) -> None:
        """Report one photo: as an object, or in words."""
        self._outcomes[outcome] += 1
        self._progress.clear()
        if self._as_json:
            say_json(row())
        else:
            say()
        self._progress.advance()

    def summarize(self, **more: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
        """Print the summary, with more in its object."""
        self._progress.clear()
        if self._as_json:
            say_json({"summary": dict(self._outcomes), **more})
            return
        counts = ", ".join(f"{n} {outcome}" for outcome, n in sorted(self._outcomes.items()))
        click.echo(counts or "no photos found")


class TagReport(Report):
    """Reports journeys, and what a run would ask."""

    def __init__(self, progress: Progress, *, as_json: bool) -> None:
        super().__init__(progress, as_json=as_json)
        self._planned: set[CallKey] = set()

    def add(self, journey: Journey, *, nsfw_threshold: float) -> None:
        """Report what became of one photo."""
        self._planned.update(journey.planned)
        self.failed |= journey.failed
        self.tell(
            journey.receipt.outcome,
            lambda: _as_object(journey, nsfw_threshold),
            lambda: _say(journey),
        )

    def finish(self, terms: Iterable[Terms]) -> None:
        """Print the summary, and what a run would ask under these terms."""
        bill = Bill.of(self._planned, terms)
        self.summarize(**(bill.as_object() if bill.calls else {}))
        if bill.calls and not self._as_json:
            click.echo(bill.in_words())


def _say(journey: Journey) -> None:
    receipt = journey.receipt
    target = receipt.target
    line = f"{receipt.outcome:9} {printable(journey.path)}"
    if target is not None and target != journey.path:
        line += f" -> {printable(target.name)}"
    changed = [f"- {plain(keyword)}" for keyword in receipt.keywords_removed]
    changed += receipt.keywords_added
    if changed:
        line += ": " + ", ".join(changed)
    if receipt.reason:
        line += f" ({plain(receipt.reason)})"
    click.echo(line)
    if receipt.outcome == "planned":
        _say_plan(journey)


def _say_plan(journey: Journey) -> None:
    added = set(journey.receipt.keywords_added)
    for sourced in journey.tagset.keywords:
        if sourced.value.text in added:
            confidence = sourced.value.confidence
            sure = "" if confidence is None else f" {confidence:.2f}"
            providers = "+".join(source.provider for source in sourced.sources)
            click.echo(f"          + {sourced.value.text}{sure} ({providers})")


def _as_object(journey: Journey, nsfw_threshold: float) -> dict[str, Any]:
    receipt = journey.receipt
    value: dict[str, Any] = {
        "path": os.fspath(journey.path),
        "outcome": receipt.outcome,
        "target": None if receipt.target is None else os.fspath(receipt.target),
        "keywords": [
            {
                "text": sourced.value.text,
                "confidence": sourced.value.confidence,
                "providers": [source.provider for source in sourced.sources],
            }
            for sourced in journey.tagset.keywords
        ],
        "added": list(receipt.keywords_added),
        "nsfw": _nsfw(journey.tagset, nsfw_threshold),
        "calls": journey.calls,
    }
    if receipt.keywords_removed:
        value["removed"] = list(receipt.keywords_removed)
    if receipt.reason:
        value["reason"] = receipt.reason
    return value


def _nsfw(tagset: TagSet, threshold: float) -> dict[str, Any]:
    from tagbridge.metadata.sensitivities import raised  # noqa: PLC0415 - quick --help

    found = [s.value.confidence for s in tagset.sensitivities if s.value.kind == "nsfw"]
    flag = raised(tagset, "nsfw", threshold)
    return {
        "flagged": flag is not None,
        "confidence": max(found, default=None),
        "providers": [] if flag is None else [source.provider for source in flag.sources],
    }
