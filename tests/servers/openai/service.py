"""A server of vision models that speaks as OpenAI's does: chat completions and the models."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.servers.openai.requests import chat, invalid, refused
from tests.servers.openai.words import prose, written
from tests.servers.wire import Answer
from tests.servers.words import identifier

if TYPE_CHECKING:
    from tests.servers.openai.requests import Chat
    from tests.servers.visits import Visit

SERVICE = "openai"
CREATED = 1_700_000_000  # when every answer was made, so that they never change


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAI:
    """The server, and the models that it has loaded."""

    models: tuple[str, ...] = ("vision",)
    name: str = SERVICE
    full: int = 1

    def answer(self, visit: Visit) -> Answer:
        """Serve one request."""
        request = visit.request
        path = request.path.removeprefix("/openai/v1/")
        if path not in {"models", "chat/completions"}:
            raise refused(404, f"Unknown request URL: {request.path}", "unknown_url")
        self.check_caller(visit)
        if request.method != ("GET" if path == "models" else "POST"):
            raise invalid(405, f"Not allowed to {request.method} on this address")
        if path == "models":
            rows = [
                {"id": m, "object": "model", "created": CREATED, "owned_by": "us"}
                for m in self.models
            ]
            return Answer(body={"object": "list", "data": rows})
        asked = chat(request, visit)
        if asked.model not in self.models:
            raise refused(404, "The model does not exist", "model_not_found")
        if visit.account.lacks(1):
            raise refused(429, "You exceeded your current quota", "insufficient_quota")
        visit.cost = 1
        return Answer(body=completion(asked))

    def check_caller(self, visit: Visit) -> None:
        """Refuse a wrong key, or none where one is needed; and too many requests."""
        scheme, _, key = (visit.request.headers["Authorization"] or "").partition(" ")
        if visit.account.key is not None and (scheme, key) != ("Bearer", visit.account.key):
            raise refused(401, "Incorrect API key provided", "invalid_api_key")
        if excess := visit.account.excess(visit.at):
            raise refused(429, excess, "rate_limit_exceeded", **{"Retry-After": "1"})


def completion(asked: Chat) -> dict[str, object]:
    """Return what the model says: as the schema wants it, or between other words."""
    if asked.schema is None:
        content = prose(SERVICE, asked.digest, bare=asked.bare)
    else:
        content = json.dumps(written(SERVICE, asked.digest, asked.schema))
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": content},
        "finish_reason": "stop",
    }
    return {
        "id": f"chatcmpl-{identifier(SERVICE, asked.digest)}",
        "object": "chat.completion",
        "created": CREATED,
        "model": asked.model,
        "choices": [choice],
        "usage": {"prompt_tokens": 800, "completion_tokens": 200, "total_tokens": 1000},
    }
