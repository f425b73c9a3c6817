"""`sitegen validate`: validates the metadata of stores and single documents, without a list and without a cache.

A document (`.json`, `.zattrs`) is validated by itself. Of a store, everything is read that its metadata lead to:
arrays, labels, every well and field of view, series, scenes. A part of a store that cannot be reached is reported
as a warning. A target that cannot be read at all is reported as not valid, with the reason.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from urllib.parse import urlsplit

from sitegen import urls
from sitegen.commands.progress import Progress
from sitegen.commands.target_reports import TargetReport, unread_report
from sitegen.commands.targets import AllowlistGuard, TargetReader, is_document, target_url
from sitegen.config.settings import CrawlSettings
from sitegen.engine.documents import CachedClient
from sitegen.errors import FetchError
from sitegen.model import Kind, Problem
from sitegen.model.codes import make_problem
from sitegen.net.client import Client
from sitegen.ome import Node, read_node
from sitegen.ome.documents import read_json
from sitegen.ome.problems import ProblemLog
from sitegen.ome.staleness import consolidated_problems
from sitegen.validate import OME_XML, Tree, ValidationResult, store_version, validate_document, validate_store
from sitegen.validate.document import choose_version
from sitegen.validate.traversal import next_paths

log = logging.getLogger(__name__)

GetDocument = Callable[[str], Awaitable[bytes | None]]
"""Key below the target ("" is the target itself) → its bytes, None if it is not there. May raise FetchError."""

_MAX_NODES = 100_000
"""Nodes that are read of one store; a 1,536-well plate with nine fields of view in three levels has 60,000."""
_MAX_AT_ONCE = 16
_DOCUMENT_NAMES = {3: ("zarr.json",), 2: (".zattrs", ".zgroup", ".zarray")}
"""By Zarr format."""


async def validate_targets(targets: Sequence[str], progress: Progress) -> list[TargetReport]:
    """Return a report on each target, in their order. Raises UsageError before anything is read."""
    target_urls = [target_url(target) for target in targets]
    hosts = {urlsplit(url).hostname or "" for url in target_urls}
    async with Client(CrawlSettings(), guard=AllowlistGuard(hosts)) as client:
        documents = CachedClient(client, CrawlSettings())
        pairs = zip(targets, target_urls, strict=True)
        return [await _read_and_validate(target, TargetReader(documents, url), progress) for target, url in pairs]


async def _read_and_validate(target: str, reader: TargetReader, progress: Progress) -> TargetReport:
    if urls.is_remote(target) and not is_document(target):
        progress.stage(f"Reading {target}")
    try:
        report = await validate_target(target, reader.get)
    except FetchError as error:
        return unread_report(target, error)
    log.info("%s: %d documents", target, reader.documents)
    if reader.documents or not reader.absent or reader.absent[0].code == "not-found":
        return report
    return unread_report(target, reader.absent[0])  # "403" says more than "not there"


async def validate_target(target: str, get: GetDocument) -> TargetReport:
    """Return the report on a store or document.

    Parameters
    ----------
    target : as the user writes it; its last part tells documents from stores
    get : returns the bytes of a key below the target, "" being the target itself

    Raises
    ------
    FetchError : the target itself could not be reached
    """
    if not is_document(target):
        return await _validate_store(target, get)
    body = await get("")
    if body is None:
        return _missing_report(target)
    return validate_metadata_document(target, body)


# -- documents ------------------------------------------------------------------------


def validate_metadata_document(target: str, body: bytes) -> TargetReport:
    """Return the report on one document: attributes, or a whole `zarr.json` or `.zattrs`."""
    notes = ProblemLog()
    value, is_json = read_json(body, notes, "")
    if not is_json:
        return TargetReport(target=target, valid=False, problems=tuple(notes.problems))
    attributes, zarr_format = _attributes_of(value, target)
    assumed_format = 3 if zarr_format == 3 or (isinstance(attributes, dict) and "ome" in attributes) else 2
    node = _as_node(value, attributes, assumed_format)
    if node.kind == "array":
        return TargetReport(target=target, kind="array", problems=tuple(notes.problems))
    version, _ = choose_version(node.attributes, assumed_format)
    result = validate_document(attributes, version=version, zarr_format=zarr_format, whole=True)
    return _make_report(target, node.kind, version, result, notes.problems)


def _attributes_of(value: object, target: str) -> tuple[object, int | None]:
    """Return the attributes in a document, and its Zarr format if the document or its name states it."""
    if isinstance(value, dict) and value.get("zarr_format") == 3 and "node_type" in value:
        return value.get("attributes", {}), 3
    return value, 2 if target.endswith(".zattrs") else None


def _as_node(value: object, attributes: object, zarr_format: int) -> Node:
    """Return the group or array that the document belongs to."""
    document = value if isinstance(value, dict) else {}
    if "node_type" in document or "dtype" in document:
        return read_node({"zarr.json" if "node_type" in document else ".zarray": document})
    inner = attributes if isinstance(attributes, dict) else {}
    if zarr_format == 3:
        return read_node({"zarr.json": {"zarr_format": 3, "node_type": "group", "attributes": inner}})
    return read_node({".zgroup": {"zarr_format": 2}, ".zattrs": inner})


# -- stores ---------------------------------------------------------------------------


async def _validate_store(target: str, get: GetDocument) -> TargetReport:
    tree, unreached = await read_store(get)
    root = tree.get("")
    if not isinstance(root, Node) or root.zarr_format is None:
        return _missing_report(target, root.problems if isinstance(root, Node) else ())
    result = validate_store(tree)
    _, stated = choose_version(root.attributes, root.zarr_format)
    found = [problem for node in tree.values() if isinstance(node, Node) for problem in node.problems]
    found += consolidated_problems(tree)
    version = store_version(tree) if stated or root.kind not in ("array", "group") else None
    return _make_report(target, root.kind, version, result, [*found, *unreached])


async def read_store(get: GetDocument) -> tuple[Tree, list[Problem]]:
    """Return every node that the metadata of a store lead to, and a problem for each that could not be reached."""
    nodes: dict[str, Node | None] = {"": await _read_node(get, "", (3, 2))}
    order = (2, 3) if (root := nodes[""]) is not None and root.zarr_format == 2 else (3, 2)
    unreached: dict[str, Problem] = {}
    at_once = asyncio.Semaphore(_MAX_AT_ONCE)

    async def read(path: str) -> None:
        async with at_once:
            try:
                nodes[path] = await _read_node(get, path, order)
            except FetchError as error:
                unreached[path] = _unreached(path, error)

    while waiting := [path for path in next_paths(nodes) if path not in unreached]:
        if len(nodes) + len(waiting) > _MAX_NODES:
            unreached[""] = _too_large(len(nodes))
            break
        async with asyncio.TaskGroup() as group:
            for path in waiting:
                group.create_task(read(path))
    tree: dict[str, Node | bytes | None] = dict(sorted(nodes.items()))
    if isinstance(tree.get("OME"), Node):
        try:
            tree[OME_XML] = await get(OME_XML)
        except FetchError as error:
            unreached[OME_XML] = _unreached(OME_XML, error)
    return tree, list(unreached.values())


def _unreached(path: str, error: FetchError) -> Problem:
    return make_problem(error.code, path, f"not validated: {error}", level="warning", hint=error.hint)


def _too_large(count: int) -> Problem:
    message = f"only the first {count:,} groups and arrays were validated"
    return make_problem("store-too-large", message=message)


async def _read_node(get: GetDocument, path: str, order: Iterable[int]) -> Node | None:
    """Return the node at a path, None if there is none; the second Zarr format is tried if the first has no document.

    At the root both formats are read, because two formats side by side are reported.
    """
    files: dict[str, bytes] = {}
    for zarr_format in order:
        names = _DOCUMENT_NAMES[zarr_format]
        bodies = await asyncio.gather(*(get(f"{path}/{name}" if path else name) for name in names))
        files |= {name: body for name, body in zip(names, bodies, strict=True) if body is not None}
        if files and path:
            break
    return read_node(files, where=path) if files else None


def _missing_report(target: str, problems: Iterable[Problem] = ()) -> TargetReport:
    found = tuple(problems) or (make_problem("not-zarr", "", "there is no Zarr group, array or metadata document"),)
    return TargetReport(target=target, valid=False, problems=found)


def _make_report(
    target: str, kind: Kind | None, version: str | None, result: ValidationResult, reading: Iterable[Problem]
) -> TargetReport:
    """Return the problems of validation, and those of reading whose code validation does not report itself."""
    codes = {problem.code for problem in result.problems} | {"version-unknown"}
    problems = (*result.problems, *(problem for problem in reading if problem.code not in codes))
    valid = result.valid
    if valid is not None:
        valid = not any(problem.level == "error" for problem in problems)
    return TargetReport(target=target, kind=kind, version=version, valid=valid, problems=problems)
