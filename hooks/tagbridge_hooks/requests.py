"""What a request of a provider tells the core beside its content, in its `extensions`."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

FREE: Final[Mapping[str, str]] = MappingProxyType({"tagbridge": "free"})
"""The `extensions` of a request that is not about a picture, such as one for a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """How requests about single pictures can be joined to one, and the answer taken apart.

    The request has a JSON object with a list of one record; the answer has a list of records, each
    with the id that was sent. Requests that differ in their record alone travel together. Each
    record counts as one call, and its part of the answer is stored under its own picture, as if it
    had been asked for alone: with the other fields of the answer, and with the status of the record
    as that of the response, if it has one that is an HTTP error.

    Attributes:
        max_records: Most records in one request.
        records: Name of the list in the request and in the answer.
        id: Name of the field that tells records apart; the core fills it in.
        status: Path to the status of one record in the answer.
    """

    max_records: int
    records: str = "records"
    id: str = "_id"
    status: tuple[str, ...] = ("_status", "code")
