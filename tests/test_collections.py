"""Collections as RFC-8 proposes them: read in place of lists, and written as `collection.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from builds import build_site, write_config
from catalogs import every_kind, hostile
from fault_server import serving
from hypothesis import given
from hypothesis import strategies as st
from listings import HOST, codes_and_lines, dataset_urls, only, read, read_local, read_one
from stores import write_image, write_list

from sitegen import urls
from sitegen.cli import main
from sitegen.lists.fetching import ListLimits
from sitegen.lists.reading import Listing
from sitegen.model import Record
from sitegen.outputs.collection import collection_files

Json = dict[str, Any]


def image(path: object, **values: object) -> Json:
    """Return the node of an image; `values` replace its own."""
    return {"type": "multiscale", "name": "x", "path": path, **values}


def zarr(path: str) -> Json:
    """Return a path of the type `zarr`."""
    return {"type": "zarr", "path": path}


def group(*nodes: object, **values: object) -> Json:
    """Return a collection of nodes."""
    return {"type": "collection", "name": "c", "nodes": list(nodes), **values}


def document(*nodes: object, **values: object) -> str:
    """Return a standalone document."""
    return json.dumps({"ome": {"version": "0.x", **group(*nodes, **values)}}, indent=1)


def wheres(listing: Listing) -> list[tuple[str, str]]:
    """Return code and JSON path of each problem, but for the note that the support is experimental."""
    found = [(each.problem.code, each.problem.where) for each in listing.problems]
    return [each for each in found if each[0] != "collection-draft"]


FORMS: dict[str, tuple[str, list[str]]] = {
    "standalone": (document(image(zarr("https://h/a.zarr"))), ["a.zarr"]),
    "in a zarr.json": (
        json.dumps({"zarr_format": 3, "attributes": {"ome": group(image(zarr("https://h/a.zarr")))}}),
        ["a.zarr"],
    ),
    "bare": (json.dumps(group(image(zarr("https://h/a.zarr")))), ["a.zarr"]),
    "first draft": (
        json.dumps({"ome": {"node_type": "collection", "nodes": [{"node_type": "image", "path": "https://h/a"}]}}),
        ["a"],
    ),
    "byte order mark and blanks": ("\ufeff \n" + document(image(zarr("https://h/a.zarr"))), ["a.zarr"]),
    "nested": (
        document(group(image(zarr("https://h/a")), group(image("https://h/b"))), image("https://h/c")),
        [*"abc"],
    ),
    "levels inline": (
        document({"type": "multiscale", "nodes": [image(zarr(f"https://h/a/{n}"), type="singlescale") for n in "01"]}),
        ["a"],
    ),
    "no type": (document({"path": "https://h/a.zarr"}), ["a.zarr"]),
    "official prefix": (document(image("https://h/a.zarr", type="ome:multiscale")), ["a.zarr"]),
}


@pytest.mark.parametrize(("text", "found"), FORMS.values(), ids=FORMS.keys())
def test_every_draft_is_read(text: str, found: list[str]) -> None:
    """Whatever the file is called; a note says that the support is experimental."""
    for name in ("a.json", "a.csv"):
        listing = read({name: text})

        assert (dataset_urls(listing), wheres(listing)) == (found, [])
        assert [each.problem.level for each in listing.problems] == ["note"]


@pytest.mark.parametrize(
    ("path", "name"),
    [("plate #1.zarr", "plate%20%231.zarr"), ("a.zarr#top", "a.zarr"), ("\ud800.zarr", "%EF%BF%BD.zarr")],
)
def test_a_relative_path_keeps_its_whole_name(path: str, name: str) -> None:
    """A `#` in a name is part of it, and what cannot be encoded does not become the `?` of a query."""
    (entry,) = read({"c.json": document(image(path))}).entries

    assert entry.url == HOST + name


def test_relative_paths_begin_at_the_document() -> None:
    """On a host, too, where a CSV list may name only whole addresses."""
    nodes = [image(zarr(path)) for path in ("./a b.zarr", "../b.zarr", "/c.zarr", "d/e.zarr")]
    listing = read({"sub/a.json": document(*nodes)})

    assert [entry.url.removeprefix("https://example.org/") for entry in listing.entries] == [
        "lists/sub/a%20b.zarr",
        "lists/b.zarr",
        "c.zarr",
        "lists/sub/d/e.zarr",
    ]


def test_attributes_are_cells() -> None:
    """Of columns that are known, with or without prefix; others are kept as text."""
    attributes = {
        "license": {"id": "CC-BY-4.0", "url": "https://x"},
        "sitegen:organismId": "NCBITaxon:9606",
        "Source": "IDR",
        "shape": [1, 2, 3],
        "dimension_names": ["z", "y", "x"],
        "written": 12,
        "webknossos:category": "color",
        "mobie:grid": True,
        "example:settings": {"on": [1, "é"]},
        "empty": None,
    }
    entry = only(read_one(document(image("https://h/a.zarr", name="Cells", attributes=attributes))))

    assert (entry.name, entry.license, entry.organism_id, entry.source) == (
        "Cells",
        "CC-BY-4.0",
        "NCBITaxon:9606",
        "IDR",
    )
    assert (entry.shape, entry.dimension_names, entry.stored_bytes) == ((1, 2, 3), ("z", "y", "x"), 12)
    assert entry.extra == {
        "webknossos:category": "color",
        "mobie:grid": "true",
        "example:settings": '{"on":[1,"é"]}',
    }


def test_attributes_of_a_collection_pass_down() -> None:
    """To nodes in it, in other documents, too; its name does not, and a node's own value overrides."""
    lists = {
        "a.csv": "url,origin,license\nb.json,here,CC0\n",
        "b.json": document(
            group(image("https://h/a"), attributes={"source": "IDR"}, name="inner"),
            {"type": "collection", "name": "c", "path": {"type": "json", "path": "c.json"}, "attributes": {"x": "y"}},
            attributes={"source": "JAX", "license": "CC-BY-4.0"},
        ),
        "c.json": document({"type": "multiscale", "path": "https://h/c"}),
    }
    listing = read(lists)

    assert [(e.source, e.license, e.origin, e.name, dict(e.extra)) for e in listing.entries] == [
        ("IDR", "CC-BY-4.0", "here", "x", {}),
        ("JAX", "CC-BY-4.0", "here", None, {"x": "y"}),
    ]


