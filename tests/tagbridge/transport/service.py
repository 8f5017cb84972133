"""A service that behaves as it is told by the path of each request, as a process of its own.

    service.py LOG GATES

Prints its port. Each request adds a line to LOG when it has arrived: `at` (monotonic seconds),
`path`, `picture` (the header X-Picture) and `records` (the pictures of a batch). `/gated` answers
when GATES holds a file of the picture's name. `/batch` takes records as Ximilar does and answers
them in the reverse order; a picture `refused N` gets the status N, `lost N` no answer at all.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

LINE = b"\r\n"
FOR_EVER = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it arrived."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def picture(self) -> str:
        return self.headers.get("x-picture", "")

    @property
    def records(self) -> list[dict[str, str]]:
        if not self.path.startswith("/batch"):
            return []
        found: list[dict[str, str]] = json.loads(self.body)["records"]
        return found


@dataclass(frozen=True, slots=True)
class Said:
    """One answer."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Service:
    """Counts the requests and answers them."""

    def __init__(self, log: Path, gates: Path) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._gates = gates
        self._count = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await _read(reader)) is not None:
                self._count += 1
                line = {
                    "at": time.monotonic(),
                    "path": request.path,
                    "picture": request.picture,
                    "records": [record["_base64"] for record in request.records],
                }
                os.write(self._log, json.dumps(line).encode() + b"\n")
                if not await self._answer(request, writer):
                    break
        except (OSError, asyncio.IncompleteReadError):
            pass  # whoever asked was killed
        finally:
            writer.close()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        """Answer, and return whether the connection stays."""
        first, _, second = request.path.strip("/").partition("/")
        if first == "cut":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        elif first == "endless":
            await _write_for_ever(writer)
        elif first != "closed":
            if first == "batch" and second:  # /batch/status/500
                first, _, second = second.partition("/")
            await self._wait(first, second, request)
            _write(writer, self._said(first, second, request))
        await writer.drain()
        return first not in ("cut", "closed", "leaves")

    async def _wait(self, first: str, second: str, request: Request) -> None:
        if first == "silent":
            await asyncio.sleep(FOR_EVER)
        elif first == "slow":
            await asyncio.sleep(float(second))
        elif first == "gated":
            while not (self._gates / request.picture).exists():  # noqa: ASYNC110 - another process opens it
                await asyncio.sleep(0.005)

    def _said(self, first: str, second: str, request: Request) -> Said:
        usual = json.dumps({"picture": request.picture, "count": self._count}).encode()
        if first == "status":
            wait = request.query.get("retry-after")
            return Said(int(second), usual, {"Retry-After": wait[0]} if wait else {})
        if first == "echo":
            said = json.dumps([request.headers, request.query]).encode()
            return Said(int(second), said + request.body)
        if first == "batch" and not second:
            return _batch(request)
        zipped = {"Content-Encoding": "gzip"}
        known = {
            "text": lambda: Said(200, b"\xff not JSON \x00", {"Content-Type": "text/plain"}),
            "redirect": lambda: Said(302, b"", {"Location": "/ok"}),
            "gzip": lambda: Said(200, gzip.compress(usual), zipped),
            "bomb": lambda: Said(200, gzip.compress(bytes(64 << 20)), zipped),
            "garbled": lambda: Said(200, b"no gzip", zipped),
        }
        return known.get(first, lambda: Said(200, usual))()


def _batch(request: Request) -> Said:
    answered = [
        {
            **record,
            "_status": {"code": _record_status(record["_base64"])},
            "seen": record["_base64"],
        }
        for record in reversed(request.records)
        if not record["_base64"].startswith("lost")
    ]
    frame = {name: value for name, value in json.loads(request.body).items() if name != "records"}
    return Said(200, json.dumps({"asked": frame, "records": answered}).encode())


def _record_status(picture: str) -> int:
    return int(picture.split()[1]) if picture.startswith("refused") else 200


def _write(writer: asyncio.StreamWriter, said: Said) -> None:
    usual = {"Content-Type": "application/json", "Content-Length": str(len(said.body))}
    lines = [f"{name}: {value}" for name, value in {**usual, **said.headers}.items()]
    writer.write("\r\n".join((f"HTTP/1.1 {said.status} X", *lines, "", "")).encode() + said.body)


async def _write_for_ever(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + bytes(0x10000) + LINE)
        await writer.drain()


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(2 * LINE)
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    url = urlsplit(first.split()[1])
    return Request(path=url.path, query=parse_qs(url.query), headers=headers, body=body)


async def main() -> None:
    """Serve until killed."""
    service = Service(Path(sys.argv[1]), Path(sys.argv[2]))
    server = await asyncio.start_server(service.serve, "127.0.0.1", 0, backlog=1000)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
