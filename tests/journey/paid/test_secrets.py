"""Keys from the settings file are told to the services and to nobody else."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.journey.paid.conftest import Album, Customer

CANARIES = ("canary-client", "canary-secret", "canary-key")
BASIC = b64encode(b"canary-client:canary-secret").decode()
SETTINGS = """
[providers.everypixel]
base_url = "{url}/v1"
client_id = "canary-client"
client_secret = "canary-secret"

[providers.postman]
base_url = "{url}"
key = "canary-key"
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
    secrets = (*CANARIES, BASIC)
    return [(path, s) for path, text in texts for s in secrets if s.encode() in text]


def files_below(folder: Path) -> Iterator[tuple[Path, bytes]]:
    return ((path, path.read_bytes()) for path in folder.rglob("*") if path.is_file())


def test_keys_appear_nowhere(
    customer: Callable[..., Customer],
    album: Album,
) -> None:
    we = customer("--latency", "0.5")
    service = we.service
    config = album.folder.with_name("config.toml")
    config.touch(mode=0o600)
    config.write_text(SETTINGS.format(url=service.url))
    settings = {"TAGBRIDGE_CONFIG": str(config), "PYTHONPATH": we.program.settings["PYTHONPATH"]}
    we = replace(we, program=replace(we.program, settings=settings))
    daemon = we.watch(album.folder)
    album.add_many(2)
    service.wait_for(4)
    assert we.couriers()
    assert betrayers(shown_by_the_system()) == []
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
    said = "\n".join(daemon.lines)
    for command in (("status",), ("status", "--json"), ("ledger", "export", "-"), ("providers",)):
        ended = we.program.run(*command)
        assert ended.status == 0, ended.err
        said += ended.out + ended.err
    assert betrayers(iter([(Path("output"), said.encode())])) == []
    assert betrayers(files_below(we.program.home)) == []
