"""Where the page may be served."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tagbridge.config import load_settings
from tagbridge.config_web import WebSettings
from tagbridge_hooks import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost", "LOCALHOST"])
def test_this_machine_may_always_connect(host: str) -> None:
    assert WebSettings(host=host).host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "nas.local", "", "127.1"])  # noqa: S104 - refused
def test_others_may_only_when_that_is_said(tmp_path: Path, host: str) -> None:
    file = tmp_path / "tagbridge.toml"
    file.write_text(f'[web]\nhost = "{host}"\n')
    with pytest.raises(ConfigError, match=re.escape("web.allow_remote = true")):
        load_settings(file, required=True)
    file.write_text(f'[web]\nhost = "{host}"\nallow_remote = true\n')
    assert load_settings(file, required=True).web.host == host


def test_a_socket_needs_a_whole_path(tmp_path: Path) -> None:
    file = tmp_path / "tagbridge.toml"
    file.write_text('[web]\nsocket = "page.socket"\n')
    with pytest.raises(ConfigError, match="whole path"):
        load_settings(file, required=True)


def test_an_unknown_key_names_the_nearest(tmp_path: Path) -> None:
    file = tmp_path / "tagbridge.toml"
    file.write_text("[web]\nprot = 8080\n")
    with pytest.raises(ConfigError, match=r"web\.prot.*port"):
        load_settings(file, required=True)


def test_it_is_off_unless_asked_for() -> None:
    assert not WebSettings().serve
