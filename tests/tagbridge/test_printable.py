"""Names in messages: harmless, unambiguous, and readable back."""

from __future__ import annotations

import os
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tagbridge.printable import plain, printable

ESCAPE = re.compile(r"\\(\\|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|n|r|t)")
NAMES = st.binary(min_size=1).map(os.fsdecode)


def read_back(text: str) -> str:
    return ESCAPE.sub(lambda m: _character(m.group(1)), text)


def _character(escape: str) -> str:
    simple = {"\\": "\\", "n": "\n", "r": "\r", "t": "\t"}
    return simple[escape] if escape in simple else chr(int(escape[1:], 16))


@given(NAMES)
def test_every_name_can_be_read_back(name: str) -> None:
    assert read_back(printable(name)) == name


@given(NAMES)
def test_no_name_reaches_the_terminal_raw(name: str) -> None:
    assert printable(name).isprintable()


@given(st.text(st.characters(exclude_categories=())))
def test_somebody_elses_words_are_one_harmless_line(text: str) -> None:
    shown = plain(text)

    assert "\x1b" not in shown
    assert len(shown.splitlines()) <= 1
    shown.encode()


def test_names_stay_readable() -> None:
    assert printable(Path("/fotos/M\u00fcnchen \u6d77.jpg")) == "/fotos/M\u00fcnchen \u6d77.jpg"
    assert printable("a\nb\x1b[2J") == r"a\nb\x1b[2J"
    assert printable(os.fsdecode(b"caf\xe9.jpg")) == r"caf\udce9.jpg"
    assert printable("a\\nb") == r"a\\nb"
    assert printable("\u202egpj.exe") == r"\u202egpj.exe"
