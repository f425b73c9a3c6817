"""Who made a dataset, when and where it was published, and what is to be cited with it, as RO-Crates say it."""

from __future__ import annotations

import pytest
from ome_samples import to_bytes

from sitegen.model import Crate, Creator
from sitegen.ome.crate import read_crate

DESCRIPTOR = {"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "about": {"@id": "./"}}
ADA = Creator(name="Ada Lovelace", family="Lovelace", given="Ada", kind="person", orcid="0000-0002-1825-0097")
ORCID = "https://orcid.org/0000-0002-1825-0097"
PERSON = {"@type": "Person", "name": "Ada Lovelace", "givenName": "Ada", "familyName": "Lovelace"}


def credit(root: dict[str, object], *entities: object) -> Crate:
    """Return what a crate says whose root says this."""
    graph = [DESCRIPTOR, {"@id": "./", "@type": "Dataset", **root}, *entities]
    return read_crate(to_bytes({"@graph": graph}))[0] or Crate()


@pytest.mark.parametrize("key", ["author", "creator"])
@pytest.mark.parametrize(
    ("value", "entities"),
    [
        ({"@id": ORCID}, [{"@id": ORCID, **PERSON}]),
        (ORCID, [{"@id": ORCID, **PERSON}]),
        ([{"@id": "#ada"}], [{"@id": "#ada", "identifier": ORCID, **PERSON}]),
        ({"@list": [{"@id": "#ada"}]}, [{"@id": "#ada", "sameAs": [{"@id": ORCID}], **PERSON}]),
        ({**PERSON, "identifier": {"@type": "PropertyValue", "propertyID": "ORCID", "value": ORCID}}, []),
        ({"@id": "#ada"}, [{"@id": "#ada", "identifier": {"@id": "#id"}, **PERSON}, {"@id": "#id", "value": ORCID}]),
        ([{"@id": ORCID}, {"@id": ORCID}], [{"@id": ORCID, "givenName": "Ada", "familyName": "Lovelace"}]),
        (f"Lovelace, Ada ({ORCID})", []),
        ({"@value": "Lovelace, Ada 0000-0002-1825-0097"}, []),
    ],
)
def test_people_are_read_in_any_form(key: str, value: object, entities: list[object]) -> None:
    """Nested, referenced, in a list, or as text; with the ORCID as their `@id` or identifier."""
    assert credit({key: value}, *entities).creators == (ADA,)


@pytest.mark.parametrize(
    ("value", "name", "kind"),
    [
        ({"@type": "Organization", "name": "Institute of Cells"}, "Institute of Cells", "organization"),
        ({"@type": ["schema:Organization"], "name": ["Institute of Cells"]}, "Institute of Cells", "organization"),
        ({"@type": "Person", "name": "Grace  Hopper"}, "Grace Hopper", "person"),
        ({"name": "Somebody"}, "Somebody", None),
        ("Somebody", "Somebody", None),
    ],
)
def test_names_are_not_taken_apart(value: object, name: str, kind: str | None) -> None:
    """A name alone stays whole, and what bears it is said only where it is stated."""
    assert credit({"author": value}).creators == (Creator(name=name, kind=kind),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [
        *(None, "", [], {}, 5, True, "#ada", "_:b1", {"@id": "#ada"}, {"@id": ORCID}, ORCID, "https://example.org/ada"),
        *([[["Ada"]]], {"@type": "Person"}, {"name": "x" * 5000}, {"@list": 3}, "0000-0002-1825-0097"),
    ],
)
def test_nobody_is_made_up(value: object) -> None:
    """References that lead nowhere, and values that name nobody, are no authors."""
    assert credit({"author": value}).creators == ()


def test_a_wrong_orcid_is_no_identifier() -> None:
    """The person is still one."""
    found = credit({"author": {"@id": "https://orcid.org/0000-0002-1825-0098", "name": "Ada Lovelace"}})

    assert found.creators == (Creator(name="Ada Lovelace"),)


def test_an_endless_list_of_authors_is_cut() -> None:
    """A project of thousands has a name."""
    found = credit({"author": [{"@type": "Person", "name": f"Name {number}"} for number in range(5000)]})

    assert len(found.creators) == 200


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2024", "2024"), (2024, "2024"), ("2024-05", "2024-05"), ("2024-05-31", "2024-05-31"),
        ("2024-05-31T12:00:00Z", "2024-05-31"), ({"@value": "2024-05-31", "@type": "Date"}, "2024-05-31"),
        ("2024-13", None), ("2024-02-30", None), ("0000", None), ("May 2024", None), ("24", None), (True, None),
        ("20240531", None), ("²⁰²⁴", None), (["2024"], "2024"),
    ],
)  # fmt: skip
def test_a_date_is_read_as_exactly_as_it_is_stated(value: object, read: str | None) -> None:
    """What is no date in ISO 8601 is none."""
    assert credit({"datePublished": value}).published == read


@pytest.mark.parametrize(
    ("root", "doi"),
    [
        ({"identifier": "10.5281/zenodo.12"}, "10.5281/zenodo.12"),
        ({"identifier": "doi:10.5281/zenodo.12"}, "10.5281/zenodo.12"),
        ({"identifier": ["S-BIAD1", "https://doi.org/10.5281/zenodo.12"]}, "10.5281/zenodo.12"),
        ({"identifier": {"@id": "https://doi.org/10.5281/zenodo.12"}}, "10.5281/zenodo.12"),
        ({"identifier": {"@type": "PropertyValue", "value": "https://doi.org/10.5281/zenodo.12"}}, "10.5281/zenodo.12"),
        ({"cite-as": "https://doi.org/10.5281/zenodo.12"}, "10.5281/zenodo.12"),
        ({"identifier": "S-BIAD1"}, None),
        ({"identifier": "10.5281/two words"}, None),
        ({"citation": "https://doi.org/10.5281/zenodo.12"}, None),
    ],
)
def test_a_doi_is_that_of_the_dataset(root: dict[str, object], doi: str | None) -> None:
    """One of a publication about it is not."""
    assert credit(root).doi == doi


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("Lovelace 1843", ("Lovelace 1843",)),
        ({"@id": "https://doi.org/10.1000/1"}, ("https://doi.org/10.1000/1",)),
        ({"@id": "#paper"}, ("A paper. https://doi.org/10.1000/1",)),
        ([{"@id": "#paper"}, {"@id": "#paper"}], ("A paper. https://doi.org/10.1000/1",)),
        ({"@id": "#none"}, ()),
        ({"@type": "ScholarlyArticle", "url": "https://example.org/a"}, ("https://example.org/a",)),
    ],
)
def test_publications_are_read_in_any_form(value: object, read: tuple[str, ...]) -> None:
    """By name and address, as far as they are stated."""
    paper = {"@id": "#paper", "@type": "ScholarlyArticle", "name": "A paper.", "identifier": "doi:10.1000/1"}

    assert credit({"citation": value}, paper).citations == read


@pytest.mark.parametrize("value", [{"@id": "#p"}, [{"@id": "#p"}], {"name": "BioImage Archive"}, "BioImage Archive"])
def test_publisher_and_version_are_read(value: object) -> None:
    """The publisher by its name, however it is referred to."""
    publisher = {"@id": "#p", "@type": "Organization", "name": "BioImage Archive"}
    found = credit({"publisher": value, "version": 2}, publisher)

    assert (found.publisher, found.version) == ("BioImage Archive", "2")
