"""The cases as files, and what the tables say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import pytest
from PIL import Image

from tagbridge.metadata.compatibility.checking import Checked, check_asset
from tagbridge_hooks import Keyword
from tests.tagbridge.metadata.compatibility.cases import CASES, OURS, WRITTEN, make

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tagbridge.metadata.exiv2 import Exiv2
    from tests.tagbridge.metadata.conftest import Build, Writer

Check: TypeAlias = "Callable[[Path], Checked]"
Shown: TypeAlias = "Callable[[str, str], set[str]]"


@pytest.fixture(scope="session")
def check(exiv2: Exiv2) -> Check:
    return lambda path: check_asset(path, exiv2)


@pytest.fixture(scope="session")
def library(
    build: Build, write: Writer, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Return the photos of all cases, and those we have written, in one folder to be read."""
    folder = tmp_path_factory.mktemp("library")
    cases = {name: make(folder, name, build) for name in CASES}
    written = {name: folder / file for name, (file, _, _) in WRITTEN.items()}
    word = Keyword(text=OURS[0], confidence=0.9, broader=("Building",))
    for size, (name, photo) in enumerate(written.items(), start=100):
        _, kind, options = WRITTEN[name]
        picture = Image.linear_gradient("L").convert("RGB").resize((size, 80))
        picture.save(photo, kind)
        write(photo, word, OURS[1], options=options)
    return cases | written


@pytest.fixture(scope="session")
def shown(check: Check, library: dict[str, Path]) -> Shown:
    """Return a function that says what a table shows of a case; levels are joined by `|`."""
    checked = {name: check(path) for name, path in library.items()}

    def of(program: str, name: str) -> set[str]:
        (seen,) = (s for s in checked[name].seen if s.program.name == program)
        return {"|".join(e) for taken in seen.taken for e in taken.entries.entries}

    return of
