"""The local Vize classifies by trained tasks as its documentation shows, and refuses the rest."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge_hooks.testing import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.fixtures.recognition import RecognitionServer

    Encoded = Callable[[int], str]

KEY = {"Authorization": "Token key"}
TASK = "0a8c8186-aee8-47c8-9eaf-348103feb14d"
MANY = "0a8c8186-aee8-47c8-9eaf-348103feb14e"
UNKNOWN = "0a8c8186-aee8-47c8-9eaf-348103feb140"
PICTURE = SAMPLES[0].data
SPOKEN = f"vize {sha256(PICTURE).hexdigest()[:8]}"
FILE = {"image_file": ("picture.jpg", PICTURE, "image/jpeg")}


@pytest.mark.parametrize(
    "form",
    [
        {"files": FILE, "data": {"task": TASK}},
        {"files": {**FILE, "task": (None, TASK)}},
        {"data": {"image_url": "https://images.example/cat.jpg", "task": TASK}},
    ],
)
def test_the_first_version_takes_a_form(client: httpx.Client, form: dict[str, Any]) -> None:
    answer = client.post("/vize/v1/classify/", headers=KEY, **form)
    assert answer.status_code == 200
    told = answer.json()
    assert told["best_label"] == told["labels"][0]
    assert {"label_name", "probability"} <= set(told["best_label"])
    assert sum(label["probability"] for label in told["labels"]) == pytest.approx(1, abs=0.001)
    if "files" in form:
        assert told["best_label"]["label_name"] == SPOKEN


def test_the_first_version_takes_base64(client: httpx.Client, encoded: Encoded) -> None:
    form = {"image_base64": encoded(0), "task": TASK}
    told = client.post("/vize/v1/classify/", headers=KEY, data=form).json()
    assert told["best_label"]["label_name"] == SPOKEN


@pytest.mark.parametrize("path", ["/vize/v2/classify", "/vize/v2/classify/"])
def test_the_second_version_takes_records_and_names_things_differently(
    client: httpx.Client, server: RecognitionServer, encoded: Encoded, path: str
) -> None:
    records = [{"_url": "https://bit.ly/2IymQJv"}, {"_base64": encoded(0)}]
    body = {"task_id": TASK, "version": 2, "descriptor": 0, "records": records}
    answered = client.post(path, headers=KEY, json=body).json()["records"]
    assert answered[1]["best_label"]["name"] == SPOKEN
    assert sorted(answered[1]["best_label"]) == ["id", "name", "prob"]
    assert server.asked("vize")[-1]["charged"] == 2


def test_labels_of_a_task_of_many_do_not_exclude_each_other(
    client: httpx.Client, encoded: Encoded
) -> None:
    body = {"task_id": MANY, "records": [{"_base64": encoded(0)}]}
    told = client.post("/vize/v2/classify", headers=KEY, json=body).json()["records"][0]
    assert sum(label["prob"] for label in told["labels"]) != pytest.approx(1, abs=0.001)


@pytest.mark.parametrize(
    ("status", "wrong"),
    [
        (401, {"headers": {}}),
        (404, {"path": "/vize/v1/classify"}),
        (405, {"method": "GET"}),
        (415, {"files": None, "data": None, "json": {"task": TASK}}),
        (400, {"data": {}}),
        (400, {"data": {"task_id": TASK}}),
        (400, {"data": {"task": TASK, "image_url": "https://x.example"}}),
        (400, {"data": {"task": "mine"}}),
        (404, {"data": {"task": UNKNOWN}}),
        (400, {"files": {"image": ("p.jpg", PICTURE)}}),
        (400, {"files": None, "data": {"task": TASK, "image_url": "https://nowhere.invalid/"}}),
        (400, {"files": {"image_file": ("p.jpg", PICTURE[:-9])}}),
        (400, {"files": {"image_file": ("p.gif", b"GIF89a")}}),
        (400, {"files": {"image_file": (None, PICTURE)}}),
        (413, {"files": {"image_file": ("p.jpg", PICTURE + bytes(10 * 1024 * 1024))}}),
        (400, {"params": {"image": "cat.jpg"}}),
    ],
)
def test_a_wrong_form_is_refused(client: httpx.Client, status: int, wrong: dict[str, Any]) -> None:
    usual: dict[str, Any] = {"method": "POST", "headers": KEY, "files": FILE}
    usual |= {"data": {"task": TASK}} | wrong
    path = usual.pop("path", "/vize/v1/classify/")
    assert client.request(url=path, **usual).status_code == status
