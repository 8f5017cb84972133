"""What was done to which file is remembered, exactly and for every name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagbridge.ledger.overview import queue

if TYPE_CHECKING:
    from tagbridge.ledger import Ledger
    from tagbridge.ledger.connection import Connection
    from tests.tagbridge.ledger.conftest import Place

PICTURE, OTHER = "ab" * 32, "cd" * 32
NAMES = [b"plain.jpg", b"caf\xe9.jpg", b"new\nline.jpg", b"caf\xc3\xa9.jpg", b"cafe\xcc\x81.jpg"]


def changed(status: os.stat_result, **fields: int) -> os.stat_result:
    """Return a status that differs in some fields."""
    values = list(status)
    values[1] = fields.get("st_ino", status.st_ino)
    values[6] = fields.get("st_size", status.st_size)
    mtime_ns = fields.get("st_mtime_ns", status.st_mtime_ns)
    return os.stat_result(values, {"st_mtime_ns": mtime_ns})


@pytest.mark.parametrize("name", NAMES)
def test_exactly_the_file_that_was_recorded_is_known(
    name: bytes, ledger: Ledger, status: os.stat_result
) -> None:
    path = Path("/photos") / os.fsdecode(name)
    ledger.files.record(path, status, PICTURE, "written")

    assert ledger.files.is_known(path, status)
    for fields in ({"st_ino": 7}, {"st_size": 7}, {"st_mtime_ns": 7}):
        assert not ledger.files.is_known(path, changed(status, **fields))
    assert not ledger.files.is_known(Path("/photos/other.jpg"), status)


@pytest.mark.parametrize("inode", [2**63 - 1, 2**63, 2**64 - 1])
def test_the_largest_inodes_are_told_apart(
    inode: int, ledger: Ledger, status: os.stat_result
) -> None:
    path = Path("/photos/a.jpg")
    ledger.files.record(path, changed(status, st_ino=inode), PICTURE, "written")

    assert ledger.files.is_known(path, changed(status, st_ino=inode))
    assert not ledger.files.is_known(path, changed(status, st_ino=inode - 1))


def test_below_a_shared_root_the_inode_does_not_count(place: Place, status: os.stat_result) -> None:
    here = place.open(roots={"p": Path("/mnt/p")})
    there = place.open(roots={"p": Path("/Volumes/p")})
    here.files.record(Path("/mnt/p/a.jpg"), status, PICTURE, "written")

    assert there.files.is_known(Path("/Volumes/p/a.jpg"), changed(status, st_ino=99))
    assert not there.files.is_known(Path("/Volumes/p/a.jpg"), changed(status, st_size=99))


@pytest.mark.parametrize("state", ["open", "running", "parked"])
def test_a_file_that_is_queued_exactly_so_is_known(
    state: str, ledger: Ledger, status: os.stat_result
) -> None:
    path = Path("/photos/a.jpg")
    ledger.jobs.add(path, status, fresh=True)
    if state != "open":
        (job,) = ledger.jobs.claim("me", 1)
        if state == "parked":
            ledger.jobs.park(job, "broken")

    assert ledger.files.is_known(path, status)
    assert not ledger.files.is_known(path, changed(status, st_size=99))


def test_a_file_that_was_missing_is_not_known_when_it_comes_back(
    ledger: Ledger, status: os.stat_result
) -> None:
    path = Path("/photos/a.jpg")
    ledger.jobs.add(path, status, fresh=True)
    (job,) = ledger.jobs.claim("me", 1)
    ledger.jobs.missing(job, "it is gone")

    assert not ledger.files.is_known(path, status)


def test_of_many_files_at_once_the_same_is_known_as_of_each(
    ledger: Ledger, status: os.stat_result
) -> None:
    paths = [Path(f"/photos/{number}.jpg") for number in range(600)]
    for path in paths[::7]:
        ledger.files.record(path, status, PICTURE, "written")
    ledger.jobs.add_all((path, status, True) for path in paths[::5])
    for job in ledger.jobs.claim("me", 9):
        ledger.jobs.missing(job, "it is gone")
    files = [
        (path, changed(status, st_size=9) if i % 4 else status) for i, path in enumerate(paths)
    ]
    files += [(path, status) for path in paths[:50]]  # an event may name one twice

    known = ledger.files.are_known(files)

    assert known == [ledger.files.is_known(*file) for file in files]
    assert {True, False} == set(known)
    assert ledger.files.are_known([]) == []


def test_all_that_was_recorded_is_found(ledger: Ledger, status: os.stat_result) -> None:
    path, sidecar = Path("/photos/a.jpg"), Path("/photos/a.xmp")
    ledger.files.record(
        path,
        status,
        PICTURE,
        "written",
        "as a \udce9 sidecar",
        media_type="image/jpeg",
        target=sidecar,
        keywords=["Käse", "a|b", "\udce9"],
    )

    found = ledger.files.find(path)

    assert found is not None
    assert (found.identity, found.outcome, found.target) == (PICTURE, "written", sidecar)
    assert found.reason == "as a \\udce9 sidecar"
    assert found.keywords == ("Käse", "a|b", "\udce9")
    assert found.stamp == (status.st_ino, status.st_size, status.st_mtime_ns)


def test_nothing_is_found_of_a_file_that_nobody_recorded(ledger: Ledger) -> None:
    assert ledger.files.find(Path("/photos/a.jpg")) is None


def test_an_unreadable_file_has_no_identity(ledger: Ledger, status: os.stat_result) -> None:
    ledger.files.record(Path("/photos/a.jpg"), status, "", "parked", "damaged")

    found = ledger.files.find(Path("/photos/a.jpg"))

    assert found is not None
    assert (found.identity, found.reason) == ("", "damaged")


def test_our_keywords_stay_known_until_they_are_replaced(
    ledger: Ledger, status: os.stat_result
) -> None:
    path = Path("/photos/a.jpg")
    keywords = []
    for given in (["cat"], None, ["dog"], []):
        ledger.files.record(path, status, PICTURE, "written", keywords=given)
        found = ledger.files.find(path)
        assert found is not None
        keywords.append(found.keywords)

    assert keywords == [("cat",), ("cat",), ("dog",), ()]


def test_another_picture_under_the_same_name_does_not_inherit_our_keywords(
    ledger: Ledger, status: os.stat_result
) -> None:
    path = Path("/photos/a.jpg")
    ledger.files.record(path, status, PICTURE, "written", keywords=["cat"])
    ledger.files.record(path, status, OTHER, "writing")

    found = ledger.files.find(path)

    assert found is not None
    assert found.keywords is None


def test_a_picture_keeps_its_media_type_when_it_is_not_told_again(
    ledger: Ledger, status: os.stat_result
) -> None:
    ledger.files.record(Path("/a.jpg"), status, PICTURE, "written", media_type="image/jpeg")
    ledger.files.record(Path("/b.jpg"), status, PICTURE, "written")

    def media_types(connection: Connection) -> list[str]:
        rows = connection.execute("SELECT media_type FROM asset")
        return [kind for (kind,) in rows]

    assert ledger.database.read(media_types) == ["image/jpeg"]
    assert ledger.database.read(queue).done == 2
