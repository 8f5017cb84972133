"""Read the requests of a connection and write answers to them: just enough of HTTP/1.1."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from email import message_from_bytes
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    import asyncio
    from email.message import Message

LARGEST = 64 * 1024 * 1024  # bytes of a request; more than any service takes
REASONS = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it arrived."""

    method: str
    path: str
    query: str
    headers: Message
    body: bytes

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Return what stands in the address behind the question mark."""
        return parse_qsl(self.query, keep_blank_values=True)

    @property
    def host(self) -> str:
        """Return the host and port that the client asked, for addresses of our own."""
        return self.headers["Host"] or "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is sent back.

    Attributes:
        body: Bytes are sent as they are, anything else as JSON.
        delivery: How much of it arrives; see `delivery.py`.
    """

    body: object
    status: int = 200
    media_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    delivery: str = "whole"

    @property
    def content(self) -> bytes:
        """Return the bytes of the body."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class RefusedError(Exception):
    """A request that is not served: why, for the log, and what the service answers."""

    def __init__(self, why: str, answer: Answer) -> None:
        super().__init__(why)
        self.answer = answer


def head(answer: Answer, **more: str) -> bytes:
    """Return the head of an answer, with further headers."""
    first = f"HTTP/1.1 {answer.status} {REASONS.get(answer.status, 'Unnamed')}"
    headers = {"Content-Type": answer.media_type} | answer.headers | more
    lines = [first, *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """Return the next request whole, or None when there is none or it is no HTTP/1.1."""
    first, _, rest = (await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")
    parts, headers = first.decode("latin-1").split(" "), message_from_bytes(rest)
    length = headers["Content-Length"] or "0"
    if len(parts) != 3 or not length.isdecimal() or int(length) > LARGEST:
        return None
    body = await reader.readexactly(int(length))
    path, _, query = parts[1].partition("?")
    return Request(method=parts[0], path=path, query=query, headers=headers, body=body)