def test_a_zarr_group_is_a_collection_or_a_dataset() -> None:
    """Its `zarr.json` decides; where there is none, it is a dataset of an older version."""
    nodes = [{"type": "collection", "name": name, "path": zarr(f"./{name}.zarr")} for name in ("inner", "plate", "old")]
    lists = {
        "a.json": document(*nodes),
        "inner.zarr/zarr.json": json.dumps(
            {"attributes": {"ome": group(image(zarr("./0")), image(zarr("../b.zarr")))}}
        ),
        "plate.zarr/zarr.json": json.dumps({"attributes": {"ome": {"version": "0.5", "plate": {}}}}),
    }
    listing = read(lists, "a.json")

    assert [entry.url.removeprefix(HOST) for entry in listing.entries] == [
        "inner.zarr/0",
        "b.zarr",
        "plate.zarr",
        "old.zarr",
    ]
    assert (listing.rows, wheres(listing)) == (4, [])


def test_a_zarr_group_may_be_named_directly() -> None:
    """By its document; a row of a list that names the document of a dataset names the dataset, as always."""
    text = json.dumps({"attributes": {"ome": group(image(zarr("./0")))}})

    assert only(read({"c.zarr/zarr.json": text})).url == f"{HOST}c.zarr/0"
    assert only(read({"a.csv": "https://h/c.zarr/zarr.json"})).url == "https://h/c.zarr"


