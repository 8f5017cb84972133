"""What is added beside keywords, each kind in a module of its own. Pure: values in, values out.

Whatever has a value, or was written by us before, is decided and left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.metadata.additions.addition import Addition, Part
from tagbridge.metadata.additions.colors import color_keywords, plan_colors
from tagbridge.metadata.additions.faces import plan_faces
from tagbridge.metadata.additions.judgements import plan_judgements
from tagbridge.metadata.additions.objects import plan_objects
from tagbridge.metadata.additions.people import named_people, plan_people
from tagbridge.metadata.additions.rules import DescribeRules
from tagbridge.metadata.additions.sentences import plan_sentences, plan_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagbridge.metadata.existing import Existing
    from tagbridge.rendition.stored import StoredPicture
    from tagbridge_hooks import Person, Sourced, TagSet

__all__ = [
    "Addition",
    "DescribeRules",
    "Part",
    "color_keywords",
    "named_people",
    "plan_additions",
]


def plan_additions(
    existing: Existing,
    tagset: TagSet,
    people: Sequence[Sourced[Person]],
    rules: DescribeRules,
    picture: StoredPicture | None,
    *,
    nsfw_threshold: float,
    when: str,
) -> Iterator[Addition]:
    """Yield everything that is added beside keywords.

    Args:
        existing: What the file says.
        tagset: What was found.
        people: Those with a name, from `named_people`.
        rules: The user's.
        picture: How the picture is stored, or None when that is not known.
        nsfw_threshold: Confidence from which a warning counts.
        when: Time of the write.
    """
    yield from plan_people(existing, people, when)
    strangers = [p for p in tagset.persons if rules.faces and not p.value.name]
    yield from plan_faces(existing, people, strangers, picture, when)
    if rules.object_regions:
        yield from plan_objects(existing, tagset, picture, when)
    yield from plan_sentences(existing, tagset, rules, when)
    if rules.text:
        yield from plan_text(existing, tagset, when)
    if rules.colors:
        yield from plan_colors(existing, tagset, when)
    yield from plan_judgements(existing, tagset, nsfw_threshold, when)
