"""Choose the bad days of the services: by a share and a seed, or as a test wants them."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers.faults.kinds import COMMON, FAULTS, OF_SERVICE

if TYPE_CHECKING:
    from tests.servers.faults.kinds import Fault
    from tests.servers.visits import Visit


@dataclass(slots=True, kw_only=True)
class Wanted:
    """A fault for the next requests: how many are left, None for all; of which service, or any."""

    fault: str
    times: int | None = None
    service: str | None = None


@dataclass(slots=True, kw_only=True)
class Faults:
    """What goes wrong.

    Attributes:
        share: How many of the requests get a bad day, 0 to 1.
        seed: Decides which, together with what a request asks for and how often it was asked.
        kinds: What chance may choose.
        wanted: Comes before chance.
        asked: How often each request came.
    """

    share: float = 0.0
    seed: int = 0
    kinds: frozenset[str] = frozenset(FAULTS)
    wanted: list[Wanted] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)

    def choose(self, service: str, visit: Visit) -> Fault | None:
        """Return the fault that an answer to this request gets, if any."""
        for one in self.wanted:
            if one.service in {None, service} and one.times != 0:
                if one.times is not None:
                    one.times -= 1
                return FAULTS[one.fault]
        return self._by_chance(service, visit)

    def _by_chance(self, service: str, visit: Visit) -> Fault | None:
        """Decide by the request alone, so that the order of arrival changes nothing."""
        request = visit.request
        # Not by the body: the boundary of a form is another one each time.
        key = f"{request.method} {request.path} {visit.kind} {sorted(visit.pictures)}"
        self.asked[key] += 1
        drawn = random.Random(f"{self.seed} {key} {self.asked[key]}")  # noqa: S311 - no secret
        if drawn.random() >= self.share:
            return None
        kinds = [kind for kind in (*COMMON, *OF_SERVICE[service]) if kind in self.kinds]
        return FAULTS[drawn.choice(kinds)] if kinds else None
