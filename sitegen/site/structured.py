"""What machines and reference managers read on a dataset's page.

schema.org `Dataset` in JSON-LD, which also follows the Bioschemas Dataset profile 1.0; `DataCatalog` for the
home page; FAIR Signposting links. Nothing is claimed that the data do not state: no license, author or year is
invented. A description shorter than the 50 characters that search engines require is completed with facts, never with
prose. Pure functions; `citation` has what people and reference managers cite.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import quote

from sitegen import formatting
from sitegen.model import Catalog, Changed, Creator, Record, Term
from sitegen.ome.ontology import iri

Json = str | bool | int | float | None | list["Json"] | dict[str, "Json"]

_PROFILE = "https://bioschemas.org/profiles/Dataset/1.0-RELEASE"
_CONTEXT: Json = {"@vocab": "https://schema.org/", "dct": "http://purl.org/dc/terms/"}
_SHORTEST, _LONGEST = 50, 1500
"""Characters of a description. Google accepts 50 to 5,000; fewer keep 15,000 pages small."""
_WEB = re.compile(r"https?://[^/?#\s\x00-\x1f][^\s\x00-\x1f]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedLink:
    """A typed link of FAIR Signposting, for the head of a page."""

    rel: str
    href: str
    type: str = ""


def page_path(record: Record | Changed) -> str:
    """Return the path of a dataset's page below the site's root."""
    return f"datasets/{record.id}/index.html"


def permanent_url(record: Record, base_url: str | None) -> str:
    """Return the address to cite: its page where the site's own address is known, else the dataset's."""
    return f"{base_url}{page_path(record)}" if base_url else record.url


def doi_url(doi: str) -> str:
    """Return the address that leads to what a DOI names."""
    return f"https://doi.org/{quote(doi, safe='/:;.,()-_+')}"


def is_web(url: str | None) -> bool:
    """Return whether it is an http or https address with a host, and without white space."""
    return bool(url and _WEB.fullmatch(url))


def describe(record: Record) -> str:
    """Return a description of 50 to 1,500 characters: its own, completed with facts where it is short."""
    own = " ".join((record.description or "").split())
    if len(own) >= _SHORTEST:
        return formatting.shorten(own, _LONGEST)
    kind = formatting.KINDS[record.found.kind] if record.found.kind else "dataset"
    pixels = formatting.pixels(record.found.axes, record.found.shape)
    what = (
        f"OME-Zarr {kind} “{formatting.shorten(record.title, 200)}”",
        formatting.dimensions(record.found.axes, record.found.shape),
        pixels and f"{pixels} pixels",
        formatting.size(record.found.bytes),
    )
    sentences = (
        own,
        ", ".join(fact for fact in what if fact),
        record.source and f"Published by {record.source}",
        "Bioimaging data in the open OME-Zarr format",
    )
    return " ".join(text if text.endswith((".", "!", "?", "…")) else f"{text}." for text in sentences if text)


def dataset_ld(record: Record, catalog: Catalog) -> Json:
    """Return the dataset as schema.org `Dataset`, which follows the Bioschemas profile."""
    address = permanent_url(record, catalog.base_url)
    terms = [term for term in (record.organism, record.modality) if term]
    full: dict[str, Json] = {
        "@context": _CONTEXT,
        "@type": "Dataset",
        "@id": address,
        "dct:conformsTo": {"@id": _PROFILE, "@type": "CreativeWork"},
        "name": formatting.shorten(record.title, 300),
        "description": describe(record),
        "identifier": [record.id, doi_url(record.doi)] if record.doi else record.id,
        "url": address,
        "keywords": ["OME-Zarr", "bioimaging", "microscopy", *(term.label or term.id for term in terms)],
        "license": _license_ld(record),
        "isAccessibleForFree": True if record.found.status in ("ok", "stale") else None,
        "creator": [_creator_ld(each) for each in record.creators],
        "publisher": _publisher_ld(record),
        "datePublished": record.published,
        "version": record.data_version,
        "citation": list(record.citations),
        "taxonomicRange": _term_ld(record.organism),
        "measurementTechnique": _term_ld(record.modality),
        "image": f"{catalog.base_url}{record.found.thumbnail.path}"
        if record.found.thumbnail and catalog.base_url
        else None,
        "sameAs": record.origin if is_web(record.origin) else None,
        "isPartOf": {"@type": "Collection", "name": record.study.name} if record.study else None,
        "distribution": _distribution(record),
        "includedInDataCatalog": {"@type": "DataCatalog", "name": catalog.title, "url": catalog.base_url},
    }
    return _stated(full)


def catalog_ld(catalog: Catalog) -> Json:
    """Return the catalog as schema.org `DataCatalog`."""
    full: dict[str, Json] = {
        "@context": "https://schema.org/",
        "@type": "DataCatalog",
        "@id": catalog.base_url,
        "name": catalog.title,
        "description": catalog.description
        or f"{formatting.count(len(catalog.records))} bioimaging datasets in OME-Zarr.",
        "url": catalog.base_url,
        "keywords": ["OME-Zarr", "bioimaging", "microscopy"],
        "dateModified": max((record.changed_at for record in catalog.records if record.changed_at), default=None),
        "publisher": [
            {"@type": "Organization", "name": source.name, "url": source.url} for source in catalog.sources[:50]
        ],
    }
    return _stated(full)


def as_script(value: Json) -> str:
    """Return JSON that is safe inside a `script` element: no `<`, `>` or `&`, whatever the data hold."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def typed_links(record: Record, base_url: str | None) -> tuple[TypedLink, ...]:
    """Return the links of FAIR Signposting, level 1; relative ones where the site's address is not known."""
    made = [TypedLink(rel="cite-as", href=f"{base_url}{page_path(record)}" if base_url else "index.html")]
    made.append(TypedLink(rel="describedby", href="record.json", type="application/json"))
    if is_web(record.url):
        made.append(TypedLink(rel="item", href=record.url))
    if record.license and is_web(record.license.url):
        made.append(TypedLink(rel="license", href=record.license.url or ""))
    made += [TypedLink(rel="type", href=f"https://schema.org/{name}") for name in ("Dataset", "AboutPage")]
    return tuple(made)


