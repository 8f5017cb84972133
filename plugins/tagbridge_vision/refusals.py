"""What the refusals of the many servers mean, which agree on the form of success alone.

Their words decide where the status does not. They are looked at, never repeated: a stranger's text.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx

from tagbridge_hooks import (
    AccountError,
    MalformedAnswerError,
    ProviderError,
    QuotaError,
    RejectedError,
    TransientError,
)
from tagbridge_hooks.responses import check_status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_SUCCESS = range(200, 300)
_CLIENT_ERRORS = range(400, 500)
_ANY = range(400, 600)
_REQUEST = frozenset({400, 422})
_LONGEST = 4000


class _Meaning(NamedTuple):
    """What it means when words like these come with a status like this."""

    statuses: Iterable[int]
    words: str
    error: Callable[[str], ProviderError]
    advice: str


# The first that fits counts. In brackets: who says it so.
_MEANINGS = (
    _Meaning(
        _ANY,
        r"insufficient_quota|exceeded your current quota|credit_balance|billing_"
        r"|(spend|usage)_limit_exceeded|insufficient (credits|balance|funds)",
        QuotaError,
        "the credit of the account is used up",
    ),
    _Meaning(  # [Ollama, llama.cpp, vLLM, LM Studio, OpenRouter, OpenAI]
        _ANY,
        r"not support (image|vision|multi)|image input is not supported|not a multimodal|mmproj"
        r"|missing data required for image|support image input"
        r"|image_url.{0,60}(only|not) supported|(variant|type).{0,20}image_url",
        AccountError,
        "the model does not see pictures; choose one that does as providers.vision.model",
    ),
    _Meaning(
        frozenset({400, 403, 422}),
        r"content_policy|content_filter|moderation|flagged|safety system",
        RejectedError,
        "the service does not want to look at this picture",
    ),
    _Meaning(  # [llama.cpp, while it starts]
        _ANY, r"loading model|model is (being )?load", TransientError, "the model is being loaded"
    ),
    _Meaning(  # [Ollama, vLLM, LM Studio]
        _ANY,
        r"no models? loaded|model is unloaded|model_not_found|model\b.{0,200}\bnot (found|exist)",
        AccountError,
        "the server does not have the model of providers.vision.model, or has not loaded it",
    ),
    _Meaning(  # [llama.cpp, OpenAI]
        _ANY,
        r"exceed_context|context.?(size|length|window)|too many tokens",
        AccountError,
        "the question is too long for the model; give it a larger context in the server, or lower "
        "providers.vision.vocabulary_words",
    ),
    _Meaning(
        _REQUEST,
        r"response_format|json_schema|json_object|structured|grammar",
        AccountError,
        "the server cannot be made to answer so; try another providers.vision.structured",
    ),
    _Meaning(
        _REQUEST,
        r"max_tokens|max_completion_tokens|temperature|\bseed\b",
        AccountError,
        "the server refuses max_tokens, temperature or seed; name it in providers.vision.omit",
    ),
    _Meaning(
        _REQUEST,
        r"image|picture|base64|\bjpe?g\b",
        RejectedError,
        "the server cannot read this picture",
    ),
    _Meaning(
        _REQUEST,
        r"",
        AccountError,
        "the server refuses the request; does it know chat-completions?",
    ),
    _Meaning(
        frozenset({401, 403}),
        r"",
        AccountError,
        "providers.vision.api_key is not accepted, or missing",
    ),
    _Meaning(
        frozenset({404, 405, 410}),
        r"",
        AccountError,
        "nothing is there; check providers.vision.base_url (it usually ends with /v1) and "
        "providers.vision.model",
    ),
)


def check_answer(response: httpx.Response) -> Any:  # noqa: ANN401 - JSON is anything
    """Return the JSON of a success; raise what a refusal means.

    Some servers send a refusal with status 200.

    Raises:
        MalformedAnswerError: It is not JSON.
        ProviderError: See `_MEANINGS`; the others as in `tagbridge_hooks.responses.check_status`.
    """
    answer, status = _parsed(response), response.status_code
    refusal = answer.get("error") if isinstance(answer, dict) else None
    if status in _SUCCESS and refusal:
        status = _status_of(refusal)
    if status in _SUCCESS:
        if answer is None:
            raise MalformedAnswerError("vision: the answer is not JSON")
        return answer
    _raise_meaning(status, _words(answer))
    check_status(httpx.Response(status, headers=response.headers), "vision")
    raise TransientError(f"vision: HTTP {status}")


def _raise_meaning(status: int, words: str) -> None:
    for meaning in _MEANINGS:
        if status in meaning.statuses and re.search(meaning.words, words, re.DOTALL):
            raise meaning.error(f"vision: HTTP {status}, {meaning.advice}")


def _parsed(response: httpx.Response) -> Any:  # noqa: ANN401 - JSON is anything
    try:
        return json.loads(response.content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def _status_of(refusal: object) -> int:
    """Return the status that a refusal with status 200 would deserve."""
    code = refusal.get("code") if isinstance(refusal, dict) else None
    usual = isinstance(code, int) and code in _ANY
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
