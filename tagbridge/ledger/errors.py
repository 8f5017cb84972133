"""Errors of the ledger that the caller tells apart."""

from __future__ import annotations

from tagbridge_hooks import TagbridgeError


class LedgerClosedError(TagbridgeError):
    """Report that the ledger was closed while somebody used it or waited for its database."""
