"""`tagbridge check`: what other programs show of a photo, and where they disagree."""

from __future__ import annotations

import logging
import os
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tagbridge.printable import plain, printable

if TYPE_CHECKING:
    from tagbridge.metadata.compatibility.checking import Checked
    from tagbridge.metadata.compatibility.findings import Finding
    from tagbridge.metadata.compatibility.seen import Seen
    from tagbridge.metadata.exiv2 import Exiv2
    from tagbridge.walk import Found

_OUTCOMES = ("agree", "conflict", "unreadable")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def check(ctx: click.Context, paths: tuple[Path, ...], *, as_json: bool) -> None:
    """Say which keywords other programs show, where they disagree, and what to do about it.

    Nothing is written. The exit status is 1 when programs disagree about a photo, or one cannot
    be read.
    """
    from tagbridge.cli.place import log_to_stderr  # noqa: PLC0415 - quick --help
    from tagbridge.cli.show import has_something_to_show, is_left_out  # noqa: PLC0415 - likewise
    from tagbridge.metadata.exiv2 import Exiv2  # noqa: PLC0415 - quick --help
    from tagbridge.walk import walk  # noqa: PLC0415 - quick --help

    log_to_stderr(logging.WARNING)
    with closing(Exiv2()) as exiv2:
        found = walk(paths, is_candidate=has_something_to_show, sweeping=False)
        assets = (asset for asset in found if not is_left_out(asset))
        outcomes = Counter(_check(asset, exiv2, as_json=as_json) for asset in assets)
    _say_summary(outcomes, as_json=as_json)
    ctx.exit(1 if outcomes["conflict"] or outcomes["unreadable"] else 0)


def _check(found: Found, exiv2: Exiv2, *, as_json: bool) -> str:
    """Report on one photo, and return the outcome."""
    from tagbridge.metadata.compatibility.checking import check_asset  # noqa: PLC0415 - quick --help
    from tagbridge_hooks.errors import AssetError, UnreadableAssetError  # noqa: PLC0415 - likewise

    try:
        if found.failed:
            raise UnreadableAssetError(found.skip)
        checked = check_asset(found.path, exiv2)
    except AssetError as error:
        _say_unreadable(found.path, str(error), as_json=as_json)
        return "unreadable"
    if as_json:
        _say_object(checked)
    else:
        _say(checked)
    return "agree" if checked.agrees else "conflict"


def _say_unreadable(path: Path, reason: str, *, as_json: bool) -> None:
    from tagbridge.cli.report import say_json  # noqa: PLC0415 - quick --help

    if as_json:
        say_json({"path": os.fspath(path), "error": reason})
    else:
        click.echo(f"{printable(path)}\n  {plain(reason)}")


def _say(checked: Checked) -> None:
    if checked.agrees:
        keywords = max((seen.keywords for seen in checked.seen), key=len)
        click.echo(f"{printable(checked.path)}: {plain(', '.join(keywords)) or 'no keywords'}")
        return
    click.echo(printable(checked.path))
    for seen in checked.seen:
        click.echo(f"  {seen.program.title:18} {plain(_in_words(seen))}")
    titles = {seen.program.name: seen.program.title for seen in checked.seen}
    for finding in checked.findings:
        if finding.is_conflict:
            _say_finding(finding, titles)


def _in_words(seen: Seen) -> str:
    if seen.way is None:
        return "not known what it reads of such a file"
    shown = (*seen.hierarchical, *(k for k in seen.keywords if not _is_in_path(k, seen)))
    words = ", ".join(path.replace("|", " > ") for path in shown)
    sources = dict.fromkeys(f"{t.entries.field} in {t.path.name}" for t in seen.taken)
    return f"{words}  ({', '.join(sources)})" if words else "no keywords"


def _is_in_path(keyword: str, seen: Seen) -> bool:
    return any(keyword in path.split("|") for path in seen.hierarchical)


def _say_finding(finding: Finding, titles: dict[str, str]) -> None:
    concerned = ", ".join(titles[name] for name in finding.programs)
    start = f"{concerned}: " if concerned else ""
    click.echo(f"  ! {plain(start + finding.what)}\n    {plain(finding.remedy)}")


def _say_object(checked: Checked) -> None:
    from tagbridge.cli.report import say_json  # noqa: PLC0415 - quick --help

    say_json(
        {
            "path": os.fspath(checked.path),
            "agrees": checked.agrees,
            "readers": {seen.program.name: _reader(seen) for seen in checked.seen},
            "findings": [_finding(finding) for finding in checked.findings],
        }
    )


def _reader(seen: Seen) -> dict[str, Any]:
    fields = dict.fromkeys(taken.entries.field for taken in seen.taken)
    files = [os.fspath(taken.path) for taken in seen.taken]
    return {
        "file": files[0] if files else None,
        "field": " + ".join(fields) or None,
        "keywords": list(seen.keywords),
        "hierarchical": list(seen.hierarchical),
        "known": seen.way is not None,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "programs": list(finding.programs),
        "what": finding.what,
        "remedy": finding.remedy,
    }


def _say_summary(outcomes: Counter[str], *, as_json: bool) -> None:
    from tagbridge.cli.report import say_json  # noqa: PLC0415 - quick --help

    counts = {outcome: outcomes[outcome] for outcome in _OUTCOMES if outcomes[outcome]}
    if as_json:
        say_json({"summary": counts})
    else:
        said = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
        click.echo(said or "no photos found")
