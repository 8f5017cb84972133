"""Requests about single pictures joined to one, and its answer taken apart. Pure.

What a service takes and gives is described by `tagbridge_hooks.Batch`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from tagbridge_hooks import ProviderError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagbridge.ledger.terms import StoredAnswer
    from tagbridge.transport.orders import Order
    from tagbridge_hooks import Batch

# Whose requests may travel together: equal in everything but the record.
Line: TypeAlias = tuple[object, ...]

_ERRORS = range(400, 600)
_LENGTH = "content-length"


def line_of(order: Order) -> Line | None:
    """Return what two orders must have in common to be joined; None for one that travels alone.

    Raises:
        ProviderError: Its body is not what a batch is made of.
    """
    if order.batch is None:
        return None
    frame, _ = _parts(order, order.batch)
    headers = tuple(pair for pair in order.headers if pair[0].lower() != _LENGTH)
    said = json.dumps(frame, sort_keys=True)
    return order.method, order.url, headers, said, order.batch, order.terms, order.secrets


def joined(orders: Sequence[Order], ids: Sequence[str]) -> Order:
    """Return one order for the records of several of one line.

    Args:
        orders: Some of the same line.
        ids: For each its own, by which its part of the answer is found.
    """
    first = orders[0]
    batch = first.batch
    if batch is None:
        return first
    frame, _ = _parts(first, batch)
    records = [
        {**_parts(order, batch)[1], batch.id: name} for order, name in zip(orders, ids, strict=True)
    ]
    body = json.dumps({**frame, batch.records: records}, separators=(",", ":")).encode()
    return replace(first, body=body)


def taken_apart(
    answer: StoredAnswer, orders: Sequence[Order], ids: Sequence[str]
) -> list[StoredAnswer | None]:
    """Return for each order its part of the answer, as if it had been asked for alone.

    None stands for a record that the service has left out. An answer that refuses them all, or
    that has no such list, is everybody's.
    """
    batch = orders[0].batch
    if batch is None or not answer.is_success:
        return [answer for _ in orders]
    said = _object(answer.body)
    records = said.get(batch.records)
    if not isinstance(records, list):
        return [answer for _ in orders]
    found = {
        record[batch.id]: record
        for record in reversed(records)  # of two with one id, the first counts
        if isinstance(record, dict) and isinstance(record.get(batch.id), str)
    }
    return [
        _part(answer, said, found.get(name), _parts(order, batch)[1], batch)
        for order, name in zip(orders, ids, strict=True)
    ]


def _parts(order: Order, batch: Batch) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the body of a request without its record, and the record."""
    try:
        body = json.loads(order.body)
        (record,) = body.pop(batch.records)
        if isinstance(record, dict) and batch.id not in record:
            return body, record
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    raise ProviderError(
        f"{order.terms.provider}: fault in the plugin (the body of a request with a Batch must be "
        f"a JSON object with one record, without {batch.id}, in {batch.records!r})"
    )


def _object(body: bytes) -> dict[str, Any]:
    """Return the JSON object that an answer is; an empty one when it is none."""
    try:
        said = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _part(
    answer: StoredAnswer,
    said: Mapping[str, Any],
    record: dict[str, Any] | None,
    sent: Mapping[str, Any],
    batch: Batch,
) -> StoredAnswer | None:
    if record is None:
        return None
    # What is only echoed is not worth keeping: it may be the picture.
    kept = {
        name: value
        for name, value in record.items()
        if name != batch.id and not (name in sent and sent[name] == value)
    }
    body = json.dumps({**said, batch.records: [kept]}, separators=(",", ":")).encode()
    return replace(answer, status=_status(record, batch) or answer.status, body=body)


def _status(record: object, batch: Batch) -> int | None:
    """Return the status of a record where it is an error."""
    for name in batch.status:
        record = record.get(name) if isinstance(record, dict) else None
    return record if type(record) is int and record in _ERRORS else None
