"""What a provider is asked about, and what became of the question."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tagbridge.transport.errors import PlannedError

if TYPE_CHECKING:
    from tagbridge.ledger.terms import CallKey
    from tagbridge.transport.question import Question
    from tagbridge_hooks import ProviderError, Recognition


class Subject(NamedTuple):
    """What a provider is asked about.

    Attributes:
        identity: 64 hexadecimal digits, under which the answers are stored.
        media_type: Of what they are about.
        picture: The bytes of the rendition; empty where there is none.
        about: What is sent, for the log of what leaves.
    """

    identity: str
    media_type: str
    picture: bytes = b""
    about: str = ""

    @classmethod
    def of_text(cls, text: str) -> Subject:
        """Return a subject that is no picture, such as words or an address."""
        digest = hashlib.sha256(text.encode("utf-8", "surrogateescape"))
        return cls(digest.hexdigest(), "text/plain")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one question to one provider.

    Attributes:
        provider: Its name.
        recognition: What it said, or None.
        error: Why it said nothing, or None.
        calls: How many requests that took: none when the answer was in the ledger.
        planned: The requests that a run would make, in a dry run.
        asked: When it was asked, in seconds since the epoch.
    """

    provider: str
    recognition: Recognition | None = None
    error: ProviderError | None = None
    calls: int = 0
    planned: tuple[CallKey, ...] = ()
    asked: float = field(default=math.inf, compare=False)


def answer_to(
    question: Question,
    recognition: Recognition | None,
    error: ProviderError | None,
    asked: float = math.inf,
) -> Answer:
    """Return what became of a question that was asked once."""
    if question.planned:  # whatever else went wrong: it is not known yet
        error = PlannedError(f"{question.provider}: it would be asked")
    return Answer(
        provider=question.provider,
        recognition=recognition,
        error=error,
        calls=_calls(question),
        planned=tuple(question.planned),
        asked=asked,
    )


def _calls(question: Question) -> int:
    """Return how many requests were made; a provider without requests was asked once."""
    return question.network_calls if question.calls or question.planned else 1
