"""The hooks. All are plain functions: a hook declares or decides, and never waits.

pluggy cannot await, and an `async def` implementation would win every `firstresult` hook with its
coroutine, so the only coroutines of the contract are the provider's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagbridge_hooks.assets import Asset, Rendition
    from tagbridge_hooks.commands import Command
    from tagbridge_hooks.providers import ProviderInfo
    from tagbridge_hooks.recognition import Receipt, TagSet

PROJECT = "tagbridge"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def tagbridge_register_providers() -> Iterable[ProviderInfo]:
    """Declare the providers of this plugin.

    Called once at start on the main thread; do no I/O. An empty iterable means none. If it
    raises, this plugin is left out with the message and the others go on.
    """
    return ()


@hookspec
def tagbridge_register_commands() -> Sequence[Command]:
    """Declare the commands of this plugin; each stands below its name, `tagbridge PLUGIN COMMAND`.

    Called when the user names the plugin on the command line, on the main thread; do no I/O. An
    empty list means none. If it raises, there are none, and the message is printed.
    """
    return ()


@hookspec(firstresult=True)
def tagbridge_accept_asset(asset: Asset) -> bool | None:
    """Decide whether an asset is recognized at all.

    Called on a worker thread before anything is decoded. False skips the asset, True takes it
    and ends the question, None leaves it to the next plugin; when nobody decides it is taken. If
    it raises, the error is logged and counts as None.
    """


@hookspec(firstresult=True)
def tagbridge_render_asset(asset: Asset, max_edge: int) -> Rendition | None:
    """Make the rendition of an asset whose format the core cannot decode, or not well enough.

    Called on a worker thread, once per asset. `max_edge` is the largest long edge, in pixels,
    that any provider wants; smaller ones are made from it. None leaves it to the next plugin and
    at last to the core. If it raises, the error is logged and counts as None.
    """


@hookspec
def tagbridge_revise_tagset(tagset: TagSet, asset: Asset) -> TagSet | None:
    """Change what is about to be written.

    Called on a worker thread after merging, plugin by plugin in the order of their names, each
    with the result of the one before. None means no change. If it raises, the error is logged
    and its change is left out.
    """


@hookspec
def tagbridge_asset_finished(asset: Asset, tagset: TagSet, receipt: Receipt) -> None:
    """Learn what became of an asset.

    Called on a worker thread after the last step, dry runs included. What it returns is ignored;
    if it raises, the error is logged.
    """
