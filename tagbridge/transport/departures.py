"""Say in the log what has left this machine, and where it went: a host, never the whole address."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tagbridge.printable import plain, printable

if TYPE_CHECKING:
    import httpx

    from tagbridge_hooks import Asset, Rendition

log = logging.getLogger(__name__)


def described(asset: Asset, rendition: Rendition) -> str:
    """Return what a rendition is called when it leaves."""
    shape = f"{rendition.width} x {rendition.height}"
    details = f"{rendition.media_type}, {shape}, {_size(len(rendition.data))}"
    return f"a small copy of {printable(asset.path)} ({details})"


def log_departure(request: httpx.Request, about: str = "", provider: str = "") -> None:
    """Log that a request has left.

    Args:
        request: What went where; the service wants keys in some addresses.
        about: What was in it, if that is known.
        provider: For whom it was.
    """
    what = about or f"a request of {_size(int(request.headers.get('content-length', 0)))}"
    whom = f" for {provider}" if provider else ""
    log.info("sent %s to %s%s", what, plain(request.url.host), whom)


def _size(count: int) -> str:
    return f"{count} B" if count < 1000 else f"{count / 1000:.0f} KB"  # noqa: PLR2004 - kilo
