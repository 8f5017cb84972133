"""The process that makes the calls; see `courier`.

It outlives the process that asks: what it has begun it finishes and stores. No signal that is meant
for a terminal or for the daemon ends it. It ends by itself when the other side is gone and its
calls have ended. Nothing of a setting is in its command line or its environment.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tagbridge.starting import started, starting
from tagbridge.transport.letters import Letter, read_letter, write_letter

if TYPE_CHECKING:
    from tagbridge.transport.desk import Desk


async def serve(connection: socket.socket) -> None:
    """Work through the letters that come, until no more can come."""
    reader, writer = await asyncio.open_unix_connection(sock=connection)
    first = await read_letter(reader)
    if first is None:
        return
    os.environ.update(first.head["environment"])
    service = Service(first, writer)
    while (letter := await read_letter(reader)) is not None:
        service.take(letter)
    await service.end()
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


class Service:
    """Opens the desk while letters come already, and has it answer them."""

    def __init__(self, first: Letter, writer: asyncio.StreamWriter) -> None:
        """Begin to open the database that the first letter names."""
        self._folder: str | None = first.head["folder"]
        self._url: str = first.head["url"]
        self._writer = writer
        # SQLite lets one write at a time; several threads that wait for their turn inside of it
        # would only be less exact.
        self._threads = ThreadPoolExecutor(max_workers=8 if self._url else 1)
        self._opening = asyncio.create_task(self._open())
        self._answering: set[asyncio.Task[None]] = set()

    def take(self, letter: Letter) -> None:
        """Begin with what a letter asks."""
        if self._opening.done() and self._opening.exception() is not None:
            self._opening = asyncio.create_task(self._open())  # perhaps it can be opened now
        task = asyncio.create_task(self._answer(letter))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def end(self) -> None:
        """Finish what must be finished; what waits for the database to open is nothing yet."""
        if not self._opening.done():
            os._exit(0)  # nothing was begun, and nothing shall be
        if self._opening.exception() is None:
            await self._opening.result().end()
        if self._answering:
            await asyncio.wait(self._answering)

    async def _open(self) -> Desk:
        # Its imports take long; whoever starts us need not wait for them.
        from tagbridge.transport.desk import open_desk  # noqa: PLC0415 - as said

        folder = None if self._folder is None else Path(self._folder)
        desk = await open_desk(folder, self._url, self._threads)
        started()
        return desk

    async def _answer(self, letter: Letter) -> None:
        from tagbridge.transport.orders import Report  # noqa: PLC0415 - as in `_open`

        try:
            desk = await asyncio.shield(self._opening)
            report = await desk.answer(letter)
        except Exception as error:  # noqa: BLE001 - whoever asked must hear of it, or waits for ever
            report = Report(outcome="fault", reason=_reason(error))
        answer = report.to_letter()
        head = {**answer.head, "number": letter.head["number"]}
        with suppress(OSError):  # they are gone; the answer is stored
            await write_letter(self._writer, Letter(head=head, body=answer.body))


def _reason(error: Exception) -> str:
    """Return what may be said of an error: a stranger's text may hold an address with a key."""
    from tagbridge_hooks import TagbridgeError  # noqa: PLC0415 - as in `_open`

    return str(error) if isinstance(error, TagbridgeError) else f"fault ({type(error).__name__})"


def main() -> None:
    """Serve the socket that was inherited."""
    starting()
    # httpx would load its own command line with all that it takes, a tenth of what we load.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]  # the import system's word for no
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    asyncio.run(serve(socket.socket(fileno=int(sys.argv[1]))))
    os._exit(0)  # a thread may still wait for a database that is away, and have nothing to tell it


if __name__ == "__main__":
    main()
