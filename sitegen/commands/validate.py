"""`sitegen validate`: validates the metadata of stores and single documents, without a list and without a cache.

A document (`.json`, `.zattrs`) is validated by itself. Of a store, everything is read that its metadata lead to:
arrays, labels, every well and field of view, series, scenes. A part of a store that cannot be reached is reported
as a warning. A target that cannot be read at all is reported as not valid, with the reason.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from sitegen import urls
from sitegen.commands.progress import Progress
from sitegen.commands.target_folders import find_obstacle
from sitegen.commands.target_reports import TargetReport, unread_report
from sitegen.commands.targets import AllowlistGuard, TargetReader, is_document, target_url
from sitegen.config.settings import CrawlSettings
from sitegen.engine.documents import CachedClient
from sitegen.errors import FetchError
from sitegen.formatting import plural
from sitegen.inspection.chunk_probe import Exists, find_misnamed, is_stored
from sitegen.inspection.store_reading import GetDocument, read_store
from sitegen.lists.parsing import parse_list
from sitegen.model import Problem
from sitegen.model.codes import make_problem
from sitegen.net.client import Client
from sitegen.ome import Node, read_node
from sitegen.ome.documents import read_json
from sitegen.ome.problems import ProblemLog
from sitegen.spellings import find_spelling
from sitegen.validate import ValidationResult, store_version, validate_document, validate_reading
from sitegen.validate.document import choose_version, report_unknown_version
from sitegen.validate.paths import find_refused_paths
from sitegen.validate.store import add_reading

log = logging.getLogger(__name__)

_MAX_NODES = 100_000
"""Nodes that are read of one store; a 1,536-well plate with nine fields of view in three levels has 60,000."""


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
    folder = find_spelling(urls.to_path(reader.url)) if urls.scheme(reader.url) == "file" else None
    if folder and (obstacle := find_obstacle(folder)):
        return TargetReport(target=target, valid=False, problems=(obstacle,), was_read=False)
    is_folder = folder is not None and folder.is_dir()
    try:
        shown = f"{target}/" if is_folder else target
        report = await validate_target(shown, reader.get, exists=reader.exists)
        if not reader.documents and not is_document(shown) and await reader.open_file():
            report = await validate_target(shown, reader.get, exists=reader.exists)
        report = replace(report, target=target)
    except FetchError as error:
        found = await _list_at(target, reader) if error.code == "other-file" else None
        return found or unread_report(target, error)
    log.info("%s: %d documents", target, reader.documents)
    report = replace(report, problems=(*report.problems, *reader.store.problems))
    if reader.documents or not reader.absent or reader.absent[0].code == "not-found":
        return report
    return unread_report(target, reader.absent[0])  # "403" says more than "not there"


async def _list_at(target: str, reader: TargetReader) -> TargetReport | None:
    """Return the report on a list, where a target is called like one and is one."""
    if not urls.is_list(reader.url):
        return None
    try:
        return _list_report(target, await reader.get("") or b"")
    except FetchError:
        return None


def _list_report(target: str, body: bytes) -> TargetReport | None:
    """Return the report on a list of datasets, which names the command that reads it; None for anything else."""
    parsed = parse_list(body, target)
    is_collection = any(each.problem.code == "collection-draft" for each in parsed.problems)
    if not is_collection and (not parsed.rows or is_document(target)):
        return None
    what = "an RFC-8 collection, which lists datasets" if is_collection else "a CSV list of datasets"
    message = f"this is {what} ({plural(len(parsed.rows), 'row')}), and not a dataset"
    hint = f"sitegen check {target} checks the list and validates the datasets in it."
    return TargetReport(target=target, valid=False, problems=(make_problem("not-zarr", "", message, hint=hint),))


async def validate_target(target: str, get: GetDocument, *, exists: Exists | None = None) -> TargetReport:
    """Return the report on a store or document.

    Parameters
    ----------
    target : as the user writes it; its last part tells documents from stores
    get : returns the bytes of a key below the target, "" being the target itself
    exists : returns whether a chunk is stored; None: where `get` returns it

    Raises
    ------
    FetchError : the target itself could not be reached
    """
    if not is_document(target):
        return await _validate_store(target, get, exists or (lambda key: is_stored(lambda: get(key))))
    body = await get("")
    if body is None:
        return _missing_report(target)
    return validate_metadata_document(target, body)


# -- documents ------------------------------------------------------------------------


def validate_metadata_document(target: str, body: bytes) -> TargetReport:
    """Return the report on one document: attributes, or a whole `zarr.json` or `.zattrs`."""
    if b'"nodes"' in body and (report := _list_report(target, body)):
        return report
    notes = ProblemLog()
    value, is_json = read_json(body, notes, "")
    if not is_json:
        return TargetReport(target=target, valid=False, problems=tuple(notes.problems))
    attributes, zarr_format = _attributes_of(value, target)
    assumed_format = 3 if zarr_format == 3 or (isinstance(attributes, dict) and "ome" in attributes) else 2
    node = _as_node(value, attributes, assumed_format)
    version, stated = choose_version(node.attributes, assumed_format)
    if node.kind == "array":
        result = ValidationResult(valid=None)
    elif version is None:
        result = report_unknown_version(stated)
    else:
        result = validate_document(attributes, version=version, zarr_format=zarr_format, whole=True)
    rules = (*result.problems, *find_refused_paths(node.attributes))
    result = add_reading(replace(result, problems=rules), (*notes.problems, *node.problems))
    return TargetReport(
        target=target,
        kind=node.kind,
        version=version if stated or node.kind not in ("array", "group") else None,
        valid=result.valid,
        problems=result.problems,
    )


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


async def _validate_store(target: str, get: GetDocument, exists: Exists) -> TargetReport:
    reading = await read_store(get, max_nodes=_MAX_NODES, remote=urls.is_remote(target))
    root = reading.tree.get("")
    if not isinstance(root, Node) or root.zarr_format is None:
        return _missing_report(target, root.problems if isinstance(root, Node) else ())
    body = await get("zarr.json") if root.kind == "group" and root.zarr_format == 3 else None
    if body and b'"nodes"' in body and (report := _list_report(f"{target.rstrip('/')}/zarr.json", body)):
        return replace(report, target=target)
    result = validate_reading(reading.tree)
    misnamed = await find_misnamed(reading.tree, exists) if root.kind != "group" else ()
    _, stated = choose_version(root.attributes, root.zarr_format)
    return TargetReport(
        target=target,
        kind=root.kind,
        version=store_version(reading.tree) if stated or root.kind not in ("array", "group") else None,
        valid=False if misnamed and result.valid else result.valid,
        problems=(*result.problems, *reading.unreached, *misnamed),
    )


def _missing_report(target: str, problems: Iterable[Problem] = ()) -> TargetReport:
    found = tuple(problems) or (make_problem("not-zarr", "", "there is no Zarr group, array or metadata document"),)
    return TargetReport(target=target, valid=False, problems=found)
