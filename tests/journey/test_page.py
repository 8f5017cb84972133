"""The page of the real daemon, and of `tagbridge review`; who supervises the daemon."""

from __future__ import annotations

import signal
import socket
import struct
import subprocess
import zlib
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.journey.conftest import Daemon, Program

LONG = 60.0
SERVED = {"TAGBRIDGE_WEB__SERVE": "true"}


@pytest.fixture
def review(puppet: Program) -> Iterator[Callable[..., tuple[subprocess.Popen[str], str]]]:
    """Return a function that starts `tagbridge review`, and returns it and what it said first."""
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: str | Path) -> tuple[subprocess.Popen[str], str]:
        process = puppet.start(
            *("review", "--no-browser", *arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        running.append(process)
        assert process.stdout
        return process, process.stdout.readline().strip()

    yield start
    for process in running:
        process.kill()
        process.communicate()


def undecodable(path: Path) -> Path:
    """Write a PNG that is whole, but whose pixels are none."""
    header = struct.pack(">IIBBBBB", 64, 64, 1, 0, 0, 0, 0)
    parts = {b"IHDR": header, b"IDAT": b"these are no pixels", b"IEND": b""}
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts.items()
    ]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    return path


def falls_silent(systemd: socket.socket) -> bool:
    for _ in range(20):  # what was said before
        try:
            systemd.recv(1000)
        except TimeoutError:
            return True
    return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_review_serves_until_a_signal_and_ends_well(
    review: Callable[..., tuple[subprocess.Popen[str], str]], inbox: Path, number: signal.Signals
) -> None:
    inbox.mkdir()
    process, url = review(inbox)
    with httpx.Client() as client:
        assert client.get(url).status_code == 200
        assert client.get(httpx.URL(url).join("/state")).status_code == 200
        process.send_signal(number)
        out, err = process.communicate(timeout=LONG)
    assert (process.returncode, out, err) == (0, "", "")


def test_review_serves_on_a_socket_of_its_user(
    review: Callable[..., tuple[subprocess.Popen[str], str]],
    inbox: Path,
    tmp_path: Path,
    puppet: Program,
) -> None:
    inbox.mkdir()
    path = tmp_path / "page.socket"
    puppet.settings["TAGBRIDGE_WEB__SOCKET"] = str(path)
    process, said = review(inbox)
    assert said.startswith(f"The page is served on {path}; from there it opens with /enter?token=")
    transport = httpx.HTTPTransport(uds=str(path))
    with httpx.Client(transport=transport, base_url="http://localhost:8000") as client:
        assert client.get(said.rpartition(" ")[2]).status_code == 200
        assert client.get("/state").status_code == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(LONG) == 0
    assert not path.exists()


def test_review_says_what_is_wrong(puppet: Program, inbox: Path, tmp_path: Path) -> None:
    ended = puppet.run("review", "--no-browser")
    assert (ended.status, ended.out) == (2, "")
    assert "watch.folders is not set" in ended.err
    ended = puppet.run("review", "--no-browser", tmp_path / "gone")
    assert (ended.status, ended.out) == (2, "")
    assert "there is no " in ended.err
    inbox.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = puppet.run("review", "--no-browser", "--port", str(port), inbox)
        daemon = puppet.run("watch", inbox, env={**SERVED, "TAGBRIDGE_WEB__PORT": str(port)})
    for one in (ended, daemon):
        assert (one.status, one.out) == (2, "")
        assert f"cannot be served on 127.0.0.1, port {port}" in one.err


def test_the_daemon_serves_its_page_and_review_opens_it(
    puppet: Program, watching: Callable[..., Daemon], inbox: Path, draw: Callable[..., Path]
) -> None:
    daemon = watching(puppet, inbox, **SERVED)
    daemon.wait_for("the page is served on http://127.0.0.1:")
    daemon.wait_for_photos(draw(inbox / "a.jpg"))
    first, second = (puppet.run("review", "--no-browser").out.strip() for _ in range(2))
    with httpx.Client() as one, httpx.Client() as other:
        assert one.get(first).status_code == 200
        assert other.get(second).status_code == 403  # it was used up meanwhile
        assert other.get(puppet.run("review", "--no-browser").out.strip()).status_code == 200
        page = other.get(httpx.URL(first).join("/state")).text
        health = other.get(httpx.URL(first).join("/healthz"))
    assert (health.status_code, health.text) == (200, "ok\n")
    assert "Not well" not in page
    assert "1 in the last hour" in page
    tokens = [url.partition("token=")[2] for url in (first, second)]
    assert not [line for line in daemon.lines for token in tokens if token in line]
    assert (puppet.state / "page.json").stat().st_mode & 0o777 == 0o600
    assert daemon.stop() == 0
    assert not (puppet.state / "page.json").exists()


def test_a_daemon_serves_nothing_unless_told(
    puppet: Program, watching: Callable[..., Daemon], inbox: Path
) -> None:
    daemon = watching(puppet, inbox)
    assert daemon.stop() == 0
    assert not daemon.said("the page is served")


def test_a_folder_that_goes_away_is_not_well(
    puppet: Program, watching: Callable[..., Daemon], inbox: Path, tmp_path: Path
) -> None:
    daemon = watching(puppet, inbox, **SERVED)
    daemon.wait_for("the page is served on ")
    inbox.rename(tmp_path / "elsewhere")
    daemon.wait_for("is not there; waiting until it comes")
    url = httpx.URL(puppet.run("review", "--no-browser").out.strip()).join("/healthz")
    with httpx.Client() as stranger:
        health = stranger.get(url)
    assert (health.status_code, health.text) == (503, "1 of 1 watched folders are not there\n")


def test_in_a_browser_a_parked_photo_is_taken_up_again(
    puppet: Program,
    watching: Callable[..., Daemon],
    inbox: Path,
    open_page: Callable[..., Page],
) -> None:
    daemon = watching(puppet, inbox, **SERVED)
    daemon.wait_for("the page is served on ")
    photo = undecodable(inbox / "a.png")
    page = open_page(puppet.run("review", "--no-browser").out.strip())
    page.wait_for_url("**/photos")
    page.get_by_role("link", name="State").click()
    # Nothing is reloaded: the page finds out by itself.
    retry = page.get_by_role("button", name="Retry")
    retry.wait_for()
    assert page.get_by_text(str(photo)).is_visible()
    retry.click()
    page.get_by_text("1 photos are taken up again").wait_for()
    daemon.wait_for(f" parked {photo}: ", times=2)
    assert daemon.stop() == 0


@pytest.mark.parametrize("kind", ["a file", "an abstract name"])
def test_systemd_hears_how_the_daemon_fares(
    puppet: Program, watching: Callable[..., Daemon], inbox: Path, tmp_path: Path, kind: str
) -> None:
    name = str(tmp_path / "notify") if kind == "a file" else f"\0{tmp_path}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(name)
        systemd.settimeout(LONG)
        daemon = watching(
            puppet, inbox, NOTIFY_SOCKET=name.replace("\0", "@"), WATCHDOG_USEC="300000"
        )
        heard: list[str] = []
        while heard.count("WATCHDOG=1") < 3 or "READY=1" not in heard:
            heard += systemd.recv(1000).decode().splitlines()
        assert daemon.stop() == 0
        while "STOPPING=1" not in heard:
            heard += systemd.recv(1000).decode().splitlines()
    assert set(heard) == {
        *("READY=1", "WATCHDOG=1", "STOPPING=1"),
        *("STATUS=all is well", "STATUS=photos on their way arrive"),
    }


def test_a_daemon_that_is_stopped_gives_no_signs_of_life(
    puppet: Program, watching: Callable[..., Daemon], inbox: Path, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(LONG)
        daemon = watching(
            puppet, inbox, NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="300000"
        )
        systemd.recv(1000)
        daemon.process.send_signal(signal.SIGSTOP)
        systemd.settimeout(1.0)  # ten signs of life
        assert falls_silent(systemd)
        daemon.process.send_signal(signal.SIGCONT)
        systemd.settimeout(LONG)
        assert systemd.recv(1000).startswith(b"WATCHDOG=1")
