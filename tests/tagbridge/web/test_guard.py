"""Nobody else gets in: hostile requests to a real server, each refused."""

from __future__ import annotations

import logging
import socket
from typing import TYPE_CHECKING, Protocol

import httpx
import pytest

from tagbridge.web.guard.decide import MOST_BODY_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tagbridge.web.serving import Serving

    Serve = Callable[..., "Served"]

REBOUND = "photos.attacker.example"


class Served(Protocol):
    serving: Serving
    address: str
    port: int

    def client(self) -> httpx.Client: ...
    def guest(self) -> AbstractContextManager[httpx.Client]: ...


@pytest.fixture(scope="module")
def served(served_for_all: Served) -> Served:
    return served_for_all


def raw(served: Served, request: str) -> str:
    """Return the answer to a request as it is typed here: httpx would mend it."""
    with socket.create_connection(("127.0.0.1", served.port), 60) as connection:
        connection.sendall(request.replace("\n", "\r\n").encode("latin-1"))
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode("latin-1")


def entrance_of(served: Served) -> str:
    return f"/enter?token={served.serving.door.token}"


def cookie_of(client: httpx.Client) -> str:
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def test_who_has_opened_the_address_is_in(served: Served) -> None:
    with served.guest() as guest:
        assert guest.get("/state").status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        pytest.param(f"{REBOUND}:PORT", id="the name of somebody else"),
        pytest.param("127.0.0.1:1", id="another port"),
        pytest.param("127.0.0.1", id="no port"),
        pytest.param("127.0.0.2:PORT", id="another address of this machine"),
        pytest.param("127.1:PORT", id="the address written in short"),
        pytest.param("0x7f000001:PORT", id="the address as one number"),
        pytest.param("[::ffff:127.0.0.1]:PORT", id="the address in another family"),
        pytest.param("localhost.attacker.example:PORT", id="a name that begins like ours"),
        pytest.param("localhost:PORT@attacker.example", id="ours as the user of another"),
        pytest.param("", id="an empty name"),
    ],
)
def test_another_host_is_refused(served: Served, host: str) -> None:
    with served.guest() as guest:
        refused = guest.get("/state", headers={"Host": host.replace("PORT", str(served.port))})
    assert refused.status_code == 421


def test_localhost_is_our_name_as_well(served: Served) -> None:
    with served.guest() as guest:
        answer = guest.get("/state", headers={"Host": f"LocalHost:{served.port}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(("version", "status"), [("1.0", 421), ("1.1", 400)])
def test_a_missing_host_is_refused(served: Served, version: str, status: int) -> None:
    with served.guest() as guest:
        request = f"GET /state HTTP/{version}\nCookie: {cookie_of(guest)}\n\n"
    assert raw(served, request).startswith(f"HTTP/1.1 {status} ")


def test_two_hosts_are_refused(served: Served) -> None:
    ours = f"Host: 127.0.0.1:{served.port}"
    with served.guest() as guest:
        request = f"GET /state HTTP/1.1\n{ours}\nHost: {REBOUND}\nCookie: {cookie_of(guest)}\n\n"
    assert raw(served, request).startswith("HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Origin": f"http://{REBOUND}"}, id="a foreign origin"),
        pytest.param({"Origin": "null"}, id="the origin null"),
        pytest.param({"Origin": "http://127.0.0.1:1"}, id="another port of this machine"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, id="another site, says the browser"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, id="another page of this machine"),
        pytest.param({"Sec-Fetch-Site": "none"}, id="nobody's page"),
        pytest.param({"Origin": "", "Sec-Fetch-Site": ""}, id="both empty"),
    ],
)
def test_a_change_asked_by_another_page_is_refused(served: Served, headers: dict[str, str]) -> None:
    with served.guest() as guest:
        refused = guest.post("/state/retry", headers=headers)
    assert refused.status_code == 403


def test_a_change_that_does_not_say_where_it_comes_from_is_refused(served: Served) -> None:
    with served.guest() as guest:
        del guest.headers["Origin"], guest.headers["Sec-Fetch-Site"]
        assert guest.post("/state/retry").status_code == 403


