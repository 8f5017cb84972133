from __future__ import annotations

import pytest
from pydantic import SecretStr, ValidationError

from tagbridge_hooks import FREE, Capability, ProviderInfo, ProviderSettings


def info(name: str = "lumen", *, max_edge: int = 640, threshold: float | None = None) -> object:
    return ProviderInfo(
        name=name,
        title="Lumen",
        homepage="https://lumen.example",
        capabilities=frozenset({Capability.KEYWORDS}),
        open=lambda _settings, _context: pytest.fail("declaring opens nothing"),
        max_edge=max_edge,
        min_confidence=threshold,
    )


@pytest.mark.parametrize("name", ["a", "lumen", "lumen_2", "a" * 32])
def test_a_name_of_lower_case_letters_digits_and_underscores_is_taken(name: str) -> None:
    assert f"name={name!r}" in repr(info(name))


@pytest.mark.parametrize(
    "name", ["", "Lumen", "2lumen", "_lumen", "lu-men", "lu.men", "lumen\n", "lümen", "a" * 33]
)
def test_any_other_name_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match="provider name"):
        info(name)


def test_a_rendition_has_at_least_one_pixel() -> None:
    with pytest.raises(ValueError, match="max_edge"):
        info(max_edge=0)


@pytest.mark.parametrize("threshold", [-0.1, 1.1, 50, float("nan")])
def test_a_recommended_threshold_is_a_fraction(threshold: float) -> None:
    with pytest.raises(ValueError, match="min_confidence"):
        info(threshold=threshold)


@pytest.mark.parametrize(
    "key",
    [
        "min_confidence",
        "max_keywords",
        "requests_per_second",
        "daily_calls",
        "price_per_call",
        "concurrency",
        "timeout_seconds",
    ],
)
def test_every_table_takes_the_common_keys(key: str) -> None:
    assert getattr(ProviderSettings.model_validate({key: 1}), key) == 1


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("min_confidence", 1.5),
        ("max_keywords", 0),
        ("requests_per_second", 0),
        ("daily_calls", 0),
        ("in_doubt", "ask"),
        ("price_per_call", -0.01),
        ("price_per_call", float("inf")),
        ("concurrency", 0),
        ("timeout_seconds", 0),
        ("api_kee", "x"),
    ],
)
def test_a_wrong_value_or_key_is_refused_by_its_key(key: str, value: object) -> None:
    with pytest.raises(ValidationError, match=key):
        ProviderSettings.model_validate({key: value})


def test_a_call_in_doubt_is_held_unless_the_user_allows_paying_twice() -> None:
    assert ProviderSettings().in_doubt == "hold"
    assert ProviderSettings.model_validate({"in_doubt": "resend"}).in_doubt == "resend"


def test_a_price_of_nothing_is_a_price() -> None:
    assert ProviderSettings(price_per_call=0.0).price_per_call == 0.0


def test_nobody_can_change_what_free_means() -> None:
    assert dict(FREE) == {"tagbridge": "free"}
    with pytest.raises(TypeError):
        FREE["tagbridge"] = "paid"  # type: ignore[index]  # the fault under test


class TwoSecrets(ProviderSettings):
    client_id: SecretStr
    client_secret: SecretStr


def test_a_secret_does_not_show_in_repr() -> None:
    settings = TwoSecrets.model_validate({"client_id": "me", "client_secret": "s3cret"})
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize(
    "table",
    [{"client_secret": "s3cret"}, {"client_id": "me", "client_secret": ["s3cret"]}],
    ids=["another-key-is-missing", "of-a-wrong-type"],
)
def test_a_secret_does_not_show_in_the_error_about_its_table(table: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        TwoSecrets.model_validate(table)
    assert "s3cret" not in str(caught.value)
