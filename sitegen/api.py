"""What other programs use of sitegen: read lists, inspect and validate datasets, open the index of a catalog.

`import sitegen` gives these names and loads what they need at their first use. Nothing is cached, and nothing but the
answer is kept. The functions wait for their answer, also where an event loop runs, as in a notebook. Whoever calls
them is trusted like whoever types a command: an address that is given may be of this machine or its network.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sitegen import urls
from sitegen.catalog.build import make_catalog
from sitegen.commands.progress import Progress
from sitegen.commands.target_reports import TargetReport
from sitegen.commands.targets import AllowlistGuard, target_url
from sitegen.commands.validate import validate_targets
from sitegen.config.settings import Config, CrawlSettings, default_config, folder_of
from sitegen.engine.datasets import DatasetInspector
from sitegen.engine.documents import CachedClient
from sitegen.engine.list_source import ListSource
from sitegen.engine.local_io import LocalIO
from sitegen.engine.plan import CrawlPolicy
from sitegen.engine.predictions import Predictions
from sitegen.engine.robots import RobotsRules
from sitegen.engine.workers import WorkerPool
from sitegen.errors import FetchError, SitegenError, UsageError, explain_os_error
from sitegen.lists.reading import Listing, read_lists
from sitegen.model import Entry, Problem, Record
from sitegen.net.client import Client
from sitegen.transfer import Allowance, utc

T = TypeVar("T")

__all__ = [
    "CatalogIndex",
    "Entry",
    "FetchError",
    "Listing",
    "Problem",
    "Record",
    "SitegenError",
    "TargetReport",
    "UsageError",
    "inspect_dataset",
    "open_index",
    "read_list",
    "validate_store",
]
_MAX_INDEX_BYTES = 500_000_000
"""Of one file of an index; sitegen writes none above 100 MB, the limit of GitHub."""
_INDEX_TIMEOUT_S = 600.0


def read_list(source: str | Path, *, allow_private_hosts: bool = False) -> Listing:
    """Return the datasets that a list names, and those of all lists that it names.

    Parameters
    ----------
    source : path or address of a CSV list
    allow_private_hosts : trust the list to name addresses and files of this machine and its network

    Raises
    ------
    UsageError : there is no such list
    """
    config = default_config(str(source))
    settings = CrawlSettings(allow_private_hosts=allow_private_hosts)
    return _wait(_read_list(config, settings, folder_of(str(source))))


async def _read_list(config: Config, settings: CrawlSettings, folder: Path) -> Listing:
    hosts = {urlsplit(each).hostname or "" for each in config.csv}
    async with Client(settings, guard=None if settings.allow_private_hosts else AllowlistGuard(hosts)) as client:
        source = ListSource(CachedClient(client, settings), None, settings)
        return await read_lists(config.csv, source.get, allow_private_hosts=settings.allow_private_hosts, folder=folder)


def inspect_dataset(dataset: str | Path | Entry) -> Record:
    """Return what a catalog would say of one dataset: its metadata, and whether they are valid. Pixels are not read.

    A dataset that cannot be read is a record, too, whose `found.status` and `found.problems` say why.

    Parameters
    ----------
    dataset : address or path; or an entry of a list, whose own columns then count, and whose host must be public

    Raises
    ------
    UsageError : this is no address
    """
    if not isinstance(dataset, Entry):
        url = target_url(str(dataset))
        return _wait(_inspect(Entry(url=url, places=(), local=True), frozenset({urlsplit(url).hostname or ""})))
    return _wait(_inspect(dataset, frozenset()))


async def _inspect(entry: Entry, trusted_hosts: frozenset[str]) -> Record:
    config = Config(csv=())
    settings = config.crawl
    async with Client(settings, guard=AllowlistGuard(trusted_hosts)) as client, WorkerPool(0) as workers:
        documents = CachedClient(client, settings)
        policy = CrawlPolicy(
            max_bytes=settings.max_bytes_per_dataset,
            deadline_s=settings.dataset_deadline_s,
            max_age_days=settings.max_age_days,
            pictures=None,
        )
        run_task = LocalIO(documents, workers, RobotsRules(documents)).run_task
        inspector = DatasetInspector(run_task, Predictions(), policy, cache=None, now=time.time)
        findings = await inspector.inspect(entry)
    (record,) = make_catalog([entry], [findings], config, built_at=utc(time.time())).records
    return record


def validate_store(target: str | Path) -> TargetReport:
    """Return whether the metadata of a store, or one metadata document, follow the rules of OME-Zarr, and why not.

    Parameters
    ----------
    target : address or path of a store, or of a document such as `zarr.json`

    Raises
    ------
    UsageError : this is neither an address nor a path
    """
    (report,) = _wait(validate_targets([str(target)], Progress(StringIO())))
    return report


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogIndex:
    """The index of a built catalog."""

    title: str
    description: str
    built_at: str
    """When the build ran that last found something new or asked a dataset, RFC 3339."""
    totals: Mapping[str, int]
    _document: Mapping[str, Any] = field(repr=False)
    _read: Callable[[str], Any] = field(repr=False)

    def records(self) -> Iterator[Mapping[str, Any]]:
        """Give each record, with the keys that the page *Index* of the documentation lists; read part after part."""
        yield from self._document.get("datasets") or ()
        for part in self._document.get("parts") or ():
            yield from self._read(part)["datasets"]


def open_index(source: str | Path) -> CatalogIndex:
    """Return the index of a catalog, whose records are read when they are asked for.

    Parameters
    ----------
    source : address or folder of the catalog, or of its `index.json`

    Raises
    ------
    UsageError : there is no index of a catalog
    FetchError : its host cannot be reached
    """
    place = str(source)
    target_url(place)  # raises UsageError for what is no place at all: of an empty text, the disk's root would be meant
    base = place if place.endswith("/index.json") or place == "index.json" else f"{place.rstrip('/')}/index.json"

    def read(path: str) -> Any:
        body = _read_file(urls.resolve(target_url(base), path))
        with suppress(ValueError, RecursionError):
            if isinstance(document := json.loads(body), dict):
                return document
        raise UsageError(f"{base}: expected the index of a catalog that sitegen built, found something else at {path}")

    document = read("index.json")
    try:
        return CatalogIndex(
            title=document["title"],
            description=document["description"] or "",
            built_at=document["built_at"],
            totals=document["totals"],
            _document=document,
            _read=read,
        )
    except KeyError as error:
        raise UsageError(f"{base}: expected the index of a catalog that sitegen built; it has no {error}") from None


def _read_file(url: str) -> bytes:
    """Return a file of a catalog. Raises UsageError where there is none on this machine, else FetchError."""
    if urls.scheme(url) != "file":
        return _wait(_fetch(url))
    try:
        return urls.to_path(url).read_bytes()
    except OSError as error:
        raise UsageError(
            f"{urls.to_path(url)}: {explain_os_error(error)}; name the folder of a built catalog"
        ) from None


async def _fetch(url: str) -> bytes:
    settings = CrawlSettings()
    allowance = Allowance(bytes_left=_MAX_INDEX_BYTES, seconds_left=_INDEX_TIMEOUT_S)
    async with Client(settings, guard=AllowlistGuard({urlsplit(url).hostname or ""})) as client:
        documents = CachedClient(client, settings)
        response = await documents.get_document(url, max_bytes=_MAX_INDEX_BYTES, max_age_s=0.0, allowance=allowance)
    return response.body


def _wait(work: Coroutine[Any, Any, T]) -> T:
    """Return the result of a coroutine, in another thread where an event loop runs in this one."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
