"""What imagerecognize.com finds in a picture: one list of objects, whatever was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.words import boxes, chance, ranked, spoken

if TYPE_CHECKING:
    import random

SERVICE = "imagerecognize"
SENSITIVE = ("Explicit Nudity", "Suggestive", "Violence", "Visually Disturbing")


def found(kind: str, digest: str, options: dict[str, int]) -> list[dict[str, object]]:
    """Return the objects of one type, best first; confidences in percent."""
    drawn = chance(SERVICE, f"{kind} {digest}")
    if kind == "objects":
        return _objects(drawn, digest, options)
    if kind == "nsfw":
        return _sensitive(drawn, options["nsfw_min_confidence"])
    if kind == "detect_text":
        lines = [
            spoken(SERVICE, digest),
            *(f"LINE {number}" for number in range(drawn.randrange(4))),
        ]
        return [_object(drawn, text, drawn.uniform(60, 100), 1) for text in lines]
    if kind == "celebrities":
        names = [f"Person {digest[:8]}"][: drawn.randrange(2)]
        return [_object(drawn, name, drawn.uniform(60, 100), 1) for name in names]
    return [_object(drawn, "Face", drawn.uniform(60, 100), 1) for _ in range(drawn.randrange(4))]


def _objects(drawn: random.Random, digest: str, options: dict[str, int]) -> list[dict[str, object]]:
    rows = [(word, 100 * score) for word, score in ranked(SERVICE, digest)]
    kept = [row for row in rows if row[1] >= options["min_confidence"]][: options["max_labels"]]
    return [_object(drawn, word, score, drawn.randrange(3)) for word, score in kept]


def _sensitive(drawn: random.Random, least: int) -> list[dict[str, object]]:
    """Return the categories that one picture in four is flagged with."""
    shown = SENSITIVE[: drawn.choice((0, 0, 0, 2))]
    rows = sorted((drawn.uniform(50, 100) for _ in shown), reverse=True)
    told = zip(shown, rows, strict=True)
    return [_object(drawn, name, score, 0) for name, score in told if score >= least]


def _object(drawn: random.Random, name: str, score: float, count: int) -> dict[str, object]:
    """Return one object; where it has no box, the list of them is sometimes missing."""
    sides = ("x", "y", "width", "height")
    places = [dict(zip(sides, box, strict=True)) for box in boxes(drawn, count)]
    told: dict[str, object] = {"name": name, "confidence": round(score, 2)}
    return told | ({"coordinates": places} if places or drawn.random() < 0.5 else {})
