"""Keywords in the file itself: JPEG, PNG and WebP."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tagbridge.metadata.edit import empty_packet, parsed_or_empty
from tagbridge.metadata.existing import read_existing, trace_of
from tagbridge.metadata.jpeg import JPEG
from tagbridge.metadata.layout import block_after
from tagbridge.metadata.png import PNG
from tagbridge.metadata.replace import NewContent, refuse_replacing, replace
from tagbridge.metadata.revision import held
from tagbridge.metadata.target import Target
from tagbridge.metadata.verify import check_container
from tagbridge.metadata.webp import WEBP

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge.metadata.layout import Blocks, Container, Layout
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
    read = partial(read_existing, carries_iim=container.carries_iim, extended=layout.extended)
    embedding = _Embedding(snapshot=snapshot, container=container, layout=layout, tools=tools)
    return Target(
        path=snapshot.path,
        existing=read(packet, layout.iim, digest=layout.iim_digest),
        held=held(packet, layout.iim, layout.iim_digest, exists=layout.xmp is not None),
        reread=lambda blocks: read(blocks.packet, blocks.block, digest=blocks.digest),
        prepare=embedding.prepare,
        commit=partial(replace, snapshot),
        room=container.packet_room,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Embedding:
    """A photo that is about to be edited, with all that was read of it."""

    snapshot: Snapshot
    container: Container
    layout: Layout
    tools: WriteTools

    def prepare(self, blocks: Blocks, check: Callable[[], None]) -> NewContent:
        """Return the photo with other blocks, and what is checked when it is read back."""

        def check_file(new: bytes) -> None:
            check_container(self.container, self.snapshot.data, self.layout, blocks, new)
            check()

        return NewContent(
            pieces=self.container.splice(self.snapshot.data, blocks),
            check=check_file,
            announce=self.tools.announce,
            trace=trace_of(blocks.xmp or empty_packet(), block_after(blocks.iim, self.layout.iim)),
            keep_mtime=self.tools.keep_mtime,
        )
