"""Where and what is written, from the settings. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.metadata.additions import DescribeRules
from tagbridge.metadata.plan import WriteRules
from tagbridge.metadata.write import WriteOptions

if TYPE_CHECKING:
    from tagbridge.config import Settings, WriteSettings
    from tagbridge.merge import MergeRules


def write_options_of(settings: Settings, words: MergeRules, *, dry_run: bool) -> WriteOptions:
    """Return where and what is written.

    Args:
        settings: The user's.
        words: Which words become no keywords, and which mean the same.
        dry_run: Write nothing.
    """
    return WriteOptions(
        embed=settings.write.embed,
        sidecar_name=settings.write.sidecar_name,
        rules=WriteRules(
            root=settings.keywords.root,
            nsfw_threshold=settings.nsfw.threshold,
            nsfw_keyword=settings.nsfw.keyword,
            blocked=words.blocked,
            describe=_describe_rules(settings.write),
            translated=words.vocabulary.translated if words.vocabulary else {},
        ),
        dry_run=dry_run,
    )


def _describe_rules(write: WriteSettings) -> DescribeRules:
    return DescribeRules(
        people=write.people,
        person_confidence=write.person_confidence,
        person_keywords=write.person_keywords,
        faces=write.faces,
        object_regions=write.object_regions,
        alt_text=write.alt_text,
        description=write.description,
        title=write.title,
        text=write.text,
        colors=write.colors,
        color_keywords=write.color_keywords,
    )
