"""Where the vocabulary is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tagbridge_hooks import ConfigError

if TYPE_CHECKING:
    from tagbridge.config import Settings


def with_whole_path(settings: Settings, file: Path | None) -> Settings:
    """Return settings with the whole path of the vocabulary: it lies beside the settings file.

    Args:
        settings: What was read, from the file and the environment.
        file: The settings file, which need not exist; None for the current folder.

    Raises:
        ConfigError: The path begins with the home of somebody who is not known.
    """
    said = settings.keywords.vocabulary
    if not said:
        return settings
    try:
        path = (file.parent if file else Path()) / Path(said).expanduser()
    except RuntimeError as error:
        raise ConfigError(f"keywords.vocabulary: {said!r} begins with an unknown home") from error
    keywords = settings.keywords.model_copy(update={"vocabulary": str(path.absolute())})
    return settings.model_copy(update={"keywords": keywords})
