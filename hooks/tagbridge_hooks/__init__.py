"""The contract between tagbridge and its plugins; see hooks/README.md."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from tagbridge_hooks.errors import (
    AccountError,
    AssetChangedError,
    AssetError,
    ConfigError,
    DuplicateProviderError,
    MalformedAnswerError,
    MissingExtraError,
    PluginError,
    ProviderError,
    QuotaError,
    RateLimitedError,
    RejectedError,
    TagbridgeError,
    TransientError,
    UnreadableAssetError,
    VerificationError,
    WriteError,
)
from tagbridge_hooks.requests import FREE, Batch

if TYPE_CHECKING:
    from tagbridge_hooks.addresses import ServiceAddress, ServiceRoot
    from tagbridge_hooks.assets import Asset, Rendition
    from tagbridge_hooks.commands import Command, CommandContext
    from tagbridge_hooks.providers import (
        Capability,
        Limits,
        Price,
        Provider,
        ProviderContext,
        ProviderInfo,
        ProviderSettings,
        SimilarFinder,
    )
    from tagbridge_hooks.recognition import (
        Caption,
        Color,
        Keyword,
        Neighbour,
        Person,
        Quality,
        Receipt,
        Recognition,
        Region,
        Sensitivity,
        Source,
        Sourced,
        TagSet,
        TextLine,
    )
    from tagbridge_hooks.specs import PROJECT, hookimpl, hookspec

__all__ = [
    "FREE",
    "PROJECT",
    "AccountError",
    "Asset",
    "AssetChangedError",
    "AssetError",
    "Batch",
    "Capability",
    "Caption",
    "Color",
    "Command",
    "CommandContext",
    "ConfigError",
    "DuplicateProviderError",
    "Keyword",
    "Limits",
    "MalformedAnswerError",
    "MissingExtraError",
    "Neighbour",
    "Person",
    "PluginError",
    "Price",
    "Provider",
    "ProviderContext",
    "ProviderError",
    "ProviderInfo",
    "ProviderSettings",
    "Quality",
    "QuotaError",
    "RateLimitedError",
    "Receipt",
    "Recognition",
    "Region",
    "RejectedError",
    "Rendition",
    "Sensitivity",
    "ServiceAddress",
    "ServiceRoot",
    "SimilarFinder",
    "Source",
    "Sourced",
    "TagSet",
    "TagbridgeError",
    "TextLine",
    "TransientError",
    "UnreadableAssetError",
    "VerificationError",
    "WriteError",
    "hookimpl",
    "hookspec",
]

# These are loaded when somebody first asks for a name of theirs: the process that makes the calls
# needs no more than the errors, and would spend half of its start on the models of settings.
_STANDS_IN = {
    "addresses": ("ServiceAddress", "ServiceRoot"),
    "assets": ("Asset", "Rendition"),
    "commands": ("Command", "CommandContext"),
    "providers": (
        "Capability",
        "Limits",
        "Price",
        "Provider",
        "ProviderContext",
        "ProviderInfo",
        "ProviderSettings",
        "SimilarFinder",
    ),
    "recognition": (
        "Caption",
        "Color",
        "Keyword",
        "Neighbour",
        "Person",
        "Quality",
        "Receipt",
        "Recognition",
        "Region",
        "Sensitivity",
        "Source",
        "Sourced",
        "TagSet",
        "TextLine",
    ),
    "specs": ("PROJECT", "hookimpl", "hookspec"),
}
_MODULES = {name: module for module, names in _STANDS_IN.items() for name in names}

if not TYPE_CHECKING:  # who checks types shall go on to say which names do not exist

    def __getattr__(name: str) -> object:
        """Load the module in which a name stands, and return what it names."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        globals()[name] = found
        return found

    def __dir__() -> list[str]:
        """Return the names, those included that nobody has asked for."""
        return sorted({*globals(), *__all__})
