"""A collection as RFC-8 of OME-NGFF proposes it becomes rows, like those of a CSV list. Experimental.

Read are the drafts of November 2024 to August 2026 (ome/ngff, rfc/8, "v1-2026-08"): nodes
with `type` or, in the first drafts, `node_type`; paths as objects or as text; the root in
`ome`, in the `attributes` of a `zarr.json`, or bare. A node that is an image becomes a row,
its attributes become cells, and a nested collection is read in place or as another list.
What cannot be read is a problem at the line and JSON path of its node, and the other nodes
are read. Pure functions.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sitegen.lists.columns import COLUMNS, CellValue, canonical_header, find_column
from sitegen.lists.problems import ListProblemLog, quote
from sitegen.lists.rows import Row, RowTarget, read_cell
from sitegen.urls import ZARR_DOCUMENT

MAX_NESTED = 16
"""Of collections inside one document, as of lists that name each other."""
MAX_OBJECTS = 1_000_000
"""Of one document: as many nodes as lists may have rows, each with a path, attributes, and more. They take 400 MB."""
MAX_ATTRIBUTES = 300
"""Of one node: the 256 columns of a CSV list, and some more."""
OWN_PREFIX = "sitegen:"
"""Before the name of a column where a key of `attributes` is one; RFC-8 leaves prefixed keys to implementations."""
RECORD_PREFIX = "sitegen-record:"
"""Before keys of `attributes` that say what a build found, and are not read."""

_IMAGES = frozenset(
    {"array", "group", "image", "images", "label", "labels", "multiscale", "multiscales"}
    | {"plate", "scene", "series", "singlescale", "well"}
)
"""Types of nodes that are datasets; RFC-8 itself has `multiscale` and `singlescale`, early drafts `image`."""
_IMAGE_KEYS = frozenset({"multiscales", "plate", "well", "image-label", "bioformats2raw.layout", "series", "omero"})
_DATASET_HINT = "Name the folder of the dataset in a list; `sitegen validate` validates its metadata."
_CRATE_HINT = "An RO-Crate describes one dataset: put it into the dataset's folder, and name that folder in a CSV list."
_KEYWORD = re.compile("@[a-z]{1,20}")
_TOKENS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\n]', re.DOTALL)
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_MOST_SHOWN = 5


class _Object(dict[str, Any]):
    """A JSON object that knows the line on which it begins."""

    __slots__ = ("line",)
    line: int


class _TooManyObjectsError(Exception):
    """Ends the reading of a document that would take too much memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    """A node, and where it is."""

    value: _Object
    where: str
    """JSON path, such as `ome/nodes/3`."""
    depth: int = 0
    inherited: Mapping[str, CellValue]
    """Cells of the collections that hold it."""

    @property
    def kind(self) -> str:
        """Its type, without the prefix of official extensions; empty where it is not stated."""
        kind = self.value.get("type", self.value.get("node_type"))
        return kind.removeprefix("ome:").lower() if isinstance(kind, str) else ""


def is_json(text: str) -> bool:
    """Return whether a list's text is to be read as JSON: no CSV begins like this."""
    start = text.lstrip()[:1]
    return start == "{" or (start == "[" and text.rstrip().endswith("]"))


def read_collection(text: str, problems: ListProblemLog, max_rows: int) -> tuple[Row, ...] | None:
    """Return a row for each image of a collection; None, and a problem, where the text is not a collection."""
    document = _read_json(text, problems)
    if document is None:
        return None
    root = _find_root(document)
    if root is None:
        found, hint = _explain(document)
        problems.add("collection-invalid", 1, f"expected a collection of RFC-8, found {found}", hint=hint)
        return None
    problems.add("collection-draft", 1, "read as a collection of the draft of RFC-8; this support is experimental")
    reader = _NodeReader(problems, max_rows)
    rows = tuple(reader.read(root))
    reader.report_skipped()
    return rows


