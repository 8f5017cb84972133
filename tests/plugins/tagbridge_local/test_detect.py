from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tagbridge_hooks import Region
from tagbridge_local.boxes import overlaps, region, strongest
from tagbridge_local.detect import decode_boxes, detections
from tagbridge_local.faces import decode_faces, fitted

if TYPE_CHECKING:
    from numpy.typing import NDArray


def floats(*rows: tuple[float, ...]) -> NDArray[np.float32]:
    return np.array(rows, np.float32)


# An anchor: centre from the top, centre from the left, height, width.
ANCHOR = (0.5, 0.4, 0.2, 0.4)


def test_a_box_without_correction_is_its_anchor() -> None:
    box = decode_boxes(floats((0, 0, 0, 0)), floats(ANCHOR))

    assert box[0].tolist() == pytest.approx([0.2, 0.4, 0.6, 0.6])


def test_a_correction_of_ten_moves_a_box_by_one_anchor() -> None:
    box = decode_boxes(floats((10, 0, 0, 0), (0, 10, 0, 0)), floats(ANCHOR, ANCHOR))

    assert box[0].tolist() == pytest.approx([0.2, 0.6, 0.6, 0.8]), "down by the height"
    assert box[1].tolist() == pytest.approx([0.6, 0.4, 1.0, 0.6]), "right by the width"


def test_a_correction_of_five_grows_an_edge_by_e() -> None:
    tall, wide = decode_boxes(floats((0, 0, 5, 0), (0, 0, 0, 5)), floats(ANCHOR, ANCHOR))

    assert tall[3] - tall[1] == pytest.approx(0.2 * np.e)
    assert tall[2] - tall[0] == pytest.approx(0.4)
    assert wide[2] - wide[0] == pytest.approx(0.4 * np.e)


def test_a_box_that_means_nothing_stays_finite() -> None:
    assert np.isfinite(decode_boxes(floats((0, 0, 1e6, 1e6)), floats(ANCHOR))).all()


def test_overlap_is_intersection_over_union() -> None:
    box = floats((0, 0, 2, 2))[0]
    others = floats((0, 0, 2, 2), (1, 0, 3, 2), (2, 2, 3, 3), (1, 1, 1, 1))

    assert overlaps(box, others).tolist() == pytest.approx([1.0, 1 / 3, 0.0, 0.0])


def test_a_box_without_area_overlaps_nothing_not_even_itself() -> None:
    dot = floats((1, 1, 1, 1))

    assert overlaps(dot[0], dot).tolist() == [0.0]


def test_of_boxes_on_one_thing_the_best_is_kept() -> None:
    boxes = floats((0, 0, 10, 10), (1, 0, 11, 10), (20, 20, 30, 30))
    confidences = np.array([0.6, 0.9, 0.7], np.float32)

    assert strongest(boxes, confidences, 0.6) == [1, 2]


def test_boxes_that_overlap_little_are_different_things() -> None:
    boxes = floats((0, 0, 10, 10), (5, 0, 15, 10))

    assert strongest(boxes, np.array([0.8, 0.9], np.float32), 0.6) == [1, 0]


def test_of_no_boxes_none_is_kept() -> None:
    assert strongest(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), 0.6) == []


def test_things_of_different_kinds_may_share_a_place() -> None:
    boxes = floats((0, 0, 0.5, 0.5), (0, 0, 0.5, 0.5), (0.5, 0.5, 1, 1))
    confidences = floats((0.9, 0.8, 0.5), (0.9, 0.7, 0.6), (0.9, 0.1, 0.3))

    found = detections(boxes, confidences)

    assert [(one.kind, round(one.confidence, 2)) for one in found] == [(1, 0.8), (2, 0.6)]
    assert found[0].region == Region(x=0, y=0, width=0.5, height=0.5)


def test_a_picture_without_things_has_no_detections() -> None:
    assert detections(floats((0, 0, 1, 1)), floats((0.99, 0.1, 0.2))) == ()


def test_a_region_ends_where_the_picture_ends() -> None:
    cut = region(floats((-0.5, 0.25, 1.5, 0.75))[0])

    assert cut == Region(x=0, y=0.25, width=1, height=0.5)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((640, 480), (640, 480)),
        ((300, 600), (320, 640)),
        ((1, 1), (640, 640)),
        ((9000, 1), (640, 1)),
    ],
)
def test_the_face_finder_sees_the_whole_picture(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert fitted(size) == expected


def test_a_face_is_decoded_at_the_point_where_the_model_saw_it() -> None:
    outputs = {}
    for stride in (8, 16, 32):
        points = (640 // stride) ** 2
        outputs[f"cls_{stride}"] = np.zeros((1, points, 1), np.float32)
        outputs[f"obj_{stride}"] = np.zeros((1, points, 1), np.float32)
        outputs[f"bbox_{stride}"] = np.zeros((1, points, 4), np.float32)
    row, column = 3, 5
    seen = row * 20 + column
    outputs["cls_32"][0, seen] = outputs["obj_32"][0, seen] = 0.9
    outputs["bbox_32"][0, seen] = (0.5, 0.25, np.log(2), np.log(4))

    boxes, confidences = decode_faces(outputs)

    assert confidences.tolist() == pytest.approx([0.9])
    centre, width, height = (5.5 * 32, 3.25 * 32), 64, 128
    assert boxes[0].tolist() == pytest.approx(
        [
            centre[0] - width / 2,
            centre[1] - height / 2,
            centre[0] + width / 2,
            centre[1] + height / 2,
        ]
    )
