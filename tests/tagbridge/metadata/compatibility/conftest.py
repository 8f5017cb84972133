"""The cases as files, and what the tables say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import pytest

from tagbridge.metadata.compatibility.checking import Checked, check_asset
from tests.tagbridge.metadata.compatibility.cases import CASES, make

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tagbridge.metadata.exiv2 import Exiv2
    from tests.tagbridge.metadata.conftest import Build

Check: TypeAlias = "Callable[[Path], Checked]"
Shown: TypeAlias = "Callable[[str, str], set[str]]"


@pytest.fixture(scope="session")
def check(exiv2: Exiv2) -> Check:
    return lambda path: check_asset(path, exiv2)


@pytest.fixture(scope="session")
def library(build: Build, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the photos of all cases, in one folder that nobody writes to."""
    folder = tmp_path_factory.mktemp("library")
    return {name: make(folder, name, build) for name in CASES}


@pytest.fixture(scope="session")
def shown(check: Check, library: dict[str, Path]) -> Shown:
    """Return a function that says what a table shows of a case; levels are joined by `|`."""
    checked = {name: check(path) for name, path in library.items()}

    def of(program: str, name: str) -> set[str]:
        (seen,) = (s for s in checked[name].seen if s.program.name == program)
        return {"|".join(e) for taken in seen.taken for e in taken.entries.entries}

    return of
