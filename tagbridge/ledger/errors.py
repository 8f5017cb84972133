"""Errors of the ledger that the caller tells apart."""

from __future__ import annotations

from tagbridge_hooks.errors import ConfigError, TagbridgeError


class LedgerClosedError(TagbridgeError):
    """Report that the ledger was closed while somebody used it or waited for its database."""


class NoLedgerError(TagbridgeError):
    """Report that there is nothing to look at; the message is for a person."""


class UnreadableLedgerError(ConfigError):
    """Report a database that did not answer in time, broke off, or is damaged."""
