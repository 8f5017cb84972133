"""What an account of a service may do: its key, its rate, how much at once, its allowance."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Account:
    """The account at one service, and what it has used.

    Attributes:
        key: The only right key; None takes any but an empty one.
        rate: Requests a second; 0 for no limit.
        concurrency: Requests at once; 0 for no limit.
        quota: Pictures that may be charged for; None for no limit.
        recent: When the requests of the last window arrived, in monotonic seconds.
        busy: Requests that have arrived and are not answered.
        paid: Pictures charged for.
        latency: Seconds that an answer takes, at least and at most; None as all others.
    """

    key: str | None = None
    rate: float = 0.0
    concurrency: int = 0
    quota: int | None = None
    recent: deque[float] = field(default_factory=deque)
    busy: int = 0
    paid: int = 0
    latency: tuple[float, float] | None = None

    def is_key(self, given: str | None) -> bool:
        """Say whether this is the key of the account."""
        return bool(given) and self.key in {None, given}

    def excess(self, now: float) -> str:
        """Count a request that arrived now; return the limit that it breaks, or nothing."""
        window = max(1.0, 1.0 / self.rate) if self.rate else 0.0  # 0.1: one in ten seconds
        while self.recent and self.recent[0] <= now - window:
            self.recent.popleft()
        if self.rate and len(self.recent) >= self.rate:
            return "too many requests in this second"
        if self.concurrency and self.busy > self.concurrency:
            return "too many requests at once"
        self.recent.append(now)
        return ""

    def lacks(self, pictures: int) -> bool:
        """Say whether the allowance is too small for so many pictures."""
        return self.quota is not None and self.paid + pictures > self.quota


def seconds(text: str) -> tuple[float, float]:
    """Read one time, or two with a dash between them."""
    low, _, high = text.partition("-")
    return float(low), float(high or low)


def account(text: str) -> tuple[str, dict[str, str]]:
    """Read `NAME:limit=value:...`, as the command line has it."""
    name, *limits = text.split(":")
    return name, dict(limit.split("=", 1) for limit in limits)


def opened(given: dict[str, str]) -> Account:
    """Return an account with these limits, given as text; ValueError names a wrong one."""
    if unknown := set(given) - {"key", "rate", "concurrency", "quota", "latency"}:
        raise ValueError(f"no such limit: {', '.join(sorted(unknown))}")
    return Account(
        key=given.get("key"),
        rate=float(given.get("rate", 0)),
        concurrency=int(given.get("concurrency", 0)),
        quota=int(given["quota"]) if "quota" in given else None,
        latency=seconds(given["latency"]) if "latency" in given else None,
    )
