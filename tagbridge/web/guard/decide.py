"""Whether a request is let in: pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagbridge.web.guard.names import Names

SAFE_METHODS = frozenset({"GET", "HEAD"})
METHODS = SAFE_METHODS | {"POST"}
ENTRANCE = "/enter"
PUBLIC = frozenset({"/metrics", "/healthz"})
"""Open to this machine without a cookie, because they name no file."""
MOST_BODY_BYTES = 1 << 20

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a request.

    Attributes:
        method: In capitals.
        path: Decoded.
        headers: By their names in small letters; one that came twice has two values.
        is_local: It came from this machine.
        knows_cookie: It has the cookie of this run.
    """

    method: str
    path: str
    headers: Mapping[str, Sequence[str]]
    is_local: bool
    knows_cookie: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a request is not let in.

    Attributes:
        status: Of the answer.
        reason: For a person.
    """

    status: int
    reason: str


def refusal(facts: Facts, names: Names) -> Refusal | None:
    """Return why a request is not let in; None if it is."""
    return (
        _of_host(facts, names)
        or _of_method(facts)
        or _of_path(facts.path)
        or _of_size(facts)
        or _of_origin(facts)
        or _of_stranger(facts)
    )


def _of_host(facts: Facts, names: Names) -> Refusal | None:
    hosts = facts.headers.get("host", ())
    if len(hosts) == 1 and names.has(hosts[0]):
        return None
    return Refusal(status=421, reason="tagbridge is not served under this name")


def _of_method(facts: Facts) -> Refusal | None:
    if facts.method in METHODS:
        return None
    return Refusal(status=405, reason="only GET, HEAD and POST are understood")


def _of_path(path: str) -> Refusal | None:
    steps = path.split("/")
    if ".." in steps or "\\" in path or not path.isprintable():
        return Refusal(status=400, reason="the address is not one of tagbridge's")
    return None


def _of_size(facts: Facts) -> Refusal | None:
    for length in facts.headers.get("content-length", ()):
        if not length.isdecimal() or int(length) > MOST_BODY_BYTES:
            return Refusal(status=413, reason="the request is too large")
    return None


def _of_origin(facts: Facts) -> Refusal | None:
    """Refuse what another page makes a browser ask; whoever changes something proves its own."""
    sites, origins = facts.headers.get("sec-fetch-site", ()), facts.headers.get("origin", ())
    refused = Refusal(status=403, reason="the request comes from another page")
    if facts.method in SAFE_METHODS:
        # A link may lead here, but no other page may embed anything.
        navigates = "navigate" in facts.headers.get("sec-fetch-mode", ())
        return None if navigates or set(sites) <= {"same-origin", "none"} else refused
    own = {f"{scheme}://{facts.headers['host'][0].lower()}" for scheme in ("http", "https")}
    if not (sites or origins):
        return refused
    right = set(sites) <= {"same-origin"} and {origin.lower() for origin in origins} <= own
    return None if right else refused


def _of_stranger(facts: Facts) -> Refusal | None:
    if facts.knows_cookie:
        return None
    if facts.path == ENTRANCE and facts.method == "GET":
        return None
    forwarded = any(name in facts.headers for name in _FORWARDED)
    public = facts.path in PUBLIC and facts.method in SAFE_METHODS
    if public and facts.is_local and not forwarded:
        return None
    return Refusal(status=403, reason='open the page with "tagbridge review"')
