"""A provider may answer anything: the photo stays sound, and the user's keywords stay theirs."""

from __future__ import annotations

import asyncio
import io
import itertools
import json
import os
import shutil
import subprocess
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped] # it ships no types
from PIL import Image

from tagbridge.choosing import terms_of
from tagbridge.config import Settings
from tagbridge.engine.clerk import Clerk
from tagbridge.engine.pausing import Pausing
from tagbridge.equipment import Equipment
from tagbridge.ledger import open_ledger
from tagbridge.lending import Lending
from tagbridge.merge import KeywordRules, MergeRules
from tagbridge.metadata.edit import PropertyEdit, edited, empty_packet
from tagbridge.metadata.exiv2 import Exiv2
from tagbridge.metadata.packet import read_packet
from tagbridge.metadata.plan import WriteRules
from tagbridge.metadata.properties import SUBJECT
from tagbridge.metadata.write import WriteOptions
from tagbridge.pipeline import tag_asset
from tagbridge.plugins import Plugins
from tagbridge.recognize import Recognizer
from tagbridge.spelling import cleaned, spelling_key
from tagbridge.transport.client import LentClient
from tagbridge.transport.courier import Courier
from tagbridge_hooks import (
    Capability,
    Keyword,
    ProviderInfo,
    ProviderSettings,
    Recognition,
    Rendition,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tagbridge.ledger import Ledger

ROUNDS = int(os.environ.get("TAGBRIDGE_TEST_ROUNDS", "1"))
NASTY = [
    *("", " ", "\0", "a\0b", "\ud800", "\udcff", "\ufffe", "\uffff", "\U0010ffff", "\x1b[31mred"),
    *(
        "\u202eevil",
        "\u2066x\u2069",
        "\ufeffbom",
        "a|b",
        "a/b",
        "a,b;c",
        "\\",
        "]]>",
        "<x/>",
        "&amp;",
    ),
    *("&#0;", "<!DOCTYPE x>", "-->", "{}", "=cmd()", "type=Bag", 'type="Bag" x', 'lang="x" y'),
    *(
        "e\u0301",
        "\u0301",
        "\U0001f9d1\u200d\U0001f680",
        "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc",
    ),
    *("x" * 64, "\u00e4" * 64, "x" * 129, "\r\n", "\u2028", "\u0085", "\u00a0", "None", "nan"),
    *("%G\x1b%G", "\x1c\x02\x19\0\1x", "../../etc/passwd", "$(id)", "'; DROP TABLE asset; --"),
]
ANY = st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=()), max_size=200))
MINE = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=150
)
USERS = st.lists(
    st.one_of(MINE, st.sampled_from(["a|b", "a/b", "a, b", "<&>\"'", " x", "", "\tx", "y" * 300])),
    max_size=5,
)
HUGE = Keyword(text="x" * (10 << 20))


class Hostile:
    """A provider that answers what the test wants."""

    def __init__(self) -> None:
        self.said: list[Keyword] = []
        self.model = "m"

    async def recognize(self, _rendition: Rendition) -> Recognition:
        return Recognition(provider="hostile", model=self.model, keywords=tuple(self.said))

    async def aclose(self) -> None:
        """Give nothing back."""


@dataclass(frozen=True, kw_only=True)
class Lab:
    """The program around a hostile provider."""

    provider: Hostile
    exiv2: Exiv2
    ledger: Ledger
    clerk: Clerk

    def tag(self, photo: Path, root: str) -> Path:
        async def run() -> Path:
            journey = await tag_asset(photo, self.equipment(root))
            assert journey.receipt.outcome in ("written", "unchanged"), journey.receipt.reason
            assert journey.receipt.target
            return journey.receipt.target

        return asyncio.run(run())

    def equipment(self, root: str) -> Equipment:
        info = ProviderInfo(
            name="hostile",
            title="Hostile",
            homepage="https://hostile.example",
            capabilities=frozenset({Capability.KEYWORDS}),
            open=lambda _settings, _context: self.provider,
            keyless=True,
        )
        own, courier = ProviderSettings(), Courier(None, "")
        pausing = Pausing(self.ledger, self.clerk)
        lending = Lending(
            client=LentClient(courier),
            courier=courier,
            pausing=pausing,
            ledger=self.ledger,
            clerk=self.clerk,
        )
        return Equipment(
            plugins=Plugins((), ()),
            recognizers=[Recognizer(info, own, terms_of(info, own, Settings()), lending)],
            merge_rules=MergeRules(
                providers={"hostile": KeywordRules(min_confidence=0.0)},
                max_count=50,
                blocked=frozenset(),
            ),
            write_options=WriteOptions(rules=WriteRules(root=root)),
            exiv2=self.exiv2,
            ledger=self.ledger,
            clerk=self.clerk,
        )


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with (
        closing(Exiv2()) as exiv2,
        closing(open_ledger(None)) as ledger,
        closing(Clerk()) as clerk,
    ):
        yield Lab(provider=Hostile(), exiv2=exiv2, ledger=ledger, clerk=clerk)


