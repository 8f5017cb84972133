"""Load plugins, each in its own box: what breaks one leaves the others as they are."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tagbridge.plugins.checking import declared, register
from tagbridge.plugins.discovery import Candidate, find_candidates
from tagbridge.plugins.plugins import ActivePlugin, Plugins
from tagbridge.plugins.records import LoadedPlugin, PluginFailure
from tagbridge_hooks import DuplicateProviderError, PluginError, TagbridgeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from importlib.metadata import EntryPoint

log = logging.getLogger("tagbridge.plugins")


def load_plugins(entry_points: Iterable[EntryPoint] | None = None) -> Plugins:
    """Return every plugin that can be used, and the reasons of those that cannot.

    Bundled plugins come first, so that a stranger never takes a name of theirs; then by name and
    distribution. The variable TAGBRIDGE_PLUGINS, names separated by commas, restricts loading to
    those; set and empty it means none.

    Args:
        entry_points: To load from; None means all of the group `tagbridge` that are installed.
    """
    candidates, failures = find_candidates(entry_points)
    active: dict[str, ActivePlugin] = {}
    for candidate in candidates:
        try:
            active[candidate.name] = _load(candidate, active)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's code may do anything
            failures.append(_failure(candidate, error))
    return Plugins(active.values(), failures)


def _load(candidate: Candidate, active: Mapping[str, ActivePlugin]) -> ActivePlugin:
    if candidate.name in active:
        raise PluginError(_taken("plugin", candidate.name, active[candidate.name]))
    manager = register(candidate.entry_point.load(), candidate.name)
    infos = declared(manager)
    names = tuple(info.name for info in infos)
    _refuse_duplicates(names, active.values())
    record = LoadedPlugin(
        name=candidate.name,
        distribution=candidate.distribution,
        version=candidate.version,
        bundled=candidate.bundled,
        providers=names,
    )
    return ActivePlugin(record=record, manager=manager, infos=infos)


def _refuse_duplicates(names: tuple[str, ...], active: Iterable[ActivePlugin]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise DuplicateProviderError(f"it declares the provider {name} twice; rename one")
    for other in active:
        for name in names:
            if name in other.record.providers:
                raise DuplicateProviderError(_taken("provider", name, other))


def _taken(kind: str, name: str, other: ActivePlugin) -> str:
    owner = other.record.distribution or "another package"
    whose = f"{owner}, which is tagbridge itself," if other.record.bundled else owner
    return f"the {kind} name {name} belongs to {whose} already; uninstall one, or ask for a rename"


def _failure(candidate: Candidate, error: BaseException) -> PluginFailure:
    failure = PluginFailure(
        name=candidate.name,
        distribution=candidate.distribution,
        reason=_reason(candidate, error),
    )
    log.warning(
        "plugin %s of %s is left out: %s",
        failure.name,
        failure.distribution or "an unknown package",
        failure.reason,
        exc_info=error if log.isEnabledFor(logging.DEBUG) else None,
    )
    return failure


def _reason(candidate: Candidate, error: BaseException) -> str:
    if isinstance(error, TagbridgeError) and str(error):
        return str(error)
    owner = candidate.distribution or "its package"
    remedy = f"reinstall {owner}" if candidate.bundled else f"update or uninstall {owner}"
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"the module {error.name} is not installed; install it, or {remedy}"
    return f"it cannot be loaded ({type(error).__name__}: {error}); {remedy}"
