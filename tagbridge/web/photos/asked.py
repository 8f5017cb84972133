"""What the page asks to be done, checked before anything of it is."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.exceptions import HTTPException

from tagbridge.spelling import MAX_CHARACTERS
from tagbridge.web.photos.acting import Deed, Order

_MOST_AT_ONCE = 500
Name = Annotated[str, StringConstraints(max_length=8192)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=8 * MAX_CHARACTERS)]


class Asked(BaseModel):
    """A decision about some photos.

    Attributes:
        deed: What is to be done.
        keys: Of the photos, as they stand in an address.
        keywords: About these; none for all of ours.
        batch: The same for the parts of one large selection.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)

    deed: Deed
    keys: tuple[Name, ...] = Field(max_length=_MOST_AT_ONCE)
    keywords: tuple[Word, ...] = Field(default=(), max_length=_MOST_AT_ONCE)
    batch: Name = ""

    @property
    def order(self) -> Order:
        """Return it without the photos.

        Raises:
            HTTPException: It is about more than one keyword, or none, and must be about one.
        """
        if self.deed == "never" and len(self.keywords) != 1:
            raise HTTPException(400, "That cannot be done")
        return Order(deed=self.deed, keywords=self.keywords, batch=self.batch)


def asked_in(body: bytes) -> Asked:
    """Return what a request asks for.

    Raises:
        HTTPException: It makes no sense.
    """
    try:
        return Asked.model_validate_json(body)
    except ValidationError:
        raise HTTPException(400, "That cannot be done") from None


def asked_of(**fields: object) -> Asked:
    """Return what a form asks for; see `asked_in`."""
    try:
        return Asked.model_validate(fields)
    except ValidationError:
        raise HTTPException(400, "That cannot be done") from None
