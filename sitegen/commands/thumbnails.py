"""`sitegen thumbnails`: our thumbnails and the metadata that name them, for owners to put into their own stores.

Other catalogs and viewers then show the same pictures, and need not read pixels. What is written is the root document
with one more attribute, and the picture beside it: into a folder that mirrors the stores, to be copied over them; into
stores of this machine only if that is asked for. A store that states a thumbnail of others keeps it, and nothing else
of its metadata changes.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from sitegen import formatting, urls
from sitegen.commands.progress import Progress
from sitegen.commands.targets import AllowlistGuard, TargetReader, target_url
from sitegen.config.settings import CrawlSettings, default_config, folder_of, read_config
from sitegen.engine.documents import CachedClient
from sitegen.engine.list_source import ListSource
from sitegen.engine.local_io import LocalIO
from sitegen.engine.robots import RobotsRules
from sitegen.engine.workers import WorkerPool
from sitegen.errors import SitegenError, UsageError
from sitegen.lists.fetching import ListLimits
from sitegen.lists.reading import read_lists
from sitegen.model.task import Outcome, PictureOptions, Task
from sitegen.net.client import Client
from sitegen.ome.thumbnail_entry import FILE, DocumentError, DocumentName, add_thumbnail, make_entry, read_owners

SIZES = range(128, 513)
"""Longer edge that the convention recommends."""
_AT_ONCE = 8
_DOCUMENTS: tuple[DocumentName, ...] = (".zmetadata", ".zattrs")
"""Of Zarr format 2, the root document last: a store that names a picture has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThumbnailOptions:
    """The options of `sitegen thumbnails`."""

    targets: tuple[str, ...]
    """Stores, by path or address, and lists of them."""
    out: Path | None
    """Folder that mirrors the stores; None: into the stores themselves."""
    size_px: int = 512
    redraw: bool = False
    """Draw those anew that an earlier run wrote."""
    config: Path | None = None
    """A configuration whose `[crawl]` settings are used, but not its lists."""
    workers: int | None = None
    """Processes that render pictures; None: one for each core, 0: a thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThumbnailResult:
    """What was done for one store."""

    target: str
    words: str
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Store:
    """A store to draw."""

    shown: str
    """As it was given."""
    url: str
    series0: str | None = None


class _RefusedError(SitegenError):
    """A store gets no thumbnail; the message says why."""


async def write_thumbnails(options: ThumbnailOptions, progress: Progress) -> list[ThumbnailResult]:
    """Write the thumbnails; return what was done for each store. Raises UsageError before anything is written."""
    named = [_Store(shown=each, url=target_url(each)) for each in options.targets if not urls.is_list(each)]
    hosts = {urlsplit(each.url).hostname or "" for each in named}
    crawl = read_config(options.config).crawl if options.config else CrawlSettings()
    guard = None if crawl.allow_private_hosts else AllowlistGuard(hosts)
    async with Client(crawl, guard=guard) as client, WorkerPool(options.workers) as workers:
        documents = CachedClient(client, crawl)
        lists = [each for each in options.targets if urls.is_list(each)]
        listed = [each for csv in lists for each in await _read_list(csv, documents, crawl, options.config)]
        stores = list({each.url: each for each in (*named, *listed)}.values())
        folders = _folders(stores, options)
        maker = _Maker(documents, LocalIO(documents, workers, RobotsRules(documents)), crawl, options)
        turns = asyncio.Semaphore(_AT_ONCE)
        progress.begin_count(len(stores), "thumbnail")

        async def make(store: _Store, folder: Path) -> ThumbnailResult:
            async with turns:
                result = await maker.make(store, folder)
                progress.count()
                return result

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(make(*pair)) for pair in zip(stores, folders, strict=True)]
        finally:
            progress.end()
    return [each.result() for each in tasks]


async def _read_list(csv: str, documents: CachedClient, crawl: CrawlSettings, config: Path | None) -> Iterator[_Store]:
    """Return the datasets of a list; config: below whose folder these may be. Raises UsageError if it names none."""
    listing = await read_lists(
        default_config(csv).csv,
        ListSource(documents, None, crawl).get,
        allow_private_hosts=crawl.allow_private_hosts,
        folder=folder_of(config or csv),
        limits=ListLimits(max_list_bytes=crawl.max_list_bytes),
    )
    if not listing.entries:
        reasons = "".join(f"\n  {each.place}: {each.problem.message}" for each in listing.problems[:5])
        raise UsageError(f"{csv}: the list names no dataset{reasons}")
    return (_Store(shown=_as_typed(entry.url), url=entry.url, series0=entry.series0) for entry in listing.entries)


def _as_typed(url: str) -> str:
    return url if urls.is_remote(url) else str(urls.to_path(url))


def _folders(stores: Sequence[_Store], options: ThumbnailOptions) -> list[Path]:
    """Return where each store's files are written. Raises UsageError where that is not what was asked for."""
    local = {each.url: urls.to_path(each.url).resolve() for each in stores if not urls.is_remote(each.url)}
    if options.out is None:
        remote = next((each.shown for each in stores if each.url not in local), None)
        if remote is not None:
            raise UsageError(
                f"--in-place: expected stores on this machine, found {urls.redact(remote)}; "
                "leave --in-place out, and copy what is written over the store"
            )
        return [local[each.url] for each in stores]
    folders = list(_mirrored(stores, local, options.out))
    for folder in folders:
        own = next((path for path in local.values() if folder.resolve().is_relative_to(path)), None)
        if own:
            raise UsageError(f"--out {options.out}: {own} itself is there; name another folder, or use --in-place")
    return folders


