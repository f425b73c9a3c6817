"""The catalog becomes pages: `pages(catalog)` gives every file of the site but pictures and assets.

Pages are returned, never written, in a fixed order, one at a time. Text is escaped by
the template engine and by nothing else; an undefined name in a template is an error.
Links lead to `…/index.html`, so that the site works from any folder of any static
host, and from a disk. A dataset page costs about a millisecond.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from sitegen import words
from sitegen.config import ViewerSettings
from sitegen.feeds import feed_pages
from sitegen.index import generator, index_pages, record_page
from sitegen.model import Catalog, Page, Record
from sitegen.report import make_report, report_page
from sitegen.resources import templates_folder
from sitegen.sheet import Neighbours, find_neighbours, make_sheet
from sitegen.structured import page_path

# Nothing but our own files, and no way for data to become anything else.
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
_NAV = (("Catalog", "index.html"), ("Health", "report/index.html"))


@dataclass(frozen=True, slots=True, kw_only=True)
class NavLink:
    """A link of the header."""

    name: str
    path: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the frame of every page says."""

    title: str
    description: str
    root: str
    """Way from the page to the site's root: empty, or `../` for each folder."""
    policy: str
    """The Content-Security-Policy."""
    generator: str
    built_at: str
    base_url: str | None
    nav: tuple[NavLink, ...]


def pages(catalog: Catalog, *, viewers: Sequence[ViewerSettings] = ()) -> Iterator[Page]:
    """Give every page and data file of the site; `viewers`: the operator's own."""
    yield from _home_pages(catalog)
    yield from _dataset_pages(catalog, viewers)
    yield _page("report.html", "report/index.html", catalog, report=make_report(catalog))
    yield report_page(catalog)
    yield _not_found(catalog)
    yield from index_pages(catalog)
    yield from feed_pages(catalog)


def policy(*, script_hash: str = "") -> str:
    """Return the Content-Security-Policy of a page; `script_hash` allows one inline script."""
    rules = {**_POLICY, "script-src": f"'self' '{script_hash}'"} if script_hash else _POLICY
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def safe_url(url: str | None) -> str:
    """Return an address that may be a link: http, https or mailto; else an empty text."""
    text = (url or "").strip()
    try:
        scheme = urlsplit(text).scheme.lower()
    except ValueError:
        return ""
    return text if scheme in ("http", "https", "mailto") and text.isprintable() else ""


def root_of(path: str) -> str:
    """Return the way from a page to the site's root."""
    return "../" * path.count("/")


def render_home(catalog: Catalog, context: dict[str, Any]) -> Page:
    """Return the home page, with what `home` prepared for it."""
    return _page("home.html", "index.html", catalog, **context)


@cache
def environment() -> Environment:
    """Return the one template environment: escapes everything, knows our words."""
    made = Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "card_facts": words.card_facts,
        "count": words.count,
        "date": words.date,
        "flag": words.flag,
        "kind_badge": words.kind_badge,
        "no_picture": words.no_picture,
        "plural": words.plural,
        "safe_url": safe_url,
        "shorten": words.shorten,
        "size": words.size,
    }
    return made


def _home_pages(catalog: Catalog) -> Iterator[Page]:
    try:
        from sitegen.home import home_context
        from sitegen.search import search_files
    except ImportError:
        return
    yield render_home(catalog, home_context(catalog))
    yield from search_files(catalog)


def _dataset_pages(catalog: Catalog, viewers: Sequence[ViewerSettings]) -> Iterator[Page]:
    for record, neighbours in zip(catalog.records, find_neighbours(catalog.records), strict=True):
        yield render_dataset(record, catalog, neighbours, viewers)
        yield record_page(record)


def render_dataset(
    record: Record, catalog: Catalog, neighbours: Neighbours, viewers: Sequence[ViewerSettings] = ()
) -> Page:
    """Return the page of one dataset."""
    sheet = make_sheet(record, catalog, neighbours, viewers)
    return _page("dataset.html", page_path(record), catalog, record=record, sheet=sheet)


def _not_found(catalog: Catalog) -> Page:
    """Return `404.html`, which a host shows at any depth: a script of its own finds the way to the root."""
    script = (templates_folder() / "404.js").read_text(encoding="utf-8").strip()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    site = _site(catalog, "404.html", policy(script_hash=f"sha256-{digest}"))
    return Page(path="404.html", content=_encode(_template("404.html").render(site=site, script=script)))


def _page(template: str, path: str, catalog: Catalog, **context: Any) -> Page:
    site = _site(catalog, path, policy())
    return Page(path=path, content=_encode(_template(template).render(site=site, **context)))


def _site(catalog: Catalog, path: str, page_policy: str) -> Site:
    return Site(
        title=catalog.title,
        description=catalog.description,
        root=root_of(path),
        policy=page_policy,
        generator=generator(),
        built_at=catalog.built_at,
        base_url=catalog.base_url,
        nav=tuple(NavLink(name=name, path=target, current=target == path) for name, target in _NAV),
    )


@cache
def _template(name: str) -> Template:
    return environment().get_template(name)


def _encode(text: str) -> bytes:
    """Return UTF-8; half a surrogate pair, which JSON may hold and UTF-8 may not, becomes `?`."""
    return text.encode("utf-8", "replace")
