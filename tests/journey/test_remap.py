"""`tagbridge remap`: today's settings on stored answers, without a call, and only what is ours."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.fixtures.recognition import RecognitionServer
    from tests.journey.conftest import Ended, Program


@dataclass(frozen=True, kw_only=True)
class Bench:
    """tagbridge with a paid service that has answered about one photo.

    Attributes:
        program: With its key.
        server: The service.
        photo: Tagged with all that was said.
        before: What it was before.
        edit: Changes a photo as a user of ExifTool does.
        exiftool: Reads one.
    """

    program: Program
    server: RecognitionServer
    photo: Path
    before: bytes
    edit: Callable[..., None]
    exiftool: Callable[..., Any]

    def remap(self, *arguments: str, **settings: str) -> Ended:
        program = replace(self.program, settings={**self.program.settings, **settings})
        asked = len(self.server.asked())
        ended = program.run("remap", "--json", *arguments, self.photo)
        assert ended.status == 0, ended.out + ended.err
        assert len(self.server.asked()) == asked
        return ended

    def words(self, tag: str = "XMP-dc:Subject") -> list[str]:
        found: str = self.exiftool(self.photo).get(tag, "")
        return found.splitlines()


@pytest.fixture(scope="module")
def server(recognition_server: Callable[..., RecognitionServer]) -> RecognitionServer:
    return recognition_server("--client-secret", "sesame")


@pytest.fixture
def bench(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    program: Callable[[Path], Program],
    server: RecognitionServer,
    draw: Callable[..., Path],
) -> Bench:
    settings = {
        "TAGBRIDGE_PROVIDERS__EVERYPIXEL__BASE_URL": f"{server.url}/v1",
        "TAGBRIDGE_PROVIDERS__EVERYPIXEL__CLIENT_ID": "us",
        "TAGBRIDGE_PROVIDERS__EVERYPIXEL__CLIENT_SECRET": "sesame",
        "TAGBRIDGE_KEYWORDS__MIN_CONFIDENCE": "0",
        "TAGBRIDGE_KEYWORDS__MAX_COUNT": "200",
    }
    photo = draw(tmp_path / "photos" / "a.jpg", 5)
    before = photo.read_bytes()
    ours = replace(program(tmp_path / "home"), settings=settings)
    assert ours.tag(photo).summary == {"written": 1}
    bench = Bench(
        program=ours,
        server=server,
        photo=photo,
        before=before,
        edit=request.getfixturevalue("edit"),
        exiftool=request.getfixturevalue("exiftool"),
    )
    assert len(bench.words()) > 2
    return bench


def test_without_a_change_of_settings_nothing_changes(bench: Bench) -> None:
    tagged = bench.photo.read_bytes()
    assert bench.remap().summary == {"unchanged": 1}
    assert bench.photo.read_bytes() == tagged


def test_a_blocked_word_goes_from_every_list_and_comes_back_with_the_setting(bench: Bench) -> None:
    words, tagged = bench.words(), bench.photo.read_bytes()
    blocked = {"TAGBRIDGE_KEYWORDS__BLOCKED": json.dumps([words[0]])}
    planned = bench.remap("--dry-run", **blocked).of(bench.photo)
    assert (planned["outcome"], planned["removed"]) == ("planned", words[:1])
    assert bench.photo.read_bytes() == tagged

    assert bench.remap(**blocked).of(bench.photo)["removed"] == words[:1]
    assert bench.words() == bench.words("IPTC:Keywords") == words[1:]
    assert bench.remap(**blocked).summary == {"unchanged": 1}
    assert bench.remap().of(bench.photo)["added"] == words[:1]
    assert sorted(bench.words()) == sorted(words)
    assert bench.program.run("undo", bench.photo).status == 0
    assert bench.photo.read_bytes() == bench.before


def test_a_threshold_a_root_and_a_vocabulary_are_applied(bench: Bench, tmp_path: Path) -> None:
    words = bench.words()
    assert bench.remap(TAGBRIDGE_KEYWORDS__ROOT="Ours").summary == {"written": 1}
    assert [p.partition("|")[0] for p in bench.words("XMP-lr:HierarchicalSubject")] == (
        ["Ours"] * len(words)
    )
    vocabulary = tmp_path / "words.txt"
    vocabulary.write_text(f"Mine\n\t{{{words[0]}}}\n", encoding="utf-8")
    mapped = bench.remap(TAGBRIDGE_KEYWORDS__VOCABULARY=str(vocabulary)).of(bench.photo)
    assert words[0] in mapped["removed"]
    assert "Mine" in mapped["added"]
    assert "XMP-lr:HierarchicalSubject" not in bench.exiftool(bench.photo)
    nothing = bench.remap(TAGBRIDGE_KEYWORDS__MIN_CONFIDENCE="1").of(bench.photo)
    assert nothing["added"] == []
    assert bench.words() == []


def test_what_people_decided_stays_decided(bench: Bench) -> None:
    first, second, *_ = words = bench.words()
    bench.edit(bench.photo, f"-XMP-dc:Subject-={first}", "-XMP-dc:Subject+=Mine")
    assert bench.program.tag(bench.photo).status == 0  # it notices
    row = bench.remap(TAGBRIDGE_KEYWORDS__BLOCKED=json.dumps(words)).of(bench.photo)
    assert row["removed"] == []
    assert {second, "Mine"} <= set(bench.words())
    assert first not in bench.words()
    assert bench.remap().of(bench.photo)["added"] == []


def test_what_was_never_tagged_or_taken_back_is_passed_over(
    bench: Bench, draw: Callable[..., Path]
) -> None:
    other = draw(bench.photo.with_name("other.jpg"), 9)
    data = other.read_bytes()
    assert bench.program.run("undo", bench.photo).status == 0
    ended = bench.program.run("remap", "--json", bench.photo.parent)
    assert ended.summary == {"skipped": 2}
    assert {row["reason"] for row in ended.rows[:-1]} == {"there is nothing of ours in it"}
    assert (other.read_bytes(), bench.photo.read_bytes()) == (data, bench.before)


def test_an_answer_that_is_not_stored_is_not_asked_for(bench: Bench) -> None:
    tagged = bench.photo.read_bytes()
    for file in bench.program.state.glob("state.sqlite3*"):
        file.unlink()
    ended = bench.remap(TAGBRIDGE_KEYWORDS__MIN_CONFIDENCE="1")
    assert ended.of(bench.photo)["reason"] == "no answer of everypixel is stored"
    assert ended.summary == {"skipped": 1}
    assert bench.photo.read_bytes() == tagged
