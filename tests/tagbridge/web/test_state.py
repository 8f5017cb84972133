"""The state: what the page, the metrics and the health say of a ledger."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tagbridge.ledger import CallKey, Entry, Ledger, StoredAnswer, Terms
from tagbridge.status.objects import status_objects
from tagbridge.status.phrases import amount, blocking, fates

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    import httpx

    from tagbridge.pulse import Pulse
    from tagbridge.web.house import House
    from tests.tagbridge.conftest import Clock

    Serve = Callable[..., "Served"]

EVIL = '<script>alert(1)</script> & it\'s "damaged"'


class Served(Protocol):
    def client(self) -> httpx.Client: ...
    def guest(self) -> AbstractContextManager[httpx.Client]: ...


class Patient(Protocol):
    clock: Clock
    pulse: Pulse


def park(house: House, reason: str, *names: str) -> None:
    jobs = house.ledger.jobs
    for name in names:
        jobs.add(house.roots[0] / name, None, fresh=True)
    for job in jobs.claim("somebody", 99):
        assert jobs.park(job, reason)


def decide(ledger: Ledger, photos: Path, keyword: str, *, removed: int, kept: int) -> None:
    photos.mkdir(exist_ok=True)
    (photos / "a.jpg").write_bytes(b"a")
    status = (photos / "a.jpg").stat()
    for number in range(removed + kept):
        entry = Entry(
            kind="keyword",
            value=keyword,
            provider="local",
            model="1",
            confidence=0.5,
            at=1,
            fate="removed" if number < removed else "kept",
        )
        picture = f"{number:064x}"
        ledger.files.record(photos / "a.jpg", status, picture, "written", written=[entry])


def pay(ledger: Ledger, calls: int) -> None:
    terms = Terms(provider="local", price=0.25, currency="EUR")
    worker = ledger.workers.join("courier")
    for number in range(calls):
        key = CallKey(
            identity=f"{number:064x}", media_type="", provider="local", fingerprint=bytes(16)
        )
        ledger.calls.begin(key, terms, courier=worker, token=str(number))
        ledger.calls.finish(str(number), StoredAnswer(status=200, body=b"{}"))


def test_the_page_says_what_the_terminal_says(serve: Serve, house: House) -> None:
    park(house, "it ends too early", "a.jpg", "b.jpg")
    pay(house.ledger, 3)
    decide(house.ledger, house.roots[0], "Person", removed=6, kept=2)
    objects = list(status_objects(house.state, house.settings))
    (provider,) = [one for one in objects if one["kind"] == "provider"]
    unwanted = [one for one in objects if one["kind"] == "unwanted"]
    with serve(house).guest() as guest:
        text = guest.get("/state").text
    for words in (
        "it ends too early",
        str(house.roots[0] / "a.jpg"),
        "3 calls, 0.7500 EUR",
        fates(provider),
        "kept 25 %",
        "removed 75 %",
        "Person: removed from 6, kept in 2 (local)",
        blocking(unwanted)[1].replace('"', "&#34;"),
    ):
        assert words in text


def test_what_others_named_does_nothing_to_the_page(serve: Serve, house: House) -> None:
    park(house, EVIL, EVIL.replace("/", "-"))
    with serve(house).guest() as guest:
        text = guest.get("/state").text
    assert "alert(1)" in text
    assert "<script>alert" not in text


def test_a_retry_takes_up_what_was_parked_for_that_reason(serve: Serve, house: House) -> None:
    park(house, EVIL, "a.jpg", "b.jpg")
    park(house, "another reason", "c.jpg")
    with serve(house).guest() as guest:
        guest.get("/state")
        answer = guest.post("/state/retry", data={"reason": EVIL})
    assert json.loads(answer.headers["HX-Trigger"])["say"] == "2 photos are taken up again"
    left = house.ledger.jobs.claim("somebody", 9)
    assert sorted(job.key.rpartition(b"/")[2] for job in left) == [b"a.jpg", b"b.jpg"]
    # The answer shows it at once.
    assert "another reason" in answer.text
    assert "alert(1)" not in answer.text


def test_everything_is_taken_up_as_the_command_does(serve: Serve, house: House) -> None:
    park(house, "a reason", "a.jpg")
    house.ledger.pauses.set("local", 4e9, "quota", "used up")
    with serve(house).guest() as guest:
        said = json.loads(guest.post("/state/retry").headers["HX-Trigger"])["say"]
    assert said == "1 photos are taken up again, 0 calls in doubt may be sent again"
    assert house.ledger.pauses.all() == []


def test_the_part_that_changes_is_sent_only_when_it_has_changed(serve: Serve, house: House) -> None:
    with serve(house).guest() as guest:
        first = guest.get("/state/live")
        again = guest.get("/state/live", params={"seen": first.text.split("seen=")[1][:16]})
        assert (first.status_code, again.status_code, again.content) == (200, 204, b"")
        other = guest.get("/state/live", params={"seen": "0" * 16})
        assert (other.status_code, other.text) == (200, first.text)


def test_without_a_state_it_is_friendly(serve: Serve, house: House, tmp_path: Path) -> None:
    nowhere = replace(house, state=tmp_path / "nowhere")
    with serve(nowhere).guest() as guest:
        text = guest.get("/state").text
    assert "Nothing has been done yet" in text
    assert not (tmp_path / "nowhere").exists()


def test_a_ledger_that_cannot_be_read_is_said(serve: Serve, house: House, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "state.sqlite3").write_bytes(b"no database" * 1000)
    broken = replace(house, state=tmp_path / "broken")
    served = serve(broken)
    with served.guest() as guest:
        assert "cannot be read" in guest.get("/state").text
    with served.client() as stranger:
        health = stranger.get("/healthz")
    assert (health.status_code, health.text) == (503, "the ledger cannot be read\n")


def test_the_health_is_that_of_the_daemon(
    serve: Serve, house: House, patient: Callable[..., Patient]
) -> None:
    one = patient()
    served = serve(replace(house, pulse=one.pulse))
    still = "the daemon's loop does not turn"
    with served.client() as stranger, served.guest() as guest:
        for seconds, status, said in ((0, 200, "ok"), (100, 503, still)):
            one.clock.time += seconds
            health, metrics = stranger.get("/healthz"), stranger.get("/metrics").text
            assert (health.status_code, health.text) == (status, f"{said}\n")
            assert f"tagbridge_healthy {float(status == 200)}" in metrics.splitlines()
        assert "Not well:" in guest.get("/state").text


def samples(text: str) -> dict[tuple[Any, ...], float]:
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_prometheus_reads_the_metrics(serve: Serve, house: House) -> None:
    park(house, "secret reason", "secret.jpg")
    pay(house.ledger, 3)
    decide(house.ledger, house.roots[0], "Secret", removed=2, kept=1)
    with serve(house).client() as stranger:
        answer = stranger.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = samples(answer.text)
    assert found["tagbridge_photos", "parked"] == 1
    assert found["tagbridge_photos_recent", "3600"] == 3
    assert found["tagbridge_provider_calls_total", "local"] == 3
    assert found["tagbridge_provider_cost_total", "EUR", "local"] == 0.75
    assert found["tagbridge_keywords", "local", "removed"] == 2
    assert found["tagbridge_workers", "courier"] == 1
    assert "secret" not in answer.text.lower()


@pytest.mark.parametrize("path", ["/metrics", "/healthz"])
@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_whoever_comes_through_a_proxy_is_a_stranger(
    serve: Serve, house: House, path: str, header: str
) -> None:
    with serve(house).client() as client:
        assert client.get(path).status_code == 200
        assert client.get(path, headers={header: "203.0.113.9"}).status_code == 403
        assert client.get(path, headers={"Host": "attacker.example"}).status_code == 421


def test_numbers_are_for_people() -> None:
    assert amount(1234567) == "1 234 567"
