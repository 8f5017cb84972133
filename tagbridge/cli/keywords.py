"""`tagbridge keywords`: the keywords of photos as a list that Lightroom imports."""

from __future__ import annotations

import logging
import os
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from tagbridge.printable import plain, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagbridge.cli.place import Place
    from tagbridge.metadata.exiv2 import Exiv2
    from tagbridge.vocabulary.exporting import Exported
    from tagbridge.walk import Found

    Paths: TypeAlias = tuple[tuple[str, ...], ...]


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the list to a new file, instead of printing it.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def keywords(
    ctx: click.Context, paths: tuple[Path, ...], output: Path | None, *, as_json: bool
) -> None:
    """List the keywords of photos, the user's and ours, as Lightroom imports them.

    Levels are tabs. From the vocabulary of the settings come the {synonyms} and [categories].

    Exit status: 0 all well, 1 some photos could not be read, 2 wrong usage or settings.
    """
    from tagbridge.cli.place import log_to_stderr  # noqa: PLC0415 - quick --help
    from tagbridge.vocabulary.exporting import exported  # noqa: PLC0415 - quick --help
    from tagbridge.vocabulary.keyword_list_text import keyword_list_text  # noqa: PLC0415 - quick --help
    from tagbridge.vocabulary.reading import read_entries  # noqa: PLC0415 - quick --help

    log_to_stderr(logging.WARNING)
    place: Place = ctx.obj
    rules = place.settings().keywords
    known = read_entries(Path(rules.vocabulary), rules.language) if rules.vocabulary else ()
    photos, failed = _photos(paths)
    found = exported(photos, known, rules.root)
    if as_json:
        text = "".join(f"{_as_json(keyword)}\n" for keyword in found)
    else:
        text = keyword_list_text(keyword.entry for keyword in found)
    _give(text, output)
    ctx.exit(1 if failed else 0)


def _photos(paths: Iterable[Path]) -> tuple[list[Paths], bool]:
    """Return the keywords of each photo, and whether some could not be read."""
    from tagbridge.formats import is_candidate  # noqa: PLC0415 - quick --help
    from tagbridge.metadata.exiv2 import Exiv2  # noqa: PLC0415 - quick --help
    from tagbridge.walk import walk  # noqa: PLC0415 - quick --help

    candidates = partial(is_candidate, kinds=("image", "video"))
    photos, failed = [], False
    with closing(Exiv2()) as exiv2:
        for found in walk(paths, is_candidate=candidates, sweeping=False):
            keywords, problems = _photo(found, exiv2)
            photos.append(keywords)
            for problem in problems:
                # Not on standard output, where the list is.
                click.echo(f"{printable(found.path)}: {plain(problem)}", err=True)
            failed |= bool(problems)
    return photos, failed


def _photo(found: Found, exiv2: Exiv2) -> tuple[Paths, Sequence[str]]:
    """Return the keywords of a photo, and what of it could not be read."""
    from tagbridge.metadata.show import show_asset  # noqa: PLC0415 - quick --help
    from tagbridge.vocabulary.exporting import paths_of_photo  # noqa: PLC0415 - quick --help
    from tagbridge_hooks.errors import AssetError  # noqa: PLC0415 - quick --help

    if found.skip:  # by a rule, unless it failed
        return (), [found.skip] if found.failed else []
    try:
        shown = show_asset(found.path, exiv2)
    except AssetError as error:
        return (), [str(error)]
    texts = (keyword.text for keyword in shown.keywords)
    return tuple(paths_of_photo(texts, shown.hierarchies)), shown.problems


def _as_json(keyword: Exported) -> str:
    import json  # noqa: PLC0415 - quick --help

    value: dict[str, Any] = {
        "keyword": list(keyword.path),
        "category": keyword.category,
        "synonyms": [name.text for name in keyword.names],
        "photos": keyword.photos,
    }
    return json.dumps(value, ensure_ascii=True)


def _give(text: str, output: Path | None) -> None:
    if output is None:
        # A list is UTF-8 whatever the terminal is.
        click.echo(text.encode(), nl=False)
        return
    try:
        # "x" and not "w": the file may be the only copy of a list that grew over years.
        with output.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise click.UsageError(
            f"{os.fspath(output)!r} is there already; name a new file"
        ) from error
    except OSError as error:
        reason = f"{os.fspath(output)!r} cannot be written: {error.strerror}"
        raise click.UsageError(reason) from error
