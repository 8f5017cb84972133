"""The keys of `[providers.imagerecognize]`."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, SecretStr

from tagbridge_hooks import ProviderSettings, ServiceAddress

TypeName: TypeAlias = Literal["objects", "celebrities", "detect_faces", "detect_text", "nsfw"]


def _with_final_slash(address: str) -> str:
    """Return an address that is not redirected: a redirected POST arrives without its data."""
    return address.rstrip("/") + "/"


def _each_once(types: tuple[TypeName, ...]) -> tuple[TypeName, ...]:
    return tuple(dict.fromkeys(types))


class ImagerecognizeSettings(ProviderSettings):
    """What the user decides about imagerecognize.com.

    Attributes:
        api_key: From the account.
        base_url: Address of the service with its version, for a proxy or a test.
        types: What is asked of a picture; each is a request of its own, and paid for.
        max_labels: Ask for so many objects at most.
        label_confidence: Ask for no object below it, in percent. It is low, because
            `min_confidence` filters what has arrived, and may be changed without paying again.
        nsfw_confidence: The same for sensitive content, which `nsfw.threshold` filters.
    """

    api_key: SecretStr = Field(min_length=1)
    base_url: Annotated[ServiceAddress, AfterValidator(_with_final_slash)] = (
        "https://imagerecognize.com/api/v2/"
    )
    types: Annotated[tuple[TypeName, ...], AfterValidator(_each_once)] = Field(
        default=("objects", "nsfw"), min_length=1
    )
    max_labels: int = Field(default=50, ge=1)
    label_confidence: int = Field(default=10, ge=0, le=100)
    nsfw_confidence: int = Field(default=10, ge=0, le=100)
