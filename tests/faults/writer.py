"""The writing half of tagbridge as a program, for tests that kill it, starve it or race with it.

    writer.py [--forever] [--keep-mtime] PHOTO...

Each photo gets the keyword `harbour`; with `--forever` the photos get `word-0`, then `word-1` and
so on until the program is killed. It says `ready` before the first write, then one line a write.
"""

from __future__ import annotations

import argparse
import sys
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from tagbridge import formats
from tagbridge.completeness import why_incomplete
from tagbridge.metadata.exiv2 import Exiv2, Exiv2Error
from tagbridge.metadata.snapshot import take_snapshot
from tagbridge.metadata.target import WriteTools
from tagbridge.metadata.temporary import sweep
from tagbridge.metadata.write import WriteOptions, look_into, write_tagset
from tagbridge_hooks import (
    AssetChangedError,
    AssetError,
    Keyword,
    Receipt,
    Source,
    Sourced,
    TagSet,
    UnreadableAssetError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--forever", action="store_true")
    parser.add_argument("--keep-mtime", action="store_true")
    parser.add_argument("photos", nargs="+", type=Path)
    options = parser.parse_args()
    exiv2 = Exiv2()
    tools = WriteTools(exiv2=exiv2, announce=lambda _new: None, keep_mtime=options.keep_mtime)
    warm_up(exiv2)
    say("ready")
    failed = False
    for word in words(forever=options.forever):
        for folder in {photo.parent for photo in options.photos}:
            sweep(folder)
        for photo in options.photos:
            failed |= not write(photo, word, tools)
    exiv2.close()
    return 1 if failed else 0


def words(*, forever: bool) -> Iterator[str]:
    return (f"word-{number}" for number in count()) if forever else iter(["harbour"])


def warm_up(exiv2: Exiv2) -> None:
    """Let the second reader start before the first write."""
    try:
        exiv2.read_bytes(b"")
    except Exiv2Error:
        return


def write(photo: Path, word: str, tools: WriteTools) -> bool:
    """Write as the journey does: three attempts while others change the photo."""
    reason = ""
    for _ in range(3):
        try:
            receipt = written(photo, word, tools)
        except AssetChangedError as error:
            reason = f"changed: {error}"
        except AssetError as error:
            say("parked", photo, str(error))
            return False
        else:
            say(receipt.outcome, receipt.target or photo, receipt.reason)
            return receipt.outcome != "parked"
    say("parked", photo, reason)
    return False


def written(photo: Path, word: str, tools: WriteTools) -> Receipt:
    snapshot = take_snapshot(photo)
    media_type = formats.sniff(snapshot.data[: formats.SNIFF_BYTES], photo.suffix) or ""
    if media_type and (lacking := why_incomplete(BytesIO(snapshot.data), media_type)):
        raise UnreadableAssetError(lacking)
    source = Source(provider="literal", model="1", confidence=0.9)
    keyword = Sourced(value=Keyword(text=word, confidence=0.9), sources=(source,))
    found = TagSet(keywords=(keyword,))
    return write_tagset(look_into(snapshot, media_type), found, WriteOptions(), tools)


def say(*words: object) -> None:
    sys.stdout.write("\t".join(map(str, words)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
