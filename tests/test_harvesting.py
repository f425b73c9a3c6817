"""What harvesters of research data read on pages and in files, each with a tool that its community uses."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import extruct
import mlcroissant
import pyshacl
import pytest
import rdflib
import rdflib.compare
from catalogs import STUDY
from harvested import DOI, HarvestedSite, harvested_catalog, harvested_site, make_credited
from rdflib import DCTERMS, RDF, URIRef
from rocrate.rocrate import ROCrate
from signposting import Signposting, find_signposting_html, find_signposting_linkset

from sitegen.model import Catalog
from sitegen.outputs.crates import MAX_PARTS, study_crates
from sitegen.outputs.dcat import dcat_files
from sitegen.outputs.linksets import study_linksets
from sitegen.outputs.output import is_made
from sitegen.outputs.table import OUTPUTS, output_files
from sitegen.site.signposting import ITEMS_IN_LINKSET
from sitegen.site.structured import is_offered, page_path

DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
SCHEMA = rdflib.Namespace("https://schema.org/")
SCHEMAS = Path(__file__).parent / "schemas"
STUDY_PAGE = f"studies/{STUDY.id}/index.html"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HarvestedSite]:
    """The site, served."""
    with harvested_site(tmp_path_factory.mktemp("harvested")) as made:
        yield made


def read_page(site: HarvestedSite, path: str) -> dict[str, Any]:
    """Return the JSON-LD of a page, as extruct finds it."""
    (found,) = extruct.extract(site.text(path), base_url=site.address + path, syntaxes=["json-ld"])["json-ld"]
    return dict(found)


def read_rdf(data: str, base: str) -> rdflib.Graph:
    """Return JSON-LD as RDF, written and read again: no address in it is invalid."""
    graph = rdflib.Graph().parse(data=data, format="json-ld", publicID=base)
    assert len(rdflib.Graph().parse(data=graph.serialize(format="nt"), format="nt")) == len(graph)
    return graph


def rdf_of_page(site: HarvestedSite, path: str) -> rdflib.Graph:
    """Return what a page says, as RDF."""
    return read_rdf(json.dumps(read_page(site, path)), site.address + path)


def test_every_dataset_has_what_dataset_search_requires(site: HarvestedSite) -> None:
    """A name, and a description of 50 to 5,000 characters, whatever its title is."""
    for record in site.catalog.records:
        found = read_page(site, page_path(record))

        assert found["@type"] == "Dataset"
        assert found["name"].strip()
        assert len(found["name"]) <= 300
        assert 50 <= len(found["description"]) <= 5000


def test_credit_is_found(site: HarvestedSite) -> None:
    """What a search engine recommends: license, authors, identifier, download, the whole that it is a part of."""
    found = read_page(site, page_path(site.catalog.records[0]))

    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert [each["name"] for each in found["creator"]] == ["Ada Lovelace", "Embryo Group"]
    assert f"https://doi.org/{DOI}" in found["identifier"]
    assert (found["datePublished"], found["version"]) == ("2024-05-31", "2")
    assert found["distribution"]["contentUrl"] == site.catalog.records[0].url
    assert found["isPartOf"]["@id"] == site.address + STUDY_PAGE
    assert found["includedInDataCatalog"]["@id"] == site.address
    assert found["variableMeasured"][0] == {
        "@type": "PropertyValue",
        "name": "Pixel size along x",
        "value": 0.108,
        "unitText": "micrometer",
    }


def test_only_what_can_be_had_is_offered(site: HarvestedSite) -> None:
    """On its page, in DCAT, by a typed link, and in the crate of its study."""
    portal = read_rdf(site.text("dcat.jsonld"), site.address)
    crate = site.text(f"studies/{STUDY.id}/ro-crate-metadata.json")
    for record in site.catalog.records:
        links = find_signposting_html(site.address + page_path(record))
        node = URIRef(site.address + page_path(record))
        offers = {
            "distribution" in read_page(site, page_path(record)),
            (node, DCAT.distribution, None) in portal,
            bool(links.items),
            (record.url in crate) if record.study == STUDY else is_offered(record),
        }

        assert offers == {record.found.status in ("ok", "stale")}


def test_a_profile_is_claimed_where_its_minimum_is_met(site: HarvestedSite) -> None:
    """Bioschemas demands a license."""
    claims = {record.title: "dct:conformsTo" in read_page(site, page_path(record)) for record in site.catalog.records}

    assert claims == {record.title: record.license is not None for record in site.catalog.records}


def test_the_study_and_its_datasets_name_each_other(site: HarvestedSite) -> None:
    """To a reader of RDF they are the same nodes; a study says what all its datasets say, and nothing else."""
    whole = rdf_of_page(site, STUDY_PAGE)
    study = URIRef(site.address + STUDY_PAGE)
    members = [record for record in site.catalog.records if record.study == STUDY]

    assert {SCHEMA.Dataset, SCHEMA.Collection} == set(whole.objects(study, RDF.type))
    assert 50 <= len(str(whole.value(study, SCHEMA.description))) <= 5000
    for record in members:
        node = URIRef(site.address + page_path(record))
        assert (study, SCHEMA.hasPart, node) in whole
        assert (node, SCHEMA.isPartOf, study) in rdf_of_page(site, page_path(record))
    assert (study, SCHEMA.license, None) not in whole  # one of them states none
    assert (URIRef(site.address), SCHEMA.dataset, study) in rdf_of_page(site, "index.html")


def test_addresses_are_nodes_to_readers_of_rdf(site: HarvestedSite) -> None:
    """Of pages, licenses and downloads; a license that is no address is a work with a name."""
    for record in site.catalog.records:
        graph, node = rdf_of_page(site, page_path(record)), URIRef(site.address + page_path(record))

        assert graph.value(node, SCHEMA.url) == node
        for license_ in graph.objects(node, SCHEMA.license):
            assert isinstance(license_, URIRef) or graph.value(license_, SCHEMA.name)
        for address in graph.objects(None, SCHEMA.contentUrl):
            assert address == URIRef(record.url)


def test_the_home_page_is_a_catalog(site: HarvestedSite) -> None:
    """With who runs it; institutions contribute, and do not publish it."""
    found = read_page(site, "index.html")

    assert found["@type"] == "DataCatalog"
    assert found["publisher"]["name"] == "Open Microscopy Group"
    assert found["license"] == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert found["contributor"][0] == {
        "@type": "Organization",
        "name": "IDR",
        "url": "https://idr.openmicroscopy.org/",
    }


def targets(links: Signposting) -> dict[str, set[str]]:
    """Return relation → addresses."""
    found: dict[str, set[str]] = {}
    for each in links:
        found.setdefault(str(each.rel), set()).add(str(each.target))
    return found


def test_typed_links_of_a_dataset(site: HarvestedSite) -> None:
    """Level 1 of FAIR Signposting: all in the head of the page."""
    record = site.catalog.records[0]
    folder = site.address + page_path(record).removesuffix("index.html")

    assert targets(find_signposting_html(site.address + page_path(record))) == {
        "cite-as": {f"https://doi.org/{DOI}"},
        "describedby": {f"{folder}record.json"},
        "item": {record.url},
        "license": {"https://creativecommons.org/licenses/by/4.0/"},
        "author": {"https://orcid.org/0000-0002-1825-0097"},
        "type": {"https://schema.org/Dataset", "https://schema.org/AboutPage"},
        "collection": {site.address + STUDY_PAGE},
        "linkset": {f"{folder}linkset.json"},
    }


@pytest.mark.filterwarnings("error")
def test_link_sets_have_the_links_of_their_pages(site: HarvestedSite) -> None:
    """Level 2: the same links, and those of data and metadata back to the page."""
    for path in (STUDY_PAGE, *map(page_path, site.catalog.records)):
        page = site.address + path
        links = find_signposting_html(page)
        (address,) = links.linksets
        found = find_signposting_linkset(address.target)
        same = targets(found.for_context(page))

        assert {"cite-as", "type"} <= same.keys()
        assert {rel: names for rel, names in targets(links).items() if rel not in ("linkset", "item")} == {
            rel: names for rel, names in same.items() if rel != "item"
        }
        for item in links.items:
            assert targets(found.for_context(item.target)) == {"collection": {page}}


def test_the_link_set_of_a_study_names_its_datasets(site: HarvestedSite) -> None:
    """Their pages, which lead back to it."""
    (address,) = find_signposting_html(site.address + STUDY_PAGE).linksets
    items = targets(find_signposting_linkset(address.target).for_context(site.address + STUDY_PAGE))["item"]

    assert items == {site.address + page_path(each) for each in site.catalog.records if each.study == STUDY}


def test_metadata_of_large_studies_are_bounded() -> None:
    """6,332 datasets: the crate says that it names a part; link sets together name all."""
    record = make_credited()
    many = tuple(replace(record, id=f"d{n}", url=f"https://data.example.org/{n}.zarr") for n in range(6_332))
    catalog = replace(harvested_catalog("https://c.example.org/"), records=many)
    (crate,) = study_crates(catalog)
    sets = [json.loads(page.content)["linkset"][0]["item"] for page in study_linksets(catalog)]
    graph = json.loads(crate.content)["@graph"]
    root = next(each for each in graph if each["@id"] == "./")

    assert len(root["hasPart"]) == MAX_PARTS
    assert root["description"].endswith("This crate names the first 1,000 of 6,332 datasets.")
    assert [len(items) for items in sets] == [ITEMS_IN_LINKSET, 1_332]
    assert len({each["href"] for items in sets for each in items}) == len(many)


@pytest.mark.parametrize("folder", ["", f"studies/{STUDY.id}/", "studies/evil-1/"])
def test_crates_are_complete(site: HarvestedSite, folder: str) -> None:
    """ro-crate-py finds what RO-Crate 1.1 demands of the root, and its parts: files of the site, or data elsewhere."""
    crate = ROCrate(site.folder / folder)
    root = crate.root_dataset
    parts = [crate.dereference(each.id) for each in root["hasPart"]]

    assert str(crate.metadata["conformsTo"]) == "https://w3id.org/ro/crate/1.1"
    assert all(root[name] for name in ("name", "description", "datePublished", "license"))
    assert parts
    for part in parts:
        assert part.type in ("File", "Dataset")
        assert part["name"]
        assert part.id.startswith("https://") or (site.folder / folder / part.id).exists()
    named = {each["@id"] for each in references(site.text(f"{folder}ro-crate-metadata.json"))}
    assert {each for each in named if crate.dereference(each) is None} == {"https://w3id.org/ro/crate/1.1"}


def references(text: str) -> list[dict[str, str]]:
    """Return the references of a crate's entities to others."""
    values = (value for entity in json.loads(text)["@graph"] for value in entity.values())
    return [each for value in values for each in (value if isinstance(value, list) else [value]) if is_reference(each)]


