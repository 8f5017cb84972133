"""The status for Prometheus. No name of a file, a host or a reason is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import generate_latest

from tagbridge.status.phrases import of_kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus_client.core import Metric

    from tagbridge.status.phrases import Objects

TEXT = "text/plain; version=0.0.4; charset=utf-8"
_PLACES = ("fresh", "backlog", "running", "waiting", "parked", "missing", "review", "done")
_FATES = ("written", "kept", "removed")


def exposed(objects: Objects, *, is_well: bool) -> bytes:
    """Return the metrics in the text format.

    Args:
        objects: Those of the status.
        is_well: What `/healthz` says.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector([*_of_health(is_well=is_well), *_of_status(objects)]))
    return generate_latest(registry)


class _Collector:
    """Has the metrics that were made for one answer."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        """Return them."""
        return self._metrics


def _of_health(*, is_well: bool) -> Iterator[Metric]:
    yield GaugeMetricFamily("tagbridge_healthy", "1 if /healthz says so.", value=float(is_well))


def _of_status(objects: Objects) -> Iterator[Metric]:
    photos = GaugeMetricFamily("tagbridge_photos", "Photos in each state.", labels=["state"])
    for queue in of_kind(objects, "queue"):
        for place in _PLACES:
            photos.add_metric([place], queue[place])
    yield photos
    yield _of_pace(objects)
    yield from _of_providers(of_kind(objects, "provider"))
    workers = GaugeMetricFamily("tagbridge_workers", "Processes that live.", labels=["role"])
    roles = [found["role"] for found in of_kind(objects, "worker") if found["alive"]]
    for role in sorted(set(roles)):
        workers.add_metric([role], roles.count(role))
    yield workers


def _of_pace(objects: Objects) -> Metric:
    metric = GaugeMetricFamily(
        *("tagbridge_photos_recent", "Photos dealt with in the last seconds."), labels=["seconds"]
    )
    for found in of_kind(objects, "throughput"):
        span = found["seconds"] * len(found["periods"])
        metric.add_metric([str(span)], sum(period["photos"] for period in found["periods"]))
    return metric


def _of_providers(providers: Objects) -> Iterator[Metric]:
    """Yield what is known of each provider; a limit that is not set has no value."""
    name = "tagbridge_provider_"
    calls = CounterMetricFamily(f"{name}calls", "Calls.", labels=["provider"])
    cost = CounterMetricFamily(
        *(f"{name}cost", "Money, in whole units of the currency."), labels=["provider", "currency"]
    )
    gauges = {
        key: GaugeMetricFamily(f"{name}{key}", text, labels=["provider"])
        for key, text in (
            ("calls_today", "Calls of this day (UTC)."),
            ("daily_calls", "Most calls a day."),
            ("total_calls", "Most calls on all days."),
            ("in_flight", "Calls under way."),
            ("in_doubt", "Calls that may or may not have been answered."),
        )
    }
    paused = GaugeMetricFamily(f"{name}paused", "1 while it is not asked.", labels=["provider"])
    for found in providers:
        who = [found["name"]]
        calls.add_metric(who, found["calls"])
        if found["currency"]:
            cost.add_metric([*who, found["currency"]], found["cost"])
        for key, gauge in gauges.items():
            if found[key] is not None:
                gauge.add_metric(who, found[key])
        paused.add_metric(who, float(found["pause"] is not None))
    yield from (calls, cost, *gauges.values(), paused, _of_keywords(providers))


def _of_keywords(providers: Iterable[dict[str, Any]]) -> Metric:
    """Return what became of keywords: numbers that may fall, since people change their minds."""
    metric = GaugeMetricFamily(
        *("tagbridge_keywords", "Keywords of pictures, and what people did."),
        labels=["provider", "fate"],
    )
    for found in providers:
        for fate in _FATES:
            metric.add_metric([found["name"], fate], found[f"keywords_{fate}"])
    return metric
