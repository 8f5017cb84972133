"""Captions, titles and the text in the picture."""

from __future__ import annotations

from tagbridge_hooks import Caption, TagSet, TextLine
from tests.tagbridge.metadata.additions.planned import ALT, plan, recorded, said, written


def test_the_surest_caption_becomes_the_alternative_text_and_nothing_else() -> None:
    captions = [Caption(text=t, confidence=c) for t, c in (("b", None), ("c", 0.5), ("d", 0.2))]
    tagset = TagSet(captions=tuple(said(c) for c in (*captions, Caption(text="t", kind="title"))))

    assert recorded(plan(tagset)) == [("alt_text", "c")]
    assert recorded(plan(tagset, alt_text=False, description=True, title=True)) == [
        ("description", "c"),
        ("title", "t"),
    ]


def test_the_first_of_captions_without_a_confidence_is_taken() -> None:
    tagset = TagSet(captions=tuple(said(Caption(text=t)) for t in ["\x00", "x", "y"]))

    assert recorded(plan(tagset)) == [("alt_text", "x")]


def test_a_sentence_of_the_users_stays() -> None:
    tagset = TagSet(captions=(said(Caption(text="ours")), said(Caption(text="t", kind="title"))))
    mine = ("<dc:title>plain</dc:title>", ALT.format("mine"))

    assert plan(tagset, *mine, title=True).is_empty


def test_an_empty_sentence_is_filled() -> None:
    found = plan(TagSet(captions=(said(Caption(text="ours")),)), ALT.format(" "))

    assert list(written(found, ALT.format(" ")).described.texts.values()) == ["ours"]


def test_text_is_kept_in_full_even_where_the_users_long_description_stays() -> None:
    tagset = TagSet(text=tuple(said(TextLine(text=t)) for t in ("OPEN", "\x01", "24 h")))
    mine = ALT.format("mine").replace("AltText", "ExtDescr")

    texts = {p.name: text for p, text in written(plan(tagset)).described.texts.items()}
    kept = {p.name: text for p, text in written(plan(tagset, mine), mine).described.texts.items()}

    assert texts == {
        "ExtDescrAccessibility": "Text in image: OPEN\n24 h",
        "OcrText": "OPEN\n24 h",
    }
    assert kept == {"ExtDescrAccessibility": "mine", "OcrText": "OPEN\n24 h"}


def test_text_is_cut_between_two_letters() -> None:
    found = plan(TagSet(text=(said(TextLine(text="x" + "\u6d77" * 9000)),)))

    (text,) = (e.text for e in found.further_edits if e.text is not None)
    assert len(text.encode()) == 8191
    assert set(text) == {"x", "\u6d77"}


def test_of_two_readers_the_one_who_reads_more_is_believed() -> None:
    tagset = TagSet(
        text=(
            said(TextLine(text="0PEN"), "a"),
            said(TextLine(text="OPEN"), "b"),
            said(TextLine(text="24 h"), "b"),
        )
    )

    found = plan(tagset)

    assert [e.text for e in found.further_edits if e.text is not None] == ["OPEN\n24 h"]
    assert [r.provider for a in found.additions for r in a.results] == ["b"]
