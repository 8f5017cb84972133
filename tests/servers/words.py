"""Make up what a service sees in a picture: always the same, from the two of them alone."""

from __future__ import annotations

import random
from pathlib import Path
from uuid import UUID

WORDS = Path(__file__).with_name("words.txt").read_text(encoding="ascii").split()


def chance(service: str, digest: str) -> random.Random:
    """Return a source of random values that come out the same again."""
    return random.Random(service + digest)  # noqa: S311 - must come out the same again


def spoken(service: str, digest: str) -> str:
    """Return the word that tells whose answer it is, and to which picture."""
    return f"{service} {digest[:8]}"


def ranked(service: str, digest: str) -> list[tuple[str, float]]:
    """Return words with their scores from 0 to 1, best first; the first one is `spoken`."""
    drawn = chance(service, digest)
    words = [spoken(service, digest), *drawn.sample(WORDS, drawn.randint(24, 49))]
    return [(word, round(0.99 * 0.96**place, 4)) for place, word in enumerate(words)]


def boxes(drawn: random.Random, count: int) -> list[tuple[float, float, float, float]]:
    """Return rectangles as fractions of the picture: left, top, width, height."""
    corners = [(drawn.uniform(0, 0.6), drawn.uniform(0, 0.6)) for _ in range(count)]
    return [
        (
            round(x, 4),
            round(y, 4),
            round(drawn.uniform(0.1, 0.3), 4),
            round(drawn.uniform(0.1, 0.3), 4),
        )
        for x, y in corners
    ]


def identifier(*about: str) -> str:
    """Return the UUID that belongs to these texts."""
    return str(UUID(int=random.Random("/".join(about)).getrandbits(128), version=4))  # noqa: S311 - likewise
