"""What every journey needs, made once from the settings and closed in the end."""

from __future__ import annotations

import difflib
import logging
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.config import KeywordSettings, Settings, provider_settings
from tagbridge.merge import KeywordRules, MergeRules
from tagbridge.metadata.exiv2 import Exiv2
from tagbridge.metadata.plan import WriteRules
from tagbridge.metadata.write import WriteOptions
from tagbridge.plugins import Plugins, load_plugins
from tagbridge.recognize import LentClient, Recognizer
from tagbridge.spelling import spelling_key
from tagbridge_hooks import Asset, ConfigError, ProviderInfo, ProviderSettings, WriteError

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator, Iterable, Sequence
    from pathlib import Path

    from tagbridge.state import State

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """Everything a journey needs; made once, shared by all.

    Attributes:
        plugins: Their hooks are called on the way.
        recognizers: The providers that are asked.
        merge_rules: How answers become a tag set.
        write_options: Where and what is written.
        exiv2: The second reader of what was written.
        state: Remembers what was done.
        keep_mtime: Keep a photo's time of the last change.
    """

    plugins: Plugins
    recognizers: Sequence[Recognizer]
    merge_rules: MergeRules
    write_options: WriteOptions
    exiv2: Exiv2
    state: State
    keep_mtime: bool = False

    def was_tagged(self, asset: Asset, status: os.stat_result) -> bool:
        """Return whether this picture was tagged under this name before."""
        return self.state.was_tagged(asset.path, asset.identity, status)

    def remember(
        self, asset: Asset, status: os.stat_result, outcome: str, reason: str = ""
    ) -> None:
        """Note what became of a photo, unless this is a dry run."""
        if not self.write_options.dry_run:
            self.state.record(asset.path, status, asset.identity, outcome, reason)

    def remember_unreadable(self, path: Path, reason: str) -> None:
        """Note that a file cannot be read, so that it is left alone until it changes."""
        with suppress(OSError, WriteError):  # it is gone, or the state's disk is full
            if not self.write_options.dry_run:
                self.state.record(path, path.lstat(), "", "parked", reason)


@asynccontextmanager
async def equipped(
    settings: Settings, state: State, *, only: Sequence[str] = (), dry_run: bool = False
) -> AsyncIterator[Equipment]:
    """Make the equipment and close it in the end.

    Args:
        settings: The user's.
        state: Remembers what was done.
        only: Names of the providers to ask; empty for all that are configured.
        dry_run: Write nothing.

    Raises:
        ConfigError: A provider is unknown or wrongly configured, or there is none.
    """
    plugins = load_plugins()
    chosen = chosen_providers(plugins, settings, only)
    lent, exiv2 = LentClient(), Exiv2()
    recognizers = [Recognizer(info, own, lent) for info, own in chosen]
    try:
        yield Equipment(
            plugins=plugins,
            recognizers=recognizers,
            merge_rules=_merge_rules(settings, chosen),
            write_options=_write_options(settings, dry_run=dry_run),
            exiv2=exiv2,
            state=state,
            keep_mtime=settings.write.keep_mtime,
        )
    finally:
        for recognizer in recognizers:
            await recognizer.aclose()
        await lent.aclose()
        exiv2.close()


def chosen_providers(
    plugins: Plugins, settings: Settings, only: Sequence[str] = ()
) -> list[tuple[ProviderInfo, ProviderSettings]]:
    """Return the providers to ask: those named, else those configured, else the offline default.

    Raises:
        ConfigError: One is unknown or not configured, or none is left.
    """
    for failure in plugins.failures:
        log.warning("plugin %s is left out: %s", failure.name, failure.reason)
    names = only or tuple(settings.providers) or tuple(plugins.default_providers)
    left_out = {failure.name for failure in plugins.failures}
    wanted = [name for name in dict.fromkeys(names) if name not in left_out]
    if left_out and not only:
        # What a plugin that was left out would have provided, nobody knows: its name may differ.
        for name in set(wanted) - set(plugins.providers):
            log.warning("%s", _unknown(name, plugins))
        wanted = [name for name in wanted if name in plugins.providers]
    if not wanted:
        raise ConfigError("no provider can be used; `tagbridge providers` says why")
    return [_chosen(name, plugins, settings) for name in wanted]


def _unknown(name: str, plugins: Plugins) -> str:
    nearest = difflib.get_close_matches(name, plugins.providers, n=1)
    hint = f"; did you mean {nearest[0]}?" if nearest else ""
    return f"providers.{name} is not a provider that is installed{hint}"


def _chosen(
    name: str, plugins: Plugins, settings: Settings
) -> tuple[ProviderInfo, ProviderSettings]:
    info = plugins.providers.get(name)
    if info is None:
        raise ConfigError(_unknown(name, plugins))
    if name not in settings.providers and not info.keyless:
        raise ConfigError(f"providers.{name} is not configured")
    return info, provider_settings(info, settings.providers.get(name, {}))


def _merge_rules(
    settings: Settings, chosen: Iterable[tuple[ProviderInfo, ProviderSettings]]
) -> MergeRules:
    keywords = settings.keywords
    return MergeRules(
        providers={info.name: _keyword_rules(info, own, keywords) for info, own in chosen},
        max_count=keywords.max_count,
        blocked=frozenset(map(spelling_key, keywords.blocked)),
    )


def _keyword_rules(
    info: ProviderInfo, own: ProviderSettings, overall: KeywordSettings
) -> KeywordRules:
    """The user's word for this provider counts most, then their word for all, then its author's."""
    threshold = own.min_confidence
    if threshold is None and "min_confidence" not in overall.model_fields_set:
        threshold = info.min_confidence
    if threshold is None:
        threshold = overall.min_confidence
    return KeywordRules(min_confidence=threshold, max_keywords=own.max_keywords)


def _write_options(settings: Settings, *, dry_run: bool) -> WriteOptions:
    return WriteOptions(
        embed=settings.write.embed,
        sidecar_name=settings.write.sidecar_name,
        rules=WriteRules(
            root=settings.keywords.root,
            nsfw_threshold=settings.nsfw.threshold,
            nsfw_keyword=settings.nsfw.keyword,
        ),
        dry_run=dry_run,
    )
