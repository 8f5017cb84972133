"""The plugins in use, and their hooks as typed calls."""

from __future__ import annotations

import inspect
import logging
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from tagbridge.plugins.answers import fault_of_commands, fault_of_rendition, fault_of_tagset
from tagbridge_hooks import Rendition, TagSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pluggy

    from tagbridge.plugins.records import LoadedPlugin, PluginFailure
    from tagbridge_hooks import Asset, Command, ProviderInfo, Receipt

log = logging.getLogger("tagbridge.plugins")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivePlugin:
    """A plugin in its own pluggy manager, so that nothing it does touches another's answer."""

    record: LoadedPlugin
    manager: pluggy.PluginManager
    infos: tuple[ProviderInfo, ...]

    def ask(self, hook: str, **arguments: object) -> object:
        """Return what the plugin says; None when it says nothing, raises, or lacks the hook."""
        try:
            caller = getattr(self.manager.hook, hook)
            answer = caller(**arguments)
            if caller.spec.opts["firstresult"]:
                return answer
            return answer[0] if answer else None
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's code may do anything
            self.complain(hook, f"raised {type(error).__name__}: {error}", error)
            return None

    def complain(self, hook: str, fault: str, error: BaseException | None = None) -> None:
        """Log that an answer is left out; the traceback is for those who debug."""
        traceback = error if log.isEnabledFor(logging.DEBUG) else None
        name, owner = self.record.name, self.record.distribution or "an unknown package"
        log.error(
            "plugin %s of %s: %s %s; its answer is left out",
            name,
            owner,
            hook,
            fault,
            exc_info=traceback,
        )


class Plugins:
    """What the plugins offer. It never changes, so any thread may ask it.

    Hooks are asked plugin by plugin in the order of their names. One that raises or answers with
    the wrong type is logged and counts as one that said nothing.

    Attributes:
        providers: What is declared, by the name of the provider.
        loaded: The plugins in use, by name.
        failures: The plugins that were left out, with reasons.
    """

    def __init__(self, active: Iterable[ActivePlugin], failures: Iterable[PluginFailure]) -> None:
        self._active = tuple(sorted(active, key=lambda plugin: plugin.record.name))
        self.loaded: tuple[LoadedPlugin, ...] = tuple(plugin.record for plugin in self._active)
        self.failures: tuple[PluginFailure, ...] = tuple(failures)
        self.providers: Mapping[str, ProviderInfo] = _by_name(self._active)

    @property
    def default_providers(self) -> Mapping[str, ProviderInfo]:
        """Return the providers that work when the user has configured none.

        A stranger's provider is never among them, keyless or not: installing a package is not
        asking it to look at photographs.
        """
        bundled = _by_name(plugin for plugin in self._active if plugin.record.bundled)
        return {name: info for name, info in bundled.items() if info.keyless}

    def commands(self, name: str) -> tuple[Command, ...]:
        """Return the commands of one plugin; none when it is not loaded, or has none."""
        hook = "tagbridge_register_commands"
        for plugin in self._active:
            if plugin.record.name != name or (answer := plugin.ask(hook)) is None:
                continue
            _discard(answer)
            fault = fault_of_commands(answer)
            if not fault and isinstance(answer, list | tuple):
                return tuple(answer)
            plugin.complain(hook, f"returned {fault}")
        return ()

    def have(self, hook: str) -> bool:
        """Return whether any plugin implements a hook."""
        return any(getattr(one.manager.hook, hook).get_hookimpls() for one in self._active)

    def accepts(self, asset: Asset) -> bool:
        """Return whether an asset is recognized at all: the first plugin that decides, decides."""
        hook = "tagbridge_accept_asset"
        for plugin, answer in self._answers(hook, asset=asset):
            if isinstance(answer, bool):
                return answer
            plugin.complain(hook, f"returned {type(answer).__name__}, not True, False or None")
        return True

    def render(self, asset: Asset, max_edge: int) -> Rendition | None:
        """Return the first rendition that a plugin makes; None leaves it to the core.

        Args:
            asset: What to render.
            max_edge: Pixels of the longest edge that any provider wants.
        """
        hook = "tagbridge_render_asset"
        for plugin, answer in self._answers(hook, asset=asset, max_edge=max_edge):
            fault = fault_of_rendition(answer)
            if isinstance(answer, Rendition) and not fault:
                return answer
            plugin.complain(hook, f"returned {fault}")
        return None

    def revise(self, tagset: TagSet, asset: Asset) -> TagSet:
        """Return the tag set after every plugin had its say, each on the result of the former."""
        hook = "tagbridge_revise_tagset"
        for plugin in self._active:
            answer = plugin.ask(hook, tagset=tagset, asset=asset)
            fault = fault_of_tagset(answer) if answer is not None else ""
            if fault:
                _discard(answer)
                plugin.complain(hook, f"returned {fault}")
            elif isinstance(answer, TagSet):
                tagset = answer
        return tagset

    def finished(self, asset: Asset, tagset: TagSet, receipt: Receipt) -> None:
        """Tell every plugin what became of an asset."""
        hook = "tagbridge_asset_finished"
        for _ in self._answers(hook, asset=asset, tagset=tagset, receipt=receipt):
            pass  # an observer's answer means nothing

    def _answers(self, hook: str, **arguments: object) -> Iterator[tuple[ActivePlugin, object]]:
        for plugin in self._active:
            answer = plugin.ask(hook, **arguments)
            if answer is not None:
                _discard(answer)
                yield plugin, answer


def _by_name(active: Iterable[ActivePlugin]) -> Mapping[str, ProviderInfo]:
    return MappingProxyType({info.name: info for plugin in active for info in plugin.infos})


def _discard(answer: object) -> None:
    if inspect.iscoroutine(answer):
        answer.close()  # a plain function returned it: nobody will await it
