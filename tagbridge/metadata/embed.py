"""Keywords in the file itself: JPEG, PNG and WebP."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tagbridge.metadata import iim
from tagbridge.metadata.edit import edited, parsed_or_empty
from tagbridge.metadata.existing import read_existing, trace_of
from tagbridge.metadata.jpeg import JPEG
from tagbridge.metadata.layout import Blocks
from tagbridge.metadata.plan import edits_of, without_room
from tagbridge.metadata.png import PNG
from tagbridge.metadata.replace import NewContent, refuse_replacing, replace
from tagbridge.metadata.target import Target
from tagbridge.metadata.verify import Expected, check_container, check_packet, check_with_exiv2
from tagbridge.metadata.webp import WEBP

if TYPE_CHECKING:
    from tagbridge.metadata.existing import Existing
    from tagbridge.metadata.layout import Container, Layout
    from tagbridge.metadata.packet import Packet
    from tagbridge.metadata.plan import WritePlan
    from tagbridge.metadata.snapshot import Snapshot
    from tagbridge.metadata.target import WriteTools

CONTAINERS = {"image/jpeg": JPEG, "image/png": PNG, "image/webp": WEBP}


def embedded_target(
    snapshot: Snapshot, container: Container, layout: Layout, tools: WriteTools
) -> Target:
    """Return the photo itself as a target.

    Raises:
        EmbeddingRefusedError: Its own metadata must be left alone.
    """
    refuse_replacing(snapshot)
    packet = parsed_or_empty(layout.xmp)
    existing = read_existing(
        packet,
        layout.iim,
        carries_iim=container.carries_iim,
        extended=layout.extended,
        digest=layout.iim_digest,
    )
    embedding = _Embedding(
        snapshot=snapshot,
        container=container,
        layout=layout,
        packet=packet,
        existing=existing,
        tools=tools,
    )
    return Target(
        path=snapshot.path,
        existing=existing,
        prepare=embedding.prepare,
        fitted=embedding.fitted,
        commit=partial(replace, snapshot),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Embedding:
    """A photo that is about to be edited, with all that was read of it."""

    snapshot: Snapshot
    container: Container
    layout: Layout
    packet: Packet
    existing: Existing
    tools: WriteTools

    def fitted(self, plan: WritePlan) -> WritePlan:
        """Return as much of a plan as the packet has room for."""
        room = self.container.packet_room
        return plan if room is None else without_room(plan, lambda p: self._size(p) <= room)

    def _size(self, plan: WritePlan) -> int:
        return len(edited(self.packet, edits_of(plan)))

    def prepare(self, plan: WritePlan) -> NewContent:
        blocks = _blocks(self.layout, self.packet, plan)
        return NewContent(
            pieces=self.container.splice(self.snapshot.data, blocks),
            check=partial(self._check, blocks, plan),
            announce=self.tools.announce,
            trace=trace_of(blocks.xmp, blocks.iim or self.layout.iim),
            keep_mtime=self.tools.keep_mtime,
        )

    def _check(self, blocks: Blocks, plan: WritePlan, new: bytes) -> None:
        check_container(self.container, self.snapshot.data, self.layout, blocks, new)
        expected = Expected(
            packet=self.packet.text,
            kept=self.existing.subject,
            added=plan.subject,
            iim=iim.keyword_values(blocks.iim),
        )
        subject = (*expected.kept, *expected.added)
        check_packet(expected.packet, blocks.xmp, subject, plan.further_edits)
        check_with_exiv2(self.tools.exiv2, blocks, expected)


def _blocks(layout: Layout, packet: Packet, plan: WritePlan) -> Blocks:
    xmp = edited(packet, edits_of(plan))
    if not plan.iim:
        return Blocks(xmp=xmp)
    block = iim.with_keywords(layout.iim, plan.iim)
    return Blocks(xmp=xmp, iim=block, iim_digest=_digest(layout, block))


def _digest(layout: Layout, block: bytes) -> bytes | None:
    """Return the digest that goes with a new IPTC block, or None to leave the file's own.

    Adobe's programs ignore IPTC where the digest is right, and let it win where it is not. A
    right digest is kept right. A missing or stale one says that a caption or a name may stand
    only in IPTC; to make it right would hide that, so it is done only where there are none.
    """
    old = layout.iim
    if old is None or layout.iim_digest == iim.digest(old) or iim.holds_only_keywords(old):
        return iim.digest(block)
    return None
