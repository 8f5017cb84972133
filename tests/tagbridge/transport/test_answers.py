"""What the one who asks gets for each way in which a service can answer, and what is kept of it."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_hooks import FREE, ProviderError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.tagbridge.transport.conftest import Asking, Service

CALL = "SELECT state, status FROM call"
SPENT = "SELECT COALESCE(SUM(calls), 0), COALESCE(SUM(cost), 0) FROM quota WHERE scope = 'all'"


def test_an_answer_is_stored_and_never_asked_for_again(
    asking: Asking, service: Service, stored: Callable[[str], Any]
) -> None:
    first = asking.ask(f"{service.url}/ok", "fine")
    second = asking.ask(f"{service.url}/ok", "fine")

    assert first.response is not None
    assert second.response is not None
    assert first.response.json()["picture"] == "fine"
    assert second.response.content == first.response.content
    assert second.response.headers == first.response.headers
    assert service.pictures.count("fine") == 1
    assert stored(CALL) == [("done", 200)]
    assert [asked.sent for asked in first.question.calls] == [True]
    assert [asked.sent for asked in second.question.calls] == [False]


def test_a_replay_is_the_same_byte_for_byte(asking: Asking, service: Service) -> None:
    first = asking.ask(f"{service.url}/text", "bytes")
    second = asking.ask(f"{service.url}/text", "bytes")

    assert first.response is not None
    assert second.response is not None
    assert first.response.content == second.response.content == b"\xff not JSON \x00"
    assert first.response.headers["content-type"] == "text/plain"
    assert service.pictures.count("bytes") == 1


def test_a_response_is_an_ordinary_one_of_httpx(asking: Asking, service: Service) -> None:
    response = asking.ask(f"{service.url}/gzip", "zipped").response

    assert response is not None
    assert response.request.url == f"{service.url}/gzip"
    assert response.json()["picture"] == "zipped"
    assert "content-encoding" not in response.headers
    assert response.is_success


def test_a_compressed_answer_is_unpacked_once_and_replayed_unpacked(
    asking: Asking, service: Service
) -> None:
    first = asking.ask(f"{service.url}/gzip", "zipped twice")
    second = asking.ask(f"{service.url}/gzip", "zipped twice")

    assert first.response is not None
    assert second.response is not None
    assert first.response.content == second.response.content
    assert json.loads(second.response.content)["picture"] == "zipped twice"


@pytest.mark.parametrize("status", [302, 400, 401, 404, 422, 429, 500, 502, 503])
def test_an_answer_without_success_is_seen_and_asked_for_again(
    status: int, asking: Asking, service: Service, stored: Callable[[str], Any]
) -> None:
    first = asking.ask(f"{service.url}/status/{status}", f"bad {status}")
    second = asking.ask(f"{service.url}/status/{status}", f"bad {status}")

    assert first.status == second.status == status
    assert service.pictures.count(f"bad {status}") == 2
    assert stored(CALL) == [("failed", status)]
    assert [asked.status for asked in second.question.calls] == [status]


def test_what_a_service_refuses_costs_a_call_and_no_money(
    asking: Asking, service: Service, stored: Callable[[str], Any]
) -> None:
    asking.ask(f"{service.url}/status/400", "refused", price=0.5, currency="EUR", daily_cost=9.0)

    assert stored(SPENT) == [(1, 0)]
    assert stored("SELECT cost FROM quota WHERE scope = 'cost/EUR'") == [(0,)]


def test_a_redirect_is_not_followed(asking: Asking, service: Service) -> None:
    heard = asking.ask(f"{service.url}/redirect", "elsewhere")

    assert heard.status == 302
    paths = [a["path"] for a in service.arrivals if a["picture"] == "elsewhere"]
    assert paths == ["/redirect"]


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("cut", httpx.RemoteProtocolError),
        ("endless", httpx.RemoteProtocolError),
        ("bomb", httpx.RemoteProtocolError),
        ("closed", httpx.RemoteProtocolError),
        ("garbled", httpx.DecodingError),
        ("silent", httpx.ReadTimeout),
    ],
)
def test_a_call_without_a_whole_answer_counts_and_is_made_again(
    path: str,
    error: type[Exception],
    asking: Asking,
    service: Service,
    stored: Callable[[str], Any],
) -> None:
    seconds = 0.5 if path == "silent" else 30.0

    first = asking.ask(f"{service.url}/{path}", path, timeout_seconds=seconds)
    second = asking.ask(f"{service.url}/{path}", path, timeout_seconds=seconds)

    assert type(first.error) is type(second.error) is error
    assert str(first.error) == error.__name__
    assert service.pictures.count(path) == 2
    assert stored(CALL) == [("failed", None)]
    assert stored(SPENT) == [(2, 0)]
    assert second.question.network_calls == 1
    assert not second.question.keys_to_refuse()


def test_a_connection_that_is_refused_costs_nothing(
    asking: Asking, service: Service, stored: Callable[[str], Any]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]

    refused = asking.ask(f"http://127.0.0.1:{port}/ok", "unheard", daily_calls=1, price=1.0)

    assert type(refused.error) is httpx.ConnectError
    assert stored(SPENT) == [(0, 0)]
    assert asking.ask(f"{service.url}/ok", "heard", daily_calls=1, price=1.0).status == 200


def test_a_connection_that_never_comes_about_costs_nothing(
    asking: Asking, stored: Callable[[str], Any]
) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        address = server.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        try:
            for one in waiting:  # the queue of the server is full: who comes now is not answered
                one.settimeout(0.0)
                one.connect_ex(address)
            heard = asking.ask(f"http://127.0.0.1:{address[1]}/ok", timeout_seconds=0.5)
        finally:
            for one in waiting:
                one.close()

    assert type(heard.error) is httpx.ConnectTimeout
    assert stored(SPENT) == [(0, 0)]
    assert stored(CALL) == [("failed", None)]


def test_a_server_that_ends_each_connection_is_asked_on_a_new_one(
    asking: Asking, service: Service
) -> None:
    statuses = [asking.ask(f"{service.url}/leaves", f"leaves {n}").status for n in range(5)]

    assert statuses == [200] * 5


def test_another_picture_and_another_provider_are_other_calls(
    asking: Asking, service: Service, stored: Callable[[str], Any]
) -> None:
    for picture in ("this", "that"):
        asking.ask(f"{service.url}/ok", picture)

    assert stored(CALL) == [("done", 200), ("done", 200)]


def test_a_service_that_is_polled_is_asked_each_time_and_replayed_in_order(
    asking: Asking, service: Service
) -> None:
    """The same request of one attempt is another call once it has a good answer."""

    async def poll() -> list[int]:
        question = asking.question("polled")
        heard = [await asking.hear(f"{service.url}/ok", question, "polled") for _ in range(3)]
        return [h.response.json()["count"] for h in heard if h.response is not None]

    first: list[int] = asking.run(poll())
    second: list[int] = asking.run(poll())

    assert len(set(first)) == 3
    assert second == first
    assert service.pictures.count("polled") == 3


def test_a_refused_answer_is_asked_for_again(
    asking: Asking, service: Service, stored: Callable[[str], Any]
) -> None:
    heard = asking.ask(f"{service.url}/ok", "odd")
    asking.run(asking.courier.verdict(heard.question.keys_to_refuse(), "refuse"))

    assert stored(CALL) == [("failed", 200)]
    assert asking.ask(f"{service.url}/ok", "odd").status == 200
    assert service.pictures.count("odd") == 2


def test_a_rejection_that_is_kept_is_never_asked_for_again(
    asking: Asking, service: Service
) -> None:
    heard = asking.ask(f"{service.url}/status/400", "no picture")
    asking.run(asking.courier.verdict(heard.question.keys_to_keep(), "keep"))

    again = asking.ask(f"{service.url}/status/400", "no picture")

    assert again.status == 400
    assert [asked.sent for asked in again.question.calls] == [False]
    assert service.pictures.count("no picture") == 1


def test_a_free_request_needs_no_picture_and_leaves_no_trace(
    asking: Asking, service: Service
) -> None:
    async def token() -> list[int]:
        client = asking.client.client
        url = f"{service.url}/ok"
        responses = [
            await client.get(url, headers={"X-Picture": "free"}, extensions=dict(FREE))
            for _ in range(2)
        ]
        return [response.json()["count"] for response in responses]

    counts: list[int] = asking.run(token())

    assert len(set(counts)) == 2
    assert asking.courier.pid is None


def test_a_request_about_nothing_is_a_fault_of_the_plugin(asking: Asking, service: Service) -> None:
    async def stray() -> None:
        await asking.client.client.get(f"{service.url}/ok", headers={"X-Picture": "stray"})

    with pytest.raises(ProviderError, match="FREE"):
        asking.run(stray())
    assert "stray" not in service.pictures
