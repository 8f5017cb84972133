"""Which requests ask the same: not the key, not the encoder, not the boundary make another one."""

from __future__ import annotations

import random
import subprocess
import sys
from base64 import b64encode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import pytest

from tagbridge.transport.fingerprint import fingerprint, repeated

if TYPE_CHECKING:
    from collections.abc import Callable

URL = "https://service.example/v1/keywords"
KEY = 'k/e+y="\\é ü&1'
PICTURE = random.Random(1).randbytes(5000)  # noqa: S311 - no secret
Build = Any  # makes a request of a picture and a key


def upload(picture: bytes, key: str, **more: Any) -> httpx.Request:  # noqa: ANN401 - arguments of httpx
    files = {"data": ("photo.jpg", picture, "image/jpeg")}
    options: dict[str, Any] = {"files": files, "params": {"key": key}, "data": {"n": "5"}, **more}
    return httpx.Request("POST", URL, **options)


def field(picture: bytes, key: str) -> httpx.Request:
    files = {"data": ("photo.jpg", picture, "image/jpeg")}
    return httpx.Request("POST", URL, files=files, data={"key": key})


def form(picture: bytes, key: str) -> httpx.Request:
    return httpx.Request("POST", URL, data={"image": b64encode(picture).decode(), "key": key})


def json(picture: bytes, key: str) -> httpx.Request:
    body = {"image": b64encode(picture).decode(), "auth": {"key": key}}
    return httpx.Request("POST", URL, json=body)


def data_url(picture: bytes, key: str) -> httpx.Request:
    image = "data:image/jpeg;base64," + b64encode(picture).decode()
    return httpx.Request("POST", URL, json={"url": image}, headers={"X-Key": quote(key)})


def urlsafe(picture: bytes, key: str) -> httpx.Request:
    image = urlsafe_b64encode(picture).decode().rstrip("=")
    return httpx.Request("POST", URL, json={"image": image, "key": key})


def raw(picture: bytes, key: str) -> httpx.Request:
    return httpx.Request("POST", URL, content=picture, params={"key": key})


def in_path(picture: bytes, key: str) -> httpx.Request:
    return httpx.Request("POST", f"{URL}/{quote(key, safe='')}/tags", content=picture)


def by_user(picture: bytes, key: str) -> httpx.Request:
    url = httpx.URL(URL).copy_with(username="user", password=key)
    return httpx.Request("POST", url, content=picture)


EVERY_KIND = [upload, field, form, json, data_url, urlsafe, raw, in_path, by_user]


def of(request: httpx.Request, picture: bytes = PICTURE, key: str = KEY) -> bytes:
    request.read()
    return fingerprint(request, picture, (key,))


@pytest.mark.parametrize("build", EVERY_KIND)
def test_the_same_request_is_the_same(build: Build) -> None:
    assert of(build(PICTURE, KEY)) == of(build(PICTURE, KEY))
    assert len(of(build(PICTURE, KEY))) == 16


@pytest.mark.parametrize("build", EVERY_KIND)
def test_another_key_makes_no_other_request(build: Build) -> None:
    assert of(build(PICTURE, KEY)) == of(build(PICTURE, "another"), key="another")


@pytest.mark.parametrize("build", EVERY_KIND)
@pytest.mark.parametrize("size", [5000, 5001, 5002])
def test_another_encoder_makes_no_other_request(build: Build, size: int) -> None:
    other = random.Random(2).randbytes(size)  # noqa: S311 - no secret

    assert of(build(PICTURE, KEY)) == of(build(other, KEY), picture=other)


def test_every_kind_of_request_is_another_one() -> None:
    assert (
        len({of(build(PICTURE, KEY)) for build in EVERY_KIND if build is not by_user})
        == len(EVERY_KIND) - 1
    )


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(lambda: upload(PICTURE, KEY, data={"n": "6"}), id="a field"),
        pytest.param(lambda: upload(PICTURE, KEY, data={"m": "5"}), id="a name"),
        pytest.param(lambda: upload(PICTURE, KEY, data={"n": "5", "m": "1"}), id="one more"),
        pytest.param(lambda: upload(PICTURE, KEY, params={"key": KEY, "lang": "de"}), id="a query"),
        pytest.param(lambda: upload(PICTURE, KEY, files={"data": b"x"}), id="another picture"),
    ],
)
def test_another_option_makes_another_request(other: Callable[[], httpx.Request]) -> None:
    assert of(other()) != of(upload(PICTURE, KEY))


@pytest.mark.parametrize(
    "url",
    [
        "http://service.example/v1/keywords",
        "https://other.example/v1/keywords",
        "https://service.example:8443/v1/keywords",
        "https://service.example/v2/keywords",
        "https://service.example/v1/keywords/",
        "https://service.example/v1%2Fkeywords",
        "https://service.example/v1/keywords?",
        "https://service.example/v1/keywords?a=1%262",
        "https://service.example/v1/keywords?a=1&2",
    ],
)
def test_another_address_makes_another_request(url: str) -> None:
    first = of(httpx.Request("POST", URL, content=PICTURE))

    assert (of(httpx.Request("POST", url, content=PICTURE)) != first) == (not url.endswith("?"))


def test_another_method_makes_another_request() -> None:
    requests = [httpx.Request(method, URL) for method in ("GET", "POST", "PUT", "DELETE")]

    assert len(set(map(of, requests))) == 4


def test_another_prompt_makes_another_request() -> None:
    def asked(prompt: str) -> bytes:
        return of(httpx.Request("POST", URL, json={"prompt": prompt, "key": KEY}))

    assert asked("List keywords") != asked("List nouns")


def test_headers_make_no_difference() -> None:
    plain = httpx.Request("POST", URL, content=PICTURE)
    dressed = httpx.Request("POST", URL, content=PICTURE, headers={"Authorization": "k", "X": "1"})

    assert of(plain) == of(dressed)


def test_parts_do_not_run_into_each_other() -> None:
    first = httpx.Request("POST", URL, params=[("a", "b"), ("c", "d")])
    second = httpx.Request("POST", URL, params=[("a", "bc"), ("", "d")])

    assert of(first) != of(second)


def test_a_secret_that_is_a_part_of_another_is_hidden_with_it() -> None:
    def asked(short: str, long: str) -> bytes:
        request = httpx.Request("POST", URL, data={"id": short, "key": long})
        request.read()
        return fingerprint(request, b"", (short, long))

    assert asked("abc", "abcdef") == asked("xyz", "uvw123")


def test_an_empty_secret_hides_nothing() -> None:
    request = httpx.Request("POST", URL, json={"a": ""})
    request.read()

    assert fingerprint(request, b"", ("",)) == fingerprint(request, b"", ())


def test_a_repeated_request_has_a_fingerprint_of_its_own() -> None:
    first = of(httpx.Request("GET", URL))

    assert repeated(first, 0) == first
    assert len({repeated(first, n) for n in range(10)}) == 10


def test_another_process_finds_the_same_fingerprint() -> None:
    """Whatever its hash seed and its boundary."""
    code = (
        "import httpx, random\n"
        "from tagbridge.transport.fingerprint import fingerprint\n"
        "picture = random.Random(1).randbytes(5000)\n"
        f"request = httpx.Request('POST', {URL!r}, params={{'key': 'new'}}, data={{'n': '5'}},\n"
        "    files={'data': ('photo.jpg', picture, 'image/jpeg')})\n"
        "request.read()\n"
        "print(fingerprint(request, picture, ('new',)).hex())\n"
    )

    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert said.stdout.strip() == of(upload(PICTURE, KEY)).hex()
