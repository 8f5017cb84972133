"""Batches as Ximilar and Vize take them: up to ten records, each answered by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.servers.pictures import format_of, from_base64, is_whole, size_of
from tests.servers.rest import check_allowance, refused
from tests.servers.wire import Answer
from tests.servers.words import chance, identifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.visits import Visit

MOST = 10
FORMATS = ("jpeg", "png", "webp", "heic", "bmp", "tiff", "gif")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record: what was sent, its picture, and why it cannot be recognized."""

    sent: dict[str, Any]
    picture: bytes
    digest: str
    fault: str


def read_records(visit: Visit, body: dict[str, Any]) -> list[Record]:
    """Return the records of a request; what is wrong with the form refuses all of them."""
    sent = body.get("records")
    if not isinstance(sent, list) or not 1 <= len(sent) <= MOST:
        raise refused(400, f"records must be a list of 1 to {MOST}")
    visit.statuses = []
    records = [read_record(visit, record) for record in sent]
    named = [record.sent["_id"] for record in records if "_id" in record.sent]
    if len(set(named)) < len(named):
        raise refused(400, "two records have the same _id")
    return records


def read_record(visit: Visit, sent: object) -> Record:
    """Return one record; an address is not fetched, but stands for its picture."""
    if not isinstance(sent, dict) or ("_url" in sent) == ("_base64" in sent):
        raise refused(400, "a record needs either _url or _base64")
    if "_file" in sent:
        raise refused(400, "a path of the client has no business here")
    if not isinstance(sent.get("_id", ""), str):
        raise refused(400, "_id must be a string")
    source = sent.get("_url", sent.get("_base64"))
    if not isinstance(source, str):
        raise refused(400, "_url and _base64 must be strings")
    picture, fault = _loaded(source, "_url" in sent)
    return Record(sent=sent, picture=picture, digest=visit.shown(picture), fault=fault)


def _loaded(source: str, is_url: bool) -> tuple[bytes, str]:  # noqa: FBT001 - one of two ways
    if is_url:
        parts = urlsplit(source)
        lost = parts.scheme not in {"http", "https"} or (parts.hostname or "").endswith(".invalid")
        return source.encode(), "the picture cannot be loaded" if lost else ""
    picture = from_base64(source, prefix=True)
    if picture is None:
        return source.encode(), "the base64 is damaged"
    known = format_of(picture) in FORMATS and is_whole(picture)
    return picture, "" if known else "the picture cannot be decoded"


def recognized(
    visit: Visit, records: list[Record], result: Callable[[Record], dict[str, object]]
) -> Answer:
    """Answer each record with its result, and charge for those that have one."""
    visit.statuses = [400 if record.fault else 200 for record in records]
    check_allowance(visit, visit.statuses.count(200))
    visit.cost = visit.statuses.count(200)
    answered = [_answered(record, result) for record in records]
    if all("_id" in record.sent for record in records):
        # Whoever names the records has to match by name: the order is another one.
        chance("order", "".join(visit.pictures)).shuffle(answered)
    return Answer(body=envelope(answered))


def envelope(records: list[dict[str, object]]) -> dict[str, object]:
    """Return the records in what goes around them."""
    status = {"code": 200, "text": "OK"} | {
        name: identifier(name) for name in ("request_id", "proc_id")
    }
    return {"records": records, "status": status, "statistics": {"processing time": 0.0625}}


def _answered(record: Record, result: Callable[[Record], dict[str, object]]) -> dict[str, object]:
    code = 400 if record.fault else 200
    status = {"code": code, "text": record.fault or "OK", "request_id": identifier(record.digest)}
    kept = {name: value for name, value in record.sent.items() if name != "_base64"}
    answer: dict[str, object] = {"_id": identifier("record", record.digest)} | kept
    answer["_status"] = status
    if not record.fault:
        width, height = size_of(record.picture)
        answer |= {"_width": width, "_height": height} | result(record)
    return answer