def is_reference(value: object) -> bool:
    """Return whether a value of an entity names another one."""
    return isinstance(value, dict) and value.keys() == {"@id"}


def test_the_crate_of_a_study_says_what_is_stated(site: HarvestedSite) -> None:
    """Each dataset has its license and its authors; the study has no license that one of its datasets lacks."""
    graph = json.loads(site.text(f"studies/{STUDY.id}/ro-crate-metadata.json"))["@graph"]
    entities = {each["@id"]: each for each in graph}
    dataset = entities[site.catalog.records[0].url]

    assert dataset["license"] == {"@id": "https://creativecommons.org/licenses/by/4.0/"}
    assert [entities[each["@id"]]["name"] for each in dataset["author"]] == ["Ada Lovelace", "Embryo Group"]
    assert entities["./"]["license"].startswith("The datasets have different licenses, or state none")
    assert entities["./"]["datePublished"] == "2026-11-20"


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_croissant_reads_every_record(site: HarvestedSite, form: str) -> None:
    """With types from Parquet; without it as texts from CSV. Files are those whose checksums it has."""
    catalog = site.catalog if form == "parquet" else replace(site.catalog, outputs_off=frozenset({"parquet"}))
    described = next(page for page in output_files(catalog) if page.path == "croissant.json")
    found = json.loads(described.content)
    local = {each["@id"]: site.folder / each["@id"] for each in found["distribution"]}
    dataset = mlcroissant.Dataset(jsonld=found, mapping=local)
    rows = list(dataset.records("datasets"))
    first = next(row for row in rows if row["datasets/id"].decode() == catalog.records[0].id)

    assert len(rows) == len(catalog.records)
    assert first["datasets/url"].decode() == catalog.records[0].url
    assert first["datasets/shape"] == ([40, 2, 31, 2048, 2048] if form == "parquet" else b"40; 2; 31; 2048; 2048")
    assert all(
        hashlib.sha256(local[each["@id"]].read_bytes()).hexdigest() == each["sha256"] for each in found["distribution"]
    )
    assert not dataset.metadata.ctx.issues.errors


