"""Where that stands in a packet and an IPTC-IIM block which we wrote. Pure: values in, cuts out.

What is taken out is what we wrote, as we wrote it: whatever somebody has changed since is theirs
and stays. White space in front of an item goes with it; a list, a property and a description of
which nothing is left go as a whole.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tagbridge.metadata import iim
from tagbridge.metadata.before import IIM_LIST, Before, list_name
from tagbridge.metadata.cuts import Cut
from tagbridge.metadata.edit import PropertyEdit, attribute_removed, cuts_of
from tagbridge.metadata.properties import HIERARCHIES, METADATA_DATE, RDF_URI, RESULTS, SUBJECT
from tagbridge.metadata.results import results_xml
from tagbridge.metadata.traces import Found, further_traces
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tagbridge.metadata.packet import Packet
    from tagbridge.metadata.properties import KeywordList
    from tagbridge.metadata.results import Result
    from tagbridge.metadata.xml_positions import Element

_ABOUT = f"{{{RDF_URI}}}about"

Words: TypeAlias = "frozenset[str]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What is to be taken out of a file.

    Attributes:
        results: Our records of it.
        record: Our record afterwards.
        copies: True when the user's keywords go as well that we copied from list to list.
    """

    results: tuple[Result, ...]
    record: tuple[Result, ...] = ()
    copies: bool = False


def packet_cuts(
    packet: Packet, block: bytes | None, taken: Taken, before: Before, when: str
) -> list[Cut]:
    """Return the cuts that take what we wrote out of a packet.

    Args:
        packet: The packet, without our note.
        block: The IPTC-IIM block beside it, or None.
        taken: What goes.
        before: The note.
        when: Time of the write.

    Raises:
        EmbeddingRefusedError: A property of ours has a form that is not understood.
    """
    found = [*_in_lists(packet, block, taken, before), *further_traces(packet, taken.results)]
    edits = [PropertyEdit(target=METADATA_DATE, text=when)]
    if taken.record:
        edits.append(PropertyEdit(target=RESULTS, xml=results_xml(taken.record)))
    else:
        found.append(Found(target=RESULTS, whole=True))
    return [*_cuts(packet, found), *cuts_of(packet, edits)]


def stands(packet: Packet, block: bytes | None, taken: Taken, before: Before) -> bool:
    """Return whether anything that is to be taken out stands in a packet or a block.

    Raises:
        EmbeddingRefusedError: A property of ours has a form that is not understood.
    """
    found = [*_in_lists(packet, block, taken, before), *further_traces(packet, taken.results)]
    return bool(found) or block_without(packet, block, taken, before) is not None


def block_without(
    packet: Packet, block: bytes | None, taken: Taken, before: Before
) -> bytes | None:
    """Return an IPTC-IIM block without what we wrote; None if it stays, empty if it goes.

    Raises:
        EmbeddingRefusedError: The block is not understood.
    """
    if block is None:
        return None
    ours = {r.value for r in taken.results if r.kind == "keyword"}
    gone = ours - set(before.theirs.get(IIM_LIST, ()))
    if taken.copies:
        elsewhere = {form for k in packet.items(SUBJECT) for form in iim.short_forms(k)}
        gone |= {c for c in before.copies.get(IIM_LIST, ()) if spelling_key(c) in elsewhere}
    new = iim.without_keywords(block, gone)
    if new == block:
        return None
    return b"" if "block" in before.made and iim.says_nothing(new) else new


def _in_lists(packet: Packet, block: bytes | None, taken: Taken, before: Before) -> Iterator[Found]:
    keywords = [r.value for r in taken.results if r.kind == "keyword"]
    paths = [r.value for r in taken.results if r.kind == "hierarchy"]
    in_block = {spelling_key(k) for k in iim.keywords(block)}
    flat = in_block | {spelling_key(k) for k in packet.items(SUBJECT)}
    for target in (SUBJECT, *HIERARCHIES):
        name = list_name(target)
        joined = [target.separator.join(path.split("|")) for path in paths]
        ours = joined if target.separator else keywords
        # A copy goes only where its original still stands.
        originals = flat if target.separator else in_block
        copies = before.copies.get(name, ()) if taken.copies else ()
        copies = tuple(c for c in copies if iim.short_forms(c) & originals)
        gone = {*map(_composed, (*ours, *copies))} - {*map(_composed, before.theirs.get(name, ()))}
        yield from _in_list(packet, target, gone)


def _in_list(packet: Packet, target: KeywordList, gone: set[str]) -> Iterator[Found]:
    array = packet.array(target)
    if array is not None:
        texts = zip(array.children, packet.items(target), strict=True)
        items = tuple(item for item, text in texts if _composed(text) in gone)
        if items:
            yield Found(target=target, items=items, whole=len(items) == len(array.children))


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _cuts(packet: Packet, found: Iterable[Found]) -> Iterator[Cut]:
    elements: set[int] = set()
    attributes: set[str] = set()
    items: list[Element] = []
    for one in found:
        if not one.whole:
            items += one.items
            continue
        elements |= {element.start for element in packet.elements(one.target)}
        attributes |= {one.target.clark for _ in packet.holders(one.target)}
    for description in packet.rdf.children:
        yield from _cuts_in(packet, description, elements, attributes)
    yield from (_cut(packet, item) for item in items)


def _cuts_in(
    packet: Packet, description: Element, elements: set[int], attributes: set[str]
) -> Iterator[Cut]:
    children = [c for c in description.children if c.start in elements]
    held = [name for name in description.attributes if name in attributes]
    others = description.attributes.keys() - {_ABOUT, *held}
    if (children or held) and len(children) == len(description.children) and not others:
        yield _cut(packet, description)
        return
    yield from (_cut(packet, child) for child in children)
    yield from (attribute_removed(packet, description, name) for name in held)


def _cut(packet: Packet, element: Element) -> Cut:
    """Return the cut that takes an element out, with the white space in front of it."""
    start = element.start
    while packet.text[start - 1 : start].isspace():
        start -= 1
    return Cut(start=start, end=element.end, new="")
