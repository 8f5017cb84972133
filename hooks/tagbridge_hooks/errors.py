"""Errors whose class says what the caller does next.

TagbridgeError
├── ConfigError                 tell the user which key; exit status 2
├── PluginError                 leave this plugin out and go on
│   ├── DuplicateProviderError
│   └── MissingExtraError
├── ProviderError
│   ├── TransientError          the same request may work later
│   │   └── RateLimitedError    ... after `retry_after` seconds
│   ├── QuotaError              pause the provider until `resets_at`
│   ├── AccountError            provider off until its settings change
│   ├── RejectedError           never send this picture to it again
│   └── MalformedAnswerError    try a few times, then park the asset
└── AssetError
    ├── AssetChangedError       it moved under our hands: settle again
    ├── UnreadableAssetError    park it and say why
    └── WriteError              the original is untouched
        └── VerificationError   what was written did not read back as intended
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    import httpx


class TagbridgeError(Exception):
    """Catch anything that tagbridge raises on purpose."""


class ConfigError(TagbridgeError):
    """Report a setting that the user must change; the message names its key."""


class PluginError(TagbridgeError):
    """Report a plugin that cannot be used; it is left out and the others go on."""


class DuplicateProviderError(PluginError):
    """Report two plugins that claim one provider name."""


class MissingExtraError(PluginError):
    """Report a plugin whose optional dependency is missing; the message says what to install."""


class ProviderError(TagbridgeError):
    """Catch any failure of a provider to recognize one picture.

    Attributes:
        responses: Those that it is about, where several requests were made at once; None for the
            last one.
    """

    responses: tuple[httpx.Response, ...] | None = None


class TransientError(ProviderError):
    """Report a failure that the same request may not meet later."""


class RateLimitedError(TransientError):
    """Report that the service asked to slow down.

    Attributes:
        retry_after: Seconds the service asked to wait, or None when it did not say.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class QuotaError(ProviderError):
    """Report that the allowance is used up: the provider is paused, its queue kept.

    Attributes:
        resets_at: When the allowance returns (timezone-aware), or None when unknown.
    """

    def __init__(self, message: str, *, resets_at: datetime | None = None) -> None:
        super().__init__(message)
        self.resets_at = resets_at


class AccountError(ProviderError):
    """Report a wrong key or a closed account: provider off until its settings change."""


class RejectedError(ProviderError):
    """Report that the service will never accept this picture."""


class MalformedAnswerError(ProviderError):
    """Report an answer that does not have the documented form."""


class AssetError(TagbridgeError):
    """Catch any failure that concerns one asset."""


class AssetChangedError(AssetError):
    """Report that somebody changed the asset while it was worked on; it settles again."""


class UnreadableAssetError(AssetError):
    """Report an asset that cannot be read or decoded; it is parked with this reason."""


class WriteError(AssetError):
    """Report that nothing was written; the original is as it was."""


class VerificationError(WriteError):
    """Report that a written copy did not read back as intended; the original is as it was."""
