"""Reads all that the metadata of a store lead to: what `sitegen validate`, and a build of local data, validate.

Arrays, labels, every well and field of view, series and scenes are followed, each node in both Zarr formats. A part
that cannot be reached is a warning, and what is below it is not read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from sitegen.absence import is_stand_in
from sitegen.errors import FetchError
from sitegen.inspection.empty_answers import is_sent_for_all
from sitegen.model import Problem
from sitegen.model.codes import make_problem
from sitegen.ome import Node, read_node
from sitegen.validate import OME_XML, Tree
from sitegen.validate.traversal import next_paths

GetDocument = Callable[[str], Awaitable[bytes | None]]
"""Key below the store → its bytes, None if it is not there. May raise FetchError."""
ParseNode = Callable[[Mapping[str, bytes], str], Awaitable[Node]]
"""Documents of a node by name, and its path → the node."""

_MAX_AT_ONCE = 16
DOCUMENT_NAMES: Mapping[int, tuple[str, ...]] = {3: ("zarr.json",), 2: (".zattrs", ".zgroup", ".zarray")}
"""By Zarr format: the documents of a group or array."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreReading:
    """What was read of a store."""

    tree: Tree
    unread: tuple[str, ...]
    """Paths of what the metadata lead to and was not read."""
    unreached: tuple[Problem, ...]
    """Why it was not read: a warning for each part, or one for all."""


@dataclass(slots=True)
class _Host:
    """How the source of a store answers for a document that is not there."""

    is_remote: bool
    """Whether it may send something else in its place."""
    is_odd: bool = False
    """Whether it did."""
    root: Mapping[str, bytes] = field(default_factory=dict)
    """What it sent for the documents of the root."""

    def sent_instead(self, name: str, body: bytes, *, odd_host: bool) -> bool:
        """Return whether a body stands for a document that is not there."""
        sent = self.is_remote and (is_stand_in(name, body, odd_host=odd_host) or is_sent_for_all(body, self.root))
        self.is_odd = self.is_odd or sent
        return sent


async def _parse(files: Mapping[str, bytes], where: str) -> Node:
    return read_node(files, where=where)


async def read_store(
    get: GetDocument, *, max_nodes: int, parse: ParseNode = _parse, remote: bool = False
) -> StoreReading:
    """Return every node that the metadata of a store lead to, at most so many.

    remote: whether a host may send something else for a document that is not there. Raises FetchError about the root.
    """
    host = _Host(remote)
    nodes: dict[str, Node | None] = {"": await _read_node(get, parse, "", (3, 2), host)}
    unreached: dict[str, Problem] = {}
    at_once = asyncio.Semaphore(_MAX_AT_ONCE)

    async def read(path: str) -> None:
        async with at_once:
            try:
                nodes[path] = await _read_node(get, parse, path, _format_order(path, nodes), host)
            except FetchError as error:
                unreached[path] = _unreached(path, error)

    while waiting := [path for path in next_paths(nodes) if path not in unreached]:
        if len(nodes) + len(waiting) > max_nodes:
            return _make_reading(nodes, unreached, waiting, _too_large(len(nodes)))
        async with asyncio.TaskGroup() as group:
            for path in waiting:
                group.create_task(read(path))
    if nodes.get("OME") is None:
        return _make_reading(nodes, unreached)
    try:
        body = await get(OME_XML)
        is_there = body is not None and not host.sent_instead(OME_XML, body, odd_host=host.is_odd)
        xml = {OME_XML: body if is_there else None}
    except FetchError as error:
        xml, unreached[OME_XML] = {}, _unreached(OME_XML, error)
    reading = _make_reading(nodes, unreached)
    return replace(reading, tree={**reading.tree, **xml})


def _make_reading(
    nodes: Mapping[str, Node | None], unreached: Mapping[str, Problem], waiting: Iterable[str] = (), *why: Problem
) -> StoreReading:
    unread = (*unreached, *waiting)
    return StoreReading(tree=dict(sorted(nodes.items())), unread=unread, unreached=(*unreached.values(), *why))


def _format_order(path: str, nodes: Mapping[str, Node | None]) -> tuple[int, int]:
    """Return in which Zarr format to look for a node first: that of the nearest group above it."""
    while path:
        path = path.rpartition("/")[0]
        if (above := nodes.get(path)) is not None and above.zarr_format is not None:
            return above.zarr_format, 5 - above.zarr_format
    return 3, 2


def _unreached(path: str, error: FetchError) -> Problem:
    return make_problem(error.code, path, f"not validated: {error}", level="warning", hint=error.hint)


def _too_large(count: int) -> Problem:
    message = f"only the first {count:,} groups and arrays were validated"
    return make_problem("store-too-large", message=message)


async def _read_node(get: GetDocument, parse: ParseNode, path: str, order: tuple[int, int], host: _Host) -> Node | None:
    """Return the node at a path, None if there is none; the second Zarr format is tried if the first has no document.

    At the root both formats are read, because two formats side by side are reported.
    """
    files: dict[str, bytes] = {}
    stand_ins: dict[str, bytes] = {}
    groups = [DOCUMENT_NAMES[zarr_format] for zarr_format in order]
    for names in groups if path else [tuple(chain(*groups))]:
        bodies = await asyncio.gather(*(get(f"{path}/{name}" if path else name) for name in names))
        found = {name: body for name, body in zip(names, bodies, strict=True) if body is not None}
        host.root = host.root if path else found
        odd_host = bool(path or stand_ins) or any(is_stand_in(name, body) for name, body in found.items())
        for name, body in found.items():
            (stand_ins if host.sent_instead(name, body, odd_host=odd_host) else files)[name] = body
        if files and path:
            break
    if not files and not path:
        files = dict([*stand_ins.items()][:1])  # its problem says what was sent instead
    return await parse(files, path) if files else None
