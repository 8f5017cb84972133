"""Find the plugins that are installed, without importing any of them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from importlib.metadata import Distribution, EntryPoint, distributions
from typing import TYPE_CHECKING

from tagbridge.plugins.records import PluginFailure
from tagbridge_hooks import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GROUP = PROJECT
PIN = "TAGBRIDGE_PLUGINS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An entry point, and whose it is.

    Attributes:
        entry_point: Not loaded yet.
        distribution: Name of the package that brings it; empty when unknown.
        version: Of that package; empty when unknown.
    """

    entry_point: EntryPoint
    distribution: str
    version: str

    @property
    def name(self) -> str:
        """Return the name of the entry point, which is the name of the plugin."""
        return self.entry_point.name

    @property
    def bundled(self) -> bool:
        """Return whether it came with tagbridge itself."""
        return _canonical(self.distribution) == PROJECT

    @property
    def rank(self) -> tuple[bool, str, str]:
        """Return its place in the order of loading: ours first, so that a name of ours stays."""
        return not self.bundled, self.name, self.distribution


def find_candidates(
    entry_points: Iterable[EntryPoint] | None = None,
) -> tuple[list[Candidate], list[PluginFailure]]:
    """Return the plugins to load, in the order of loading, and those that cannot be read.

    Args:
        entry_points: To choose from; None means all that are installed.
    """
    failures: list[PluginFailure] = []
    if entry_points is None:
        entry_points, failures = _installed()
    candidates = sorted(_distinct(entry_points), key=lambda candidate: candidate.rank)
    chosen, unknown = _chosen(candidates, os.environ)
    return chosen, failures + unknown


def _installed() -> tuple[list[EntryPoint], list[PluginFailure]]:
    # importlib.metadata.entry_points() reads all packages or none: a single entry_points.txt
    # with a line that it cannot parse makes it raise.
    points: list[EntryPoint] = []
    failures: list[PluginFailure] = []
    for distribution in distributions():
        try:
            points.extend(_points_of(distribution))
        except Exception as error:  # noqa: BLE001 - a stranger's metadata, wrong in any way
            failures.append(_unreadable(distribution, error))
    return points, failures


def _points_of(distribution: Distribution) -> Iterable[EntryPoint]:
    text = distribution.read_text("entry_points.txt") or ""
    if f"[{GROUP}]" not in text.replace(" ", ""):
        return ()  # most packages: not ours to parse, nor to complain about
    return distribution.entry_points.select(group=GROUP)


def _unreadable(distribution: Distribution, error: Exception) -> PluginFailure:
    owner, _ = _owner(distribution)
    reason = f"its entry points cannot be read ({error}); reinstall {owner or 'the package'}"
    return PluginFailure(name="", distribution=owner, reason=reason)


def _distinct(entry_points: Iterable[EntryPoint]) -> Iterable[Candidate]:
    # An editable install can stand on the path twice, with the very same entry points.
    found: dict[tuple[str, str, str], Candidate] = {}
    owners: dict[Distribution | None, tuple[str, str]] = {}
    for point in entry_points:
        if point.dist not in owners:  # its page is in there, and parsed whole
            owners[point.dist] = _owner(point.dist)
        owner, version = owners[point.dist]
        candidate = Candidate(entry_point=point, distribution=owner, version=version)
        found.setdefault((point.name, point.value, _canonical(owner)), candidate)
    return found.values()


def _owner(distribution: Distribution | None) -> tuple[str, str]:
    if distribution is None:
        return "", ""
    try:
        metadata = distribution.metadata
        return metadata["Name"] or "", metadata["Version"] or ""
    except Exception:  # noqa: BLE001 - broken metadata raise whatever they like; it is unknown then
        return "", ""


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _chosen(
    candidates: list[Candidate], environment: Mapping[str, str]
) -> tuple[list[Candidate], list[PluginFailure]]:
    pin = environment.get(PIN)
    if pin is None:
        return candidates, []
    wanted = {name.strip() for name in pin.split(",")} - {""}
    names = {candidate.name for candidate in candidates}
    chosen = [candidate for candidate in candidates if candidate.name in wanted]
    return chosen, [_not_installed(name, names) for name in sorted(wanted - names)]


def _not_installed(name: str, names: Iterable[str]) -> PluginFailure:
    from difflib import get_close_matches  # noqa: PLC0415 - most names are right

    near = get_close_matches(name, sorted(names), n=1)
    remedy = f"did you mean {near[0]}?" if near else "install it, or take it out of there"
    reason = f"{PIN} names it, but no installed package has a plugin of that name; {remedy}"
    return PluginFailure(name=name, distribution="", reason=reason)
