"""Any JSON at any place of any document gives a node, and never an exception."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from ome_samples import ARRAY2, ARRAY3, EVERYTHING, READER_CODES, multiscale06, to_bytes, v2, v3

from sitegen.ome import Node, candidate_images, physical_pixel_size, predict_levels, read_crate, read_node

scalars = (
    st.none()
    | st.booleans()
    | st.integers(min_value=-(10**40), max_value=10**40)
    | st.sampled_from([0, 1, -1, 10**299, 1e308, -0.0, "", "0", "..", "/", "\ud800", "²", "0.4", "nan"])
    | st.floats()
    | st.text(max_size=8)
)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
)
SCENE06 = {"version": "0.6.dev3", "multiscales": [multiscale06("physical")], "scene": EVERYTHING["scene"]}
CRATE = {
    "@graph": [
        {"@id": "ro-crate-metadata.json", "about": {"@id": "./"}},
        {"@id": "./", "@type": ["Dataset"], "name": "n", "license": {"@id": "x"}, "description": ["d"]},
        {"@id": "x", "url": "https://creativecommons.org/licenses/by/4.0/"},
        {"@id": "#a", "@type": "biosample", "organism_classification": {"@id": "NCBI:txid9606"}},
        {"@id": "#b", "fbbi_id": {"@id": "obo:FBbi_00000246"}},
    ]
}


def places(value: object, path: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    yield path
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(child, (*path, key))


def changed(value: object, path: tuple[object, ...], new: object) -> object:
    if not path:
        return new
    whole = copy.deepcopy(value)
    parent = whole
    for key in path[:-1]:
        parent = parent[key]  # type: ignore[index]
    parent[path[-1]] = new  # type: ignore[index]
    return whole


def broken(document: object) -> st.SearchStrategy[object]:
    """Return the document with anything at one or two of its places."""
    one = st.tuples(st.sampled_from(list(places(document))), anything)

    def apply(changes: list[tuple[tuple[object, ...], object]]) -> object:
        value = document
        for path, new in changes:
            if path in set(places(value)):
                value = changed(value, path, new)
        return value

    return st.lists(one, min_size=1, max_size=2).map(apply)


def check_promises(node: Node) -> None:
    """Check what `node` promises of its values, whatever was read."""
    assert all(problem.code in READER_CODES and problem.message for problem in node.problems)
    for dataset in node.datasets:
        assert ".." not in dataset.path.split("/")
        assert all(map(math.isfinite, (*(dataset.scale or ()), *(dataset.translation or ()))))
        assert node.axes is None or dataset.scale is None or len(dataset.scale) == len(node.axes)
        physical_pixel_size(node.axes or (), dataset.scale)
    if node.array:
        assert len(node.array.chunks) == len(node.array.shape)
        assert len(predict_levels(node.datasets, node.array)) == max(1, len(node.datasets))
    for well in node.plate.wells if node.plate else ():
        assert well.row >= -1
    candidate_images(node)
    repr(node).encode()


@given(broken(EVERYTHING), st.booleans())
def test_broken_groups(attributes: object, nested: bool) -> None:
    """A group with anything anywhere is read, in every place where attributes may stand."""
    for files in (v2(attributes), v3({"ome": attributes} if nested else attributes)):
        check_promises(read_node(files))


@given(broken(SCENE06))
def test_broken_drafts(attributes: object) -> None:
    """So is a group of 0.6."""
    check_promises(read_node(v3({"ome": attributes})))


@given(broken(ARRAY3), broken(ARRAY2), broken(EVERYTHING))
def test_broken_arrays(array3: object, array2: object, attributes: object) -> None:
    """So are arrays of both formats."""
    check_promises(read_node({"zarr.json": to_bytes(array3)}))
    check_promises(read_node({".zarray": to_bytes(array2), ".zattrs": to_bytes(attributes)}))


@given(st.dictionaries(st.sampled_from(["zarr.json", ".zattrs", ".zgroup", ".zarray", ".zmetadata"]), anything))
def test_anything(files: dict[str, object]) -> None:
    """So is anything that calls itself one of the documents."""
    check_promises(read_node({name: to_bytes(body) for name, body in files.items()}))


@given(broken({"metadata": {"a/.zattrs": EVERYTHING, "a/0/.zarray": ARRAY2, ".zattrs": EVERYTHING}}))
@settings(max_examples=50)
def test_broken_consolidated(document: object) -> None:
    """Consolidated metadata with anything in them give children that can be read, too."""
    node = read_node({".zmetadata": to_bytes(document)})
    check_promises(node)
    for path, files in node.consolidated.items():
        check_promises(read_node(files, where=path))


@given(broken(CRATE) | anything)
def test_broken_crates(document: object) -> None:
    """An RO-Crate with anything in it is read, or says nothing."""
    crate, problems = read_crate(json.dumps(document).encode())

    assert all(problem.code in READER_CODES for problem in problems)
    repr(crate).encode()