def _read_json(text: str, problems: ListProblemLog) -> object:
    """Return the value of JSON, objects with their lines; None, and a problem, for what is not JSON."""
    lines, count = _object_lines(text), itertools.count(1)

    def make_object(pairs: list[tuple[str, Any]]) -> _Object:
        made = _Object(pairs)
        made.line = next(lines, 1)
        if next(count) > MAX_OBJECTS:
            raise _TooManyObjectsError
        return made

    try:
        return json.loads(text, object_pairs_hook=make_object, strict=False)
    except json.JSONDecodeError as error:
        expected = f"expected JSON, because the list begins with {text.lstrip()[:1]}"
        problems.add("collection-invalid", error.lineno, f"{expected}; {error.msg}, column {error.colno}")
    except _TooManyObjectsError:
        problems.add("rows-too-many", 1, f"expected at most {MAX_OBJECTS:,} JSON objects; none of them is read")
    except RecursionError:
        problems.add("collection-invalid", 1, "expected a collection, found JSON that is nested too deeply")
    except ValueError:  # from Python 3.11 on, a number of more than 4,300 digits
        problems.add("collection-invalid", 1, "expected a collection, found a number that is too long")
    return None


def _object_lines(text: str) -> Iterator[int]:
    """Yield the line on which each object of JSON begins, in the order in which they end."""
    line, begun = 1, []
    for found in _TOKENS.finditer(text):
        match found[0]:
            case "{":
                begun.append(line)
            case "}" if begun:
                yield begun.pop()
            case text_or_end:
                line += text_or_end.count("\n")


def _find_root(document: object) -> _Node | None:
    """Return the root node of a standalone document, of a `zarr.json`, or of a document that is a node."""
    candidates = [("ome", _get(document, "ome")), ("attributes/ome", _get(_get(document, "attributes"), "ome"))]
    for where, value in [*candidates, ("", document)]:
        if isinstance(value, _Object):
            node = _Node(value=value, where=where, inherited={})
            if isinstance(value.get("nodes"), list) or node.kind == "collection":
                return node
    return None


def _explain(document: object) -> tuple[str, str]:
    """Return what a JSON document is that is no collection, as far as its keys tell, and what to do about it."""
    if not isinstance(document, dict):
        return _describe(document), ""
    for where, value in (("ome", document.get("ome")), ("attributes/ome", _get(document.get("attributes"), "ome"))):
        if isinstance(value, dict) and value.keys() & _IMAGE_KEYS:
            return f"metadata of a dataset, with {_describe(value).partition(' with ')[2]} in `{where}`", _DATASET_HINT
        if isinstance(value, dict) and "nodes" in value:
            return f"{_describe(value)} in `{where}`, {_describe_nodes(value)}", ""
        if value is not None:
            return f"{_describe(value)} in `{where}`, without `nodes` and without the type collection", ""
    if document.keys() & (_IMAGE_KEYS | {"zarr_format"}):
        return f"metadata of a dataset: {_describe(document)}", _DATASET_HINT
    if "nodes" in document:
        return f"{_describe(document)}, {_describe_nodes(document)}", ""
    if "@graph" in document or "@context" in document:
        return _explain_linked_data(document)
    return _describe(document), ""


def _describe_nodes(value: Mapping[str, object]) -> str:
    return f"whose `nodes` are {_describe(value['nodes'])} instead of a list"


def _explain_linked_data(document: Mapping[str, object]) -> tuple[str, str]:
    """Return what JSON-LD is: an RO-Crate (RO-Crate 1.1, "Root Data Entity"), or what keeps it from being one."""
    context, graph = document.get("@context"), document.get("@graph")
    shown = "missing" if context is None else _describe_context(context)
    is_crate, is_graph = "ro/crate" in json.dumps(context), isinstance(graph, list)
    if is_crate and is_graph:
        return f"an RO-Crate, whose `@context` is {shown}", _CRATE_HINT
    expected = "" if is_crate else " (that of an RO-Crate is https://w3id.org/ro/crate/1.1/context)"
    found = "missing" if graph is None else _describe(graph)
    graph_is = "" if is_graph else f", and whose `@graph` is {found} instead of a list"
    return f"JSON-LD whose `@context` is {shown}{expected}{graph_is}", _CRATE_HINT


