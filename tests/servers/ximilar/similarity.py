"""Visual similarity at Ximilar: the pictures of a collection that are nearest to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.records import read_record
from tests.servers.rest import (
    check_allowance,
    check_method,
    check_parameters,
    read_object,
    refused,
)
from tests.servers.wire import Answer
from tests.servers.words import chance, identifier, ranked

if TYPE_CHECKING:
    from tests.servers.visits import Visit

SERVICE = "ximilar"
OPTIONS = {"k": int, "filter": dict, "fields_to_return": list}


def neighbours(visit: Visit) -> Answer:
    """Answer with neighbours and their distances, the nearest first."""
    check_method(visit.request, "POST")
    check_parameters(visit.request)
    if not visit.request.headers["collection-id"]:
        raise refused(400, "The header collection-id is required.")
    body = read_object(visit.request)
    options = {name: value for name, value in body.items() if name != "query_record"}
    check_options(options)
    record = read_record(visit, body.get("query_record"))
    if record.fault:
        raise refused(400, record.fault)
    check_allowance(visit, 1)
    visit.cost = 1
    return Answer(body=found(record.digest, options.get("k", 5), options.get("fields_to_return")))


def check_options(options: dict[str, Any]) -> None:
    """Refuse options that are not documented, or not like this."""
    for name, value in options.items():
        if name not in OPTIONS or type(value) is not OPTIONS[name]:
            raise refused(400, f"unknown or wrong field {name[:40]}")
    if options.get("k", 1) < 1:
        raise refused(400, "k must be positive")


def found(digest: str, count: int, wanted: list[str] | None) -> dict[str, object]:
    """Return so many pictures, with those of their fields that are wanted."""
    drawn = chance(SERVICE, f"similar {digest}")
    words = [word for word, _ in ranked(SERVICE, digest)]
    records = []
    for place in range(count):
        record = {
            "_id": identifier("similar", digest, str(place)),
            "_url": f"https://pictures.example/{digest[:8]}/{place}.jpg",
            "category": words[1],
            "tags": [words[0], *drawn.sample(words[1:], 3)],
        }
        kept = ("_id", *(record if wanted is None else wanted))
        records.append({name: value for name, value in record.items() if name in kept})
    distances = sorted(round(drawn.uniform(20, 90), 2) for _ in records)
    return {
        "status": {"code": 200, "text": "OK"},
        "statistics": {"OperationTime": 1},
        "answer_records": records,
        "answer_distances": distances,
        "answer_count": len(records),
    }
