"""The catalog becomes pages: a function for each kind of page. `sitegen.site.plan` says which pages there are.

Pages are returned, never written. Text is escaped by the template engine and by nothing else; an undefined name in a
template is an error. Links lead to `…/index.html`, so that the site works from any folder of any static host, and from
a disk. A dataset page costs about a millisecond.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.ext import Extension
from markupsafe import Markup, escape

from sitegen import formatting
from sitegen.catalog.health import NOT_STATED
from sitegen.config.settings import ViewerSettings
from sitegen.media_types import OPENSEARCH
from sitegen.model import Branding, Catalog, Changed, Icon, Layout, Page, Record
from sitegen.site.about_page import ABOUT_PATH, about_context
from sitegen.site.dataset_page import make_dataset_page
from sitegen.site.facts import card_facts, make_card_texts
from sitegen.site.health_page import HEALTH_PATH, health_context
from sitegen.site.home_page import home_context, make_statistics
from sitegen.site.neighbors import NeighborLinks
from sitegen.site.overview_pages import moved_pages
from sitegen.site.overviews import institution_id, list_id, overview_path
from sitegen.site.picture_size import shape_of
from sitegen.site.resources import bundles, templates_folder
from sitegen.site.rules_page import RULES_PATH, CodeEntry, broken_rules, make_rules_page
from sitegen.site.search import make_index
from sitegen.site.short_page import make_short_page
from sitegen.site.statistics_page import STATISTICS_PATH, make_charts, timed_hosts
from sitegen.site.structured import page_path, root_of
from sitegen.site.theme import icons_of, theme_path
from sitegen.site.values import heading
from sitegen.slab_workers import workers_of
from sitegen.units import lengths_of_units

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
"""Content-Security-Policy: pages load nothing but files of the site, and data cannot become a script or a form."""
_HOST = r"(?:[^\s/?#\"<>\\^`{|}\[\]%]+|\[[0-9a-f:.]+\](?::\d+)?)(?=[/?#]|$)"
_LINK = re.compile(rf"https?://{_HOST}|mailto:(?=\S)", re.IGNORECASE)
_NOT_IN_LINKS = re.compile(r"[\s\"<>\\^`{|}\[\]]|%(?![0-9A-Fa-f]{2})")
"""What no path, query or fragment of a URL holds as it is (WHATWG URL, 4.3: URL code points)."""
_ADDRESS = re.compile(r"(https?://[^\s<>\"]{1,300}[^\s<>\".,;)])", re.IGNORECASE)
_BREAKS = re.compile(r"(?<=[/_.])(?=[^/_.\s])")
_HYPHENATED = re.compile(r"((?<!\S)(?=\S*-)\S{1,20}(?!\S))")
_REMOVED = "removed.html"
_COMPARE = "compare.html"
_MOVED = "moved.html"
_CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\f\r"})
_SPACES = bytes.maketrans(b"\f", b" ")  # a form feed is white space to HTML, and nothing to XML
_C1_CONTROLS = re.compile(rb"\xc2[\x80-\x9f]")
_NONCHARACTERS = re.compile(rb"\xef\xb7[\x90-\xaf]|(?:\xef|[\xf0-\xf4][\x8f\x9f\xaf\xbf])\xbf[\xbe\xbf]")
_OF_NONCHARACTERS = (b"\xef\xb7", b"\xbf\xbe", b"\xbf\xbf")
"""Bytes of which each noncharacter has two: to look for them takes a hundredth of the time of the pattern."""
_UNLISTED = {_REMOVED, _COMPARE, _MOVED}
"""Templates of pages that search engines must not list: what they show is gone, moved, or depends on the visitor."""
OPENSEARCH_PATH = "opensearch.xml"
SEARCH_NAME = 16
"""Most characters of what a browser calls the search of the catalog (OpenSearch 1.1, draft 6: ShortName)."""
_NAV = (("Catalog", "index.html"), ("Statistics", STATISTICS_PATH), ("Health", HEALTH_PATH))


@dataclass(frozen=True, slots=True, kw_only=True)
class NavLink:
    """A link of the header."""

    name: str
    path: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLink:
    """A link to the description of the search."""

    name: str
    path: str = OPENSEARCH_PATH
    type: str = OPENSEARCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What every page says in its head, header and footer."""

    title: str
    description: str
    root: str
    """Relative path to the site's root: empty, or `../` for each folder."""
    policy: str
    """The Content-Security-Policy."""
    generator: str
    canonical: str | None
    """The page's one address; null where the site's is not known, and for pages that search engines must not list."""
    nav: tuple[NavLink, ...]
    base_url: str | None
    """The site's own address, where pages have one address each."""
    branding: Branding
    theme: str
    """Path of the style sheet that replaces colors; empty where none is replaced."""
    icons: tuple[Icon, ...]
    layout: Layout
    search: SearchLink | None
    """What leads a browser to the search; null where the site's own address is not known, which it needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetPageJob:
    """Everything that the page of one dataset is made of; plain and picklable."""

    record: Record
    neighbors: NeighborLinks
    catalog: Catalog
    """What the page shows of it; without records."""
    viewers: Sequence[ViewerSettings]
    """The operator's own."""


