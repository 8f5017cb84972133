"""Which providers are asked, under which terms, and what of their answers counts. Pure."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from tagbridge.config_provider import provider_settings
from tagbridge.ledger.terms import Terms
from tagbridge.merge import KeywordRules, MergeRules
from tagbridge.spelling import spelling_key
from tagbridge.vocabulary.vocabulary import Vocabulary
from tagbridge_hooks import ConfigError, ProviderInfo, ProviderSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagbridge.config import KeywordSettings, Settings
    from tagbridge.plugins import Plugins

log = logging.getLogger(__name__)

Number = TypeVar("Number", int, float)


def chosen_providers(
    plugins: Plugins, settings: Settings, only: Sequence[str] = ()
) -> list[tuple[ProviderInfo, ProviderSettings]]:
    """Return the providers to ask: those named, else those configured, else the offline default.

    Raises:
        ConfigError: One is unknown or not configured, or none is left.
    """
    for failure in plugins.failures:
        log.warning("plugin %s is left out: %s", failure.name, failure.reason)
    names = only or tuple(settings.providers) or tuple(plugins.default_providers)
    left_out = {failure.name for failure in plugins.failures}
    wanted = [name for name in dict.fromkeys(names) if name not in left_out]
    if left_out and not only:
        # What a plugin that was left out would have provided, nobody knows: its name may differ.
        for name in set(wanted) - set(plugins.providers):
            log.warning("%s", _unknown(name, plugins))
        wanted = [name for name in wanted if name in plugins.providers]
    if not wanted:
        raise ConfigError("no provider can be used; `tagbridge providers` says why")
    return [chosen_provider(name, plugins, settings) for name in wanted]


def _unknown(name: str, plugins: Plugins) -> str:
    import difflib  # noqa: PLC0415 - most names are right

    nearest = difflib.get_close_matches(name, plugins.providers, n=1)
    hint = f"; did you mean {nearest[0]}?" if nearest else ""
    return f"providers.{name} is not a provider that is installed{hint}"


def chosen_provider(
    name: str, plugins: Plugins, settings: Settings
) -> tuple[ProviderInfo, ProviderSettings]:
    """Return one provider with its settings.

    Raises:
        ConfigError: It is unknown, not configured, or wrongly.
    """
    info = plugins.providers.get(name)
    if info is None:
        raise ConfigError(_unknown(name, plugins))
    if name not in settings.providers and not info.keyless:
        raise ConfigError(f"providers.{name} is not configured")
    return info, provider_settings(info, settings)


def merge_rules_of(
    settings: Settings,
    chosen: Iterable[tuple[ProviderInfo, ProviderSettings]],
    vocabulary: Vocabulary | None = None,
) -> MergeRules:
    """Return which keywords of the chosen providers count."""
    keywords = settings.keywords
    words = vocabulary or Vocabulary()
    return MergeRules(
        providers={info.name: _keyword_rules(info, own, keywords, words) for info, own in chosen},
        max_count=keywords.max_count,
        blocked=_blocked(keywords.blocked, words) | words.in_all_words(words.blocked),
        vocabulary=vocabulary,
    )


def _blocked(texts: Iterable[str], words: Vocabulary) -> frozenset[str]:
    return words.in_all_words(frozenset(map(spelling_key, texts)))


def offered_terms(rules: MergeRules) -> tuple[str, ...]:
    """Return the words that providers may choose among; none for any."""
    terms = rules.vocabulary.terms if rules.vocabulary else ()
    return tuple(term for term in terms if spelling_key(term) not in rules.blocked)


def _keyword_rules(
    info: ProviderInfo, own: ProviderSettings, overall: KeywordSettings, words: Vocabulary
) -> KeywordRules:
    """The user's word for this provider counts most, then their word for all, then its author's."""
    threshold = own.min_confidence
    if threshold is None and "min_confidence" not in overall.model_fields_set:
        threshold = info.min_confidence
    if threshold is None:
        threshold = overall.min_confidence
    return KeywordRules(
        min_confidence=threshold,
        max_keywords=own.max_keywords,
        blocked=_blocked(own.blocked, words),
    )


def terms_of(info: ProviderInfo, own: ProviderSettings, settings: Settings) -> Terms:
    """Return the limits and prices under which a provider is asked: of two, the stricter one."""
    price, currency = own.price_per_call, info.price.currency if info.price else own.currency
    if price is None and info.price is not None:
        price = info.price.amount
    return Terms(
        provider=info.name,
        rate=_stricter(own.requests_per_second, info.limits.requests_per_second),
        daily_calls=_stricter(own.daily_calls, info.limits.daily_calls),
        total_daily_calls=settings.budget.daily_calls or None,
        daily_cost=settings.budget.daily_cost or None,
        ever_calls=own.total_calls,
        ever_all_calls=settings.budget.total_calls or None,
        ever_cost=settings.budget.total_cost or None,
        price=price,
        currency="" if price is None else currency,
        concurrency=info.limits.concurrency,
        in_doubt=own.in_doubt,
        timeout_seconds=own.timeout_seconds,
    )


def _stricter(one: Number | None, other: Number | None) -> Number | None:
    return min((limit for limit in (one, other) if limit is not None), default=None)
