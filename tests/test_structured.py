"""JSON-LD, Signposting and citations: the metadata for machines, in which nothing is made up."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from catalogs import SCRIPT, every_kind, hostile, make_catalog, make_failed, make_image

from sitegen.creators import read_creators
from sitegen.model import Catalog, Record, StudyRef
from sitegen.outputs.table import site_files
from sitegen.site.citation import cite
from sitegen.site.signposting import typed_links
from sitegen.site.structured import (
    as_script,
    catalog_ld,
    dataset_ld,
    describe,
    is_web,
    permanent_url,
)


def read_ld(record: Record, catalog: Catalog | None = None) -> dict[str, object]:
    """Return the JSON-LD as a machine gets it from a page."""
    value = json.loads(as_script(dataset_ld(record, catalog or make_catalog(record))))
    assert isinstance(value, dict)
    return value


def test_a_dataset_has_the_required_properties_of_bioschemas() -> None:
    """The terms of the profile Dataset have their addresses."""
    found = read_ld(make_image())

    for key in (
        "@context",
        "@type",
        "dct:conformsTo",
        "description",
        "identifier",
        "keywords",
        "license",
        "name",
        "url",
    ):
        assert found[key]
    assert found["taxonomicRange"] == {
        "@type": "DefinedTerm",
        "@id": "http://purl.obolibrary.org/obo/NCBITaxon_9606",
        "termCode": "NCBITaxon:9606",
        "name": "Homo sapiens",
    }


def test_properties_that_are_not_stated_are_left_out() -> None:
    """A dataset without license, institution or organism claims none."""
    found = read_ld(make_image(license=None, source=None, organism=None))

    unstated = {"license", "publisher", "taxonomicRange", "creator", "datePublished", "version", "citation", "isPartOf"}
    assert not unstated & set(found)


def test_credit_is_in_the_words_of_schema_org() -> None:
    """A creator has a type only where it is known; the DOI identifies the dataset besides the catalog's own id."""
    creators = read_creators("Lovelace, Ada (0000-0002-1825-0097); Embryo Group")
    record = make_image(
        creators=creators,
        publisher="BioImage Archive",
        published="2024-05",
        data_version="2",
        doi="10.5281/zenodo.1<2",
        citations=("A paper. https://doi.org/10.1000/1",),
        study=StudyRef(id="s", name="Embryos"),
    )
    found = read_ld(record)

    assert found["creator"] == [
        {
            "@type": "Person",
            "@id": "https://orcid.org/0000-0002-1825-0097",
            "name": "Ada Lovelace",
            "familyName": "Lovelace",
            "givenName": "Ada",
        },
        {"name": "Embryo Group"},
    ]
    assert found["publisher"] == {"@type": "Organization", "name": "BioImage Archive"}
    assert (found["datePublished"], found["version"]) == ("2024-05", "2")
    assert found["identifier"] == [record.id, "https://doi.org/10.5281/zenodo.1%3C2"]
    assert found["citation"] == ["A paper. https://doi.org/10.1000/1"]
    assert found["isPartOf"] == {
        "@type": "Collection",
        "@id": "https://catalog.example.org/sub/studies/s/index.html",
        "name": "Embryos",
    }


@pytest.mark.parametrize("record", [*every_kind().records, *hostile().records], ids=lambda record: record.id)
def test_descriptions_have_the_length_that_search_engines_ask(record: Record) -> None:
    """Every description has 50 to 5,000 characters."""
    assert 50 <= len(describe(record)) <= 5000


@pytest.mark.parametrize("source", ["Lab", None])
def test_what_was_not_read_is_not_said_to_be_an_image(source: str | None) -> None:
    """Its list says that it is OME-Zarr; nobody knows whether it is, nor whether it is there."""
    listed = "listed as OME-Zarr by Lab" if source else "listed as OME-Zarr"
    text = read_ld(replace(make_failed("missing", "a"), title="a", source=source))["description"]

    assert text == f"Dataset “a”, {listed}. This catalog has not read it."
    assert isinstance(text, str)
    assert len(text) >= 50


