"""Read the command line of `recognition.py`, open the services, and serve."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.servers.control import Control
from tests.servers.everypixel.service import Everypixel
from tests.servers.everypixel.tokens import HOUR, Tokens
from tests.servers.faults.choice import Faults, Wanted
from tests.servers.faults.kinds import FAULTS
from tests.servers.front import Front
from tests.servers.imagerecognize.service import Imagerecognize
from tests.servers.limits import Account, account, opened, seconds
from tests.servers.openai.service import OpenAI
from tests.servers.plain import Plain
from tests.servers.simages import Simages
from tests.servers.vize.service import Vize
from tests.servers.vize.workspace import Workspace
from tests.servers.ximilar.service import Ximilar

if TYPE_CHECKING:
    from tests.servers.visits import Service

RATE = 30.0  # requests a second that Everypixel takes


def latency(text: str) -> tuple[float, float]:
    """Read one time, or two with a colon between them."""
    return seconds(text.replace(":", "-"))


def kinds(text: str) -> frozenset[str]:
    """Read names of faults, separated by commas."""
    named = frozenset(text.split(","))
    if named - set(FAULTS):
        raise ValueError(f"no such fault: {', '.join(sorted(named - set(FAULTS)))}")
    return named


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=latency, default=(0.0, 0.0))
    parser.add_argument("--everypixel", action="store_true")
    parser.add_argument("--rate", type=float)
    parser.add_argument("--quota", type=int)
    for credential in ("--client-id", "--client-secret", "--key"):
        parser.add_argument(credential)
    parser.add_argument("--token-seconds", type=float, default=HOUR)
    parser.add_argument("--account", type=account, action="append", default=[])
    parser.add_argument("--always-200", action="store_true")
    parser.add_argument("--train-looks", type=int, default=3)
    parser.add_argument("--model", action="append", default=[])
    parser.add_argument("--faults", type=float, default=0.0)
    parser.add_argument("--fault-seed", type=int, default=0)
    parser.add_argument("--fault-kinds", type=kinds, default=frozenset(FAULTS))
    parser.add_argument("--fault", choices=FAULTS)
    return parser.parse_args()


def services(given: argparse.Namespace, tokens: Tokens) -> dict[str, Service]:
    """Return all services by name."""
    workspace = Workspace(train_looks=given.train_looks)
    all_of_them: list[Service] = [
        Everypixel(client_id=given.client_id, client_secret=given.client_secret, tokens=tokens),
        Plain(),
        Imagerecognize(always_200=given.always_200),
        Ximilar(workspace=workspace),
        Vize(workspace=workspace),
        Simages(),
        OpenAI(models=tuple(given.model) or ("vision",)),
    ]
    return {service.name: service for service in all_of_them}


def accounts(given: argparse.Namespace, names: set[str]) -> dict[str, Account]:
    """Return the account at each service."""
    rate = given.rate if given.rate is not None else RATE * given.everypixel
    found = {name: Account() for name in names}
    found["everypixel"] = Account(rate=rate, quota=given.quota)
    found["plain"] = Account(key=given.key)
    for name, limits in given.account:
        if name not in found:
            raise SystemExit(f"no such service: {name}")
        found[name] = opened(limits)
    return found


async def main() -> None:
    """Serve until killed; the port is printed."""
    given = arguments()
    tokens = Tokens(seconds=given.token_seconds)
    wanted = [Wanted(fault=given.fault)] if given.fault else []
    faults = Faults(
        share=given.faults, seed=given.fault_seed, kinds=given.fault_kinds, wanted=wanted
    )
    known = services(given, tokens)
    front = Front(
        services=known,
        accounts=accounts(given, set(known)),
        faults=faults,
        control=Control(faults=faults, tokens=tokens),
        log=os.open(given.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644),
        latency=given.latency,
    )
    server = await asyncio.start_server(front.serve, "127.0.0.1", given.port, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()
