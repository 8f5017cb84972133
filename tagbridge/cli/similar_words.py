"""What `tagbridge similar` says: a list below each photo, or one JSON object a line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from tagbridge.cli.report import say_json
from tagbridge.printable import plain, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from tagbridge.similar import Found
    from tagbridge_hooks import Neighbour, TagbridgeError

_MEASURES = {
    "similarity": "more is nearer",
    "distance": "less is nearer",
}
_WIDTH = 9


def say_failure(query: Path | str, error: TagbridgeError, *, as_json: bool) -> None:
    """Say why nobody was asked."""
    if as_json:
        say_json({**_about(query), "error": str(error)})
    else:
        click.echo(f"{_named(query)}: {plain(str(error))}", err=True)


def say_found(query: Path | str, found: Sequence[Found], *, as_json: bool) -> None:
    """Say what all providers found."""
    if as_json:
        for row in _rows(query, found):
            say_json(row)
        return
    if any(one.error is None for one in found):
        click.echo(_named(query))
    for one in found:
        if one.error is not None:
            click.echo(f"{_named(query)}: {plain(str(one.error))}", err=True)
            continue
        for line in _list(one):
            click.echo(line)


def _rows(query: Path | str, found: Iterable[Found]) -> Iterable[dict[str, Any]]:
    for one in found:
        about = {**_about(query), "provider": one.provider}
        if one.error is not None:
            yield {**about, "error": str(one.error)}
        for neighbour in one.neighbours:
            yield {**about, **_fields(neighbour)}


def _fields(neighbour: Neighbour) -> dict[str, Any]:
    return {
        "url": neighbour.url,
        "similarity": neighbour.similarity,
        "distance": neighbour.distance,
        "thumbnail": neighbour.thumbnail,
        "labels": [
            {"text": label.text, "confidence": label.confidence} for label in neighbour.labels
        ],
    }


def _about(query: Path | str) -> dict[str, str]:
    return {"text": query} if isinstance(query, str) else {"path": os.fspath(query)}


def _named(query: Path | str) -> str:
    return plain(query) if isinstance(query, str) else printable(query)


def _list(found: Found) -> Iterable[str]:
    """Return the nearest first, below a line that says in what measure."""
    if not found.neighbours:
        yield f"  {found.provider}: nothing similar"
        return
    used = [
        f"{name}: {order}"
        for name, order in _MEASURES.items()
        if any(getattr(neighbour, name) is not None for neighbour in found.neighbours)
    ]
    yield f"  {found.provider}" + (f" ({', '.join(used)})" if used else "")
    for neighbour in found.neighbours:
        labels = ", ".join(dict.fromkeys(plain(label.text) for label in neighbour.labels))
        line = f"{_nearness(neighbour):>{_WIDTH}}  {plain(neighbour.url)}"
        yield line + (f"  {labels}" if labels else "")


def _nearness(neighbour: Neighbour) -> str:
    """Return how near it is, in the measure that the provider has."""
    if neighbour.similarity is not None:
        return f"{neighbour.similarity:.2f}"
    return "" if neighbour.distance is None else f"{neighbour.distance:.2f}"
