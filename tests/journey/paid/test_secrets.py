"""Keys from the settings file are told to the services and to nobody else."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.fixtures.postgresql import Postgres
    from tests.journey.paid.conftest import Album, Customer

CLIENT, SECRET, KEY = "canary-client", 'canary/s\u00e9"cret+', 'canary/k"ey+='
BASIC = b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
PASSWORD = "canary/word+"  # noqa: S105 - it must appear nowhere
PLAIN = (CLIENT, SECRET, KEY, BASIC, PASSWORD)
SPELLINGS = frozenset(
    spelling(key)
    for key in PLAIN
    for spelling in (
        str,
        quote,
        quote_plus,
        partial(quote, safe=""),
        repr,
        lambda key: json.dumps(key)[1:-1],
        lambda key: json.dumps(key, ensure_ascii=False)[1:-1],
        lambda key: b64encode(key.encode()).decode(),
    )
)
WITH_KEYS = ("providers.everypixel.client_secret", "providers.postman.key")
LOUD = Path(__file__).parent / "loud"
SETTINGS = """
[providers.everypixel]
base_url = "{url}/v1"
client_id = {client}
client_secret = {secret}

[providers.postman]
base_url = "{url}"
key = {key}
"""


def shown_by_the_system() -> Iterator[tuple[Path, bytes]]:
    """Yield the command lines and environments of all processes."""
    for process in Path("/proc").iterdir():
        for name in ("cmdline", "environ"):
            try:
                yield process / name, (process / name).read_bytes()
            except OSError:  # it has ended, belongs to somebody else, or is no process
                continue


def betrayers(texts: Iterator[tuple[Path, bytes]]) -> list[tuple[Path, str]]:
    return [(path, s) for path, text in texts for s in SPELLINGS if s.encode() in text]


def files_below(folder: Path) -> Iterator[tuple[Path, bytes]]:
    return ((path, path.read_bytes()) for path in folder.rglob("*") if path.is_file())


def with_a_file(we: Customer, config: Path, more: str = "") -> Customer:
    """Return the customer with keys in a file alone, and with a log of everything."""
    keys = {"client": CLIENT, "secret": SECRET, "key": KEY}
    quoted = {name: json.dumps(key) for name, key in keys.items()}
    config.touch(mode=0o600)
    config.write_text(SETTINGS.format(url=we.service.url, **quoted) + more)
    path = f"{LOUD}:{we.program.settings['PYTHONPATH']}"
    settings = {"TAGBRIDGE_CONFIG": str(config), "PYTHONPATH": path}
    return replace(we, program=replace(we.program, settings=settings))


def test_keys_appear_nowhere(
    customer: Callable[..., Customer],
    album: Album,
) -> None:
    """Not in a log of everything, nor in what is stored, nor in what the system shows of us."""
    we = with_a_file(customer("--latency", "0.5"), album.folder.with_name("config.toml"))
    service = we.service
    daemon = we.watch(album.folder)
    album.add_many(2)
    service.wait_for(4)
    assert we.couriers()
    assert betrayers(shown_by_the_system()) == []
    assert betrayers(files_below(we.program.home)) == []  # its journal is there as well
    we.wait_until_done(album.photos)
    service.stop()
    service.start("--client-id", "another", "--key", "another")  # refuses both
    album.add_many(1)
    we.wait_until_left(waiting=1)
    daemon.wait_for("everypixel is not asked")
    daemon.wait_for("postman is not asked")
    assert betrayers(files_below(we.program.home)) == []
    assert betrayers(files_below(album.folder)) == []
    assert daemon.stop() == 0
    assert daemon.said(" DEBUG ")
    sent = daemon.said("sent a small copy of ", " to 127.0.0.1 for ")
    assert len(sent) == len(service.arrived())
    said = "\n".join(daemon.lines)
    for command in (("status",), ("status", "--json"), ("ledger", "export", "-"), ("providers",)):
        ended = we.program.run(*command)
        assert ended.status == 0, ended.err
        said += ended.out + ended.err
    assert betrayers(iter([(Path("output"), said.encode())])) == []
    assert betrayers(files_below(we.program.home)) == []


def test_a_file_that_others_can_read_is_refused_before_anything_is_sent(
    customer: Callable[..., Customer], album: Album
) -> None:
    config = album.folder.with_name("config.toml")
    we = with_a_file(customer(), config)
    config.chmod(0o640)
    album.add_many(1)
    for command in (("tag", album.folder), ("watch", album.folder), ("providers",), ("status",)):
        ended = we.program.run(*command)
        assert (ended.status, ended.out) == (2, "")
        assert f"holds {', '.join(WITH_KEYS)}, but others can read it (mode 0640)" in ended.err
        assert f"chmod 600 {config}" in ended.err
        assert betrayers(iter([(Path("output"), ended.err.encode())])) == []
    assert we.service.arrived() == []


def test_the_password_of_the_database_appears_nowhere(
    customer: Callable[..., Customer], album: Album, postgres: Postgres
) -> None:
    """Neither while it works nor when it cannot be reached."""
    url = postgres.database().replace("@", f":{quote(PASSWORD, safe='')}@")
    config = album.folder.with_name("config.toml")
    we = with_a_file(customer(), config, f'[engine]\ndatabase = "{url}"\n')
    daemon = we.watch(album.folder)
    album.add_many(1)
    daemon.wait_for_photos(*album.photos)
    assert we.couriers()
    assert betrayers(shown_by_the_system()) == []
    assert daemon.stop() == 0
    assert daemon.said(" DEBUG ")
    said = "\n".join(daemon.lines)
    config.write_text(config.read_text().replace(url, f"{url}-that-is-not-there"))
    for command in (("status",), ("tag", album.folder)):
        ended = we.program.run(*command)
        assert ended.status != 0
        said += ended.out + ended.err
    assert betrayers(iter([(Path("output"), said.encode())])) == []
    assert betrayers(files_below(we.program.home)) == []
