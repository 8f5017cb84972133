"""Real modules with real package metadata, on the real path; nothing of ours is replaced."""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import Distribution, EntryPoint
from pathlib import Path

import pytest

from tagbridge_hooks import Asset

HEAD = """
from tagbridge_hooks import *
def provider(name, **more):
    return ProviderInfo(
        name=name, title=name, homepage="https://x.example", open=lambda s, c: None,
        capabilities=frozenset({Capability.KEYWORDS}), **more
    )
"""
Install = Callable[..., EntryPoint]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Put a distribution on the path, as pip would, and return its entry point."""
    monkeypatch.delenv("TAGBRIDGE_PLUGINS", raising=False)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    number = itertools.count()

    def put(
        name: str, code: str, *, distribution: str = "stranger", attribute: str = ""
    ) -> EntryPoint:
        module = f"installed_for_a_test_{next(number)}"
        (tmp_path / f"{module}.py").write_text(HEAD + code, encoding="utf-8")
        importlib.invalidate_caches()  # the folder was looked into already, perhaps just now
        return described(tmp_path, name, module + attribute, distribution)

    yield put
    for module in [name for name in sys.modules if name.startswith("installed_for_a_test_")]:
        del sys.modules[module]


def described(folder: Path, name: str, value: str, distribution: str) -> EntryPoint:
    number = len(list(folder.glob("*.dist-info")))
    info = folder / f"{distribution}-1.{number}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.{number}\n", encoding="utf-8"
    )
    (info / "entry_points.txt").write_text(f"[tagbridge]\n{name} = {value}\n", encoding="utf-8")
    (found,) = Distribution.at(info).entry_points
    return found


@pytest.fixture
def asset() -> Asset:
    return Asset(
        path=Path("beach.jpg"), media_type="image/jpeg", size=10, mtime_ns=1, identity="00ff"
    )
