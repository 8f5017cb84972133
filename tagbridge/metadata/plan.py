"""Decide what is added to a file's metadata. Pure: values in, a plan out.

Additions only. The user's keywords keep their spelling and order, and every list that a program
may prefer is completed, because a partial list hides what stands only in another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.metadata import iim
from tagbridge.metadata.edit import PropertyEdit
from tagbridge.metadata.hierarchies import plan_hierarchies
from tagbridge.metadata.properties import (
    ADULT_CONTENT_WARNING,
    METADATA_DATE,
    RESULTS,
    SUBJECT,
    WARNING_REQUIRED,
    KeywordList,
)
from tagbridge.metadata.results import Result, ResultKind, results_xml
from tagbridge.spelling import name_of, spelling_key
from tagbridge_hooks import Keyword, Sensitivity, Sourced, TagSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagbridge.metadata.existing import Existing


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRules:
    """What the user decided about writing.

    Attributes:
        root: Top level for our hierarchical keywords; empty for none.
        nsfw_threshold: Confidence from which a picture is flagged, 0 to 1.
        nsfw_keyword: Also added to a flagged picture; empty for none.
    """

    root: str = ""
    nsfw_threshold: float = 0.8
    nsfw_keyword: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePlan:
    """What will be added to one file.

    Attributes:
        subject: To `dc:subject`: ours, and the user's that stood only in IPTC-IIM.
        hierarchies: To each hierarchical list, levels joined by its separator.
        iim: To the IPTC-IIM keywords.
        warning: True when `plus:AdultContentWarning` is set.
        results: Our record of what is new.
        when: Time of the write, ISO 8601 with the zone.
    """

    subject: tuple[str, ...] = ()
    hierarchies: Mapping[KeywordList, tuple[str, ...]]
    iim: tuple[str, ...] = ()
    warning: bool = False
    results: tuple[Result, ...] = ()
    when: str = ""

    @property
    def is_empty(self) -> bool:
        """Return whether the file has everything already."""
        return not self.results

    @property
    def keywords_added(self) -> tuple[str, ...]:
        """Return our keywords that are new in this file."""
        return tuple(r.value for r in self.results if r.kind == "keyword")


def plan_write(existing: Existing, tagset: TagSet, rules: WriteRules, when: str) -> WritePlan:
    """Return what is to be added to a file that says `existing`."""
    wanted = _wanted(tagset, rules)
    rejected = _rejected(existing)
    spelling = {spelling_key(k): k.strip() for k in reversed(existing.keywords)}
    present = {form for k in existing.keywords for form in iim.short_forms(k)}
    ours = [k for k in wanted if spelling_key(k.value.text) not in present | rejected]
    hierarchies, paths = plan_hierarchies(existing, wanted, rejected, spelling, rules.root)
    flag = _flag(existing, tagset, rules)
    results = (
        *(_result("keyword", k.value.text, k, when) for k in ours),
        *(_result("hierarchy", path, k, when) for path, k in paths.items()),
        *(_result("nsfw", WARNING_REQUIRED, f, when) for f in flag),
    )
    if not results:
        return WritePlan(hierarchies={})
    subject = (*_imported(existing, rejected), *(k.value.text for k in ours))
    return WritePlan(
        subject=subject,
        hierarchies=hierarchies,
        iim=_iim(existing, subject, rejected),
        warning=bool(flag),
        results=results,
        when=when,
    )


def edits_of(plan: WritePlan, existing: Existing) -> list[PropertyEdit]:
    """Return the edits of the XMP packet that carry out a plan."""
    edits = [PropertyEdit(target=SUBJECT, append=plan.subject)] if plan.subject else []
    edits += [PropertyEdit(target=t, append=items) for t, items in plan.hierarchies.items()]
    if plan.warning:
        edits.append(PropertyEdit(target=ADULT_CONTENT_WARNING, text=WARNING_REQUIRED))
    record = results_xml((*existing.results, *plan.results))
    edits.append(PropertyEdit(target=RESULTS, xml=record))
    edits.append(PropertyEdit(target=METADATA_DATE, text=plan.when))
    return edits


def _flags(tagset: TagSet, threshold: float) -> Iterable[Sourced[Sensitivity]]:
    return (
        s
        for s in tagset.sensitivities
        if s.value.kind == "nsfw" and s.value.confidence >= threshold
    )


def _flag(existing: Existing, tagset: TagSet, rules: WriteRules) -> list[Sourced[Sensitivity]]:
    """Return the reason to set the warning, if it may be set: never over what the user decided."""
    decided = existing.warning is not None or any(r.kind == "nsfw" for r in existing.results)
    return [] if decided else list(_flags(tagset, rules.nsfw_threshold))[:1]


def _wanted(tagset: TagSet, rules: WriteRules) -> list[Sourced[Keyword]]:
    """Return each keyword that the file should have, once."""
    wanted = list(tagset.keywords)
    flags = list(_flags(tagset, rules.nsfw_threshold))
    if rules.nsfw_keyword and flags:
        flag = Keyword(text=rules.nsfw_keyword, confidence=flags[0].value.confidence)
        wanted.append(Sourced(value=flag, sources=flags[0].sources))
    unique: dict[str, Sourced[Keyword]] = {}
    for keyword in wanted:
        unique.setdefault(spelling_key(keyword.value.text), keyword)
    return list(unique.values())


def _rejected(existing: Existing) -> set[str]:
    """Return our earlier keywords that the user has removed, from any of the lists."""
    flat = {spelling_key(k) for k in existing.subject}
    ours = [r.value for r in existing.results if r.kind == "keyword"]
    removed = {spelling_key(k) for k in ours if spelling_key(k) not in flat}
    if existing.carries_iim and existing.iim is not None:
        lacking = {spelling_key(k) for k in iim.missing(existing.iim, ours)}
        removed |= {spelling_key(k) for k in ours if iim.short_forms(k) & lacking}
    return removed


def _imported(existing: Existing, rejected: set[str]) -> tuple[str, ...]:
    """Return the user's keywords that stand only in IPTC-IIM; not what is left of removed ones."""
    ours = (r.value for r in existing.results if r.kind == "keyword")
    removed = {f for k in ours if spelling_key(k) in rejected for f in iim.short_forms(k)}
    return tuple(k for k in existing.only_in_iim if spelling_key(k) not in removed)


def _iim(existing: Existing, subject: tuple[str, ...], rejected: set[str]) -> tuple[str, ...]:
    if not existing.carries_iim:
        return ()
    union = (k for k in (*existing.subject, *subject) if spelling_key(k) not in rejected)
    return iim.missing(existing.iim, (k for k in union if k.strip()))


def _result(
    kind: ResultKind,
    value: str,
    sourced: Sourced[Keyword] | Sourced[Sensitivity],
    when: str,
) -> Result:
    return Result(
        kind=kind,
        value=value,
        confidence=sourced.value.confidence,
        provider=name_of("+".join(s.provider for s in sourced.sources)),
        model=name_of("+".join(s.model for s in sourced.sources)),
        when=when,
    )
