"""schema.org in JSON-LD, as search engines for data and other harvesters read it on pages.

A dataset and a study are a `Dataset`, which follows the Bioschemas Dataset profile 1.0 where its minimum is stated;
the home page is a `DataCatalog`. Nothing is claimed that the data do not state: no license, author or date is
invented, and a dataset that cannot be read offers no `distribution`. A description shorter than the 50 characters that
search engines require is completed with facts, never with prose. Pure functions; `signposting` has the typed links,
`citation` what people and reference managers cite.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar
from urllib.parse import quote, urlsplit, urlunsplit

from sitegen import formatting, urls
from sitegen.model import Axis, Catalog, Changed, Creator, Layout, License, Record, StudyRef, Term
from sitegen.ome.licenses import license_label
from sitegen.ome.ontology import iri
from sitegen.site.overviews import Overview, overview_path
from sitegen.site.values import last_change

Json = str | bool | int | float | None | list["Json"] | dict[str, "Json"]

_PROFILE = "https://bioschemas.org/profiles/Dataset/1.0-RELEASE"
_IRIS = ("url", "license", "contentUrl", "sameAs", "image")
_CONTEXT: Json = {
    "@vocab": "https://schema.org/",
    "dct": "http://purl.org/dc/terms/",
    **{term: {"@type": "@id"} for term in _IRIS},
}
"""Of its own, so that no reader has to ask schema.org; the properties of `_IRIS` are addresses to readers of RDF."""
_KEYWORDS = ("OME-Zarr", "bioimaging", "microscopy")
_SHORTEST, _LONGEST = 50, 1500
"""Characters of a description. Google accepts 50 to 5,000; fewer keep 15,000 pages small."""
_LONGEST_OF_CATALOG, _LONGEST_NAME = 5_000, 300
_SHORT_DESCRIPTION = 200
_PARTS = 100
"""Most datasets of a study, and studies of a catalog, that one page names; each names the whole it belongs to."""
_TERMS_SHOWN = 5
_WEB = re.compile(r"https?://[^/?#\s\x00-\x1f][^\s\x00-\x1f]*", re.IGNORECASE)
_PORT = re.compile(r":[0-9]*$")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ADDRESS_SAFE = "/%:@!$&'()*+,;=~"
"""RFC 3986, 3.3: characters of a path; what is encoded already stays as it is."""
_DOWNLOADED = ("http", "https", "s3", "gs")
"""Schemes of addresses that others than the builder of the site can read."""
_Stated = TypeVar("_Stated")
_DEFAULT = Layout()


def page_path(record: Record | Changed, layout: Layout = _DEFAULT) -> str:
    """Return the path of a dataset's page below the site's root."""
    return layout.dataset_path(record.id)


def root_of(path: str) -> str:
    """Return the relative path from a page to the site's root."""
    return "../" * path.count("/")


def permanent_url(record: Record, catalog: Catalog) -> str:
    """Return the address to cite: its page where the site's own address is known, else the dataset's."""
    return f"{catalog.base_url}{page_path(record, catalog.layout)}" if catalog.base_url else record.url


def doi_url(doi: str) -> str:
    """Return the address that leads to what a DOI names."""
    return f"https://doi.org/{quote(doi, safe='/:;.,()-_+')}"


def is_web(url: str | None) -> bool:
    """Return whether it is an http or https address with a host, and without white space."""
    return bool(url and _WEB.fullmatch(url))


def web_uri(url: str | None) -> str | None:
    """Return an http or https address as RFC 3986 writes it, with all other characters percent-encoded; else None."""
    if url is None or not is_web(url):
        return None
    try:
        parts = urlsplit(_STRAY_PERCENT.sub("%25", url.encode("utf-8", "replace").decode()))
        _ = parts.port
    except ValueError:
        return None
    user, at, host = parts.netloc.rpartition("@")
    port = _PORT.search(host)
    name = host.removesuffix(port[0]) if port else host
    netloc = quote(user + at + urls.ascii_name(name) + (port[0] if port else ""), safe=_ADDRESS_SAFE.replace("/", "[]"))
    path, *rest = (quote(each, safe=f"{_ADDRESS_SAFE}?") for each in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme.lower(), netloc, path.replace("?", "%3F"), *rest))


