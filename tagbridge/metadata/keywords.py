"""Which keywords a file should have. Pure: values in, values out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.metadata import iim
from tagbridge.metadata.additions import color_keywords
from tagbridge.metadata.hierarchies import lost_leaves
from tagbridge.metadata.sensitivities import raised
from tagbridge.spelling import spelling_key
from tagbridge_hooks import Keyword, Person, Sourced, TagSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagbridge.metadata.existing import Existing
    from tagbridge.metadata.plan import WriteRules


def wanted_keywords(
    tagset: TagSet, people: Sequence[Sourced[Person]], rules: WriteRules
) -> list[Sourced[Keyword]]:
    """Return each keyword that the file should have, once.

    Args:
        tagset: What was found.
        people: Those with a name.
        rules: The user's.
    """
    unique: dict[str, Sourced[Keyword]] = {}
    further = (k for k in _further(tagset, people, rules) if _key(k) not in rules.blocked)
    for keyword in (*tagset.keywords, *further):
        unique.setdefault(_key(keyword), keyword)
    return list(unique.values())


def _further(
    tagset: TagSet, people: Sequence[Sourced[Person]], rules: WriteRules
) -> Iterable[Sourced[Keyword]]:
    """Yield what is a keyword only because the user asked for it."""
    if rules.describe.person_keywords:
        for person in people:
            name = Keyword(text=person.value.name or "", confidence=person.value.confidence)
            yield Sourced(value=name, sources=person.sources)
    if rules.describe.color_keywords:
        yield from color_keywords(tagset)
    flag = raised(tagset, "nsfw", rules.nsfw_threshold)
    if rules.nsfw_keyword and flag is not None:
        keyword = Keyword(text=rules.nsfw_keyword, confidence=flag.value.confidence)
        yield Sourced(value=keyword, sources=flag.sources)


def _key(keyword: Sourced[Keyword]) -> str:
    return spelling_key(keyword.value.text)


def rejected_keywords(existing: Existing) -> set[str]:
    """Return our earlier keywords that the user has removed, from any of the lists.

    One of theirs to which we gave a path is among them, when they have removed it since.
    """
    flat = {spelling_key(k) for k in existing.subject}
    ours = [r.value for r in existing.results if r.kind == "keyword"]
    removed = {spelling_key(k) for k in ours if spelling_key(k) not in flat}
    if existing.carries_iim and existing.iim is not None:
        lacking = {spelling_key(k) for k in iim.missing(existing.iim, ours)}
        removed |= {spelling_key(k) for k in ours if iim.short_forms(k) & lacking}
    lost = lost_leaves(existing) & {spelling_key(k) for k in ours}
    return removed | lost | _lost_words(existing)


def _lost_words(existing: Existing) -> set[str]:
    """Return the keywords of our paths that stand in no flat list any more, as they did once."""
    paths = [r.value for r in existing.results if r.kind == "hierarchy"]
    present = {f for k in existing.keywords for f in iim.short_forms(k)} if paths else set()
    leaves = {path.rpartition("|")[2] for path in paths}
    return {spelling_key(leaf) for leaf in leaves if not iim.short_forms(leaf) & present}


def imported_keywords(existing: Existing, rejected: set[str]) -> tuple[str, ...]:
    """Return the user's keywords that stand only in IPTC-IIM; not what is left of removed ones."""
    ours = (r.value for r in existing.results if r.kind == "keyword")
    removed = {f for k in ours if spelling_key(k) in rejected for f in iim.short_forms(k)}
    return tuple(k for k in existing.only_in_iim if spelling_key(k) not in removed)


def iim_keywords(
    existing: Existing, subject: tuple[str, ...], rejected: set[str]
) -> tuple[str, ...]:
    """Return what the IPTC-IIM keywords lack, when `subject` is added to `dc:subject`."""
    if not existing.carries_iim:
        return ()
    union = (k for k in (*existing.subject, *subject) if spelling_key(k) not in rejected)
    return iim.missing(existing.iim, (k for k in union if k.strip()))
