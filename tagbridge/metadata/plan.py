"""Decide what is added to a file's metadata. Pure: values in, a plan out.

Additions only. The user's keywords keep their spelling and order, and every list that a program
may prefer is completed, because a partial list hides what stands only in another.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tagbridge.metadata import iim
from tagbridge.metadata.additions import (
    Addition,
    DescribeRules,
    Part,
    named_people,
    plan_additions,
)
from tagbridge.metadata.decisions import Decisions
from tagbridge.metadata.edit import PropertyEdit
from tagbridge.metadata.hierarchies import plan_hierarchies
from tagbridge.metadata.keywords import (
    iim_keywords,
    imported_keywords,
    rejected_keywords,
    wanted_keywords,
)
from tagbridge.metadata.properties import (
    ADULT_CONTENT_WARNING,
    METADATA_DATE,
    RESULTS,
    SUBJECT,
    WARNING_REQUIRED,
    KeywordList,
)
from tagbridge.metadata.results import Result, result_of, results_xml
from tagbridge.metadata.sensitivities import raised
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tagbridge.metadata.existing import Existing
    from tagbridge.rendition.stored import StoredPicture
    from tagbridge_hooks import Keyword, Sourced, TagSet

_NONE = Decisions()
# What is left out, one after the other, where there is no room for everything.
_DISPENSABLE: tuple[Part, ...] = ("text", "regions", "captions", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRules:
    """What the user decided about writing.

    Attributes:
        root: Top level for our hierarchical keywords; empty for none.
        nsfw_threshold: Confidence from which a picture is flagged, 0 to 1.
        nsfw_keyword: Also added to a flagged picture; empty for none.
        blocked: `spelling_key` of words that become no keywords, whoever says them.
        describe: What is written beside keywords.
        translated: Words of other languages, and the keyword that each of them means: who has
            removed one does not want the other.
    """

    root: str = ""
    nsfw_threshold: float = 0.8
    nsfw_keyword: str = ""
    blocked: frozenset[str] = frozenset()
    describe: DescribeRules = field(default_factory=DescribeRules)
    translated: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePlan:
    """What will be added to one file.

    Attributes:
        subject: To `dc:subject`: ours, and the user's that stood only in IPTC-IIM.
        hierarchies: To each hierarchical list, levels joined by its separator.
        iim: To the IPTC-IIM keywords.
        warning: True when `plus:AdultContentWarning` is set.
        results: Our record of the keywords and the warning that are new.
        additions: Everything beside these.
        earlier: Our record of what was written before, with what the user has confirmed since; that
            alone is never a reason to write.
        when: Time of the write, ISO 8601 with the zone.
    """

    subject: tuple[str, ...] = ()
    hierarchies: Mapping[KeywordList, tuple[str, ...]]
    iim: tuple[str, ...] = ()
    warning: bool = False
    results: tuple[Result, ...] = ()
    additions: tuple[Addition, ...] = ()
    earlier: tuple[Result, ...] = ()
    when: str = ""

    @property
    def is_empty(self) -> bool:
        """Return whether the file has everything already."""
        return not self.results and not self.additions

    @property
    def further_edits(self) -> tuple[PropertyEdit, ...]:
        """Return the edits of everything beside keywords and the warning."""
        return tuple(edit for addition in self.additions for edit in addition.edits)

    @property
    def keywords_added(self) -> tuple[str, ...]:
        """Return our keywords that are new in this file."""
        return tuple(r.value for r in self.results if r.kind == "keyword")


def plan_write(
    existing: Existing,
    tagset: TagSet,
    rules: WriteRules,
    when: str,
    picture: StoredPicture | None = None,
    *,
    decisions: Decisions = _NONE,
) -> WritePlan:
    """Return what is to be added to a file that says `existing`.

    Args:
        existing: What it says.
        tagset: What was found.
        rules: The user's.
        when: Time of the write, ISO 8601 with the zone.
        picture: How the picture is stored; None when that is not known, then there are no regions.
        decisions: What people decided about our keywords, in this file or elsewhere.
    """
    describe = rules.describe
    people = named_people(existing, tagset, describe.person_confidence, picture)
    people = people if describe.people else []
    additions = tuple(
        plan_additions(
            *(existing, tagset, people, describe, picture),
            nsfw_threshold=rules.nsfw_threshold,
            when=when,
        )
    )
    wanted = wanted_keywords(tagset, people, rules)
    rejected = rejected_keywords(existing) | decisions.rejected
    rejected |= {rules.translated[key] for key in rejected & rules.translated.keys()}
    plan = _plan_keywords(existing, wanted, rejected, tagset=tagset, rules=rules, when=when)
    plan = replace(
        plan,
        results=_with_confirmed(plan.results, decisions),
        earlier=_with_confirmed(existing.results, decisions),
    )
    return replace(plan, additions=additions, when=when) if additions else plan


def without_room(plan: WritePlan, fits: Callable[[WritePlan], bool]) -> WritePlan:
    """Return as much of a plan as fits; keywords stay in any case."""
    for part in _DISPENSABLE:
        if fits(plan):
            break
        plan = replace(plan, additions=tuple(a for a in plan.additions if a.part != part))
    return plan


def _plan_keywords(
    existing: Existing,
    wanted: list[Sourced[Keyword]],
    rejected: set[str],
    *,
    tagset: TagSet,
    rules: WriteRules,
    when: str,
) -> WritePlan:
    spelling = {spelling_key(k): k.strip() for k in reversed(existing.keywords)}
    present = {form for k in existing.keywords for form in iim.short_forms(k)}
    ours = [k for k in wanted if spelling_key(k.value.text) not in present | rejected]
    hierarchies, paths = plan_hierarchies(existing, wanted, rejected, spelling, rules.root)
    flag = None if _has_warning(existing) else raised(tagset, "nsfw", rules.nsfw_threshold)
    results = (
        *(result_of("keyword", k.value.text, k, when) for k in ours),
        *(result_of("hierarchy", path, k, when) for path, k in paths.items()),
        *([] if flag is None else [result_of("nsfw", WARNING_REQUIRED, flag, when)]),
    )
    if not results:
        return WritePlan(hierarchies={})
    subject = (*imported_keywords(existing, rejected), *(k.value.text for k in ours))
    return WritePlan(
        subject=subject,
        hierarchies=hierarchies,
        iim=iim_keywords(existing, subject, rejected),
        warning=flag is not None,
        results=results,
        when=when,
    )


def edits_of(plan: WritePlan) -> list[PropertyEdit]:
    """Return the edits of the XMP packet that carry out a plan."""
    edits = [PropertyEdit(target=SUBJECT, append=plan.subject)] if plan.subject else []
    edits += [PropertyEdit(target=t, append=items) for t, items in plan.hierarchies.items()]
    if plan.warning:
        edits.append(PropertyEdit(target=ADULT_CONTENT_WARNING, text=WARNING_REQUIRED))
    edits += plan.further_edits
    edits.append(PropertyEdit(target=RESULTS, xml=results_xml(recorded(plan))))
    edits.append(PropertyEdit(target=METADATA_DATE, text=plan.when))
    return edits


def recorded(plan: WritePlan) -> tuple[Result, ...]:
    """Return our record as it stands in a file when a plan was carried out."""
    return (*plan.earlier, *added_by(plan))


def added_by(plan: WritePlan) -> tuple[Result, ...]:
    """Return our records of what a plan adds."""
    further = (result for addition in plan.additions for result in addition.results)
    return (*plan.results, *further)


def _with_confirmed(results: Iterable[Result], decisions: Decisions) -> tuple[Result, ...]:
    """Return records of ours, with what the user has confirmed."""
    return tuple(
        replace(r, confirmed=True)
        if r.kind == "keyword" and spelling_key(r.value) in decisions.confirmed
        else r
        for r in results
    )


def _has_warning(existing: Existing) -> bool:
    """Return whether the warning was decided: by the user, or by us before."""
    return existing.warning is not None or any(r.kind == "nsfw" for r in existing.results)