def _mirrored(stores: Sequence[_Store], local: dict[str, Path], out: Path) -> Iterator[Path]:
    """Yield a folder below `out` for each store: its path below what all local ones have in common, or its address."""
    above = os.path.commonpath([path.parent for path in local.values()]) if local else ""
    for store in stores:
        if path := local.get(store.url):
            yield out / path.relative_to(above)
        else:
            parts = urlsplit(store.url)
            names = [name for name in PurePosixPath(unquote(parts.path)).parts if name not in ("/", "..")]
            yield out.joinpath(parts.netloc.replace(":", "-"), *names)


class _Maker:
    """Draws and writes the thumbnails of stores."""

    def __init__(self, documents: CachedClient, io: LocalIO, crawl: CrawlSettings, options: ThumbnailOptions) -> None:
        self._documents = documents
        self._io = io
        self._crawl = crawl
        self._options = options

    async def make(self, store: _Store, folder: Path) -> ThumbnailResult:
        """Return what was done for one store; a failure is of this store alone."""
        try:
            return ThumbnailResult(target=store.shown, words=await self._make(store, folder))
        except (SitegenError, DocumentError, OSError) as error:
            return ThumbnailResult(target=store.shown, words=str(error), failed=True)

    async def _make(self, store: _Store, folder: Path) -> str:
        bodies = await self._read_documents(store)
        root = list(bodies)[-1]
        ours, others = read_owners(bodies[root], root)
        if others:
            return "states a thumbnail already, which is left as it is"
        if ours and not self._options.redraw:
            return "has a thumbnail of an earlier run; --redraw makes it anew"
        if self._options.out is None and not ours and (folder / FILE).exists():
            raise _RefusedError(f"there is a file {FILE} that no metadata name; move it away")
        outcome = await self._draw(store)
        picture, words = outcome.findings.thumbnail, outcome.findings.shown
        if picture is None or words is None or words.empty:
            raise _RefusedError(_why_not(outcome))
        entry = make_entry(picture.width, picture.height, description=words.how, generator=formatting.generator())
        changed: dict[str, bytes] = {name: add_thumbnail(body, name, entry) for name, body in bodies.items()}
        _write(folder, {FILE: outcome.pictures[picture.path], **changed})
        size = formatting.size(len(outcome.pictures[picture.path]))
        return f"{picture.width} x {picture.height} pixels, {size}, in {folder}"

    async def _read_documents(self, store: _Store) -> dict[DocumentName, bytes]:
        """Return the documents to change, the root document last. Raises _RefusedError where there is none."""
        if urls.is_archive(store.url):
            raise _RefusedError("a zipped store cannot be changed; unpack it, and zip it again afterwards")
        reader = TargetReader(self._documents, store.url)
        if (body := await reader.get("zarr.json")) is not None:
            return {"zarr.json": body}
        found = {name: body for name in _DOCUMENTS if (body := await reader.get(name)) is not None}
        if ".zattrs" not in found:
            raise _RefusedError("there is no zarr.json or .zattrs; name the folder of the dataset")
        return found

    async def _draw(self, store: _Store) -> Outcome:
        settings, size_px = self._crawl, self._options.size_px
        return await self._io.run_task(
            Task(
                url=store.url,
                max_bytes=settings.max_bytes_per_dataset,
                deadline_s=settings.dataset_deadline_s,
                local_folder=None if urls.is_remote(store.url) else store.url,
                series0=store.series0,
                pictures=PictureOptions(thumbnail_px=size_px, preview_px=size_px, montage_wells=0, supplied=False),
            )
        )


def _why_not(outcome: Outcome) -> str:
    """Return why there is no picture."""
    problems = [each for each in outcome.findings.problems if each.level != "note"]
    if outcome.findings.thumbnail is not None or not problems:
        return "its picture would show nothing but background"
    return f"it cannot be drawn: {problems[0].message or problems[0].code}. {problems[0].hint}".rstrip()


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """Write files in their order, each whole or not at all; one that is replaced keeps its permissions."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        target = (folder / name).resolve()
        partial = target.with_name(f"{target.name}.{os.getpid()}.part")
        try:
            partial.write_bytes(body)
            if target.exists():
                shutil.copymode(target, partial)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)


def render_results(results: Iterable[ThumbnailResult]) -> Iterator[str]:
    """Yield a line for each store."""
    yield from (f"{each.target}: {each.words}" for each in results)
