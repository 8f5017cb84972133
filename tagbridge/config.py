"""The user's settings: one frozen object, made once from a TOML file and the environment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    ValidationError,
)
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from tagbridge.config_describe import DescribeSettings
from tagbridge.config_errors import explained, unknown_key
from tagbridge.config_file import Origin, read_file
from tagbridge.config_secrets import looks_secret
from tagbridge.config_web import WebSettings
from tagbridge.spelling import cleaned
from tagbridge.vocabulary.place import with_whole_path
from tagbridge_hooks import ConfigError


def _keyword_or_empty(text: str) -> str:
    if text and cleaned(text) != text:
        raise ValueError(f"{text!r} cannot be a keyword; {cleaned(text)!r} could")
    return text


def _postgresql_or_empty(url: str) -> str:
    if url and not url.startswith("postgresql://"):
        raise ValueError("it must be empty, for SQLite, or begin with postgresql://")
    return url


def _absolute(folder: Path) -> Path:
    if not folder.is_absolute():
        raise ValueError(f"{str(folder)!r} must be an absolute path")
    return folder


RootName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
KeywordText = Annotated[str, AfterValidator(_keyword_or_empty)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class WatchSettings(_Section):
    """What the daemon watches.

    Attributes:
        folders: Watched with all their sub-folders.
        settle_seconds: How long a file must be quiet before it is taken.
        mode: `events` asks the system, `scan` looks by itself (network file systems), `auto`
            decides per folder.
        scan_seconds: Time between two full scans.
    """

    folders: tuple[Path, ...] = ()
    settle_seconds: float = Field(default=5.0, ge=0.0)
    mode: Literal["auto", "events", "scan"] = "auto"
    scan_seconds: float = Field(default=300.0, gt=0.0)


class KeywordSettings(_Section):
    """Which keywords are written.

    Attributes:
        min_confidence: From 0 to 1.
        max_count: Most keywords per asset, the best.
        vocabulary: A Lightroom keyword list, or TOML rules; empty for none.
        language: In which the keywords of the vocabulary are written; empty for as it has them.
        blocked: Never written, in any spelling.
        root: Top level of our hierarchical keywords; empty for none.
    """

    min_confidence: float = Field(default=0.5, ge=0.0, le=1.0)
    max_count: int = Field(default=30, ge=1)
    vocabulary: str = ""
    language: str = Field(default="", pattern=r"^([a-z]{2,3})?$")
    blocked: tuple[str, ...] = ()
    root: KeywordText = ""


class NsfwSettings(_Section):
    """When a picture is flagged as not safe for work.

    Attributes:
        threshold: Confidence, 0 to 1.
        keyword: Also added to flagged pictures; empty for none.
    """

    threshold: float = Field(default=0.8, ge=0.0, le=1.0)
    keyword: KeywordText = ""


class WriteSettings(_Section, DescribeSettings):
    """Where keywords are written, and what beside them.

    Attributes:
        sidecar_name: What a new sidecar is called: `replace` (IMG.xmp), `append` (IMG.CR2.xmp),
            or `adopt`: the first for RAW files and the second for all others.
        embed: False puts everything into sidecars.
        keep_mtime: Keep a photo's time of the last change; programs that look only at it will
            not notice the keywords.
        review: Write nothing before somebody has accepted it on the page.
        review_folders: Likewise, but only for photos in these folders.
        review_providers: Likewise, but only for photos of which these say what nobody else says.
    """

    sidecar_name: Literal["adopt", "replace", "append"] = "adopt"
    embed: bool = True
    keep_mtime: bool = False
    review: bool = False
    review_folders: tuple[Annotated[Path, AfterValidator(_absolute)], ...] = ()
    review_providers: tuple[str, ...] = ()


class BudgetSettings(_Section):
    """What all providers together may cost, over all processes and hosts; days are those of UTC.

    Attributes:
        daily_calls: Requests, repeated ones included; 0 for no limit.
        daily_cost: Money, for each currency by itself, as far as prices are known; 0 for no limit.
        total_calls: Requests on all days together; 0 for no limit.
        total_cost: Money on all days together; 0 for no limit.
    """

    daily_calls: int = Field(default=0, ge=0)
    daily_cost: float = Field(default=0.0, ge=0.0)
    total_calls: int = Field(default=0, ge=0)
    total_cost: float = Field(default=0.0, ge=0.0)


class EngineSettings(_Section):
    """Where the ledger is kept.

    Attributes:
        database: Empty for SQLite in the state folder, or `postgresql://...` for a ledger that
            many machines share.
    """

    # Not shown: there may be a password in it.
    database: Annotated[str, AfterValidator(_postgresql_or_empty)] = Field(default="", repr=False)


class Settings(BaseSettings):
    """Everything the user can set; see the README for the meaning of each key."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        env_prefix="TAGBRIDGE_",
        env_nested_delimiter="__",
    )

    watch: WatchSettings = WatchSettings()
    keywords: KeywordSettings = KeywordSettings()
    nsfw: NsfwSettings = NsfwSettings()
    write: WriteSettings = WriteSettings()
    budget: BudgetSettings = BudgetSettings()
    engine: EngineSettings = EngineSettings()
    web: WebSettings = WebSettings()
    # Name of a folder tree that other machines see under another path, and where it is here.
    roots: Mapping[RootName, Annotated[Path, AfterValidator(_absolute)]] = Field(
        default_factory=dict
    )
    # Not shown: keys of accounts are in it.
    providers: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict, repr=False)
    _origin: Origin = PrivateAttr(default_factory=Origin)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, whose content is the init data."""
        if not isinstance(init_settings, InitSettingsSource):
            raise TypeError(f"{settings_cls.__name__} is made from a dict")
        return (env_settings, init_settings)

    @property
    def origin(self) -> Origin:
        """Return where they were read."""
        return self._origin

    def refuse_open_secrets(self, keys: Collection[str]) -> None:
        """Fail when one of these keys stands in a file that others can read.

        Raises:
            ConfigError: As for `Origin.refuse_open_secrets`.
        """
        self._origin.refuse_open_secrets(lambda key, _: key in keys)


def load_settings(file: Path | None, *, required: bool) -> Settings:
    """Return the settings of a file and of the environment; the latter win.

    Args:
        file: TOML, or None for the defaults.
        required: False when a missing file means the defaults.

    Raises:
        ConfigError: The file cannot be read, others can read a secret in it, or a key or value is
            wrong; the message names it.
    """
    origin = read_file(file, required=required) if file else Origin()
    for key in origin.data.keys() - Settings.model_fields.keys():
        # pydantic takes such keys for options of its own, and passes over others in silence.
        if key.startswith("_") or key.lower() in Settings.model_fields:
            raise ConfigError(f"{key} {unknown_key(key, list(Settings.model_fields))}")
    try:
        settings = with_whole_path(Settings(**origin.data), file)
    except ValidationError as error:
        raise ConfigError(explained(error, Settings, "")) from error
    except SettingsError as error:  # its message may quote the value, but names the section
        raise ConfigError(f"an environment variable is not valid JSON: {error}") from None
    origin.refuse_open_secrets(looks_secret)
    settings._origin = origin  # noqa: SLF001 - nobody else may set it
    return settings
