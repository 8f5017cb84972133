"""Questions that may outlast the journey of the photo: a slow provider holds up nobody else."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from tagbridge.questions import Answer

Question: TypeAlias = "Callable[[], Coroutine[None, None, Answer]]"

_MOST_ASKED = 64  # each holds one rendition
_MOST_TOLD = 1000  # one that is dropped is asked again; paid answers are stored, so for nothing


class Lingering:
    """The questions to one provider that are under way, one for each picture, and what it said."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._asked: dict[str, asyncio.Task[Answer]] = {}
        self._since: dict[asyncio.Task[Answer], float] = {}
        self._told: dict[str, asyncio.Task[Answer]] = {}

    def ask(self, identity: str, question: Question) -> asyncio.Task[Answer] | None:
        """Return the question about a picture, which is asked now unless it was before.

        None when so many are under way that another one would only wait.
        """
        known = self._told.get(identity) or self._asked.get(identity)
        if known is not None or len(self._asked) >= _MOST_ASKED:
            return known
        task = asyncio.create_task(question())
        self._asked[identity] = task
        self._since[task] = self._now()
        task.add_done_callback(partial(self._ended, identity))
        return task

    def is_late(self, seconds: float) -> bool:
        """Return whether a question has been under way for longer than that."""
        first = next(iter(self._since.values()), None)
        return first is not None and self._now() - first > seconds

    def heard(self, identity: str) -> None:
        """Forget an answer about a picture: somebody has it now."""
        for tasks in (self._told, self._asked):
            tasks.pop(identity, None)

    async def aclose(self) -> None:
        """Leave what is under way; what a service answers is stored all the same."""
        tasks = list(self._asked.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, identity: str, task: asyncio.Task[Answer]) -> None:
        del self._since[task]
        if self._asked.get(identity) is not task:
            return  # heard already
        del self._asked[identity]
        if task.cancelled() or task.exception() is not None or task.result().recognition is None:
            return  # it is asked again
        self._told[identity] = task
        if len(self._told) > _MOST_TOLD:
            del self._told[next(iter(self._told))]
