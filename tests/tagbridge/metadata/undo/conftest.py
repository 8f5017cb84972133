"""Photos that are tagged and undone in this process, and ExifTool that stays."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.tagbridge.metadata.undo.exiftool import ExifTool
from tests.tagbridge.metadata.undo.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tagbridge.metadata.exiv2 import Exiv2


@pytest.fixture(scope="session")
def tool() -> Iterator[ExifTool]:
    if not shutil.which("exiftool"):
        pytest.skip("needs exiftool: apt-get install libimage-exiftool-perl")
    started = ExifTool()
    yield started
    started.close()


@pytest.fixture
def shelf(tmp_path: Path, exiv2: Exiv2) -> Iterator[Shelf]:
    made = Shelf(folder=tmp_path / "shelf", exiv2=exiv2)
    yield made
    made.close()
