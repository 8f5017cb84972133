"""Judge the addresses of pictures; none is fetched."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_web_address(url: str) -> bool:
    """Say whether this is an address with http or https and a host."""
    try:
        parts = urlsplit(url)
    except ValueError:  # such as a bracket that does not close
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def is_nowhere(url: str) -> bool:
    """Say whether nothing can be loaded from a web address: its host is below `.invalid`."""
    return (urlsplit(url).hostname or "").endswith(".invalid")
