"""`tagbridge similar` with two services that find similar pictures, each in its way."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.fixtures.recognition import RecognitionServer
    from tests.journey.conftest import Ended, Program

BOTH = ("simages", "ximilar")
KEYS = {"simages": "API_KEY", "ximilar": "API_TOKEN"}
COLLECTION = {"XIMILAR__COLLECTION_ID": "our-collection"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeker:
    """tagbridge with some of the services, and the services."""

    program: Program
    server: RecognitionServer

    def seek(self, *arguments: str | Path) -> Ended:
        return self.program.run("similar", *arguments)

    def rows(self, *arguments: str | Path, status: int = 0) -> list[dict[str, Any]]:
        ended = self.seek("--json", *arguments)
        assert ended.status == status, ended.err
        return ended.rows

    def asked(self) -> list[str]:
        """Return the path of each request so far."""
        return [note["path"].split("/")[1] for note in self.server.asked()]


@pytest.fixture(scope="module")
def server(recognition_server: Callable[..., RecognitionServer]) -> RecognitionServer:
    return recognition_server("--account", "simages:key=sesame", "--account", "ximilar:key=sesame")


@pytest.fixture
def seeker(
    tmp_path: Path, program: Callable[[Path], Program], server: RecognitionServer
) -> Callable[..., Seeker]:
    """Return a function that configures some of the services; each time with a new state."""

    def make(*services: str, of: RecognitionServer = server, **more: str) -> Seeker:
        given = {f"{name.upper()}__{KEYS[name]}": "sesame" for name in services}
        given |= {f"{name.upper()}__BASE_URL": f"{of.url}/{name}" for name in services}
        given |= more | (COLLECTION if "ximilar" in services else {})
        settings = {f"TAGBRIDGE_PROVIDERS__{name}": value for name, value in given.items()}
        ours = replace(program(tmp_path / "home"), settings=settings)
        of.log.write_text("")  # each test counts its own
        return Seeker(program=ours, server=of)

    return make


@pytest.fixture
def cat(tmp_path: Path, photos: Path) -> Path:
    return shutil.copyfile(photos / "cat.jpg", tmp_path / "cat.jpg")


@pytest.fixture
def coffee(tmp_path: Path, photos: Path) -> Path:
    return shutil.copyfile(photos / "coffee.jpg", tmp_path / "coffee.jpg")


def test_both_services_say_what_is_near_a_photo_each_in_its_measure(
    seeker: Callable[..., Seeker], cat: Path
) -> None:
    rows = seeker(*BOTH).rows(cat, "--count", "3")

    ours = {name: [row for row in rows if row["provider"] == name] for name in BOTH}
    assert [len(found) for found in ours.values()] == [3, 3]
    assert {row["path"] for row in rows} == {str(cat)}
    near = [row["similarity"] for row in ours["simages"]]
    assert near == sorted(near, reverse=True)
    far = [row["distance"] for row in ours["ximilar"]]
    assert far == sorted(far)
    first = ours["simages"][0]
    assert first["url"].startswith("https://")
    assert first["labels"][0].keys() == {"text", "confidence"}
    assert (first["distance"], ours["ximilar"][0]["similarity"]) == (None, None)


def test_people_see_a_list_for_each_photo_and_service(
    seeker: Callable[..., Seeker], cat: Path, coffee: Path
) -> None:
    ended = seeker(*BOTH).seek(cat, coffee, "--count", "2")

    assert (ended.status, ended.err) == (0, "")
    lines = ended.out.splitlines()
    heads = ["  simages (similarity: more is nearer)", "  ximilar (distance: less is nearer)"]
    assert [one for one in lines if one[:4].strip()] == [str(cat), *heads, str(coffee), *heads]
    assert len([line for line in lines if line.startswith("    ") and "https://" in line]) == 8


def test_a_question_is_paid_for_once(
    seeker: Callable[..., Seeker], cat: Path, tmp_path: Path
) -> None:
    both = seeker(*BOTH)
    first = both.rows(cat)
    assert sorted(both.asked()) == ["simages", "ximilar"]
    assert both.rows(cat) == first
    copy = shutil.copyfile(cat, tmp_path / "copy.jpg")
    assert [row["url"] for row in both.rows(copy)] == [row["url"] for row in first]
    assert sorted(both.asked()) == ["simages", "ximilar"]

    both.rows(cat, "--count", "5")  # another question
    assert len(both.asked()) == 4


def test_what_was_asked_when_the_photo_was_tagged_is_not_asked_again(
    seeker: Callable[..., Seeker], cat: Path
) -> None:
    both = seeker(*BOTH, XIMILAR__SERVICES='["similar"]')
    assert both.program.tag(cat).status == 0
    assert sorted(both.asked()) == ["simages", "ximilar"]

    assert {row["provider"] for row in both.rows(cat)} == set(BOTH)

    assert sorted(both.asked()) == ["simages", "ximilar"]


def test_nothing_is_written(seeker: Callable[..., Seeker], cat: Path, tmp_path: Path) -> None:
    before = (cat.read_bytes(), cat.stat())
    seeker(*BOTH).rows(cat)
    assert (cat.read_bytes(), cat.stat()) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cat.jpg", "home"]


def test_only_the_named_service_is_asked(seeker: Callable[..., Seeker], cat: Path) -> None:
    both = seeker(*BOTH)
    assert {row["provider"] for row in both.rows(cat, "--provider", "ximilar")} == {"ximilar"}
    assert both.asked() == ["ximilar"]


def test_words_are_answered_by_who_searches_by_words(seeker: Callable[..., Seeker]) -> None:
    both = seeker(*BOTH)
    *found, refused = sorted(
        both.rows("--text", "an old lighthouse", "--count", "2"), key=lambda row: "error" in row
    )
    assert [(row["provider"], row["text"]) for row in found] == [
        ("simages", "an old lighthouse")
    ] * 2
    assert refused["provider"] == "ximilar"
    assert "by words" in refused["error"]
    both.rows("--text", "an old lighthouse", "--count", "2")
    assert both.asked() == ["simages"]


def test_words_that_nobody_searches_by_have_no_answer(seeker: Callable[..., Seeker]) -> None:
    ended = seeker("ximilar").seek("--text", "an old lighthouse")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == "an old lighthouse: ximilar: it searches by a picture, not by words\n"


def test_a_missing_file_costs_the_others_nothing(
    seeker: Callable[..., Seeker], cat: Path, tmp_path: Path
) -> None:
    missing, *found = seeker(*BOTH).rows(tmp_path / "none.jpg", cat, "--count", "1", status=1)
    assert missing == {
        "path": str(tmp_path / "none.jpg"),
        "error": "it cannot be read: No such file or directory",
    }
    assert [row["path"] for row in found] == [str(cat)] * 2


def test_a_video_is_not_sent_to_who_takes_pictures(
    seeker: Callable[..., Seeker], film: Callable[..., Path], tmp_path: Path
) -> None:
    both = seeker(*BOTH)
    ended = both.seek(film(tmp_path / "film.mp4", seconds=1.0))
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.endswith(": no provider that is chosen takes videos\n")
    assert both.asked() == []


def test_a_used_up_allowance_is_told_and_then_nobody_is_asked(
    seeker: Callable[..., Seeker],
    recognition_server: Callable[..., RecognitionServer],
    cat: Path,
    coffee: Path,
) -> None:
    poor = recognition_server("--account", "simages:quota=1")
    both = seeker(*BOTH, of=poor)
    both.rows(cat)

    rows = both.rows(coffee, status=1)

    (error,) = (row for row in rows if "error" in row)
    assert error["provider"] == "simages"
    assert {row["provider"] for row in rows if "error" not in row} == {"ximilar"}
    assert both.asked().count("simages") == 2
    ended = both.seek(coffee)
    assert ended.status == 1
    assert ended.err == f"{coffee}: {error['error']}\n"
    assert both.asked().count("simages") == 2
    assert len(both.rows(cat)) > 10  # what is paid for is there


@pytest.mark.parametrize(
    ("services", "arguments", "remedy"),
    [
        ((), ["cat.jpg"], "[providers.simages], [providers.ximilar]"),
        (("simages",), ["--provider", "local", "--text", "x"], "these do: simages"),
    ],
)
def test_who_cannot_search_is_told_with_who_can(
    seeker: Callable[..., Seeker], services: list[str], arguments: list[str], remedy: str
) -> None:
    ended = seeker(*services).seek(*arguments)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("Error: local: cannot find similar pictures; ")
    assert remedy in ended.err


@pytest.mark.parametrize(
    "arguments", [[], ["--text", " "], ["--text", "x", "cat.jpg"], ["cat.jpg", "--count", "51"]]
)
def test_wrong_usage_is_status_2(seeker: Callable[..., Seeker], arguments: list[str]) -> None:
    ended = seeker(*BOTH).seek(*arguments)
    assert (ended.status, ended.out) == (2, "")
    assert "Error: " in ended.err


@pytest.mark.parametrize("fault", ["html", "truncated", "not-utf8", "missing-list", "error-inside"])
def test_a_bad_answer_is_one_line_and_asked_for_again(
    seeker: Callable[..., Seeker], server: RecognitionServer, cat: Path, fault: str
) -> None:
    simages = seeker("simages")
    server.fault(fault, times=1)
    ended = simages.seek(cat)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith(f"{cat}: simages: ")
    assert ended.err.count("\n") == 1
    assert len(simages.rows(cat)) > 1
    assert len(simages.asked()) == 2
