"""A wrong setting ends every command at once, with a message that names the key."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., subprocess.CompletedProcess[str]]

UNKNOWN = "is not a setting; did you mean"
WRONG = [
    ("[watch]\nsettle_second = 2", f"watch.settle_second {UNKNOWN} settle_seconds?"),
    ("[keyword]\nroot = 'A'", f"keyword {UNKNOWN} keywords?"),
    ("[nsfw]\nthreshold = 2", "nsfw.threshold is wrong"),
    ("[watch]\nmode = 'polling'", "watch.mode is wrong"),
    ("[keywords]\nroot = 'A|B'", "keywords.root is wrong"),
    ("[budget]\ndaily_calls = 'many'", "budget.daily_calls is wrong"),
    ("[engine]\ndatabase = 'tags.db'", "engine.database is wrong"),
    ("[providers.lokal]", "providers.lokal is not a provider that is installed; did you mean"),
    ("[providers.local]\ncolor = 1", f"providers.local.color {UNKNOWN} colors?"),
    ("[providers.local]\ndaily_calls = 0", "providers.local.daily_calls is wrong"),
    ("[providers.local]\nmin_confidence = 'high'", "providers.local.min_confidence is wrong"),
    ("[watch", "is not valid TOML"),
]


@pytest.fixture
def photo(tmp_path: Path, photos: Path) -> Path:
    return shutil.copyfile(photos / "cat.jpg", tmp_path / "cat.jpg")


@pytest.fixture(scope="session")
def photos(request: pytest.FixtureRequest) -> Path:
    return request.config.rootpath / "tests" / "photos"


def assert_refused(done: subprocess.CompletedProcess[str], said: str) -> None:
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_wrong_setting_is_named(
    run: Run, tmp_path: Path, photo: Path, text: str, said: str
) -> None:
    before = photo.read_bytes()
    (tmp_path / "config.toml").write_text(text)
    assert_refused(run("--config", "config.toml", "tag", photo), said)
    assert photo.read_bytes() == before


def test_the_daemon_refuses_a_wrong_setting(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(WRONG[0][0])
    assert_refused(run("--config", "config.toml", "watch", tmp_path), WRONG[0][1])


def test_a_file_that_is_named_must_exist(run: Run, photo: Path) -> None:
    said = "there is no configuration file 'nowhere.toml'"
    assert_refused(run("--config", "nowhere.toml", "tag", photo), said)
    assert_refused(run("tag", photo, TAGBRIDGE_CONFIG="nowhere.toml"), said)


def test_a_folder_is_no_settings_file(run: Run, tmp_path: Path, photo: Path) -> None:
    assert_refused(run("--config", tmp_path, "tag", photo), "cannot be read: Is a directory")


def test_a_provider_that_nobody_knows_is_refused(run: Run, photo: Path) -> None:
    said = "providers.locale is not a provider that is installed; did you mean local?"
    assert_refused(run("tag", "--provider", "locale", photo), said)


def test_a_state_that_cannot_be_used_is_named(run: Run, tmp_path: Path, photo: Path) -> None:
    (tmp_path / "file").touch()
    done = run("--state", "file", "tag", photo)
    assert_refused(done, "the state 'file/state.sqlite3' cannot be used")
    (tmp_path / "state.sqlite3").write_text("this is no database, and it is long enough to tell")
    assert_refused(run("--state", tmp_path, "tag", photo), "cannot be used")


def test_a_variable_wins_over_the_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[providers.local]\nconcurrency = 0\n")
    where = {"TAGBRIDGE_CONFIG": str(tmp_path / "config.toml")}

    def state_of_local(**variables: str) -> list[str]:
        rows = map(json.loads, run("providers", "--json", **variables).stdout.splitlines())
        return [row["state"] for row in rows if row["name"] == "local"]

    assert state_of_local(**where) == ["wrongly configured"]
    better = {**where, "TAGBRIDGE_PROVIDERS__LOCAL__CONCURRENCY": "1"}
    assert state_of_local(**better) == ["in use"]


def test_an_unknown_variable_of_a_section_is_named(run: Run, photo: Path) -> None:
    done = run("tag", photo, TAGBRIDGE_WATCH__SETTLE_SECOND="2")
    assert_refused(done, "watch.settle_second is not a setting; did you mean settle_seconds?")


def test_the_usual_places_follow_the_platform(run: Run, tmp_path: Path, photo: Path) -> None:
    folder = tmp_path / ".config" / "tagbridge"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('[keywords]\nblocked = ["cat", "ANIMAL"]\n')
    (row, _summary) = map(json.loads, run("tag", "--json", photo).stdout.splitlines())
    assert row["added"] == ["Mammal"]
    assert (tmp_path / ".local" / "state" / "tagbridge" / "state.sqlite3").is_file()


def test_the_state_goes_where_the_variable_says(run: Run, tmp_path: Path, photo: Path) -> None:
    assert run("tag", photo, TAGBRIDGE_STATE=str(tmp_path / "there")).returncode == 0
    assert (tmp_path / "there" / "state.sqlite3").is_file()
    assert not (tmp_path / ".local").exists()
