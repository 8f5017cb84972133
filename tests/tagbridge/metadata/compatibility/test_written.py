"""After we have written, all programs show all keywords, the user's and ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tagbridge.metadata.plan import WriteRules
from tagbridge.metadata.write import WriteOptions
from tagbridge_hooks import Keyword
from tests.tagbridge.metadata.compatibility.cases import CASES, OURS, make

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tagbridge.metadata.compatibility.conftest import Check
    from tests.tagbridge.metadata.conftest import Build, Writer

ALONE = [name for name, case in CASES.items() if case.short is case.long is None]
# What the user said in one list alone, and what was taken out of it, is left as they left it.
REMAINS = {
    "paths only": {"only_in_hierarchy"},
    "TagsList only": {"only_in_hierarchy"},
    "LastKeyword only": {"only_in_hierarchy"},
    "iptc differs, right digest": {"only_in_iptc"},
    "PNG": {"never_read"},
}

CHANGES = {
    # A list that is new in a sidecar hides the photo's. Whether the user emptied it on purpose,
    # nobody knows, so it is not filled for them; `check` tells.
    ("immich", "long sidecar without keywords"),
    # These were garbled before.
    ("digikam", "Latin-1"),
    ("immich", "UTF-8 unmarked"),
    ("photoprism", "UTF-8 unmarked"),
}


@pytest.mark.parametrize("name", ALONE)
def test_a_photo_that_programs_disagreed_about_is_the_same_for_all(
    tmp_path: Path, build: Build, check: Check, write: Writer, name: str
) -> None:
    photo = make(tmp_path, name, build)

    write.embedded(photo, *OURS)

    assert {f.kind for f in check(photo).findings} == REMAINS.get(name, set())


@pytest.mark.parametrize("root", ["", "auto"])
@pytest.mark.parametrize("name", CASES)
def test_every_program_shows_ours_and_what_it_showed_before(
    tmp_path: Path, build: Build, check: Check, write: Writer, *, name: str, root: str
) -> None:
    photo = make(tmp_path, name, build)
    before = {seen.program.name: {*seen.keywords} for seen in check(photo).seen}
    word = Keyword(text=OURS[0], confidence=0.9, broader=("Building",))

    write(photo, word, OURS[1], options=WriteOptions(rules=WriteRules(root=root)))

    for seen in check(photo).seen:
        if CASES[name].suffix == ".png" and seen.program.name == "photoprism":
            continue
        shown = {*seen.keywords}
        assert shown >= {*OURS}, seen.program.title
        if (seen.program.name, name) not in CHANGES:
            assert shown >= before[seen.program.name], seen.program.title


@pytest.mark.parametrize(
    ("name", "remains"),
    [
        ("IMG.NEF", {"never_read"}),
        ("IMG.webp", {"never_read"}),
        # Lightroom reads no sidecar beside a TIFF.
        ("IMG.tif", {"sidecar_not_read"}),
    ],
)
def test_what_is_written_from_nothing_is_read_by_all_who_can(
    tmp_path: Path, check: Check, write: Writer, name: str, remains: set[str]
) -> None:
    photo = tmp_path / name
    kind = "WEBP" if photo.suffix == ".webp" else "TIFF"
    Image.linear_gradient("L").convert("RGB").save(photo, kind)

    write(photo, *OURS)

    assert {f.kind for f in check(photo).findings} == remains
