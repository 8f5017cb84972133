"""One photo's way through real plugins, in this process."""

from __future__ import annotations

import asyncio
import threading
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from tagbridge.errand import Errand, SupersededError
from tagbridge.metadata.edit import empty_packet
from tagbridge.pipeline import Journey, tag_asset
from tagbridge_hooks import (
    AccountError,
    Asset,
    AssetChangedError,
    Keyword,
    MalformedAnswerError,
    QuotaError,
    RateLimitedError,
    Receipt,
    RejectedError,
    Rendition,
    Source,
    Sourced,
    TagSet,
    TransientError,
    hookimpl,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.tagbridge.conftest import Equip, Speaker


class Witness:
    """A plugin with every hook that writes down what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []
        self.threads: set[int] = set()

    def _note(self, hook: str, value: object) -> None:
        self.told.append((hook, value))
        self.threads.add(threading.get_ident())

    @hookimpl
    def tagbridge_accept_asset(self, asset: Asset) -> None:
        self._note("accept", asset)

    @hookimpl
    def tagbridge_render_asset(self, asset: Asset, max_edge: int) -> None:  # noqa: ARG002 - a hook
        self._note("render", max_edge)

    @hookimpl
    def tagbridge_revise_tagset(self, tagset: TagSet, asset: Asset) -> None:  # noqa: ARG002 - a hook
        self._note("revise", [k.value.text for k in tagset.keywords])

    @hookimpl
    def tagbridge_asset_finished(self, asset: Asset, tagset: TagSet, receipt: Receipt) -> None:  # noqa: ARG002 - a hook
        self._note("finished", receipt)


def travel(
    equip: Equip,
    photo: Path,
    *plugins: object,
    speakers: Sequence[Speaker],
    errand: Errand | None = None,
    dry_run: bool = False,
) -> Journey:
    equipment = equip(*plugins, speakers=speakers, dry_run=dry_run)
    return asyncio.run(tag_asset(photo, equipment, errand))


def outcome_of(equip: Equip, photo: Path) -> str:
    """Return what is remembered of the file as it is now; empty if it is to be looked at."""
    if not equip.ledger.files.is_known(photo, photo.lstat()):
        return ""
    known = equip.ledger.files.find(photo)
    assert known
    return known.outcome


def words(journey: Journey) -> list[str]:
    return [keyword.value.text for keyword in journey.tagset.keywords]


def test_the_hooks_are_called_in_order_on_worker_threads(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    witness = Witness()
    journey = travel(equip, photo, witness, speakers=[speaker("Sea"), speaker("Boat", edge=99)])
    assert [hook for hook, _ in witness.told] == ["accept", "render", "revise", "finished"]
    told = dict(witness.told)
    assert told["accept"].path == photo
    assert told["accept"].media_type == "image/jpeg"
    assert told["render"] == 512
    assert sorted(told["revise"]) == ["Boat", "Sea"]
    assert told["finished"] == journey.receipt
    assert journey.receipt.outcome == "written"
    assert threading.get_ident() not in witness.threads


class Vandal:
    """A plugin whose every hook fails."""

    @hookimpl
    def tagbridge_accept_asset(self) -> bool:
        raise RuntimeError("accept")

    @hookimpl
    def tagbridge_render_asset(self) -> None:
        raise MemoryError

    @hookimpl
    def tagbridge_revise_tagset(self) -> str:
        return "no tag set"

    @hookimpl
    def tagbridge_asset_finished(self) -> None:
        raise SystemExit(3)


def test_plugins_that_fail_hurt_nobody(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path, caplog: pytest.LogCaptureFixture
) -> None:
    witness = Witness()
    journey = travel(equip, photo, Vandal(), witness, Vandal(), speakers=[speaker("Sea")])
    assert (journey.receipt.outcome, journey.failed, words(journey)) == ("written", False, ["Sea"])
    assert len(witness.told) == 4
    assert len([r for r in caplog.records if "its answer is left out" in r.getMessage()]) == 8


class Bouncer:
    """A plugin that lets nothing in."""

    @hookimpl
    def tagbridge_accept_asset(self) -> bool:
        return False


def test_a_plugin_may_refuse_a_photo(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    before, witness, asked = photo.read_bytes(), Witness(), speaker("Sea")
    journey = travel(equip, photo, Bouncer(), witness, speakers=[asked])
    assert (journey.receipt.outcome, journey.failed) == ("skipped", False)
    assert journey.receipt.reason == "a plugin does not accept it"
    assert (asked.seen, photo.read_bytes()) == ([], before)
    assert [hook for hook, _ in witness.told] == ["finished"]
    assert outcome_of(equip, photo) == "skipped"


class Painter:
    """A plugin that renders everything as a red PNG, larger than anybody wants."""

    @hookimpl
    def tagbridge_render_asset(self) -> Rendition:
        buffer = BytesIO()
        Image.new("RGBA", (900, 600), "red").save(buffer, "PNG")
        return Rendition(data=buffer.getvalue(), media_type="image/png", width=900, height=600)


def test_the_rendition_of_a_plugin_is_what_providers_see(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    asked = speaker("Sea")
    travel(equip, photo, Painter(), speakers=[asked])
    (seen,) = asked.seen
    assert (seen.media_type, seen.width, seen.height) == ("image/jpeg", 512, 341)
    with Image.open(BytesIO(seen.data)) as picture:
        red, green, blue = (picture.getchannel(channel).histogram() for channel in "RGB")
    assert sum(red[:240]) == sum(green[16:]) == sum(blue[16:]) == 0


class Poet:
    """A plugin that adds words of all kinds."""

    @hookimpl
    def tagbridge_revise_tagset(self, tagset: TagSet) -> TagSet:
        texts = ("sea", "a\x00b|c", "\ufffe", " ", "Forbidden", "Wave", "WAVE")
        said = (Source(provider="poet", model="1"),)
        added = (Sourced(value=Keyword(text=text), sources=said) for text in texts)
        return TagSet(keywords=(*tagset.keywords, *added))


def test_what_a_plugin_adds_is_cleaned_like_anything(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    equip.blocked = frozenset({"forbidden"})
    journey = travel(equip, photo, Poet(), speakers=[speaker("Sea")])
    assert words(journey) == ["Sea", "ab c", "Wave"]
    assert list(journey.receipt.keywords_added) == ["Sea", "ab c", "Wave"]


@pytest.mark.parametrize("error", [RejectedError("no"), AccountError("no")])
def test_one_that_fails_leaves_the_others_words(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path, error: Exception
) -> None:
    both = travel(equip, photo, speakers=[speaker("Sea"), speaker("Boat", does=error)])
    assert (both.receipt.outcome, both.receipt.reason, words(both)) == ("written", "no", ["Sea"])
    assert (both.failed, both.failures, both.calls) == (True, (error,), 2)
    alone = travel(equip, photo, speakers=[speaker("Boat", does=error)])
    assert (alone.receipt.outcome, alone.receipt.reason) == ("parked", "no")
    assert (alone.failed, len(alone.failures)) == (True, 1)


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        (TransientError("busy"), True),
        (MalformedAnswerError("?"), True),
        (RateLimitedError("slow", retry_after=30.0), True),
        (RateLimitedError("slow", retry_after=31.0), False),
        (QuotaError("used up"), False),
        (RejectedError("no"), False),
    ],
)
def test_a_patient_journey_writes_all_at_once_or_nothing_yet(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path, error: Exception, *, waits: bool
) -> None:
    before, both = photo.read_bytes(), [speaker("Sea"), speaker("Boat", does=error)]
    journey = travel(equip, photo, speakers=both, errand=Errand(patient=True))
    assert journey.failures == (error,)
    if waits:
        assert (journey.receipt.outcome, photo.read_bytes()) == ("parked", before)
        assert outcome_of(equip, photo) == ""
    else:
        assert (journey.receipt.outcome, words(journey)) == ("written", ["Sea"])


def test_a_photo_that_another_worker_took_over_is_not_written(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    before = photo.read_bytes()
    lost = Errand(holds=lambda: False)
    journey = travel(equip, photo, speakers=[speaker("Sea")], errand=lost)
    assert isinstance(journey.trouble, SupersededError)
    assert (journey.receipt.outcome, photo.read_bytes()) == ("parked", before)
    assert [p.name for p in photo.parent.iterdir()] == [photo.name]


@pytest.mark.parametrize("error", [asyncio.CancelledError(), SystemExit(1), KeyError("x")])
def test_a_provider_that_raises_anything_ends_nothing(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path, error: BaseException
) -> None:
    journey = travel(equip, photo, speakers=[speaker("Sea"), speaker("Boat", does=error)])
    assert (journey.receipt.outcome, words(journey), journey.failed) == ("written", ["Sea"], True)
    assert "fault in the plugin" in journey.receipt.reason


def test_a_photo_that_changes_meanwhile_is_taken_as_it_is_then(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    def save() -> None:
        if len(changing.seen) == 1:
            Image.new("RGB", (300, 200), "blue").save(photo)

    changing = speaker("Sea", does=save)
    journey = travel(equip, photo, speakers=[changing])
    assert journey.receipt.outcome == "written"
    assert [seen.width for seen in changing.seen] == [512, 300]
    with Image.open(photo) as picture:
        assert picture.size == (300, 200)


def test_a_photo_whose_metadata_is_edited_meanwhile_is_not_asked_for_again(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    comment = b"\xff\xfe\0\6mine"

    def edit() -> None:
        data = photo.read_bytes()
        photo.write_bytes(data[:2] + comment + data[2:])

    asked = speaker("Sea", does=edit)
    journey = travel(equip, photo, speakers=[asked])
    assert (journey.receipt.outcome, words(journey), journey.calls) == ("written", ["Sea"], 1)
    assert len(asked.seen) == 1
    assert comment in photo.read_bytes()


def test_a_photo_that_goes_on_changing_is_taken_later(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    def save() -> None:
        Image.new("RGB", (300, 200 + len(changing.seen)), "blue").save(photo)

    changing = speaker("Sea", does=save)
    journey = travel(equip, photo, speakers=[changing])
    assert (journey.receipt.outcome, journey.calls) == ("parked", 3)
    assert isinstance(journey.trouble, AssetChangedError)
    assert outcome_of(equip, photo) == ""


def test_a_photo_that_vanishes_is_parked(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    journey = travel(equip, photo, speakers=[speaker("Sea", does=photo.unlink)])
    assert (journey.receipt.outcome, journey.failed, journey.gone) == ("parked", True, True)
    assert "No such file" in journey.receipt.reason
    assert not list(photo.parent.glob(".tagbridge-*"))


ONLY_NEW = Errand(only_new=True)


def test_only_new_photos_leave_the_users_edits_alone(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    """Even when nothing is left of what we wrote: it is not what it was before, either."""
    plain = photo.read_bytes()
    travel(equip, photo, speakers=[speaker("Sea")])
    photo.write_bytes(plain[:2] + b"\xff\xfe\0\6mine" + plain[2:])
    edited, asked = photo.read_bytes(), speaker("Boat")
    again = travel(equip, photo, speakers=[asked], errand=ONLY_NEW)
    assert (again.receipt.outcome, again.receipt.reason) == ("skipped", "it was tagged before")
    assert (asked.seen, photo.read_bytes()) == ([], edited)
    assert outcome_of(equip, photo) == "written"
    assert travel(equip, photo, speakers=[asked]).receipt.outcome == "written"


def test_an_original_that_was_restored_gets_its_keywords_again(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    plain = photo.read_bytes()
    travel(equip, photo, speakers=[speaker("Sea")])
    photo.write_bytes(plain)
    for _ in range(2):  # also when that is done once more
        again = travel(equip, photo, speakers=[speaker("Sea")], errand=ONLY_NEW)
        assert (again.receipt.outcome, words(again)) == ("written", ["Sea"])
        photo.write_bytes(plain)


def test_a_photo_in_which_nothing_had_to_be_written_stays_as_its_user_edits_it(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    plain, theirs = photo.read_bytes(), photo.with_name("theirs.jpg")
    travel(equip, photo, speakers=[speaker("Sea")])
    theirs.write_bytes(photo.read_bytes())
    assert travel(equip, theirs, speakers=[speaker("Sea")]).receipt.outcome == "unchanged"
    theirs.write_bytes(plain)
    again = travel(equip, theirs, speakers=[speaker("Sea")], errand=ONLY_NEW)
    assert (again.receipt.outcome, theirs.read_bytes()) == ("skipped", plain)


def test_a_dry_run_remembers_nothing(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    journey = travel(equip, photo, speakers=[speaker("Sea")], dry_run=True)
    assert (journey.receipt.outcome, words(journey)) == ("planned", ["Sea"])
    photo.with_name("bad.jpg").touch()
    travel(equip, photo.with_name("bad.jpg"), speakers=[speaker("Sea")], dry_run=True)
    for path in (photo, photo.with_name("bad.jpg")):
        assert outcome_of(equip, path) == ""


def test_an_unreadable_photo_is_left_alone_until_it_changes(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    data = photo.read_bytes()
    photo.write_bytes(data[:1000])
    asked = speaker("Sea")
    assert travel(equip, photo, speakers=[asked]).receipt.outcome == "parked"
    assert outcome_of(equip, photo) == "parked"
    photo.write_bytes(data)
    assert outcome_of(equip, photo) == ""


def test_a_write_that_was_cut_short_is_finished(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    sidecar = photo.with_name("a.jpg.xmp")
    empty = empty_packet()
    sidecar.write_bytes(empty)
    travel(equip, photo, speakers=[speaker("Sea")])
    assert b"Sea" in sidecar.read_bytes()
    known = equip.ledger.files.find(photo)
    assert known
    # As if the process had been killed between the two.
    sidecar.write_bytes(empty)
    equip.ledger.files.record(photo, photo.stat(), known.identity, "writing")
    again = travel(equip, photo, speakers=[speaker("Sea")], errand=ONLY_NEW)
    assert (again.receipt.outcome, again.receipt.target) == ("written", sidecar)
