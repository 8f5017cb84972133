"""What each field says is told apart: the user's, ours, and what would be written."""

from __future__ import annotations

from tagbridge.metadata.existing import Existing
from tagbridge.metadata.fields import FileField, fields_of
from tagbridge.metadata.properties import HIERARCHICAL_SUBJECT, WARNING_REQUIRED
from tagbridge.metadata.results import Result


def record(value: str, kind: str = "keyword") -> Result:
    return Result(kind=kind, value=value, confidence=0.5, provider="a", model="", when="")


EXISTING = Existing(
    subject=("Mine", "Sea"),
    hierarchies={HIERARCHICAL_SUBJECT: ("Mine", "Ours|Sea")},
    warning=None,
    results=(record("Sea"), record("Ours|Sea", "hierarchy"), record("Gone")),
    iim=None,
    carries_iim=False,
)


def told(fields: tuple[FileField, ...]) -> dict[str, tuple[list[str], list[str]]]:
    return {f.name: ([v.text for v in f.before], [v.text for v in f.values]) for f in fields}


def test_without_us_a_field_says_what_the_user_wrote() -> None:
    assert told(fields_of(EXISTING, {})) == {
        "dc:subject": (["Mine"], ["Mine", "Sea"]),
        "lr:hierarchicalSubject": (["Mine"], ["Mine", "Ours|Sea"]),
    }


def test_what_would_be_written_stands_behind_what_is_there() -> None:
    planned = {"keyword": ["Boat", "mine"], "nsfw": [WARNING_REQUIRED]}
    assert told(fields_of(EXISTING, planned)) == {
        "dc:subject": (["Mine", "Sea"], ["Mine", "Sea", "Boat"]),
        "lr:hierarchicalSubject": (["Mine"], ["Mine", "Ours|Sea"]),
        "plus:AdultContentWarning": ([], [WARNING_REQUIRED]),
    }
