"""What leaves reaches whom it is for: encrypted, by name, and nobody they point to."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_hooks import FREE, AccountError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.tagbridge.transport.conftest import Asking

WAYS: dict[str, dict[str, Any]] = {"paid": {}, "free": {"extensions": FREE}}
PUBLIC = ["http://api.example.com/v1", "http://8.8.8.8", "http://[::ffff:8.8.8.8]", "http://1.1"]
REDIRECTS = [301, 302, 303, 307, 308]
# What switches the checks off in other programs and other versions.
SWITCHES = ("PYTHONHTTPSVERIFY", "SSL_VERIFY", "HTTPX_VERIFY", "NODE_TLS_REJECT_UNAUTHORIZED")


class Server(ThreadingHTTPServer):
    """A service, with a certificate or without.

    Attributes:
        asked: The paths of the requests that arrived.
        location: Where it sends its callers.
    """

    def __init__(self, certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.asked: list[str] = []
        self.location = ""
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if certificate else None
        if self._context and certificate:
            self._context.load_cert_chain(certificate)

    def get_request(self) -> tuple[Any, Any]:
        connection, address = super().get_request()
        if self._context:
            connection = self._context.wrap_socket(connection, server_side=True)
        return connection, address


class Answering(BaseHTTPRequestHandler):
    """Answers `/307` with that status."""

    server: Server

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(int(self.path.strip("/")))
        self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Keep the output of the tests clean."""


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[Server]:
    with Server(certificate) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a certificate for `localhost` with its key; nobody vouches for it."""
    if not shutil.which("openssl"):
        pytest.skip("needs openssl: apt-get install openssl")
    file = tmp_path_factory.mktemp("certificate") / "both.pem"
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    whom = ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    whom += ["-addext", "keyUsage=critical,digitalSignature,keyCertSign"]  # or it is no authority
    files = ["-keyout", str(file), "-out", str(file.with_suffix(".crt"))]
    command = ["openssl", "req", *kind, *whom, *files]
    subprocess.run(command, check=True, capture_output=True)
    with file.open("ab") as both:
        both.write(file.with_suffix(".crt").read_bytes())
    return file


@pytest.fixture
def hosted(certificate: Path) -> Iterator[Server]:
    with serving(certificate) as server:
        yield server


def refusal(asking: Asking, url: str, **request: Any) -> tuple[Exception | None, int]:  # noqa: ANN401 - as for httpx
    """Return the error that a request ended with, and how many were sent."""
    question = asking.question("one", ("a-secret-key",))
    headers = {"X-Key": "a-secret-key"}
    heard = asking.run(asking.hear(url, question, "one", content=b"?", headers=headers, **request))
    return heard.error, question.network_calls


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("url", PUBLIC)
def test_nothing_goes_to_a_public_host_in_plain_text(url: str, way: str, asking: Asking) -> None:
    error, sent = refusal(asking, url, **WAYS[way])

    assert isinstance(error, AccountError)
    assert f"known: {httpx.URL(url).host} is a public host: use https" in str(error)
    assert (sent, asking.courier.pid) == (0, None)


@pytest.mark.parametrize("way", WAYS)
def test_whom_nobody_vouches_for_is_sent_nothing(
    way: str, asking: Asking, hosted: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in SWITCHES:
        monkeypatch.setenv(name, "0")

    error, sent = refusal(asking, f"https://localhost:{hosted.server_port}/200", **WAYS[way])

    assert isinstance(error, httpx.ConnectError)
    assert (sent, hosted.asked) == (0, [])


@pytest.mark.parametrize("way", WAYS)
def test_whom_the_user_vouches_for_is_reached_under_that_name_alone(
    way: str,
    asking: Asking,
    hosted: Server,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    error, _ = refusal(asking, f"https://127.0.0.1:{hosted.server_port}/200", **WAYS[way])
    assert isinstance(error, httpx.ConnectError)
    assert hosted.asked == []

    assert refusal(asking, f"https://localhost:{hosted.server_port}/200", **WAYS[way])[0] is None
    assert hosted.asked == ["/200"]


@pytest.mark.parametrize("way", WAYS)
def test_no_redirect_is_followed_even_if_a_plugin_wants_to(way: str, asking: Asking) -> None:
    """The key would go along to whomever the service names."""
    with serving() as first, serving() as second:
        for status in REDIRECTS:
            for target in (first, second):
                first.location = f"http://127.0.0.1:{target.server_port}/200"
                picture = f"{status} {target.server_port}"
                url = f"http://127.0.0.1:{first.server_port}/{status}"
                request = {"content": b"?", "headers": {"X-Key": "a-secret-key"}, **WAYS[way]}
                question = asking.question(picture, ("a-secret-key",))

                heard = asking.run(
                    asking.hear(url, question, picture, follow_redirects=True, **request)
                )

                assert heard.status == status
        assert first.asked == [f"/{status}" for status in REDIRECTS for _ in (first, second)]
        assert second.asked == []
