"""What the answers of imagerecognize.com mean as a whole: statuses, errors, the quota.

The status stands in the JSON; HTTP may repeat it, or say 200 whatever happened. Nothing that the
service sent is repeated in a message as it stands: it is a stranger's text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tagbridge_hooks import (
    AccountError,
    MalformedAnswerError,
    ProviderError,
    QuotaError,
    RejectedError,
)
from tagbridge_hooks.responses import check_status, json_of
from tagbridge_hooks.values import number_of

if TYPE_CHECKING:
    import httpx

_OK = 200
_NO_DATA = 300
_REDIRECTS = range(301, 400)
_STATUSES = range(100, 600)
_LARGEST_QUOTA = 1e12  # more is no count of calls, and fits into no database
_SLASH = "providers.imagerecognize.base_url must be the right address, with its final slash"
_PARAMETERS = "max_labels, label_confidence, nsfw_confidence"

_MEANINGS: Final[dict[int, tuple[type[ProviderError], str]]] = {
    _NO_DATA: (AccountError, f"no data arrived: {_SLASH}"),
    400: (AccountError, "the service got no key: providers.imagerecognize.api_key"),
    401: (AccountError, "providers.imagerecognize.api_key is wrong"),
    402: (QuotaError, "the allowance of the plan is used up"),
    412: (RejectedError, "the service cannot read this picture"),
    413: (RejectedError, "the picture is too large for the service"),
    415: (RejectedError, "the service does not know the format of this picture"),
    420: (AccountError, "the service refuses one of providers.imagerecognize.types"),
    430: (AccountError, f"the service refuses a parameter; one of {_PARAMETERS}?"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """What a successful answer is about.

    Attributes:
        kind: The type that it says it answers; empty when it does not say.
        objects: Whatever stands there, of any form.
        quota: Requests that are left of the allowance, or None when it does not say.
    """

    kind: str
    objects: object
    quota: int | None


def read_answer(response: httpx.Response) -> Data:
    """Return what a successful answer is about.

    Raises:
        AccountError: The key, the address or a parameter is wrong.
        QuotaError: The allowance is used up.
        RejectedError: The service does not take the picture.
        MalformedAnswerError: The answer is no JSON, has another form, or tells of an error.
        ProviderError: Any other; see `tagbridge_hooks.responses.check_status`.
    """
    if response.status_code in _REDIRECTS:
        raise AccountError(f"imagerecognize: HTTP {response.status_code}, a redirect: {_SLASH}")
    body = _body(response)
    status = _status(body, response)
    if status in _MEANINGS:
        kind, text = _MEANINGS[status]
        raise kind(f"imagerecognize: status {status}, {text}")
    check_status(response, "imagerecognize", status)
    if body is None:
        raise MalformedAnswerError("imagerecognize: the answer is not JSON")
    return _data(body.get("data"))


def _body(response: httpx.Response) -> dict[str, Any] | None:
    """Return the object in the JSON, whatever its Content-Type claims (it is text/html)."""
    body = json_of(response)
    return body if isinstance(body, dict) else None


def _status(body: dict[str, Any] | None, response: httpx.Response) -> int:
    """Return the status that counts: that of HTTP where the JSON has none or is content."""
    stated = number_of(body.get("status")) if body is not None else None
    if stated is not None and stated in _STATUSES and stated != _OK:
        return int(stated)
    if stated == _OK or body is None or not response.is_success:
        return response.status_code
    raise MalformedAnswerError("imagerecognize: the answer does not say that all is well")


def _data(data: object) -> Data:
    if not isinstance(data, dict):
        raise MalformedAnswerError("imagerecognize: the answer has no data")
    if data.get("error") not in (0, "0", "", None):
        raise MalformedAnswerError("imagerecognize: the answer tells of an error")
    kind, quota = data.get("type"), number_of(data.get("quota"))
    return Data(
        kind=kind.strip().lower() if isinstance(kind, str) else "",
        objects=data.get("objects"),
        quota=None if quota is None or quota > _LARGEST_QUOTA else max(0, int(quota)),
    )