def _describe_context(context: object) -> str:
    """Return what an `@context` is: an address, several, or terms (JSON-LD 1.1, section 3.1)."""
    first = next(iter(context), None) if isinstance(context, list) else context
    more = " and others" if isinstance(context, list) and len(context) > 1 else ""
    return (quote(first) if isinstance(first, str) else _describe(first)) + more


def _show_key(key: str) -> str:
    """Return a key for a message; the keywords of JSON-LD are no addresses with a password."""
    return f'"{key}"' if _KEYWORD.fullmatch(key) else quote(key)


def _get(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, _Object) else None


def _describe(value: object) -> str:
    """Return what a JSON value is, for a message."""
    if isinstance(value, dict):
        keys = [_show_key(key) for key in value]
        more = ", …" if len(keys) > _MOST_SHOWN else ""
        return f"an object with {', '.join(keys[:_MOST_SHOWN])}{more}" if keys else "an empty object"
    names = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


class _NodeReader:
    """Reads the nodes of one document."""

    def __init__(self, problems: ListProblemLog, max_nodes: int) -> None:
        self._problems = problems
        self._max_nodes = max_nodes
        self._nodes = 0
        self._skipped: list[tuple[str, int, str]] = []

    def read(self, node: _Node) -> Iterator[Row]:
        """Yield the rows of a node and of those below it."""
        nodes, is_collection = node.value.get("nodes"), self._is_collection(node)
        if not is_collection and node.kind and node.kind not in _IMAGES:
            self._skipped.append((node.kind, node.value.line, node.where))
            return
        node = replace(node, inherited={**node.inherited, **self._cells(node)})
        if node.value.get("path") is not None:
            if nodes is not None:
                self._add(node, "expected either `nodes` or `path`, found both; the path is followed")
            yield from self._referenced(node, is_collection)
        elif "nodes" in node.value and not isinstance(nodes, list):
            self._add(node, f"expected `nodes`, which are a list, found {_describe(nodes)}", "nodes")
        elif not isinstance(nodes, list):
            self._add(node, f"expected `nodes` or `path`, found {_describe(node.value)}")
        elif is_collection:
            yield from self._below(node, nodes)
        else:
            yield from self._inline_image(node, nodes)

    def report_skipped(self) -> None:
        """Report the nodes that are not images, at the first of them, and those beyond the limit."""
        if self._nodes > self._max_nodes:
            message = f"expected at most {self._max_nodes:,} nodes; the others are not read"
            self._problems.add("rows-too-many", 1, message)
        if self._skipped:
            kinds = sorted({kind for kind, _, _ in self._skipped})
            shown = ", ".join(map(quote, kinds[:_MOST_SHOWN])) + (", …" if len(kinds) > _MOST_SHOWN else "")
            _, line, where = self._skipped[0]
            message = f"nodes that are neither images nor collections are left out: {len(self._skipped):,} of {shown}"
            self._problems.add("collection-skipped", line, message, where=where)

    def _is_collection(self, node: _Node) -> bool:
        return node.kind == "collection" or (not node.kind and isinstance(node.value.get("nodes"), list))

    def _below(self, node: _Node, nodes: list[object]) -> Iterator[Row]:
        """Yield the rows of the nodes of a collection; its cells but its name are theirs, too."""
        if node.depth >= MAX_NESTED:
            message = f"expected at most {MAX_NESTED} collections inside each other; this one is not read"
            self._problems.add("lists-too-deep", node.value.line, message, where=node.where)
            return
        passed = {header: cell for header, cell in node.inherited.items() if header != "name"}
        for number, value in enumerate(nodes):
            self._nodes += 1
            if self._nodes > self._max_nodes:
                return
            where = f"{node.where}/nodes/{number}".lstrip("/")
            if isinstance(value, _Object):
                yield from self.read(_Node(value=value, where=where, depth=node.depth + 1, inherited=passed))
            else:
                message = f"expected a node, which is an object, found {_describe(value)}"
                self._problems.add("collection-node", node.value.line, message, where=where)

    def _referenced(self, node: _Node, is_collection: bool) -> Iterator[Row]:
        """Yield the row of a node that is elsewhere."""
        path = self._path(node)
        if path is None:
            return
        text, form = path
        target: RowTarget = "dataset"
        if form == "json":
            target = "list"
        elif is_collection and not self._is_own(node):
            target = "group"
        cells = dict(node.inherited)
        if is_collection and target != "dataset" and not self._is_own(node):
            cells.pop("name", None)
        yield Row(line=node.value.line, url=text, cells=cells, target=target, where=node.where)

    def _inline_image(self, node: _Node, nodes: list[object]) -> Iterator[Row]:
        """Yield the row of an image whose levels are nodes with paths: the folder that holds them."""
        paths = [self._path(replace(node, value=each)) for each in nodes if isinstance(each, _Object)]
        folders = {path[0].rstrip("/").rpartition("/")[0] or "." for path in paths if path}
        if len(folders) == 1:
            yield Row(line=node.value.line, url=folders.pop(), cells=node.inherited, target="dataset", where=node.where)
        else:
            self._add(node, f"expected an image with all its levels in one folder, found {len(folders)} folders")

    def _path(self, node: _Node) -> tuple[str, str] | None:
        """Return the path of a node, and whether it is `zarr` or `json`; None, and a problem, where it is neither."""
        path = node.value.get("path")
        text = path.get("path") if isinstance(path, _Object) else path
        form = path.get("type") if isinstance(path, _Object) else None
        if not isinstance(text, str) or not text.strip():
            self._add(node, f"expected a path, found {_describe(text)}", "path")
        elif form not in (None, "zarr", "json"):
            self._add(node, f"expected a path of the type zarr or json, found {quote(str(form))}", "path/type")
        else:
            text = _printable(text.strip())
            name = text.lower().rpartition("/")[2]
            return text, form or ("json" if name.endswith(".json") and name != ZARR_DOCUMENT else "zarr")
        return None

    def _cells(self, node: _Node) -> Mapping[str, CellValue]:
        """Return what a node states of itself, by header."""
        attributes = node.value.get("attributes")
        if attributes is not None and not isinstance(attributes, _Object):
            self._add(node, f"expected attributes, which are an object, found {_describe(attributes)}", "attributes")
            attributes = None
        stated: dict[str, object] = {"name": node.value.get("name")}
        for key, value in list((attributes or {}).items())[:MAX_ATTRIBUTES]:
            header = canonical_header(_printable(key.removeprefix(OWN_PREFIX)))
            if header and header != "url" and not key.startswith(RECORD_PREFIX):
                # A name of our own says what lists call it, which may be nothing: RFC-8 demands some name.
                stated[header] = value if key.startswith(OWN_PREFIX) else stated.get(header) or value
        cells = {header: self._cell(node, header, value) for header, value in stated.items()}
        return {header: cell for header, cell in cells.items() if cell is not None}

    def _cell(self, node: _Node, header: str, value: object) -> CellValue | None:
        column = find_column(header)
        text = _printable(_as_text(value, column.separator if header in COLUMNS else "")).strip()
        if not text or text.lower() in column.placeholders:
            return None
        return read_cell(column, text, node.value.line, self._problems, where=node.where)

    def _is_own(self, node: _Node) -> bool:
        """Return whether a catalog of sitegen says that the node is a dataset of older metadata, such as a plate."""
        attributes = node.value.get("attributes")
        return isinstance(attributes, _Object) and f"{RECORD_PREFIX}id" in attributes

    def _add(self, node: _Node, message: str, key: str = "") -> None:
        where = f"{node.where}/{key}" if key else node.where
        self._problems.add("collection-node", node.value.line, message, where=where.strip("/"))


def _as_text(value: object, separator: str) -> str:
    """Return a JSON value as the text of a cell.

    separator: what separates the values of a list, for a column that is known; empty for others.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if separator and isinstance(value, list) and not any(isinstance(each, list | dict) for each in value):
        return separator.join(_as_text(each, separator) for each in value)
    if separator and isinstance(value, dict):
        named = (value.get(key) for key in ("id", "@id", "url", "name"))
        return next((each for each in named if isinstance(each, str) and each), "")
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _printable(text: str) -> str:
    """Return text without halves of surrogate pairs, which JSON may hold and UTF-8 may not; `?` would begin a query."""
    return _HALF_PAIR.sub("\ufffd", text)
