"""What is read of a folder, in which size it leaves, and how a training is followed."""

from __future__ import annotations

import asyncio
import json
import os
from typing import TYPE_CHECKING

import httpx
import pytest

from tagbridge_hooks import ConfigError
from tagbridge_vize import VizeSettings
from tagbridge_vize.account import Account
from tagbridge_vize.folder import Pile, piles
from tagbridge_vize.things import Label
from tagbridge_vize.uploading import rendition, upload
from tests.plugins.tagbridge_vize.lending import Lent, command, picture

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TASK = "0a8c8186-aee8-47c8-9eaf-348103feb14d"
TABLE = {"api_token": "open-sesame"}


@pytest.mark.parametrize(
    ("size", "sent", "renderings"),
    [
        ((1500, 1000), (768, 512), 1),
        ((1000, 1500), (512, 768), 1),
        ((1200, 1000), (768, 640), 1),
        ((1600, 900), (910, 512), 2),
        ((3000, 500), (3000, 500), 2),
        ((600, 200), (600, 200), 1),
        ((9000, 300), (4096, 137), 2),
    ],
)
def test_a_picture_leaves_with_512_pixels_on_its_short_side_if_it_has_them(
    tmp_path: Path, size: tuple[int, int], sent: tuple[int, int], renderings: int
) -> None:
    path = picture(tmp_path / "picture.png", 1, size)

    async def rendered() -> tuple[int, int]:
        async with httpx.AsyncClient() as client:
            lent = Lent(client=client, table=None)
            made = await rendition(path, lent)
            assert len(lent.rendered) == renderings
            return made.width, made.height

    assert asyncio.run(rendered()) == pytest.approx(sent, abs=1)


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    for name in (
        "b/2.JPG",
        "b/1.jpeg",
        "b/3.CR2",
        "b/notes.txt",
        "b/.4.jpg",
        "a/1.png",
        ".c/1.png",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "b" / "folder.jpg").mkdir()
    found = [(pile.name, [path.name for path in pile.pictures]) for pile in piles(tmp_path)]
    assert found == [("a", ["1.png"]), ("b", ["1.jpeg", "2.JPG", "3.CR2"])]


def test_a_label_is_named_as_people_write_it(tmp_path: Path) -> None:
    (tmp_path / "Cafe\u0301").mkdir()
    assert [pile.name for pile in piles(tmp_path)] == ["Caf\u00e9"]


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        piles(tmp_path / "missing")


def test_a_name_that_is_no_text_is_no_label(tmp_path: Path) -> None:
    os.mkdir(os.fsencode(tmp_path) + b"/caf\xe9")  # noqa: PTH102 - a Path cannot have this name
    with pytest.raises(ConfigError, match="cannot be named like this"):
        piles(tmp_path)


def followed(answers: Sequence[dict[str, object] | None], *options: str) -> int:
    """Run `status --follow` with these looks at the task; None is a service that is down."""
    coming = iter(answers)

    def service(_request: httpx.Request) -> httpx.Response:
        answer = next(coming)
        if answer is None:
            return httpx.Response(503, headers={"Retry-After": "0"})
        row = {"id": TASK, "name": "Ani\x1b[2Jmals", "production_version": 1}
        return httpx.Response(200, json=row | answer)

    options = ("status", TASK, "--follow", "--every", "0.001", *options)
    return command(TABLE, *options, transport=httpx.MockTransport(service))


def test_a_training_that_failed_ends_the_following(capsys: pytest.CaptureFixture[str]) -> None:
    assert followed([{}, {"last_train_status": "IN_TRAINING"}, {"last_train_status": "ERROR"}]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "Ani\ufffd[2Jmals: version 1",
        "Ani\ufffd[2Jmals: version 1  last training: IN_TRAINING",
        "Ani\ufffd[2Jmals: version 1  last training: ERROR",
    ]


def test_a_version_that_rises_ends_the_following(capsys: pytest.CaptureFixture[str]) -> None:
    assert followed([{}, {}, {}, {"production_version": 2}], "--json") == 0
    versions = [
        json.loads(line)["production_version"] for line in capsys.readouterr().out.split("\n")[:-1]
    ]
    assert versions == [1, 2]


def test_a_training_that_has_ended_before_is_not_waited_for() -> None:
    assert followed([{}], "--after", "-1") == 0


def test_a_service_that_is_down_for_a_while_does_not_end_the_following() -> None:
    down = [None] * 8
    assert followed([{}, *down, {"production_version": 2}]) == 0


def test_a_picture_that_the_service_shows_under_its_name_does_not_even_travel_again(
    tmp_path: Path,
) -> None:
    pile = Pile(
        name="cat", pictures=(picture(tmp_path / "1.jpg", 1), picture(tmp_path / "2.jpg", 2))
    )
    names: list[str] = []

    def service(request: httpx.Request) -> httpx.Response:
        row: dict[str, object] = {"id": "image-1"}
        if request.method == "GET":
            rows = [{**row, "img_path": f"/media/{name}", "labels": ["c"]} for name in names[:1]]
            return httpx.Response(200, json={"results": rows, "next": None})
        if request.url.path.endswith("/training-image/"):
            names.extend(part for part in str(request.content).split('"') if part.endswith(".jpg"))
        return httpx.Response(201, json=row)

    async def uploaded() -> list[str]:
        async with httpx.AsyncClient(transport=httpx.MockTransport(service)) as client:
            account = Account(VizeSettings.model_validate(TABLE), client)
            lent = Lent(client=client, table=TABLE)
            label = Label(id="c", name="cat")
            return [sent.outcome async for sent in upload(pile, label, account, lent)]

    assert asyncio.run(uploaded()) == ["uploaded", "uploaded"]
    assert len(names) == 2
    assert asyncio.run(uploaded()) == ["known", "uploaded"]
