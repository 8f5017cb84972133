"""Requests and answers of a bounded size, whatever they say of it themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from tagbridge.web.guard.decide import MOST_BODY_BYTES
from tagbridge_hooks.errors import TagbridgeError

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Send

MOST_ANSWER_BYTES = 64 << 20


class TooLargeError(TagbridgeError):
    """Report an answer that was broken off."""


class Bounds:
    """Counts what one request and its answer carry."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._received = self._sent = 0

    async def receive(self) -> Message:
        """Return the next part of the request.

        Raises:
            HTTPException: It is one too many; whoever reads it lets that pass.
        """
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > MOST_BODY_BYTES:
            raise HTTPException(413, "the request is too large")
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the answer.

        Raises:
            TooLargeError: It is one too many.
        """
        self._sent += len(message.get("body", b""))
        if self._sent > MOST_ANSWER_BYTES:
            raise TooLargeError("the answer would be too large")
        await self._send(message)
