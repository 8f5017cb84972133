"""The keywords of photos become a list that Lightroom and tagbridge itself import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.conftest import Ended, Program

WORDS = "[Things]\n\tToy\n\t\tPuppet\n\t\t\t{Püppchen}\n\tUnused\n"
LIST = "Places\n\tKiel\nSea\n[Things]\n\tToy\n\t\tPuppet\n\t\t\t{Püppchen}\n"


class Album(NamedTuple):
    """Photos with keywords of the user's and of ours, and the program that tagged them."""

    program: Program
    photos: Path

    def listed(self, *arguments: str | Path, vocabulary: Path | None = None) -> Ended:
        env = {"TAGBRIDGE_KEYWORDS__VOCABULARY": str(vocabulary or "")}
        return self.program.run("keywords", *arguments, env=env)


@pytest.fixture(scope="module")
def album(
    tmp_path_factory: pytest.TempPathFactory,
    puppet_in: Callable[[Path], Program],
    draw: Callable[..., Path],
    edit: Callable[..., None],
) -> Album:
    home = tmp_path_factory.mktemp("keywords")
    photos = home / "photos"
    for number, name in enumerate(("a.jpg", "b.png", "c.gif", "d.bmp")):
        draw(photos / name, number)
    edit(photos / "a.jpg", "-XMP-dc:Subject=Kiel", "-XMP-lr:HierarchicalSubject=Places|Kiel")
    edit(photos / "b.png", "-XMP-dc:Subject=Sea")
    program = puppet_in(home)
    done = program.tag(photos)
    assert (done.status, done.summary) == (0, {"written": 4})
    return Album(program, photos)


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words.txt"
    path.write_text(WORDS, encoding="utf-8")
    return path


def test_all_keywords_are_there_with_what_the_vocabulary_knows(
    album: Album, words: Path, tmp_path: Path
) -> None:
    made = tmp_path / "list.txt"
    done = album.listed("--output", made, album.photos, vocabulary=words)

    assert (done.status, done.out, done.err) == (0, "", "")
    assert made.read_text(encoding="utf-8") == LIST
    # It serves as a vocabulary itself.
    assert album.listed(album.photos, vocabulary=made).out == LIST


def test_without_a_file_the_list_is_printed(album: Album) -> None:
    done = album.listed(album.photos)

    assert (done.status, done.err) == (0, "")
    assert done.out == "Places\n\tKiel\nPuppet\nSea\n"


def test_programs_get_one_object_a_line(album: Album, words: Path) -> None:
    done = album.listed("--json", album.photos, vocabulary=words)

    assert [row["category"] for row in done.rows] == [False, False, False, True, False, False]
    assert done.rows[-1] == {
        "keyword": ["Things", "Toy", "Puppet"],
        "category": False,
        "synonyms": ["Püppchen"],
        "photos": 4,
    }


def test_a_list_that_exists_is_not_overwritten(album: Album, tmp_path: Path) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("grown over years")
    done = album.listed("--output", mine, album.photos)

    assert (done.status, done.out) == (2, "")
    assert "is there already; name a new file" in done.err
    assert mine.read_text() == "grown over years"


def test_what_cannot_be_read_is_said_and_the_rest_is_listed(album: Album, tmp_path: Path) -> None:
    empty = tmp_path / "empty.jpg"
    empty.touch()
    done = album.listed(empty, album.photos / "b.png")

    assert (done.status, done.err) == (1, f"{empty}: it is empty\n")
    assert done.out == "Puppet\nSea\n"


def test_a_new_language_applies_to_what_is_written_and_listed(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path], exiftool: Callable[..., Any]
) -> None:
    rules = tmp_path / "rules.toml"
    text = '[[keyword]]\ntext = "Puppet"\nbroader = "Toy"\ntranslations = {de = "Puppe"}\n'
    rules.write_text(f'{text}[[keyword]]\ntext = "Toy"\ntranslations = {{de = "Spielzeug"}}\n')
    photo = draw(tmp_path / "a.jpg")
    env = {
        "TAGBRIDGE_KEYWORDS__VOCABULARY": str(rules),
        "TAGBRIDGE_KEYWORDS__LANGUAGE": "de",
        "TAGBRIDGE_KEYWORDS__ROOT": "Ours",
    }

    assert puppet.tag(photo, env=env).of(photo)["added"] == ["Spielzeug", "Puppe"]

    found = exiftool(photo)
    assert found["XMP-dc:Subject"] == "Spielzeug\nPuppe"
    assert found["XMP-lr:HierarchicalSubject"] == "Ours|Spielzeug|Puppe"
    assert puppet.tag(photo, env=env).of(photo)["outcome"] == "unchanged"
    lists = puppet.run("keywords", photo, env=env)
    assert lists.out == "Ours\n\tSpielzeug\n\t\t{Toy}\n\t\tPuppe\n\t\t\t{Puppet}\n"
    env["TAGBRIDGE_KEYWORDS__LANGUAGE"] = "nl"
    wrong = puppet.tag(photo, env=env)
    assert (wrong.status, wrong.out) == (2, "")
    assert "has no translations into 'nl'; it has de" in wrong.err