def is_offered(record: Record) -> bool:
    """Return whether a dataset can be had: it could be read, now or when last asked, at an address that others have."""
    return record.found.status in ("ok", "stale") and urls.scheme(record.url) in _DOWNLOADED


def study_url(study: StudyRef, base_url: str | None) -> str | None:
    """Return the address of a study's page; None where the site's own address is not known."""
    return f"{base_url}{overview_path('study', study.id)}" if base_url else None


def title_of(record: Record) -> str:
    """Return what metadata call a dataset: its title, or its id where no character of that is left."""
    return formatting.plain(record.title, _LONGEST_NAME) or record.id


def name_of(overview: Overview) -> str:
    """Return what metadata call an institution, study or list."""
    return formatting.plain(overview.name, _LONGEST_NAME) or overview.id


def name_of_catalog(catalog: Catalog) -> str:
    """Return what metadata call the catalog."""
    return formatting.plain(catalog.title, _LONGEST_NAME) or "Catalog"


def in_common(records: Iterable[Record], value: Callable[[Record], _Stated | None]) -> _Stated | None:
    """Return what all records state alike; None where they differ, or one of them does not state it."""
    found = [value(record) for record in records]
    return found[0] if found and all(each == found[0] for each in found) else None


def terms_of(record: Record) -> list[Term]:
    """Return its organism and its imaging method, where they are stated."""
    return [term for term in (record.organism, record.modality) if term]


def pixel_sizes(record: Record) -> Iterator[tuple[Axis, float]]:
    """Yield the spatial axes with a unit, x first, and the size of a full-resolution pixel along each."""
    axes, levels = record.found.axes or (), record.found.levels
    scale = levels[0].scale if levels else None
    for axis, size in reversed(list(zip(axes, scale or (), strict=False))):
        if formatting.axis_type(axis) == "space" and axis.unit and math.isfinite(size) and size > 0:
            yield axis, size


def describe(record: Record) -> str:
    """Return a description of 50 to 1,500 characters: its own, completed with facts where it is short."""
    own = formatting.plain(record.description, _LONGEST)
    if len(own) >= _SHORTEST:
        return own
    title, source = formatting.plain(record.title, 200), formatting.plain(record.source, 200)
    if record.found.kind is None:
        by = f" by {source}" if source else ""
        return _as_sentences((own, f"Dataset “{title}”, listed as OME-Zarr{by}", "This catalog has not read it"))
    pixels = formatting.pixels(record.found.axes, record.found.shape)
    what = (
        f"OME-Zarr {formatting.KINDS[record.found.kind]} “{title}”",
        formatting.dimensions(record.found.axes, record.found.shape),
        pixels and f"{pixels} pixels",
        formatting.size(record.found.bytes),
    )
    facts = formatting.plain(", ".join(fact for fact in what if fact), _LONGEST)
    format_ = "Bioimaging data in the open OME-Zarr format"
    return _as_sentences((own, facts, source and f"Published by {source}", format_))


def describe_study(name: str, records: Sequence[Record]) -> str:
    """Return a description of a study: what all its datasets say, then how many they are, of what, and of whom."""
    own = formatting.plain(in_common(records, lambda record: record.description), _LONGEST)
    source = in_common(records, lambda record: record.source)
    sentences = (
        own,
        f"{formatting.plural(len(records), 'dataset')} in the open OME-Zarr format",
        f"Study “{formatting.plain(name, 200)}”",
        _most_frequent(record.organism for record in records),
        _most_frequent(record.modality for record in records),
        source and f"Published by {formatting.plain(source, 200)}",
    )
    return _as_sentences(sentences)


def _as_sentences(texts: Iterable[str | None]) -> str:
    return " ".join(text if text.endswith((".", "!", "?", "…")) else f"{text}." for text in texts if text)


def _most_frequent(terms: Iterable[Term | None]) -> str:
    counts = Counter(term.label or term.id for term in terms if term)
    return ", ".join(formatting.plain(name, 100) for name, _ in counts.most_common(_TERMS_SHOWN))


