"""What the statuses of Everypixel mean.

Nothing that the service sent is repeated in a message as it stands: it is a stranger's text.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tagbridge_hooks import AccountError, QuotaError, RateLimitedError, RejectedError
from tagbridge_hooks.responses import check_status, json_of, next_day, retry_after

if TYPE_CHECKING:
    import httpx

# The name of a parameter of the service, and the setting that it comes from.
_SETTINGS = {
    "num_keywords": "num_keywords",
    "threshold": "threshold",
    "lang": "language",
    "colors": "colors",
    "num_colors": "num_colors",
    "caption_len": "caption_length",
}
_UNAUTHORIZED = (
    "everypixel: HTTP 401, client_id or client_secret is wrong, or the account may not use this"
)
_DAY_SECONDS = 86_400.0
_ALLOWANCE = re.compile(rb"\b\d{1,9} requests per \d{1,9} seconds\b")


def check_answer(response: httpx.Response) -> None:
    """Raise the error that a status of this service stands for; return for 2xx.

    429 and 502 mean the opposite of what they mean elsewhere.

    Raises:
        QuotaError: 429: the allowance of the plan is used up.
        RateLimitedError: 502: more than 30 requests in this second.
        RejectedError: 400: the picture cannot be decoded there.
        AccountError: 401: the credentials are wrong, or not for this. 422: a parameter is.
        ProviderError: Any other; see `tagbridge_hooks.responses.check_status`.
    """
    match response.status_code:
        case 400:
            raise RejectedError("everypixel: HTTP 400, the service cannot read this picture")
        case 401:
            raise AccountError(_UNAUTHORIZED)
        case 422:
            raise AccountError(f"everypixel: HTTP 422, {_refused(response)}")
        case 429:
            message = f"everypixel: HTTP 429, the allowance is used up{_allowance(response)}"
            raise QuotaError(message, resets_at=_resets_at(response))
        case 502:
            message = "everypixel: HTTP 502, too many requests a second"
            raise RateLimitedError(message, retry_after=retry_after(response))
    check_status(response, "everypixel")


def _resets_at(response: httpx.Response) -> datetime:
    """Return when to ask again: the service never says, and one refused call a day is free."""
    now, seconds = datetime.now(UTC), retry_after(response)
    if seconds is None:
        return next_day(now)
    return now + timedelta(seconds=min(seconds, _DAY_SECONDS))


def _allowance(response: httpx.Response) -> str:
    found = _ALLOWANCE.search(response.content)
    return f" ({found[0].decode()})" if found else ""


def _refused(response: httpx.Response) -> str:
    """Return which settings a 422 complains of, as `{"detail": [{"loc": ["query", NAME]}]}`."""
    try:
        places = [one["loc"] for one in json_of(response)["detail"]]
        named = {_SETTINGS[name] for place in places for name in place if name in _SETTINGS}
    except (TypeError, KeyError):
        named = set()
    if not named:
        return "the service does not take the request any more; is base_url right?"
    return "the service refuses " + ", ".join(f"providers.everypixel.{n}" for n in sorted(named))
