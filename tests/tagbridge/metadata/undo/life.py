"""One photo on a shelf, its user, and what must be true of it whatever they and we do.

The model knows what is the user's in every list; the rest is ours.
"""

from __future__ import annotations

from ctypes.util import find_library
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from tagbridge.formats import sniff
from tagbridge.metadata.edit import parsed_or_empty
from tagbridge.metadata.embed import CONTAINERS
from tagbridge.metadata.results import Result, read_results
from tagbridge.spelling import spelling_key
from tests.faults.adobe import Adobe
from tests.tagbridge.metadata.undo.exiftool import LISTS
from tests.tagbridge.metadata.undo.shelf import said
from tests.tagbridge.metadata.undo.spellings import composed, forms, leaf, path_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tests.tagbridge.metadata.undo.exiftool import ExifTool
    from tests.tagbridge.metadata.undo.shelf import Shelf

DC, XMP = "http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/xap/1.0/"
WITH_ADOBE = bool(find_library("exempi"))
Lists: TypeAlias = "dict[str, set[str]]"
# What neither names a keyword nor decides about one.
OTHER_EDITS = (
    ("-XMP-dc:Title=Harbour",),
    ("-XMP-xmp:Rating=3", "-EXIF:Artist=Me"),
    ("-XMP-xmp:Label=Red",),
)


