"""FAIR Signposting: typed links that lead programs from a page to its data, metadata, license and authors.

Level 1 are links in the head of a page; static hosts cannot send them as headers, which the convention prefers. Level 2
adds a link set (RFC 9264), a file beside the page with the same links, and those of the data and metadata back to the
page (`sitegen.outputs.linksets`). Absolute where the site's own address is known. Pure functions.

Source: https://signposting.org/FAIR/, of January 2025; relations of RFC 6573 (`item`, `collection`), RFC 6892
(`describes`), RFC 8574 (`cite-as`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sitegen.media_types import JSON_LD, LINKSET
from sitegen.model import Catalog, Creator, License, Record
from sitegen.site.overviews import Overview, overview_path
from sitegen.site.structured import doi_url, in_common, is_offered, page_path, root_of, web_uri

CRATE_NAME = "ro-crate-metadata.json"
ITEMS_IN_LINKSET = 5_000
"""Datasets of a study that one link set names: half a megabyte; there is a link to each."""
_MAX_AUTHORS = 50
"""Links to authors in the head of a page; the metadata name all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedLink:
    """A typed link, for the head of a page."""

    rel: str
    href: str
    type: str = ""
    profile: str = ""
    """For link sets alone: HTML has no such attribute of `link`."""


def typed_links(record: Record, catalog: Catalog) -> tuple[TypedLink, ...]:
    """Return the links of a dataset's page."""
    made = [_cite_as(record, catalog)]
    if "records" not in catalog.outputs_off:
        made.append(described_by_record("record.json"))
    if item := item_of(record):
        made.append(item)
    made += _terms(record.license, record.creators)
    if record.study:
        study = overview_path("study", record.study.id)
        href = f"{catalog.base_url or root_of(page_path(record, catalog.layout))}{study}"
        made.append(TypedLink(rel="collection", href=href, type="text/html"))
    return (*made, *_linkset_links(1, catalog))


def short_typed_links(record: Record, catalog: Catalog) -> tuple[TypedLink, ...]:
    """Return the links of a page that has to be small: without what the page is about, relative where they may be."""
    page, base = page_path(record, catalog.layout), catalog.base_url or ""
    study = overview_path("study", record.study.id) if record.study else ""
    short = {f"{base}{page}": "index.html", f"{base}{study}": f"{root_of(page)}{study}"}
    return tuple(
        replace(link, href=short.get(link.href, link.href), type="" if link.rel == "collection" else link.type)
        for link in typed_links(record, catalog)
        if link.rel != "type"
    )


def study_links(overview: Overview, catalog: Catalog) -> tuple[TypedLink, ...]:
    """Return the links of a study's page; its datasets are named by its link sets."""
    records = overview.records
    made = [TypedLink(rel="cite-as", href=f"{catalog.base_url}{overview.path()}" if catalog.base_url else "index.html")]
    if "ro_crate" not in catalog.outputs_off:
        made.append(described_by_crate(CRATE_NAME))
    creators = in_common(records, lambda record: record.creators) or ()
    made += _terms(in_common(records, lambda record: record.license), creators)
    return (*made, *_linkset_links(len(linkset_names(len(records))), catalog))


def catalog_links(catalog: Catalog) -> Iterator[TypedLink]:
    """Yield links from the home page to the metadata of the catalog."""
    if "dcat" not in catalog.outputs_off:
        yield TypedLink(rel="describedby", href="dcat.jsonld", type=JSON_LD)
    if "ro_crate" not in catalog.outputs_off:
        yield described_by_crate(CRATE_NAME)


def linkset_names(records: int) -> list[str]:
    """Return the names of the link sets of a page with so many datasets."""
    parts = range(2, -(-records // ITEMS_IN_LINKSET) + 1)
    return ["linkset.json", *(f"linkset-{number}.json" for number in parts)]


def described_by_record(href: str) -> TypedLink:
    """Return the link to a dataset's record."""
    return TypedLink(rel="describedby", href=href, type="application/json")


def described_by_crate(href: str) -> TypedLink:
    """Return the link to an RO-Crate."""
    return TypedLink(rel="describedby", href=href, type=JSON_LD, profile="https://w3id.org/ro/crate")


def item_of(record: Record) -> TypedLink | None:
    """Return the link to the data; None where they cannot be had, or not by HTTP."""
    address = web_uri(record.url) if is_offered(record) else None
    return TypedLink(rel="item", href=address, type="application/zip" * record.found.zipped) if address else None


def _cite_as(record: Record, catalog: Catalog) -> TypedLink:
    page = f"{catalog.base_url}{page_path(record, catalog.layout)}" if catalog.base_url else "index.html"
    return TypedLink(rel="cite-as", href=doi_url(record.doi) if record.doi else page)


def _terms(license_: License | None, creators: Sequence[Creator]) -> Iterator[TypedLink]:
    """Yield the links to authors and license, and to what the page and what it is about are."""
    for address in author_addresses(creators):
        yield TypedLink(rel="author", href=address)
    if address_of_license := web_uri(license_.url) if license_ else None:
        yield TypedLink(rel="license", href=address_of_license)
    for name in ("Dataset", "AboutPage"):
        yield TypedLink(rel="type", href=f"https://schema.org/{name}")


def author_addresses(creators: Iterable[Creator]) -> list[str]:
    """Return the ORCID iDs of creators as addresses, each once."""
    known = dict.fromkeys(f"https://orcid.org/{each.orcid}" for each in creators if each.orcid)
    return list(known)[:_MAX_AUTHORS]


def _linkset_links(parts: int, catalog: Catalog) -> Iterator[TypedLink]:
    """Yield links to as many link sets, which are absolute throughout and need the site's address."""
    if catalog.base_url and "linksets" not in catalog.outputs_off:
        for name in linkset_names(parts * ITEMS_IN_LINKSET):
            yield TypedLink(rel="linkset", href=name, type=LINKSET)
