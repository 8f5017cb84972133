"""Say what the categories of the service warn of; it gives names, and no list of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from tagbridge_hooks import Sensitivity
from tagbridge_imagerecognize.findings import kept

if TYPE_CHECKING:
    from tagbridge_imagerecognize.findings import Finding

Kind: TypeAlias = Literal["nsfw", "nudity", "violence", "drugs", "hate", "medical"]

_WORD = re.compile(r"[a-z]+")

# Some classifiers also name what is harmless, and are sure of it.
_HARMLESS: Final = frozenset(
    {"neutral", "drawing", "drawings", "safe", "sfw", "none", "normal", "clean", "spoof"}
)

# How words begin in the categories of well-known moderation services.
_WORDS: Final[dict[Kind, str]] = {
    "nudity": "nud naked explicit sex porn hentai erotic adult racy suggestive intimate genital "
    "breast buttock topless bare swimwear underwear lingerie bikini revealing",
    "violence": "violen weapon firearm gun blood gore gory harm injur corpse death dead emaciat "
    "hanging explosion crash tortur disturbing",
    "drugs": "drug pill narcotic cannabis marijuana tobacco smok cigar alcohol drinking",
    "hate": "hate nazi supremac extremis racis swastika",
    "medical": "medical surg wound",
}
_BEGINNINGS: Final = {kind: tuple(words.split()) for kind, words in _WORDS.items()}


def sensitivities_of(findings: list[Finding]) -> tuple[Sensitivity, ...]:
    """Return how sure the service is of anything sensitive, and of each kind that it names.

    It leaves out what it is less sure of than it was asked for; an answer without categories is as
    harmless as it can say.

    Raises:
        MalformedAnswerError: There are categories, and none has a confidence.
    """
    told = kept("nsfw", findings, (one for one in findings if one.confidence is not None))
    sure: dict[Kind, float] = {"nsfw": 0.0}
    for one in told:
        for kind in kinds_of(one.name):
            sure[kind] = max(sure.get(kind, 0.0), one.confidence or 0.0)
    return tuple(Sensitivity(kind=kind, confidence=value) for kind, value in sure.items())


def kinds_of(category: str) -> tuple[Kind, ...]:
    """Return what a category warns of; of a harmless one, nothing."""
    if category.strip().lower() in _HARMLESS:
        return ()
    words = _WORD.findall(category.lower())
    details = (
        kind
        for kind, beginnings in _BEGINNINGS.items()
        if any(word.startswith(beginnings) for word in words)
    )
    return ("nsfw", *details)
