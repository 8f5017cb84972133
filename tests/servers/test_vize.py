"""The local Vize classifies by trained tasks, and lets them be made as its documentation shows."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tagbridge_hooks.testing import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.conftest import RecognitionServer

    Encoded = Callable[[int], str]

KEY = {"Authorization": "Token key"}
TASK = "0a8c8186-aee8-47c8-9eaf-348103feb14d"
MANY = "0a8c8186-aee8-47c8-9eaf-348103feb14e"
UNKNOWN = "0a8c8186-aee8-47c8-9eaf-348103feb140"
PICTURE = SAMPLES[0].data
SPOKEN = f"vize {sha256(PICTURE).hexdigest()[:8]}"
FILE = {"image_file": ("picture.jpg", PICTURE, "image/jpeg")}


def picture(number: int) -> bytes:
    """Return a picture that differs from the others by a comment within it."""
    return PICTURE[:2] + b"\xff\xfe\x00\x05%03d" % number + PICTURE[2:]


class Manager:
    """Asks the management side."""

    def __init__(self, client: httpx.Client, base: str = "/vize") -> None:
        self._client = client
        self._base = f"{base}/v2/"

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - as httpx takes them
        return self._client.request(method, self._base + path, **({"headers": KEY} | more))

    def made(self, path: str, **more: Any) -> str:  # noqa: ANN401 - as httpx takes them
        """Make something; return its id."""
        answer = self.ask("POST", path, **more)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def upload(self, number: int) -> str:
        return self.made("training-image/", files={"img_path": ("p.jpg", picture(number))})


@pytest.fixture
def manager(client: httpx.Client) -> Manager:
    return Manager(client)


@pytest.fixture
def fresh(
    recognition_server: Callable[..., RecognitionServer],
    client_of: Callable[[RecognitionServer], httpx.Client],
) -> Manager:
    """Return the management of an account where nothing was made."""
    return Manager(client_of(recognition_server()))


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


def test_things_are_made_connected_and_forgotten(manager: Manager) -> None:
    task = manager.made("task/", files={"name": (None, "Trees"), "description": (None, "Demo")})
    assert manager.ask("GET", f"task/{task}/").json()["production_version"] == -1
    label = manager.made("label/", data={"name": "Oak", "task": task})
    assert manager.ask("GET", "label/", params={"task": task}).json()["count"] == 0
    manager.ask("POST", f"task/{task}/add-label/", data={"label_id": label})
    listed = manager.ask("GET", "label/", params={"task": task, "search": "oa"}).json()
    assert [one["id"] for one in listed["results"]] == [label]
    image = manager.upload(1)
    for path in (f"training-image/{image}/add-label", f"training-image/{image}/add-label/"):
        assert manager.ask("POST", path, data={"label_id": label}).status_code == 200
    images = manager.ask("GET", "training-image/", params={"labels": label}).json()
    assert [one["id"] for one in images["results"]] == [image]
    for path in (f"training-image/{image}", f"label/{label}", f"task/{task}/"):
        assert manager.ask("DELETE", path).status_code == 204
        assert manager.ask("GET", path).status_code == 404


def test_a_task_can_be_made_by_json_with_its_type(manager: Manager) -> None:
    asked = {"name": "Moods", "type": "multi_label"}
    assert manager.ask("POST", "task/", json=asked).json()["type"] == "multi_label"
    assert manager.ask("POST", "task/", json=asked | {"type": "mood"}).status_code == 400


def test_a_picture_is_kept_once(fresh: Manager, encoded: Encoded) -> None:
    first = fresh.made("training-image/", json={"base64": encoded(0)})
    again = fresh.ask("POST", "training-image/", files={"img_path": ("p.jpg", PICTURE)})
    assert again.status_code == 400
    assert "already exists" in again.json()["detail"]
    assert first in again.json()["detail"]


def test_lists_come_in_pages(fresh: Manager) -> None:
    names = {f"label & {number}" for number in range(23)}
    for name in sorted(names):
        fresh.made("label/", data={"name": name})
    page = fresh.ask("GET", "label/", params={"search": "label &"}).json()
    found, pages = {one["name"] for one in page["results"]}, 1
    assert (page["count"], page["previous"]) == (23, None)
    while page["next"]:
        page = fresh.ask("GET", "label/", params=dict(_query(page["next"]))).json()
        found |= {one["name"] for one in page["results"]}
        pages += 1
    assert (found, pages) == (names, 3)
    assert fresh.ask("GET", "label/", params={"page": "9"}).status_code == 404


def _query(address: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(address).query)


def test_a_training_needs_two_labels_with_twenty_pictures_each(
    fresh: Manager, encoded: Encoded
) -> None:
    task = fresh.made("task/", data={"name": "Trees"})
    labels = [fresh.made("label/", data={"name": name}) for name in ("Oak", "Elm")]
    classify = {"task_id": task, "records": [{"_base64": encoded(0)}]}
    for number, label in enumerate(labels):
        refused = fresh.ask("POST", f"task/{task}/train/")
        assert (refused.status_code, "2 labels" in refused.json()["detail"]) == (400, True)
        fresh.ask("POST", f"task/{task}/add-label/", data={"label_id": label})
        for picture_number in range(20 * number, 20 * number + 19):
            image = fresh.upload(picture_number)
            fresh.ask("POST", f"training-image/{image}/add-label", data={"label_id": label})
    refused = fresh.ask("POST", f"task/{task}/train/")
    assert (refused.status_code, "20 images" in refused.json()["detail"]) == (400, True)
    for number, label in enumerate(labels):
        image = fresh.upload(20 * number + 19)
        fresh.ask("POST", f"training-image/{image}/add-label", data={"label_id": label})
    assert fresh.ask("POST", "classify", json=classify).status_code == 400
    for version in (1, 2):
        assert fresh.ask("POST", f"task/{task}/train/").status_code == 200
        seen = [fresh.ask("GET", f"task/{task}/").json()["production_version"] for _ in range(4)]
        before = version - 1 or -1
        assert seen == [before, before, version, version]
    told = fresh.ask("POST", "classify", json=classify).json()["records"][0]
    assert {label["name"] for label in told["labels"]} == {"Oak", "Elm"}


@pytest.mark.parametrize(
    ("status", "method", "path", "more"),
    [
        (401, "GET", "task/", {"headers": {}}),
        (401, "GET", "task/", {"headers": {"Authorization": "key"}}),
        (301, "GET", "task", {}),
        (301, "POST", "task", {"data": {"name": "x"}}),
        (301, "POST", f"task/{TASK}/train", {}),
        (405, "GET", f"task/{TASK}/train/", {}),
        (405, "PUT", f"task/{TASK}/", {}),
        (404, "GET", f"task/{UNKNOWN}/", {}),
        (404, "GET", "tasks/", {}),
        (404, "POST", f"task/{TASK}/add-label/", {"data": {"label_id": UNKNOWN}}),
        (400, "POST", f"task/{TASK}/add-label/", {"data": {"label": UNKNOWN}}),
        (400, "POST", "task/", {"data": {"description": "x"}}),
        (400, "POST", "task/", {"data": {"name": "x", "labels": "y"}}),
        (400, "POST", "label/", {"data": {"name": ""}}),
        (400, "GET", "label/", {"params": {"name": "x"}}),
        (400, "POST", "training-image/", {"files": {"image": ("p.jpg", PICTURE)}}),
        (400, "POST", "training-image/", {"files": {"img_path": ("p.jpg", PICTURE[:-9])}}),
        (400, "POST", "training-image/", {"json": {"base64": "%%%"}}),
        (413, "POST", "training-image/", {"files": {"img_path": ("p", bytes(11 * 1024 * 1024))}}),
        (415, "POST", "training-image/", {"content": PICTURE}),
        (400, "POST", "classify", {"json": {"task": TASK, "records": [{"_url": "https://x.y"}]}}),
        (415, "POST", "classify", {"data": {"task_id": TASK}}),
    ],
)
def test_a_wrong_request_is_refused(
    manager: Manager, status: int, method: str, path: str, more: dict[str, Any]
) -> None:
    assert manager.ask(method, path, **more).status_code == status


def test_the_same_management_is_a_part_of_ximilar(client: httpx.Client) -> None:
    elsewhere = Manager(client, "/ximilar/recognition")
    task = elsewhere.made("task/", data={"name": "Trees"})
    assert elsewhere.ask("GET", f"task/{task}/").json()["name"] == "Trees"
    answer = client.post("/ximilar/recognition/v1/classify/", headers=KEY, files=FILE)
    assert answer.status_code == 404
