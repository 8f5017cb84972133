"""Our note in the file about how it was before we wrote, so that it can be put back exactly.

`tagbridge:Before` holds one line of JSON, beside our record of the results:

- `back`: for each of our writes, the last one first, the cuts that take it back. It is told only
  as long as nobody else has written in between, which the `seal` shows.
- `made`: what was not there at all: the packet, the IPTC block.
- `copies`: the user's keywords that we copied from one list into another to complete it.
- `theirs`: keywords of ours that stood in one of the lists already.
- `lists`: the hierarchical lists into which we wrote: what they lack of ours was taken out.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias
from xml.sax.saxutils import escape

from tagbridge.metadata.cuts import Cut, applied
from tagbridge.metadata.edit import attribute_removed
from tagbridge.metadata.layout import Blocks, EmbeddingRefusedError
from tagbridge.metadata.packet import Packet, read_packet
from tagbridge.metadata.properties import BEFORE, OWN_URI, RESULTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagbridge.metadata.properties import Property

Lists: TypeAlias = "Mapping[str, tuple[str, ...]]"

IIM_LIST = "iim"
MAX_BYTES = 8192
_END_OF_RESULTS = f"</{RESULTS.prefix}:{RESULTS.name}>".encode()
_SEAL_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The way back from one write.

    Attributes:
        packet: Cuts that make the old packet of the new one, counted in bytes; None if there was
            no packet.
        block: The same for the IPTC-IIM block, counted in its bytes; None if there was no block.
        digest: The old IPTCDigest, empty if there was none; None if it is as it was.
    """

    packet: tuple[Cut, ...] | None
    block: tuple[Cut, ...] | None = ()
    digest: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """How a file was before we wrote into it.

    Attributes:
        back: The way back, the last write first; none when it is not known.
        made: Of `packet` and `block`, what was not there.
        copies: The user's keywords that we added to a list, by the list's name.
        theirs: Keywords of ours that were in a list before, likewise.
        lists: Names of the hierarchical lists that got all our paths.
        seal: Hash of packet and block as we left them, without this note.
    """

    back: tuple[Step, ...] = ()
    made: frozenset[str] = frozenset()
    copies: Lists = field(default_factory=dict)
    theirs: Lists = field(default_factory=dict)
    lists: frozenset[str] = frozenset()
    seal: str = ""

    def after(self, steps: tuple[Step, ...], *, known: bool) -> Before:
        """Return the note after further writes.

        Args:
            steps: The way back from them, the last one first.
            known: False when the way back from there is not known.
        """
        made = {"packet" for step in steps if step.packet is None}
        made |= {"block" for step in steps if step.block is None}
        back = (*steps, *self.back) if known else ()
        return replace(self, back=back, made=self.made | made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A packet without our note, and the note.

    Attributes:
        packet: The packet, as it would be without the note.
        before: The note; one that says nothing if there is none.
        sealed: True when nobody else has written packet or block since.
    """

    packet: Packet
    before: Before
    sealed: bool


def list_name(target: Property) -> str:
    """Return what a list is called in the note."""
    return f"{target.prefix}:{target.name}"


def standing_of(packet: Packet, block: bytes | None) -> Standing:
    """Return a packet without our note, and the note.

    Raises:
        EmbeddingRefusedError: The packet holds the note twice.
    """
    element = packet.element(BEFORE)
    holder = next(packet.holders(BEFORE), None)
    if element is not None:
        cut, text = Cut(start=element.start, end=element.end, new=""), element.text
    elif holder is not None:  # Adobe's programs make an attribute of it; then the seal is broken
        cut = attribute_removed(packet, holder, BEFORE.clark)
        text = holder.attributes[BEFORE.clark]
    else:
        return Standing(packet=packet, before=Before(), sealed=False)
    before = _read(text)
    bare = replace(read_packet(applied(packet.text, [cut])), zeros=packet.zeros)
    sealed = bool(before.seal) and before.seal == _seal(bare.text, block)
    return Standing(packet=bare, before=before, sealed=sealed)


def noted_lists(packet: Packet) -> frozenset[str]:
    """Return the hierarchical lists of a file that got all our paths, as far as that is noted."""
    elements = list(packet.elements(BEFORE))
    holders = [holder.attributes[BEFORE.clark] for holder in packet.holders(BEFORE)]
    texts = [*(element.text for element in elements), *holders]
    return _read(texts[0]).lists if texts else frozenset()


def with_note(packet: bytes, block: bytes | None, before: Before) -> bytes:
    """Return a packet with the note behind our record of the results.

    Args:
        packet: It has no note, and our record in the form in which we write it.
        block: The IPTC-IIM block that goes with it, or None.
        before: The note; its seal is made here.
    """
    text = _text(replace(before, seal=_seal(packet, block)))
    if len(text) > MAX_BYTES:
        text = _text(replace(before, back=(), seal=""))
    at = packet.rfind(_END_OF_RESULTS)
    if at < 0 or len(text) > MAX_BYTES:
        return packet
    at += len(_END_OF_RESULTS)
    name = f"{BEFORE.prefix}:{BEFORE.name}"
    note = f'<{name} xmlns:{BEFORE.prefix}="{OWN_URI}">{escape(text)}</{name}>'
    return packet[:at] + note.encode() + packet[at:]


def _seal(packet: bytes, block: bytes | None) -> str:
    return hashlib.sha256(packet + b"\0" + (block or b"")).digest()[:_SEAL_BYTES].hex()


def _text(before: Before) -> str:
    said: dict[str, Any] = {"seal": before.seal} if before.seal else {}
    said["back"] = [_step(step) for step in before.back]
    said["made"] = sorted(before.made)
    said["copies"], said["theirs"] = dict(before.copies), dict(before.theirs)
    said["lists"] = sorted(before.lists)
    full = {name: value for name, value in said.items() if value}
    return json.dumps(full, ensure_ascii=True, separators=(",", ":"))


def _step(step: Step) -> dict[str, Any]:
    said: dict[str, Any] = {"packet": _cuts(step.packet)}
    if step.block != ():
        said["block"] = _cuts(step.block)
    if step.digest is not None:
        said["digest"] = step.digest.hex()
    return said


def _cuts(cuts: tuple[Cut, ...] | None) -> list[list[int | str]] | None:
    return None if cuts is None else [[c.start, c.end, c.new] for c in cuts]


def _read(text: str) -> Before:
    """Return the note in a text; one that somebody has spoiled says nothing."""
    try:
        said = json.loads(text) if text else {}
        json.dumps(said, ensure_ascii=False).encode()  # half a character of UTF-16 is none
        return Before(
            back=tuple(map(_read_step, said.get("back", ()))),
            made=frozenset(map(str, said.get("made", ()))),
            copies=_read_lists(said.get("copies", {})),
            theirs=_read_lists(said.get("theirs", {})),
            lists=frozenset(map(str, said.get("lists", ()))),
            seal=str(said.get("seal", "")),
        )
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError):
        return Before()


def _read_step(said: Mapping[str, Any]) -> Step:
    digest = said.get("digest")
    return Step(
        packet=_read_cuts(said["packet"]),
        block=_read_cuts(said.get("block", ())),
        digest=None if digest is None else bytes.fromhex(digest),
    )


def _read_cuts(said: Iterable[tuple[int, int, str]] | None) -> tuple[Cut, ...] | None:
    if said is None:
        return None
    return tuple(Cut(start=int(s), end=int(e), new=str(new)) for s, e, new in said)


def _read_lists(said: Mapping[str, Iterable[str]]) -> Lists:
    return {str(name): tuple(map(str, values)) for name, values in said.items()}


def joined(old: Lists, new: Lists) -> Lists:
    """Return what two have of each list."""
    names = dict.fromkeys((*old, *new))
    return {n: tuple(dict.fromkeys((*old.get(n, ()), *new.get(n, ())))) for n in names}


def original(packet: Packet, before: Before, block: bytes | None) -> Blocks | None:
    """Return the blocks of a file as they were before our first write.

    Args:
        packet: The packet without the note, as we left it.
        before: The note.
        block: The IPTC-IIM block as we left it, or None.

    Returns:
        The blocks; None when there was no room for the note, or it has no sense.
    """
    if not before.back:
        return None
    text: bytes | None = packet.text
    old, changed, digest = block, False, None
    try:
        for step in before.back:
            text = _undone(text, step.packet, "utf-8")
            if step.block != ():
                old, changed = _undone(old, step.block, "latin-1"), True
            digest = digest if step.digest is None else step.digest
        if text is not None:
            read_packet(text)
    except (UnicodeError, EmbeddingRefusedError):
        return None
    return Blocks(xmp=text or b"", iim=(old or b"") if changed else None, iim_digest=digest)


def _undone(text: bytes | None, cuts: tuple[Cut, ...] | None, encoding: str) -> bytes | None:
    if cuts is None:
        return None
    return applied(text or b"", cuts, encoding)
