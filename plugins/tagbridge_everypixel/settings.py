"""The keys of `[providers.everypixel]`."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, SecretStr, model_validator

from tagbridge_hooks import ProviderSettings, ServiceRoot

ServiceName: TypeAlias = Literal[
    "keywords", "video_keywords", "faces", "quality", "quality_ugc", "captions"
]


def _each_once(services: tuple[ServiceName, ...]) -> tuple[ServiceName, ...]:
    return tuple(dict.fromkeys(services))


class EverypixelSettings(ProviderSettings):
    """What the user decides about Everypixel.

    Attributes:
        client_id: From the profile page of the account.
        client_secret: From the same place.
        auth: How they are shown: with every request, or once an hour for a token.
        base_url: Address of the service with its version, for a proxy or a test.
        services: What is asked of a picture; each is a request of its own, and paid for.
        num_keywords: Ask for so many keywords at most; the service has never more than 50.
        threshold: Ask for no keyword below it, 0 to 1; None asks for all. `min_confidence`
            filters what has arrived, and may be changed later without paying again.
        language: Of the keywords.
        colors: Have the keywords of a picture come with its dominant colours.
        num_colors: How many of them.
        caption_length: Of the captions.
        concurrency: Pictures asked about at the same time.
    """

    client_id: SecretStr = Field(min_length=1)
    client_secret: SecretStr = Field(min_length=1)
    auth: Literal["basic", "oauth2"] = "basic"
    base_url: ServiceRoot = "https://api.everypixel.com/v1"
    services: Annotated[tuple[ServiceName, ...], AfterValidator(_each_once)] = Field(
        default=("keywords",), min_length=1
    )
    num_keywords: int = Field(default=50, ge=1, le=50)
    threshold: float | None = Field(default=None, ge=0.0, le=1.0)
    language: Literal["en", "ru", "es", "fr", "de", "pt", "it"] = "en"
    colors: bool = False
    num_colors: int = Field(default=5, ge=1, le=10)
    caption_length: Literal["short", "normal", "long"] = "normal"
    concurrency: int = Field(default=16, ge=1)

    @model_validator(mode="after")
    def _colors_come_with_keywords(self) -> EverypixelSettings:
        if self.colors and "keywords" not in self.services:
            raise ValueError('colors come with the keywords: add "keywords" to services')
        return self

    @property
    def media(self) -> frozenset[Literal["image", "video"]]:
        """Return what the chosen services take."""
        return frozenset("video" if s == "video_keywords" else "image" for s in self.services)
