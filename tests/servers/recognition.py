"""Two recognition services as a process of its own, strict, and honest about what they were asked.

    recognition.py --log FILE [--everypixel] [--latency 0.06:0.8] [--rate 30] [--quota N] [--port 0]
                   [--client-id ID --client-secret SECRET] [--key KEY]

`POST /v1/keywords` speaks as Everypixel does, `POST /plain/keywords` is a second service with the
key in the header `X-Key`. Both take one multipart file named `data` and answer
`{"keywords": [{"keyword", "score"}, ...], "status": "ok"}`. The first keyword is `v1 DIGITS` or
`plain DIGITS`, with the first eight digits of the picture's SHA-256: it tells whose answer it is,
and to which picture. The others follow from service and digest too, so they never change.

The port is printed. Each request adds a line to FILE when it has arrived: `at` (monotonic
seconds), `path`, `picture` (SHA-256 of the file, empty if there was none), `status` as it will be
answered, and `why` it was refused. Status 200 is what costs money.

Credentials that are not given may be anything but empty. `--rate` and `--quota` are those of
`/v1` only; `--everypixel` sets the rate of the real service.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import time
from base64 import b64decode
from collections import deque
from dataclasses import dataclass, field
from email import message_from_bytes
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from email.message import Message

RATE = 30.0  # requests a second that Everypixel takes
LARGEST = 20 * 1024 * 1024
BOUNDS = {"num_keywords": (int, 1, 499), "threshold": (float, 0, 1)}
LANGUAGES = ("en", "ru", "es", "fr", "de", "pt", "it")
BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body></body></html>"
WORDS = Path(__file__).with_name("words.txt").read_text(encoding="ascii").split()


class RefusedError(Exception):
    """A request that gets no keywords: the status, why, and the body if it is not the usual one."""

    def __init__(self, status: int, why: str, body: object = None) -> None:
        super().__init__(why)
        self.status = status
        self.body = {"status": "error", "message": why} if body is None else body


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it arrived."""

    method: str
    path: str
    query: str
    headers: Message
    body: bytes