def policy(*, script_hash: str = "", origin: str = "") -> str:
    """Return the Content-Security-Policy of a page.

    script_hash: allows one inline script. origin: the one other host that scripts may ask, that of the data.
    """
    rules = {**_POLICY, "script-src": f"'self' '{script_hash}'"} if script_hash else dict(_POLICY)
    rules["connect-src"] = f"'self' {origin}".rstrip()
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def safe_url(url: str | None) -> str:
    """Return an address that may be a link, as a valid URL: http, https or mailto; else an empty text."""
    text = (url or "").strip()
    head = _LINK.match(text)
    if not head or not text.isprintable():
        return ""
    path, mark, fragment = text[head.end() :].partition("#")
    rest = path + mark + fragment.replace("#", "%23")
    return head[0] + _NOT_IN_LINKS.sub(lambda found: quote(found[0]), rest)


def breakable(text: str) -> Markup:
    """Return text that a narrow screen breaks after `/`, `_` and `.`, rather than within a word."""
    return Markup("<wbr>").join(escape(part) for part in _BREAKS.split(text))


def between_tags(text: str) -> Markup:
    """Return text as the content of an element, where quotes are plain characters; a fifth of code and citations."""
    return Markup(html.escape(text, quote=False))  # noqa: S704


def in_double_quotes(text: str) -> Markup:
    """Return text as an attribute's value between double quotes, where single ones are plain characters."""
    return Markup(html.escape(text, quote=False).replace('"', "&quot;"))  # noqa: S704


def linked_text(text: str) -> Markup:
    """Return text in which each web address is a link."""
    link = Markup('<a href="{0}" rel="noopener noreferrer">{1}</a>')
    parts = enumerate(_ADDRESS.split(text))
    return Markup("").join(
        link.format(address, part) if at % 2 and (address := safe_url(part)) else escape(part) for at, part in parts
    )


def unbroken(text: str) -> Markup:
    """Return text of which no short word is broken at its hyphens: `CC-BY-4.0`; `dom.js` does the same."""
    parts = enumerate(_HYPHENATED.split(text))
    return Markup("").join(
        Markup('<span class="nowrap">{}</span>').format(part) if at % 2 else part for at, part in parts
    )


def code(text: str) -> Markup:
    """Return text with what stands in backticks as code."""
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if at % 2 else part for at, part in enumerate(text.split("`"))
    )


@cache
def explained(entry: CodeEntry) -> Markup:
    """Return what the page of rules says of a code, which no catalog changes: to render all of them takes 20 ms."""
    macro: Callable[[CodeEntry], Markup] = getattr(_template("macros/rule.html").module, "explained")  # noqa: B009
    return macro(entry)


def _institution_path(name: str) -> str:
    return overview_path("institution", institution_id(None if name == NOT_STATED else name))


def _list_path(csv: str) -> str:
    return overview_path("list", list_id(csv))


class _Unindent(Extension):
    """Leaves the indentation of templates out of pages: it is a fifth of a page, and there is a page per dataset."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the source of a template without the blanks at the beginning of its lines."""
        return re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE)


@cache
def environment() -> Environment:
    """Return the template environment: it escapes everything, and has the filters of `formatting`."""
    made = Environment(
        loader=FileSystemLoader(templates_folder()),
        extensions=[_Unindent],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "between_tags": between_tags,
        "breakable": breakable,
        "unbroken": unbroken,
        "browsers_may": formatting.browsers_may,
        "card_facts": card_facts,
        "card_texts": make_card_texts,
        "code": code,
        "count": formatting.count,
        "date": formatting.date,
        "explained": explained,
        "flag": formatting.flag,
        "heading": heading,
        "institution_path": _institution_path,
        "kind_badge": formatting.kind_badge,
        "in_double_quotes": in_double_quotes,
        "linked_text": linked_text,
        "list_path": _list_path,
        "moment": formatting.moment,
        "no_picture": formatting.no_picture,
        "plural": formatting.plural,
        "safe_url": safe_url,
        "shape": shape_of,
        "shorten": formatting.shorten,
        "size": formatting.size,
    }
    made.globals["bundles"] = bundles
    return made


def search_pages(catalog: Catalog) -> Iterator[Page]:
    """Give the home page, the others that are made of the search's files, and these files."""
    index = make_index(catalog, processes=workers_of(len(catalog.records)))
    yield render_page("home.html", "index.html", catalog, **home_context(catalog, index))
    records = "records" not in catalog.outputs_off
    units = lengths_of_units()
    yield render_page(_COMPARE, "compare/index.html", catalog, manifest=index.manifest, units=units, records=records)
    yield render_page(
        "statistics.html",
        STATISTICS_PATH,
        catalog,
        charts=make_charts(catalog, index),
        hosts=timed_hosts(catalog),
        statistics=make_statistics(catalog.totals),
    )
    yield from index.pages


