"""Secrets in what is sent and in what a service says: some repeat the key that they refuse."""

from __future__ import annotations

import json
from base64 import b64encode
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable

# A shorter one is no key: it may be a language or a number, and stand in an answer by chance.
_SHORTEST = 8


def without_secrets(text: bytes, secrets: Iterable[str], *, shortest: int = _SHORTEST) -> bytes:
    """Return a text with a star in the place of each secret, however it is spelled there.

    Args:
        text: What a service said, or what is sent to it.
        secrets: What must not be in it.
        shortest: Leave those alone that have fewer characters.
    """
    for secret in sorted(secrets, key=len, reverse=True):  # one may be a part of another
        if len(secret) >= shortest:
            for spelling in _spellings(secret):
                text = text.replace(spelling, b"*")
    return text


@lru_cache(maxsize=64)
def _spellings(secret: str) -> tuple[bytes, ...]:
    """Return a secret as it is, as JSON escapes it, as addresses do, and in base64."""
    plain = secret.encode("utf-8", "surrogateescape")  # as the environment may have given it
    escaped = json.dumps(secret)[1:-1].encode()
    spellings = (
        plain,
        plain.replace(b"\\", b"\\\\").replace(b'"', b'\\"'),
        escaped,
        escaped.replace(b"/", b"\\/"),
        quote(plain).encode(),
        quote(plain, safe="").encode(),
        quote_plus(plain).encode(),
        b64encode(plain),
    )
    return tuple(dict.fromkeys(spellings))
