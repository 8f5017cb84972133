"""Commands that are loaded when they are asked for, so that `--help` need not load them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import cast

import click


class Later(MutableMapping[str, click.Command]):
    """Commands by name; each that is not loaded yet stands in the module of its name.

    Attributes:
        sentences: The first sentence of each such command, for the list of all.
    """

    def __init__(self, sentences: Mapping[str, str]) -> None:
        """Take the names with their sentences; nothing is loaded yet."""
        self.sentences = sentences
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._loaded:
            if name not in self.sentences:
                raise KeyError(name)
            module = import_module(f"tagbridge.cli.{name}")
            self._loaded[name] = cast("click.Command", getattr(module, name))
        return self._loaded[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self.sentences, **self._loaded})

    def __len__(self) -> int:
        return len({**self.sentences, **self._loaded})

    def sentence(self, name: str) -> str:
        """Return what a command does, without loading it for that."""
        return self.sentences.get(name) or self[name].get_short_help_str(limit=1000)
