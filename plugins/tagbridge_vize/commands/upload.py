"""`tagbridge vize upload`."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tagbridge_hooks import ConfigError
from tagbridge_vize.commands import asking
from tagbridge_vize.folder import counted, lack, piles
from tagbridge_vize.labelling import ensured
from tagbridge_vize.uploading import Sent, upload

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from tagbridge_hooks import CommandContext
    from tagbridge_vize.folder import Pile


async def run(arguments: Sequence[str], context: CommandContext) -> int:
    """Upload a folder of pictures a label, after it is sure that they are enough."""
    parser = asking.parser("upload")
    parser.add_argument("task", metavar="TASK", help="id or name")
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="holds one folder a label")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be uploaded")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    options = asking.read(parser, arguments)
    if isinstance(options, int):
        return options
    found = piles(options.folder)
    if lacking := lack(counted(found)):
        raise ConfigError(f"{options.folder}: {lacking}")
    if options.dry_run:
        for name, count in counted(found):
            fields = {"label": name, "pictures": count, "outcome": "planned"}
            asking.say(fields, f"{count} pictures  {name}", as_json=options.json)
        return 0
    return await _uploaded(found, options, context)


async def _uploaded(found: Sequence[Pile], options: Namespace, context: CommandContext) -> int:
    where = asking.account(context)
    task = await asking.chosen(where, options.task)
    labels = await ensured(where, [pile.name for pile in found], task.id)
    outcomes: Counter[str] = Counter()
    for pile in found:
        number = 0
        async for sent in upload(pile, labels[pile.name], where, context):
            number += 1
            outcomes[sent.outcome] += 1
            _tell(sent, pile, as_json=options.json)
            _progress(f"{pile.name}: {number} of {len(pile.pictures)}")
    _progress("")
    words = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    asking.say({"summary": dict(outcomes)}, words, as_json=options.json)
    return 1 if outcomes["failed"] else 0


def _tell(sent: Sent, pile: Pile, *, as_json: bool) -> None:
    """Print what became of a picture: to a program always, to a person when it failed."""
    fields = {"path": os.fspath(sent.path), "label": pile.name, "outcome": sent.outcome}
    if sent.reason:
        fields["reason"] = sent.reason
    if as_json or sent.outcome == "failed":
        asking.say(fields, f"{sent.path}: {sent.reason}", as_json=as_json)


def _progress(words: str) -> None:
    """Show how far it is, on a terminal only."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{asking.plain(words)}")
        sys.stderr.flush()
