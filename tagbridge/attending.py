"""What goes on beside the daemon's work: its pulse, its supervisor, its page."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from tagbridge.printable import printable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

    from tagbridge.pulse import Pulse
    from tagbridge.supervision import Supervisor
    from tagbridge.web.house import House

log = logging.getLogger(__name__)


@asynccontextmanager
async def attended(
    pulse: Pulse, supervisor: Supervisor, house: House | None
) -> AsyncIterator[None]:
    """Do that while the daemon works; what breaks here does not end the tagging.

    Args:
        pulse: Of the daemon.
        supervisor: Who is told.
        house: What the page shows; None where none is served.

    Raises:
        ConfigError: The page cannot be served where the settings say.
    """
    duties = [_duty(pulse.run(), "pulse"), _duty(supervisor.run(pulse), "supervisor")]
    try:
        async with _page(house):
            supervisor.ready()
            yield
    finally:
        for duty in duties:
            duty.cancel()
        await asyncio.gather(*duties, return_exceptions=True)


@asynccontextmanager
async def _page(house: House | None) -> AsyncIterator[None]:
    if house is None:
        yield
        return
    from tagbridge.web.notice import Notice  # noqa: PLC0415 - only where a page is served
    from tagbridge.web.serving import Serving  # noqa: PLC0415 - likewise

    notice = Notice(house.state)
    serving = Serving(house, house.settings.web, renewed=notice.renewed)
    server = _duty(serving.run(), "page")
    notice.served_on(serving.address)
    where = printable(serving.address)
    log.info('the page is served on %s; "tagbridge review" opens it', where)
    try:
        yield
    finally:
        notice.remove()
        serving.stop()
        await asyncio.gather(server, return_exceptions=True)


def _duty(work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(partial(_ended, name))
    return task


def _ended(name: str, task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("the daemon's %s broke down", name, exc_info=error)