@pytest.mark.parametrize(
    "changes",
    [{"license": None}, {"base_url": None}, {"sources": (), "publisher": None}, {"outputs_off": {"csv", "parquet"}}],
    ids=lambda changes: next(iter(changes)),
)
def test_there_is_no_croissant_without_what_it_demands(changes: dict[str, Any]) -> None:
    """A license, an address, creators, and a table to describe."""
    catalog = replace(harvested_catalog("https://c.example.org/"), **changes)

    (row,) = (each for each in OUTPUTS if each.path == "croissant.json")

    assert is_made(row, harvested_catalog("https://c.example.org/"))
    assert not is_made(row, catalog)


def test_data_portals_read_every_dataset(site: HarvestedSite) -> None:
    """What DCAT-AP demands of catalogs, datasets and distributions; studies are series."""
    graph = read_rdf(site.text("dcat.jsonld"), site.address)
    catalog = URIRef(site.address)
    datasets = set(graph.subjects(RDF.type, DCAT.Dataset))

    assert datasets == {URIRef(site.address + page_path(each)) for each in site.catalog.records}
    for node, demanded in (
        (catalog, (DCTERMS.title, DCTERMS.description, DCTERMS.publisher)),
        *((each, (DCTERMS.title, DCTERMS.description)) for each in datasets),
        *((each, (DCAT.accessURL,)) for each in graph.subjects(RDF.type, DCAT.Distribution)),
    ):
        assert all(graph.value(node, term) for term in demanded)
    assert set(graph.objects(catalog, DCAT.dataset)) >= datasets
    first = URIRef(site.address + page_path(site.catalog.records[0]))
    assert graph.value(first, DCAT.inSeries) == URIRef(site.address + STUDY_PAGE)
    assert float(str(graph.value(first, DCAT.spatialResolutionInMeters))) == 1.08e-7
    assert graph.value(first, DCTERMS.issued).toPython().isoformat() == "2024-05-31"


