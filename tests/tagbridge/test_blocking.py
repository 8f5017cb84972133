"""What is never wanted again goes into the settings file, of which nothing else changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagbridge.blocking import Blocklist, block, unblock
from tagbridge.config import load_settings
from tagbridge.spelling import spelling_key
from tagbridge_hooks import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

WRITTEN_BY_HAND = """# my settings
[watch]
folders = ["/photos"]   # all of them

[keywords]
# never these
blocked = [
    "Person",  # too many
    "Sky",
]
max_count = 12
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "config.toml"
    made.write_text(WRITTEN_BY_HAND)
    made.chmod(0o640)
    return made


def blocked_in(file: Path) -> tuple[str, ...]:
    return load_settings(file, required=True).keywords.blocked


def test_only_the_list_gets_longer(file: Path) -> None:
    assert block(file, "Söhne & Co")
    lines = set(file.read_text().splitlines())
    assert set(WRITTEN_BY_HAND.splitlines()) <= lines
    assert blocked_in(file) == ("Person", "Sky", "Söhne & Co")
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(file.parent.iterdir()) == [file]


def test_what_is_blocked_in_another_spelling_is_not_added(file: Path) -> None:
    assert not block(file, "PERSON")
    assert file.read_text() == WRITTEN_BY_HAND


def test_it_can_be_taken_back(file: Path) -> None:
    block(file, "Cat")
    assert unblock(file, "cat")
    assert not unblock(file, "cat")
    assert blocked_in(file) == ("Person", "Sky")


def test_a_file_that_is_not_there_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "tagbridge" / "config.toml"
    assert block(file, "Cat")
    assert blocked_in(file) == ("Cat",)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_link_stays_a_link(file: Path) -> None:
    link = file.with_name("link.toml")
    link.symlink_to(file)
    block(link, "Cat")
    assert link.is_symlink()
    assert blocked_in(file) == ("Person", "Sky", "Cat")


@pytest.mark.parametrize("text", ["keywords = 3", "[keywords]\nblocked = 7", "not toml"])
def test_what_is_no_settings_file_is_left_alone(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match="nothing can be blocked"):
        block(file, "Cat")
    assert file.read_text() == text


def test_whoever_runs_notices_at_once(file: Path) -> None:
    running = Blocklist(load_settings(file, required=True))
    assert running.keys == {"person", "sky"}
    block(running.file, "Cat")
    assert running.keys == {"person", "sky", "cat"}
    file.write_text("[keywords")  # somebody is editing it
    assert running.keys == {"person", "sky", "cat"}


def test_the_environment_has_the_last_word(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAGBRIDGE_KEYWORDS__BLOCKED", '["Dog"]')
    running = Blocklist(load_settings(file, required=True))
    assert running.keys == {spelling_key("Dog")}
    with pytest.raises(ConfigError, match="environment"):
        assert running.file