BROKEN: dict[str, tuple[str, list[str], list[tuple[str, str]]]] = {
    "not JSON": ('{"ome": {"type": "collection"', [], [("collection-invalid", "")]),
    "comments": ('{"ome": {} // here\n}', [], [("collection-invalid", "")]),
    "other JSON": ('{"type": "FeatureCollection", "features": []}', [], [("collection-invalid", "")]),
    "a list": ("[1, 2]", [], [("collection-invalid", "")]),
    "too deep": ('{"a":' * 100_000 + "1" + "}" * 100_000, [], [("collection-invalid", "")]),
    "a long number": ('{"ome": ' + "1" * 5_000 + "}", [], [("collection-invalid", "")]),
    "no nodes": (document(), [], [("list-empty", "")]),
    "nodes that are not objects": (
        document("x", None, image("https://h/a")),
        ["a"],
        [("collection-node", f"ome/nodes/{n}") for n in (0, 1)],
    ),
    "neither nodes nor path": (document({"type": "multiscale", "name": "x"}), [], [("collection-node", "ome/nodes/0")]),
    "both nodes and path": (
        document(image("https://h/a", nodes=[])),
        ["a"],
        [("collection-node", "ome/nodes/0")],
    ),
    "an empty path": (document(image(zarr(" "))), [], [("collection-node", "ome/nodes/0/path")]),
    "a path that is a number": (document(image(7)), [], [("collection-node", "ome/nodes/0/path")]),
    "a path of another type": (
        document(image({"type": "my:zip", "path": "https://h/a"})),
        [],
        [("collection-node", "ome/nodes/0/path/type")],
    ),
    "other nodes": (
        document(image("./m", type="webknossos:mesh"), image("./t", type="table"), image("https://h/a")),
        ["a"],
        [("collection-skipped", "ome/nodes/0")],
    ),
    "attributes that are a list": (
        document(image("https://h/a", attributes=[])),
        ["a"],
        [("collection-node", "ome/nodes/0/attributes")],
    ),
    "levels in several folders": (
        document({"type": "multiscale", "nodes": [image(f"https://h/{n}/0") for n in "ab"]}),
        [],
        [("collection-node", "ome/nodes/0")],
    ),
    "an invalid shape": (
        document(group(image("https://h/a", attributes={"shape": ["large"]}))),
        ["a"],
        [("cell-bad", "ome/nodes/0/nodes/0")],
    ),
    "a long attribute": (
        document(image("https://h/a", attributes={"x": "y" * 140_000})),
        ["a"],
        [("cell-bad", "ome/nodes/0")],
    ),
    "a control character": (document(image("https://h/a", name="a\x00b")), ["a"], [("cell-control", "ome/nodes/0")]),
    "half a surrogate pair": (document(image("https://h/a", name="\ud800")), ["a"], []),
    "a local path by file:": (document(image("file:///etc/a")), [], [("local-path-refused", "ome/nodes/0")]),
    "a script": (document(image("javascript:alert(1)")), [], [("url-scheme", "ome/nodes/0")]),
    "a password": (document(image("https://me:secret@h/a")), [], [("url-credentials", "ome/nodes/0")]),
    "a document that is not there": (
        document(image({"type": "json", "path": "gone.json"}, type="collection")),
        [],
        [("list-unreadable", "ome/nodes/0")],
    ),
}


@pytest.mark.parametrize(("text", "found", "problems"), BROKEN.values(), ids=BROKEN.keys())
def test_what_cannot_be_read_is_a_problem_at_its_path(
    text: str, found: list[str], problems: list[tuple[str, str]]
) -> None:
    """The other nodes are read."""
    listing = read_one(text)

    assert (dataset_urls(listing), wheres(listing)) == (found, problems)
    assert "secret" not in repr(listing)


def test_problems_have_the_line_of_their_node() -> None:
    """Also behind texts with braces, quotation marks and line breaks."""
    text = (
        '{"ome": {"x": "{\\"\\n", "y": "}{",\n"nodes": [\n{"path": "https://h/a"}, {"path":\n7},\n"z",\n{"path": {}}]}}'
    )

    assert codes_and_lines(read_one(text))[1:] == [
        ("collection-node", 1),
        ("collection-node", 3),
        ("collection-node", 6),
    ]


def test_collections_in_a_circle_are_read_once() -> None:
    """As lists are; a CSV list may be part of the circle."""
    back = {"type": "collection", "name": "up", "path": {"type": "json", "path": "./a.json"}}
    listing = read({"a.json": document(back, image({"path": "b.csv", "type": "json"})), "b.csv": "a.json\nhttps://h/b"})

    assert dataset_urls(listing) == ["b"]
    assert wheres(listing) == [("list-cycle", "ome/nodes/0"), ("list-cycle", "")]


def test_the_number_of_nodes_has_a_limit() -> None:
    """That of rows; nodes that are not read count, too."""
    nodes = [image("https://h/a"), {}, group(image("https://h/b")), image("https://h/c")]
    listing = read({"a.json": document(*nodes)}, limits=ListLimits(max_rows=4))

    assert dataset_urls(listing) == ["a", "b"]
    assert wheres(listing) == [("rows-too-many", ""), ("collection-node", "ome/nodes/1")]