@dataclass(kw_only=True)
class Life:
    """One photo and its user.

    Attributes:
        shelf: Where it is.
        photo: The asset.
        target: The file that holds its keywords: itself, or its sidecar.
        tool: The user's.
        theirs: What is the user's in each list.
        rejected: `spelling_key` of what they took out of ours.
        unseen: Of these, what nobody has noticed yet.
        kept: `spelling_key` of ours that was there when an edit of theirs was noticed.
        pristine: The bytes of all files when nothing of ours was in them; None when that is over.
        edited: True when the user has written since we looked.
    """

    shelf: Shelf
    photo: Path
    target: Path
    tool: ExifTool
    theirs: Lists = field(default_factory=dict)
    rejected: set[str] = field(default_factory=set)
    unseen: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    pristine: dict[str, bytes] | None = None
    edited: bool = False

    def __post_init__(self) -> None:
        self.theirs = self.lists()
        self.pristine = self.bytes()

    # What is there

    def lists(self) -> Lists:
        """Return every list of the target; none where there is no file."""
        if not self.target.exists():
            return {}
        return {name: set(map(composed, v)) for name, v in self.tool.lists(self.target).items()}

    def bytes(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.shelf.folder.iterdir()}

    def ours(self) -> set[str]:
        """Return `spelling_key` of the flat keywords that stand in any list and are ours."""
        lists = self.lists()
        flat = (lists.get(n, set()) - self.theirs.get(n, set()) for n in ("subject", "iim"))
        return {spelling_key(word) for words in flat for word in words}

    # What we do

    def tag(self, words: Iterable[str], provider: str) -> None:
        before = self.lists()
        self.shelf.tag(self.photo, said(words, provider))
        self._noticed(before)
        after = self.lists()
        for name, items in before.items():
            assert items <= after[name], (name, items - after[name])
        for name, items in after.items():
            back = {w for w in items - before.get(name, set()) if self._is_rejected(w, name)}
            assert not back, f"{back} came back to {name}"
        self._never_lost()
        self._twice(lambda: self.shelf.tag(self.photo, said(words, provider)))

    def remap(self, words: Iterable[str], provider: str) -> None:
        """Apply settings by which a provider would have said other words."""
        before = self.lists()
        if self.shelf.remap(self.photo, said(words, provider)) is None:
            return
        self._noticed(before)
        self._never_lost()
        for name, items in self.lists().items():
            back = {w for w in items - before.get(name, set()) if self._is_rejected(w, name)}
            assert not back, f"{back} came back to {name}"
        known = {*map(spelling_key, words), *self.kept, *self.rejected}
        stale = [
            r.value
            for r in self._record()
            if (r.kind, r.provider) == ("keyword", provider) and spelling_key(r.value) not in known
        ]
        assert not stale, stale
        self._twice(lambda: self.shelf.remap(self.photo, said(words, provider)))

    def _record(self) -> tuple[Result, ...]:
        """Return our record in the target."""
        if not self.target.exists():
            return ()
        data = self.target.read_bytes()
        packet = data if self.is_sidecar else CONTAINERS[sniff(data) or ""].read(data).xmp
        return read_results(parsed_or_empty(packet))

    def notice(self) -> None:
        before = self.lists()
        if self.shelf.notice(self.photo):
            self._noticed(before)

    def undo(self, confirmed: bool) -> None:  # noqa: FBT001 - an example of Hypothesis
        self._undo(confirmed=confirmed)

    def undo_provider(self, provider: str) -> None:
        self._undo(providers=frozenset({provider}))

    def _undo(self, **selection: Any) -> None:  # noqa: ANN401 - of Selection
        before = self.bytes()
        planned = self.shelf.undo(self.photo, dry_run=True, **selection)
        assert self.bytes() == before
        undone = self.shelf.undo(self.photo, **selection)
        assert undone.outcome in ("undone", "unchanged"), undone
        assert planned.removed == undone.removed or planned.outcome == "unchanged"
        self._noticed_removals()
        self._never_lost()
        if not selection.get("providers"):  # what others said is not selected, rejected or not
            for name, items in self.lists().items():
                standing = {w for w in items if self._is_rejected(w, name)}
                assert not standing, f"{standing} is rejected, and still in {name}"
            self._nothing_of_ours_is_left(**selection)
        if undone.exact and self.pristine is not None:
            assert self.bytes() == self.pristine
        self._twice(lambda: self.shelf.undo(self.photo, **selection))

    # What the user does

    def add(self, word: str, names: Iterable[str]) -> None:
        """Put a keyword of the user's into some of the lists."""
        if not self.target.exists() or spelling_key(word) in self.unseen:
            return  # put back before anybody could see that it was gone: nothing tells of that
        lists = self.lists()
        options = []
        for name in names:
            entry = path_of(word, name)
            if entry in lists.get(name, set()) or (name == "iim" and not self.has_iim):
                continue
            options.append(f"-{LISTS[name]}+={entry}")
            self.theirs.setdefault(name, set()).add(entry)
        self._edit(*options)

    def remove(self, word: str, names: Iterable[str]) -> None:
        """Take a keyword out of lists: one of theirs out of all, one of ours out of some."""
        lists = self.lists()
        is_theirs = any(spelling_key(word) in map(leaf, self.theirs.get(n, set())) for n in LISTS)
        names = tuple(LISTS) if is_theirs else tuple(names)
        options, gone = [], False
        for name in names:
            for entry in [e for e in lists.get(name, set()) if leaf(e) == spelling_key(word)]:
                options.append(f"-{LISTS[name]}-={entry}")
                # A copy of a word of theirs is nothing that we have said.
                ours = entry.startswith("Ours") if is_theirs else True
                gone |= ours and entry not in self.theirs.get(name, set())
                self.theirs.get(name, set()).discard(entry)
        if gone:
            self.rejected.add(spelling_key(word))
            self.unseen.add(spelling_key(word))
        self._edit(*options)

    def edit(self, number: int) -> None:
        """Change something that is no keyword."""
        options = OTHER_EDITS[number % len(OTHER_EDITS)]
        self._edit(*(o for o in options if not (self.is_sidecar and "EXIF" in o)))

    def edit_by_adobe(self, word: str | None) -> None:
        """Set a label by Adobe's library, or remove a keyword of ours from `dc:subject`."""
        knows = self.target.suffix == ".jpg" and WITH_ADOBE
        if not knows or b"<x:xmpmeta" not in self.target.read_bytes():  # it begins no packet
            return
        before = self.lists()
        marked = b"\x1b%G" in self.target.read_bytes()
        if not marked and not all(word.isascii() for word in before.get("iim", ())):
            return  # it does not read Latin-1, and drops the user's words itself
        adobe, subject = Adobe(), before.get("subject", set())
        if word is None or word not in subject - self.theirs.get("subject", set()):
            adobe.edit(self.target, "set", XMP, "Label", "Red")
        else:
            adobe.edit(self.target, "remove", DC, "subject", word)
            self.rejected.add(spelling_key(word))
            self.unseen.add(spelling_key(word))
        self._adobe_reconciles(before)
        self.pristine = None
        self.edited = True

    def _adobe_reconciles(self, before: Lists) -> None:
        """Adobe's library lets XMP and IPTC say the same; what it copies of theirs is theirs."""
        words = forms({leaf(w) for found in self.theirs.values() for w in found})
        lists = self.lists()
        for name in LISTS:
            items, theirs = lists.get(name, set()), self.theirs.setdefault(name, set())
            theirs &= items
            theirs |= {w for w in items - before.get(name, set()) if leaf(w) in words}

    @property
    def is_sidecar(self) -> bool:
        return self.target != self.photo

    @property
    def has_iim(self) -> bool:
        return self.target.suffix == ".jpg"

    def _edit(self, *options: str) -> None:
        if not options or not self.target.exists():
            return
        self.tool.edit(self.target, *options)
        self.pristine = None
        self.edited = True

    # What must be true

    def _never_lost(self) -> None:
        lists = self.lists()
        for name, words in self.theirs.items():
            lost = words - lists.get(name, set())
            assert not lost, f"{lost} of the user's is gone from {name}"

    def _nothing_of_ours_is_left(self, *, confirmed: bool = False) -> None:
        for name, items in self.lists().items():
            more = items - self.theirs.get(name, set())
            if not confirmed:
                more = {w for w in more if not self._may_stay(w)}
            assert not more, f"{more} is left in {name}, and was never the user's"

    def _may_stay(self, word: str) -> bool:
        """Return whether an entry may stay: it was kept, or it is a copy while something was."""
        elsewhere = {leaf(w) for words in self.theirs.values() for w in words}
        return bool(self.kept) and (leaf(word) in forms(self.kept) | elsewhere)

    def _is_rejected(self, word: str, name: str) -> bool:
        return word not in self.theirs.get(name, set()) and leaf(word) in forms(self.rejected)

    def _noticed(self, before: Lists) -> None:
        """Somebody has looked: what stayed in an edit is the user's from now on."""
        self._noticed_removals()
        if self.edited:
            flat = (before.get(n, set()) - self.theirs.get(n, set()) for n in ("subject", "iim"))
            self.kept |= {spelling_key(w) for words in flat for w in words} - self.rejected
        self.edited = False

    def _noticed_removals(self) -> None:
        self.kept -= self.rejected
        self.unseen.clear()

    def _twice(self, again: Callable[[], object]) -> None:
        before = self.bytes()
        again()
        assert self.bytes() == before, "a second run changes something"
