"""Reads the configuration: `sitegen.toml`, or a list given in its place, becomes a `Config`.

Every key is declared once, as a field of the classes below: its type with the range that it accepts, or its check; its
default; its meaning. Reading, messages and documentation (`keys`) follow from these declarations. A file with
mistakes is read to its end, and each mistake is one line: `file:line: key: expected …, found …`. `tomllib` has no line
numbers for values, so `toml` finds the line of a key.
"""

# ruff: noqa: RUF009 - the calls in the classes below make fields, as `field` itself does

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, TypeVar, cast, get_args

from msgspec import Meta

from sitegen import urls
from sitegen.config.checks import (
    CONTACT,
    DARK_COLOR,
    ENGINE,
    FOOTER,
    LIGHT_COLOR,
    LISTS,
    SITE_ADDRESS,
    SITE_ICON,
    SITE_LOGO,
    SOURCE_LOGO,
    STUDY_MATCH,
    TEXT,
    TEXTS,
    VIEWER_ADDRESS,
    WEB_ADDRESS,
    Check,
    constrained,
    one_of,
)
from sitegen.config.reading import ConfigReader, show_value
from sitegen.errors import ConfigError, UsageError, explain_os_error
from sitegen.model import Folders, Footer, PageForm

DEFAULT_NAME = "sitegen.toml"
_NO_CONFIGURATION = (".json", ".gz", ".zip", ".xls", ".xlsx", ".ods")
"""Endings of files that can only be meant as lists, so that the message about them is that of a list."""
T = TypeVar("T")
Text = Annotated[str, Meta(pattern=r"\S")]
"""Text that is not empty."""


def _key(default: T, meaning: str, check: Check[T] | None = None) -> T:
    """Return a field that is a key; typed as its value, as dataclasses' own `field` is.

    check: what its value must be, if its type alone does not say so.
    """
    return field(default=default, metadata={"check": check, "meaning": meaning})


def _optional(check: Check[T], meaning: str) -> T | None:
    return cast(T, field(default=None, metadata={"check": check, "meaning": meaning}))


def _required(meaning: str, check: Check[T] | None = None) -> T:
    return cast(T, field(metadata={"check": check, "meaning": meaning}))


def _seconds(most: int) -> Meta:
    return Meta(gt=0, le=most, extra={"unit": "seconds"})


def _table(kind: type[T]) -> T:
    return field(default_factory=kind, metadata={"table": kind})