def photo_bytes(file_format: str, packet: bytes) -> bytes:
    file = io.BytesIO()
    image = Image.linear_gradient("L").resize((16, 16)).convert("RGB")
    if file_format == "PNG":
        from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415 - Pillow has it in a place of its own

        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", packet.decode())
        image.save(file, "PNG", pnginfo=info)
    elif file_format == "TIFF":
        image.save(file, "TIFF", tiffinfo={700: packet})
    else:
        image.save(file, file_format, xmp=packet)
    return file.getvalue()


def with_keywords(keywords: list[str]) -> bytes:
    packet = empty_packet()
    if keywords:
        packet = edited(read_packet(packet), [PropertyEdit(target=SUBJECT, append=tuple(keywords))])
    return packet


@pytest.mark.parametrize(
    ("file_format", "suffix"),
    [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("TIFF", "tif")],
)
def test_any_answer_leaves_a_sound_file_with_all_the_users_keywords(
    file_format: str, suffix: str, lab: Lab, tmp_path: Path
) -> None:
    if not shutil.which("exiftool"):
        pytest.skip("needs exiftool: apt-get install libimage-exiftool-perl")
    expected: dict[Path, list[str]] = {}
    numbers = itertools.count()

    @settings(max_examples=60 * ROUNDS, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(ANY, st.lists(ANY, max_size=2)), max_size=8), USERS, ANY)
    @example([(text, [text]) for text in NASTY], ["mine"], "model\0\ud800")
    @example([], ["mine"], "")
    def tag_one(words: list[tuple[str, list[str]]], users: list[str], model: str) -> None:
        photo = tmp_path / f"{next(numbers)}.{suffix}"
        photo.write_bytes(photo_bytes(file_format, with_keywords(users)))
        lab.provider.said = [Keyword(text=t, broader=tuple(b)) for t, b in words]
        lab.provider.said.append(HUGE)
        lab.provider.model = model

        target = lab.tag(photo, "auto" if len(words) % 2 else "")

        if not target.exists():  # a sidecar that nothing had to be written into
            assert not any(cleaned(text) for text, _ in words)
            return
        mine = [k.strip() for k in users if k.strip()]
        found = keywords_of(target, lab.exiv2)
        assert found[: len(mine)] == mine
        assert all(cleaned(k) == k for k in found[len(mine) :])
        usable = ((t, *b) for t, b in words if cleaned(t))
        wanted = {spelling_key(c) for path in usable for w in path if (c := cleaned(w))}
        assert len(wanted) > 50 or wanted <= set(map(spelling_key, found))
        expected[target] = found

    tag_one()
    judge(expected)


def keywords_of(target: Path, exiv2: Exiv2) -> list[str]:
    """Return the keywords as exiv2 reads them; lxml must be able to read the packet as well."""
    reading = exiv2.read_file(target)
    etree.fromstring(reading.packet)
    return [k.strip() for k in reading.subject if k.strip()]


def judge(expected: dict[Path, list[str]]) -> None:
    """Compare with what exiftool reads in all files, and let Pillow decode them."""
    run = subprocess.run(
        ["exiftool", "-j", "-XMP-dc:Subject", "-validate", "-error", "-@", "-"],
        input="\n".join(map(str, expected)).encode(),
        capture_output=True,
        check=False,
    )
    # exiftool gives what looks like a number or a truth value as one.
    judged = json.loads(run.stdout, parse_float=str, parse_int=str)
    for path, found in zip(expected, judged, strict=True):
        subject: Any = found.get("Subject", [])
        read = subject if isinstance(subject, list) else [subject]
        keys = [spelling_key(str(k)) for k in read if str(k).strip()]
        assert keys == [spelling_key(k) for k in expected[path]]
        assert "Error" not in found
        if path.suffix != ".xmp":
            with Image.open(path) as image:
                image.load()


def test_a_record_of_ten_thousand_keywords_is_bounded(lab: Lab, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(photo_bytes("JPEG", with_keywords(["mine"])))
    lab.provider.said = [Keyword(text=f"word {n}", confidence=0.5) for n in range(10_000)]

    target = lab.tag(photo, "")

    assert target == photo
    assert len(keywords_of(photo, lab.exiv2)) == 51
