"""Link sets (RFC 9264) of datasets and studies: FAIR Signposting of level 2, without a request of the page.

A link set has the typed links of its page, and those that lead from the data and the metadata back to the page; that
of a study names its datasets. All addresses are absolute, as a link set is read apart from its page; so there are none
where the site's own address is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urljoin

from sitegen.model import Catalog, Page, Record
from sitegen.outputs.encoding import to_json
from sitegen.site.overviews import Overview, make_overviews
from sitegen.site.signposting import (
    ITEMS_IN_LINKSET,
    TypedLink,
    linkset_names,
    study_links,
    typed_links,
)
from sitegen.site.structured import page_path

_BACK = {"item": "collection", "describedby": "describes"}
"""Relation of a page to something else → that of it to the page."""
Context = dict[str, object]


def dataset_linksets(catalog: Catalog) -> Iterator[Page]:
    """Give `linkset.json` of each dataset."""
    for record in catalog.records:
        page, links = f"{catalog.base_url or ''}{page_path(record, catalog.layout)}", typed_links(record, catalog)
        content = _linkset([_context(page, links), *_back(page, links)])
        yield Page(path=catalog.layout.dataset_path(record.id, "linkset.json"), content=content)


def study_linksets(catalog: Catalog) -> Iterator[Page]:
    """Give `linkset.json` of each study, and numbered ones where it has many datasets."""
    for overview in make_overviews(catalog, "study"):
        for number, name in enumerate(linkset_names(len(overview.records))):
            start = number * ITEMS_IN_LINKSET
            members = overview.records[start : start + ITEMS_IN_LINKSET]
            yield Page(path=overview.path(name), content=_linkset(_study_contexts(overview, members, catalog)))


def _study_contexts(overview: Overview, members: Iterable[Record], catalog: Catalog) -> list[Context]:
    base, links = catalog.base_url or "", study_links(overview, catalog)
    page = f"{base}{overview.path()}"
    items = [
        TypedLink(rel="item", href=f"{base}{page_path(record, catalog.layout)}", type="text/html") for record in members
    ]
    return [_context(page, [*links, *items]), *_back(page, links)]


def _context(anchor: str, links: Iterable[TypedLink]) -> Context:
    """Return the links of one page, but for those to its link sets."""
    targets: dict[str, list[dict[str, str]]] = {}
    for link in links:
        if link.rel != "linkset":
            targets.setdefault(link.rel, []).append(_target(anchor, link))
    return {"anchor": anchor, **targets}


def _target(anchor: str, link: TypedLink) -> dict[str, str]:
    stated = {"type": link.type, "profile": link.profile}
    return {"href": urljoin(anchor, link.href), **{name: value for name, value in stated.items() if value}}


def _back(page: str, links: Iterable[TypedLink]) -> Iterator[Context]:
    """Yield the links from the data and the metadata to their page."""
    for link in links:
        if link.rel in _BACK:
            yield {"anchor": urljoin(page, link.href), _BACK[link.rel]: [{"href": page, "type": "text/html"}]}


def _linkset(contexts: list[Context]) -> bytes:
    return to_json({"linkset": contexts}) + b"\n"
