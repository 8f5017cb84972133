"""The dominant colours."""

from __future__ import annotations

from tagbridge.metadata.additions import DescribeRules
from tagbridge.metadata.plan import WriteRules, plan_write
from tagbridge_hooks import Color, TagSet
from tests.tagbridge.metadata.additions.planned import WHEN, has, plan, recorded, said


def test_colours_come_from_one_provider_and_only_in_their_proper_form() -> None:
    colors = [("#ffffff", "a"), ("#000000", "b"), ("#00000", "a"), ('"/>', "a")]
    tagset = TagSet(colors=tuple(said(Color(hex=h, fraction=0.5), p) for h, p in colors))

    assert recorded(plan(tagset)) == [("color", "#ffffff")]
    assert plan(tagset, colors=False).is_empty


def test_colours_are_keywords_below_a_level_of_their_own_when_asked() -> None:
    tagset = TagSet(colors=(said(Color(hex="#ff0000", fraction=0.5, name="red")),))
    rules = WriteRules(root="auto", describe=DescribeRules(color_keywords=True))

    found = plan_write(has(), tagset, rules, WHEN)

    assert found.subject == ("red",)
    assert list(found.hierarchies.values()) == [("auto|Colour|red",)]
