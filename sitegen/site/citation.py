"""How to cite a dataset: as text, BibTeX, RIS and CSL JSON, from one value.

Only what is stated is said: no author, year or version is invented, and no name is taken apart that its author did not
take apart. A dataset without a version is cited as it was on a day: the one on which a build first found all that is
said of it, or on which its host last answered as it did. Whatever texts hold, each format
stays one entry of its own syntax, and no longer than a screen. Pure functions.

Sources: DataCite Metadata Schema 4.6, "Data Citation"; "Tame the BeaSt", sections 2 and 11 (BibTeX); the RIS format as
`rispy` and Zotero read it; Citation Style Language 1.0.2, Appendix IV, "Variables".
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from sitegen import formatting
from sitegen.creators import sorting_name
from sitegen.model import Catalog, Creator, Record
from sitegen.ome.licenses import license_label
from sitegen.site import values
from sitegen.site.structured import doi_url, permanent_url

Json = str | int | list["Json"] | dict[str, "Json"]

MAX_AUTHORS_IN_TEXT = 20
"""Beyond it, the text says "et al."; the formats for programs have all of them."""
MAX_TITLE_CHARS = 300
MAX_NAME_CHARS = 200
_WHAT = "OME-Zarr data set"
_BIBTEX_SPECIAL = re.compile(r"[\\{}$&#%_~^]")
_BIBTEX_WORDS = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
}
"""Braces by their names: BibTeX counts `\\{` as a brace that opens."""
_NOT_IN_BIBTEX_ADDRESS = re.compile(r"[\\{}\s]")
_SEPARATES_NAMES = re.compile(r"\band\b|,", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One dataset's citation in four forms."""

    text: str
    bibtex: str
    ris: str
    csl: str
    """CSL JSON: a list of one item."""
    also: tuple[str, ...] = ()
    """Publications to cite with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What is known of a dataset that a citation may say; empty where it is not."""

    id: str
    authors: tuple[Creator, ...]
    published: str
    """A year, a month or a day, in ISO 8601."""
    title: str
    version: str
    publisher: str
    doi: str
    address: str
    """Its permanent address: the DOI, else its page."""
    page: str
    """Its page in the catalog, where that is not the permanent address already."""
    data: str
    """Where the data are, where no other address says so."""
    license: str
    license_url: str
    catalog: str
    as_of: str
    """The day of which it is cited, `2026-11-20`; it does not change with every build."""

    @property
    def year(self) -> str:
        return self.published[:4]

    @property
    def note(self) -> str:
        """What no field of a reference manager is for."""
        parts = (self.page and f"Page: {self.page}", self.data and f"Data: {self.data}", self.license_words)
        return ". ".join(part for part in parts if part)

    @property
    def license_words(self) -> str:
        address = f" ({self.license_url})" if self.license_url not in ("", self.license) else ""
        return f"License: {self.license}{address}" if self.license else ""


def cite(record: Record, catalog: Catalog) -> Citation:
    """Return how to cite the dataset."""
    work = _make_work(record, catalog)
    return Citation(
        text=_make_text(work),
        bibtex=_make_bibtex(work),
        ris=_make_ris(work),
        csl=_make_csl(work),
        also=tuple(formatting.shorten(each, 500) for each in record.citations),
    )


def _make_work(record: Record, catalog: Catalog) -> _Work:
    found, license_ = record.found, record.license
    page = permanent_url(record, catalog)
    address = doi_url(record.doi) if record.doi else page
    was_read = found.kind is not None and found.status in ("ok", "stale")
    return _Work(
        id=record.id,
        authors=record.creators,
        published=record.published or "",
        title=_clean(record.title, MAX_TITLE_CHARS),
        version=_clean(record.data_version, 60),
        publisher=_clean(record.publisher or record.source, MAX_NAME_CHARS),
        doi=record.doi or "",
        address=address,
        page=page if page not in (address, record.url) else "",
        data=record.url if record.url != address else "",
        license=_clean(license_label(license_), 100) if license_ else "",
        license_url=_clean(license_.url, 200) if license_ else "",
        catalog=_clean(catalog.title, MAX_NAME_CHARS),
        as_of=(values.last_answer(record) or record.changed_at or "")[:10] if was_read else "",
    )


def _clean(text: str | None, length: int) -> str:
    """Return text on one line, without characters that are not printed."""
    return formatting.shorten("".join(each if each.isprintable() else " " for each in text or ""), length)


