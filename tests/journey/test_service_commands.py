"""What the services' plugins can do besides recognizing, as a user meets it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.fixtures.recognition import RecognitionServer
    from tests.journey.conftest import Program

COMMANDS = [
    ("everypixel", "url"),
    ("imagerecognize", "cache"),
    *(("vize", name) for name in ("tasks", "labels", "upload", "train", "status")),
]
LONG = 60.0  # seconds; bounds a wait that would otherwise hang, and is never reached
QUOTA = 6  # of imagerecognize, where a photo costs two


@pytest.fixture(scope="module")
def server(recognition_server: Callable[..., RecognitionServer]) -> RecognitionServer:
    limited = f"imagerecognize:key=sesame:quota={QUOTA}"
    return recognition_server("--client-secret", "sesame", "--account", limited)


@pytest.fixture
def ours(tmp_path: Path, program: Callable[[Path], Program], server: RecognitionServer) -> Program:
    given = {
        "EVERYPIXEL__BASE_URL": f"{server.url}/v1",
        "EVERYPIXEL__CLIENT_ID": "us",
        "EVERYPIXEL__CLIENT_SECRET": "sesame",
        "IMAGERECOGNIZE__BASE_URL": f"{server.url}/imagerecognize/api/v2/",
        "IMAGERECOGNIZE__API_KEY": "sesame",
        "VIZE__API_TOKEN": "sesame",
    }
    settings = {f"TAGBRIDGE_PROVIDERS__{name}": value for name, value in given.items()}
    server.log.write_text("")  # each test counts its own
    server.control(day="next")
    return replace(program(tmp_path / "home"), settings=settings)


def test_every_command_explains_itself_under_the_name_that_is_typed(ours: Program) -> None:
    rows = ours.run("providers", "--json").rows
    found = [row for row in rows if row["distribution"] == "tagbridge"]
    assert sorted((row["plugin"], c) for row in found for c in row["commands"]) == sorted(COMMANDS)
    for plugin, command in COMMANDS:
        ended = ours.run(plugin, command, "--help")
        assert (ended.status, ended.err) == (0, "")
        assert ended.out.startswith(f"usage: tagbridge {plugin} {command} ")


@pytest.mark.parametrize(("plugin", "command"), COMMANDS)
def test_wrong_usage_is_status_2_and_asks_nothing(
    ours: Program, server: RecognitionServer, plugin: str, command: str
) -> None:
    ended = ours.run(plugin, command, "--jason")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"usage: tagbridge {plugin} {command} ")
    assert server.asked() == []


@pytest.mark.parametrize("plugin", ["everypixel", "imagerecognize", "vize"])
def test_a_plugin_lists_its_commands(ours: Program, plugin: str) -> None:
    ended = ours.run(plugin, "--help")
    listed = ended.out.partition("Commands:")[2].split("\n  ")[1:]
    assert [line.split()[0] for line in listed] == sorted(c for p, c in COMMANDS if p == plugin)
    assert all(len(line.split()) > 2 for line in listed)


@pytest.mark.parametrize(
    "arguments",
    [
        ["everypixel", "url", "https://x.example/a"],
        ["imagerecognize", "cache"],
        ["vize", "tasks"],
    ],
)
def test_a_provider_that_is_not_configured_is_named(
    tagbridge: Program, arguments: list[str]
) -> None:
    ended = tagbridge.run(*arguments)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == f"Error: providers.{arguments[0]} is not configured\n"


def test_an_address_costs_a_call_once(ours: Program, server: RecognitionServer) -> None:
    address = "https://pictures.example/lighthouse.jpg"
    first = ours.run("everypixel", "url", address)
    assert (first.status, first.err) == (0, "")
    assert first.out.splitlines()[0] == address

    (row,) = ours.run("everypixel", "url", "--json", address).rows

    assert row["url"] == address
    shown = [f"  {k['confidence']:.2f}  {k['text']}" for k in row["keywords"]]
    assert first.out.splitlines()[1:] == shown
    assert len(server.asked("everypixel")) == 1


def test_an_address_that_cannot_be_loaded_costs_the_others_nothing(
    ours: Program, server: RecognitionServer
) -> None:
    lost, found = "https://nowhere.invalid/a.jpg", "https://pictures.example/b.jpg"
    ended = ours.run("everypixel", "url", lost, found)
    assert ended.status == 1
    assert ended.err.startswith(f"{lost}: everypixel: ")
    assert ended.out.splitlines()[0] == found
    ours.run("everypixel", "url", lost)  # never again
    assert len(server.asked("everypixel")) == 2


def test_earlier_results_are_those_of_the_service(
    ours: Program, server: RecognitionServer, tmp_path: Path, photos: Path
) -> None:
    cat = shutil.copyfile(photos / "cat.jpg", tmp_path / "cat.jpg")
    ours.tag("--provider", "imagerecognize", cat)
    rows = ours.run("imagerecognize", "cache", "--json").rows
    people = ours.run("imagerecognize", "cache")
    (picture,) = server.charged("imagerecognize")
    assert f"imagerecognize {picture[:8]}" in {row["name"] for row in rows}
    assert (people.status, people.err) == (0, "")
    assert len(people.out.splitlines()) == len(rows)
    assert server.charged("imagerecognize")[picture] == 2  # it costs nothing


def test_earlier_results_without_an_end_are_a_message(
    ours: Program, server: RecognitionServer
) -> None:
    server.fault("endless", times=1, service="imagerecognize")
    ended = ours.run("imagerecognize", "cache")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == "Error: imagerecognize: no connection (RemoteProtocolError)\n"


@pytest.mark.parametrize(
    "arguments",
    [("imagerecognize", "cache"), ("everypixel", "url", "https://pictures.example/c.jpg")],
)
def test_a_command_that_is_broken_off_ends_at_once(
    ours: Program, server: RecognitionServer, arguments: tuple[str, ...]
) -> None:
    server.fault("hang", times=1)
    pipe = subprocess.PIPE
    process = ours.start(*arguments, stdout=pipe, stderr=pipe, start_new_session=True)
    end = time.monotonic() + LONG
    while not server.asked():
        assert time.monotonic() < end
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does it
    out, err = process.communicate(timeout=LONG)
    assert (process.returncode, out, err.strip()) == (1, "", "Aborted!")


def test_all_providers_are_listed_with_what_they_miss(ours: Program, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[providers.ximilar]\n", encoding="utf-8")
    config.chmod(0o600)
    rows = ours.run("--config", config, "providers", "--json").rows
    state = {row["name"]: (row["state"], row["missing"]) for row in rows}
    assert state["everypixel"] == state["imagerecognize"] == ("in use", "")
    assert state["local"] == ("off", "")
    for name in ("simages", "vision"):
        assert state[name] == ("off", f"a table [providers.{name}] in the settings")
    assert state["ximilar"][0] == "wrongly configured"
    assert "providers.ximilar.api_token" in state["ximilar"][1]
    said = ours.run("--config", config, "providers").out
    for name, (_, missing) in state.items():
        assert f"\n{name} " in f"\n{said}"
        assert missing in said


def test_a_quota_is_shown_and_at_none_left_its_provider_pauses_and_the_other_goes_on(
    ours: Program, server: RecognitionServer, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    photos = [draw(tmp_path / f"{number}.jpg", 40 * number) for number in range(5)]

    def run(*some: Path) -> list[str]:
        ended = ours.tag("--provider", "everypixel", "--provider", "imagerecognize", *some)
        return [row["outcome"] for row in ended.rows[:-1]]

    def left() -> dict[str, object]:
        rows = ours.run("status", "--json").rows
        (row,) = (r for r in rows if r["kind"] == "provider" and r["name"] == "imagerecognize")
        return {"calls": row["remaining"]["calls"], "pause": row["pause"] and row["pause"]["kind"]}

    assert run(photos[0]) == ["written"]
    assert left() == {"calls": QUOTA - 2, "pause": None}
    assert "left      4 calls" in ours.run("status").out

    for photo in photos[1:]:
        assert run(photo) == ["written"], photo

    assert left() == {"calls": 0, "pause": "quota"}
    notes = server.asked("imagerecognize")
    assert [note["status"] for note in notes] == [200] * QUOTA  # none was refused
    assert sum(server.charged("everypixel").values()) == len(photos)
    assert "imagerecognize: its allowance is used up" in ours.run("status").out

    server.control(day="next")
    assert ours.run("retry").status == 0
    assert set(run(*photos)) == {"written", "unchanged"}
    assert sum(server.charged("imagerecognize").values()) == 2 * len(photos)
    assert sum(server.charged("everypixel").values()) == len(photos)
    assert left() == {"calls": QUOTA - 4, "pause": None}
