"""Similar pictures and what is borrowed from them; the first answer is the documented one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_hooks import Keyword, Neighbour
from tagbridge_hooks.testing import SAMPLES
from tagbridge_simages.images import read_neighbours

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition

    Answered = Callable[..., Recognition]
    Wrapped = Callable[[object], bytes]

# The second example of the documentation, with values in the place of its descriptions and the
# body as text in double quotes; three pictures, so that something is seen twice.
SAID: dict[str, Any] = {
    "info": {"url": "https://ternaus.com"},
    "images": [
        {
            "url": "https://images.example/1",
            "score": 0.9,
            "thumbnail_url": "https://thumbnails.example/1.webp",
            "id": "one",
        },
        {
            "url": "https://images.example/2",
            "score": 0.8,
            "thumbnail_url": "https://thumbnails.example/2.webp",
            "id": "two",
        },
        {
            "url": "https://images.example/3",
            "score": 0.7,
            "thumbnail_url": "https://thumbnails.example/3.webp",
            "id": "three",
        },
    ],
    "annotations": [
        {
            "image_id": "three",
            "height": 480,
            "width": 640,
            "annotations": [
                {"name": "dog", "score": 0.5, "box": [10, 20, 300, 400], "category_id": 16}
            ],
        },
        {
            "image_id": "one",
            "height": 600,
            "width": 800,
            "annotations": [
                {"name": "person", "score": 0.9, "box": [1, 2, 30, 40], "category_id": 0},
                {"name": "dog", "score": 0.4, "box": [0, 0, 50, 50], "category_id": 16},
                {"name": "dog", "score": 0.8, "box": [60, 60, 90, 99], "category_id": 16},
            ],
        },
    ],
}


def said(images: object, annotations: object = None) -> dict[str, object]:
    return {"images": images, "annotations": annotations}


def seen(number: int, *names: str) -> dict[str, Any]:
    rows = [{"name": name, "score": 1.0} for name in names]
    return {"image_id": number, "height": 9, "width": 9, "annotations": rows}


def image(number: int, score: object = 1.0) -> dict[str, object]:
    return {"url": f"https://images.example/{number}", "score": score, "id": number}


def test_what_is_seen_in_several_similar_pictures_is_borrowed(
    answered: Answered, wrapped: Wrapped
) -> None:
    recognition = answered(200, wrapped(SAID))
    assert (recognition.provider, recognition.model) == ("simages", "coco_yolov7")
    (dog,) = recognition.keywords
    assert dog.confidence == pytest.approx((0.9 * 0.8 + 0.7 * 0.5) / 3)
    assert dog == Keyword(text="dog", confidence=dog.confidence, language="en", borrowed=True)


def test_what_is_seen_once_is_borrowed_only_on_request(
    answered: Answered, wrapped: Wrapped
) -> None:
    recognition = answered(200, wrapped(SAID), min_images=1)
    assert [word.text for word in recognition.keywords] == ["dog", "person"]
    assert recognition.keywords[1].confidence == pytest.approx(0.9 * 0.9 / 3)
    assert answered(200, wrapped(SAID), min_images=3).keywords == ()


def test_a_body_that_is_an_object_is_as_good_as_text(answered: Answered, wrapped: Wrapped) -> None:
    plain = json.dumps({"statusCode": "200", "body": SAID}).encode()
    assert answered(200, plain) == answered(200, wrapped(SAID))


def test_similar_pictures_are_told_with_what_is_seen_in_them(
    opened: Callable[..., Any], wrapped: Wrapped
) -> None:
    answer = httpx.Response(200, content=wrapped(SAID))
    client = httpx.AsyncClient(transport=httpx.MockTransport(lambda _request: answer))
    first, second = opened(lambda provider: provider.similar(SAMPLES[0], 2), client)
    assert first == Neighbour(
        url="https://images.example/1",
        similarity=0.9,
        thumbnail="https://thumbnails.example/1.webp",
        labels=(Keyword(text="person", confidence=0.9), Keyword(text="dog", confidence=0.8)),
    )
    assert (second.similarity, second.labels) == (0.8, ())


def test_the_most_similar_come_first_and_what_has_no_similarity_last() -> None:
    found = read_neighbours(said([image(1, None), image(2, 0.3), image(3, "0.8"), image(4, 0.0)]))
    assert [one.url[-1] for one in found] == ["3", "2", "4", "1"]
    assert found[-1].similarity is None


def test_ids_belong_together_as_text_and_as_number() -> None:
    (one,) = read_neighbours(said([image(7)], [{**seen(7, "cat"), "image_id": "7"}]))
    assert [label.text for label in one.labels] == ["cat"]


@pytest.mark.parametrize("images", [[], [image(1), image(2)]])
@pytest.mark.parametrize("annotations", [None, [], "none", [None, "x", {"image_id": 1}]])
def test_pictures_in_which_nothing_is_seen_lend_nothing(
    answered: Answered, wrapped: Wrapped, images: object, annotations: object
) -> None:
    assert answered(200, wrapped(said(images, annotations))).keywords == ()


@pytest.mark.parametrize(
    ("score", "similarity"),
    [
        (1, 1.0),
        (1.0000001, 1.0),
        (-0.2, 0.0),
        ("0.75", 0.75),
        (75, 0.75),
        ("75.0", 0.75),
        (1000, 1.0),
        ("high", None),
        (None, None),
        (float("nan"), None),
        (float("inf"), None),
        (True, None),
    ],
)
def test_a_score_is_a_similarity_on_either_scale_or_unknown(
    answered: Answered, wrapped: Wrapped, score: object, similarity: float | None
) -> None:
    (one,) = read_neighbours(said([image(1, score)]))
    assert one.similarity == similarity
    pictures = said([image(1, score), image(2, score)], [seen(1, "dog"), seen(2, "dog")])
    (dog,) = answered(200, wrapped(pictures)).keywords
    assert dog.confidence == (similarity or 0.0)


def test_scores_of_things_may_be_percent_as_well() -> None:
    rows = [{"name": "dog", "score": 80}, {"name": "cat", "score": 1}, {"name": "ant"}]
    (one,) = read_neighbours(said([image(1)], [{"image_id": 1, "annotations": rows}]))
    assert [(k.text, k.confidence) for k in one.labels] == [
        ("dog", 0.8),
        ("cat", 0.01),
        ("ant", None),
    ]


def test_a_broken_row_does_not_cost_the_others(answered: Answered, wrapped: Wrapped) -> None:
    broken: list[object] = [None, 7, "x", [], {}, {"url": " ", "id": 1}, {"url": 3, "score": 1}]
    things: list[object] = [None, "dog", {"score": 1}, {"name": " "}, {"name": 5, "score": 1}]
    whole = [
        {**seen(n, "dog"), "annotations": [*things, {"name": "dog", "score": 1}]} for n in (1, 2)
    ]
    pictures = said([*broken, image(1), image(2)], [*broken, *whole])
    (dog,) = answered(200, wrapped(pictures)).keywords
    assert (dog.text, dog.confidence) == ("dog", 1.0)
