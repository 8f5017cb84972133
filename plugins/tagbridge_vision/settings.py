"""The keys of `[providers.vision]`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, JsonValue, SecretStr, field_validator

from tagbridge_hooks import ProviderSettings, ServiceRoot

_OURS = frozenset({"model", "messages", "stream", "response_format", "n"})


class VisionSettings(ProviderSettings):
    """What the user decides about a vision model.

    Attributes:
        base_url: Address of the server with its version.
        model: Which of its models; it must be one that sees pictures.
        api_key: For a hosted service; None sends none.
        prompt: What to look for, in place of our own words; the form of the answer is always added.
        language: Of keywords, captions and titles, BCP 47.
        max_keywords_asked: Ask for so many keywords at most, and take no more.
        title: Ask for a title.
        caption: Ask for a sentence that describes the picture.
        text: Ask for the text that can be read in it.
        nsfw: Ask how likely it must not be shown at work.
        structured: How the server is made to answer with JSON: by a schema, in general, or only by
            being told so.
        vocabulary_words: Offer the user's vocabulary to the model when it has no more words than
            this.
        only_vocabulary: Drop keywords that are not in the user's vocabulary.
        max_tokens: Longest answer, thinking included.
        temperature: 0 for the likeliest answer.
        seed: Makes the same question get the same answer, where the server can.
        omit: Of the three above, those that the server does not know.
        extra: Further fields of the request, as the server names them.
        concurrency: Pictures asked about at the same time.
        timeout_seconds: Longest wait for the answer to one picture; a home machine is slow.
    """

    base_url: ServiceRoot = "http://localhost:11434/v1"
    model: str = Field(min_length=1, max_length=256)
    api_key: SecretStr | None = Field(default=None, min_length=1)
    prompt: str = Field(default="", max_length=8000)
    language: str = Field(default="en", pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$")
    max_keywords_asked: int = Field(default=20, ge=1, le=100)
    title: bool = False
    caption: bool = True
    text: bool = True
    nsfw: bool = True
    structured: Literal["json_schema", "json_object", "none"] = "json_schema"
    vocabulary_words: int = Field(default=400, ge=0)
    only_vocabulary: bool = False
    max_tokens: int = Field(default=2048, ge=64)
    temperature: float = Field(default=0.0, ge=0.0, le=2.0)
    seed: int = 0
    omit: tuple[Literal["max_tokens", "temperature", "seed"], ...] = ()
    extra: dict[str, JsonValue] = Field(default_factory=dict)
    concurrency: int = Field(default=1, ge=1)
    timeout_seconds: float = Field(default=300.0, gt=0.0)

    @field_validator("extra")
    @classmethod
    def _not_what_we_decide(cls, extra: dict[str, JsonValue]) -> dict[str, JsonValue]:
        if ours := sorted(_OURS & extra.keys()):
            raise ValueError(f"{', '.join(ours)} cannot be set here")
        return extra
