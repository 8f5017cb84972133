"""Whatever a file says, and whatever its user and we do to it: undo is exact, and all is kept."""

from __future__ import annotations

import os
import shutil
import tempfile
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tagbridge.metadata.plan import WriteRules
from tagbridge.metadata.write import WriteOptions
from tests.tagbridge.metadata.undo.exiftool import LISTS
from tests.tagbridge.metadata.undo.life import Life
from tests.tagbridge.metadata.undo.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tagbridge.metadata.exiv2 import Exiv2
    from tests.tagbridge.metadata.conftest import Build
    from tests.tagbridge.metadata.undo.exiftool import ExifTool

ROUNDS = int(os.environ.get("TAGBRIDGE_TEST_ROUNDS", "1"))
OURS = ("sea", "boat", "größe", "x" * 70)
WORDS = (*OURS, "Sea", "Mine", "Übersee", "AC/DC")
BEGINNINGS: dict[str, tuple[str, ...]] = {
    "nothing": (),
    "keywords": ("-XMP-dc:Subject=Mine", "-IPTC:Keywords=Mine"),
    "XMP alone": ("-XMP-dc:Subject=Mine", "-XMP-dc:Subject=sea"),
    "IPTC alone": ("-IPTC:Keywords=Mine", "-IPTC:Keywords=größe", "-IPTC:Caption-Abstract=Größe"),
    "hierarchies": ("-XMP-dc:Subject=Mine", "-XMP-lr:HierarchicalSubject=Places|Mine"),
    "every list": (
        "-XMP-dc:Subject=Mine",
        "-IPTC:Keywords=Mine",
        "-XMP-lr:HierarchicalSubject=Places|Mine",
        "-XMP-digiKam:TagsList=Places/Mine",
        "-XMP-microsoft:LastKeywordXMP=Places/Mine",
    ),
    "digiKam's list": ("-XMP-digiKam:TagsList=Places/boat",),
}
KINDS = ("JPEG", "JPEG", "JPEG", "PNG", "WEBP", "TIFF", "TIFF with a sidecar")
Step: TypeAlias = "tuple[str, tuple[object, ...]]"
SOME = st.lists(st.sampled_from(OURS), min_size=1, max_size=3, unique=True).map(tuple)
PROVIDERS = st.sampled_from(["p", "q"])
PLACES = st.lists(st.sampled_from(list(LISTS)), min_size=1, max_size=5, unique=True).map(tuple)
STEPS = st.one_of(
    st.tuples(st.just("tag"), SOME, PROVIDERS),
    st.tuples(st.just("tag"), SOME, PROVIDERS),
    st.tuples(st.just("notice")),
    st.tuples(st.just("add"), st.sampled_from(WORDS), PLACES),
    st.tuples(st.just("remove"), st.sampled_from(WORDS), PLACES),
    st.tuples(st.just("edit"), st.integers(0, 2)),
    st.tuples(st.just("edit_by_adobe"), st.sampled_from([None, *OURS])),
    st.tuples(st.just("remap"), SOME, PROVIDERS),
    st.tuples(st.just("undo"), st.booleans()),
    st.tuples(st.just("undo_provider"), PROVIDERS),
)


class Studio:
    """Makes photos, each with a shelf of its own, in memory where there is room."""

    def __init__(self, folder: Path, build: Build, exiv2: Exiv2, tool: ExifTool) -> None:
        self._folder = folder
        self._build = build
        self._exiv2 = exiv2
        self._tool = tool
        self._numbers = count()
        self._templates: dict[tuple[str, str], bytes] = {}

    def begin(self, kind: str, beginning: str, root: str) -> Life:
        rules = WriteRules(root=root)
        folder = self._folder / str(next(self._numbers))
        options = WriteOptions(rules=rules)
        shelf = Shelf(folder=folder, exiv2=self._exiv2, options=options)
        file_format, _, sidecar = kind.partition(" ")
        photo = shelf.put(f"photo.{file_format.lower()}".replace("jpeg", "jpg"), b"")
        photo.write_bytes(self._build.picture(file_format))
        target = photo
        if file_format == "TIFF":
            target = photo.with_name(f"{photo.name}.xmp")
        if sidecar:
            self._dress(target, ("-XMP-xmp:Rating=2", *_of_xmp(beginning)))
        elif target == photo and beginning != "nothing":
            options_ = BEGINNINGS[beginning] if file_format == "JPEG" else _of_xmp(beginning)
            if options_:
                self._dress(photo, options_)
        return Life(shelf=shelf, photo=photo, target=target, tool=self._tool)

    def _dress(self, path: Path, options: tuple[str, ...]) -> None:
        self._tool.run("-overwrite_original", *options, path)
        assert path.exists()


def _of_xmp(beginning: str) -> tuple[str, ...]:
    return tuple(option for option in BEGINNINGS[beginning] if option.startswith("-XMP"))


@pytest.fixture(scope="module")
def studio(build: Build, exiv2: Exiv2, tool: ExifTool) -> Iterator[Studio]:
    memory = "/dev/shm"  # noqa: S108 - a folder of its own is made in it
    where = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=where) as folder:
        yield Studio(Path(folder), build, exiv2, tool)


@settings(
    max_examples=40 * ROUNDS,
    deadline=None,
    derandomize=ROUNDS == 1,  # the same in every run of the suite; more rounds look further
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.sampled_from(KINDS),
    st.sampled_from(list(BEGINNINGS)),
    st.sampled_from(["", "Ours"]),
    st.lists(STEPS, min_size=2, max_size=8),
)
def test_undo_is_exact_whatever_happens(
    studio: Studio, kind: str, beginning: str, root: str, steps: list[Step]
) -> None:
    life = studio.begin(kind, beginning, root)
    try:
        for verb, *arguments in steps:
            take: Callable[..., None] = getattr(life, verb)
            take(*arguments)
        life.undo(True)  # noqa: FBT003 - as Hypothesis gives it
    finally:
        life.shelf.close()
        shutil.rmtree(life.shelf.folder)
