from __future__ import annotations

import asyncio
import io
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import onnxruntime
import pytest
from PIL import Image

from tagbridge_hooks import MissingExtraError, RejectedError, Rendition
from tagbridge_hooks.testing import LentContext
from tagbridge_local import LocalSettings, open_provider

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tagbridge_hooks import Provider, Recognition


def plain(width: int, height: int) -> Rendition:
    data = io.BytesIO()
    Image.new("RGB", (width, height), (120, 60, 30)).save(data, "JPEG")
    return Rendition(data=data.getvalue(), media_type="image/jpeg", width=width, height=height)


def test_pictures_at_once_get_the_answers_they_get_one_by_one(
    local: Provider,
    rendition: Callable[[str], Rendition],
    answers: Mapping[str, Recognition],
) -> None:
    async def at_once() -> list[Recognition]:
        return await asyncio.gather(*(local.recognize(rendition(name)) for name in answers))

    assert asyncio.run(at_once()) == list(answers.values())


def test_the_models_are_loaded_once_for_many_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []
    session = onnxruntime.InferenceSession

    def counted(path: str, *args: object, **options: object) -> object:
        loaded.append(path)
        return session(path, *args, **options)

    monkeypatch.setattr(onnxruntime, "InferenceSession", counted)
    provider = open_provider(LocalSettings(), LentContext())
    for _ in range(3):
        asyncio.run(recognized(provider, plain(64, 48)))

    assert len(loaded) == 4
    assert len(set(loaded)) == 4


async def recognized(provider: Provider, shown: Rendition) -> Recognition:
    return await provider.recognize(shown)


def test_colours_can_be_switched_off() -> None:
    provider = open_provider(LocalSettings(colors=False), LentContext())

    assert asyncio.run(recognized(provider, plain(64, 48))).colors == ()


@pytest.mark.parametrize(
    ("width", "height"),
    [
        pytest.param(1, 1, id="one pixel"),
        pytest.param(640, 1, id="a line"),
        pytest.param(3, 640, id="a stripe"),
        pytest.param(5000, 40, id="a panorama larger than asked for"),
    ],
)
def test_a_picture_of_any_shape_gets_an_answer(
    recognize: Callable[[Rendition], Recognition], width: int, height: int
) -> None:
    answer = recognize(plain(width, height))

    assert answer.provider == "local"
    assert [color.name for color in answer.colors] == ["brown"]


def test_a_larger_rendition_than_asked_for_gets_the_same_keywords(
    recognize: Callable[[Rendition], Recognition],
    rendition: Callable[[str], Rendition],
    answers: Mapping[str, Recognition],
) -> None:
    small = rendition("cat.jpg")
    with Image.open(io.BytesIO(small.data)) as picture:
        large = picture.resize((1804, 1200), Image.Resampling.BICUBIC)
    data = io.BytesIO()
    large.save(data, "JPEG", quality=95)
    answer = recognize(replace(small, data=data.getvalue(), width=1804, height=1200))

    assert [one.text for one in answer.keywords] == [
        one.text for one in answers["cat.jpg"].keywords
    ]


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_a_picture_that_is_not_rgb_gets_an_answer(
    recognize: Callable[[Rendition], Recognition], mode: str
) -> None:
    data = io.BytesIO()
    Image.new(mode, (80, 60)).save(data, "JPEG")
    shown = Rendition(data=data.getvalue(), media_type="image/jpeg", width=80, height=60)

    assert recognize(shown).sensitivities


@pytest.mark.parametrize("kept", [0, 1, 20, 400, 9000])
def test_a_cut_off_picture_is_rejected(
    recognize: Callable[[Rendition], Recognition],
    rendition: Callable[[str], Rendition],
    kept: int,
) -> None:
    whole = rendition("cat.jpg")

    with pytest.raises(RejectedError, match="local: the rendition cannot be decoded"):
        recognize(replace(whole, data=whole.data[:kept]))


def test_without_onnxruntime_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tagbridge_local.provider", None)

    with pytest.raises(MissingExtraError, match="reinstall tagbridge"):
        open_provider(LocalSettings(), LentContext())
