"""Addresses of services, which must not be reached without encryption across the internet."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

# Names that no public name server knows (RFC 6761, 6762, 8375; `lan` by custom).
_PRIVATE_ENDINGS = (".localhost", ".local", ".lan", ".internal", ".home.arpa", ".test")


def is_private(host: str) -> bool:
    """Return whether a host is this machine or one of a private network, by its name or number."""
    number = _number(host)
    if number is None:
        name = host.lower().rstrip(".")
        return "." not in name or name.endswith(_PRIVATE_ENDINGS)
    return number.is_loopback or number.is_private or number.is_link_local


def _number(host: str) -> IPv4Address | IPv6Address | None:
    """Return the number that a host is, in any spelling that the system takes; None for a name."""
    try:
        number = ip_address(host)
    except ValueError:
        try:
            return IPv4Address(socket.inet_aton(host))  # 134744072 is 8.8.8.8
        except (OSError, ValueError):
            return None
    return getattr(number, "ipv4_mapped", None) or number


def checked_address(address: str) -> str:
    """Return the address of a service as it was given.

    Raises:
        ValueError: It is none, holds a user, a query or a fragment, or would carry a key across the
            internet without encryption.
    """
    parts = urlsplit(address)
    host = parts.hostname  # raises ValueError where the brackets of a number are unbalanced
    _ = parts.port  # likewise, where it is no number
    if parts.scheme not in ("https", "http") or not host or any(map(str.isspace, address)):
        raise ValueError("it must be an address such as https://api.example.com/v1")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("it must hold neither a user, nor a query, nor a fragment")
    if parts.scheme == "http" and not is_private(host):
        raise ValueError(f"{host} is a public host: use https, or others can read the key")
    return address


ServiceAddress = Annotated[str, AfterValidator(checked_address)]
"""The type of a setting that holds the address of a service."""


def _without_final_slash(address: str) -> str:
    return address.rstrip("/")


ServiceRoot = Annotated[ServiceAddress, AfterValidator(_without_final_slash)]
"""The type of a setting that holds an address to which paths are added; no slash ends it."""
