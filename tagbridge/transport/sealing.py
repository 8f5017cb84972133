"""Encryption of what must be stored but not be read: by a key that is made of the settings."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken

if TYPE_CHECKING:
    from collections.abc import Iterable

# What is hashed is the key of an account, long and random; this is for those that are not.
_COST = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}


class Seal:
    """Seals texts so that only who has the same secrets can open them."""

    def __init__(self, secrets: Iterable[str], *, salt: str) -> None:
        """Make the key; takes some hundredths of a second.

        Args:
            secrets: Of the settings of a provider; the same on all machines.
            salt: What it is for.
        """
        material = "\0".join(secrets).encode("utf-8", "surrogateescape")
        key = hashlib.scrypt(material, salt=f"tagbridge {salt}".encode(), **_COST)
        self._fernet = Fernet(urlsafe_b64encode(key))

    def close(self, text: str) -> bytes:
        """Return a text encrypted and authenticated."""
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str | None:
        """Return the text; None when it was sealed with other secrets, or changed."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            return None