def test_nested_collections_have_a_limit() -> None:
    """As nested lists have."""
    node = image("https://h/a")
    for _ in range(20):
        node = group(node)
    listing = read_one(document(node, image("https://h/b")))

    assert dataset_urls(listing) == ["b"]
    assert wheres(listing) == [("lists-too-deep", "ome" + "/nodes/0" * 16)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(["collection"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["ome", "type", "nodes", "path", "name", "attributes", "node_type", "url", "license", "x"]),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_json_is_entries_or_problems(value: object) -> None:
    """There is never an exception."""
    listing = read_one(json.dumps({"ome": value}))

    assert listing.entries or listing.problems


def test_a_build_reads_a_collection_on_this_machine(tmp_path: Path) -> None:
    """And those that it names, on this machine and on a host."""
    for name in ("here/a.zarr", "there/b.zarr"):
        write_image(tmp_path / name, shape=(2, 32, 64))
    (tmp_path / "there" / "inner.json").write_text(document(image(zarr("./b.zarr"), name="B")))
    with serving(tmp_path / "there") as host:
        inner = {"type": "collection", "name": "i", "path": {"type": "json", "path": host.url("/inner.json")}}
        (tmp_path / "here" / "all.json").write_text(document(image(zarr("./a.zarr"), name="A"), inner))
        site = build_site(write_config(tmp_path / "sitegen.toml", "here/all.json"), tmp_path)

    assert {name: (record["name"], record["status"]) for name, record in site.records().items()} == {
        "a.zarr": ("A", "ok"),
        "b.zarr": ("B", "ok"),
    }


def stated(record: Record) -> dict[str, object]:
    """Return what lists state of a dataset."""
    return {key: getattr(record, key, None) for key in ("url", "source", "description", "origin", "extra")}


@pytest.mark.parametrize("part_nodes", [10_000, 3])
def test_the_own_output_is_read_back(part_nodes: int) -> None:
    """To the same datasets, in one file and in parts; their names are unique, as RFC-8 demands."""
    for catalog in (every_kind(), hostile()):
        pages = {page.path: page.content for page in collection_files(catalog, part_nodes=part_nodes)}
        listing = read(pages, "collection.json", allow_private_hosts=True)
        roots = [json.loads(content)["ome"]["nodes"] for content in pages.values()]

        assert {entry.url for entry in listing.entries} == {urls.normalize(each.url) for each in catalog.records}
        assert all(len({node["name"] for node in nodes}) == len(nodes) for nodes in roots)
        assert (len(pages) > 1) is (len(catalog.records) > part_nodes)


def test_a_catalog_of_its_collection_is_the_same(tmp_path: Path) -> None:
    """What lists state comes back; the collection of the second catalog has the same bytes."""
    for name in "abc":
        write_image(tmp_path / f"data/{name}.zarr", shape=(2, 32, 64))
    write_list(
        tmp_path / "ours.csv",
        "url,name,source,license,organismId,written,Tissue,kind,creator",
        'data/a.zarr,Cells,IDR,https://creativecommons.org/licenses/by/4.0/,NCBI:txid9606,12,liver,x,"Lee, Ada; A, B"',
        "data/b.zarr,Cells,,all rights reserved,NCBITaxon:7955,,,,Ada (0000-0002-1825-0097); Institute of Cells",
        "data/c.zarr",
    )
    first = build_site(write_config(tmp_path / "sitegen.toml", "ours.csv"), tmp_path / "1")
    (tmp_path / "again.json").write_bytes((first.folder / "collection.json").read_bytes())
    second = build_site(write_config(tmp_path / "again.toml", "again.json"), tmp_path / "2")
    different = {"lists", "checked_at", "added_at", "changed_at"}

    for name, record in first.records().items():
        again = second.records()[name]
        assert {key for key in record if record[key] != again[key]} <= different
    assert (second.folder / "collection.json").read_bytes() == (first.folder / "collection.json").read_bytes()


def test_a_local_collection_names_data_below_the_folder(tmp_path: Path) -> None:
    """And nothing outside of it, as a CSV list does."""
    (tmp_path / "c").mkdir()
    (tmp_path / "c/all.json").write_text(document(image("./a.zarr"), image("../b.zarr"), image("/etc/c.zarr")))

    assert wheres(read_local(tmp_path / "c/all.json")) == [("local-path-refused", f"ome/nodes/{n}") for n in (1, 2)]
    assert wheres(read_local(tmp_path / "c/all.json", folder=tmp_path)) == [("local-path-refused", "ome/nodes/2")]


NEARLY: dict[str, tuple[str, str]] = {
    "an RO-Crate": (
        '{"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": []}',
        'an RO-Crate, whose `@context` is "https://w3id.org/ro/crate/1.1/context"',
    ),
    "another context": (
        '{"@context": ["https://schema.org", {"@vocab": "x"}], "@graph": []}',
        '`@context` is "https://schema.org" and others (that of an RO-Crate is https://w3id.org/ro/crate/1.1/context)',
    ),
    "no context": ('{"@graph": []}', "`@context` is missing"),
    "a context that is a number": ('{"@context": 5, "@graph": []}', "`@context` is a number"),
    "terms": ('{"@context": {"@vocab": "x"}, "@graph": []}', '`@context` is an object with "@vocab"'),
    "a graph that is no list": (
        '{"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": {}}',
        "instead of a list",
    ),
    "no graph": ('{"@context": "https://w3id.org/ro/crate/1.1/context"}', "`@graph` is missing"),
    "nodes that are no list": ('{"@context": "x", "nodes": {}}', "whose `nodes` are an empty object instead of a list"),
    "nodes of ome that are no list": (
        '{"ome": {"version": "0.x", "nodes": {"a": {"path": "a.zarr"}}}}',
        'in `ome`, whose `nodes` are an object with "a" instead of a list',
    ),
    "nodes of attributes that are no list": (
        '{"zarr_format": 3, "attributes": {"ome": {"nodes": null}}}',
        "in `attributes/ome`, whose `nodes` are null instead of a list",
    ),
    "ome without nodes": ('{"ome": {"version": "0.x"}}', "in `ome`, without `nodes`"),
    "a dataset of 0.5": ('{"attributes": {"ome": {"multiscales": []}}}', "metadata of a dataset"),
    "a dataset of 0.4": ('{"multiscales": []}', "metadata of a dataset"),
    "a password": ('{"@context": "https://user:secret@h/", "@graph": []}', "text with an @, not shown"),
}


@pytest.mark.parametrize("name", NEARLY)
def test_what_is_nearly_a_collection_is_called_what_it_is(tmp_path: Path, name: str) -> None:
    """By a build: which key is wrong, and what is in it."""
    text, words = NEARLY[name]
    write_image(tmp_path / "a.zarr")
    write_list(tmp_path / "list.csv", "url", "a.zarr", "x.json")
    (tmp_path / "x.json").write_text(text)
    report = build_site(write_config(tmp_path / "c.toml", tmp_path / "list.csv"), tmp_path).report()
    (message,) = [each["message"] for each in report["problems"] if each["code"] == "collection-invalid"]

    assert words in message
    assert "secret" not in message


@pytest.mark.parametrize(
    ("nodes", "found"),
    [({"a": {"path": "a.zarr"}}, 'an object with "a"'), (None, "null"), ("a.zarr", "a text"), (5, "a number")],
)
@pytest.mark.parametrize("nested", [True, False])
def test_nodes_that_are_no_list(tmp_path: Path, nodes: object, found: str, nested: bool) -> None:
    """A build says what they are, of the collection and of one in it."""
    write_image(tmp_path / "a.zarr")
    value: dict[str, object] = {"type": "collection", "name": "x", "nodes": nodes}
    if nested:
        value = {"type": "collection", "name": "y", "nodes": [{"type": "multiscale", "path": "a.zarr"}, value]}
    (tmp_path / "x.json").write_text(json.dumps({"ome": value}))
    write_list(tmp_path / "list.csv", "url", "a.zarr", "x.json")
    report = build_site(write_config(tmp_path / "c.toml", tmp_path / "list.csv"), tmp_path).report()
    (problem,) = [each for each in report["problems"] if each["code"] == "collection-node"]

    assert problem["message"] == f"expected `nodes`, which are a list, found {found}"
    assert problem["where"] == ("ome/nodes/1/nodes" if nested else "ome/nodes")


@pytest.mark.parametrize("name", ["c.json", "l.csv", "l.tsv", "col.zarr", "col.zarr/zarr.json"])
def test_validate_names_the_command_that_reads_a_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """That is what it is told: the list is not called a broken dataset."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.json").write_text(document(image(zarr("https://h/a.zarr"))))
    (tmp_path / "l.csv").write_text("url,name\nhttps://h/a.zarr,x\n")
    (tmp_path / "l.tsv").write_text("url\tname\nhttps://h/a.zarr\tx\n")
    (tmp_path / "col.zarr").mkdir()
    attributes = {"ome": group(image(zarr("https://h/a.zarr")))}
    stored = {"zarr_format": 3, "node_type": "group", "attributes": attributes}
    (tmp_path / "col.zarr" / "zarr.json").write_text(json.dumps(stored))
    code = main(["validate", "--format", "json", name])
    (found,) = json.loads(capsys.readouterr().out)[0]["problems"]

    assert (code, found["code"]) == (1, "not-zarr")
    assert "1 row" in found["message"]
    command = found["hint"].split(" checks ")[0]
    assert command == f"sitegen check {'col.zarr/zarr.json' if 'col' in name else name}"
    (tmp_path / "cache").mkdir()
    main([*command.split()[1:], "--offline", "--cache", "cache"])
    assert "1 row" in capsys.readouterr().err
