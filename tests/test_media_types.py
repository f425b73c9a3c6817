"""The media type of every file of a site: the same from a server, in a bucket and in metadata, parts included."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

import pytest
from catalogs import STUDY, every_kind, make_catalog, make_failed
from table_files import csv_files, ndjson_files, parquet_files

from sitegen.media_types import DEFAULT, bare_media_type, media_type
from sitegen.model import Page
from sitegen.outputs.collection import collection_files
from sitegen.outputs.dcat import dcat_files
from sitegen.outputs.index import index_files
from sitegen.outputs.linksets import study_linksets
from sitegen.outputs.table import output_files, site_files
from sitegen.site.signposting import ITEMS_IN_LINKSET

_LOST = make_failed("missing", "lost")
MANY = make_catalog(*(replace(_LOST, study=STUDY, id=f"d{number}") for number in range(ITEMS_IN_LINKSET + 1)))
"""A study of so many datasets that it has two link sets."""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("feed.xml", "application/atom+xml"),
        ("institutions/a/problems.atom", "application/atom+xml"),
        ("opensearch.xml", "application/opensearchdescription+xml"),
        ("sitemap.xml", "application/xml"),
        ("datasets/a/linkset.json", "application/linkset+json"),
        ("studies/a/linkset-2.json", "application/linkset+json"),
        ("studies/a-2/ro-crate-metadata.json", "application/ld+json"),
        ("croissant.json", "application/ld+json"),
        ("dcat-001.jsonld", "application/ld+json"),
        ("index-001.ndjson.gz", "application/gzip"),
        ("index.parquet", "application/vnd.apache.parquet"),
        ("index.csv", "text/csv; charset=utf-8"),
        ("SHA256SUMS", "text/plain; charset=utf-8"),
    ],
)
def test_outputs_have_the_types_of_their_formats(path: str, expected: str) -> None:
    """As their specifications and IANA name them."""
    assert media_type(path) == expected


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("index.json", index_files(MANY, part_bytes=1_000_000)),
        ("index.csv", csv_files(MANY, file_bytes=1_000_000)),
        ("index.ndjson.gz", ndjson_files(MANY, file_bytes=10_000)),
        ("index.parquet", parquet_files(MANY, file_bytes=10_000)),
        ("collection.json", collection_files(MANY, part_nodes=2_000)),
        ("dcat.jsonld", dcat_files(MANY, part_datasets=2_000)),
        ("linkset.json", study_linksets(MANY)),
    ],
)
def test_a_part_has_the_type_of_the_whole(name: str, made: Iterable[Page]) -> None:
    """Whatever an output is cut into."""
    paths = [page.path for page in made]

    assert len(paths) > 1
    assert {media_type(path) for path in paths} == {media_type(name)}


def test_no_file_of_a_site_is_of_an_unknown_type() -> None:
    """But for search files, and the empty one that only GitHub Pages looks for."""
    unknown = {page.path for page in site_files(every_kind()) if media_type(page.path) == DEFAULT}

    assert {path for path in unknown if not path.endswith(".bin")} == {".nojekyll"}


def test_metadata_state_the_types_that_servers_send() -> None:
    """In the crate of the catalog, without parameters."""
    (crate,) = (page for page in output_files(every_kind()) if page.path == "ro-crate-metadata.json")
    stated = {
        each["@id"]: each["encodingFormat"] for each in json.loads(crate.content)["@graph"] if "File" in each["@type"]
    }

    assert stated["index.csv"] == "text/csv"
    assert stated == {path: bare_media_type(path) for path in stated}
