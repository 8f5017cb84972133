"""What every journey needs, made once from the settings and closed in the end."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tagbridge.blocking import Blocklist
from tagbridge.choosing import chosen_providers, merge_rules_of, offered_terms, terms_of
from tagbridge.chronicle import Chronicle
from tagbridge.lending import lending
from tagbridge.metadata.exiv2 import Exiv2
from tagbridge.plugins import load_plugins
from tagbridge.recognize import Recognizer
from tagbridge.reviewing import review_rule
from tagbridge.vocabulary.choice import chosen_vocabulary
from tagbridge.write_options import write_options_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from tagbridge.config import Settings
    from tagbridge.engine.clerk import Clerk
    from tagbridge.foreseeing import Foresight
    from tagbridge.ledger import Ledger
    from tagbridge.ledger.records import Records
    from tagbridge.merge import MergeRules
    from tagbridge.metadata.write import WriteOptions
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

    @property
    def chronicle(self) -> Chronicle:
        """Return what is known of photos, and takes note of them."""
        dry_run = self.write_options.dry_run
        return Chronicle(ledger=self.ledger, dry_run=dry_run, records=self.records)


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
