"""Read the answer of a server, which may be a refusal.

What it says is looked at, never repeated: it is a stranger's text.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from tagbridge_hooks import MalformedAnswerError, TransientError
from tagbridge_hooks.responses import check_status, json_of
from tagbridge_hooks.values import field_of
from tagbridge_vision.meanings import ANY, MEANINGS

if TYPE_CHECKING:
    import httpx

_SUCCESS = range(200, 300)
_LONGEST = 4000


def read_answer(response: httpx.Response) -> Any:  # noqa: ANN401 - JSON is anything
    """Return the JSON of a success; raise what a refusal means.

    Some servers send a refusal with status 200.

    Raises:
        MalformedAnswerError: It is not JSON.
        ProviderError: See `MEANINGS`; the others as in `tagbridge_hooks.responses.check_status`.
    """
    answer, status = json_of(response), response.status_code
    refusal = field_of(answer, "error")
    if status in _SUCCESS and refusal:
        status = _status_of(refusal)
    if status in _SUCCESS:
        if answer is None:
            raise MalformedAnswerError("vision: the answer is not JSON")
        return answer
    _raise_meaning(status, _words(answer))
    check_status(response, "vision", status)
    raise TransientError(f"vision: HTTP {status}")


def _raise_meaning(status: int, words: str) -> None:
    for meaning in MEANINGS:
        if status in meaning.statuses and re.search(meaning.words, words, re.DOTALL):
            raise meaning.error(f"vision: HTTP {status}, {meaning.advice}")


def _status_of(refusal: object) -> int:
    """Return the status that a refusal with status 200 would deserve."""
    code = field_of(refusal, "code")
    usual = isinstance(code, int) and code in ANY
    return code if usual and isinstance(code, int) else 500


def _words(answer: object) -> str:
    """Return all that a refusal says, in lower case.

    The forms: `{"error": {"message", "type", "param", "code"}}`, `{"error": "..."}`, `{"message"}`
    and `{"detail"}`.
    """
    if not isinstance(answer, dict):
        return ""
    said = [answer.get("error"), answer.get("message"), answer.get("detail"), answer.get("type")]
    texts = (json.dumps(one) if isinstance(one, dict | list) else one for one in said)
    return " ".join(text for text in texts if isinstance(text, str))[:_LONGEST].lower()
