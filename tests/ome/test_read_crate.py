"""RO-Crates of several writers say name, license, organism and modality; nothing is invented."""

from __future__ import annotations

import pytest
from ome_samples import to_bytes

from sitegen.model import Crate
from sitegen.ome import read_crate

DESCRIPTOR = {"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "about": {"@id": "./"}}
BY = "https://creativecommons.org/licenses/by/4.0/"


def read(*entities: object) -> Crate | None:
    return read_crate(to_bytes({"@context": {"name": "x"}, "@graph": [*entities]}))[0]


def test_challenge() -> None:
    """The flat form that the Challenge's converter writes."""
    crate = read(
        DESCRIPTOR,
        {"@id": "./", "@type": "Dataset", "name": "Cells", "description": "Many", "license": BY, "resultOf": "#1"},
        {"@id": "#3", "@type": "biosample", "organism_classification": {"@id": "NCBI:txid9606"}},
        {"@id": "#2", "@type": "specimen", "biosample": {"@id": "#3"}, "name": "a specimen"},
        {"@id": "#1", "@type": "image_acquisition", "fbbi_id": {"@id": "obo:FBbi_00000251"}},
    )

    assert crate == Crate(
        name="Cells", description="Many", license=BY, organism="NCBITaxon:9606", modality="FBbi:00000251"
    )


def test_nested() -> None:
    """Entities inside each other, and a document without a graph."""
    acquisition = {
        "@type": "image_acquisition",
        "fbbi_id": {"@id": "obo:FBbi_00000246"},
        "specimen": {"biosample": {"organism_classification": {"@id": "obo:NCBITaxon_10090"}}},
    }
    crate, _ = read_crate(to_bytes({"@id": "./", "@type": "Dataset", "name": "One", "resultOf": acquisition}))

    assert crate == Crate(name="One", organism="NCBITaxon:10090", modality="FBbi:00000246")


@pytest.mark.parametrize(
    "license_",
    [BY, [BY, "other"], {"@id": BY}, {"@id": "#l"}, [{"@id": "#l"}], {"@type": "CreativeWork", "url": BY}],
)
def test_licenses(license_: object) -> None:
    """A license may be an address, an entity, or a list of them."""
    crate = read(DESCRIPTOR, {"@id": "./", "license": license_}, {"@id": "#l", "url": {"@id": BY} and BY})

    assert crate == Crate(license=BY)


def test_detached() -> None:
    """The root is what the descriptor is about, even if its id is an address; other names do not count."""
    crate = read(
        {"@id": "#person", "name": "A person"},
        {"@id": "https://x.org/ro-crate-metadata.json", "about": {"@id": "https://x.org/"}},
        {"@id": "https://x.org/", "@type": ["Dataset", "Thing"], "name": ["Detached"]},
    )

    assert crate == Crate(name="Detached")


def test_bioimage_archive() -> None:
    """Taxa of the BioImage Archive have a scientific name; local ids of the crate are no terms."""
    crate = read(
        {"@id": "./", "@type": ["Dataset", "bia:Study"], "name": "Study"},
        {"@id": "_:b0", "@type": "bia:Taxon", "scientificName": "Homo sapiens"},
        {"@id": "#i", "@type": "Thing", "imagingMethod": ["confocal microscopy"]},
    )

    assert crate == Crate(name="Study", organism="Homo sapiens", modality="confocal microscopy")


def test_placeholders() -> None:
    """What the Challenge's tool suggests for a name is no name; a crate that says nothing is none."""
    assert read(DESCRIPTOR, {"@id": "./", "name": "dataset name", "description": "Dataset Description "}) is None


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (b"{", ["crate-unreadable"]),
        (b"[" * 5000, ["crate-unreadable"]),
        (b"<html>", []),
        (b"", []),
        (b"[]", []),
        (b"null", []),
        (b'{"@graph": 5}', []),
    ],
)
def test_no_crate(body: bytes, codes: list[str]) -> None:
    """Broken JSON is a note, HTML in its place nothing at all."""
    crate, problems = read_crate(body)

    assert crate is None
    assert [problem.code for problem in problems] == codes
    assert all(problem.level == "note" for problem in problems)
