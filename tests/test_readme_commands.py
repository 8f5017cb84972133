"""The commands of the README name things that exist; CI runs the first two."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagbridge.cli import main
from tagbridge.config import Settings
from tagbridge.config_provider import provider_settings
from tagbridge.plugins import load_plugins
from tagbridge.vocabulary.reading import read_vocabulary
from tagbridge.vocabulary.vocabulary import Term

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXTRA = re.compile(r"\.\[(\w+)\]")


def blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(README) if kind == language]


def commands() -> Iterator[list[str]]:
    """Yield every command of every shell block, in words."""
    for block in blocks("sh"):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            while "&&" in words:
                at = words.index("&&")
                yield words[:at]
                words = words[at + 1 :]
            yield words


ALL = list(commands())
OURS = [words[words.index("tagbridge") + 1 :] for words in ALL if "tagbridge" in words] + [
    words[1:] for words in ALL if words and words[0].endswith("/tagbridge")
]


def test_the_first_two_commands_install_tag_and_test() -> None:
    first, second = blocks("sh")[:2]
    assert first.rstrip().endswith(".venv/bin/tagbridge tag my-photos")
    assert "pip install" in first
    assert second.rstrip().endswith(".venv/bin/pytest")


def test_each_of_the_first_two_is_one_line() -> None:
    assert [len(block.splitlines()) for block in blocks("sh")[:2]] == [1, 1]


def test_the_folder_of_sample_photos_exists() -> None:
    (source,) = {words[2] for words in ALL if words[:2] == ["cp", "-r"]}
    assert list((ROOT / source).glob("*.jpg"))


def test_the_copy_of_the_photos_is_not_committed() -> None:
    (copy,) = {words[3] for words in ALL if words[:2] == ["cp", "-r"]}
    assert f"/{copy}/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_every_extra_is_declared() -> None:
    wanted = set(EXTRA.findall(README)) | {
        words[words.index("--extra") + 1] for words in ALL if "--extra" in words
    }
    assert wanted
    assert wanted <= set(PROJECT["optional-dependencies"])


def test_every_program_comes_with_the_package() -> None:
    ours = {Path(words[0]).name for words in ALL if words[0].startswith(".venv/bin/")}
    tested = {re.split(r"\W", one)[0] for one in PROJECT["optional-dependencies"]["test"]}
    assert ours <= {*PROJECT["scripts"], *tested, "pip"}


@pytest.mark.parametrize("words", OURS, ids=" ".join)
def test_every_command_and_option_of_ours_exists(words: list[str]) -> None:
    command = main.commands[words[0]]
    options = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options


def test_every_command_of_ours_is_in_the_readme() -> None:
    assert {words[0] for words in OURS} == set(main.commands)


def test_the_settings_of_the_readme_are_valid() -> None:
    plugins = load_plugins()
    texts = [text for text in blocks("toml") if "[[keyword]]" not in text]
    assert texts
    for text in texts:
        settings = Settings(**tomllib.loads(text))
        for name in settings.providers:
            provider_settings(plugins.providers[name], settings)


def test_both_vocabularies_of_the_readme_say_the_same_of_a_hound(tmp_path: Path) -> None:
    kinds = {"rules.toml": blocks("toml"), "keywords.txt": blocks("text")}
    for name, texts in kinds.items():
        (text,) = (t for t in texts if "hound" in t)
        (tmp_path / name).write_text(text, encoding="utf-8")
    rules, words = (read_vocabulary(tmp_path / name) for name in kinds)
    dog = Term(text="Dog", broader=("Nature", "Animal"), silent=frozenset({"nature"}))
    assert rules.find("hound") == rules.find("Hund") == words.find("hound") == dog


def test_the_readme_names_no_file_that_does_not_exist() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
