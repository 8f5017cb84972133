"""`tagbridge show`: what is in a photo, and whose it is."""

from __future__ import annotations

import logging
import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tagbridge.printable import plain, printable

if TYPE_CHECKING:
    from tagbridge.metadata.exiv2 import Exiv2
    from tagbridge.metadata.results import Result
    from tagbridge.metadata.show import Recall
    from tagbridge.metadata.shown import Shown, ShownColor, ShownKeyword, ShownText
    from tagbridge.walk import Found

_SENTENCES = {
    "Iptc4xmpCore:AltTextAccessibility": "alt text",
    "dc:title": "title",
    "dc:description": "description",
}


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def show(ctx: click.Context, paths: tuple[Path, ...], *, as_json: bool) -> None:
    """Show what photos say: the user's words, and ours with provider, confidence and time.

    A keyword of ours that you kept in an edit with another program is confirmed: yours since. One
    that you removed is rejected, and is never written again.
    """
    from tagbridge.cli.memory import remembered  # noqa: PLC0415 - quick --help
    from tagbridge.cli.place import log_to_stderr  # noqa: PLC0415 - quick --help
    from tagbridge.metadata.exiv2 import Exiv2  # noqa: PLC0415 - quick --help
    from tagbridge.walk import walk  # noqa: PLC0415 - quick --help

    log_to_stderr(logging.WARNING)
    with closing(Exiv2()) as exiv2, remembered(ctx.obj) as recall:
        found = walk(paths, is_candidate=has_something_to_show, sweeping=False)
        assets = (asset for asset in found if not is_left_out(asset))
        failed = [_show(asset, exiv2, recall, as_json=as_json) for asset in assets]
    ctx.exit(1 if any(failed) else 0)


def has_something_to_show(path: Path) -> bool:
    """Return whether a file in a folder is a photo, or a video with a sidecar."""
    from tagbridge.formats import is_candidate  # noqa: PLC0415 - quick --help
    from tagbridge.metadata.sidecar import existing_sidecars  # noqa: PLC0415 - quick --help

    if is_candidate(path):
        return True
    return is_candidate(path, {"video"}) and bool(existing_sidecars(path, raw=False))


def is_left_out(found: Found) -> bool:
    """Return whether a rule says that this is none of the photos that were asked for."""
    return bool(found.skip) and not found.failed


def _show(found: Found, exiv2: Exiv2, recall: Recall, *, as_json: bool) -> bool:
    """Show one photo, and return whether that failed."""
    from tagbridge.cli.report import say_json  # noqa: PLC0415 - quick --help
    from tagbridge_hooks.errors import AssetError  # noqa: PLC0415 - quick --help

    try:
        shown = _shown(found, exiv2, recall)
    except AssetError as error:
        reason = str(error)
        if as_json:
            say_json({"path": os.fspath(found.path), "error": reason})
        else:
            click.echo(f"{printable(found.path)}\n  {plain(reason)}")
        return True
    if as_json:
        say_json(_as_object(shown))
    else:
        _say(shown)
    return bool(shown.problems)


def _shown(found: Found, exiv2: Exiv2, recall: Recall) -> Shown:
    from tagbridge.metadata.show import show_asset  # noqa: PLC0415 - quick --help
    from tagbridge_hooks.errors import UnreadableAssetError  # noqa: PLC0415 - quick --help

    if found.failed:
        raise UnreadableAssetError(found.skip)
    return show_asset(found.path, exiv2, recall)


def _say(shown: Shown) -> None:
    click.echo(printable(shown.path))
    for keyword in shown.keywords:
        kept = "confirmed by the user, " if keyword.whose == "confirmed" else ""
        click.echo(f"  {plain(keyword.text):32} {kept}{_origin(keyword.result)}")
    for result in shown.rejected:
        click.echo(f"  {plain(result.value):32} rejected, {_origin(result)}")
    for path in shown.hierarchies:
        click.echo(f"  {plain(path.replace('|', ' > '))}")
    if shown.flagged:
        _say_line("not safe for work", shown.warning)
    _say_more(shown)
    for problem in shown.problems:
        click.echo(f"  problem: {plain(problem)}")


def _say_more(shown: Shown) -> None:
    """Print what is said beside keywords."""
    for person in shown.persons:
        _say_line(f"person: {person.text}", person.result)
    for name, sentence in shown.sentences.items():
        _say_line(f"{_SENTENCES[name]}: {sentence.text}", sentence.result)
    if shown.text is not None:
        _say_line(f"text in it: {' / '.join(shown.text.text.splitlines())}", shown.text.result)
    for one in shown.colors:
        name = f" {one.color.name}" if one.color.name else ""
        _say_line(f"colour: {one.color.hex}{name} {one.color.fraction:.0%}", one.result)
    for result in shown.judgements:
        _say_line(f"{result.kind}: {result.value}", result)


def _say_line(text: str, result: Result | None) -> None:
    click.echo(f"  {plain(text):32} {_origin(result)}")


def _origin(result: Result | None) -> str:
    if result is None:
        return "the user's"
    sure = "" if result.confidence is None else f" {result.confidence:.2f}"
    borrowed = ", borrowed from similar pictures" if result.borrowed else ""
    return plain(f"{result.provider}{sure}, {result.when}{borrowed}")


def _as_object(shown: Shown) -> dict[str, Any]:
    return {
        "path": os.fspath(shown.path),
        "files": [os.fspath(file) for file in shown.files],
        "keywords": [_keyword(keyword) for keyword in shown.keywords],
        "rejected": [{"text": r.value, **_details(r)} for r in shown.rejected],
        "hierarchical": list(shown.hierarchies),
        "nsfw": {"flagged": shown.flagged, **_details(shown.warning)},
        "persons": [_text(person) for person in shown.persons],
        "captions": [
            {"property": name, **_text(sentence)} for name, sentence in shown.sentences.items()
        ],
        "text": None if shown.text is None else _text(shown.text),
        "colors": [_color(one) for one in shown.colors],
        "judgements": [
            {"kind": result.kind, "value": result.value, **_details(result)}
            for result in shown.judgements
        ],
        "problems": list(shown.problems),
    }


def _keyword(keyword: ShownKeyword) -> dict[str, Any]:
    borrowed = keyword.result is not None and keyword.result.borrowed
    text = {**_text(keyword), "whose": keyword.whose}
    return {**text, **({"borrowed": True} if borrowed else {})}


def _text(shown: ShownText) -> dict[str, Any]:
    return {"text": shown.text, "ours": shown.result is not None, **_details(shown.result)}


def _color(one: ShownColor) -> dict[str, Any]:
    color = one.color
    value = {"hex": color.hex, "fraction": color.fraction, "name": color.name}
    return {**value, "ours": one.result is not None, **_details(one.result)}


def _details(result: Result | None) -> dict[str, Any]:
    if result is None:
        return {}
    return {
        "providers": result.provider.split("+"),
        "model": result.model,
        "confidence": result.confidence,
        "when": result.when,
    }
