"""The names under which the page is served: no other one is answered (DNS rebinding)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.config_web import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterable

_LOCAL = ("127.0.0.1", "[::1]", "localhost")
_ALL = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - nobody binds to it here


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the Host header may say.

    Attributes:
        exact: With their ports, in small letters.
        any_port: Names that may have any port: on a unix socket it is that of whoever forwards.
    """

    exact: frozenset[str]
    any_port: frozenset[str] = frozenset()

    def has(self, host: str) -> bool:
        """Return whether the page is served under this name."""
        said = host.lower()
        if said in self.exact:
            return True
        name, _, port = said.rpartition(":")
        return (name or port) in self.any_port and (not name or port.isdigit())


def names_of_address(host: str, port: int, more: Iterable[str] = ()) -> Names:
    """Return the names of an address on which the program listens.

    Args:
        host: As it was asked for; an IPv6 address without brackets.
        port: The one that it got.
        more: What the settings name, with their ports where these are others.
    """
    further = {name.lower() for name in more}
    own = {f"{name}:{port}" for name in (*names_of_host(host), *further)}
    return Names(exact=frozenset(own | further))


def names_of_host(host: str) -> tuple[str, ...]:
    """Return the names that this machine has for an address, as a URL has them; a best one first.

    That of all addresses together is no name; which others they have, only the user knows.
    """
    if host in _ALL:
        return _LOCAL
    own = f"[{host}]" if ":" in host else host.lower()
    return (own, "localhost") if is_loopback(host) else (own,)


def names_of_socket(more: Iterable[str] = ()) -> Names:
    """Return the names under which a unix socket is reached through somebody who forwards."""
    return Names(exact=frozenset(name.lower() for name in more), any_port=frozenset(_LOCAL))
