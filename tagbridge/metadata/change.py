"""What will become of one file, decided and ready to be written. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagbridge.metadata import iim
from tagbridge.metadata.before import list_name
from tagbridge.metadata.edit import edited
from tagbridge.metadata.plan import added_by, edits_of, recorded, without_room
from tagbridge.metadata.properties import HIERARCHIES, SUBJECT
from tagbridge.metadata.removal import Taken, flat_forms, stands
from tagbridge.metadata.removed import check_removal, check_removal_with_exiv2
from tagbridge.metadata.results import Result, read_results
from tagbridge.metadata.revision import before_us, blocks_from, with_added, with_taken_out
from tagbridge.metadata.verify import Expected, check_packet, check_with_exiv2

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge.metadata.before import Before
    from tagbridge.metadata.existing import Existing
    from tagbridge.metadata.exiv2 import Exiv2
    from tagbridge.metadata.layout import Blocks
    from tagbridge.metadata.plan import WritePlan
    from tagbridge.metadata.results import Result
    from tagbridge.metadata.revision import Held
    from tagbridge.metadata.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What will become of one file.

    Attributes:
        blocks: Those that it shall have; none at all for a sidecar that goes.
        checks: What must hold of them; each raises `VerificationError`.
        record: Our record of what we wrote, as the file will have it.
        added: Our records of what is new.
        keywords_added: Ours that are new.
        taken: Our records of what goes.
        exact: True when the blocks become what they were before us, byte for byte.
    """

    blocks: Blocks
    checks: tuple[Callable[[Exiv2], None], ...]
    record: tuple[Result, ...]
    added: tuple[Result, ...] = ()
    keywords_added: tuple[str, ...] = ()
    taken: tuple[Result, ...] = ()
    exact: bool = False

    @property
    def keywords_removed(self) -> tuple[str, ...]:
        """Return our keywords that go."""
        return tuple(dict.fromkeys(r.value for r in self.taken if r.kind == "keyword"))

    @property
    def forgotten(self) -> tuple[tuple[str, str], ...]:
        """Return kind and value of what our record does not hold any more."""
        left = {(r.kind, r.value) for r in self.record}
        gone = ((r.kind, r.value) for r in self.taken)
        return tuple(key for key in gone if key not in left)


def addition(target: Target, plan: WritePlan) -> Change | None:
    """Return the change that adds what a plan says; None when there is nothing to add.

    Raises:
        EmbeddingRefusedError: A property is there in a form that is not understood.
    """
    if plan.is_empty:
        return None
    plan, after = _fitted(target.held, plan, target.room)
    if plan.is_empty:
        return None
    blocks = blocks_from(target.held, after, room=target.room)
    return Change(
        blocks=blocks,
        checks=(_addition_check(target.held.packet.text, target.existing, plan, blocks),),
        record=recorded(plan),
        added=added_by(plan),
        keywords_added=plan.keywords_added,
    )


def removal(target: Target, taken: Taken, when: str) -> Change | None:
    """Return the change that takes out what we wrote; None when nothing of it is there.

    Where all of it goes and nobody has written since, the file becomes what it was before us.

    Raises:
        EmbeddingRefusedError: A property of ours has a form that is not understood.
    """
    held = target.held
    if not is_there(target, taken):
        return None
    blocks = None if taken.record else before_us(held)
    exact = blocks is not None
    if blocks is None:
        blocks = blocks_from(held, with_taken_out(held, taken, when), room=target.room)
    return Change(
        blocks=blocks,
        checks=(_removal_check(held, taken, blocks.xmp), _reading_check(held, blocks)),
        record=taken.record,
        taken=taken.results,
        exact=exact,
    )


def recording(target: Target, record: tuple[Result, ...], when: str) -> Change | None:
    """Return the change of nothing but our own record; None when it is so already.

    Raises:
        EmbeddingRefusedError: It has a form that is not understood.
    """
    held = target.held
    if not record or read_results(held.packet) == record:
        return None
    taken = Taken(results=(), record=record)
    blocks = blocks_from(held, with_taken_out(held, taken, when), room=target.room)
    checks = (_removal_check(held, taken, blocks.xmp), _reading_check(held, blocks))
    return Change(blocks=blocks, checks=checks, record=record)


def replacement(
    target: Target, taken: Taken, replan: Callable[[Existing], WritePlan], when: str
) -> Change | None:
    """Return the change that takes out what we wrote, and adds what a plan says in its place.

    Args:
        target: The file.
        taken: What goes; the copies of the user's words only where nothing of ours comes instead.
        replan: Returns what is added to a file that says what is left.
        when: Time of the write.

    Raises:
        EmbeddingRefusedError: A property of ours has a form that is not understood.
    """
    held = target.held
    if not is_there(target, taken):
        return addition(target, replan(target.existing))
    middle = with_taken_out(held, replace(taken, copies=False), when)
    left = replace(target.reread(middle), results=taken.record)
    plan, end = _fitted(middle, replan(left), target.room)
    if plan.is_empty:
        return removal(target, taken, when)
    blocks = blocks_from(held, end, room=target.room)
    return Change(
        blocks=blocks,
        checks=(
            _removal_check(held, taken, middle.packet.text),
            _addition_check(middle.packet.text, left, plan, blocks),
        ),
        record=recorded(plan),
        added=added_by(plan),
        keywords_added=plan.keywords_added,
        taken=taken.results,
    )


def is_there(target: Target, taken: Taken) -> bool:
    """Return whether anything changes in a file when this is taken out."""
    held = target.held
    if not taken.results:
        return False
    if read_results(held.packet) != taken.record:
        return True
    return stands(held.packet, held.block, taken, held.before)


def _fitted(held: Held, plan: WritePlan, room: int | None) -> tuple[WritePlan, Held]:
    """Return as much of a plan as the packet has room for, and the blocks with it."""
    after = with_added(held, plan)
    if room is None or len(after.packet.text) <= room:  # nearly always
        return plan, after
    plan = without_room(plan, lambda p: len(edited(held.packet, edits_of(p))) <= room)
    return plan, with_added(held, plan)


def _addition_check(
    packet: bytes, existing: Existing, plan: WritePlan, blocks: Blocks
) -> Callable[[Exiv2], None]:
    def check(exiv2: Exiv2) -> None:
        expected = Expected(
            packet=packet,
            kept=existing.subject,
            added=plan.subject,
            iim=iim.keyword_values(blocks.iim),
        )
        subject = (*expected.kept, *expected.added)
        check_packet(packet, blocks.xmp, subject, plan.further_edits)
        check_with_exiv2(exiv2, blocks, expected)

    return check


def _removal_check(held: Held, taken: Taken, new: bytes) -> Callable[[Exiv2], None]:
    return lambda _exiv2: check_removal(held.packet.text, new, _words(taken, held.before))


def _reading_check(held: Held, blocks: Blocks) -> Callable[[Exiv2], None]:
    return lambda exiv2: check_removal_with_exiv2(exiv2, held.packet.text, blocks)


def _words(taken: Taken, before: Before) -> set[str]:
    """Return every keyword and path that may be missing afterwards, as each list has it."""
    words = {f for r in taken.results if r.kind == "keyword" for f in flat_forms(r.value)}
    paths = [r.value.split("|") for r in taken.results if r.kind == "hierarchy"]
    words |= {target.separator.join(path) for target in HIERARCHIES for path in paths}
    if taken.copies:
        names = (list_name(target) for target in (SUBJECT, *HIERARCHIES))
        words |= {copy for name in names for copy in before.copies.get(name, ())}
    return words
