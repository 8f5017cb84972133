"""Whatever programs do to a file, and whatever is lost: decisions stand, and nothing is doubled."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from tagbridge.ledger.files import FileRecord
from tagbridge.ledger.written import FATES, Entry
from tagbridge.metadata import iim
from tagbridge.metadata.decisions import Memory, observed, recalled
from tagbridge.metadata.edit import PropertyEdit, edited, empty_packet
from tagbridge.metadata.existing import Existing, read_existing
from tagbridge.metadata.packet import Packet, read_packet
from tagbridge.metadata.plan import WriteRules, edits_of, plan_write, recorded
from tagbridge.metadata.properties import METADATA_DATE, RESULTS, SUBJECT
from tagbridge.metadata.results import results_xml
from tagbridge.remembering import memory_of, news_of
from tagbridge.spelling import spelling_key
from tagbridge_hooks import Keyword, Source, Sourced, TagSet

if TYPE_CHECKING:
    from collections.abc import Iterable

HERE = Path(__file__)  # a target that is there
ROUNDS = int(os.environ.get("TAGBRIDGE_TEST_ROUNDS", "1"))
WORDS = st.sampled_from(["sea", "Sea", "boat", "caf\u00e9", "cafe\u0301", "x" * 70, "x" * 80])
Step: TypeAlias = "tuple[str, tuple[str, ...]]"
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["tag", "tag", "remove", "remove from XMP", "remove from IPTC", "add", "drop", "lose"]
        ),
        st.lists(WORDS, min_size=1, max_size=3).map(tuple),
    ),
    min_size=2,
    max_size=10,
)
RULES = st.builds(WriteRules, root=st.sampled_from(["", "Ours"]))


@dataclass(slots=True, kw_only=True)
class Library:
    """One file, and a ledger, that change as a real ones do.

    Attributes:
        packet: Of the file.
        block: Likewise.
        entries: What the ledger knows of the picture.
        known: What it knows of the file.
        writes: How often we wrote.
    """

    rules: WriteRules
    packet: Packet = field(default_factory=lambda: read_packet(empty_packet()))
    block: bytes | None = None
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    known: FileRecord | None = None
    writes: int = 0

    @property
    def memory(self) -> Memory:
        return memory_of(HERE, self.known, tuple(self.entries.values()))

    @property
    def existing(self) -> Existing:
        return read_existing(self.packet, self.block, carries_iim=True)

    def tag(self, words: Iterable[str]) -> tuple[str, ...]:
        """Tag as the program does, and return the keywords that are new."""
        source = Source(provider="p", model=f"m{self.writes}")
        said = TagSet(
            keywords=tuple(Sourced(value=Keyword(text=w), sources=(source,)) for w in words)
        )
        memory = self.memory
        existing = recalled(self.existing, HERE, memory)
        seen = observed([(HERE, existing)], memory)
        when = f"2026-01-01T00:{self.writes:02}:00+00:00"
        plan = plan_write(existing, said, self.rules, when, decisions=seen.decisions)
        if not plan.is_empty:
            self.writes += 1
            self.packet = read_packet(edited(self.packet, edits_of(plan)))
            self.block = iim.with_keywords(self.block, plan.iim)
            now = replace(existing, results=recorded(plan), trace=self.existing.trace)
            seen = replace(seen, files=((HERE, now),))
        self._remember(seen.files[0][1], news_of(seen, self.entries.values()))
        return plan.keywords_added

    def _remember(self, existing: Existing, news: Iterable[Entry]) -> None:
        for entry in news:
            old = self.entries.setdefault((entry.kind, entry.value), entry)
            if FATES.index(entry.fate) > FATES.index(old.fate):
                self.entries[entry.kind, entry.value] = replace(old, fate=entry.fate)
        self.known = FileRecord(
            identity="",
            media_type="",
            outcome="written",
            reason="",
            target=HERE,
            keywords=existing.keywords_of_ours,
            original=None,
            trace=existing.trace or None,
            stamp=(0, 0, 0),
            at=0.0,
        )

    def look(self) -> None:
        """Look as the daemon does when an edit has settled."""
        if self.known is not None:
            memory = self.memory
            seen = observed([(HERE, recalled(self.existing, HERE, memory))], memory)
            self._remember(seen.files[0][1], news_of(seen, self.entries.values()))

    def change(self, step: str, words: tuple[str, ...]) -> None:
        """Change the file as another program does."""
        keys = {form for word in words for form in iim.short_forms(word)}
        subject, short = self.existing.subject, iim.keywords(self.block)
        if step == "add":
            subject, short = (*subject, *words), (*short, *(iim.cut(w).decode() for w in words))
        if step in ("remove", "remove from XMP"):
            subject = tuple(k for k in subject if not iim.short_forms(k) & keys)
        if step in ("remove", "remove from IPTC"):
            short = tuple(k for k in short if spelling_key(k) not in keys)
        self._write(subject, short, keeps=step != "drop")

    def _write(self, subject: tuple[str, ...], short: tuple[str, ...], *, keeps: bool) -> None:
        existing = self.existing
        edits = [PropertyEdit(target=t, append=p) for t, p in existing.hierarchies.items() if p]
        if subject:
            edits.append(PropertyEdit(target=SUBJECT, append=subject))
        if keeps and existing.results:
            edits.append(PropertyEdit(target=RESULTS, xml=results_xml(existing.results)))
        if existing.metadata_date:
            edits.append(PropertyEdit(target=METADATA_DATE, text=existing.metadata_date))
        self.packet = read_packet(edited(read_packet(empty_packet()), edits))
        self.block = None if self.block is None else iim.with_keywords(None, short)


def keys_of(words: Iterable[str]) -> set[str]:
    return set(map(spelling_key, words))


@settings(max_examples=200 * ROUNDS, deadline=None)
@given(STEPS, RULES)
def test_what_was_removed_never_comes_back_and_what_is_the_users_stays(
    steps: list[Step], rules: WriteRules
) -> None:
    library = Library(rules=rules)
    rejected: set[str] = set()
    for step, words in steps:
        before = library.existing
        if step == "tag":
            added = library.tag(words)
            assert not keys_of(added) & rejected
            after = library.existing
            assert after.subject[: len(before.subject)] == before.subject
            assert not library.tag(words)
            assert library.existing.trace == after.trace
        elif step == "lose":
            if before.results or not library.entries:  # not both at once
                library.entries, library.known = {}, None
                rejected &= keys_of(r.value for r in before.results)
                library.tag(())  # the scan at the start finds what is not known
        else:
            ours = keys_of(library.existing.keywords_of_ours)
            library.change(step, words)
            if step.startswith("remove"):
                gone = keys_of(before.subject) - keys_of(library.existing.subject)
                rejected |= gone & ours
            library.look()


@settings(max_examples=100 * ROUNDS, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=4), st.lists(WORDS, min_size=1, max_size=2), RULES)
def test_a_copy_gets_nothing_that_was_removed_elsewhere(
    words: list[str], removed: list[str], rules: WriteRules
) -> None:
    library = Library(rules=rules)
    library.tag(words)
    before = keys_of(library.existing.subject)
    library.change("remove", tuple(removed))
    library.look()
    gone = before - keys_of(library.existing.subject)

    copy = Library(rules=rules, entries=library.entries)
    assert keys_of(copy.tag(words)) == before - gone


def test_a_write_that_a_crash_let_the_ledger_miss_is_no_edit() -> None:
    library = Library(rules=WriteRules())
    library.tag(["sea"])
    entries, known = dict(library.entries), library.known
    library.tag(["boat"])
    library.entries, library.known = entries, known
    library.look()
    fates = {entry.value: entry.fate for entry in library.entries.values()}
    assert fates == {"sea": "written", "boat": "written"}
    library.change("add", ("mine",))
    library.look()
    assert {entry.fate for entry in library.entries.values()} == {"kept"}


def test_an_edit_confirms_and_a_look_alone_does_not() -> None:
    library = Library(rules=WriteRules())
    library.tag(["sea", "boat"])
    library.look()
    assert {entry.fate for entry in library.entries.values()} == {"written"}
    library.change("add", ("mine",))
    library.look()
    assert {entry.fate for entry in library.entries.values()} == {"kept"}
    assert not any(result.confirmed for result in library.existing.results)
    library.tag(["sand"])
    confirmed = {result.value: result.confirmed for result in library.existing.results}
    assert confirmed == {"sea": True, "boat": True, "sand": False}
