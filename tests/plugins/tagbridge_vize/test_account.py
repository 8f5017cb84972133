"""The management side with single answers that a real account rarely gives."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import pytest

from tagbridge_hooks import (
    FREE,
    AccountError,
    MalformedAnswerError,
    QuotaError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from tagbridge_vize import VizeSettings
from tagbridge_vize.account import Account

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")

TASK = "0a8c8186-aee8-47c8-9eaf-348103feb14d"
IMAGE = "5b1f2c3d-0000-4000-8000-00000000000a"
SETTINGS = VizeSettings.model_validate({"api_token": "open-sesame"})


def told(
    question: Callable[[Account], Awaitable[T]], *answers: httpx.Response
) -> tuple[T, list[httpx.Request]]:
    """Return what an account says when the service gives these answers, and what it was asked."""
    requests: list[httpx.Request] = []
    coming = iter(answers)

    def service(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return next(coming)

    async def ask() -> T:
        async with httpx.AsyncClient(transport=httpx.MockTransport(service)) as client:
            return await question(Account(SETTINGS, client, pauses=(0.0,)))

    return asyncio.run(ask()), requests


def page(rows: list[Any], more: str | None = None) -> httpx.Response:
    return httpx.Response(200, json={"count": 3, "next": more, "previous": None, "results": rows})


def row(name: str) -> dict[str, object]:
    return {"id": name, "name": name, "production_version": -1}


def test_the_next_page_is_never_asked_for_where_the_answer_says() -> None:
    tasks, requests = told(
        lambda account: account.tasks(),
        page([row("a"), row("b")], "https://evil.example/v2/task/?page=2"),
        page([row("b"), row("c")]),
    )
    assert [task.id for task in tasks] == ["a", "b", "c"]
    assert [str(request.url) for request in requests] == [
        f"https://api.vize.ai/v2/task/?page={number}" for number in (1, 2)
    ]
    assert all(request.extensions.items() >= FREE.items() for request in requests)


def test_a_list_without_end_ends_when_it_repeats_itself() -> None:
    again = [page([row("a")], "https://api.vize.ai/v2/task/?page=2") for _ in range(3)]
    tasks, requests = told(lambda account: account.tasks(), *again)
    assert (len(tasks), len(requests)) == (1, 2)


def test_a_list_that_became_shorter_meanwhile_ends() -> None:
    tasks, _ = told(lambda account: account.tasks(), page([row("a")], "more"), httpx.Response(404))
    assert len(tasks) == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, content=b"<html>Back soon</html>"),
        httpx.Response(200, json={"results": None}),
        httpx.Response(200, json={"results": [{"name": "no id"}]}),
        httpx.Response(200, json={"results": [{"id": "../../account", "name": "x"}]}),
        httpx.Response(200, json={"results": [{"id": "a", "name": None}]}),
    ],
)
def test_a_list_of_another_form_is_malformed(answer: httpx.Response) -> None:
    with pytest.raises(MalformedAnswerError, match="vize: "):
        told(lambda account: account.tasks(), answer)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(302, headers={"Location": "https://evil.example"}), AccountError),
        (httpx.Response(401), AccountError),
        (httpx.Response(402), QuotaError),
        (httpx.Response(400, json={"name": ["open-sesame"]}), RejectedError),
    ],
)
def test_a_refusal_is_told_without_its_words(answer: httpx.Response, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        told(lambda account: account.create_label("cat"), answer)
    assert "sesame" not in repr(caught.value)


def test_a_refused_field_is_named() -> None:
    with pytest.raises(RejectedError, match=r"HTTP 400, not accepted \(name\)"):
        told(lambda a: a.create_label("cat"), httpx.Response(400, json={"name": ["x"], "A b": 1}))


def test_a_service_that_stays_busy_is_not_asked_for_ever() -> None:
    busy = [httpx.Response(429, headers={"Retry-After": "0"}) for _ in range(2)]
    with pytest.raises(RateLimitedError):
        told(lambda account: account.tasks(), *busy)
    down = [httpx.Response(502) for _ in range(2)]
    with pytest.raises(TransientError):
        told(lambda account: account.tasks(), *down)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(400, json={"detail": f"Image already exists: {IMAGE}"}),
        httpx.Response(400, json={"img_path": [f"This image already exist ({IMAGE.upper()})."]}),
        httpx.Response(200, json={"detail": "already exists", "id": IMAGE}),
        httpx.Response(409, content=f"already exists {IMAGE}".encode()),
    ],
)
def test_a_picture_that_is_there_already_is_known_by_the_id_of_the_first(
    answer: httpx.Response,
) -> None:
    (image, new), _ = told(lambda account: account.upload("x.jpg", b"picture"), answer)
    assert (image, new) == (IMAGE, False)


def test_a_label_that_an_image_has_already_does_no_harm() -> None:
    told(
        lambda account: account.mark(IMAGE, "cat"),
        httpx.Response(400, json={"detail": "The label already exists."}),
    )


def test_an_upload_is_a_file_in_a_form() -> None:
    (image, new), (request,) = told(
        lambda account: account.upload("0123.jpg", b"picture"),
        httpx.Response(201, json={"id": IMAGE, "img_path": "https://cdn.example/0123.jpg"}),
    )
    assert (image, new) == (IMAGE, True)
    assert (request.method, request.url.path) == ("POST", "/v2/training-image/")
    assert b'name="img_path"; filename="0123.jpg"' in request.content
    assert request.headers["Authorization"] == "Token open-sesame"


def test_a_training_that_the_service_does_not_start_is_told() -> None:
    with pytest.raises(AccountError, match="does not start the training"):
        told(lambda account: account.train(TASK), httpx.Response(400, json={"detail": "no"}))


@pytest.mark.parametrize(
    "make",
    [
        lambda account: account.train(TASK),
        lambda account: account.create_task("Animals"),
        lambda account: account.create_label("cat"),
    ],
)
def test_what_would_be_there_twice_is_not_asked_for_twice(
    make: Callable[[Account], Awaitable[object]],
) -> None:
    with pytest.raises(TransientError):
        told(make, httpx.Response(502))  # a second request would find no answer
