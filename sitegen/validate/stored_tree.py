"""What was read of a store: nodes by path, and which paths were read at all.

A build reads a few documents of a dataset, `sitegen validate` all of them, by the same
rules. So a path has one of three states: a node, nothing there, or not read. Of what was
not read no problem is reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sitegen.ome.node import Node
from sitegen.ome.reader import Files, read_node
from sitegen.ome.values import read_list
from sitegen.validate.validation_log import ValidationLog

Tree = Mapping[str, Node | Files | bytes | None]
"""Path below the dataset ("" is its root) → a node, its documents by name, or the bytes of `OME/METADATA.ome.xml`.

None: read, and nothing is there. Not in the mapping: not read.
"""
OME_XML = "OME/METADATA.ome.xml"


class StoredTree:
    """The nodes of a tree, read."""

    def __init__(self, tree: Tree) -> None:
        self._nodes: dict[str, Node | None] = {
            path: read_node(found, where=path) if isinstance(found, Mapping) else found
            for path, found in tree.items()
            if not isinstance(found, bytes) and path != OME_XML
        }
        self.has_xml = OME_XML in tree
        xml = tree.get(OME_XML)
        self.xml = xml if isinstance(xml, bytes) else None

    def was_read(self, path: str | None) -> bool:
        """Return whether the path was read."""
        return path in self._nodes

    def node(self, path: str | None) -> Node | None:
        """Return the node at a path, if there is one and it was read."""
        found = self._nodes.get(path) if path is not None else None
        return found if found is not None and found.zarr_format is not None else None

    def has_key(self, path: str | None, key: str) -> bool:
        """Return whether the group at a path has a key in its OME metadata."""
        node = self.node(path)
        return node is not None and not is_array(node) and key in node.attributes

    def lacks_key(self, path: str | None, key: str) -> bool:
        """Return whether the path was read, and there is no group with this key."""
        return self.was_read(path) and not self.has_key(path, key)

    def what_is_at(self, path: str | None, key: str = "", *, absent: str = "there is none") -> str:
        """Return in words what is at a path that was read where something else was expected.

        key: of the OME metadata that were expected. absent: the words for nothing.
        """
        found = self._nodes.get(path) if path is not None else None
        if found is None:
            return absent
        if found.zarr_format is None:
            return "its metadata cannot be read"
        if is_array(found):
            return "it is an array"
        return f"it is a group without `{key}`" if key else "it is a group"

    def groups(self) -> Iterator[tuple[str, Node]]:
        """Yield the groups, the root first."""
        for path in sorted(self._nodes, key=lambda path: path.split("/") if path else []):
            node = self.node(path)
            if node is not None and not is_array(node):
                yield path, node

    def below(self, path: str) -> Iterator[str]:
        """Yield the paths of the groups below a path."""
        return (inner for inner, _ in self.groups() if inner.startswith(f"{path}/" if path else "") and inner != path)


@dataclass(frozen=True, slots=True)
class StoredGroup:
    """A group of a store, its path, and the log of its problems."""

    store: StoredTree
    path: str
    node: Node
    log: ValidationLog

    def resolve(self, path: object) -> str | None:
        """Return a path relative to this group as one below the store; None where it is none, or leads out."""
        return resolve(self.path, path)


def is_array(node: Node) -> bool:
    """Return whether a node is an array, even one that cannot be read."""
    return node.kind == "array" or node.array is not None


def resolve(base: str, path: object) -> str | None:
    """Return `path`, relative to `base`, below the store's root; None where it leads out of it."""
    if not isinstance(path, str) or path.startswith("/"):
        return None
    parts = base.split("/") if base else []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def parent(path: str) -> str:
    """Return the path of the group above."""
    return path.rpartition("/")[0]


def enumerate_objects(value: object) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Yield the objects of a JSON list, with their positions; nothing if it is not a list."""
    return ((index, entry) for index, entry in enumerate(read_list(value)) if isinstance(entry, dict))


def member(value: object, *keys: str) -> object:
    """Return the value at a key of a key of … a JSON object; None where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