def _tables(name: str, kind: type[T]) -> tuple[T, ...]:
    return cast("tuple[T, ...]", field(default=(), metadata={"tables": kind, "name": name}))


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSettings:
    """How hosts are requested, and the limits of a crawl."""

    per_host: Annotated[int, Meta(ge=1, le=16)] = _key(8, "Requests at once to one host.")
    timeout_s: Annotated[float, _seconds(3600)] = _key(
        20.0,
        "How long a response may pause, in seconds; a whole response may take three times as long.",
    )
    connect_timeout_s: Annotated[float, _seconds(3600)] = _key(10.0, "How long a connection may take, in seconds.")
    dataset_deadline_s: Annotated[float, _seconds(86_400)] = _key(120.0, "How long one dataset may take, in seconds.")
    allow_private_hosts: bool = _key(
        False, "Also read hosts in private and loopback ranges, and local paths that a remote list names."
    )
    max_bytes_per_dataset: Annotated[int, Meta(ge=1, le=10**12)] = _key(
        32_000_000, "Bytes that are read of one dataset at most, metadata and pictures together."
    )
    max_bytes_per_build: Annotated[int, Meta(ge=1, le=10**15)] = _key(
        100_000_000_000,
        "Bytes that one build reads at most; the next build continues from there.",
    )
    max_age_days: Annotated[float, Meta(gt=0, le=36_500, extra={"unit": "days"})] = _key(
        30.0, "How long a dataset that could be read is not requested again."
    )
    look_up_terms: bool = _key(
        True, "Ask EBI's Ontology Lookup Service, once, for the label of a term that sitegen does not know."
    )
    max_list_bytes: Annotated[int, Meta(ge=1, le=2 * 10**9)] = _key(
        8_000_000, "Bytes of a list at most; a larger one is not read."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Where datasets are inspected; it changes no fact, only how long a build takes."""

    name: str = _key(
        "local", "`local`: processes of this machine; `dask`: workers of a Dask cluster (`ngff-sitegen[dask]`).", ENGINE
    )
    scheduler: Text | None = _optional(
        TEXT, "Address of the Dask scheduler, such as `tcp://host:8786`; without it, a cluster on this machine."
    )
    processes: Annotated[int, Meta(ge=1, le=64)] | None = _optional(
        constrained(Annotated[int, Meta(ge=1, le=64)]),
        "Processes of this machine that crawl. Without this key one, or one for each core from 1,000 datasets on.",
    )
    pictures: Text | None = _optional(
        TEXT,
        "Address where workers leave pictures, such as `s3://bucket/folder`; without it, they send them. A build "
        "deletes what is its own there.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSettings:
    """How large the pictures are."""

    thumbnail_px: Annotated[int, Meta(ge=32, le=1024)] = _key(256, "Longer side of a thumbnail, in pixels.")
    preview_px: Annotated[int, Meta(ge=64, le=4096)] = _key(1024, "Longer side of a dataset page's picture, in pixels.")
    montage_wells: Annotated[int, Meta(ge=0, le=384)] = _key(
        12,
        "Wells that the montage of a plate draws, two to four requests each, and all together at most a quarter of "
        "`crawl.max_bytes_per_dataset`; 0: no montage. Of a plate on this machine, which costs no requests, it draws "
        "up to 96.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeSettings:
    """The colors of the site."""

    accent: str | None = _optional(
        LIGHT_COLOR, "Color of links, buttons and what is chosen; other colors follow from it."
    )
    accent_dark: str | None = _optional(
        DARK_COLOR, "The same in dark pages; the nearest to `accent` that can be read there, if not given."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """How an institution is presented."""

    name: Text = _required("The institution, as the column `source` of the lists names it.")
    logo: Path | None = _optional(SOURCE_LOGO, "Its logo, a picture file.")
    url: str | None = _optional(WEB_ADDRESS, "Its web page.")


@dataclass(frozen=True, slots=True, kw_only=True)
class StudySettings:
    """A study that the lists and the data do not tell, or how to call one that they do."""

    name: Text = _required("What the study is called; tables with the same name are one study.")
    match: str = _required(
        "Its datasets: the beginning of their addresses, or the list that names them, by address, path or file name.",
        STUDY_MATCH,
    )
    citation: Text | None = _optional(TEXT, "How to cite it; pages of datasets say so where no RO-Crate does.")
    url: str | None = _optional(WEB_ADDRESS, "Its web page.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerSettings:
    """A viewer besides the built-in ones."""

    name: Text = _required("Text of the link.")
    url: str = _required(
        "Where the link goes; `{url}` becomes the dataset's address, encoded as a query's value.", VIEWER_ADDRESS
    )
    zipped: bool = _key(False, "Whether it opens zipped OME-Zarr (`.ozx`); if not, it is not offered for that.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """The pages of datasets, for catalogs of very many."""

    pages: PageForm = _key(
        "full",
        "`short`: pages of datasets have a quarter of the bytes, without axes, resolutions, code to copy, citation "
        "formats and other datasets.",
        one_of(get_args(PageForm)),
    )
    folders: Folders = _key(
        "flat",
        "`split`: pages of datasets are in 1,024 folders by the end of their ids, `datasets/<2 characters>/<id>/`. "
        "Choose before the site is published: the address of every page depends on it.",
        one_of(get_args(Folders)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputSettings:
    """Which files a site has besides its pages; what is not here is always there."""

    records: bool = _key(
        True, "Write `record.json` beside the page of each dataset; without it pages lead to the index."
    )
    csv: bool = _key(True, "Write `index.csv`, every dataset as a row.")
    ndjson: bool = _key(True, "Write `index.ndjson.gz`, every dataset as a line of JSON.")
    parquet: bool | None = _optional(
        constrained(bool), "Write `index.parquet`. Without this key it is written where pyarrow is installed."
    )
    biofile_finder: bool = _key(True, "Write `biofile-finder.csv`, which BioFile Finder opens; it needs `base_url`.")
    collection: bool = _key(True, "Write `collection.json`, every dataset as RFC-8 of OME-NGFF proposes collections.")
    linksets: bool = _key(
        True,
        "Write `linkset.json` for each dataset and study, FAIR Signposting of level 2; it needs `base_url`. "
        "That is a file of about 1.2 kB for each dataset.",
    )
    ro_crate: bool = _key(True, "Write `ro-crate-metadata.json` for the catalog and each study.")
    croissant: bool = _key(
        True, "Write `croissant.json`, for machine learning; it needs `license`, and `csv` or `parquet`."
    )
    dcat: bool = _key(True, "Write `dcat.jsonld`, for data portals.")
    sitemap: bool = _key(True, "Write `sitemap.xml`; it needs `base_url`.")

    @property
    def off(self) -> frozenset[str]:
        """The names of those that are switched off."""
        return frozenset(each.name for each in fields(self) if getattr(self, each.name) is False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The configuration of a catalog."""

    title: Text = _key("OME-Zarr catalog", "What the catalog is called.")
    description: str = _key("", "What it is about, in a sentence or two.")
    base_url: str | None = _optional(
        SITE_ADDRESS, "Address of the published site; canonical links, sitemap and `opensearch.xml` need it."
    )
    license: Text | None = _optional(
        TEXT, "License of what the catalog itself says (not of the data), by SPDX identifier or address: `CC0-1.0`."
    )
    publisher: Text | None = _optional(TEXT, "The organization that runs the catalog, by name.")
    contact: str | None = _optional(CONTACT, "Who answers questions about the catalog: an e-mail or web address.")
    csv: tuple[str, ...] = _required(
        "The lists to begin with, by address, or by path relative to this file. They may name other lists.", LISTS
    )
    removed_pages: bool = _key(
        False, "Until the next build, the page of a dataset that the lists no longer name says so."
    )
    max_loss: Annotated[float, Meta(ge=0, le=1)] = _key(
        1.0,
        "Share of the datasets shown before that a build may lose. A build that loses more, or cannot read any "
        "dataset, fails, and the old site stays; 1: no limit.",
    )
    logo: Path | None = _optional(SITE_LOGO, "Logo of the catalog, beside its title at the top of every page.")
    favicon: Path | None = _optional(
        SITE_ICON, "Icon of the catalog for tabs, bookmarks and home screens; the other sizes are made from it."
    )
    footer: Footer | None = _optional(FOOTER, "What stands at the foot of every page, such as imprint and contact.")
    facets: tuple[str, ...] = _key((), "Further columns of the lists to offer as facets.", TEXTS)
    crawl: CrawlSettings = _table(CrawlSettings)
    engine: EngineSettings = _table(EngineSettings)
    pictures: PictureSettings = _table(PictureSettings)
    site: SiteSettings = _table(SiteSettings)
    outputs: OutputSettings = _table(OutputSettings)
    theme: ThemeSettings = _table(ThemeSettings)
    sources: tuple[SourceSettings, ...] = _tables("source", SourceSettings)
    studies: tuple[StudySettings, ...] = _tables("study", StudySettings)
    viewers: tuple[ViewerSettings, ...] = _tables("viewer", ViewerSettings)


def load(argument: str | None) -> Config:
    """Return the configuration that the command line names: a TOML file, a CSV file, or the address of a CSV file.

    Raises UsageError if there is none, ConfigError if it has mistakes.
    """
    if argument is None and not Path(DEFAULT_NAME).exists():
        raise UsageError(
            f"there is no {DEFAULT_NAME} in this folder; write one (the README shows how), name a CSV list "
            "(`sitegen build lists/ours.csv`), or begin with demo data (`sitegen demo demo`)"
        )
    name = argument or DEFAULT_NAME
    return default_config(name) if _names_list(name) else read_config(Path(name))


def _names_list(name: str) -> bool:
    """Return whether the command line names a list in place of a configuration."""
    return urls.has_scheme(name) or urls.is_list(name) or name.lower().endswith(_NO_CONFIGURATION)


def file_of(argument: str | Path | None) -> Path | None:
    """Return the configuration that the command line names; None for a list."""
    name = str(argument or DEFAULT_NAME)
    return None if _names_list(name) else Path(name)


def folder_of(argument: str | Path | None) -> Path:
    """Return the folder of the configuration that the command line names; for a list, the working folder.

    Local lists may name data below it.
    """
    file = file_of(argument)
    return file.parent if file else Path()


def default_config(csv: str) -> Config:
    """Return the configuration for a list given in place of a file: every other value is its default."""
    try:
        return Config(csv=LISTS.read([csv], Path()))
    except ValueError as error:
        shown = csv if not urls.has_credentials(csv) else "the list"
        accepted = ", ".join(f"{scheme}:" for scheme in urls.SCHEMES)
        raise UsageError(f"{shown}: expected a CSV list, by path or address ({accepted}), found {error}") from None


def read_base_url(text: str) -> str:
    """Return the address of the published site, with a slash at its end. Raises UsageError."""
    try:
        return SITE_ADDRESS.read(text, Path())
    except ValueError as error:
        found = str(error) or show_value(text)
        raise UsageError(f"--base-url: expected {SITE_ADDRESS.expected}, found {found}") from None


def read_config(path: Path) -> Config:
    """Return the configuration in a TOML file. Raises ConfigError with one line for each mistake."""
    text = _read_text(path)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        number = int(line[1]) if line else text.rstrip().count("\n") + 1
        reason = re.sub(r" \(at .*\)$", "", str(error))
        raise ConfigError(f"{path}:{number}: this is not valid TOML: {reason}") from None
    except RecursionError:
        raise ConfigError(f"{path}:1: expected a configuration, found TOML that is nested too deeply") from None
    reading = ConfigReader(path, text)
    config = reading.table(Config, document, ())
    if reading.mistakes or config is None:
        raise ConfigError("\n".join(message for _, message in sorted(reading.mistakes)))
    return config


def _read_text(path: Path) -> str:
    try:
        body = path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such file; name a {DEFAULT_NAME}, a CSV, or a CSV's address") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {explain_os_error(error)}") from None
    try:
        return body.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: expected UTF-8, found the byte 0x{body[error.start]:02X}") from None
