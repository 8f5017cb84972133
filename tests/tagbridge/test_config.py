"""Settings: from a file and the environment, with errors that say which key to change."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field, SecretStr, field_validator

from tagbridge.config import Settings, load_settings
from tagbridge.config_provider import provider_settings
from tagbridge_hooks import Capability, ConfigError, ProviderInfo, ProviderSettings

SECRET = "canary-4f1c"  # noqa: S105 - it must appear nowhere


class CloudSettings(ProviderSettings):
    api_key: SecretStr
    types: tuple[Literal["objects", "nsfw"], ...] = ("objects",)
    base_url: str = "https://cloud.example"
    pages: int = Field(default=1, ge=1)

    @field_validator("api_key")
    @classmethod
    def _checked(cls, key: SecretStr) -> SecretStr:
        if key.get_secret_value().startswith("bad"):
            raise ValueError(f"what is {key.get_secret_value()}?")
        return key


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


def loaded(folder: Path, text: str) -> Settings:
    file = folder / "tagbridge.toml"
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")
    return load_settings(file, required=True)


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        loaded(folder, text)
    return str(caught.value)


def test_nothing_set_is_the_documented_default(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "")

    assert settings == load_settings(None, required=False)
    assert settings == load_settings(tmp_path / "none.toml", required=False)
    assert (settings.keywords.min_confidence, settings.keywords.max_count) == (0.5, 30)
    assert (settings.nsfw.threshold, settings.write.sidecar_name) == (0.8, "adopt")
    assert settings.providers == {}


def test_the_example_of_the_readme_shape_is_read(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        """\ufeff
        [watch]
        folders = ["/photos/inbox", "/photos/M\u00fcnchen"]
        settle_seconds = 20
        mode = "scan"
        [keywords]
        root = "auto"
        blocked = ["x"]
        [nsfw]
        keyword = "nsfw"
        [write]
        embed = false
        [providers.cloud]
        api_key = "k"
        """,
    )

    assert settings.watch.folders == (Path("/photos/inbox"), Path("/photos/M\u00fcnchen"))
    assert settings.watch.settle_seconds == 20.0
    assert settings.providers["cloud"]["api_key"] == "k"
    assert not settings.write.embed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[keyword]", "keyword is not a setting; did you mean keywords?"),
        (
            "[keywords]\nmin_confidense = 1",
            "keywords.min_confidense is not a setting; did you mean",
        ),
        ("[keywords]\nzzz = 1", "keywords.zzz is not a setting"),
        ("[Watch]", "Watch is not a setting; did you mean watch?"),
        (
            "[keywords]\nmin_confidence = 2",
            "keywords.min_confidence is wrong: input should be less",
        ),
        ("[keywords]\nmax_count = 0", "keywords.max_count is wrong"),
        ("[keywords]\nroot = 'a|b'", "keywords.root is wrong"),
        ("[nsfw]\nkeyword = ' '", "nsfw.keyword is wrong"),
        ("[watch]\nmode = 'poll'", "watch.mode is wrong"),
        ("[watch]\nscan_seconds = 0", "watch.scan_seconds is wrong"),
        ("watch = 3", "watch is wrong"),
        ("_env_file = 'x'", "_env_file is not a setting"),
        ("_case_sensitive = true", "_case_sensitive is not a setting"),
        ("[keywords]\nvocabulary = 3", "keywords.vocabulary is wrong"),
        ("[budget]\ndaily_calls = -1", "budget.daily_calls is wrong"),
        ("[budget]\ndaily_cost = -0.1", "budget.daily_cost is wrong"),
        ("[engine]\ndatabase = 'mysql://x'", "engine.database is wrong"),
        ("[roots]\n'a/b' = '/x'", "roots.a/b"),
        ("[roots]\nnas = 'photos'", "roots.nas is wrong: value error, 'photos' must be an abs"),
        ("providers = 3", "providers is wrong"),
        ("[providers]\ncloud = 'x'", "providers.cloud is wrong"),
        ("[watch", "is not valid TOML"),
        ("a = 1\na = 2", "is not valid TOML"),
    ],
)
def test_a_wrong_key_or_value_is_named(text: str, message: str, tmp_path: Path) -> None:
    assert message in complaint(tmp_path, text)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    lines = complaint(tmp_path, "[watch]\nmod = 1\n[nsfw]\ntreshold = 1").splitlines()

    assert lines == [
        "watch.mod is not a setting; did you mean mode?",
        "nsfw.treshold is not a setting; did you mean threshold?",
    ]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no configuration file '.*none.toml'"):
        load_settings(tmp_path / "none.toml", required=True)
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(tmp_path, required=False)
    (tmp_path / "latin.toml").write_bytes(b"[keywords]\nroot = '\xe4'")
    with pytest.raises(ConfigError, match="not valid TOML"):
        load_settings(tmp_path / "latin.toml", required=False)


def test_the_environment_wins_over_the_file_key_by_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAGBRIDGE_KEYWORDS__MIN_CONFIDENCE", "0.25")
    monkeypatch.setenv("TAGBRIDGE_WATCH__FOLDERS", '["/a", "/b"]')
    monkeypatch.setenv("tagbridge_write__embed", "false")

    settings = loaded(tmp_path, "[keywords]\nmin_confidence = 0.75\nmax_count = 7\n")

    assert (settings.keywords.min_confidence, settings.keywords.max_count) == (0.25, 7)
    assert settings.watch.folders == (Path("/a"), Path("/b"))
    assert not settings.write.embed


def test_other_variables_of_ours_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAGBRIDGE_CONFIG", "/etc/x.toml")
    monkeypatch.setenv("TAGBRIDGE_STATE", "/var/x")

    assert load_settings(None, required=False) == Settings()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("TAGBRIDGE_KEYWORDS__MIN_CONFIDENSE", "1", "did you mean min_confidence?"),
        ("TAGBRIDGE_KEYWORDS__MAX_COUNT", "many", "keywords.max_count is wrong"),
        ("TAGBRIDGE_WATCH__FOLDERS", "/photos", 'field "watch"'),
        ("TAGBRIDGE_WATCH", "/photos", 'field "watch"'),
        ("TAGBRIDGE_PROVIDERS", f'{{"cloud": {{"api_key": "{SECRET}"', 'field "providers"'),
    ],
)
def test_a_wrong_variable_is_an_error_that_names_the_key(
    name: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigError) as caught:
        load_settings(None, required=False)

    assert message in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_provider_can_be_configured_by_the_environment_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAGBRIDGE_PROVIDERS__CLOUD__API_KEY", SECRET)
    monkeypatch.setenv("TAGBRIDGE_PROVIDERS__CLOUD__TYPES", '["objects", "nsfw"]')
    monkeypatch.setenv("TAGBRIDGE_PROVIDERS__CLOUD__TIMEOUT_SECONDS", "5")

    settings = provider_settings(CLOUD, loaded(tmp_path, "[providers.cloud]\nconcurrency = 2"))

    assert isinstance(settings, CloudSettings)
    assert settings.api_key.get_secret_value() == SECRET
    assert settings.types == ("objects", "nsfw")
    assert (settings.timeout_seconds, settings.concurrency) == (5.0, 2)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({}, "providers.cloud.api_key is not set"),
        (
            {"api_key": SECRET, "api_kee": SECRET},
            "providers.cloud.api_kee is not a setting; did you",
        ),
        ({"api_key": [SECRET]}, "providers.cloud.api_key is wrong"),
        ({"api_key": f"bad {SECRET}"}, "providers.cloud.api_key is wrong"),
        ({"api_key": SECRET, "types": ["cats"]}, "providers.cloud.types.0 is wrong"),
        ({"api_key": SECRET, "types": f"[{SECRET}"}, "providers.cloud.types is wrong"),
        ({"api_key": SECRET, "pages": 0}, "providers.cloud.pages is wrong"),
        ({"api_key": SECRET, "min_confidence": 80}, "providers.cloud.min_confidence is wrong"),
        ({"api_key": SECRET, "requests_per_second": 0}, "providers.cloud.requests_per_second"),
        ({"api_key": SECRET, "daily_calls": 0}, "providers.cloud.daily_calls is wrong"),
        ({"api_key": SECRET, "in_doubt": "perhaps"}, "providers.cloud.in_doubt is wrong"),
    ],
)
def test_a_wrong_provider_table_is_named_without_its_secrets(
    table: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        provider_settings(CLOUD, Settings(providers={"cloud": table}))

    assert message in str(caught.value)
    assert SECRET not in str(caught.value)


def test_no_secret_is_in_what_settings_say_about_themselves(tmp_path: Path) -> None:
    settings = loaded(tmp_path, f"[providers.cloud]\napi_key = {json.dumps(SECRET)}")

    assert SECRET not in repr(settings)
    assert SECRET not in str(settings)
    assert SECRET not in repr(provider_settings(CLOUD, settings))


def test_the_password_of_the_database_is_never_shown(tmp_path: Path) -> None:
    text = f"[engine]\ndatabase = 'postgresql://me:{SECRET}@host/tags'"
    settings = loaded(tmp_path, text)

    assert SECRET in settings.engine.database
    assert SECRET not in repr(settings)
    assert SECRET not in complaint(tmp_path, text.replace("postgresql", "postgres"))


def test_limits_may_be_set_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAGBRIDGE_BUDGET__DAILY_CALLS", "7")
    monkeypatch.setenv("TAGBRIDGE_ROOTS__NAS", "/mnt/photos")
    settings = loaded(tmp_path, "[budget]\ndaily_calls = 5")

    assert settings.budget.daily_calls == 7
    assert settings.roots == {"nas": Path("/mnt/photos")}


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().keywords.max_count = 1  # type: ignore[misc] # that is the point