@dataclass(slots=True, kw_only=True)
class Services:
    """Both services, and what they remember: the requests of the last second, the calls paid."""

    log: int
    rate: float
    quota: int | None
    latency: tuple[float, float]
    credentials: tuple[str | None, str | None]
    key: str | None
    recent: deque[float] = field(default_factory=deque)
    paid: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection until the other side has enough."""
        try:
            while request := await read_request(reader):
                writer.write(await self.answer(request))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # it went away in the middle: nothing has arrived
        finally:
            writer.close()

    async def answer(self, request: Request) -> bytes:
        """Decide and note it at once, then take the time that such a service takes."""
        now = time.monotonic()
        picture, fault = received_file(request)  # at once: the log tells it of the refused as well
        body: object
        try:
            self.check_caller(request, now)
            options = checked_options(request)
            if fault:
                raise out_of_bounds("body", "data", fault)
            self.check_picture(request, picture)
            status, why = 200, ""
            body = {"keywords": keywords(request.path, picture, options), "status": "ok"}
        except RefusedError as error:
            status, why, body = error.status, str(error), error.body
        digest = sha256(picture).hexdigest() if picture else ""
        note = {"at": now, "path": request.path, "picture": digest, "status": status}
        os.write(self.log, json.dumps(note | ({"why": why} if why else {})).encode() + b"\n")
        await asyncio.sleep(random.uniform(*self.latency))  # noqa: S311 - latency is no secret
        return response(status, body)

    def check_caller(self, request: Request, now: float) -> None:
        if request.path == "/v1/keywords":
            self.check_rate(now)  # in front of everything, as a gateway is
            check_basic(request.headers["Authorization"], self.credentials)
        elif request.path != "/plain/keywords":
            raise RefusedError(404, "no such address")
        elif (sent := request.headers["X-Key"]) in {None, ""} or (self.key or sent) != sent:
            raise RefusedError(401, "the key is wrong")
        if request.method != "POST":
            raise RefusedError(405, f"{request.method} is not allowed")

    def check_rate(self, now: float) -> None:
        window = max(1.0, 1.0 / self.rate) if self.rate else 0.0  # 0.1: one in ten seconds
        while self.recent and self.recent[0] <= now - window:
            self.recent.popleft()
        if self.rate and len(self.recent) >= self.rate:
            raise RefusedError(502, "too many requests in this second", BAD_GATEWAY)
        self.recent.append(now)

    def check_picture(self, request: Request, picture: bytes) -> None:
        jpeg = picture.startswith(b"\xff\xd8\xff") and picture.endswith(b"\xff\xd9")
        png = picture.startswith(b"\x89PNG\r\n\x1a\n") and picture.endswith(b"IEND\xaeB`\x82")
        if not (jpeg or png):
            raise RefusedError(400, "the picture cannot be decoded")
        if request.path == "/v1/keywords":
            if self.quota is not None and self.paid >= self.quota:
                spent = f"ratelimit exceeded {self.quota} requests per 86400 seconds"
                raise RefusedError(429, spent)
            self.paid += 1


def check_basic(header: str | None, wanted: tuple[str | None, str | None]) -> None:
    scheme, _, encoded = (header or "").partition(" ")
    try:
        given = b64decode(encoded, validate=True).decode().split(":", 1)
    except ValueError:
        given = []
    right = scheme == "Basic" and len(given) == 2 and all(given)
    if not right or any(want not in {None, got} for want, got in zip(wanted, given, strict=True)):
        raise RefusedError(401, "the client id or the secret is wrong")


def out_of_bounds(where: str, name: str, why: str) -> RefusedError:
    detail = [{"loc": [where, name], "msg": why, "type": "value_error"}]
    return RefusedError(422, f"{where} {name}: {why}", {"detail": detail})


def checked_options(request: Request) -> dict[str, float]:
    """Return `num_keywords` and `threshold` as asked for, within the documented bounds."""
    options = {"num_keywords": 50.0, "threshold": 0.0}
    seen = parse_qsl(request.query, keep_blank_values=True)
    if len(dict(seen)) < len(seen):
        raise out_of_bounds("query", "parameters", "one is given twice")
    for name, text in seen:
        if request.path == "/v1/keywords" and name in BOUNDS:
            options[name] = number(name, text)
        elif request.path != "/v1/keywords" or name != "lang":
            raise out_of_bounds("query", name, "no such parameter")
        elif text not in LANGUAGES:
            raise out_of_bounds("query", name, f"must be one of {', '.join(LANGUAGES)}")
    return options


def number(name: str, text: str) -> float:
    kind, low, high = BOUNDS[name]
    try:
        value = float(kind(text))
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise out_of_bounds("query", name, f"must be from {low} to {high}")
    return value


def received_file(request: Request) -> tuple[bytes, str]:
    """Return the one file of a multipart form, which must be named `data`; or what is wrong."""
    boundary = request.headers.get_param("boundary")
    form = request.headers.get_content_type() == "multipart/form-data"
    if not form or not isinstance(boundary, str):
        return b"", "the body is not multipart/form-data"
    start, *parts, end = (b"\r\n" + request.body).split(b"\r\n--" + boundary.encode())
    if start or end not in {b"--", b"--\r\n"} or len(parts) != 1:
        return b"", "the body must have exactly one part"
    head, blank, content = parts[0].removeprefix(b"\r\n").partition(b"\r\n\r\n")
    part = message_from_bytes(head)
    name = part.get_param("name", header="Content-Disposition")
    if not blank or part.get_content_disposition() != "form-data" or name != "data":
        return b"", "field required"
    return (content, "") if part.get_filename() else (b"", "the part has no file name")


def keywords(path: str, picture: bytes, options: dict[str, float]) -> list[dict[str, object]]:
    """Return the keywords of a picture, best first; always the same ones."""
    service, digest = path.split("/")[1], sha256(picture).hexdigest()
    chance = random.Random(service + digest)  # noqa: S311 - must come out the same again
    words = [f"{service} {digest[:8]}", *chance.sample(WORDS, chance.randint(24, 49))]
    rows = [(word, round(0.99 * 0.96**place, 4)) for place, word in enumerate(words)]
    kept = [(word, score) for word, score in rows if score >= options["threshold"]]
    return [{"keyword": w, "score": s} for w, s in kept[: int(options["num_keywords"])]]


def response(status: int, body: object) -> bytes:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = "text/html" if isinstance(body, bytes) else "application/json"
    head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: {kind}\r\n"
    return f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """Return the next request whole, or None when there is none or it is no HTTP/1.1."""
    first, _, head = (await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")
    parts, headers = first.decode("latin-1").split(" "), message_from_bytes(head)
    length = headers["Content-Length"] or "0"
    if len(parts) != 3 or not length.isdecimal() or int(length) > LARGEST:
        return None
    body = await reader.readexactly(int(length))
    path, _, query = parts[1].partition("?")
    return Request(method=parts[0], path=path, query=query, headers=headers, body=body)


def seconds(text: str) -> tuple[float, float]:
    low, _, high = text.partition(":")
    return float(low), float(high or low)


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--everypixel", action="store_true")
    parser.add_argument("--latency", type=seconds, default=(0.0, 0.0))
    parser.add_argument("--rate", type=float)
    parser.add_argument("--quota", type=int)
    parser.add_argument("--port", type=int, default=0)
    for credential in ("--client-id", "--client-secret", "--key"):
        parser.add_argument(credential)
    given = parser.parse_args()
    services = Services(
        log=os.open(given.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644),
        rate=given.rate if given.rate is not None else RATE * given.everypixel,
        quota=given.quota,
        latency=given.latency,
        credentials=(given.client_id, given.client_secret),
        key=given.key,
    )
    server = await asyncio.start_server(services.serve, "127.0.0.1", given.port, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
