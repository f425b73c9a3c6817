"""The institutions of a catalog, and their logos."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from sitegen import urls
from sitegen.config.settings import Config, SourceSettings
from sitegen.model import Source


def make_sources(names: Iterable[str | None], configured: Sequence[SourceSettings]) -> tuple[Source, ...]:
    """Return the institutions in the order in which the lists name them, with what the configuration adds.

    names: as datasets state them.
    """
    known = {each.name: each for each in configured}
    return tuple(_source(name, known.get(name)) for name in dict.fromkeys(names) if name)


def _source(name: str, settings: SourceSettings | None) -> Source:
    if settings is None:
        return Source(name=name)
    return Source(name=name, url=settings.url, logo=logo_path(settings))


def logo_path(settings: SourceSettings) -> str | None:
    """Return the path of an institution's logo in the site, made from its name."""
    if settings.logo is None:
        return None
    return f"logos/{urls.slug(settings.name)}{settings.logo.suffix.lower()}"


def logo_files(config: Config) -> list[tuple[str, Path]]:
    """Return each logo's path in the site and the file that it is a copy of."""
    return [(path, each.logo) for each in config.sources if each.logo and (path := logo_path(each))]
