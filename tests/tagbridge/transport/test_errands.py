"""What is free is not counted and not stored, but bounded as everything that leaves."""

from __future__ import annotations

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

import httpx
import pytest

from tagbridge.transport.context import LEASE_SECONDS
from tagbridge.transport.errands import LONGEST_SECONDS
from tagbridge_hooks import FREE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.fixtures.recognition import RecognitionServer
    from tests.tagbridge.transport.conftest import Asking

SECONDS = 0.5


class Slow(BaseHTTPRequestHandler):
    """Sends a byte now and then, and never the last; or a cookie; or a compressed answer."""

    gone = threading.Event()
    cookies: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        self.cookies.append(self.headers["Cookie"])
        self.send_response(200)
        if self.path == "/dripping":
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            try:
                while not self.gone.wait(SECONDS / 10):
                    self.wfile.write(b" ")
            except OSError:
                return
        body = gzip.compress(b'{"remaining": 3}')
        self.send_header("Set-Cookie", "visitor=42; Path=/")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("X-Remaining", "3")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def slow() -> Iterator[str]:
    Slow.gone.clear()
    Slow.cookies.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    Slow.gone.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def cache(recognition_server: Callable[..., RecognitionServer]) -> RecognitionServer:
    return recognition_server("--account", "imagerecognize:key=open-sesame")


def free(asking: Asking, method: str, url: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - arguments of httpx
    async def ask() -> httpx.Response:
        return await asking.client.client.request(method, url, extensions=dict(FREE), **more)

    response: httpx.Response = asking.run(ask())
    return response


def earlier(asking: Asking, server: RecognitionServer, **more: object) -> httpx.Response:
    form = {"apikey": "open-sesame", "type": "cache"}
    return free(asking, "POST", f"{server.url}/imagerecognize/api/v2/", data=form, **more)


def test_an_answer_that_never_ends_is_none(asking: Asking, cache: RecognitionServer) -> None:
    cache.fault("endless", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        earlier(asking, cache)
    assert earlier(asking, cache).status_code == 200


def test_an_answer_that_never_comes_is_none(asking: Asking, cache: RecognitionServer) -> None:
    cache.fault("hang", times=1)
    with pytest.raises(httpx.ReadTimeout):
        earlier(asking, cache, timeout=SECONDS)
    assert earlier(asking, cache).status_code == 200


def test_the_time_limit_is_that_of_the_whole(asking: Asking, slow: str) -> None:
    with pytest.raises(httpx.ReadTimeout):
        free(asking, "GET", f"{slow}/dripping", timeout=SECONDS)


def test_who_sets_no_time_limit_has_ours(asking: Asking, slow: str) -> None:
    response = free(asking, "GET", slow)
    assert set(response.request.extensions["timeout"].values()) == {LONGEST_SECONDS}
    assert LONGEST_SECONDS < LEASE_SECONDS  # or two workers would fetch a token at once
    assert free(asking, "GET", slow, timeout=None).status_code == 200


def test_a_redirect_is_not_followed(asking: Asking, cache: RecognitionServer) -> None:
    cache.fault("redirect", times=1)
    response = earlier(asking, cache, follow_redirects=False)
    assert response.status_code == 307
    assert [note["path"] for note in cache.asked() if "elsewhere" in note["path"]] == []


def test_no_cookie_is_kept(asking: Asking, slow: str) -> None:
    for _ in range(2):
        free(asking, "GET", slow)
    assert Slow.cookies == [None, None]


def test_an_answer_is_whole_and_unpacked_and_has_its_headers(asking: Asking, slow: str) -> None:
    response = free(asking, "GET", slow)
    assert response.json() == {"remaining": 3}
    assert response.headers["x-remaining"] == "3"
