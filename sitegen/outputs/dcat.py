"""`dcat.jsonld`, in parts where it is long: every dataset as DCAT 3 describes it, for data portals.

Studies are series of datasets. The catalog follows DCAT-AP 3 where its publisher is known, which that profile demands;
nothing is made up to follow it. What is in a part is said of the same catalog, so a program that reads all parts into
one graph has all of it.

Sources: https://www.w3.org/TR/vocab-dcat-3/, https://semiceu.github.io/DCAT-AP/releases/3.0.0/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from io import BytesIO
from math import inf

from sitegen import formatting
from sitegen.model import Catalog, Creator, License, Page, Record, Term
from sitegen.ome.licenses import license_label
from sitegen.ome.ontology import iri
from sitegen.outputs.encoding import to_json
from sitegen.site.overviews import Overview, make_overviews, overview_path
from sitegen.site.structured import (
    data_format,
    describe,
    describe_catalog,
    describe_study,
    doi_url,
    is_offered,
    name_of,
    name_of_catalog,
    permanent_url,
    pixel_sizes,
    terms_of,
    title_of,
    web_uri,
)
from sitegen.site.values import last_change
from sitegen.units import UNITS

PART_DATASETS = 10_000
"""Most datasets in one file, some 15 MB."""
_PROFILE = "http://data.europa.eu/r5r"
"""DCAT-AP, as catalogs of the European Union name it (https://semiceu.github.io/DCAT-AP/releases/3.0.0/)."""
_ADDRESSES = (
    *("dcat:accessURL", "dcat:inSeries", "dcat:landingPage", "dcat:mediaType"),
    *("dct:conformsTo", "dct:license", "dct:subject", "foaf:homepage", "rdfs:seeAlso"),
)
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **{term: {"@type": "@id"} for term in _ADDRESSES},
    "dct:modified": {"@type": "xsd:dateTime"},
    "dcat:byteSize": {"@type": "xsd:nonNegativeInteger"},
    "dcat:spatialResolutionInMeters": {"@type": "xsd:decimal"},
}
_DATE_TYPES = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}
"""Length of a date in ISO 8601 → its type."""
_AGENTS: Mapping[str, list[str]] = {
    "person": ["foaf:Agent", "foaf:Person"],
    "organization": ["foaf:Agent", "foaf:Organization"],
}
"""Who somebody is → classes. DCAT-AP demands agents, and portals validate without the classes of FOAF."""
_REGISTERED = "https://www.iana.org/assignments/media-types/"
"""Of types that are registered, as DCAT 3 names them (6.8.11); that of Zarr is not."""
Node = dict[str, object]


def dcat_files(catalog: Catalog, *, part_datasets: int = PART_DATASETS) -> Iterator[Page]:
    """Give `dcat.jsonld`; above the limit, numbered parts, to which it leads, with the datasets."""
    nodes = [to_json(_series(each, catalog)) for each in make_overviews(catalog, "study")]
    about = _about(catalog)
    if len(catalog.records) <= part_datasets:
        nodes += [to_json(_dataset(record, catalog)) for record in catalog.records]
        yield _document("dcat.jsonld", about, nodes)
        return
    parts = []
    for number, start in enumerate(range(0, len(catalog.records), part_datasets), start=1):
        parts.append(f"dcat-{number:03}.jsonld")
        records = catalog.records[start : start + part_datasets]
        yield _document(parts[-1], {"@id": about["@id"]}, (to_json(_dataset(record, catalog)) for record in records))
    addresses = [f"{catalog.base_url or ''}{path}" for path in parts]
    yield _document("dcat.jsonld", {**about, "rdfs:seeAlso": addresses}, nodes)


def _document(path: str, about: Mapping[str, object], nodes: Iterable[bytes]) -> Page:
    """Return a file with the catalog and some of its datasets, one on each line. nodes: encoded."""
    content = BytesIO()
    content.write(to_json({"@context": _CONTEXT, **about})[:-1] + b',"dcat:dataset":[\n')
    for number, node in enumerate(nodes):
        content.write(b",\n" if number else b"")
        content.write(node)
    content.write(b"\n]}\n")
    return Page(path=path, content=content.getvalue())


