"""What the answers of Vize mean: the statuses, and the ranking in the JSON.

Nothing that the service sent is repeated in a message as it stands: it is a stranger's text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagbridge_hooks import (
    AccountError,
    Keyword,
    MalformedAnswerError,
    ProviderError,
    RejectedError,
)
from tagbridge_hooks.responses import check_status, json_of
from tagbridge_hooks.values import code_of, confidence_of, field_of, full_of, text_of

if TYPE_CHECKING:
    import httpx

SUCCESS = range(200, 300)

# Both versions rank labels, under different names.
NAMES = {"v1": ("label_name", "probability"), "v2": ("name", "prob")}
_ABOUT_THE_TASK = frozenset({"task", "task_id", "version"})


def status_of(response: httpx.Response) -> int:
    """Return the status that counts: of the record, of the envelope, or of HTTP.

    Success needs all of them. A record of a batch can fail alone.
    """
    if response.status_code not in SUCCESS:
        return response.status_code
    answer = json_of(response)
    inner = (_code(_record(answer).get("_status")), _code(field_of(answer, "status")))
    return next((code for code in inner if code not in SUCCESS), response.status_code)


def check_answer(status: int, response: httpx.Response) -> None:
    """Raise the error that a status of this service stands for; return for 2xx.

    Raises:
        AccountError: 401, 403: the token is wrong.
        ProviderError: Any other; see `tagbridge_hooks.responses.check_status`.
    """
    if status in {401, 403}:
        raise AccountError(f"vize: HTTP {status}, providers.vize.api_token is not accepted")
    check_status(response, "vize", status)


def blames_the_picture(response: httpx.Response) -> bool:
    """Return whether a refusal is about one record, not about the request."""
    return _code(_record(json_of(response)).get("_status")) not in SUCCESS


def unreadable(status: int) -> RejectedError:
    """Return the error for a refusal of the picture."""
    return RejectedError(f"vize: HTTP {status}, the service cannot read this picture")


def blamed(status: int, response: httpx.Response, api: str) -> ProviderError:
    """Return the error for a refusal of the whole request, by a task that exists and is trained.

    A request of v2 may have held the pictures of others, who are not to blame.
    """
    answer = json_of(response)
    named = _ABOUT_THE_TASK & set(answer if isinstance(answer, dict) else ())
    if "version" in named:
        return AccountError(f"vize: HTTP {status}, providers.vize.version is not accepted")
    if named:
        return AccountError(f"vize: HTTP {status}, providers.vize.task_id is not accepted")
    if status == 404:  # noqa: PLR2004 - not found
        return AccountError("vize: HTTP 404, is providers.vize.base_url right?")
    if api == "v1":
        return unreadable(status)
    return MalformedAnswerError(f"vize: HTTP {status}, the service refuses the request")


def read_ranking(answer: object, api: str, *, several: bool) -> tuple[Keyword, ...]:
    """Return the best label as a keyword, or all that have a confidence; never more.

    Where several may be right, the threshold decides; so one without a confidence is left out:
    otherwise the whole ranking would pass.

    Raises:
        MalformedAnswerError: There is no ranking in it.
    """
    ranked = _record(answer) if api == "v2" else answer
    rows = field_of(ranked, "labels")
    best = field_of(ranked, "best_label")
    if not isinstance(rows, list):
        rows = [best] if best and not several else None
    if rows is None:
        raise MalformedAnswerError("vize: the answer has no labels")
    full = _full([*rows, best], api)
    found = tuple(keyword for row in rows if (keyword := _keyword(row, api, full)))
    if rows and not found:
        raise MalformedAnswerError("vize: the labels have another form")
    if several:
        return tuple(keyword for keyword in found if keyword.confidence is not None)
    return tuple(one for one in (_keyword(best, api, full) or _best(found),) if one)


def _best(ranking: tuple[Keyword, ...]) -> Keyword | None:
    return max(ranking, key=lambda keyword: keyword.confidence or 0.0, default=None)


def _keyword(row: object, api: str, full: float) -> Keyword | None:
    """Return the keyword of one row; a broken row must not cost the others, which are paid."""
    name, confidence = NAMES[api]
    text = text_of(field_of(row, name))
    if text is None:
        return None
    return Keyword(text=text, confidence=confidence_of(field_of(row, confidence), full))


def _full(rows: list[object], api: str) -> float:
    """Return what stands for certainty."""
    _, name = NAMES[api]
    return full_of(field_of(row, name) for row in rows)


def _record(answer: object) -> dict[str, Any]:
    """Return the one record of an answer of v2; an empty one where there is none."""
    records = field_of(answer, "records")
    first = records[0] if isinstance(records, list) and records else None
    return first if isinstance(first, dict) else {}


def _code(status: object) -> int:
    """Return the code of a status in the JSON; 200 where it says nothing."""
    code = code_of(field_of(status, "code"))
    return 200 if code is None else code
