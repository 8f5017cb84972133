"""What the provider makes of refusals; their words are those of the servers named beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tagbridge_hooks import (
    AccountError,
    ProviderError,
    QuotaError,
    RateLimitedError,
    RejectedError,
    TransientError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition

    Answered = Callable[..., Recognition]

PAGE = b"<html><head><title>502 Bad Gateway</title></head></html>"


def error(message: str, **fields: object) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", **fields}}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, AccountError),
        (400, AccountError),
        (401, AccountError),
        (402, QuotaError),
        (403, AccountError),
        (404, AccountError),
        (405, AccountError),
        (408, TransientError),
        (413, RejectedError),
        (422, AccountError),
        (429, RateLimitedError),
        (500, TransientError),
        (502, TransientError),
        (503, TransientError),
    ],
)
def test_a_status_alone_says_what_to_do_next(
    answered: Answered, status: int, kind: type[ProviderError]
) -> None:
    for body in (PAGE, b"", b"[]", b"[" * 100_000, b"\xff"):
        with pytest.raises(ProviderError) as caught:
            answered(body, status)
        assert type(caught.value) is kind
        assert str(caught.value).startswith(f"vision: HTTP {status}")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(404, error("model 'llava' not found", type="api_error"), id="ollama"),
        pytest.param(
            404, {"error": "model 'llava' not found, try pulling it first"}, id="ollama 1"
        ),
        pytest.param(
            404,
            {"object": "error", "message": "The model `llava` does not exist.", "code": 404},
            id="vllm",
        ),
        pytest.param(
            404,
            error("No models loaded. Please load a model.", param="model", code="model_not_found"),
            id="lm studio",
        ),
        pytest.param(400, error("Model is unloaded."), id="lm studio 1"),
        pytest.param(
            404,
            error("The model `gpt-9` does not exist or you do not have access to it."),
            id="openai",
        ),
    ],
)
def test_a_model_that_is_not_there_names_the_setting(
    answered: Answered, status: int, body: object
) -> None:
    with pytest.raises(AccountError, match=r"providers\.vision\.model"):
        answered(body, status)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(400, error("this model does not support image input"), id="ollama cloud"),
        pytest.param(
            500,
            error("failed to process inputs: this model is missing data required for image input"),
            id="ollama",
        ),
        pytest.param(
            500,
            error(
                "image input is not supported - hint: you may need to provide the mmproj",
                code=500,
                type="server_error",
            ),
            id="llama.cpp",
        ),
        pytest.param(
            400, {"object": "error", "message": "opt-125m is not a multimodal model"}, id="vllm"
        ),
        pytest.param(400, {"error": "Model does not support images"}, id="lm studio"),
        pytest.param(
            400,
            error("Invalid content type. image_url is only supported by certain models."),
            id="openai",
        ),
        pytest.param(
            400, error("messages[0]: unknown variant `image_url`, expected `text`"), id="deepseek"
        ),
        pytest.param(
            404, error("No endpoints found that support image input", code=404), id="openrouter"
        ),
    ],
)
def test_a_model_that_does_not_see_is_told(answered: Answered, status: int, body: object) -> None:
    with pytest.raises(AccountError, match="does not see pictures"):
        answered(body, status)


@pytest.mark.parametrize(
    ("status", "body", "setting"),
    [
        (400, {"error": "'response_format.type' must be 'json_schema' or 'text'"}, "structured"),
        (400, error("Invalid schema for response_format 'photograph'"), "structured"),
        (
            400,
            error("Unsupported parameter: 'max_tokens' is not supported with this model."),
            "omit",
        ),
        (400, error("'temperature' does not support 0 with this model."), "omit"),
        (
            400,
            error(
                "request (4390 tokens) exceeds the available context size (4096 tokens)",
                type="exceed_context_size_error",
            ),
            "vocabulary_words",
        ),
        (401, error("Incorrect API key provided: sk-open*****same."), "api_key"),
    ],
)
def test_a_request_that_the_server_does_not_take_names_the_setting(
    answered: Answered, status: int, body: object, setting: str
) -> None:
    with pytest.raises(AccountError, match=rf"providers\.vision\.{setting}"):
        answered(body, status)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, error("You exceeded your current quota.", code="insufficient_quota")),
        (429, error("No credit.", type="insufficient_quota", code="credit_balance_exhausted")),
        (403, error("Insufficient credits.", code=403)),
    ],
)
def test_used_up_credit_is_no_rate_limit(answered: Answered, status: int, body: object) -> None:
    with pytest.raises(QuotaError):
        answered(body, status)


def test_a_rate_limit_may_say_how_long_to_wait(answered: Answered) -> None:
    with pytest.raises(RateLimitedError) as caught:
        answered(error("Rate limit reached"), 429, headers={"Retry-After": "20"})
    assert caught.value.retry_after == 20.0


def test_a_model_that_is_being_loaded_is_worth_waiting_for(answered: Answered) -> None:
    body = {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}
    with pytest.raises(TransientError, match="being loaded"):
        answered(body, 503)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, error("You uploaded an unsupported image.", code="invalid_image_format")),
        (400, error("Failed to decode the base64 data.")),
        (
            400,
            error("Your input was rejected by the safety system.", code="content_policy_violation"),
        ),
        (403, error("Your input was flagged by moderation.")),
    ],
)
def test_a_refusal_of_the_picture_costs_this_picture_alone(
    answered: Answered, status: int, body: object
) -> None:
    with pytest.raises(RejectedError):
        answered(body, status)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (error("the request exceeds the available context size", code=400), AccountError),
        (error("slow down", code=429), RateLimitedError),
        (error("Provider returned error", code=502), TransientError),
        (error("something"), TransientError),
        ({"error": "unexpected EOF"}, TransientError),
    ],
)
def test_a_refusal_with_status_200_is_one(
    answered: Answered, body: object, kind: type[ProviderError]
) -> None:
    with pytest.raises(kind):
        answered(body, 200)


@pytest.mark.parametrize("status", [200, 302, 400, 401, 402, 403, 404, 413, 429, 500, 503])
def test_no_message_repeats_what_the_server_sent_or_the_key(
    answered: Answered, status: int
) -> None:
    with pytest.raises(ProviderError) as caught:
        answered(error("the image of sk-open-sesame"), status, api_key="sk-open-sesame")
    assert "sesame" not in repr(caught.value)