def _about(catalog: Catalog) -> Node:
    return _stated(
        {
            "@id": catalog.base_url or "./",
            "@type": "dcat:Catalog",
            "dct:conformsTo": _PROFILE if catalog.publisher else None,
            "dct:title": name_of_catalog(catalog),
            "dct:description": describe_catalog(catalog),
            "dct:publisher": _agent(catalog.publisher),
            "dct:license": _license(catalog.license),
            "dct:modified": last_change(catalog.records),
            "foaf:homepage": catalog.base_url,
        }
    )


def _series(overview: Overview, catalog: Catalog) -> Node:
    page = f"{catalog.base_url or ''}{overview.path()}"
    return _stated(
        {
            "@id": page,
            "@type": "dcat:DatasetSeries",
            "dct:title": name_of(overview),
            "dct:description": describe_study(overview.name, overview.records),
            "dct:identifier": overview.id,
            "dcat:landingPage": page,
        }
    )


def _dataset(record: Record, catalog: Catalog) -> Node:
    base = catalog.base_url or ""
    return _stated(
        {
            "@id": permanent_url(record, catalog),
            "@type": "dcat:Dataset",
            "dct:title": title_of(record),
            "dct:description": describe(record),
            "dct:identifier": [record.id, doi_url(record.doi)] if record.doi else record.id,
            "dct:publisher": _agent(record.publisher or record.source),
            "dct:creator": [_creator(each) for each in record.creators],
            "dct:issued": _date(record.published),
            "dct:license": _license(record.license),
            "dct:bibliographicCitation": [formatting.plain(each, 1000) for each in record.citations],
            "dct:subject": [address for term in terms_of(record) if (address := iri(term.id))],
            "dcat:keyword": [_word(term) for term in terms_of(record)],
            "dcat:version": formatting.plain(record.data_version, 100),
            "dcat:inSeries": f"{base}{overview_path('study', record.study.id)}" if record.study else None,
            "dcat:landingPage": permanent_url(record, catalog) if base else None,
            "dcat:spatialResolutionInMeters": _resolution(record),
            "dcat:distribution": _distribution(record) if is_offered(record) else None,
        }
    )


def _distribution(record: Record) -> Node:
    return _stated(
        {
            "@type": "dcat:Distribution",
            "dct:title": "OME-Zarr",
            "dcat:accessURL": web_uri(record.url) or record.url,
            "dct:format": {"@type": "dct:MediaTypeOrExtent", "rdfs:label": data_format(record)},
            "dcat:mediaType": f"{_REGISTERED}application/zip" if record.found.zipped else None,
            "dct:license": _license(record.license),
            "dcat:byteSize": str(record.found.bytes) if record.found.bytes else None,
        }
    )


def _agent(name: str | None) -> Node | None:
    return {"@type": _AGENTS["organization"], "foaf:name": formatting.plain(name, 300)} if name else None


def _creator(creator: Creator) -> Node:
    return _stated(
        {
            "@id": f"https://orcid.org/{creator.orcid}" if creator.orcid else None,
            "@type": _AGENTS.get(creator.kind or "", "foaf:Agent"),
            "foaf:name": formatting.plain(creator.name, 300),
        }
    )


def _license(found: License | None) -> str | Node | None:
    """Return the address of a license; where it has none, a document with its name."""
    label = license_label(found) if found else None
    if found is None or not label:
        return None
    return web_uri(found.url) or {"@type": "dct:LicenseDocument", "rdfs:label": formatting.plain(label, 1000)}


def _word(term: Term) -> str:
    return formatting.plain(term.label or term.id, 200)


def _date(iso: str | None) -> Node | None:
    """Return a year, a month or a day with its type; None for anything else."""
    kind = _DATE_TYPES.get(len(iso or ""))
    return {"@value": iso, "@type": kind} if kind else None


def _resolution(record: Record) -> str | None:
    """Return the size of a pixel where it is smallest, in meters, without an exponent, which `xsd:decimal` has not."""
    known = ((size, UNITS.get(axis.unit or "")) for axis, size in pixel_sizes(record))
    sizes = [size * unit.factor for size, unit in known if unit and unit.measures == "space"]
    least = min((size for size in sizes if 0 < size < inf), default=None)
    return None if least is None else f"{Decimal(f'{least:.9g}'):f}"


def _stated(node: Node) -> Node:
    return {key: value for key, value in node.items() if value not in (None, "", [])}
