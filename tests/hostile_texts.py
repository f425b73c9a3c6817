"""A catalog whose every text is of a kind that breaks careless formats, for tests of each format by its own checker."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from catalogs import LIST, SCRIPT, every_kind, make_catalog, make_image

from sitegen.model import Catalog, Changed, License, Place, Record, Source, Study, StudyRef
from sitegen.outputs.table import site_files
from sitegen.urls import slug

TEXTS = {
    "markup": f"{SCRIPT} ]]> &amp; <!-- --> {{{{ 7 * 7 }}}} ' \"",
    "line breaks": "first\nsecond\r\nthird\u2028fourth\u2029fifth\tsixth",
    "controls": "a\x00b\x07c\x1b[2Jd\x7fe\x85f\x9fgh\ufdd0i\ufffej\U0001ffffk\u202el\x0c",
    "long": "x" * 100_000,
    "long words": "word " * 2_000,
    "scripts": "日本語 العربية Ω 🔬",
}
ADDRESSES = (
    "https://example.org",
    "https://example.org/",
    "https://example.org/a catalog/of ours/",
    "https://münchen.example/Kataloge/Übersicht",
    "https://example.org/a&b'c<d>{e}/",
    "http://[2001:db8::1]:8080/catalog",
)
"""Spellings of the address of a site, as operators write it."""


def make_record(name: str) -> Record:
    """Return an image whose every text is one of TEXTS; its description ends with half a surrogate pair, as in JSON."""
    text = TEXTS[name]
    return make_image(
        slug(name),
        title=text,
        name=text,
        description=f"{text} \ud800",
        source=text,
        origin=f"https://example.org/?a=[1]&b=<c>#{text[:50]}#d",
        study=StudyRef(id=slug(name), name=text),
        lists=(Place(csv=LIST, line=2),),
        license=License(id=None, url=None, text=text),
        added_at="2026-11-20T03:12:09Z",
        extra={text[:300]: text},
    )


@cache
def hostile_catalog() -> Catalog:
    """Return a catalog with a dataset, a study and an institution of each text, and all of them in its own title."""
    records = [make_record(name) for name in TEXTS]
    studies = (each.study for each in records)
    catalog = make_catalog(*records, *every_kind().records)
    return replace(
        catalog,
        title=" ".join(TEXTS.values()),
        description=" ".join(TEXTS.values()),
        sources=tuple(Source(name=text, url=f"https://example.org/{text[:50]}") for text in TEXTS.values()),
        studies=tuple(
            Study(id=each.id, name=each.name, taken_from="csv", named_by="csv", citation=each.name)
            for each in studies
            if each
        ),
        contact="mailto:a@example.org",
    )


@cache
def hostile_site() -> dict[str, bytes]:
    """Return the files of its site by path, with the page of a dataset that is gone; made once, as it takes a while."""
    removed = (Changed(id="gone", url="https://example.org/gone.zarr"),)
    return {page.path: page.content for page in site_files(hostile_catalog(), removed=removed)}