def render_contexts(catalog: Catalog, made: Iterable[tuple[str, str, Mapping[str, Any]]]) -> Iterator[Page]:
    """Give the pages of some templates. made: template, path and context of each."""
    for template, path, context in made:
        yield render_page(template, path, catalog, **context)


def forwarding_pages(catalog: Catalog) -> Iterator[Page]:
    """Give the pages below `browse/`, which lead to those of institutions."""
    yield from render_contexts(catalog, ((_MOVED, path, context) for path, context in moved_pages(catalog)))


def removed_page(removed: Changed, catalog: Catalog) -> Page:
    """Return the page of a dataset that is no longer listed."""
    return render_page(
        _REMOVED, page_path(removed, catalog.layout), catalog, removed=removed, since=catalog.changes.since
    )


def health_page(catalog: Catalog) -> Page:
    """Return the page of what was found."""
    return render_page("report.html", HEALTH_PATH, catalog, **health_context(catalog))


def rules_page(catalog: Catalog) -> Page:
    """Return the page of the rules."""
    return render_page("rules.html", RULES_PATH, catalog, sections=make_rules_page(), broken=broken_rules(catalog))


def about_page(catalog: Catalog, viewers: Sequence[ViewerSettings] = ()) -> Page:
    """Return the page about the catalog; viewers: the operator's own."""
    return render_page("about.html", ABOUT_PATH, catalog, **about_context(catalog, viewers))


def dataset_pages(jobs: Sequence[DatasetPageJob]) -> list[Page]:
    """Return the page of each dataset."""
    cards = _CardCache(jobs[0].catalog.layout)
    return [_short_page(job) if job.catalog.layout.pages == "short" else _dataset_page(job, cards) for job in jobs]


def _dataset_page(job: DatasetPageJob, cards: _CardCache) -> Page:
    record = job.record
    page = make_dataset_page(record, job.catalog, job.neighbors, job.viewers)
    groups = [(group, [cards.card(each, group.key) for each in group.records]) for group in job.neighbors.groups]
    more = {"record": record, "page": page, "groups": groups}
    path = page_path(record, job.catalog.layout)
    return render_page("dataset.html", path, job.catalog, origin=page.look.origin, **more)


def _short_page(job: DatasetPageJob) -> Page:
    page = make_short_page(job.record, job.catalog, job.viewers)
    path = page_path(job.record, job.catalog.layout)
    return render_page("dataset-short.html", path, job.catalog, origin=page.look.origin, record=job.record, page=page)


class _CardCache:
    """Cards for the foot of dataset pages, each rendered once: a record is the neighbor of some others."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._made: dict[tuple[str, str], Markup] = {}

    def card(self, record: Record, group: str) -> Markup:
        """Return the card of a record, which does not say what all records of its group have in common."""
        key = (record.id, group)
        if key not in self._made:
            macro: Callable[..., Markup] = getattr(_template("macros/card.html").module, "card")  # noqa: B009
            path = page_path(record, self._layout)
            self._made[key] = macro(
                record, root_of(path), self._layout, source=group == "subject", study=group != "study"
            )
        return self._made[key]


def not_found_page(catalog: Catalog) -> Page:
    """Return `404.html`, which a host shows at any depth: a script of its own finds the root."""
    script = (templates_folder() / "404.js").read_text(encoding="utf-8").strip()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    site = _site(catalog, "404.html", policy(script_hash=f"sha256-{digest}"), listed=False)
    return Page(path="404.html", content=_encode(_template("404.html").render(site=site, script=script)))


def render_page(template: str, path: str, catalog: Catalog, *, origin: str = "", **context: Any) -> Page:
    """Return a page of a template. origin: the one other host that its scripts may ask."""
    site = _site(catalog, path, policy(origin=origin), listed=template not in _UNLISTED)
    return Page(path=path, content=_encode(_template(template).render(site=site, **context)))


def _site(catalog: Catalog, path: str, page_policy: str, *, listed: bool = True) -> Site:
    return Site(
        title=catalog.title,
        description=catalog.description,
        root=root_of(path),
        policy=page_policy,
        generator=formatting.generator(),
        canonical=f"{catalog.base_url}{path}" if catalog.base_url and listed else None,
        base_url=catalog.base_url if listed else None,
        branding=catalog.branding,
        theme=theme_path(catalog.branding),
        layout=catalog.layout,
        search=SearchLink(name=formatting.shorten(catalog.title, SEARCH_NAME)) if catalog.base_url else None,
        icons=icons_of(catalog.branding),
        nav=tuple(NavLink(name=name, path=target, current=target == path) for name, target in _NAV),
    )


@cache
def _template(name: str) -> Template:
    return environment().get_template(name)


def _encode(text: str) -> bytes:
    """Return UTF-8 without the characters that HTML may not hold, which are in some data all the same.

    Controls and noncharacters are left out (HTML, 13.2.3.5); half a surrogate pair, which JSON may hold, becomes `?`.
    """
    body = _C1_CONTROLS.sub(b"", text.encode("utf-8", "replace").translate(_SPACES, _CONTROLS))
    return _NONCHARACTERS.sub(b"", body) if any(each in body for each in _OF_NONCHARACTERS) else body
