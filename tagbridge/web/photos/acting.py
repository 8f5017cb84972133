"""Carry out what is decided on the page, and remember how to take it back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from starlette.concurrency import run_in_threadpool

from tagbridge.blocking import Blocklist, block, unblock
from tagbridge.deciding import (
    Decided,
    Desk,
    NotDecidedError,
    accept_proposed,
    propose_again,
    refuse_proposed,
)
from tagbridge.spelling import spelling_key
from tagbridge.web.photos.past import Past, Step
from tagbridge_hooks import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from tagbridge.config import Settings
    from tagbridge.equipment import Equipment

Deed: TypeAlias = Literal["accept", "remove", "never"]
_VERBS = {
    "accepted": "Accepted",
    "removed": "Removed",
    "written": "Wrote",
    "refused": "Refused",
}
_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody wants done.

    Attributes:
        deed: What.
        keywords: About these; none for all of ours.
        batch: See `Step`.
    """

    deed: Deed
    keywords: tuple[str, ...] = ()
    batch: str = ""

    @property
    def keys(self) -> frozenset[str] | None:
        """Return the `spelling_key` of the keywords; None for all."""
        return frozenset(map(spelling_key, self.keywords)) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of it.

    Attributes:
        said: In words.
        paths: The photos that were decided about.
        failed: Why some were not.
    """

    said: str
    paths: tuple[Path, ...] = ()
    failed: tuple[tuple[Path, str], ...] = field(default=())


class Acts:
    """Does what the page asks for."""

    def __init__(self, equipment: Equipment, settings: Settings) -> None:
        self._equipment = equipment
        self._desk = Desk(equipment)
        self._blocklist = Blocklist(settings)
        self._past = Past()

    async def do(self, order: Order, paths: Sequence[Path]) -> Done:
        """Decide about some photos; what cannot be done for one does not stop the others."""
        blocked = ""
        if order.deed == "never":
            try:
                blocked = await run_in_threadpool(self._block, order.keywords)
            except ConfigError as error:
                return Done(said=f"Nothing was changed: {error}.")
        decided: list[Decided] = []
        failed: list[tuple[Path, str]] = []
        for path in paths:
            try:
                decided.append(await self._decide(order, path))
            except NotDecidedError as error:
                failed.append((path, str(error)))
        with_effect = tuple(d for d in decided if d.keywords)
        self._past.add(Step(batch=order.batch, decided=with_effect, blocked=blocked))
        return Done(
            said=_said(decided, failed, order),
            paths=tuple(d.path for d in decided),
            failed=tuple(failed),
        )

    async def undo(self) -> Done:
        """Take the last decision back."""
        step = self._past.pop()
        if step is None:
            return Done(said="There is nothing to take back.")
        put_back: list[Path] = []
        failed: list[tuple[Path, str]] = []
        for decided in step.decided:
            try:
                await run_in_threadpool(self._take_back, decided)
                put_back.append(decided.path)
            except NotDecidedError as error:
                failed.append((decided.path, str(error)))
        more = await run_in_threadpool(self._unblock, step.blocked) if step.blocked else ""
        return Done(
            said=f"Taken back for {_photos(len(put_back))}.{more}{_failures(failed)}",
            paths=tuple(put_back),
            failed=tuple(failed),
        )

    async def _decide(self, order: Order, path: Path) -> Decided:
        known = await run_in_threadpool(self._equipment.ledger.files.find, path)
        if known is not None and known.outcome == "review":
            if order.deed == "accept":
                return await accept_proposed(path, self._equipment)
            return await run_in_threadpool(refuse_proposed, path, self._equipment, order.keys)
        work = self._desk.accept if order.deed == "accept" else self._desk.remove
        return await run_in_threadpool(work, path, order.keys)

    def _take_back(self, decided: Decided) -> None:
        if decided.proposed:
            propose_again(decided, self._equipment)
        else:
            self._desk.take_back(decided)

    def _block(self, keywords: Iterable[str]) -> str:
        (keyword,) = keywords
        return keyword if block(self._blocklist.file, keyword) else ""

    def _unblock(self, keyword: str) -> str:
        try:
            unblock(self._blocklist.file, keyword)
        except ConfigError as error:
            return f" {keyword} stays blocked: {error}."
        return f" {keyword} is no longer blocked."


def _said(decided: Sequence[Decided], failed: Sequence[tuple[Path, str]], order: Order) -> str:
    words = list(dict.fromkeys(k for d in decided for k in d.keywords))
    photos = _photos(sum(1 for d in decided if d.keywords))
    if not words:
        said = "" if failed else "Nothing was there to decide."
    else:
        shown = ", ".join(words[:_SHOWN])
        more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
        said = f"{_VERBS[decided[0].verdict]} {shown}{more} in {photos}."
    if order.deed == "never":
        said = f"{order.keywords[0]} is never written again. {said}"
    return f"{said}{_failures(failed)}".strip()


def _failures(failed: Sequence[tuple[Path, str]]) -> str:
    if not failed:
        return ""
    path, reason = failed[0]
    more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    return f" {path.name}: {reason}{more}."


def _photos(number: int) -> str:
    return "1 photo" if number == 1 else f"{number} photos"
