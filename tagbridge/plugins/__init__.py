"""Plugins: found one at a time, checked before they count, and asked each by itself.

pluggy would do all of this at once, and that is the trouble: one broken import ends the loading,
a stranger's entry point silently takes the place of ours, results come without the plugin's name
and one raising implementation discards the answers of all others. So every plugin has a manager
of its own here, and whatever goes wrong with it takes only that plugin out.
"""

from tagbridge.plugins.loading import load_plugins
from tagbridge.plugins.plugins import Plugins
from tagbridge.plugins.records import LoadedPlugin, PluginFailure

__all__ = ["LoadedPlugin", "PluginFailure", "Plugins", "load_plugins"]
