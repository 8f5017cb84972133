"""Keywords of the generic and the fashion service, and objects with their places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tagbridge_hooks import Keyword, MalformedAnswerError, Region

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition

    Answered = Callable[..., Recognition]
    Enveloped = Callable[..., bytes]

FASHION = {"services": ["fashion"]}
LIST = [{"prob": 0.92, "name": "sea", "id": "1"}, {"prob": 0.5, "name": "sky", "id": "2"}]
FEATURES = {
    "Color": [{"prob": 0.8, "name": "red", "id": "3"}, {"prob": 0.3, "name": "pink", "id": "4"}],
    "Sleeves": [{"prob": 0.7, "name": "sleeves long", "id": "5"}],
    "Pattern": [],
}


def test_tags_keep_their_order_confidence_and_language(
    answered: Answered, enveloped: Enveloped
) -> None:
    recognition = answered(200, enveloped({"_tags": LIST}), language="cs")
    assert (recognition.provider, recognition.model) == ("ximilar", "photo-tags-v2")
    assert recognition.keywords == (
        Keyword(text="sea", confidence=0.92, language="cs"),
        Keyword(text="sky", confidence=0.5, language="cs"),
    )


def test_simple_tags_do_not_say_how_sure_they_are(answered: Answered, enveloped: Enveloped) -> None:
    simple = enveloped({"_tags": [{"name": "sea", "id": "1"}]})
    (sea,) = answered(200, simple, tagging_mode="simple").keywords
    assert sea.confidence is None


def test_fashion_tags_stand_below_their_feature(answered: Answered, enveloped: Enveloped) -> None:
    recognition = answered(200, enveloped({"_tags": FEATURES}), **FASHION)
    assert recognition.model == "fashion-tags-v2"
    assert recognition.keywords == (
        Keyword(text="red", confidence=0.8, language="en", broader=("Color",)),
        Keyword(text="pink", confidence=0.3, language="en", broader=("Color",)),
        Keyword(text="sleeves long", confidence=0.7, language="en", broader=("Sleeves",)),
    )


@pytest.mark.parametrize("services", [["tags"], ["fashion"]])
@pytest.mark.parametrize(("said", "count"), [(LIST, 2), (FEATURES, 3)])
def test_either_service_may_answer_in_either_form(
    answered: Answered, enveloped: Enveloped, services: list[str], said: object, count: int
) -> None:
    assert len(answered(200, enveloped({"_tags": said}), services=services).keywords) == count


@pytest.mark.parametrize("said", [[], {}, {"Color": [], "Sleeves": []}])
def test_a_picture_in_which_nothing_is_found_has_an_answer(
    answered: Answered, enveloped: Enveloped, said: object
) -> None:
    assert answered(200, enveloped({"_tags": said})).keywords == ()


def test_objects_have_a_place_in_the_picture_and_their_features_have_none(
    answered: Answered, enveloped: Enveloped
) -> None:
    dress = {"name": "Dress", "id": "6", "bound_box": [16, 12, 48, 36], "prob": 0.9}
    said = {"_objects": [{**dress, "_tags": {"Color": FEATURES["Color"]}}]}
    found = answered(200, enveloped(said), fashion_method="detect_tags", **FASHION).keywords
    place = Region(x=0.25, y=0.25, width=0.5, height=0.5)  # of 64 x 48 pixels
    assert found[0] == Keyword(text="Dress", confidence=0.9, language="en", region=place)
    assert [(k.text, k.broader, k.region) for k in found[1:]] == [
        ("red", ("Color",), None),
        ("pink", ("Color",), None),
    ]


def test_a_box_that_leaves_the_picture_is_cut(answered: Answered, enveloped: Enveloped) -> None:
    said = {"_objects": [{"name": "sea", "bound_box": [-10, "24", 80.5, 60]}]}
    (sea,) = answered(200, enveloped(said)).keywords
    assert sea.region == Region(x=0.0, y=0.5, width=1.0, height=0.5)


@pytest.mark.parametrize(
    "box",
    [
        None,
        7,
        "",
        {},
        [],
        [1, 2, 3],
        [1, 2, 3, 4, 5],
        [1, 2, None, 4],
        [1, 2, "x", 4],
        [1, 2, float("nan"), 4],
        [1, 2, float("inf"), 4],
        [30, 2, 20, 40],
        [30, 20, 30, 40],
        [100, 100, 120, 120],
        [10**400, 2, 30, 40],
    ],
)
def test_an_object_with_a_broken_box_has_no_place(
    answered: Answered, enveloped: Enveloped, box: object
) -> None:
    said = {"_objects": [{"name": "sea", "prob": 0.9, "bound_box": box}]}
    (sea,) = answered(200, enveloped(said)).keywords
    assert (sea.text, sea.region) == ("sea", None)


@pytest.mark.parametrize(
    ("prob", "confidence"),
    [
        (0, 0.0),
        (1.0000001, 1.0),
        (97.5, 0.975),
        (1000, 1.0),
        (-0.2, 0.0),
        ("0.75", 0.75),
        ("high", None),
        (None, None),
        (float("nan"), None),
        (True, None),
        ([0.5], None),
    ],
)
def test_a_probability_is_a_confidence_or_unknown(
    answered: Answered, enveloped: Enveloped, prob: object, confidence: float | None
) -> None:
    (sea,) = answered(200, enveloped({"_tags": [{"name": "sea", "prob": prob}]})).keywords
    assert sea.confidence == confidence


def test_percents_are_told_by_the_highest(answered: Answered, enveloped: Enveloped) -> None:
    rows = {"Color": [{"name": "red", "prob": "90"}], "Cut": [{"name": "wide", "prob": 0.8}]}
    objects = [{"name": "Dress", "prob": 70}, {"name": "Shoe", "prob": 1}]
    found = answered(200, enveloped({"_tags": rows, "_objects": objects})).keywords
    assert [k.confidence for k in found] == pytest.approx([0.9, 0.008, 0.7, 0.01])


BROKEN: list[Any] = [None, 7, "x", [], {}, {"prob": 0.9}, {"name": " "}, {"name": 5, "prob": 1}]


@pytest.mark.parametrize(
    "said",
    [
        {"_tags": [*BROKEN, LIST[0]]},
        {"_tags": {"": BROKEN, "Color": None, "Place": [*BROKEN, LIST[0]]}},
        {"_tags": None, "_objects": [*BROKEN, LIST[0]]},
        {"_tags": BROKEN, "_objects": [{"_tags": [*BROKEN, LIST[0]]}]},
    ],
)
def test_a_broken_row_does_not_cost_the_others(
    answered: Answered, enveloped: Enveloped, said: dict[str, Any]
) -> None:
    assert [k.text for k in answered(200, enveloped(said)).keywords] == ["sea"]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"_tags": None},
        {"_tags": "sea"},
        {"_tags": BROKEN},
        {"_tags": {"Color": "red"}},
        {"_tags": {"Color": BROKEN}},
        {"_tags": [], "_objects": BROKEN},
    ],
)
def test_a_record_without_any_readable_row_is_malformed(
    answered: Answered, enveloped: Enveloped, said: dict[str, Any]
) -> None:
    with pytest.raises(MalformedAnswerError, match=r"ximilar: the (record|tags) "):
        answered(200, enveloped(said))
