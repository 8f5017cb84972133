"""What is told about a plugin: that it is loaded, or why it is not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedPlugin:
    """A plugin that is in use.

    Attributes:
        name: Of its entry point.
        distribution: The package that brings it; empty when its metadata do not say.
        version: Of the distribution; empty when its metadata do not say.
        bundled: True when it came with tagbridge itself.
        providers: Names of the providers that it declares.
    """

    name: str
    distribution: str
    version: str
    bundled: bool
    providers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginFailure:
    """A plugin that was left out.

    Attributes:
        name: Of its entry point; empty when not even that could be read.
        distribution: The package that brings it; empty when unknown.
        reason: What is wrong, and what to do about it.
    """

    name: str
    distribution: str
    reason: str
