"""One courier process as seen from the process that asks: started, talked to, let go."""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

from tagbridge.transport.letters import Letter, read_letter, write_letter

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_END = 10.0  # seconds; an idle courier needs some hundredths of one
# What libraries read from the environment: how to reach the network and the database.
_LENT = re.compile(r"(?i)(https?|all|no)_proxy|SSL_CERT_.*|PG.*|HOME|TMPDIR|TZ")
# What the interpreter needs before anybody can tell it anything.
_NEEDED = (
    "LD_LIBRARY_PATH",
    "PYTHONHOME",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPYCACHEPREFIX",  # else it would compile each module at each start
    "SYSTEMROOT",
)


class CourierGoneError(Exception):
    """Report that the courier process ended before it answered."""


class Link:
    """One courier process and the letters that are under way."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        # Reaps it at once whenever it ends, so that it is never left behind as a zombie; a thread,
        # because it may outlive our event loop.
        self._reaper = threading.Thread(target=process.wait, name="courier", daemon=True)
        self._reaper.start()
        self._numbers = itertools.count()
        self._pending: dict[int, asyncio.Future[Letter]] = {}
        self._is_gone = False
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter
        self._listening: asyncio.Task[None]

    @classmethod
    async def start(cls, database: Mapping[str, str | None]) -> Link:
        """Start a courier that works with a database, and return the link to it.

        Args:
            database: Its `folder` and `url`. They go through the socket: the command line and
                the environment of a process are there for others to see.
        """
        ours, its = socket.socketpair()
        with its:
            try:
                link = cls(_spawn(its.fileno()))
                link._reader, link._writer = await asyncio.open_unix_connection(sock=ours)
            except BaseException:
                ours.close()  # which ends the process too, if it was started
                raise
        link._listening = asyncio.create_task(link._listen())
        lent = {name: value for name, value in os.environ.items() if _LENT.fullmatch(name)}
        await link._write(Letter(head={**database, "environment": lent}))
        return link

    @property
    def is_open(self) -> bool:
        """Return whether the courier still listens, as far as is known."""
        return not (self._is_gone or self._listening.done())

    async def exchange(self, letter: Letter) -> Letter:
        """Send a letter and return the answer to it.

        Raises:
            CourierGoneError: The courier ended before; what it did is not known.
        """
        number = next(self._numbers)
        answer: asyncio.Future[Letter] = asyncio.get_running_loop().create_future()
        if not self.is_open:
            raise CourierGoneError
        self._pending[number] = answer
        try:
            await self._write(Letter(head={**letter.head, "number": number}, body=letter.body))
        except CourierGoneError:
            answer.cancel()
            raise
        return await answer

    async def close(self) -> None:
        """Tell the courier that nothing more comes; wait for calls that somebody waits for."""
        if self._writer.can_write_eof() and self.is_open:
            self._writer.write_eof()
        if any(not answer.done() for answer in self._pending.values()):
            await asyncio.wait([self._listening])
        if not self._pending:
            await asyncio.wait([self._listening], timeout=_LONGEST_END)
            await asyncio.to_thread(self._reaper.join, _LONGEST_END)
        # Else what it does was given up by those who had asked: it ends by itself after that.
        self._listening.cancel()
        await asyncio.wait([self._listening])

    async def _write(self, letter: Letter) -> None:
        try:
            await write_letter(self._writer, letter)
        except OSError as error:
            self._is_gone = True  # we may be told so before we hear it
            raise CourierGoneError from error

    async def _listen(self) -> None:
        try:
            while (letter := await read_letter(self._reader)) is not None:
                answer = self._pending.pop(letter.head["number"])
                if not answer.done():  # who asked may have been cancelled
                    answer.set_result(letter)
        finally:
            self._writer.close()
            for answer in self._pending.values():
                if not answer.done():
                    answer.set_exception(CourierGoneError())
            self._pending.clear()


def _spawn(descriptor: int) -> subprocess.Popen[bytes]:
    """Start the process in a session of its own, where no Ctrl-C of ours reaches it."""
    environment = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    # Wherever we are imported from, an archive or a checkout, it imports the same.
    environment["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, filter(None, sys.path)))
    options: dict[str, Any] = {"pass_fds": (descriptor,), "start_new_session": True, "cwd": "/"}
    return subprocess.Popen(  # noqa: S603 - our own program, and a number
        [sys.executable, "-P", "-m", "tagbridge.transport.courier_process", str(descriptor)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        **options,
    )
