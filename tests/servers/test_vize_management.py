"""The local Vize lets tasks be made and trained as its documentation shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tagbridge_hooks.testing import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.fixtures.recognition import RecognitionServer

    Encoded = Callable[[int], str]

KEY = {"Authorization": "Token key"}
TASK = "0a8c8186-aee8-47c8-9eaf-348103feb14d"
UNKNOWN = "0a8c8186-aee8-47c8-9eaf-348103feb140"
PICTURE = SAMPLES[0].data
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
