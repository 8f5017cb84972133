"""What servers of vision models say when they refuse, and what that means.

They agree on the form of success alone. Where the status does not decide, their words do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tagbridge_hooks import (
    AccountError,
    ProviderError,
    QuotaError,
    RejectedError,
    TransientError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ANY = range(400, 600)
_REQUEST = frozenset({400, 422})


class Meaning(NamedTuple):
    """What it means when words like these come with a status like this."""

    statuses: Iterable[int]
    words: str
    error: Callable[[str], ProviderError]
    advice: str


# The first that fits counts. In brackets: who says it so.
MEANINGS = (
    Meaning(
        ANY,
        r"insufficient_quota|exceeded your current quota|credit_balance|billing_"
        r"|(spend|usage)_limit_exceeded|insufficient (credits|balance|funds)",
        QuotaError,
        "the credit of the account is used up",
    ),
    Meaning(  # [Ollama, llama.cpp, vLLM, LM Studio, OpenRouter, OpenAI]
        ANY,
        r"not support (image|vision|multi)|image input is not supported|not a multimodal|mmproj"
        r"|missing data required for image|support image input"
        r"|image_url.{0,60}(only|not) supported|(variant|type).{0,20}image_url",
        AccountError,
        "the model does not see pictures; choose one that does as providers.vision.model",
    ),
    Meaning(
        frozenset({400, 403, 422}),
        r"content_policy|content_filter|moderation|flagged|safety system",
        RejectedError,
        "the service does not want to look at this picture",
    ),
    Meaning(  # [llama.cpp, while it starts]
        ANY, r"loading model|model is (being )?load", TransientError, "the model is being loaded"
    ),
    Meaning(  # [Ollama, vLLM, LM Studio]
        ANY,
        r"no models? loaded|model is unloaded|model_not_found|model\b.{0,200}\bnot (found|exist)",
        AccountError,
        "the server does not have the model of providers.vision.model, or has not loaded it",
    ),
    Meaning(  # [llama.cpp, OpenAI]
        ANY,
        r"exceed_context|context.?(size|length|window)|too many tokens",
        AccountError,
        "the question is too long for the model; give it a larger context in the server, or lower "
        "providers.vision.vocabulary_words",
    ),
    Meaning(
        _REQUEST,
        r"response_format|json_schema|json_object|structured|grammar",
        AccountError,
        "the server cannot be made to answer so; try another providers.vision.structured",
    ),
    Meaning(
        _REQUEST,
        r"max_tokens|max_completion_tokens|temperature|\bseed\b",
        AccountError,
        "the server refuses max_tokens, temperature or seed; name it in providers.vision.omit",
    ),
    Meaning(
        _REQUEST,
        r"image|picture|base64|\bjpe?g\b",
        RejectedError,
        "the server cannot read this picture",
    ),
    Meaning(
        _REQUEST,
        r"",
        AccountError,
        "the server refuses the request; does it know chat-completions?",
    ),
    Meaning(
        frozenset({401, 403}),
        r"",
        AccountError,
        "providers.vision.api_key is not accepted, or missing",
    ),
    Meaning(
        frozenset({404, 405, 410}),
        r"",
        AccountError,
        "nothing is there; check providers.vision.base_url (it usually ends with /v1) and "
        "providers.vision.model",
    ),
)