def _creator_ld(creator: Creator) -> Json:
    """Return a person or an organization; without a type where nobody states which of them it is."""
    return {
        "@type": creator.kind.capitalize() if creator.kind else None,
        "@id": f"https://orcid.org/{creator.orcid}" if creator.orcid else None,
        "name": formatting.shorten(creator.name, 300),
        "familyName": creator.family,
        "givenName": creator.given,
    }


def _publisher_ld(record: Record) -> Json:
    name = record.publisher or record.source
    return {"@type": "Organization", "name": name} if name else None


def _license_ld(record: Record) -> Json:
    """Return the address of the license, else its identifier or expression, else what was written."""
    if record.license is None or is_web(record.license.url):
        return record.license.url if record.license else None
    return record.license.id or record.license.url or record.license.text


def _term_ld(term: Term | None) -> Json:
    if term is None:
        return None
    return {"@type": "DefinedTerm", "@id": iri(term.id), "termCode": term.id, "name": term.label or term.id}


def _distribution(record: Record) -> Json:
    size = {"contentSize": f"{record.found.bytes} B"} if record.found.bytes else {}
    return {
        "@type": "DataDownload",
        "contentUrl": record.url,
        "encodingFormat": "application/zip" if record.found.zipped else "application/vnd+zarr",
        **size,
    }


def _stated(full: dict[str, Json]) -> dict[str, Json]:
    """Return what is stated, at every depth."""
    return {key: _prune(value) for key, value in full.items() if value is not None and value != []}


def _prune(value: Json) -> Json:
    if isinstance(value, dict):
        return _stated(value)
    return [_prune(each) for each in value] if isinstance(value, list) else value
