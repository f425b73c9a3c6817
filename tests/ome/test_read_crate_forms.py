"""The forms in which tools write an RO-Crate, and what is read of each."""

from __future__ import annotations

from typing import Any

import pytest
from ome_samples import to_bytes

from sitegen.model import Crate
from sitegen.ome.crate import read_crate

DESCRIPTOR = {"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "about": {"@id": "./"}}


def read(*entities: dict[str, Any]) -> Crate:
    """Return what a crate of these entities says."""
    crate, problems = read_crate(to_bytes({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": entities}))
    assert not problems
    return crate or Crate()


def root(**properties: Any) -> dict[str, Any]:
    """Return the root entity."""
    return {"@id": "./", "@type": "Dataset", **properties}


@pytest.mark.parametrize(
    "name",
    ["A name", "  A name ", ["A name"], ["A name", "another"], {"@value": "A name", "@language": "en"}],
)
def test_a_name_in_any_form(name: object) -> None:
    """Text, a list of texts of which the first counts, or a value of JSON-LD."""
    assert read(DESCRIPTOR, root(name=name)).name == "A name"


@pytest.mark.parametrize("name", ["", "  ", "Dataset name", "dataset NAME", [], {}, None, [[]], {"@id": "#a"}])
def test_what_is_no_name(name: object) -> None:
    """Nothing, what a template suggests, and what is no text."""
    assert read(DESCRIPTOR, root(name=name, description="d")) == Crate(description="d")


@pytest.mark.parametrize(
    ("descriptor", "entities"),
    [
        (DESCRIPTOR, [root(name="root")]),
        (
            {"@id": "ro-crate-metadata.json", "about": {"@id": "https://e.org/1"}},
            [{"@id": "https://e.org/1", "name": "root"}],
        ),
        ({"@id": "https://e.org/ro-crate-metadata.json", "about": {"@id": "#d"}}, [{"@id": "#d", "name": "root"}]),
        ({"@id": "ro-crate-metadata.jsonld", "about": [{"@id": "#d"}]}, [{"@id": "#d", "name": "root"}]),
        ({"@id": "ro-crate-metadata.json", "about": "#d"}, [{"@id": "#d", "name": "root"}]),
        ({"@id": "ro-crate-metadata.json", "about": {"@id": "#lost"}}, [root(name="root")]),
        ({"@id": "something else"}, [root(name="root")]),
        ({"@id": "something else"}, [{"@id": "", "name": "root"}]),
        ({"@id": "something else"}, [{"@id": "#d", "@type": ["Dataset", "Thing"], "name": "root"}]),
    ],
)
def test_the_root_is_found(descriptor: dict[str, Any], entities: list[dict[str, Any]]) -> None:
    """What the descriptor is about, else `./`, else the empty id, else the first Dataset; never a sample."""
    sample = {"@id": "#sample", "@type": "biosample", "name": "a sample"}

    assert read(sample, descriptor, *entities).name == "root"
    assert read(*entities, descriptor, sample).name == "root"


LICENSE = "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    ("license_", "entities", "expected"),
    [
        (LICENSE, [], LICENSE),
        ("CC BY 4.0", [], "CC BY 4.0"),
        ([LICENSE, "other"], [], LICENSE),
        ({"@id": LICENSE}, [], LICENSE),
        ({"@id": LICENSE}, [{"@id": LICENSE, "name": "CC BY"}], LICENSE),
        ({"@id": "#l"}, [{"@id": "#l", "url": LICENSE, "name": "CC BY"}], LICENSE),
        ({"name": "CC BY 4.0"}, [], "CC BY 4.0"),
        ({"@id": "#l"}, [{"@id": "#l", "identifier": "CC-BY-4.0", "url": "https://x.org", "name": "n"}], "CC-BY-4.0"),
        ({"@id": "#l"}, [{"@id": "#l", "identifier": "https://doi.org/10.1/x", "url": LICENSE, "name": "n"}], LICENSE),
        ({"@id": "#l"}, [{"@id": "#l", "identifier": {"@type": "PropertyValue", "value": "MIT"}}], "MIT"),
        ({"@id": "#l"}, [{"@id": "#l", "url": {"@id": LICENSE}}], LICENSE),
        ({"@id": "#l"}, [{"@id": "#l", "url": "https://x.org/terms", "name": "our terms"}], "https://x.org/terms"),
        ({"@id": "#l"}, [{"@id": "#l", "name": "CC BY 4.0"}], "CC BY 4.0"),
        ({"@id": "#l"}, [{"@id": "#l", "name": "our terms"}], "our terms"),
        ({"@id": "#l"}, [{"@id": "#l", "@type": "CreativeWork"}], None),
        ({"@id": "#l"}, [], None),
        ({"@id": "./LICENSE"}, [{"@id": "LICENSE", "@type": "File", "name": "MIT License"}], "MIT License"),
        ({"@id": "./LICENSE"}, [{"@id": "./LICENSE", "@type": "File"}], "./LICENSE"),
        ({"@id": "CC-BY-4.0"}, [], "CC-BY-4.0"),
        ([{"@id": "#none"}, {"@id": LICENSE}], [], LICENSE),
        ([LICENSE, "CC BY 4.0"], [], LICENSE),
        ([LICENSE, {"@id": "https://spdx.org/licenses/MIT"}], [], "CC-BY-4.0; MIT"),
        ({}, [], None),
        (None, [], None),
        (True, [], None),
    ],
)
def test_a_license_in_any_form(license_: object, entities: list[dict[str, Any]], expected: str | None) -> None:
    """An address or a name, alone, in a list or as an entity of its own."""
    assert read(DESCRIPTOR, root(name="n", license=license_), *entities).license == expected


@pytest.mark.parametrize(
    "entities",
    [
        [{"@id": "#s", "@type": "biosample", "organism_classification": {"@id": "NCBI:txid9606"}}],
        [{"@id": "#s", "@type": "biosample", "organism_classification": "NCBITaxon:9606"}],
        [{"@id": "#s", "organism_classification": [{"@id": "http://purl.obolibrary.org/obo/NCBITaxon_9606"}]}],
        [{"@id": "NCBITaxon:9606", "@type": ["bia:Taxon"], "scientificName": "Homo sapiens"}],
        [{"@id": "obo:NCBITaxon_9606", "@type": "Taxon"}],
    ],
)
def test_an_organism_in_any_form(entities: list[dict[str, Any]]) -> None:
    """Referred to by a sample, or an entity of its own: one CURIE."""
    assert read(DESCRIPTOR, root(), *entities).organism == "NCBITaxon:9606"


@pytest.mark.parametrize("id_", ["#t", "_:b0", "./t"])
def test_an_organism_without_identifier_has_its_name(id_: str) -> None:
    """An id that only ties entities of the crate together says nothing outside it."""
    sample = {"@id": "#s", "@type": "biosample", "organism_classification": {"@id": id_}}
    taxon = {"@id": id_, "@type": "Thing", "scientificName": "Danio rerio"}

    assert read(DESCRIPTOR, root(), sample, taxon).organism == "Danio rerio"


@pytest.mark.parametrize("key", ["fbbi_id", "acquisition_method", "acquisiton_method", "imagingMethod"])
@pytest.mark.parametrize("value", ["FBbi:00000246", {"@id": "obo:FBbi_00000246"}, [{"@id": "fbbi_00000246"}]])
def test_an_imaging_method_in_any_form(key: str, value: object) -> None:
    """Under the names that tools use, one of them misspelled in a published schema."""
    acquisition = {"@id": "#a", "@type": "image_acquisition", key: value}

    assert read(DESCRIPTOR, root(), acquisition).modality == "FBbi:00000246"


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"@graph": []}', b'{"@graph": 5}', b'{"@graph": [1, "a", null]}'])
def test_a_crate_that_says_nothing(body: bytes) -> None:
    """It is as none, and no problem."""
    crate, _ = read_crate(body)

    assert crate is None


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe\x00", b'{"@graph": [}'])
def test_a_crate_that_is_no_json_is_a_problem(body: bytes) -> None:
    """Whatever is wrong with it, it has one code, at the file."""
    crate, problems = read_crate(body)

    assert crate is None
    assert {(each.code, each.where) for each in problems} == {("crate-unreadable", "ro-crate-metadata.json")}
