"""Validates a dataset by the rules of `sitegen validate`, and states how much of it was read.

Files of this machine cost no requests, so all that the metadata lead to is read. Over a network only what was read for
other reasons is validated: reading the rest would multiply the requests. Then `validated` is `sampled`, unless nothing
is left that a rule speaks of. Consolidated metadata do not count as read: they may be older than the documents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sitegen.errors import FetchError
from sitegen.formatting import plural
from sitegen.inspection.chunk_probe import ONE_BYTE, find_misnamed, is_stored
from sitegen.inspection.files import DatasetFiles
from sitegen.inspection.node_documents import without_attributes
from sitegen.inspection.store_reading import read_store
from sitegen.model import Problem, Validated
from sitegen.model.codes import CODES
from sitegen.ome import Node, read_node
from sitegen.transfer import Allowance
from sitegen.validate import OME_XML, Tree, store_version, validate_reading
from sitegen.validate.traversal import next_paths

_MAX_LOCAL_NODES = 5_000
"""Groups and arrays that are read of a dataset on this machine: a 384-well plate with four fields of view in two
levels has 5,000. 3,200 took 12 s on two busy cores, once: an unchanged dataset is not read again."""
_LOCAL_BYTES, _LOCAL_SECONDS = 256_000_000, 600.0
"""What these documents may take besides the limits for pictures."""
_MOST_NAMED = 6
"""Parts that are named in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What validation says of a dataset."""

    valid: bool | None
    version: str | None
    validated: Validated | None
    parts: str | None
    """In words: what was read, and what was not."""
    problems: tuple[Problem, ...]


async def validate_dataset(files: DatasetFiles) -> Validation:
    """Validate a dataset whose root was read. Reads all of it first if it is on this machine."""
    tree, unread = _read_before(files)
    partly: Sequence[str] = [path for path in tree if path != OME_XML and not files.is_complete(path, files.tree[path])]
    further: tuple[Problem, ...] = ()
    if (unread or partly) and not files.is_remote:
        tree, unread, partly, further = await _read_locally(files, tree, unread, partly)
    result = await files.parse(validate_reading, tree)
    misnamed = () if files.is_remote else await _find_misnamed(files, tree)
    return Validation(
        valid=False if misnamed and result.valid else result.valid,
        version=store_version(tree),
        validated=None if result.valid is None else "sampled" if unread or partly else "full",
        parts=None if result.valid is None else _describe(tree, unread, partly),
        problems=(*result.problems, *further, *misnamed),
    )


async def _find_misnamed(files: DatasetFiles, tree: Tree) -> tuple[Problem, ...]:
    """Return the errors of chunks under other keys than stated, of data on this machine."""

    async def exists(key: str) -> bool:
        return await is_stored(lambda: files.store.get(key, ONE_BYTE, max_bytes=1))

    with files.reading_further(_local_allowance(files)):
        return await find_misnamed(tree, exists)


def _read_before(files: DatasetFiles) -> tuple[Tree, Sequence[str]]:
    """Return what was read of what the metadata lead to, and the paths of what was not."""
    nodes: dict[str, Node | None] = {"": files.tree[""]}
    unread: dict[str, None] = {}
    while waiting := [path for path in next_paths(nodes) if path not in unread]:
        nodes |= {path: files.tree[path] for path in waiting if path in files.tree}
        unread |= {path: None for path in waiting if path not in files.tree}
    tree: dict[str, Node | bytes | None] = dict(nodes)
    if nodes.get("OME") is not None:
        if OME_XML in files.texts:
            tree[OME_XML] = files.texts[OME_XML]
        else:
            unread[OME_XML] = None
    return tree, list(unread)


async def _read_locally(
    files: DatasetFiles, known: Tree, unread: Sequence[str], partly: Sequence[str]
) -> tuple[Tree, Sequence[str], Sequence[str], tuple[Problem, ...]]:
    """Return all that the metadata lead to, as `sitegen validate` reads it; what was not, or partly read; and why."""

    async def parse(documents: Mapping[str, bytes], where: str) -> Node:
        return without_attributes(await files.parse(read_node, documents, where=where))

    try:
        with files.reading_further(_local_allowance(files)):
            reading = await read_store(files.document, max_nodes=_MAX_LOCAL_NODES, parse=parse)
    except FetchError:  # the root, which was there before: it was removed, or the limits are used up
        return known, unread, partly, ()
    tree = {**known, **reading.tree} if reading.unread else reading.tree
    return tree, reading.unread, (), tuple(each for each in reading.unreached if not CODES[each.code].of_moment)


def _local_allowance(files: DatasetFiles) -> Allowance:
    """Return limits of their own for documents of this machine: those for pictures may be used up."""
    return Allowance(bytes_left=_LOCAL_BYTES, seconds_left=_LOCAL_SECONDS, local_folder=files.allowance.local_folder)


def _describe(tree: Tree, unread: Sequence[str], partly: Sequence[str]) -> str:
    """Return in words which parts were read; in part: not all documents that may be there were requested."""
    if not unread and not partly:
        return f"all {len(tree):,} groups, arrays and documents that its metadata lead to" if len(tree) > 1 else "all"
    read = (_name([path for path in tree if path not in partly and path not in unread]), _name(partly, " (in part)"))
    parts = (", ".join(filter(None, read)), _name(unread) and f"not read: {_name(unread)}")
    return "; ".join(filter(None, parts))


def _name(paths: Sequence[str], note: str = "") -> str:
    names = [f"{path or 'the root'}{note}" for path in paths]
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {plural(more, 'more part')}" if more > 0 else "")
