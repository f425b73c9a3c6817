"""Consolidated metadata that say something else than the documents of the nodes themselves.

They are a copy, which an append, a resize, or a node that was added or deleted leaves stale; no Zarr specification
says which of the two counts. zarr-python believes the copy, so that it sees another image than whoever reads the nodes.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping

from sitegen.formatting import plural
from sitegen.model import Problem
from sitegen.model.codes import make_problem
from sitegen.ome.node import Array, Node
from sitegen.ome.reader import read_node

_FACTS = ("shape", "dtype", "chunks", "shards", "codecs", "fill_value", "separator", "key_prefix", "byteorder", "order")
"""Attributes of an Array on which the pixels depend."""
_LONGEST_VALUE = 80


def compare_consolidated(
    owners: Collection[str],
    consolidated: Mapping[str, Mapping[str, Mapping[str, object]]],
    read: Mapping[str, Node | None],
) -> tuple[Problem, ...]:
    """Return the contradictions, those of one sort as one problem, at the first node.

    Parameters
    ----------
    owners
        Paths of the groups that have consolidated metadata.
    consolidated
        Path below the dataset → documents by file name, as these metadata have them.
    read
        Path → the node by its own documents, None where it is not there. Others were not read.

    """
    found: dict[str, list[tuple[str, str]]] = {}
    for path, node in read.items():
        if node is not None and node.zarr_format is None:
            continue  # it cannot be read, which is a problem of its own
        if path in consolidated:
            sort, message = _compare(node, read_node(consolidated[path], where=path))
        elif node is not None and _is_below(path, owners):
            sort, message = "lacks", "it is there, but the consolidated metadata above do not name it"
        else:
            continue
        if message:
            found.setdefault(sort, []).append((path, message))
    return tuple(_report(places) for places in found.values())


def consolidated_problems(tree: Mapping[str, object]) -> tuple[Problem, ...]:
    """Return the contradictions in a store whose nodes were all read by their own documents, by path."""
    nodes = {path: node for path, node in tree.items() if node is None or isinstance(node, Node)}
    owners = {path: node for path, node in nodes.items() if node and node.consolidated}
    consolidated: dict[str, Mapping[str, Mapping[str, object]]] = {}
    for owner, node in owners.items():
        for child, documents in node.consolidated.items():
            consolidated.setdefault(f"{owner}/{child}".strip("/"), documents)
    return compare_consolidated(owners, consolidated, nodes) if owners else ()


def _report(places: list[tuple[str, str]]) -> Problem:
    (path, message), *others = places
    more = f" (and likewise {plural(len(others), 'more node')})" if others else ""
    return make_problem("consolidated-stale", path, f"{message}{more}")


def _is_below(path: str, owners: Collection[str]) -> bool:
    return any(path.startswith(f"{owner}/") or (path and not owner) for owner in owners)


def _compare(node: Node | None, copy: Node) -> tuple[str, str]:
    """Return the sort of the contradiction, and the message; empty where there is none."""
    if node is None:
        return "absent", "the consolidated metadata above name it, but it is not there"
    pairs = next(_differences(node, copy), None)
    if pairs is None:
        return "", ""
    name, own, copied = pairs
    message = f"its own document states {name} {_shorten(own)}, the consolidated metadata above {_shorten(copied)}"
    return "differs", f"{message}; its own document counts"


def _differences(node: Node, copy: Node) -> Iterator[tuple[str, object, object]]:
    """Yield what differs: name, value in the node's own document, value in the copy."""
    if (node.array is None) != (copy.array is None):
        yield "kind", node.kind, copy.kind
    elif node.array and copy.array:
        yield from _array_differences(node.array, copy.array)
    elif node.attributes_sought:
        for key in dict.fromkeys([*node.attributes, *copy.attributes]):
            own, copied = node.attributes.get(key), copy.attributes.get(key)
            if own != copied:
                yield key, own, copied


def _array_differences(own: Array, copy: Array) -> Iterator[tuple[str, object, object]]:
    for name in _FACTS:
        values = getattr(own, name), getattr(copy, name)
        if json.dumps(values[0], default=str) != json.dumps(values[1], default=str):
            yield name, *values


def _shorten(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
