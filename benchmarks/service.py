"""A recognition service in a process of its own, as quick as it can be.

It speaks as Everypixel does and says the same fifteen keywords of every picture. It counts what it
is asked, and how often it had to refuse because of its rate.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import time
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

from benchmarks.keywords import KEYWORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD_END = b"\r\n\r\n"
_SAID = {"keywords": [{"keyword": word, "score": 0.9} for word in KEYWORDS], "status": "ok"}
_ANSWER = json.dumps(_SAID).encode()


class Service:
    """The local service, while it runs."""

    def __init__(self, url: str) -> None:
        """Take its address."""
        self.url = url

    def statistics(self) -> dict[str, Any]:
        """Return `asked`, `refused`, and `waited`: the seconds that all answers took together."""
        with urlopen(f"{self.url}/statistics") as answer:  # noqa: S310 - our own server
            found: dict[str, Any] = json.load(answer)
        return found


@contextmanager
def serving(
    latency: tuple[float, float] = (0.0, 0.0), rate: int = 0, prefix: tuple[str, ...] = ()
) -> Iterator[Service]:
    """Run the service.

    Args:
        latency: Seconds that an answer takes, from and to.
        rate: Refuses more in any second; 0 for no limit.
        prefix: Of the command, to bind it to a core.
    """
    command = [*prefix, sys.executable, "-m", "benchmarks.service", *map(str, (*latency, rate))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None:
                raise RuntimeError("the service has no output")
            yield Service(f"http://127.0.0.1:{int(process.stdout.readline())}")
        finally:
            process.terminate()


class _Books:
    """What was asked so far."""

    def __init__(self, latency: tuple[float, float], rate: int) -> None:
        self.latency = latency
        self.rate = rate
        self.asked = self.refused = 0
        self.waited = 0.0
        self._recent: deque[float] = deque()

    def admits(self) -> bool:
        now = time.monotonic()
        while self._recent and self._recent[0] < now - 1.0:
            self._recent.popleft()
        if self.rate and len(self._recent) > self.rate:  # one more: their second is not ours
            self.refused += 1
            return False
        self._recent.append(now)
        self.asked += 1
        return True

    def report(self) -> bytes:
        found = {"asked": self.asked, "refused": self.refused, "waited": self.waited}
        return json.dumps(found).encode()


async def _attend(
    books: _Books, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    try:
        while True:
            head = await reader.readuntil(_HEAD_END)
            if head.startswith(b"GET"):
                writer.write(_framed(200, books.report()))
                continue
            await reader.readexactly(_length(head))
            if not books.admits():
                writer.write(_framed(429, b"{}"))
                continue
            seconds = random.uniform(*books.latency)  # noqa: S311 - no secret
            books.waited += seconds
            if seconds:
                await asyncio.sleep(seconds)
            writer.write(_framed(200, _ANSWER))
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def _framed(status: int, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status} .\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + _HEAD_END + body


async def _main(low: float, high: float, rate: int) -> None:
    books = _Books((low, high), rate)

    async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _attend(books, reader, writer)

    server = await asyncio.start_server(attend, "127.0.0.1", 0, limit=1 << 24)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(float(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])))