def test_json_cannot_end_its_script() -> None:
    """No character of the data can close the script element or open a comment."""
    for record in hostile().records:
        text = as_script(dataset_ld(record, hostile()))
        assert not re.search("[<>&]", text)
    assert read_ld(make_image(title=SCRIPT))["name"] == SCRIPT


def test_the_home_page_has_a_data_catalog() -> None:
    """It has its address and its institutions."""
    found = json.loads(as_script(catalog_ld(every_kind())))

    assert found["@type"] == "DataCatalog"
    assert found["url"] == "https://catalog.example.org/sub/"
    assert {"@type": "Organization", "name": "IDR"} in found["contributor"]


def test_typed_links_lead_to_data_and_license() -> None:
    """The links of FAIR Signposting, level 1, are there."""
    found = {sign.rel: sign.href for sign in typed_links(make_image(), every_kind())}

    assert found["item"] == make_image().url
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found["describedby"] == "record.json"
    assert found["cite-as"].startswith("https://catalog.example.org/sub/datasets/")


def test_typed_links_hold_no_scripts() -> None:
    """A license whose address is a script is not linked."""
    assert "license" not in {sign.rel for sign in typed_links(hostile().records[1], hostile())}


def test_the_page_is_cited_where_its_address_is_known() -> None:
    """With a base URL the permanent link is the dataset's page, else the dataset's own address."""
    record = make_image()

    assert permanent_url(record, make_catalog(record, base_url=None)) == record.url
    assert (
        permanent_url(record, make_catalog(record, base_url="https://c.org/"))
        == f"https://c.org/datasets/{record.id}/index.html"
    )


def test_a_citation_names_title_institution_and_address() -> None:
    """The text form says who, what and where."""
    text = cite(make_image(), every_kind()).text

    assert text.startswith("HeLa cells, cells [OME-Zarr data set]. IDR. ")
    assert "https://data.example.org/images/cells.ome.zarr" in text


def test_special_characters_of_bibtex_are_escaped() -> None:
    """Braces stay balanced."""
    record = make_image(title=r"50 % of {cells} & C:\data_1 #2 ~ $x^2$")
    bibtex = cite(record, make_catalog(record)).bibtex

    assert r"50 \% of \textbraceleft{}cells\textbraceright{} \& C:\textbackslash{}data\_1 \#2" in bibtex
    assert bibtex.count("{") == bibtex.count("}")


def test_ris_has_one_line_for_each_tag() -> None:
    """No text of the data starts a line."""
    record = make_image(title="one\nER  - \nTY  - JOUR")
    lines = cite(record, make_catalog(record)).ris.splitlines()

    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines)
    assert [line[:2] for line in lines].count("TY") == 1


def test_failed_datasets_can_be_described() -> None:
    """A dataset of which only its rows are known has JSON-LD that does not claim that it is accessible."""
    record = make_failed("missing", "gone")

    assert "isAccessibleForFree" not in read_ld(record)


@pytest.mark.parametrize(
    ("url", "web"),
    [
        ("https://a.org/x", True),
        ("http://a", True),
        ("https:///x", False),
        ("ftp://a.org", False),
        ("https://a b", False),
    ],
)
def test_web_addresses(url: str, web: bool) -> None:
    """Only http and https addresses with a host, and without spaces, are addresses on the web."""
    assert is_web(url) is web


def test_without_base_url_the_catalog_has_no_address() -> None:
    """The property is left out, not null."""
    assert "url" not in json.loads(as_script(catalog_ld(replace(every_kind(), base_url=None))))


def test_the_home_page_describes_the_catalog_as_one() -> None:
    """Search engines of data find a `DataCatalog` there, whatever its title holds."""
    catalog = replace(every_kind(), title=SCRIPT)
    home = next(page for page in site_files(catalog) if page.path == "index.html").content.decode()
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', home)

    assert [json.loads(text)["@type"] for text in found] == ["DataCatalog"]
    assert json.loads(found[0])["name"] == SCRIPT
