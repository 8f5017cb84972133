"""Spoil what an answer says: its text, its scores, its lists, its records."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.servers.words import identifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.visits import Service, Visit
    from tests.servers.wire import Answer

SCORES = {"score", "confidence", "prob", "probability"}
LISTS_OF_SCORES = {"answer_distances", "percentages"}
LISTS = {"keywords", "objects", "_tags", "labels", "images", "faces", "answer_records"}
ERRORS: dict[str, object] = {
    "everypixel": {"status": "error", "message": "internal error"},
    "plain": {"status": "error", "message": "internal error"},
    "vize": {"detail": "internal error"},
    "simages": {"statusCode": 500, "error": "internal error", "headers": {}},
    "openai": {"error": {"message": "internal error", "type": "server_error", "code": None}},
}


def truncated(answer: Answer, _service: Service, _visit: Visit) -> Answer:
    """Cut the JSON in half; the length in front of it is that of the half."""
    return replace(answer, body=answer.content[: len(answer.content) // 2])


def not_utf8(answer: Answer, _service: Service, _visit: Visit) -> Answer:
    """Put bytes that are no UTF-8 into the first text."""
    return replace(answer, body=answer.content.replace(b'"', b'"\xff\xfe', 1))


def with_bom(answer: Answer, _service: Service, _visit: Visit) -> Answer:
    """Begin with a byte order mark, which is to be dropped."""
    return replace(answer, body=b"\xef\xbb\xbf" + answer.content)


def _scores(change: Callable[[float], object]) -> Callable[[Answer, Service, Visit], Answer]:
    def spoil(answer: Answer, _service: Service, _visit: Visit) -> Answer:
        def one(name: str, value: object) -> object:
            if name in LISTS_OF_SCORES and isinstance(value, list):
                return [change(score) for score in value]
            return change(value) if name in SCORES and isinstance(value, int | float) else value

        return replace(answer, body=walked(answer.body, one))

    return spoil


score_text = _scores(str)
score_nan = _scores(lambda _value: math.nan)
score_null = _scores(lambda _value: None)


def score_scale(answer: Answer, service: Service, visit: Visit) -> Answer:
    """Give fractions as percent and percent as fractions."""
    factor = 100 if service.full == 1 else 0.01
    return _scores(lambda value: value * factor)(answer, service, visit)


def missing_list(answer: Answer, _service: Service, _visit: Visit) -> Answer:
    """Leave out the lists that an answer is about."""

    def one(name: str, value: object) -> object:
        return ... if name in LISTS else value

    return replace(answer, body=walked(answer.body, one))


def walked(body: Any, change: Callable[[str, object], object]) -> Any:  # noqa: ANN401 - JSON
    """Return JSON with each field changed, also in JSON within a text; `...` leaves it out."""
    if isinstance(body, list):
        return [walked(one, change) for one in body]
    if isinstance(body, str) and body.startswith("{"):
        return json.dumps(walked(json.loads(body), change))
    if not isinstance(body, dict):
        return body
    changed = {name: change(name, walked(value, change)) for name, value in body.items()}
    return {name: value for name, value in changed.items() if value is not ...}


def error_inside(answer: Answer, service: Service, visit: Visit) -> Answer:
    """Say in a success that there was none."""
    if service.name == "imagerecognize" and isinstance(answer.body, dict):
        data = answer.body["data"] | {"error": "Recognition failed", "objects": []}
        return replace(answer, body=answer.body | {"data": data})
    records = records_of(answer)
    if not records:
        error = ERRORS.get(service.name, {"status": {"code": 500, "text": "internal error"}})
        return replace(answer, body=error)
    visit.statuses = [500] * len(records)
    status = {"code": 500, "text": "internal error"}
    failed = [{"_id": record["_id"], "_status": status} for record in records]
    return with_records(answer, failed)


def records_of(answer: Answer) -> list[dict[str, Any]]:
    """Return the records of a batch, none for other answers."""
    return answer.body.get("records", []) if isinstance(answer.body, dict) else []


def with_records(answer: Answer, records: list[dict[str, Any]]) -> Answer:
    """Return an answer with other records."""
    assert isinstance(answer.body, dict)
    return replace(answer, body=answer.body | {"records": records})


def records_shuffled(answer: Answer, _service: Service, _visit: Visit) -> Answer:
    """Answer the records in the reverse order."""
    records = records_of(answer)
    return with_records(answer, records[::-1]) if records else answer


def record_missing(answer: Answer, _service: Service, visit: Visit) -> Answer:
    """Leave out one record."""
    records = records_of(answer)
    if not records:
        return answer
    lost = chosen(visit)
    return with_records(answer, [one for one in records if not _is_about(one, lost)])


def record_failed(answer: Answer, _service: Service, visit: Visit) -> Answer:
    """Fail one record, which is then not charged for."""
    records = records_of(answer)
    if not records or visit.statuses is None:
        return answer
    lost = chosen(visit)
    visit.statuses = [
        500 if picture == lost else status
        for picture, status in zip(visit.pictures, visit.statuses, strict=True)
    ]
    visit.cost = visit.statuses.count(200)
    status = {"code": 500, "text": "internal error"}
    failed = [
        {"_id": one["_id"], "_status": status} if _is_about(one, lost) else one for one in records
    ]
    return with_records(answer, failed)


def chosen(visit: Visit) -> str:
    """Return the one picture of a batch that misfortune picks, always the same."""
    return min(visit.pictures)


def _is_about(record: dict[str, Any], picture: str) -> bool:
    """Say whether a record of the answer is about this picture: its request id tells."""
    return bool(record["_status"]["request_id"] == identifier(picture))


def _said(change: Callable[[str], object]) -> Callable[[Answer, Service, Visit], Answer]:
    def spoil(answer: Answer, _service: Service, _visit: Visit) -> Answer:
        def one(name: str, value: object) -> object:
            return change(value) if name == "content" and isinstance(value, str) else value

        return replace(answer, body=walked(answer.body, one))

    return spoil


chatter = _said(lambda text: f"Of course! Here it is:\n```json\n{text}\n```\nAnything {{else}}?")
half_json = _said(lambda text: text[: len(text) * 2 // 3])


def no_choices(answer: Answer, _service: Service, _visit: Visit) -> Answer:
    """Give no choice at all."""
    assert isinstance(answer.body, dict)
    return replace(answer, body=answer.body | ({"choices": []} if "choices" in answer.body else {}))
