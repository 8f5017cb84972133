"""Secrets may live in the keyring of the system: here a real one, in a file."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import keyring
import pytest
from pydantic import Field, SecretStr

from tagbridge.config import Settings, load_settings
from tagbridge.config_provider import provider_settings
from tagbridge_hooks import Capability, ConfigError, ProviderInfo, ProviderSettings

if TYPE_CHECKING:
    from pathlib import Path

SECRET = 'canary/4f1c "ß'  # noqa: S105 - of the tests
KEY = "providers.cloud.api_key"


class CloudSettings(ProviderSettings):
    api_key: SecretStr = Field(min_length=1)
    other_key: SecretStr | None = None
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
def _a_keyring_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.upper().startswith("TAGBRIDGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    use("keyrings.alt.file.PlaintextKeyring", monkeypatch)


def use(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
    keyring.core.init_backend()


def opened(**table: object) -> CloudSettings:
    settings = provider_settings(CLOUD, Settings(providers={"cloud": table}))
    assert isinstance(settings, CloudSettings)
    return settings


def complaint(**table: object) -> str:
    with pytest.raises(ConfigError) as caught:
        opened(**table)
    return str(caught.value)


def test_a_key_is_found_under_its_own_name() -> None:
    keyring.set_password("tagbridge", KEY, SECRET)

    assert opened(api_key="keyring:").api_key.get_secret_value() == SECRET


@pytest.mark.parametrize("service", ["cloud", "https://cloud.example/v1"])
def test_a_key_is_found_where_another_program_put_it(service: str) -> None:
    keyring.set_password(service, "me@here", SECRET)

    found = opened(api_key=f"keyring:{service}/me@here", mode="keyring:")

    assert found.api_key.get_secret_value() == SECRET
    assert found.mode == "keyring:"
    assert SECRET not in repr(found)


def test_the_environment_may_refer_to_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring.set_password("tagbridge", KEY, SECRET)
    monkeypatch.setenv("TAGBRIDGE_PROVIDERS__CLOUD__API_KEY", "keyring:")

    found = provider_settings(CLOUD, load_settings(None, required=False))

    assert isinstance(found, CloudSettings)
    assert found.api_key.get_secret_value() == SECRET


def test_a_missing_entry_is_told_with_the_command_that_makes_it() -> None:
    said = complaint(api_key="keyring:")
    assert said == (f"{KEY} is not in the keyring; put it there with `keyring set tagbridge {KEY}`")
    command = [sys.executable, "-m", *shlex.split(said.split("`")[1])]

    subprocess.run(command, input=SECRET, text=True, check=True, stdout=subprocess.DEVNULL)

    assert opened(api_key="keyring:").api_key.get_secret_value() == SECRET


def test_an_entry_with_spaces_is_told_so_that_a_shell_reads_it() -> None:
    assert "`keyring set 'my cloud' me`" in complaint(api_key="keyring:my cloud/me")


@pytest.mark.parametrize("reference", ["keyring:cloud", "keyring:/me", "keyring:cloud/"])
def test_half_a_reference_is_refused(reference: str) -> None:
    assert f"{KEY} is wrong: it must be `keyring:` or" in complaint(api_key=reference)


def test_a_machine_without_a_keyring_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    use("keyring.backends.fail.Keyring", monkeypatch)

    said = complaint(api_key="keyring:")

    assert f"{KEY} cannot be read from the keyring (NoKeyringError); is there one" in said


def test_a_keyring_that_fails_says_nothing_of_its_own(tmp_path: Path) -> None:
    keyring.set_password("tagbridge", KEY, SECRET)
    (file,) = tmp_path.rglob("*.cfg")
    file.write_bytes(b"\xff")

    assert "cannot be read from the keyring (UnicodeDecodeError)" in complaint(api_key="keyring:")


def test_without_the_extra_it_is_told_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)

    assert "pip install 'tagbridge[keyring]'" in complaint(api_key="keyring:")


def test_nobody_looks_into_the_keyring_unless_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    table = {"api_key": "keyring:"}

    assert opened(api_key="a-key").api_key == SecretStr("a-key")
    provider_settings(CLOUD, Settings(providers={"cloud": table}), with_keys=False)
    load_settings(None, required=False)
