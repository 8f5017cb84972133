from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest

from tagbridge_hooks import (
    AccountError,
    Caption,
    Color,
    Keyword,
    MalformedAnswerError,
    Person,
    ProviderError,
    Quality,
    QuotaError,
    RateLimitedError,
    Recognition,
    RejectedError,
    Sensitivity,
    TextLine,
    TransientError,
)
from tagbridge_hooks.together import ask_together, joined

if TYPE_CHECKING:
    from collections.abc import Mapping


class OtherError(ProviderError):
    pass


NAMES = {
    "account": AccountError("account"),
    "quota": QuotaError("quota"),
    "rate": RateLimitedError("rate"),
    "transient": TransientError("transient"),
    "malformed": MalformedAnswerError("malformed"),
    "other": OtherError("other"),
    "rejected": RejectedError("rejected"),
}


def asked(
    *matters: str, before: Mapping[str, Exception] | None = None, late: str = ""
) -> list[str]:
    """Ask for matters: one of `NAMES` cannot be read, one of `before` has no answer."""

    async def ask(matter: str) -> httpx.Response:
        if matter in (before or {}):
            raise (before or {})[matter]
        if matter == late:
            await asyncio.sleep(0)  # let the others be first
        return httpx.Response(200, text=matter)

    def read(matter: str, response: httpx.Response) -> str:
        assert response.text == matter
        if matter in NAMES:
            raise NAMES[matter]
        return response.text

    return asyncio.run(ask_together("lumen", matters, ask, read))


def test_answers_come_in_the_order_of_the_questions() -> None:
    assert asked("tags", "faces", "text", late="tags") == ["tags", "faces", "text"]


def test_the_error_names_the_answers_that_could_not_be_used_and_no_other() -> None:
    with pytest.raises(QuotaError) as caught:
        asked("malformed", "tags", "quota", "faces")
    assert caught.value.responses is not None
    assert [response.text for response in caught.value.responses] == ["malformed", "quota"]


def test_an_error_without_an_answer_names_none() -> None:
    with pytest.raises(QuotaError) as caught:
        asked("tags", "faces", before={"faces": QuotaError("the budget")})
    assert caught.value.responses == ()


@pytest.mark.parametrize("place", range(len(NAMES) - 1))
def test_what_makes_further_requests_useless_decides_a_rejection_last(place: int) -> None:
    decisive, *others = list(NAMES)[place:]
    with pytest.raises(ProviderError) as caught:
        asked(*others, decisive)
    assert caught.value is NAMES[decisive]


def test_a_lost_connection_is_told_with_the_name_of_the_provider() -> None:
    lost = httpx.ReadTimeout("at http://lumen.example/?key=secret")
    with pytest.raises(TransientError, match=r"^lumen: no connection \(ReadTimeout\)$") as caught:
        asked("tags", "faces", before={"faces": lost})
    assert caught.value.responses == ()


def test_a_fault_of_the_provider_itself_is_not_hidden() -> None:
    with pytest.raises(KeyError):
        asked("account", "tags", before={"tags": KeyError("tags")})


def test_a_rejection_does_not_cost_what_the_others_say() -> None:
    assert asked("tags", "rejected", "text") == ["tags", "text"]


def test_a_picture_that_is_rejected_for_everything_is_rejected() -> None:
    with pytest.raises(RejectedError):
        asked("rejected")


def test_what_can_succeed_later_is_not_given_up_for_a_part() -> None:
    with pytest.raises(TransientError):
        asked("tags", "rejected", "transient")


def test_nothing_of_what_was_said_is_lost() -> None:
    first = Recognition(
        provider="lumen",
        model="a",
        keywords=(Keyword(text="sea"),),
        persons=(Person(name="Ada"),),
        text=(TextLine(text="STOP"),),
        colors=(Color(hex="#0000ff", fraction=1.0),),
        remaining=7,
    )
    second = Recognition(
        provider="lumen",
        model="b",
        keywords=(Keyword(text="surf"),),
        captions=(Caption(text="The sea."),),
        sensitivities=(Sensitivity(kind="nsfw", confidence=0.0),),
        qualities=(Quality(kind="stock photo", value=0.5),),
        remaining=6,
    )
    assert joined("lumen", "a+b", [first, second]) == Recognition(
        provider="lumen",
        model="a+b",
        keywords=(Keyword(text="sea"), Keyword(text="surf")),
        persons=first.persons,
        text=first.text,
        colors=first.colors,
        captions=second.captions,
        sensitivities=second.sensitivities,
        qualities=second.qualities,
        remaining=6,
    )
    nothing = Recognition(provider="lumen", model="c")
    assert joined("lumen", "c", [nothing]) == joined("lumen", "c", []) == nothing