def test_another_page_can_embed_nothing(served: Served) -> None:
    with served.guest() as guest:
        embedded = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"}
        assert guest.get("/static/icon.svg", headers=embedded).status_code == 403


def test_a_link_may_lead_here(served: Served) -> None:
    with served.guest() as guest:
        link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
        assert guest.get("/state", headers=link).status_code == 200


@pytest.mark.parametrize("path", ["/", "/state", "/static/base.css", "/nowhere"])
def test_nothing_is_shown_without_the_cookie(served: Served, path: str) -> None:
    with served.client() as stranger:
        assert stranger.get(path).status_code == 403


def test_a_cookie_of_another_run_is_refused(serve: Serve) -> None:
    first, second = serve(), serve()
    with first.guest() as guest, second.client() as stranger:
        (value,) = guest.cookies.values()
        stranger.cookies.set(f"tagbridge-{second.port}", value)
        assert stranger.get("/state").status_code == 403


def test_a_token_opens_once(served: Served) -> None:
    url = served.serving.opening
    with served.client() as first, served.client() as second:
        assert first.get(url).status_code == 200
        assert second.get(url).status_code == 403
        assert second.get("/state").status_code == 403
        assert first.get("/state").status_code == 200


@pytest.mark.parametrize(
    "query", ["", "?token=", "?token=wrong", "?token=%00", "?token=%ff%fe", "?token=a&token=b"]
)
def test_a_wrong_token_opens_nothing_and_uses_up_nothing(served: Served, query: str) -> None:
    right = served.serving.opening
    with served.client() as stranger:
        assert stranger.get(f"/enter{query}").status_code == 403
        assert stranger.get(right).status_code == 200


def test_a_browser_that_looks_ahead_uses_up_nothing(served: Served) -> None:
    url = served.serving.opening
    with served.client() as browser:
        assert browser.get(url, headers={"Sec-Purpose": "prefetch;prerender"}).status_code == 403
        assert browser.head(url).status_code == 403
        assert browser.get(url).status_code == 200


def test_only_opening_the_address_uses_up_the_token(served: Served) -> None:
    with served.guest() as guest:
        url = served.serving.opening
        guest.head(url)
        guest.post(url)
    with served.client() as other:
        assert other.get(url).status_code == 200


def test_the_cookie_is_for_this_page_alone(served: Served) -> None:
    with served.client() as guest:
        said = guest.get(served.serving.opening).headers["set-cookie"].lower()
    assert said.startswith(f"tagbridge-{served.port}=")
    assert {"httponly", "samesite=strict", "path=/"} <= set(said.split("; "))


def test_a_get_changes_nothing(served: Served) -> None:
    with served.guest() as guest:
        assert guest.get("/state/retry").status_code == 405


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "CONNECT", "ODD"])
def test_other_methods_are_refused(served: Served, method: str) -> None:
    with served.guest() as guest:
        assert guest.request(method, "/state").status_code == 405


@pytest.mark.parametrize(
    "target",
    [
        "/static/../../../pyproject.toml",
        "/static/..%2f..%2f..%2fpyproject.toml",
        "/static/%2e%2e/%2e%2e/%2e%2e/pyproject.toml",
        "/static/%252e%252e/%252e%252e/pyproject.toml",
        "/static/..%5c..%5cpyproject.toml",
        "/static/base.css%00.png",
        "/static//etc/passwd",
        "/static/%2fetc/passwd",
        "//etc/passwd",
        "/%c0%ae%c0%ae/etc/passwd",
        "http://127.0.0.1/etc/passwd",
        "file:///etc/passwd",
    ],
)
def test_a_path_that_leads_out_is_refused(served: Served, target: str) -> None:
    with served.guest() as guest:
        head = f"Host: 127.0.0.1:{served.port}\nCookie: {cookie_of(guest)}\nConnection: close"
        answer = raw(served, f"GET {target} HTTP/1.1\n{head}\n\n")
    assert answer.startswith(("HTTP/1.1 400 ", "HTTP/1.1 404 "))
    assert "root:" not in answer
    assert "[project]" not in answer


