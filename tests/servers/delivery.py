"""Bring an answer to the client: whole, or as a connection does it on a bad day."""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING

from tests.servers.wire import head

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

    from tests.servers.wire import Answer

MOST = 1024 * 1024 * 1024  # bytes of an endless answer: a client without a bound ends as well
BLOCK = b" " * 65536


async def deliver(
    answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bool:
    """Send the answer in its way; say whether the connection can be used once more."""
    if answer.delivery == "whole":
        content = answer.content
        writer.write(head(answer, Content_Length=str(len(content))) + content)
        await writer.drain()
        return True
    await BADLY[answer.delivery](answer, reader, writer)
    return False


async def _nothing(
    _answer: Answer, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Close without a word."""
    writer.transport.abort()


async def _reset(
    _answer: Answer, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Close as a machine does that knows nothing of the connection any more."""
    at_once = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    writer.transport.abort()


async def _half(
    answer: Answer, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Promise all of the content and close after the first half."""
    content = answer.content
    half = content[: len(content) // 2]
    writer.write(head(answer, Content_Length=str(len(content)), Connection="close") + half)
    await writer.drain()


async def _chunk(
    answer: Answer, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Close within a chunk, so that no length tells how much is missing."""
    content = answer.content
    start = f"{len(content):x}\r\n".encode() + content[: len(content) // 2]
    writer.write(head(answer, Transfer_Encoding="chunked", Connection="close") + start)
    await writer.drain()


async def _endless(
    answer: Answer, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Send white space after the beginning of the content until the client goes away."""
    writer.write(head(answer, Connection="close") + answer.content[:1])
    for _ in range(MOST // len(BLOCK)):
        writer.write(BLOCK)
        await writer.drain()


async def _hang(
    _answer: Answer, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter
) -> None:
    """Say nothing until the client goes away."""
    await reader.read(1)


BADLY: dict[
    str,
    Callable[[Answer, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
] = {
    "nothing": _nothing,
    "reset": _reset,
    "half": _half,
    "chunk": _chunk,
    "endless": _endless,
    "hang": _hang,
}
