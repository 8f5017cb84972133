"""Whether there is a vocabulary."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tagbridge_hooks import ConfigError

if TYPE_CHECKING:
    from tagbridge.vocabulary.vocabulary import Vocabulary


def chosen_vocabulary(words: str, language: str) -> Vocabulary | None:
    """Return the vocabulary that the settings name, or None for none.

    Args:
        words: The path of its file; empty for none.
        language: In which its keywords are written; empty for as it has them.

    Raises:
        ConfigError: It is missing or broken, or does not know that language.
    """
    if words:
        from tagbridge.vocabulary.reading import read_vocabulary  # noqa: PLC0415 - few have one

        return read_vocabulary(Path(words), language)
    if language:
        raise ConfigError("keywords.language needs keywords.vocabulary, which has the translations")
    return None
