"""How the two processes talk: letters over a pair of sockets.

A letter is two lengths of four bytes, a head of JSON, and a body of any bytes.
"""

from __future__ import annotations

import json
import struct
from asyncio import IncompleteReadError
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

_LENGTHS = struct.Struct(">II")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message.

    Attributes:
        head: What it says, as JSON can.
        body: What comes with it.
    """

    # Not shown: there are keys in an order, and a password in the first letter.
    head: dict[str, Any] = field(repr=False)
    body: bytes = field(default=b"", repr=False)


async def read_letter(reader: StreamReader) -> Letter | None:
    """Return the next letter; None when the other side is gone, even in the middle of one."""
    try:
        head, body = _LENGTHS.unpack(await reader.readexactly(_LENGTHS.size))
        content = await reader.readexactly(head + body)
    except (IncompleteReadError, OSError):
        return None
    return Letter(head=json.loads(content[:head]), body=content[head:])


async def write_letter(writer: StreamWriter, letter: Letter) -> None:
    """Hand a letter over; once this has begun it arrives whole, whoever is cancelled.

    Raises:
        OSError: The other side is gone.
    """
    head = json.dumps(letter.head).encode()
    writer.write(b"".join((_LENGTHS.pack(len(head), len(letter.body)), head, letter.body)))
    await writer.drain()
