"""From the blocks of a file to those that it shall have: what is added, what is taken out. Pure.

Each step leaves a note of the way back; see `before`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagbridge.metadata import iim
from tagbridge.metadata.before import (
    Before,
    Step,
    joined,
    list_name,
    original,
    standing_of,
    with_note,
)
from tagbridge.metadata.cuts import applied, difference, way_back
from tagbridge.metadata.edit import edited_with_way_back
from tagbridge.metadata.layout import Blocks, block_after
from tagbridge.metadata.list_copies import copied, there_before
from tagbridge.metadata.packet import Packet, read_packet
from tagbridge.metadata.plan import edits_of
from tagbridge.metadata.properties import METADATA_DATE, SIDECAR_FOR_EXTENSION
from tagbridge.metadata.removal import Taken, block_without, packet_cuts
from tagbridge.metadata.results import read_results

if TYPE_CHECKING:
    from tagbridge.metadata.cuts import Cut
    from tagbridge.metadata.plan import WritePlan


# A packet that we made and that holds nothing else has no reason to stay.
_OF_NO_USE = frozenset({METADATA_DATE.clark, SIDECAR_FOR_EXTENSION.clark})


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The blocks of a file, as they were read or as steps have made them.

    Attributes:
        packet: The XMP packet without our note; an empty one where the file has none.
        before: The note.
        exists: False where the file has no packet, or there is no file.
        block: The IPTC-IIM block, or None.
        digest: The IPTCDigest, or None.
        zeros: Those behind the packet.
        steps: The ways back that were taken since the file was read, the last one first.
        known: True when the way from the file to how it was before us is known.
    """

    packet: Packet
    before: Before
    exists: bool
    block: bytes | None
    digest: bytes | None
    zeros: bytes = b""
    steps: tuple[Step, ...] = ()
    known: bool


def held(
    packet: Packet, block: bytes | None = None, digest: bytes | None = None, *, exists: bool = True
) -> Held:
    """Return the blocks of a file.

    Args:
        packet: Its packet, or one to begin with.
        block: Its IPTC-IIM block, or None.
        digest: Its IPTCDigest, or None.
        exists: False where the file has no packet.

    Raises:
        EmbeddingRefusedError: The packet holds our note twice.
    """
    standing = standing_of(packet, block)
    untouched = standing.before == Before() and not read_results(packet)
    return Held(
        packet=standing.packet,
        before=standing.before,
        exists=exists,
        block=block,
        digest=digest,
        zeros=packet.zeros,
        known=untouched or (standing.sealed and bool(standing.before.back)),
    )


def before_us(held: Held) -> Blocks | None:
    """Return the blocks of a file as they were before our first write, None if that is not known.

    Args:
        held: The blocks as they were read.
    """
    blocks = original(held.packet, held.before, held.block) if held.known else None
    if blocks is None or not blocks.xmp:
        return blocks
    return replace(blocks, xmp=blocks.xmp + held.zeros)


def with_added(old: Held, plan: WritePlan) -> Held:
    """Return the blocks with what a plan adds.

    Raises:
        EmbeddingRefusedError: A property is there in a form that is not understood.
    """
    after = edited_with_way_back(old.packet, edits_of(plan))
    block = iim.with_keywords(old.block, plan.iim) if plan.iim else None
    before = replace(
        old.before,
        copies=joined(old.before.copies, copied(plan)),
        theirs=joined(old.before.theirs, there_before(old.packet, old.block, plan)),
        lists=old.before.lists | set(map(list_name, plan.hierarchies)),
    )
    return replace(_stepped(old, after.text, after.back, block), before=before)


def with_taken_out(old: Held, taken: Taken, when: str) -> Held:
    """Return the blocks without what we wrote.

    Args:
        old: The blocks.
        taken: What goes, and what our record says afterwards.
        when: Time of the write, ISO 8601 with the zone.

    Raises:
        EmbeddingRefusedError: A property of ours has a form that is not understood.
    """
    cuts = packet_cuts(old.packet, old.block, taken, old.before, when)
    text, back = applied(old.packet.text, cuts), way_back(old.packet.text, cuts)
    block = block_without(old.packet, old.block, taken, old.before)
    new = _stepped(old, text, back, block)
    if not taken.copies:
        return new
    # Nothing of ours is left: what stands in the lists from now on is the user's.
    return replace(new, before=replace(old.before, copies={}, theirs={}, lists=frozenset()))


def blocks_from(start: Held, end: Held, *, room: int | None = None) -> Blocks:
    """Return the blocks that the file shall have.

    Args:
        start: As they were read.
        end: As the last step has made them.
        room: Bytes above which the packet gets no note; None for no limit.
    """
    before = end.before.after(end.steps, known=start.known)
    packet = _noted(end, before, room)
    if "packet" in before.made and end.packet.names() <= _OF_NO_USE:
        packet = b""
    if packet and (room is None or len(packet) + len(start.zeros) <= room):
        packet += start.zeros
    return Blocks(
        xmp=packet,
        iim=None if end.block == start.block else end.block or b"",
        iim_digest=None if end.digest == start.digest else end.digest or b"",
    )


def _noted(end: Held, before: Before, room: int | None) -> bytes:
    """Return the packet with as much of the note as there is room for."""
    for note in (before, replace(before, back=())):
        packet = with_note(end.packet.text, end.block, note)
        if room is None or len(packet) <= room:
            return packet
    return end.packet.text


def _stepped(old: Held, text: bytes, back: tuple[Cut, ...], block: bytes | None) -> Held:
    """Return the blocks after a step.

    Args:
        old: Before it.
        text: The new packet.
        back: How to take that back.
        block: The new IPTC-IIM block: None if it stays, empty if it goes.
    """
    step = Step(packet=back if old.exists else None)
    new = block_after(block, old.block)
    digest = old.digest
    if new != old.block:
        digest = _digest(old, new)
        step = replace(
            step,
            block=None if old.block is None else difference(_text(new), _text(old.block)),
            digest=None if digest == old.digest else old.digest or b"",
        )
    return replace(
        old,
        packet=read_packet(text),
        exists=True,
        block=new,
        digest=digest,
        steps=(step, *old.steps),
    )


def _text(block: bytes | None) -> str:
    return (block or b"").decode("latin-1")


def _digest(old: Held, new: bytes | None) -> bytes | None:
    """Return the digest that goes with a new IPTC block.

    Adobe's programs ignore IPTC where the digest is right, and let it win where it is not. A
    right digest is kept right. A missing or stale one says that a caption or a name may stand
    only in IPTC; to make it right would hide that, so it is done only where there are none.
    """
    if new is None:
        return None
    block = old.block
    if block is None or old.digest == iim.digest(block) or iim.holds_only_keywords(block):
        return iim.digest(new)
    return old.digest
