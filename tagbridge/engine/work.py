"""One job of the ledger, from being claimed to what is next for it."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from functools import partial
from typing import TYPE_CHECKING

from tagbridge.engine.decide import Step, next_step
from tagbridge.errand import Errand
from tagbridge.pipeline import ATTEMPTS, PATIENCE_SECONDS, Journey, tag_asset
from tagbridge.printable import plain, printable
from tagbridge_hooks import WriteError

if TYPE_CHECKING:
    from pathlib import Path

    from tagbridge.equipment import Equipment
    from tagbridge.ledger import Job, Ledger

log = logging.getLogger(__name__)

_AGAIN_SECONDS = 5.0


async def work_on(job: Job, equipment: Equipment) -> None:
    """Take the photo of a claimed job its way, and note what is next.

    The job belongs to a root that this host has. Whatever happens the job is never lost: it ends
    here, is put off, or set aside with a reason; when this process dies, others take it over.
    """
    ledger = equipment.ledger
    path = ledger.paths.path(job.key)
    if path is None:
        return
    errand = Errand(
        # What has a reason to be done again has been begun before.
        only_new=not job.reason,
        patient=job.attempts < ATTEMPTS - 1,
        hurry=PATIENCE_SECONDS,
        holds=partial(ledger.jobs.holds, job),
    )
    journey = await tag_asset(path, equipment, errand)
    step = next_step(journey, job.attempts, now=time.time())
    if step.kind == "missing" and await asyncio.to_thread(_is_deleted, path):
        step = Step(kind="done")
    await note(job, step, equipment)
    _log(journey, step, job)


async def note(job: Job, step: Step, equipment: Equipment) -> None:
    """Put into the ledger what is next for a job, however long that takes."""
    said = False
    while True:
        try:
            await equipment.clerk.do(_note, equipment.ledger, job, step)
        except WriteError as error:
            # Without the ledger nothing else can be done either.
            log.log(logging.DEBUG if said else logging.ERROR, "%s; it is tried again", error)
            said = True
            await asyncio.sleep(_AGAIN_SECONDS)
        else:
            return


def _note(ledger: Ledger, job: Job, step: Step) -> None:
    if step.kind == "done":
        ledger.jobs.finish(job)
    elif step.kind == "again":
        now = ledger.database.read(ledger.database.now)  # the hosts' clocks may differ
        ledger.jobs.again(job, now + step.wait, step.reason)
    elif step.kind == "park":
        ledger.jobs.park(job, step.reason)
    elif step.kind == "missing":
        ledger.jobs.missing(job, step.reason)


def _is_deleted(path: Path) -> bool:
    """Return whether a file is gone for good, and not with the share that it lies on.

    Where a share is not mounted there is an empty folder, or none.
    """
    try:
        with os.scandir(path.parent) as entries:
            return any(entries)
    except OSError:
        return False


def _log(journey: Journey, step: Step, job: Job) -> None:
    receipt = journey.receipt
    level = logging.WARNING if journey.failed else logging.INFO
    # A service that is down for a day need not be said at every attempt of every photo, nor a
    # share that is not mounted for every photo on it; `status` tells of both.
    repeated = step.kind == "again" and step.reason == job.reason
    added = "would be added" if receipt.outcome == "planned" else "added"
    log.log(
        logging.DEBUG if repeated or step.kind in ("superseded", "missing") else level,
        "%s %s: %s%s",
        receipt.outcome,
        printable(journey.path),
        f"{len(receipt.keywords_added)} keywords {added}",
        f" ({plain(receipt.reason)})" if receipt.reason else "",
    )
