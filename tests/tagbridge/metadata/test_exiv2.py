"""What exiv2 says of a file is the same whatever it has read before, and whatever became of it."""

from __future__ import annotations

import functools
import os
import signal
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagbridge.metadata.carrier import carrier_of
from tagbridge.metadata.exiv2 import Exiv2, Exiv2Error
from tagbridge.metadata.exiv2_traces import KNOWN, introduction, leaves_traces
from tagbridge.metadata.layout import Blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagbridge.metadata.exiv2 import Reading

DC = KNOWN["dc"]
_RDF = f'<rdf:RDF xmlns:rdf="{KNOWN["rdf"]}"><rdf:Description{{}}>{{}}</rdf:Description></rdf:RDF>'
_BAG = "<rdf:Bag><rdf:li>{}</rdf:li></rdf:Bag>"


def packet(declarations: str, *properties: str) -> str:
    return _RDF.format(declarations, "".join(properties))


GOOD = packet(f' xmlns:dc="{DC}"', f"<dc:subject>{_BAG.format('tree')}</dc:subject>")
POISON = packet(' xmlns:dc="urn:evil/"', "<dc:subject>mine</dc:subject>")
# One prefix of a stranger's for two namespaces: whoever comes second would get another one.
OURS = packet(' xmlns:cam="urn:one/"', "<cam:model>a</cam:model>")
THEIRS = packet(' xmlns:cam="urn:two/"', "<cam:model>b</cam:model>")
NO_XMP = "<no xmp"
EVERY = (GOOD, POISON, OURS, THEIRS, NO_XMP)


@pytest.fixture
def exiv2() -> Iterator[Exiv2]:
    with closing(Exiv2()) as reader:
        yield reader


def ask(exiv2: Exiv2, text: str) -> Reading | str:
    try:
        return exiv2.read_bytes(carrier_of(Blocks(xmp=text.encode())))
    except Exiv2Error as error:
        return str(error)


@functools.cache
def alone(text: str) -> Reading | str:
    with closing(Exiv2()) as exiv2:
        return ask(exiv2, text)


def forks_of(exiv2: Exiv2) -> list[int]:
    """Return the processes that wait for a question."""
    process = exiv2._process  # noqa: SLF001 - nothing else knows it
    assert process is not None
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        pytest.skip("needs Linux: only it tells which processes a process has started")
    return [int(pid) for pid in children.read_text().split()]


@pytest.mark.parametrize("last", EVERY)
def test_no_file_changes_what_is_read_in_another(exiv2: Exiv2, last: str) -> None:
    expected = {text: alone(text) for text in (*EVERY, last)}

    for before in (GOOD, *EVERY):
        assert ask(exiv2, before) == expected[before]
        assert ask(exiv2, last) == expected[last]


def test_files_that_leave_nothing_behind_are_read_by_one_process(exiv2: Exiv2) -> None:
    ask(exiv2, GOOD)
    first = forks_of(exiv2)

    ask(exiv2, GOOD)

    assert forks_of(exiv2) == first


@pytest.mark.parametrize("text", [POISON, OURS, NO_XMP])
def test_a_file_that_may_leave_something_behind_is_the_last_that_its_process_reads(
    exiv2: Exiv2, text: str
) -> None:
    ask(exiv2, GOOD)
    before = forks_of(exiv2)

    ask(exiv2, text)
    ask(exiv2, GOOD)

    assert forks_of(exiv2) != before


def test_a_file_on_disk_is_the_last_that_its_process_reads(exiv2: Exiv2, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(carrier_of(Blocks(xmp=GOOD.encode())))
    ask(exiv2, GOOD)
    before = forks_of(exiv2)

    assert exiv2.read_file(photo).subject == ("tree",)
    ask(exiv2, GOOD)

    assert forks_of(exiv2) != before


@pytest.mark.parametrize("times", [1, 2])
def test_a_process_that_dies_takes_no_answer_with_it(exiv2: Exiv2, times: int) -> None:
    expected = ask(exiv2, GOOD)

    for _ in range(times):
        for pid in forks_of(exiv2):
            os.kill(pid, signal.SIGKILL)
        assert ask(exiv2, GOOD) == expected


def test_no_process_stays_behind() -> None:
    with closing(Exiv2()) as exiv2:
        ask(exiv2, GOOD)
        forks = forks_of(exiv2)
        assert forks

    for pid in forks:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.parametrize(
    "text",
    [
        packet(' xmlns="urn:a/"'),
        packet(' xmlns:dc="urn:evil/"'),
        packet(f' xmlns:DC="{DC}"'),
        packet(f' xmlns:dc="{DC.replace("/", "&#x2f;")}"'),
        packet(f' xmlns:dc\n=\n"{DC}x"'),
        packet(" xmlns:xml='http://www.w3.org/XML/1998/namespace'"),
        f'<!DOCTYPE a [<!ENTITY d "dc">]>{GOOD}',
        GOOD.replace("tree", "xmlns"),
    ],
)
def test_what_is_not_plainly_known_leaves_traces(text: str) -> None:
    assert leaves_traces(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOOD,
        GOOD.replace('"', "'"),
        packet(f' xmlns:dc = "{DC}"\nxmlns:xmp\t=\n"{KNOWN["xmp"]}"'),
        introduction().decode(),
    ],
)
def test_what_was_introduced_leaves_none(text: str) -> None:
    assert not leaves_traces(text)
