"""What every journey needs, made once from the settings and closed in the end."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tagbridge.blocking import Blocklist
from tagbridge.choosing import chosen_providers, merge_rules_of, offered_terms, terms_of
from tagbridge.ledger.records import records_of
from tagbridge.lending import lending
from tagbridge.metadata.decisions import Memory
from tagbridge.metadata.exiv2 import Exiv2
from tagbridge.metadata.observing import observe, observe_sidecars
from tagbridge.plugins import load_plugins
from tagbridge.recognize import Recognizer
from tagbridge.remembering import (
    DONE,
    UNDONE,
    asset_as_tagged,
    memory_of,
    news_of,
    original_of,
    proposals_of,
    same_picture,
)
from tagbridge.reviewing import review_rule
from tagbridge.vocabulary.choice import chosen_vocabulary
from tagbridge.watching.sight import look
from tagbridge.write_options import write_options_of
from tagbridge_hooks import Asset, Receipt, WriteError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence
    from pathlib import Path

    from tagbridge.config import Settings
    from tagbridge.engine.clerk import Clerk
    from tagbridge.foreseeing import Foresight
    from tagbridge.ledger import Entry, Ledger
    from tagbridge.ledger.records import Record, Records
    from tagbridge.merge import MergeRules
    from tagbridge.metadata.change import Change
    from tagbridge.metadata.decisions import Observed
    from tagbridge.metadata.results import Result
    from tagbridge.metadata.write import Source, WriteOptions
    from tagbridge.plugins import Plugins
    from tagbridge.reviewing import ReviewRule
    from tagbridge.thumbnails import Thumbnails
    from tagbridge.transport.orders import Deliverer
    from tagbridge_hooks.providers import MediaKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """Everything a journey needs; made once, shared by all.

    Attributes:
        plugins: Their hooks are called on the way.
        recognizers: The providers that are asked.
        merge_rules: How answers become a tag set.
        write_options: Where and what is written.
        exiv2: The second reader of what was written.
        ledger: Remembers what was done.
        clerk: Asks the ledger for coroutines.
        keep_mtime: Keep a photo's time of the last change.
        stored_only: Apply today's settings to stored answers: nobody is asked, all that is ours is
            judged anew, and photos into which we have not written are left alone.
        records: Looks up what is known of a file, in a dry run: its ledger is empty.
        mended: A provider paused until somebody did something, and is asked again from now on.
        thumbnails: Keeps a small picture of each asset that is rendered; None for no need.
        awaits_review: Says of a photo, and of what is new in it, whether somebody wants to see that
            before it is written; None where nobody does.
        blocklist: The words that the settings file blocks by now.
        foresight: Has read some photos already; None where nobody looks ahead.
        video_slots: So many videos are decoded at once: each takes memory, and two cores.
    """

    plugins: Plugins
    recognizers: Sequence[Recognizer]
    merge_rules: MergeRules
    write_options: WriteOptions
    exiv2: Exiv2
    ledger: Ledger
    clerk: Clerk
    keep_mtime: bool = False
    stored_only: bool = False
    records: Records | None = None
    mended: bool = False
    thumbnails: Thumbnails | None = None
    awaits_review: ReviewRule | None = None
    blocklist: Blocklist | None = None
    foresight: Foresight | None = None
    video_slots: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(max(1, (os.cpu_count() or 1) // 2))
    )

    @property
    def kinds(self) -> frozenset[MediaKind]:
        """Return what the chosen providers take: pictures, videos, or both."""
        return frozenset().union(*(recognizer.media for recognizer in self.recognizers))

    @property
    def blocked(self) -> frozenset[str]:
        """Return `spelling_key` of the words that become no keywords from now on."""
        more = frozenset() if self.blocklist is None else self.blocklist.keys
        return self.merge_rules.blocked | more

    @property
    def options_now(self) -> WriteOptions:
        """Return where and what is written, without the words that are blocked by now."""
        options, blocked = self.write_options, self.blocked
        if blocked == options.rules.blocked:
            return options
        return replace(options, rules=replace(options.rules, blocked=blocked))

    def was_tagged(self, asset: Asset, source: Source) -> bool:
        """Return whether the same picture was tagged under this name before.

        Then somebody edited its metadata since, and what they removed must not come back. The
        file as it is now counts as done. But one that is, byte for byte, what it was before we
        wrote into it was restored from a backup: it is not done.
        """
        record = self._record_of(asset)
        known, entries = same_picture(record.file, asset, source), record.entries
        if known is None or known.outcome not in DONE:
            return False  # `writing` may have ended between the photo and its sidecar
        memory = memory_of(asset.path, known, entries)
        seen = observe(source, memory)
        self._record(
            *(asset, source.snapshot.status, known.outcome),
            target=memory.target,
            seen=seen,
            entries=entries,
        )
        return True

    def is_as_tagged(self, path: Path) -> Asset | None:
        """Return a photo that is exactly as it was when it was tagged; None for any other.

        Only its sidecars are looked at: what was removed from them is rejected from then on. The
        photo, which may be large and far away, is not read.
        """
        status, known = look(path), self.ledger.files.find(path)
        if status is None or known is None or self.ledger.files.stamp(path, status) != known.stamp:
            return None
        asset = asset_as_tagged(path, status, known)
        if asset is None:
            return None
        entries = self.ledger.written.of_picture(asset.identity)
        memory = memory_of(path, known, entries)
        seen = observe_sidecars(path, asset.media_type, memory)
        self._record(
            *(asset, status, known.outcome), target=memory.target, seen=seen, entries=entries
        )
        return asset

    def recall(self, asset: Asset, source: Source) -> tuple[Memory, tuple[Entry, ...]]:
        """Return what is remembered of a picture, for the write, and as the ledger has it."""
        record = self._record_of(asset)
        known = same_picture(record.file, asset, source)
        return memory_of(asset.path, known, record.entries), record.entries

    def has_written(self, asset: Asset, source: Source) -> bool:
        """Return whether a photo was tagged under this name, or says so itself."""
        known = same_picture(self._record_of(asset).file, asset, source)
        if known is not None:
            return known.outcome in DONE - {UNDONE}
        return bool(observe(source, Memory()).results)

    def forget(self, asset: Asset, change: Change) -> None:
        """Note what is about to be taken out of a photo, so that nobody seems to have removed it.

        Raises:
            WriteError: It cannot be remembered.
        """
        self.ledger.written.forget(asset.identity, change.forgotten)

    def _record_of(self, asset: Asset) -> Record:
        look_up = self.records or records_of(self.ledger)
        return look_up(asset.path, asset.identity)

    def announce(self, asset: Asset, source: Source, status: os.stat_result) -> None:
        """Note what a photo is about to become."""
        self._record(asset, status, "writing", original=original_of(source))

    def announce_sidecar(self, path: Path, status: os.stat_result) -> None:
        """Note how a sidecar is about to become, so that it is not taken for an edit."""
        if not self.write_options.dry_run:
            self.ledger.sidecars.note(path, status)

    def remember(
        self,
        asset: Asset,
        status: os.stat_result,
        receipt: Receipt,
        seen: Observed | None = None,
        entries: Sequence[Entry] = (),
    ) -> None:
        """Note what became of a photo, and what its files say of what we wrote.

        Args:
            asset: The photo.
            status: How it is now.
            receipt: What became of it.
            seen: What its files say; None if that was not looked at.
            entries: What the ledger knows of that already.
        """
        self._record(
            *(asset, status, receipt.outcome, receipt.reason),
            target=receipt.target,
            seen=seen,
            entries=entries,
        )

    def propose(self, asset: Asset, source: Source, results: Iterable[Result]) -> None:
        """Note what would be written into a photo; it awaits its review."""
        self.ledger.files.record(
            *(asset.path, source.snapshot.status, asset.identity, "review"),
            media_type=asset.media_type,
            proposed=proposals_of(results),
        )

    def remember_unreadable(self, path: Path, reason: str) -> None:
        """Note that a file cannot be read, so that it is left alone until it changes."""
        with suppress(OSError, WriteError):  # it is gone, or the state's disk is full
            if not self.write_options.dry_run:
                self.ledger.files.record(path, path.lstat(), "", "parked", reason)

    def _record(
        self,
        asset: Asset,
        status: os.stat_result,
        outcome: str,
        reason: str = "",
        *,
        target: Path | None = None,
        original: bytes | None = None,
        seen: Observed | None = None,
        entries: Sequence[Entry] = (),
    ) -> None:
        if not self.write_options.dry_run:
            said = None if seen is None else seen.of(target)
            self.ledger.files.record(
                *(asset.path, status, asset.identity, outcome, reason),
                media_type=asset.media_type,
                target=target,
                keywords=None if said is None else said.keywords_of_ours,
                original=original,
                trace=None if said is None else said.trace or None,
                written=() if seen is None else news_of(seen, entries),
                sidecars=() if seen is None else seen.sidecars,
            )


@asynccontextmanager
async def equipped(
    settings: Settings,
    ledger: Ledger,
    courier: Deliverer,
    *,
    only: Sequence[str] = (),
    dry_run: bool = False,
    thumbnails: Thumbnails | None = None,
    stored_only: bool = False,
    records: Records | None = None,
) -> AsyncIterator[Equipment]:
    """Make the equipment and close it in the end.

    Args:
        settings: The user's.
        ledger: Remembers what was done.
        courier: Makes the calls of the providers; closed in the end.
        only: Names of the providers to ask; empty for all that are configured.
        dry_run: Write nothing.
        thumbnails: Keeps a small picture of each asset; None for no need.
        stored_only: See `Equipment`.
        records: Looks up what is known of files, if not in the ledger.

    Raises:
        ConfigError: A provider is unknown or wrongly configured, or there is none; or the
            vocabulary is missing or broken.
    """
    plugins = load_plugins()
    chosen = chosen_providers(plugins, settings, only)
    words = settings.keywords
    vocabulary = chosen_vocabulary(words.vocabulary, words.language)
    rules = merge_rules_of(settings, chosen, vocabulary)
    exiv2 = Exiv2()
    async with lending(ledger, courier, offered_terms(rules)) as lent:
        recognizers = [
            Recognizer(info, own, terms_of(info, own, settings), lent) for info, own in chosen
        ]
        try:
            mended = await lent.pausing.forget_what_the_user_may_have_mended()
            yield Equipment(
                plugins=plugins,
                recognizers=recognizers,
                merge_rules=rules,
                write_options=write_options_of(settings, rules, dry_run=dry_run),
                exiv2=exiv2,
                ledger=ledger,
                clerk=lent.clerk,
                records=records,
                keep_mtime=settings.write.keep_mtime,
                stored_only=stored_only,
                mended=mended,
                thumbnails=thumbnails,
                awaits_review=review_rule(settings.write),
                blocklist=Blocklist(settings),
            )
        finally:
            for recognizer in recognizers:
                await recognizer.aclose()
            exiv2.close()
