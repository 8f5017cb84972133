"""The vocabulary is found, read, and what is wrong with it is said so that it can be mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagbridge.config import Settings, load_settings
from tagbridge.vocabulary.reading import read_vocabulary
from tagbridge_hooks import ConfigError


def written(folder: Path, data: str | bytes, name: str = "keywords.txt") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def complaint(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        read_vocabulary(path)
    return str(caught.value)


def test_the_name_says_of_which_kind_it_is(tmp_path: Path) -> None:
    listed = read_vocabulary(written(tmp_path, "Sea\n\t{ocean}"))
    ruled = read_vocabulary(written(tmp_path, "[[keyword]]\ntext = 'Sea'", "keywords.TOML"))

    assert (listed.terms, ruled.terms) == (("Sea",), ("Sea",))


def test_a_mark_of_the_encoding_in_front_does_not_count(tmp_path: Path) -> None:
    assert read_vocabulary(written(tmp_path, "\ufeffSea\r\nSky\r\n")).terms == ("Sea", "Sky")


def test_rules_reach_the_vocabulary(tmp_path: Path) -> None:
    rules = "[rules]\nonly = true\nblocked = 'Man'\n[[keyword]]\ntext = 'Sea'"

    found = read_vocabulary(written(tmp_path, rules, "a.toml"))

    assert (found.only, found.blocked) == (True, frozenset({"man"}))


def test_rules_may_be_for_a_keyword_list_beside_them(tmp_path: Path) -> None:
    written(tmp_path, "[Nature]\n\tSea\n\t\t{ocean}")

    found = read_vocabulary(
        written(tmp_path, "rules = {only = true, list = 'keywords.txt'}", "a.toml")
    )

    assert (found.only, found.terms) == (True, ("Sea",))


def test_what_is_wrong_with_that_list_is_told_of_the_list(tmp_path: Path) -> None:
    written(tmp_path, "Sea\n{ocean}")
    rules = written(tmp_path, "rules.list = 'keywords.txt'", "a.toml")

    assert "keywords.txt' line 2: the synonym is below no keyword" in complaint(rules)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", "Sea\n\t\tBoat", "a.txt' line 2: 2 tabs are in front of 'Boat'"),
        ("a.txt", b"Sea\nM\xfcnchen", "a.txt' line 2: it is not UTF-8; save the file in that"),
        ("a.txt", "Sea".encode("utf-16"), "a.txt' line 1: it is not UTF-8"),
        ("a.txt", "\n", "a.txt' holds no keyword"),
        ("a.txt", "[Nature]", "a.txt' holds no keyword"),
        ("a.toml", "", "a.toml' holds no keyword"),
        ("a.toml", "[rules]\nonly = true\nblocked = ['x']", "a.toml' holds no keyword"),
        ("a.toml", "\n[[keyword]]\ntext = ''", "a.toml' line 2: '' cannot be a keyword"),
        ("a.toml", "x", "a.toml': it is not valid TOML"),
        ("a.toml", "rules.list = 'none.txt'", "none.txt': there is no such file"),
        (
            "a.toml",
            "rules.list = 'a.txt'\n[[keyword]]\ntext = 'Sea'",
            "a.toml' line 2: keywords stand here and in rules.list; leave one of them",
        ),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(
    name: str, data: str | bytes, message: str, tmp_path: Path
) -> None:
    said = complaint(written(tmp_path, data, name))

    assert said.startswith("keywords.vocabulary: ")
    assert message in said


def test_a_file_that_is_not_there_or_is_none_is_named(tmp_path: Path) -> None:
    said = complaint(tmp_path / "a.txt")

    assert "a.txt': there is no such file; correct its name in the settings" in said
    assert "it cannot be read: Is a directory" in complaint(tmp_path)


def test_what_cannot_be_written_as_it_stands_is_warned_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert read_vocabulary(written(tmp_path, "A/B\nC,D")).terms == ("A B", "C D")

    (record,) = caplog.records
    assert "2 keywords hold signs" in record.message
    assert "'A/B' is written 'A B'" in record.message


def placed_at(folder: Path, vocabulary: str) -> str:
    file = written(folder, f"[keywords]\nvocabulary = {vocabulary!r}", "config.toml")
    return load_settings(file, required=True).keywords.vocabulary


def test_it_lies_beside_the_settings_file_unless_its_path_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")

    assert placed_at(tmp_path, "words/a.txt") == str(tmp_path / "words" / "a.txt")
    assert placed_at(tmp_path, "/words/a.txt") == "/words/a.txt"
    assert placed_at(tmp_path, "~/a.txt") == "/home/somebody/a.txt"
    with pytest.raises(ConfigError, match=r"keywords\.vocabulary: '~nobody0/a' begins with an unk"):
        placed_at(tmp_path, "~nobody0/a")


def test_the_environment_may_name_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAGBRIDGE_KEYWORDS__VOCABULARY", "b.txt")

    missing = load_settings(tmp_path / "config.toml", required=False)

    assert placed_at(tmp_path, "a.txt") == str(tmp_path / "b.txt")
    assert missing.keywords.vocabulary == str(tmp_path / "b.txt")


def test_without_one_settings_are_as_they_were(tmp_path: Path) -> None:
    assert placed_at(tmp_path, "") == ""
    assert Settings().keywords.vocabulary == ""


def test_the_settings_file_may_be_named_from_where_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "[keywords]\nvocabulary = 'a.txt'", "config.toml")

    settings = load_settings(Path("config.toml"), required=True)

    assert settings.keywords.vocabulary == str(tmp_path / "a.txt")
