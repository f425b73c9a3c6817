"""Hundreds of stores that are broken in known and in random ways, always the same ones."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.validate import rule_for
from validation.mutations import damage
from validation.stores import OME_XML, Tree
from validation.test_stores import CASES, STORES, ome

_BODIES = (b"{", b"", b"[]", b"<html></html>", b"no JSON", b'{"a": NaN}', b"\xff\xfe", b'"text"', b"[" * 200)
"""What stands in place of a metadata document."""
_PATHS = ("../0", "/0", "a/../../0", "https://example.org/0", "//host/0", "/", "..", "0/../0")
"""Paths that are not followed."""
_DAMAGED = 140


def random_trees() -> Iterator[Tree]:
    """Yield valid stores with one to three documents damaged or removed at random, always the same ones."""
    trees: list[Tree] = []

    @settings(max_examples=_DAMAGED, deadline=None, derandomize=True, database=None)
    @given(data=st.data(), kind=st.sampled_from(["image", "image", "plate", "scene", "series"]))
    def collect(data: st.DataObject, kind: str) -> None:
        make, versions = STORES[kind]
        tree = make(data.draw(st.sampled_from(versions)))
        for _ in range(data.draw(st.integers(1, 3))):
            path = data.draw(st.sampled_from(sorted(path for path in tree if isinstance(tree[path], dict))))
            tree[path] = data.draw(st.one_of(st.just(None), st.just(damage(data.draw, tree[path]))))
        trees.append(copy.deepcopy(tree))

    collect()
    return iter(trees)


def rule_trees() -> Iterator[Tree]:
    """Yield a store for each rule between documents and arrays, which breaks it."""
    for case in CASES:
        version = next(each for each in reversed(case.versions or STORES[case.store][1]) if rule_for(case.code, each))
        tree = STORES[case.store][0](version)
        case.change(tree, version)
        yield tree


def replaced_trees() -> Iterator[Tree]:
    """Yield stores one of whose documents is something else."""
    for kind, (make, versions) in STORES.items():
        for version in {versions[0], versions[-1]}:
            whole = make(version)
            step = 9 if kind == "plate" else 3
            for number, body in enumerate(_BODIES):
                for path in sorted(path for path in whole if isinstance(whole[path], dict))[number % step :: step]:
                    name = sorted(whole[path])[-1 if number % 2 else 0]
                    yield {**whole, path: {**whole[path], name: body}}
        if kind == "series":
            bodies = (b"<OME", b"", b"<OME/>", None, OME_XML.replace(b"<MetadataOnly/>", b"<BinData/>"))
            yield from ({**whole, "OME/METADATA.ome.xml": body} for body in bodies)
            yield {**whole, "OME/METADATA.ome.xml": OME_XML.replace(b"<MetadataOnly/>", b"", 1)}


def led_out_trees() -> Iterator[Tree]:
    """Yield stores one of whose paths leads out of its group."""
    places: tuple[tuple[str, str, Callable[[Any, str], None]], ...] = (
        ("image", "", lambda found, path: found["multiscales"][0]["datasets"][1].update(path=path)),
        ("image", "labels", lambda found, path: found["labels"].append(path)),
        ("plate", "", lambda found, path: found["plate"]["wells"][1].update(path=path)),
        ("plate", "A/1", lambda found, path: found["well"]["images"][2].update(path=path)),
        ("series", "OME", lambda found, path: found["series"].append(path)),
    )
    for kind, where, change in places:
        for number, path in enumerate(_PATHS):
            for version in ("0.4", "0.5") if kind == "image" else ("0.4", "0.5")[number % 2 :][:1]:
                tree = STORES[kind][0](version)
                change(ome(tree, where), path)
                yield tree


def write_tree(folder: Path, tree: Tree) -> None:
    """Write the documents of a store."""
    folder.mkdir(parents=True)
    for path, found in tree.items():
        documents = {"": found} if isinstance(found, bytes) else found if isinstance(found, dict) else {}
        for name, body in documents.items():
            file = folder / path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(body if isinstance(body, bytes) else json.dumps(body).encode())


def write_broken_stores(folder: Path, *, every: int = 1) -> list[str]:
    """Write one of every so many of the stores of each kind; return their names, in order."""
    names = []
    for maker in (random_trees, rule_trees, replaced_trees, led_out_trees):
        for number, tree in enumerate(maker()):
            if number % every == 0:
                names.append(f"{maker.__name__}-{number:03}.zarr")
                write_tree(folder / names[-1], tree)
    return sorted(names)
