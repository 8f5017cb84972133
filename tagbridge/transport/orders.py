"""What the courier is asked to do, what it reports, and how both are put in letters."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from tagbridge.ledger.terms import CallKey, Terms
from tagbridge.transport.letters import Letter
from tagbridge_hooks import Batch

if TYPE_CHECKING:
    from collections.abc import Iterable

Headers: TypeAlias = "tuple[tuple[str, str], ...]"
Verdict: TypeAlias = Literal["keep", "refuse"]
Outcome: TypeAlias = Literal[
    "answer", "no answer", "not stored", "paused", "refused", "held", "fault"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One request to be made, unless its answer is there already.

    Attributes:
        key: Under which the answer is stored.
        terms: What it may cost.
        method: As HTTP spells it.
        url: Without a user and a password; those are in the headers.
        headers: All of them; characters stand for bytes (Latin-1).
        secrets: What must not be stored, should the service repeat it in its answer.
        body: What is sent.
        stored_only: Never make it: only a stored answer is of use.
        batch: How it can be joined with others; None if it travels alone.
    """

    key: CallKey
    terms: Terms
    method: str
    # Not shown: there are keys in them.
    url: str = field(repr=False)
    headers: Headers = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    body: bytes = field(repr=False)
    stored_only: bool = False
    batch: Batch | None = None

    def to_letter(self) -> Letter:
        """Return the letter that says it."""
        head = {
            "do": "deliver",
            "key": key_to_json(self.key),
            "terms": self.terms.to_json(),
            "method": self.method,
            "url": self.url,
            "headers": self.headers,
            "secrets": self.secrets,
            "stored_only": self.stored_only,
            "batch": self.batch and asdict(self.batch),
        }
        return Letter(head=head, body=self.body)

    @classmethod
    def from_letter(cls, letter: Letter) -> Order:
        """Return what a letter says."""
        head = letter.head
        return cls(
            key=key_from_json(head["key"]),
            terms=Terms.from_json(head["terms"]),
            method=head["method"],
            url=head["url"],
            headers=_headers(head["headers"]),
            secrets=tuple(head["secrets"]),
            body=letter.body,
            stored_only=head["stored_only"],
            batch=_batch(head["batch"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of an order.

    Attributes:
        outcome: An answer; none, by a fault of the network or of the service; not stored, and not
            to be asked for; the service wants a pause; refused by a budget; held, because it is
            in doubt; a fault of ours.
        sent: Whether it went over the network for this.
        status: Of the answer.
        headers: Of the answer, those that are stored.
        body: Of the answer, with its content encoding undone.
        error: The class of httpx's error when there was no answer.
        reason: Why it was refused, or what our fault is.
        until: When the budget returns, or the pause ends.
    """

    outcome: Outcome
    sent: bool = False
    status: int = 0
    headers: Headers = ()
    body: bytes = b""
    error: str = ""
    reason: str = ""
    until: float = 0.0

    def to_letter(self) -> Letter:
        """Return the letter that says it."""
        return Letter(head={name: getattr(self, name) for name in _SAID}, body=self.body)

    @classmethod
    def from_letter(cls, letter: Letter) -> Report:
        """Return what a letter says."""
        said = {name: letter.head[name] for name in _SAID}
        said["headers"] = _headers(said["headers"])
        return cls(**said, body=letter.body)


_SAID = tuple(field.name for field in fields(Report) if field.name != "body")


class Deliverer(Protocol):
    """Who has requests made, or answers them from the store."""

    @property
    def is_planning(self) -> bool:
        """Return whether it makes none at all."""
        ...

    def prepare(self) -> None:
        """Get ready, so that the first who asks need not wait; nothing is asked yet."""
        ...

    async def deliver(self, order: Order) -> Report:
        """Return what became of a request."""
        ...

    async def verdict(self, keys: Iterable[CallKey], verdict: Verdict) -> None:
        """Say what shall become of stored answers."""
        ...

    async def aclose(self) -> None:
        """End."""
        ...


def verdict_letter(keys: Iterable[CallKey], verdict: Verdict) -> Letter:
    """Return the letter that says what shall become of stored answers."""
    return Letter(head={"do": verdict, "keys": [key_to_json(key) for key in keys]})


def key_to_json(key: CallKey) -> list[str]:
    """Return a key as JSON has it."""
    return [key.identity, key.media_type, key.provider, key.fingerprint.hex()]


def key_from_json(said: list[str]) -> CallKey:
    """Return the key that `key_to_json` put down."""
    identity, media_type, provider, fingerprint = said
    return CallKey(
        identity=identity,
        media_type=media_type,
        provider=provider,
        fingerprint=bytes.fromhex(fingerprint),
    )


def _headers(said: Any) -> Headers:  # noqa: ANN401 - JSON has lists where we have tuples
    return tuple((name, value) for name, value in said)


def _batch(said: Any) -> Batch | None:  # noqa: ANN401 - likewise
    return Batch(**{**said, "status": tuple(said["status"])}) if said else None
