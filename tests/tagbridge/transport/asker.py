"""Asks a service about pictures through the lent client, as a process of its own.

    asker.py TASK

TASK is JSON: `state` (folder), `base` (URL), `path`, `pictures` (names), `at_once`, `terms`,
`kill_at`. Prints a line for each picture: its name, the status or the error, the body. With
`kill_at` it kills itself when so many lines of the transport's own code have run here; at its end
it says how many there are in all.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from tagbridge.ledger.terms import Terms
from tagbridge.transport.client import LentClient
from tagbridge.transport.courier import Courier
from tagbridge.transport.question import Question, current

TRANSPORT = str(Path(sys.modules[Courier.__module__].__file__ or "").parent)


class Lines:
    """Counts the lines of the transport that run here, and ends the process at one of them."""

    def __init__(self, kill_at: int) -> None:
        self.count = 0
        self._kill_at = kill_at

    def trace(self, frame: Any, event: str, _argument: object) -> Any:  # noqa: ANN401 - as `settrace` wants it
        if not frame.f_code.co_filename.startswith(TRANSPORT):
            return None
        if event == "line":
            self.count += 1
            if self.count == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.trace


async def ask(client: LentClient, task: dict[str, Any], picture: str) -> dict[str, Any]:
    current.set(
        Question(
            identity=sha256(picture.encode()).hexdigest(),
            media_type="image/jpeg",
            provider=task["terms"]["provider"],
            picture=picture.encode(),
            secrets=(),
            terms=Terms.from_json(task["terms"]),
        )
    )
    try:
        response = await client.client.post(
            task["base"] + task["path"], content=b"?", headers={"X-Picture": picture}
        )
    except Exception as error:  # noqa: BLE001 - it is what the test wants to know
        return {"picture": picture, "error": type(error).__name__}
    return {"picture": picture, "status": response.status_code, "body": response.text}


def say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


async def main(task: dict[str, Any]) -> None:
    """Ask about all pictures."""
    lines = Lines(task.get("kill_at", 0))
    if "kill_at" in task:
        sys.settrace(lines.trace)
    courier = Courier(Path(task["state"]), task.get("url", ""))
    client = LentClient(courier)
    slots = asyncio.Semaphore(task.get("at_once", 1))

    async def one(picture: str) -> None:
        async with slots:
            say(await ask(client, task, picture))

    await asyncio.gather(*(one(picture) for picture in task["pictures"]))
    await client.aclose()
    await courier.aclose()
    say({"lines": lines.count})


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
