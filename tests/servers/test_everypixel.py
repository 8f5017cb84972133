"""The local Everypixel takes what its documentation shows, and refuses the rest."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from struct import pack
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge_hooks.testing import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.fixtures.recognition import RecognitionServer

PICTURE = SAMPLES[0].data
DIGITS = sha256(PICTURE).hexdigest()[:8]
FORM = {"data": ("picture.jpg", PICTURE)}
LOGIN = ("me", "open-sesame")
ADDRESS = "https://images.example/photo?crop=entropy&w=400"
GRANT = {"grant_type": "client_credentials"}
CLIENT = {"client_id": LOGIN[0], "client_secret": LOGIN[1]}


def video(seconds: float) -> bytes:
    """Return the headers of an MP4 of this length."""
    movie = pack(">IIIIIII", 108, 0, 0, 0, 0, 1000, int(seconds * 1000)) + bytes(80)
    header = movie[:4] + b"mvhd" + movie[8:]
    return (
        pack(">I4s4sI", 16, b"ftyp", b"isom", 0) + pack(">I4s", 8 + len(header), b"moov") + header
    )


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_picture_can_be_given_by_its_address_encoded_as_a_whole(client: httpx.Client) -> None:
    answer = client.get("/v1/keywords", params={"url": ADDRESS, "num_keywords": 3}, auth=LOGIN)
    assert answer.status_code == 200
    best = answer.json()["keywords"][0]["keyword"]
    assert best == f"v1 {sha256(ADDRESS.encode()).hexdigest()[:8]}"
    assert len(answer.json()["keywords"]) == 3


@pytest.mark.parametrize(
    "query",
    [
        "",
        "url=",
        "url=https://images.example/photo?crop=entropy",
        "url=https://images.example/photo&w=400",
        "url=ftp%3A%2F%2Fimages.example%2Fphoto",
        "url=photo.jpg",
        f"url=https%3A%2F%2Fimages.example%2F{'a' * 2061}",
    ],
)
def test_an_address_that_is_none_is_refused(client: httpx.Client, query: str) -> None:
    answer = client.get(f"/v1/keywords?{query}", auth=LOGIN)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][0] == "query"


def test_an_address_in_a_form_needs_no_more_encoding(client: httpx.Client) -> None:
    for form in ({"data": {"url": ADDRESS}}, {"files": {"url": (None, ADDRESS)}}):
        answer = client.post("/v1/keywords", auth=LOGIN, **form)
        assert answer.status_code == 200


def test_a_picture_that_cannot_be_loaded_is_refused(client: httpx.Client) -> None:
    address = {"url": "https://nowhere.invalid/photo.jpg"}
    answer = client.get("/v1/keywords", params=address, auth=LOGIN)
    assert answer.status_code == 400
    assert answer.json()["status"] == "error"


def test_colours_come_with_their_shares_when_asked_for(client: httpx.Client) -> None:
    wanted = {"colors": "true", "num_colors": "3"}
    colors = client.post("/v1/keywords", params=wanted, files=FORM, auth=LOGIN).json()["colors"]
    assert [sorted(color) for color in colors] == [["hex", "name", "percentage", "rgb"]] * 3
    assert sum(color["percentage"] for color in colors) == pytest.approx(100, abs=0.1)
    assert "colors" not in client.post("/v1/keywords", files=FORM, auth=LOGIN).json()


def test_each_endpoint_has_its_own_form(client: httpx.Client) -> None:
    def told(endpoint: str) -> Any:  # noqa: ANN401 - JSON
        return client.post(f"/v1/{endpoint}", files=FORM, auth=LOGIN).json()

    assert sorted(told("quality")["quality"]) == ["score"]
    assert sorted(told("quality_ugc")["quality"]) == ["class", "score"]
    caption = told("image_captioning")
    assert caption["status"] is True
    assert caption["result"]["caption"].startswith(f"v1 {DIGITS}")
    assert told("faces")["status"] == "ok"


def test_faces_are_boxes_in_pixels_of_the_picture(client: httpx.Client) -> None:
    found = []
    for number in range(8):
        file = {"data": ("p.jpg", PICTURE[:2] + b"\xff\xfe\x00\x03%d" % number + PICTURE[2:])}
        found += client.post("/v1/faces", files=file, auth=LOGIN).json()["faces"]
    assert found
    for face in found:
        left, top, right, bottom = face["bbox"]
        assert 0 <= left < right <= 64
        assert 0 <= top < bottom <= 48
        assert face["class"] == f"Age - {face['age']:.0f}"


@pytest.mark.parametrize(("seconds", "status"), [(4.9, 400), (5, 200), (60, 200), (60.1, 400)])
def test_videos_last_from_five_to_sixty_seconds(
    client: httpx.Client, seconds: float, status: int
) -> None:
    file = {"data": ("video.mp4", video(seconds))}
    answer = client.post("/v1/video_keywords", files=file, auth=LOGIN, params={"type": "dynamic"})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("path", "status", "wrong"),
    [
        ("/v1/video_keywords", 400, {"files": FORM}),
        ("/v1/keywords", 400, {"files": {"data": ("v.mp4", video(10))}}),
        ("/v1/keywords", 422, {"params": {"type": "dynamic"}}),
        ("/v1/keywords", 422, {"params": {"colors": "yes"}}),
        ("/v1/keywords", 422, {"params": {"num_colors": "11"}}),
        ("/v1/keywords", 422, {"params": {"url": ADDRESS}}),
        ("/v1/faces", 422, {"params": {"num_keywords": "5"}}),
        ("/v1/image_captioning", 422, {"params": {"caption_len": "huge"}}),
        ("/v1/keywords/", 404, {}),
        ("/v1/auth/check", 405, {}),
        ("/v1/quality", 401, {"auth": None}),
    ],
)
def test_what_is_not_documented_is_refused(
    client: httpx.Client, path: str, status: int, wrong: dict[str, Any]
) -> None:
    usual: dict[str, Any] = {"files": FORM, "auth": LOGIN}
    assert client.post(path, **(usual | wrong)).status_code == status


@pytest.mark.parametrize(
    "asked",
    [
        {"method": "GET", "params": GRANT | CLIENT},
        {"method": "POST", "params": GRANT | CLIENT},
        {"method": "POST", "data": GRANT | CLIENT},
        {"method": "POST", "data": GRANT, "auth": LOGIN},
        {"method": "GET", "params": GRANT, "auth": LOGIN},
    ],
)
def test_a_token_is_given_in_each_documented_way(
    client: httpx.Client, asked: dict[str, Any]
) -> None:
    answer = client.request(url="/oauth/token", **asked)
    assert answer.status_code == 200
    assert sorted(answer.json()) == ["access_token", "scope", "token_type"]
    header = bearer(answer.json()["access_token"])
    assert client.post("/v1/keywords", files=FORM, headers=header).status_code == 200
    assert client.get("/v1/auth/check", headers=header).json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        (400, {"params": CLIENT}),
        (400, {"params": CLIENT | {"grant_type": "password"}}),
        (400, {"json": GRANT | CLIENT}),
        (401, {"params": GRANT}),
        (401, {"params": GRANT | CLIENT | {"client_secret": "guessed"}}),
        (405, {"method": "PUT", "params": GRANT | CLIENT}),
    ],
)
def test_no_token_for_a_wrong_request(
    recognition_server: Callable[..., RecognitionServer],
    client_of: Callable[[RecognitionServer], httpx.Client],
    status: int,
    asked: dict[str, Any],
) -> None:
    client = client_of(recognition_server("--client-id", LOGIN[0], "--client-secret", LOGIN[1]))
    usual: dict[str, Any] = {"method": "POST", "url": "/oauth/token"}
    assert client.request(**(usual | asked)).status_code == status


def test_tokens_are_at_the_root_of_the_host(client: httpx.Client) -> None:
    answer = client.post("/v1/oauth/token", data=GRANT | CLIENT, auth=LOGIN)
    assert answer.status_code == 404


def test_a_new_token_kills_the_one_before(client: httpx.Client) -> None:
    first, second = (
        client.post("/oauth/token", data=GRANT | CLIENT).json()["access_token"] for _ in range(2)
    )
    assert client.get("/v1/auth/check", headers=bearer(first)).status_code == 401
    assert client.get("/v1/auth/check", headers=bearer(second)).status_code == 200


def test_a_token_expires(
    server: RecognitionServer,
    client: httpx.Client,
    recognition_server: Callable[..., RecognitionServer],
    client_of: Callable[[RecognitionServer], httpx.Client],
) -> None:
    token = client.post("/oauth/token", data=GRANT | CLIENT).json()["access_token"]
    server.control(token="expire")  # noqa: S106 - what to do with it
    assert client.get("/v1/auth/check", headers=bearer(token)).status_code == 401
    hasty = client_of(recognition_server("--token-seconds", "0"))
    token = hasty.post("/oauth/token", data=GRANT | CLIENT).json()["access_token"]
    assert hasty.get("/v1/auth/check", headers=bearer(token)).status_code == 401


def test_a_login_is_no_token(client: httpx.Client) -> None:
    login = b64encode(b"me:open-sesame").decode()
    for header in (bearer("guessed"), bearer(login), {"Authorization": f"basic {login}"}):
        assert client.get("/v1/auth/check", headers=header).status_code == 401
