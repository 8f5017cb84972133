"""Take the message of a model out of the answer of its server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tagbridge_hooks import MalformedAnswerError, ProviderError, RejectedError
from tagbridge_hooks.values import field_of
from tagbridge_vision.finding import answer_in, whole_answer

_LONGEST_NAME = 128
_REFUSED = frozenset({"content_filter", "safety", "refusal"})
_REFUSAL = re.compile(
    r"\b(can(no|['\N{RIGHT SINGLE QUOTATION MARK}])t|unable to|won't|not able to) "
    r"(help|assist|comply|fulfil|continue|process this)",
    re.IGNORECASE,
)
_SHORT = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a model said.

    Attributes:
        content: Its answer.
        thought: What it thought before, where the server tells the two apart.
        refused: True when the server says that it did not want to answer.
        cut: True when it was not allowed to finish.
    """

    content: str
    thought: str
    refused: bool
    cut: bool


def read_message(answer: object) -> Message:
    """Return the message of the first choice.

    Raises:
        MalformedAnswerError: There is none.
    """
    choices = field_of(answer, "choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = field_of(choice, "message")
    if not isinstance(message, dict):
        raise MalformedAnswerError("vision: the answer has no message")
    ended = str(field_of(choice, "finish_reason"))
    return Message(
        content=_text(message.get("content")),
        thought=_text(message.get("reasoning_content")) or _text(message.get("reasoning")),
        refused=ended in _REFUSED or bool(_text(message.get("refusal"))),
        cut=ended == "length",
    )


def read_object(message: Message) -> dict[str, Any]:
    """Return the JSON object that a model was asked for.

    Raises:
        RejectedError: It does not want to describe this picture.
        MalformedAnswerError: There is none in what it said.
    """
    if message.refused:
        raise RejectedError("vision: the model does not want to describe this picture")
    found = answer_in(message.content)
    if found is None and not message.content.strip():
        # LM Studio and vLLM put the answer of some thinking models there, and nothing else.
        found = whole_answer(message.thought)
    if found is None:
        raise _without_answer(message)
    return found


def model_of(answer: object, configured: str) -> str:
    """Return the name of the model that answered, or of the one that was asked."""
    name = field_of(answer, "model")
    told = isinstance(name, str) and name.strip() and len(name) <= _LONGEST_NAME
    return name if told and isinstance(name, str) else configured


def _without_answer(message: Message) -> ProviderError:
    if message.cut:
        return MalformedAnswerError(
            "vision: the answer was cut before the first keyword; raise providers.vision.max_tokens"
        )
    if len(message.content) < _SHORT and _REFUSAL.search(message.content):
        return RejectedError("vision: the model does not want to describe this picture")
    if not message.content.strip():
        return MalformedAnswerError("vision: the model said nothing")
    return MalformedAnswerError(
        "vision: there is no JSON in the answer; does the model see pictures, and is "
        "providers.vision.structured right?"
    )


def _text(content: object) -> str:
    """Return the text of a message, which may come in parts."""
    if isinstance(content, list):
        return "".join(_text(field_of(part, "text")) for part in content)
    return content if isinstance(content, str) else ""
