from __future__ import annotations

import inspect
import re
from datetime import UTC, datetime

import pytest

from tagbridge_hooks import QuotaError, RateLimitedError, TagbridgeError, errors

CLASSES = {name: kind for name, kind in vars(errors).items() if inspect.isclass(kind)}


def drawn() -> dict[str, str]:
    """Return the parent of each error in the tree that the module's docstring draws."""
    parents: dict[str, str] = {}
    branch: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"([│├└─ ]*)([A-Za-z]+Error)\b", line)
        if found:
            depth = len(found[1]) // 4
            branch[depth:] = [found[2]]
            parents[found[2]] = branch[depth - 1] if depth else "Exception"
    return parents


def test_the_drawn_tree_is_the_real_one() -> None:
    assert drawn() == {name: kind.__bases__[0].__name__ for name, kind in CLASSES.items()}


@pytest.mark.parametrize("kind", CLASSES.values(), ids=CLASSES)
def test_every_error_is_a_tagbridge_error_that_shows_its_message(kind: type[Exception]) -> None:
    error = kind("lumen: HTTP 500")
    assert isinstance(error, TagbridgeError)
    assert str(error) == "lumen: HTTP 500"


def test_a_rate_limit_carries_the_seconds_to_wait() -> None:
    assert RateLimitedError("lumen: HTTP 429", retry_after=12.0).retry_after == 12.0
    assert RateLimitedError("lumen: HTTP 429").retry_after is None


def test_a_used_up_quota_carries_the_time_of_its_return() -> None:
    midnight = datetime(2030, 1, 1, tzinfo=UTC)
    assert QuotaError("lumen: used up", resets_at=midnight).resets_at == midnight
    assert QuotaError("lumen: used up").resets_at is None