def dataset_ld(record: Record, catalog: Catalog) -> Json:
    """Return the dataset as schema.org `Dataset`, which follows the Bioschemas profile."""
    address = permanent_url(record, catalog)
    full: dict[str, Json] = {
        "@context": _CONTEXT,
        "@type": "Dataset",
        "@id": address,
        "dct:conformsTo": _profile_ld(record.license),
        "name": title_of(record),
        "description": describe(record),
        "identifier": [record.id, doi_url(record.doi)] if record.doi else record.id,
        "url": address,
        "keywords": [*_KEYWORDS, *(formatting.plain(term.label or term.id, 200) for term in terms_of(record))],
        "license": license_ld(record.license),
        "isAccessibleForFree": True if is_offered(record) else None,
        "creator": [_creator_ld(each) for each in record.creators],
        "publisher": _organization_ld(record.publisher or record.source),
        "datePublished": record.published,
        "version": formatting.plain(record.data_version, 100),
        "citation": [formatting.plain(each, 1000) for each in record.citations],
        "taxonomicRange": _term_ld(record.organism),
        "measurementTechnique": _term_ld(record.modality),
        "variableMeasured": [_pixel_size_ld(axis, size) for axis, size in pixel_sizes(record)],
        "image": f"{catalog.base_url}{record.found.thumbnail.path}"
        if record.found.thumbnail and catalog.base_url
        else None,
        "sameAs": web_uri(record.origin),
        "isPartOf": _part_of(record, catalog),
        "distribution": _distribution(record) if is_offered(record) else None,
        "includedInDataCatalog": _catalog_ref(catalog),
    }
    return _stated(full)


def short_dataset_ld(record: Record, catalog: Catalog) -> Json:
    """Return what search engines for datasets demand or use most, for pages that have to be small.

    Source: Google Search Central, "Dataset structured data": name, description; recommended: url, license, creator,
    identifier. The typed links of the page name the data; `dcat.jsonld` says more.
    """
    full: dict[str, Json] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": formatting.shorten(record.title, 300),
        "description": formatting.shorten(describe(record), _SHORT_DESCRIPTION),
        "url": permanent_url(record, catalog),
        "identifier": doi_url(record.doi) if record.doi else None,
        "license": license_ld(record.license),
        "creator": [_creator_ld(each) for each in record.creators[:_TERMS_SHOWN]]
        or _organization_ld(record.publisher or record.source),
    }
    return _stated(full)


def study_ld(overview: Overview, catalog: Catalog) -> Json:
    """Return a study as schema.org `Dataset` and `Collection`.

    It is not a catalog: its datasets were made together. What it says of its license, creators and institution is what
    all its datasets say. It names the first datasets of a large study; each of them names the study.
    """
    records, study = overview.records, overview.study
    license_ = in_common(records, lambda record: record.license)
    source = in_common(records, lambda record: record.publisher or record.source)
    address = f"{catalog.base_url}{overview.path()}" if catalog.base_url else None
    full: dict[str, Json] = {
        "@context": _CONTEXT,
        "@type": ["Dataset", "Collection"],
        "@id": address,
        "dct:conformsTo": _profile_ld(license_) if address else None,
        "name": name_of(overview),
        "description": describe_study(overview.name, records),
        "identifier": overview.id,
        "url": address,
        "keywords": [*_KEYWORDS, *_all_terms(records)],
        "license": license_ld(license_),
        "isAccessibleForFree": True if all(map(is_offered, records)) else None,
        "creator": [_creator_ld(each) for each in in_common(records, lambda record: record.creators) or ()],
        "publisher": _organization_ld(source),
        "citation": formatting.plain(study.citation, 1000) if study and study.citation else None,
        "taxonomicRange": _term_ld(in_common(records, lambda record: record.organism)),
        "measurementTechnique": _term_ld(in_common(records, lambda record: record.modality)),
        "sameAs": web_uri(study.url) if study else None,
        "collectionSize": len(records),
        "hasPart": [{"@id": permanent_url(record, catalog)} for record in records[:_PARTS]],
        "includedInDataCatalog": _catalog_ref(catalog),
    }
    return _stated(full)


def _all_terms(records: Iterable[Record]) -> list[Json]:
    names = (term.label or term.id for record in records for term in terms_of(record))
    return [formatting.plain(name, 200) for name, _ in Counter(names).most_common(2 * _TERMS_SHOWN)]


