"""Where a plan departs from "ours goes into every list": what the note must tell. Pure.

To complete a list, words of the user's are copied into it that stand in another; and a word of ours
may stand in one list already, where it is the user's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.metadata import iim
from tagbridge.metadata.before import IIM_LIST, list_name
from tagbridge.metadata.properties import SUBJECT
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tagbridge.metadata.before import Lists
    from tagbridge.metadata.packet import Packet
    from tagbridge.metadata.plan import WritePlan


def copied(plan: WritePlan) -> Lists:
    """Return the user's words that a plan copies into each list."""
    ours = _keywords(plan)
    forms = {form for keyword in ours for form in iim.short_forms(keyword)}
    found = {
        list_name(SUBJECT): tuple(k for k in plan.subject if k not in ours),
        IIM_LIST: tuple(k for k in plan.iim if spelling_key(k) not in forms),
    }
    for target, added in plan.hierarchies.items():
        paths = set(_paths(plan, target.separator))
        found[list_name(target)] = tuple(path for path in added if path not in paths)
    return {name: words for name, words in found.items() if words}


def there_before(packet: Packet, block: bytes | None, plan: WritePlan) -> Lists:
    """Return the words of a plan's own that stand in a list already."""
    present = {form for keyword in iim.keywords(block) for form in iim.short_forms(keyword)}
    found = {IIM_LIST: tuple(k for k in _keywords(plan) if iim.short_forms(k) & present)}
    for target in plan.hierarchies:
        entries = set(packet.items(target))
        found[list_name(target)] = tuple(p for p in _paths(plan, target.separator) if p in entries)
    return {name: words for name, words in found.items() if words}


def _keywords(plan: WritePlan) -> Iterable[str]:
    return [r.value for r in plan.results if r.kind == "keyword"]


def _paths(plan: WritePlan, separator: str) -> Iterator[str]:
    return (separator.join(r.value.split("|")) for r in plan.results if r.kind == "hierarchy")
