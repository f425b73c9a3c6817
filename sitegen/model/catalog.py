"""The catalog: all records with what they add up to, and a file of the site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sitegen.model.branding import Branding
from sitegen.model.changes import Changes
from sitegen.model.findings import BrowserAccess, License
from sitegen.model.institutions import InstitutionHistory
from sitegen.model.problems import ListProblem
from sitegen.model.record import Record, StudyNameOrigin, StudyOrigin


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What the datasets of a catalog add up to."""

    datasets: int = 0
    """Datasets listed."""
    images: int = 0
    """Images they hold, where known."""
    plates: int = 0
    """Plates among them."""
    bytes: int = 0
    """Stored bytes, where known."""
    sources: int = 0
    """Institutions."""
    ok: int = 0
    """Datasets that answered and could be read."""
    valid: int = 0
    """Datasets whose metadata are valid."""
    with_errors: int = 0
    """Datasets that could not be read, or have at least one problem that is an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An institution."""

    name: str
    url: str | None = None
    logo: str | None = None
    """Path of its logo below the site's root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Datasets that belong together."""

    id: str
    """Permanent, and safe in a path; names the folder of its page."""
    name: str
    taken_from: StudyOrigin
    """Where it was stated; of the first dataset, where that differs."""
    named_by: StudyNameOrigin
    """What its name was made of."""
    url: str | None = None
    """Its web page, by configuration."""
    citation: str | None = None
    """How to cite it, by configuration."""
    datasets: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFigures:
    """What a crawl requested of one host, and how it answered."""

    host: str
    datasets: int = 0
    requests: int = 0
    bytes: int = 0
    errors: int = 0
    """Requests that failed; in a catalog, datasets that could not be read."""
    retries: int = 0
    median_ms: float | None = None
    """Of its requests; in a catalog, the median of the datasets' medians."""
    browsers: BrowserAccess = BrowserAccess()  # noqa: RUF009  # frozen
    """In a catalog, what browsers may do with every one of its datasets that was tested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildFigures:
    """What one build of a catalog found, in a few figures."""

    built_at: str
    """UTC, ISO 8601."""
    datasets: int
    ok: int
    """Datasets that answered and could be read."""
    valid: int
    """Datasets whose metadata are valid."""
    bytes: int
    """Stored bytes, where known."""
    errors: int
    """Problems of lists and datasets that are errors."""
    warnings: int
    """Problems that are warnings."""
    median_ms: Mapping[str, float] = field(default_factory=dict)
    """Host → median time of its responses, in milliseconds."""


PageForm = Literal["full", "short"]
Folders = Literal["flat", "split"]
_SPLIT_BY = 2
"""Characters of an id that name a folder: its end is a hash of 32 different characters, so there are 1,024 folders,
each with a thousand datasets of a million."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What the page of each dataset holds, and where it is, by configuration."""

    pages: PageForm = "full"
    """`short`: a page says less, for catalogs of very many datasets."""
    folders: Folders = "flat"
    """`split`: pages are in folders by the last characters of their ids, so that none has too many."""

    def dataset_path(self, id_: str, name: str = "index.html") -> str:
        """Return the path of a file of a dataset below the site's root; `assets/js/dataset-path.js` does the same."""
        between = f"{id_[-_SPLIT_BY:]}/" if self.folders == "split" else ""
        return f"datasets/{between}{id_}/{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """Everything that a site is made from."""

    title: str
    description: str
    built_at: str
    """UTC, ISO 8601."""
    base_url: str | None
    """Where the site will stand, with a trailing slash; null if not known."""
    records: Sequence[Record]
    """In the order of the lists. Of a long catalog most are encoded, and decoded when they are read."""
    totals: Totals
    sources: tuple[Source, ...]
    """In the order in which the lists first name them."""
    studies: tuple[Study, ...] = ()
    """In the order in which the lists first name a dataset of each."""
    list_problems: tuple[ListProblem, ...] = ()
    hosts: tuple[HostFigures, ...] = ()
    license: License | None = None
    """Of what the catalog says, by configuration; not of the data."""
    publisher: str | None = None
    """The organization that runs the catalog, by configuration."""
    contact: str | None = None
    """Who answers questions about it, by configuration: `mailto:` or a web address."""
    facets: tuple[str, ...] = ()
    """Further columns of the lists that are offered as facets."""
    outputs_off: frozenset[str] = frozenset()
    """Names in the configuration of the outputs that it switches off."""
    changes: Changes = Changes()  # noqa: RUF009  # frozen
    builds: tuple[BuildFigures, ...] = ()
    """This build and those before it, oldest first, of which not all are kept; empty for a build of a part."""
    institutions: Mapping[str, InstitutionHistory] = field(default_factory=dict)
    """Name of an institution → what builds found of it; that of datasets that name none is empty."""
    branding: Branding = Branding()  # noqa: RUF009  # frozen
    layout: Layout = Layout()  # frozen
    cache_bytes: int | None = None
    """What the cache took on disk; null in a reproducible build, whose cache may differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One file of the site."""

    path: str
    """Below the site's root, with `/`."""
    content: bytes