def catalog_ld(catalog: Catalog) -> Json:
    """Return the catalog as schema.org `DataCatalog`."""
    full: dict[str, Json] = {
        "@context": _CONTEXT,
        "@type": "DataCatalog",
        "@id": catalog.base_url,
        "name": name_of_catalog(catalog),
        "description": describe_catalog(catalog),
        "url": catalog.base_url,
        "keywords": list(_KEYWORDS),
        "license": license_ld(catalog.license),
        "dateModified": last_change(catalog.records),
        "publisher": _organization_ld(catalog.publisher),
        "contributor": [
            {"@type": "Organization", "name": formatting.plain(source.name, 300), "url": web_uri(source.url)}
            for source in catalog.sources[:_PARTS]
        ],
        "dataset": [
            {"@id": study_url(StudyRef(id=study.id, name=study.name), catalog.base_url)}
            for study in catalog.studies[:_PARTS]
            if catalog.base_url
        ],
    }
    return _stated(full)


def describe_catalog(catalog: Catalog) -> str:
    """Return what the catalog is about: as configured, else how much it lists."""
    listed = f"{formatting.plural(len(catalog.records), 'bioimaging dataset')} in OME-Zarr."
    return formatting.plain(catalog.description, _LONGEST_OF_CATALOG) or listed


def as_script(value: Json) -> str:
    """Return JSON that is safe inside a `script` element: no `<`, `>` or `&`, whatever the data hold."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def license_ld(found: License | None) -> Json:
    """Return the address of a license; where it has none, a work with its name."""
    if found is None:
        return None
    label = license_label(found)
    return web_uri(found.url) or ({"@type": "CreativeWork", "name": formatting.plain(label, 1000)} if label else None)


def _profile_ld(found: License | None) -> Json:
    """Return the profile of Bioschemas; its minimum includes a license."""
    return {"@id": _PROFILE, "@type": "CreativeWork"} if license_ld(found) else None


def _catalog_ref(catalog: Catalog) -> Json:
    name = name_of_catalog(catalog)
    return {"@type": "DataCatalog", "@id": catalog.base_url, "name": name, "url": catalog.base_url}


def _part_of(record: Record, catalog: Catalog) -> Json:
    if record.study is None:
        return None
    name = formatting.plain(record.study.name, 300)
    return {"@type": "Collection", "@id": study_url(record.study, catalog.base_url), "name": name}


def _creator_ld(creator: Creator) -> Json:
    """Return a person or an organization; without a type where nobody states which of them it is."""
    return {
        "@type": creator.kind.capitalize() if creator.kind else None,
        "@id": f"https://orcid.org/{creator.orcid}" if creator.orcid else None,
        "name": formatting.plain(creator.name, 300),
        "familyName": formatting.plain(creator.family, 300),
        "givenName": formatting.plain(creator.given, 300),
    }


def _organization_ld(name: str | None) -> Json:
    return {"@type": "Organization", "name": formatting.plain(name, 300)} if name else None


def _pixel_size_ld(axis: Axis, size: float) -> Json:
    name, unit = f"Pixel size along {formatting.plain(axis.name, 50)}", formatting.plain(axis.unit, 50)
    return {"@type": "PropertyValue", "name": name, "value": size, "unitText": unit}


def _term_ld(term: Term | None) -> Json:
    if term is None:
        return None
    code, name = formatting.plain(term.id, 200), formatting.plain(term.label or term.id, 300)
    return {"@type": "DefinedTerm", "@id": iri(term.id), "termCode": code, "name": name}


def _distribution(record: Record) -> Json:
    size = {"contentSize": f"{record.found.bytes} B"} if record.found.bytes else {}
    return {
        "@type": "DataDownload",
        "contentUrl": web_uri(record.url) or record.url,
        "encodingFormat": data_format(record),
        **size,
    }


def data_format(record: Record) -> str:
    """Return the media type of the data; that of Zarr is not registered, but usual."""
    return "application/zip" if record.found.zipped else "application/vnd+zarr"


def _stated(full: dict[str, Json]) -> dict[str, Json]:
    """Return what is stated, at every depth."""
    return {key: _prune(value) for key, value in full.items() if value not in (None, "", [])}


def _prune(value: Json) -> Json:
    if isinstance(value, dict):
        return _stated(value)
    return [_prune(each) for each in value if each != ""] if isinstance(value, list) else value
