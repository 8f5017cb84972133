"""The log says what left this machine and where it went, and nothing that nobody may see."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagbridge.transport.departures import described
from tagbridge_hooks import FREE, Asset, Rendition

if TYPE_CHECKING:
    from tests.tagbridge.transport.conftest import Asking, Heard, Service

NOBODY = "http://127.0.0.1:9"  # the port to which everything is thrown away, if anybody listens


@pytest.fixture(autouse=True)
def _log_all(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.message for r in caplog.records if r.name == "tagbridge.transport.departures"]


def hear(asking: Asking, url: str, **more: object) -> Heard:
    question = asking.question("one", ("a-secret-key",))
    question.about = "a picture"
    headers = {"X-Key": "a-secret-key"}
    heard: Heard = asking.run(
        asking.hear(f"{url}?key=a-secret-key", question, "one", headers=headers, **more)
    )
    return heard


def test_what_is_sent_is_told_once_and_an_answer_from_the_store_is_not(
    asking: Asking, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        assert hear(asking, f"{service.url}/ok", content=b"?").status == 200

    assert said(caplog) == ["sent a picture to 127.0.0.1 for known"]
    assert {record.levelname for record in caplog.records if "sent" in record.message} == {"INFO"}


def test_what_got_no_answer_was_sent_all_the_same(
    asking: Asking, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    assert hear(asking, f"{service.url}/closed", content=b"?").error
    assert hear(asking, f"{service.url}/closed", content=b"?", extensions=FREE).error

    assert said(caplog) == [
        "sent a picture to 127.0.0.1 for known",
        "sent a request of 1 B to 127.0.0.1 for known",
    ]


def test_what_reached_nobody_was_not_sent(asking: Asking, caplog: pytest.LogCaptureFixture) -> None:
    assert hear(asking, NOBODY, content=b"?").error
    assert hear(asking, NOBODY, content=b"?", extensions=FREE).error

    assert said(caplog) == []


def test_a_request_that_is_not_about_a_picture_is_told_by_its_size(
    asking: Asking, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    async def fetch() -> None:
        url = f"{service.url}/ok?key=a-secret-key"
        await asking.client.client.post(url, content=bytes(34_100), extensions=FREE)

    asking.run(fetch())

    assert said(caplog) == ["sent a request of 34 KB to 127.0.0.1"]


def test_a_rendition_is_told_with_its_photo() -> None:
    asset = Asset(
        path=Path("/photos/\x1b[31mred.jpg"), media_type="image/x", size=1, mtime_ns=1, identity=""
    )
    picture = Rendition(data=bytes(34_100), media_type="image/jpeg", width=512, height=384)

    assert described(asset, picture) == (
        r"a small copy of /photos/\x1b[31mred.jpg (image/jpeg, 512 x 384, 34 KB)"
    )
