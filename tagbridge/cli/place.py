"""Where this run finds its settings and keeps its state."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tagbridge.config import Settings
    from tagbridge.ledger import Ledger
    from tagbridge.ledger.records import Records
    from tagbridge.transport.orders import Deliverer


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What was said before the command.

    Attributes:
        config: The settings file, or None for the usual one, which need not exist.
        state: The state folder, or None for the usual one.
    """

    config: Path | None
    state: Path | None

    def settings(self) -> Settings:
        """Return the settings.

        Raises:
            ConfigError: They are wrong.
        """
        from tagbridge.config import load_settings  # noqa: PLC0415 - quick --help

        if self.config is not None:
            return load_settings(self.config, required=True)
        from platformdirs import user_config_path  # noqa: PLC0415 - quick --help

        return load_settings(user_config_path("tagbridge") / "config.toml", required=False)

    def folder(self) -> Path:
        """Return the folder that remembers what was done; it need not exist."""
        from platformdirs import user_state_path  # noqa: PLC0415 - quick --help

        return self.state or user_state_path("tagbridge")

    def open_ledger(self, *, dry_run: bool = False) -> Ledger:
        """Open the ledger, or for a dry run one that leaves nothing behind.

        Raises:
            ConfigError: It cannot be used.
        """
        from tagbridge.ledger import open_ledger  # noqa: PLC0415 - quick --help

        settings = self.settings()
        url = "" if dry_run else settings.engine.database
        return open_ledger(None if dry_run else self.folder(), url, roots=settings.roots)

    def courier(self, *, dry_run: bool = False) -> Deliverer:
        """Return who makes the calls; for a dry run one who only knows what is stored."""
        from tagbridge.transport.courier import Courier  # noqa: PLC0415 - quick --help
        from tagbridge.transport.planning import StoredAnswers  # noqa: PLC0415 - quick --help

        made = StoredAnswers if dry_run else Courier
        return made(self.folder(), self.settings().engine.database)

    def records(self) -> Records:
        """Return what looks up what is known of files, without taking part in the ledger."""
        from tagbridge.ledger.records import records_seen  # noqa: PLC0415 - quick --help

        settings = self.settings()
        return records_seen(self.folder(), settings.engine.database, settings.roots)


def log_to_stderr(level: int) -> None:
    """Send the log to standard error, one line each."""
    import logging  # noqa: PLC0415 - quick --help

    logging.basicConfig(
        stream=sys.stderr, level=level, format="%(asctime)s %(levelname)s %(message)s", force=True
    )
