"""`sitegen list`: the OME-Zarr datasets in a bucket, a folder, or below a web page that lists one, as a list (CSV).

An institution that has data but no list begins with this. Folders are listed level by level, a few at a time; nothing
of a dataset is read. What is called `.zarr`, or holds a metadata document of Zarr, is a dataset, and its folders are
not listed; a `.ozx` file is one, too. `sitegen check` then says what the datasets are.
"""

from __future__ import annotations

import csv
import io
import posixpath
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import fsspec  # type: ignore[import-untyped]  # it has no annotations

from sitegen import formatting, urls
from sitegen.commands.progress import Progress
from sitegen.errors import BuildError, UsageError
from sitegen.net.files import NO_LOGIN
from sitegen.stores.folder_contents import ZARR_DOCUMENTS, read_listing

_AT_ONCE = 8
"""Requests at once to one host, as in a build."""
_MAX_FOLDERS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOptions:
    """The options of `sitegen list`."""

    address: str
    """`s3://…`, `gs://…`, a folder, or a web page that lists a folder."""
    web: str | None = None
    """Address under which visitors find the folder; None: the same one."""
    endpoint: str | None = None
    """Of a store that is not Amazon's; its datasets are then listed by their web addresses."""
    depth: int = 5
    """Levels of folders that are listed, the first included."""
    columns: tuple[tuple[str, str], ...] = ()
    """Further columns, each with the value of all rows."""


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder that is still to be listed: its path for the driver, and relative to the first one."""

    path: str
    relative: str


@dataclass(frozen=True, slots=True)
class _Content:
    """What a folder holds."""

    files: tuple[str, ...]
    folders: tuple[str, ...]


_ListFolder = Callable[[str], _Content]
"""Path of a folder → what it holds. Raises OSError, or what its driver raises."""


def list_datasets(options: ListOptions, progress: Progress) -> Iterator[str]:
    """Yield the lines of a list of the datasets below an address, in the order of their names.

    Raises UsageError if the address cannot be listed at all, BuildError if no dataset is below it.
    """
    list_folder, root = _open(options)
    base = options.web or _web_address(options, root)
    found = sorted(_walk(list_folder, root, options, progress))
    if not found:
        raise BuildError(
            f"{options.address}: no OME-Zarr is in the first {options.depth} levels of folders; "
            "look deeper with --depth, or name the folder that holds the .zarr folders"
        )
    yield _row(["url", *(name for name, _ in options.columns)])
    yield from (_row([_join(base, each), *(value for _, value in options.columns)]) for each in found)


def _open(options: ListOptions) -> tuple[_ListFolder, str]:
    """Return how folders are listed, and the path of the first. Raises UsageError where there is no driver."""
    address = options.address
    if urls.scheme(address) in ("http", "https"):
        files = fsspec.filesystem("http")
        return lambda path: _list_page(files, path), address.rstrip("/")
    more: dict[str, Any] = dict(NO_LOGIN.get(urls.scheme(address), {}))
    if options.endpoint:
        more["endpoint_url"] = options.endpoint
    try:
        files, root = fsspec.url_to_fs(address, **more)
    except (ImportError, ValueError, TypeError) as error:
        raise UsageError(f"{urls.redact(address)}: cannot be listed: {error}") from None
    return lambda path: _list_store(files, path), root.rstrip("/")


def _list_store(files: Any, path: str) -> _Content:
    names = [(posixpath.basename(each["name"].rstrip("/")), each["type"]) for each in files.ls(path, detail=True)]
    return _Content(
        files=tuple(name for name, kind in names if kind != "directory"),
        folders=tuple(name for name, kind in names if kind == "directory"),
    )


def _list_page(files: Any, path: str) -> _Content:
    names = read_listing(path, files.cat_file(f"{path}/"))
    if names is None:
        raise OSError("the page is no list of a folder, as web servers make it")
    own = [name for name in names if "/" not in name.rstrip("/")]
    return _Content(
        files=tuple(name for name in own if not name.endswith("/")),
        folders=tuple(name.rstrip("/") for name in own if name.endswith("/")),
    )


def _walk(list_folder: _ListFolder, root: str, options: ListOptions, progress: Progress) -> Iterator[str]:
    """Yield the paths of datasets, relative to the first folder; empty if that is one."""
    level, listed = [_Folder(root, "")], 0
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for depth in range(options.depth):
            listed += len(level)
            if listed > _MAX_FOLDERS:
                raise UsageError(f"{options.address}: more than {_MAX_FOLDERS:,} folders; name one further down")
            contents = threads.map(lambda each: _content(list_folder, each, progress), level)
            below: list[_Folder] = []
            for folder, content in zip(level, contents, strict=True):
                datasets, folders = _sort(folder, content)
                yield from datasets
                below += folders
            progress.stage(f"Listed {formatting.plural(listed, 'folder')}")
            level = below
            if not level:
                return
            if depth == options.depth - 1:
                deeper = formatting.plural(len(level), "folder")
                progress.stage(f"{deeper} not listed, deeper than --depth {options.depth}")


def _content(list_folder: _ListFolder, folder: _Folder, progress: Progress) -> _Content:
    """Return what a folder holds; of one that cannot be listed, nothing. Raises UsageError for the first folder."""
    try:
        return list_folder(folder.path)
    except Exception as error:  # noqa: BLE001 - each driver has exceptions of its own
        reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        why = f"{urls.redact(folder.path)}: cannot be listed ({reason})".splitlines()[0][:300]
        if not folder.relative:
            raise UsageError(why) from None
        progress.stage(why)
        return _Content((), ())


def _sort(folder: _Folder, content: _Content) -> tuple[list[str], list[_Folder]]:
    """Return the datasets that a folder is or holds, and the folders that are still to be listed."""
    if not set(ZARR_DOCUMENTS).isdisjoint(content.files):
        return [folder.relative], []
    datasets = [name for name in content.folders if name.lower().endswith(".zarr")]
    others = [name for name in content.folders if not name.lower().endswith(".zarr")]
    datasets += [name for name in content.files if name.lower().endswith(".ozx")]
    folders = [_below(folder, name) for name in others if name not in (".", "..")]
    return [posixpath.join(folder.relative, name) for name in datasets], folders


def _below(folder: _Folder, name: str) -> _Folder:
    step = quote(name) if urls.is_remote(folder.path) else name
    return _Folder(f"{folder.path}/{step}", posixpath.join(folder.relative, name))


def _web_address(options: ListOptions, root: str) -> str:
    """Return the address that rows begin with."""
    if options.endpoint:
        return f"{options.endpoint.rstrip('/')}/{quote(root)}"
    if urls.scheme(options.address) in ("s3", "gs"):  # what was typed is the name of a bucket and a key, not encoded
        return f"{urls.scheme(options.address)}://{quote(root)}"
    return options.address.rstrip("/")


def _join(base: str, relative: str) -> str:
    """Return the address or path of a dataset."""
    if not relative:
        return base
    return f"{base.rstrip('/')}/{quote(relative) if urls.is_remote(base) else relative}"


def _row(cells: Sequence[str]) -> str:
    """Return a line of a list, without its end."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()