def _make_text(work: _Work) -> str:
    """Return the citation as a line: authors (year). Title. Publisher. Address. Catalog. Data. License."""
    names = [_clean(sorting_name(each), MAX_NAME_CHARS) for each in work.authors[:MAX_AUTHORS_IN_TEXT]]
    authors = "; ".join([*names, *(["et al."] if len(work.authors) > MAX_AUTHORS_IN_TEXT else [])])
    year = f" ({work.year})" if work.year else ""
    version = f", version {work.version}" if work.version else ""
    parts = (
        authors and f"{authors}{year}",
        f"{work.title}{version} [{_WHAT}]{'' if authors else year}",
        work.publisher,
        work.address,
        f"Listed in {work.catalog}{work.page and ': '}{work.page}",
        work.data and f"Data: {work.data}",
        work.license and f"License: {work.license}",
        f"As of {formatting.date(work.as_of)}" if work.as_of and not work.version else "",
    )
    return ". ".join(part.rstrip(".") for part in parts if part)


def _make_bibtex(work: _Work) -> str:
    fields = {
        "author": " and ".join(map(_bibtex_name, work.authors)),
        "title": f"{{{_escape(work.title)}}}",
        "year": work.year,
        "version": _escape(work.version),
        "publisher": _escape(work.publisher),
        "howpublished": _WHAT,
        "doi": _bibtex_address(work.doi),
        "url": _bibtex_address(work.address),
        "urldate": work.as_of,
        "note": _escape(f"Listed in {work.catalog}. {work.note}".removesuffix(". ")),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{work.id},\n" + ",\n".join(lines) + "\n}"


def _bibtex_name(creator: Creator) -> str:
    """Return a name as BibTeX reads it; one that is not split is kept whole by braces."""
    parts = (creator.family, creator.given) if creator.family and creator.given else (creator.name,)
    cleaned = [_clean(part, MAX_NAME_CHARS) for part in parts]
    whole = len(cleaned) == 1
    return ", ".join(
        f"{{{_escape(part)}}}" if whole or _SEPARATES_NAMES.search(part) else _escape(part) for part in cleaned
    )


def _escape(text: str) -> str:
    return _BIBTEX_SPECIAL.sub(lambda found: _BIBTEX_WORDS.get(found[0], f"\\{found[0]}"), text)


def _bibtex_address(address: str) -> str:
    """Return an address or DOI, which BibTeX keeps as it is; what would end its field is percent-encoded."""
    return _NOT_IN_BIBTEX_ADDRESS.sub(lambda found: f"%{ord(found[0]):02X}", address)


def _make_ris(work: _Work) -> str:
    lines = (
        ("TY", "DATA"),
        ("ID", work.id),
        *(("AU", _clean(sorting_name(each), MAX_NAME_CHARS)) for each in work.authors),
        ("PY", work.year),
        ("DA", work.published.replace("-", "/")),
        ("TI", work.title),
        ("ET", work.version),
        ("PB", work.publisher),
        ("DO", work.doi),
        ("UR", work.address),
        ("L2", work.data),
        ("Y2", work.as_of.replace("-", "/")),
        ("DB", work.catalog),
        ("N1", work.license_words),
    )
    return "\n".join([*(f"{tag}  - {value}" for tag, value in lines if value), "ER  - "])


def _make_csl(work: _Work) -> str:
    item: dict[str, Json] = {
        "id": work.id,
        "type": "dataset",
        "author": [_csl_name(each) for each in work.authors],
        "title": work.title,
        "issued": _csl_date(work.published),
        "version": work.version,
        "genre": _WHAT,
        "publisher": work.publisher,
        "DOI": work.doi,
        "URL": work.address,
        "accessed": _csl_date(work.as_of),
        "source": work.catalog,
        "note": work.note,
    }
    return json.dumps([{key: value for key, value in item.items() if value}], ensure_ascii=False, indent=1)


def _csl_name(creator: Creator) -> Json:
    if creator.family and creator.given:
        return {"family": _clean(creator.family, MAX_NAME_CHARS), "given": _clean(creator.given, MAX_NAME_CHARS)}
    return {"literal": _clean(creator.name, MAX_NAME_CHARS)}


def _csl_date(iso: str) -> Json:
    return {"date-parts": [[int(part) for part in iso.split("-")]]} if iso else {}
