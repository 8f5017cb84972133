"""What a provider is being asked about, for as long as it is asked.

The transport finds it in `current`, and so every request of a provider belongs to a picture without
the provider's doing. It also keeps the account of what was asked, from which follows what an error
means for the stored answers.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import httpx

    from tagbridge.ledger.terms import CallKey, Terms
    from tagbridge_hooks import ProviderError


CALL_KEY = "tagbridge_call"
"""The extension of a response that says under which `CallKey` it is stored."""


_CLIENT_ERRORS = frozenset(range(400, 500))
# These are about the account, the address or the time, and say nothing of the picture.
_NO_REJECTIONS = frozenset({401, 402, 403, 404, 405, 408, 410, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request and what came of it.

    Attributes:
        key: Under which its answer is stored.
        status: The status of the answer; None when there was none.
        sent: Whether it went over the network; False for an answer from the store, and for a
            request that the ledger did not allow.
    """

    key: CallKey
    status: int | None
    sent: bool

    @property
    def answered(self) -> bool:
        """Return whether there was an answer, good or bad."""
        return self.status is not None

    @property
    def is_good(self) -> bool:
        """Return whether the answer has a status of success."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - HTTP


@dataclass(slots=True, kw_only=True)
class Question:
    """One attempt to have one picture recognized by one provider.

    Attributes:
        identity: Of the asset, in hexadecimal.
        media_type: Of the asset.
        provider: Its name.
        picture: The bytes of the rendition that it is given.
        secrets: The values of its settings that nobody may see, and that do not make a request
            another one.
        terms: What it may cost.
        about: What the log says when it leaves the machine.
        paused: Why the provider is not to be asked now; then only stored answers are of use, and
            this is raised where there is none.
        deadline: Of the attempt. It stands still while the courier has a request: waiting for a
            slot is not the provider's fault, and the courier has a limit of its own.
        calls: What was asked, in the order in which it ended.
        planned: What a run would ask, in a dry run.
    """

    identity: str
    media_type: str
    provider: str
    picture: bytes = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    terms: Terms
    about: str = ""
    paused: ProviderError | None = None
    deadline: asyncio.Timeout | None = None
    calls: list[Asked] = field(default_factory=list)
    planned: list[CallKey] = field(default_factory=list)
    _good: dict[bytes, int] = field(default_factory=dict)
    _waiting: int = 0
    _left: float | None = None

    @property
    def network_calls(self) -> int:
        """Return how many requests went over the network."""
        return sum(asked.sent for asked in self.calls)

    @property
    def is_fresh(self) -> bool:
        """Return whether something was asked, and nothing that it was told is a stored answer."""
        return bool(self.calls) and all(asked.sent for asked in self.calls if asked.answered)

    def occurrence(self, fingerprint: bytes) -> int:
        """Return how many good answers this very request had in this attempt: it is a poll."""
        return self._good.get(fingerprint, 0)

    def note(self, fingerprint: bytes, asked: Asked) -> None:
        """Take note of what came of a request."""
        self.calls.append(asked)
        if asked.is_good:
            self._good[fingerprint] = self.occurrence(fingerprint) + 1

    def keys_to_refuse(self, error: ProviderError | None = None) -> tuple[CallKey, ...]:
        """Return whose answers are not usable when the attempt ended with an error.

        They are those that the error names. Otherwise it is the one delivered last: the provider
        was content with those before. Where nothing was sent at all it is every one, so that nobody
        is stuck on what the store says. None, when the last request had no answer: that is what the
        error is about then.
        """
        if error is not None and error.responses is not None:
            return _keys_of(error.responses)
        if not self.calls or not self.calls[-1].answered:
            return ()
        if not self.network_calls:
            return tuple(dict.fromkeys(asked.key for asked in self.calls if asked.answered))
        return (self.calls[-1].key,)

    def keys_to_keep(self) -> tuple[CallKey, ...]:
        """Return whose answers are final when the provider rejected the picture for good.

        They are those that are stored as failed and would be asked for again.
        """
        latest = {asked.key: asked for asked in self.calls if asked.answered}
        return tuple(key for key, asked in latest.items() if not asked.is_good)

    def keys_rejected(self) -> tuple[CallKey, ...]:
        """Return whose answers reject the picture, which the provider could do without."""
        asked = (asked for asked in self.calls if asked.status is not None)
        return tuple(a.key for a in asked if a.status in _CLIENT_ERRORS - _NO_REJECTIONS)

    @contextmanager
    def off_the_clock(self) -> Iterator[None]:
        """Let the deadline stand still; several requests may wait at once."""
        self._waiting += 1
        if self._waiting == 1:
            self._stop_the_clock()
        try:
            yield
        finally:
            self._waiting -= 1
            if self._waiting == 0:
                self._start_the_clock()

    def _stop_the_clock(self) -> None:
        when = self.deadline.when() if self.deadline is not None else None
        self._left = None if when is None else when - asyncio.get_running_loop().time()
        self._move(None)

    def _start_the_clock(self) -> None:
        if self._left is not None:
            self._move(asyncio.get_running_loop().time() + self._left)

    def _move(self, when: float | None) -> None:
        if self.deadline is not None:
            with suppress(RuntimeError):  # it has just expired, or ended before this request did
                self.deadline.reschedule(when)


def _keys_of(responses: Iterable[httpx.Response]) -> tuple[CallKey, ...]:
    """Return under which keys the answers are stored; a free one is not."""
    return tuple(r.extensions[CALL_KEY] for r in responses if CALL_KEY in r.extensions)


current: ContextVar[Question | None] = ContextVar("current", default=None)
