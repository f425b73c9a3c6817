"""`ro-crate-metadata.json` (RO-Crate 1.1): the catalog with its files and studies, and each study with its datasets.

The site and each folder of a study are the crates; datasets are web-based data entities, which stay where they are. A
crate needs a date and terms of use. The date is that of the last change of what the catalog says, and the license the
one that is stated, or a sentence that none is: nothing is made up. A dataset that cannot be read is left out.

Source: https://w3id.org/ro/crate/1.1, "Root Data Entity", "Web-based Data Entities", "Licensing".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sitegen import formatting
from sitegen.model import Catalog, Creator, License, Page, Record, Term
from sitegen.ome.licenses import license_label, plain_words
from sitegen.ome.ontology import iri
from sitegen.outputs.checksums import DataFile
from sitegen.outputs.encoding import to_json
from sitegen.site.overviews import Overview, make_overviews
from sitegen.site.signposting import CRATE_NAME
from sitegen.site.structured import (
    describe,
    describe_catalog,
    describe_study,
    doi_url,
    in_common,
    is_offered,
    name_of,
    name_of_catalog,
    permanent_url,
    title_of,
    web_uri,
)
from sitegen.site.values import last_change

MAX_PARTS = 1_000
"""Datasets of a study, or studies, that one crate names: readers hold it in memory as a whole, half a megabyte."""
_PROFILE = "https://w3id.org/ro/crate/1.1"
_NO_LICENSE = "No license is stated for this catalog. Each dataset has its own license, or states none."
_NO_COMMON_LICENSE = "The datasets have different licenses, or state none; each names its own."
Entity = dict[str, object]


class _Graph:
    """The entities of one crate, each once, in the order in which they are named."""

    def __init__(self) -> None:
        self._entities: dict[str, Entity] = {}
        self._names: dict[object, str] = {}

    def add(self, id_: str, **properties: object) -> Entity:
        """Add what is stated of an entity, unless it is there; return the reference to it."""
        stated = {key: value for key, value in properties.items() if value not in (None, "", [])}
        self._entities.setdefault(id_, {"@id": id_, "@type": stated.pop("type"), **stated})
        return {"@id": id_}

    def add_named(self, kind: str, what: object, **properties: object) -> Entity:
        """Add an entity that has no address, such as a person; return the reference to it."""
        return self.add(self._names.setdefault((kind, what), f"#{kind}-{len(self._names) + 1}"), **properties)

    def encode(self) -> bytes:
        """Return the crate as JSON-LD."""
        return to_json({"@context": f"{_PROFILE}/context", "@graph": list(self._entities.values())}) + b"\n"


def catalog_crate(catalog: Catalog, files: Iterable[DataFile]) -> Iterator[Page]:
    """Give the crate of the catalog."""
    graph = _make_graph()
    parts = [_add_file(graph, each) for each in files]
    studies = make_overviews(catalog, "study")
    parts += [_add_study(graph, each) for each in studies[:MAX_PARTS]]
    publisher = catalog.publisher
    graph.add(
        "./",
        type="Dataset",
        name=name_of_catalog(catalog),
        description=f"{describe_catalog(catalog)}{_cut(len(studies), 'studies')}",
        datePublished=_date(catalog.records, catalog),
        license=_add_license(graph, catalog.license) or _NO_LICENSE,
        url=catalog.base_url,
        publisher=_add_organization(graph, publisher) if publisher else None,
        hasPart=parts,
    )
    yield Page(path=CRATE_NAME, content=graph.encode())


def study_crates(catalog: Catalog) -> Iterator[Page]:
    """Give the crate of each study."""
    for overview in make_overviews(catalog, "study"):
        graph = _make_graph()
        records = [record for record in overview.records if is_offered(record)]
        license_ = in_common(overview.records, lambda record: record.license)
        creators = in_common(overview.records, lambda record: record.creators) or ()
        source = in_common(overview.records, lambda record: record.publisher or record.source)
        graph.add(
            "./",
            type="Dataset",
            name=name_of(overview),
            description=f"{describe_study(overview.name, overview.records)}{_cut(len(records), 'datasets')}",
            datePublished=_date(overview.records, catalog),
            license=_add_license(graph, license_) or _NO_COMMON_LICENSE,
            url=f"{catalog.base_url}{overview.path()}" if catalog.base_url else None,
            author=[_add_creator(graph, each) for each in creators],
            publisher=_add_organization(graph, source) if source else None,
            hasPart=[_add_dataset(graph, record, catalog) for record in records[:MAX_PARTS]],
        )
        yield Page(path=overview.path(CRATE_NAME), content=graph.encode())


def _make_graph() -> _Graph:
    graph = _Graph()
    graph.add(CRATE_NAME, type="CreativeWork", conformsTo={"@id": _PROFILE}, about={"@id": "./"})
    return graph


def _cut(count: int, what: str) -> str:
    """Return what the crate says of its length, where it names a part."""
    return f" This crate names the first {MAX_PARTS:,} of {count:,} {what}." if count > MAX_PARTS else ""


def _date(records: Sequence[Record], catalog: Catalog) -> str:
    return (last_change(records) or catalog.built_at)[:10]


def _add_file(graph: _Graph, file: DataFile) -> Entity:
    described = {"name": file.path, "description": file.description, "encodingFormat": file.media_type}
    return graph.add(file.path, type="File", **described)


def _add_study(graph: _Graph, overview: Overview) -> Entity:
    return graph.add(
        overview.path(""),
        type="Dataset",
        name=name_of(overview),
        description=describe_study(overview.name, overview.records),
    )


def _add_dataset(graph: _Graph, record: Record, catalog: Catalog) -> Entity:
    source = record.publisher or record.source
    return graph.add(
        web_uri(record.url) or record.url,
        type="File" if record.found.zipped else "Dataset",
        name=title_of(record),
        description=formatting.plain(describe(record), 500),
        url=permanent_url(record, catalog) if catalog.base_url else None,
        identifier=doi_url(record.doi) if record.doi else None,
        license=_add_license(graph, record.license),
        author=[_add_creator(graph, each) for each in record.creators],
        publisher=_add_organization(graph, source) if source else None,
        datePublished=record.published,
        version=formatting.plain(record.data_version, 100),
        contentSize=str(record.found.bytes) if record.found.bytes else None,
        encodingFormat="application/zip" if record.found.zipped else None,
        about=_add_term(graph, record.organism),
        measurementTechnique=_add_term(graph, record.modality),
    )


def _add_license(graph: _Graph, found: License | None) -> Entity | str | None:
    """Return the reference to a license; where it has no address, its name."""
    label = formatting.plain(license_label(found), 1000) if found else None
    address = web_uri(found.url) if found else None
    if found is None or address is None:
        return label
    return graph.add(address, type="CreativeWork", name=label, description=plain_words(found) or label)


def _add_creator(graph: _Graph, creator: Creator) -> Entity:
    properties = {
        "type": creator.kind.capitalize() if creator.kind else "Thing",
        "name": formatting.plain(creator.name, 300),
        "familyName": formatting.plain(creator.family, 300),
        "givenName": formatting.plain(creator.given, 300),
    }
    if creator.orcid:
        return graph.add(f"https://orcid.org/{creator.orcid}", **properties)
    return graph.add_named("creator", creator, **properties)


def _add_organization(graph: _Graph, name: str) -> Entity:
    return graph.add_named("organization", name, type="Organization", name=formatting.plain(name, 300))


def _add_term(graph: _Graph, term: Term | None) -> Entity | str | None:
    """Return the reference to a term; where it is not of a known ontology, its text."""
    if term is None:
        return None
    name, address, code = formatting.plain(term.label or term.id, 300), iri(term.id), formatting.plain(term.id, 200)
    return graph.add(address, type="DefinedTerm", name=name, termCode=code) if address else name