def test_a_body_that_is_too_large_is_refused_before_it_is_read(served: Served) -> None:
    with served.guest() as guest:
        head = (
            f"Host: 127.0.0.1:{served.port}\nOrigin: {served.address}\n"
            f"Cookie: {cookie_of(guest)}\nContent-Length: {MOST_BODY_BYTES + 1}"
        )
        answer = raw(served, f"POST /state/retry HTTP/1.1\n{head}\n\n")
    assert answer.startswith("HTTP/1.1 413 ")


def test_a_body_that_does_not_say_its_size_is_bounded(served: Served) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(17):
            yield bytes(MOST_BODY_BYTES // 16)

    with served.guest() as guest:
        try:
            status = guest.post("/state/retry", content=parts()).status_code
        except (httpx.WriteError, httpx.ReadError):  # it has answered and hung up
            status = 413
    assert status == 413


def test_a_head_without_end_is_refused(served: Served) -> None:
    assert raw(served, f"GET / HTTP/1.1\nX: {'x' * 100_000}").startswith("HTTP/1.1 400 ")


@pytest.mark.parametrize("path", ["/state", "/static/base.css", "/nowhere", "/enter"])
def test_every_answer_says_what_the_browser_may_do(served: Served, path: str) -> None:
    with served.guest() as guest:
        headers = guest.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


def test_the_token_is_in_no_log(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("uvicorn", "uvicorn.access", "uvicorn.error", "uvicorn.asgi"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    token = served.serving.door.token
    with served.client() as guest, httpx.Client() as other:
        guest.get(served.serving.opening)
        other.get(f"{served.address}/enter?token={token}")
    ours = [record for record in caplog.records if not record.name.startswith("http")]
    assert not [record for record in ours if token in record.getMessage()]


def test_a_name_that_the_settings_give_is_ours(serve: Serve) -> None:
    served = serve(names=["Photos.example"])
    with served.guest() as guest:
        for host in ("photos.example", f"photos.example:{served.port}"):
            assert guest.get("/state", headers={"Host": host}).status_code == 200
        assert guest.get("/state", headers={"Host": "photos.example:1"}).status_code == 421


@pytest.mark.parametrize("host", ["::1", "localhost"])
def test_other_addresses_of_this_machine_serve_as_well(serve: Serve, host: str) -> None:
    with serve(host=host).guest() as guest:
        assert guest.get("/state").status_code == 200


def test_every_address_is_reached_under_the_names_of_this_machine(serve: Serve) -> None:
    served = serve(host="0.0.0.0", allow_remote=True)  # noqa: S104 - that is what is tried
    assert served.address.startswith("http://127.0.0.1:")
    with served.guest() as guest:
        assert guest.get("/state").status_code == 200
        other = guest.get("/state", headers={"Host": f"0.0.0.0:{served.port}"})
    assert other.status_code == 421


def test_a_unix_socket_is_for_its_owner(serve: Serve, tmp_path: Path) -> None:
    path = tmp_path / "page.socket"
    served = serve(socket=str(path))
    assert path.stat().st_mode & 0o777 == 0o600
    transport = httpx.HTTPTransport(uds=str(path))
    with httpx.Client(transport=transport, base_url="http://localhost:8000") as client:
        assert client.get("/state").status_code == 403
        assert client.get(entrance_of(served)).status_code == 200
        assert client.get("/state").status_code == 200
        assert client.get("/state", headers={"Host": REBOUND}).status_code == 421


def test_the_socket_of_a_process_that_was_killed_is_taken_over(
    serve: Serve, tmp_path: Path
) -> None:
    path = tmp_path / "page.socket"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as dead:
        dead.bind(str(path))
    served = serve(socket=str(path))
    transport = httpx.HTTPTransport(uds=str(path))
    with httpx.Client(transport=transport, base_url="http://localhost") as client:
        assert client.get(entrance_of(served)).status_code == 200