def test_parts_of_dcat_say_the_same_as_one_file() -> None:
    """Read into one graph; the first file leads to the others."""
    catalog = harvested_catalog("https://c.example.org/")
    (one,) = dcat_files(catalog)
    parts = list(dcat_files(catalog, part_datasets=5))
    joined = sum((read_rdf(each.content.decode(), "") for each in parts), start=rdflib.Graph())
    more = set(joined.objects(None, rdflib.RDFS.seeAlso))
    joined.remove((None, rdflib.RDFS.seeAlso, None))

    assert [page.path for page in parts] == ["dcat-001.jsonld", "dcat-002.jsonld", "dcat-003.jsonld", "dcat.jsonld"]
    assert more == {URIRef(f"https://c.example.org/{page.path}") for page in parts[:-1]}
    assert rdflib.compare.isomorphic(joined, read_rdf(one.content.decode(), ""))


def test_dcat_ap_is_claimed_with_a_publisher_only() -> None:
    """Which the profile demands, and nobody may make up."""
    catalog = harvested_catalog("https://c.example.org/")

    assert claims(catalog) == {URIRef("http://data.europa.eu/r5r")}
    assert claims(replace(catalog, publisher=None)) == set()


BREAKS_OF_DCAT = {
    "a catalog without publisher": ('"dct:publisher":', '"dct:contributor":'),
    "a dataset without title": ('"dct:title":"HeLa', '"dct:alternative":"HeLa'),
    "an address that is a text": ('"dcat:accessURL":"', '"dcat:accessURL":{"@value":"none"},"dcat:downloadURL":"'),
    "an agent without name": ('"foaf:name":"Embryo Group"', '"foaf:nick":"Embryo Group"'),
    "a series that is none": ('"@type":"dcat:DatasetSeries"', '"@type":"dcat:Resource"'),
    "a date of another type": ('"@type":"xsd:date"', '"@type":"xsd:string"'),
}
"""What is wrong → what is replaced in the file."""


def dcat_ap_errors(text: str) -> str:
    """Return what the shapes of DCAT-AP have to say of a file; empty where it follows them."""
    conforms, _, report = pyshacl.validate(read_rdf(text, ""), shacl_graph=str(SCHEMAS / "dcat-ap.ttl"))
    return "" if conforms else str(report)


def test_a_catalog_with_a_publisher_follows_dcat_ap(site: HarvestedSite) -> None:
    """Mandatory properties, most values and kinds of values, as shapes in SHACL state them."""
    assert dcat_ap_errors(site.text("dcat.jsonld")) == ""


@pytest.mark.parametrize("broken", BREAKS_OF_DCAT.values(), ids=BREAKS_OF_DCAT)
def test_breaks_of_dcat_ap_are_found(broken: tuple[str, str]) -> None:
    """Else an empty report would say nothing."""
    catalog = harvested_catalog("https://c.example.org/")
    (page,) = dcat_files(replace(catalog, records=catalog.records[:1]))
    text = page.content.decode()

    assert broken[0] in text
    assert dcat_ap_errors(text) == ""
    assert "Constraint Violation" in dcat_ap_errors(text.replace(*broken))


def claims(catalog: Catalog) -> set[object]:
    """Return the profiles that the catalog in DCAT claims to follow."""
    (page,) = dcat_files(catalog)
    return set(read_rdf(page.content.decode(), "").objects(None, DCTERMS.conformsTo))


def test_all_forms_are_valid_without_an_address() -> None:
    """Of a site whose own address is not known; link sets, which need it, are left out and not linked."""
    made = {page.path: page.content for page in output_files(harvested_catalog(None))}
    described = [path for path in made if path.endswith(("dcat.jsonld", "ro-crate-metadata.json"))]

    assert not [path for path in made if "linkset" in path]
    assert len(described) == 4
    read_rdf(made["dcat.jsonld"].decode(), "https://elsewhere.example.org/dcat.jsonld")
    assert all(json.loads(made[path])["@context"] for path in described)
