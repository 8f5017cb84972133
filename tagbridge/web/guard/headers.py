"""What every answer says to the browser."""

from __future__ import annotations

from typing import Final

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
UNLESS_SAID: Final = {"cache-control": "no-store"}
"""What an answer may say otherwise: a thumbnail may stay with the browser."""


def completed(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer with those that all have."""
    said = {name.lower().decode("latin-1") for name, _ in headers}
    more = ALWAYS | {name: value for name, value in UNLESS_SAID.items() if name not in said}
    kept = [(name, value) for name, value in headers if name.lower().decode("latin-1") not in more]
    return kept + [(name.encode(), value.encode()) for name, value in more.items()]
