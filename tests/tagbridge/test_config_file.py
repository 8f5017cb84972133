"""A settings file that holds a secret is for its owner alone, as ssh wants it."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from tagbridge.config import Settings, load_settings
from tagbridge.config_provider import provider_settings
from tagbridge_hooks import Capability, ConfigError, ProviderInfo, ProviderSettings

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "canary-4f1c"  # noqa: S105 - it must appear nowhere
WITH_A_KEY = f"[providers.cloud]\napi_key = '{SECRET}'\n"
OPEN = [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666, 0o777]


class CloudSettings(ProviderSettings):
    api_key: SecretStr | None = None
    client_id: SecretStr | None = None
    mode: str = "quick"


CLOUD = ProviderInfo(
    name="cloud",
    title="Cloud",
    homepage="https://cloud.example",
    capabilities=frozenset({Capability.KEYWORDS}),
    open=lambda _settings, _context: None,  # type: ignore[arg-type, return-value] # never opened
    settings=CloudSettings,
)


@pytest.fixture(autouse=True)
def _only_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.upper().startswith("TAGBRIDGE_")]:
        monkeypatch.delenv(name)


def written(folder: Path, text: str, mode: int) -> Path:
    file = folder / "my settings.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def complaint(file: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        provider_settings(CLOUD, load_settings(file, required=True))
    assert SECRET not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("mode", OPEN, ids="{:o}".format)
def test_a_file_with_a_key_is_refused_when_others_have_any_right(mode: int, tmp_path: Path) -> None:
    file = written(tmp_path, WITH_A_KEY, mode)

    assert complaint(file) == (
        f"'{file}' holds providers.cloud.api_key, but others can read it (mode {mode:04o}); "
        f"run `chmod 600 '{file}'`"
    )


def test_the_remedy_helps(tmp_path: Path) -> None:
    file = written(tmp_path, WITH_A_KEY, 0o644)
    remedy = complaint(file).split("`")[1]

    subprocess.run(shlex.split(remedy), check=True)

    assert load_settings(file, required=True).providers["cloud"]["api_key"] == SECRET


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_file_for_its_owner_alone_is_read(mode: int, tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, WITH_A_KEY, mode), required=True)

    provider_settings(CLOUD, settings)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[keywords]\nblocked = ['api_key']\n[nsfw]\nkeyword = 'token'",
        "[providers.cloud]\nmode = 'slow'\nmin_confidence = 0.5",
        "[providers.cloud]\napi_key = ''",
        "[providers.cloud]\napi_key = 'keyring:'\nclient_id = 'keyring:cloud/me'",
        "[providers.other]\ntoken_url = 'https://other.example/token'\nnum_keywords = 5",
        "[engine]\ndatabase = 'postgresql://me@db.example:5432/tags?sslmode=require'",
        "[roots]\nkey = '/mnt/key'",
    ],
)
def test_a_file_without_secrets_may_be_read_by_all(text: str, tmp_path: Path) -> None:
    load_settings(written(tmp_path, text, 0o644), required=True)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[providers.other]\napi_token = 'x'", "providers.other.api_token"),
        ("[providers.other.login]\npassword = 'x'", "providers.other.login.password"),
        ("[providers.other]\nkeys = ['x']", "providers.other.keys"),
        ("[providers.other]\nclient-secret = 'x'", "providers.other.client-secret"),
        ("[providers.other]\nproxy = 'http://me:x@host'", "providers.other.proxy"),
        ("[engine]\ndatabase = 'postgresql://me:x@host/tags'", "engine.database"),
        ("[engine]\ndatabase = 'postgresql://host/tags?user=me&password=x'", "engine.database"),
    ],
)
def test_a_secret_is_known_by_its_name_where_the_plugin_is_not_asked(
    text: str, key: str, tmp_path: Path
) -> None:
    file = written(tmp_path, text, 0o644)
    with pytest.raises(ConfigError, match=rf"holds {key}, but others"):
        load_settings(file, required=True)


def test_what_the_plugin_calls_a_secret_is_one_whatever_its_name(tmp_path: Path) -> None:
    file = written(tmp_path, f"[providers.cloud]\nclient_id = '{SECRET}'", 0o644)

    assert "holds providers.cloud.client_id, but others can read it" in complaint(file)


def test_all_secrets_are_named_at_once(tmp_path: Path) -> None:
    text = WITH_A_KEY + "[engine]\ndatabase = 'postgresql://me:x@host/tags'"

    said = complaint(written(tmp_path, text, 0o644))

    assert "holds providers.cloud.api_key, engine.database, but" in said


def test_a_key_in_the_environment_leaves_the_file_open_to_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAGBRIDGE_PROVIDERS__CLOUD__API_KEY", SECRET)
    file = written(tmp_path, "[providers.cloud]\nmode = 'slow'", 0o644)

    settings = provider_settings(CLOUD, load_settings(file, required=True))

    assert isinstance(settings, CloudSettings)
    assert settings.api_key == SecretStr(SECRET)


def test_a_key_in_the_file_counts_though_the_environment_has_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAGBRIDGE_PROVIDERS__CLOUD__API_KEY", "another")

    assert "holds providers.cloud.api_key" in complaint(written(tmp_path, WITH_A_KEY, 0o644))


def test_the_rights_of_a_link_are_those_of_its_target(tmp_path: Path) -> None:
    target = written(tmp_path, WITH_A_KEY, 0o600)
    link = tmp_path / "link.toml"
    link.symlink_to(target)

    load_settings(link, required=True)
    target.chmod(0o644)

    assert f"run `chmod 600 {link}`" in complaint(link)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, WITH_A_KEY, 0o600)
    os.chown(file, 12345, -1)

    assert "belongs to another user (uid 12345); run `chown 0 " in complaint(file)


def test_where_settings_were_read_makes_no_difference_to_them(tmp_path: Path) -> None:
    assert load_settings(written(tmp_path, WITH_A_KEY, 0o600), required=True) == Settings(
        providers={"cloud": {"api_key": SECRET}}
    )
