"""Let a test change the services while they run: `POST /control` with a JSON object.

`{"fault": NAME, "times": N, "service": NAME}` sets a fault for the next requests (without `times`
for all, without `service` at all services), an empty name takes all faults back.
`{"token": "expire"}` ends the token of Everypixel.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.servers.faults.choice import Wanted
from tests.servers.faults.kinds import FAULTS, OF_SERVICE
from tests.servers.wire import Answer

if TYPE_CHECKING:
    from tests.servers.everypixel.tokens import Tokens
    from tests.servers.faults.choice import Faults
    from tests.servers.wire import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """What a test may change."""

    faults: Faults
    tokens: Tokens

    def __call__(self, request: Request) -> Answer:
        """Do what the test wants, or say that it cannot be done."""
        try:
            self.change(json.loads(request.body))
        except (ValueError, KeyError, TypeError) as error:
            return Answer(status=400, body={"error": repr(error)})
        return Answer(body={"status": "ok"})

    def change(self, wanted: dict[str, Any]) -> None:
        """Change one thing; ValueError, KeyError or TypeError for what there is not."""
        if wanted == {"token": "expire"}:
            self.tokens.end()
        elif wanted["fault"]:
            one = Wanted(**wanted)
            if one.fault not in FAULTS or one.service not in {None, *OF_SERVICE}:
                raise ValueError("no such fault or service")
            self.faults.wanted.append(one)
        else:
            self.faults.wanted.clear()
