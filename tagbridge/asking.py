"""Ask all providers about one asset at once."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from tagbridge.questions import Answer
from tagbridge.takers import refusal, takers
from tagbridge.transport.errors import StillAskedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagbridge.recognize import Recognizer
    from tagbridge_hooks import Asset, Rendition


def prepare(recognizers: Iterable[Recognizer], asset: Asset) -> None:
    """Have those get ready who will be asked about an asset, while it is decoded."""
    for recognizer in takers(recognizers, asset.media_type):
        recognizer.prepare()


async def ask_all(
    recognizers: Iterable[Recognizer],
    asset: Asset,
    renditions: Mapping[int, Rendition],
    seconds: float | None = None,
    patience: float | None = None,
) -> tuple[Answer, ...]:
    """Ask all providers that take it at once; one that fails leaves the others' answers.

    Args:
        recognizers: The providers.
        asset: What they are asked about.
        renditions: By the longest edge that each wants.
        seconds: Length of a video; who does not take it is not asked, and counts as having
            rejected it.
        patience: For how many seconds the quick ones wait for the slow ones, whose answers are
            to be fetched later then; None to wait for all.
    """
    questions = {
        recognizer: partial(_asked, recognizer, asset, renditions, seconds)
        for recognizer in takers(recognizers, asset.media_type)
    }
    if patience is None:
        return tuple(await asyncio.gather(*(question() for question in questions.values())))
    asked = {
        recognizer: recognizer.lingering.ask(asset.identity, question)
        for recognizer, question in questions.items()
    }
    # Who kept another photo waiting for so long already is not waited for again.
    waits = {
        task: 0.0 if recognizer.lingering.is_late(patience) else patience
        for recognizer, task in asked.items()
        if task is not None
    }
    await _wait(waits)
    return tuple(_answer(recognizer, task, asset) for recognizer, task in asked.items())


async def _asked(
    recognizer: Recognizer,
    asset: Asset,
    renditions: Mapping[int, Rendition],
    seconds: float | None,
) -> Answer:
    info = recognizer.info
    error = refusal(info, seconds)
    if error is not None:
        return Answer(provider=info.name, error=error)
    return await recognizer.ask(asset, renditions[info.max_edge])


async def _wait(waits: Mapping[asyncio.Task[Answer], float]) -> None:
    """Return when all have answered, or one has said something and the others had their time.

    Args:
        waits: Seconds for each.
    """
    now = asyncio.get_running_loop().time
    start = now()
    while pending := [task for task in waits if not task.done()]:
        told = any(task.done() and task.result().recognition for task in waits)
        left = start + max(waits[task] for task in pending) - now()
        if told and left <= 0.0:
            return
        timeout = left if told else None
        await asyncio.wait(pending, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)


def _answer(recognizer: Recognizer, task: asyncio.Task[Answer] | None, asset: Asset) -> Answer:
    if task is not None and task.done():
        recognizer.lingering.heard(asset.identity)
        return task.result()
    name = recognizer.info.name
    return Answer(provider=name, error=StillAskedError(f"{name}: it takes its time"))
