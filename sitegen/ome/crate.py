"""A dataset's RO-Crate → name, description, license, organism, modality, and what a citation needs.

Many tools write crates: entities may be flat in `@graph` or nested in each other, types
and values alone or in lists. Only the root entity names the dataset; a sample's name is
not the dataset's. Nothing that a crate leaves out is guessed, a license least of all.

Source: RO-Crate 1.1, https://www.researchobject.org/ro-crate/specification/1.1/, sections
"RO-Crate Structure" and "Root Data Entity"; crates of the 2024 NGFF Challenge and of the
BioImage Archive.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from sitegen.creators import MAX_CREATORS, MAX_NAME_CHARS, find_orcid, read_creators
from sitegen.model import Crate, Creator, CreatorKind, License, Problem
from sitegen.model.codes import CODES, make_problem
from sitegen.ome.documents import read_json
from sitegen.ome.licenses import plain_words, read_license
from sitegen.ome.ontology import normalize_term
from sitegen.ome.problems import ProblemLog
from sitegen.ome.values import read_object, read_text

FILE = "ro-crate-metadata.json"
_MAX_ENTITIES = 100_000
_DESCRIPTORS = ("ro-crate-metadata.json", "ro-crate-metadata.jsonld")
_PLACEHOLDERS = ("dataset name", "dataset description")  # what the Challenge's own tool suggests
_SPECIMENS = {"biosample", "biabiosample", "taxon", "biataxon"}
_MAX_LICENSES = 20
_ORGANIZATIONS = {"organization", "collegeoruniversity", "researchorganization", "consortium", "project"}
_SCHEMA_ORG = re.compile(r"\A(?:https?://(?:www\.)?schema\.org/|schema:)(?=\w)")
_EXPANDED = (b"schema:", b"schema.org/", b"schema.org\\/")
"""What a crate holds where it has keys that `_SCHEMA_ORG` shortens."""
_LICENSE_KEYS = ("identifier", "url", "sameAs", "@id", "@value", "name")
_MODALITY_KEYS = ("fbbi_id", "acquisition_method", "acquisiton_method", "imagingMethod")

_MAX_CITATIONS = 10
_MAX_VERSION_CHARS = 100
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ].*)?)?)?", re.DOTALL)
_DOI = re.compile(r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:\s?)?(10\.\d{4,9}/[!-~]{1,200})", re.IGNORECASE)
"""A DOI by itself, with `doi:`, or as an address (DOI Handbook, section 2.2, "Numbering", and 3.8, "Resolution")."""

Entity = Mapping[str, object]


def read_crate(body: bytes) -> tuple[Crate | None, list[Problem]]:
    """Return what an RO-Crate says; None where it states nothing, or is no crate.

    Of broken JSON the last problem is returned, which is why it cannot be read.
    """
    notes = ProblemLog()
    document, found = read_json(body, notes, FILE)
    if not found:
        return None, [_broken(problem) for problem in notes.problems[-1:] if not CODES[problem.code].absent]
    if any(mark in body for mark in _EXPANDED):
        document = _shorten(document)
    entities = list(_flatten(document))
    crate = _read_entities(entities)
    return (crate if crate != Crate() else None), notes.problems


def _shorten(value: object, key: str = "") -> object:
    """Return a value of JSON-LD with terms of schema.org, as keys and types, in the short form of RO-Crate.

    Some libraries expand them, or write prefixes (JSON-LD 1.1, sections 4.1.5, "Compact IRIs", and 5.1, "Expanded
    Document Form"). A term that stands there in the short form, too, counts in that form.
    """
    if isinstance(value, list):
        return [_shorten(each, key) for each in value]
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: _SCHEMA_ORG.match(name) is None)
        return {_SCHEMA_ORG.sub("", name): _shorten(value[name], name) for name in names}
    return _SCHEMA_ORG.sub("", value) if key == "@type" and isinstance(value, str) else value


def _broken(problem: Problem) -> Problem:
    return make_problem("crate-unreadable", FILE, problem.message)


def _read_entities(entities: Sequence[Entity]) -> Crate:
    by_id = {str(entity["@id"]): entity for entity in entities if "@id" in entity and len(entity) > 1}
    root = _find_root(entities, by_id)
    return Crate(
        name=_read_name(root, "name"),
        description=_read_name(root, "description"),
        license=_read_license(root.get("license"), by_id),
        organism=_term(_organisms(entities, by_id)),
        modality=_term(_modalities(entities, by_id)),
        part_of=(whole := _read_whole(root, by_id))[0],
        part_of_name=whole[1],
        creators=_read_creators(root, by_id),
        publisher=next((name for each in _listed(root.get("publisher")) if (name := _one_name(each, by_id))), None),
        published=_read_date(root.get("datePublished")),
        version=(_read_text(root.get("version")) or "")[:_MAX_VERSION_CHARS] or None,
        doi=_read_doi(root, by_id),
        citations=tuple(dict.fromkeys(_read_citations(root, by_id))),
    )


def _read_whole(root: Entity, by_id: Mapping[str, Entity]) -> tuple[str | None, str | None]:
    """Return identifier and name of what the dataset is part of (https://schema.org/isPartOf); None if not stated."""
    value = _first(root.get("isPartOf"))
    stated = read_object(value) if isinstance(value, dict) else {"@id": value}
    id_ = read_text(stated.get("@id"))
    whole = by_id.get(id_ or "", stated)
    if whole is root:
        return None, None
    return id_, _read_name(whole, "name") or _read_name(stated, "name")


def _flatten(document: object) -> Iterator[Entity]:
    """Give every object of the graph, nested ones included, in document order."""
    graph = read_object(document).get("@graph")
    waiting: list[object] = [graph if isinstance(graph, list) else document]
    count = 0
    while waiting and count < _MAX_ENTITIES:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += reversed(value)
        elif isinstance(value, dict):
            count += 1
            yield value
            waiting += reversed([child for key, child in value.items() if key != "@context"])


def _find_root(entities: Sequence[Entity], by_id: Mapping[str, Entity]) -> Entity:
    """Return what the descriptor is about, else `./`, else the empty id, else the first Dataset."""
    descriptors = (entity for entity in entities if str(entity.get("@id", "")).endswith(_DESCRIPTORS))
    abouts = [_first_id(descriptor.get("about")) for descriptor in descriptors if "about" in descriptor]
    for name in (*abouts, "./", ""):
        if name is not None and name in by_id:
            return by_id[name]
    return next((entity for entity in entities if "dataset" in _types(entity)), {})


def _first(value: object) -> object:
    return next(iter(value), None) if isinstance(value, list) else value


def _first_id(value: object) -> str | None:
    first = _first(value)
    found = read_object(first).get("@id") if isinstance(first, dict) else first
    return found if isinstance(found, str) else None


def _types(entity: Entity) -> set[str]:
    """Return the entity's types, in lower case without punctuation: `bia:BioSample` → `biabiosample`."""
    written = entity.get("@type")
    types = written if isinstance(written, list) else [written]
    return {"".join(filter(str.isalnum, name.lower())) for name in types if isinstance(name, str)}


def _read_name(root: Entity, key: str) -> str | None:
    text = _read_text(root.get(key))
    return None if text is None or text.lower() in _PLACEHOLDERS else text


def _read_text(value: object) -> str | None:
    """Return text, the first of a list, or the `@value` of a JSON-LD value."""
    first = _first(value)
    return read_text(read_object(first).get("@value") if isinstance(first, dict) else first)


def _read_license(value: object, by_id: Mapping[str, Entity]) -> str | None:
    """Return the license as text or address; the identifiers of several that are known, joined by `; `."""
    stated = [text for each in _listed(value) if (text := _one_license(each, by_id))]
    identifiers = dict.fromkeys(found for text in stated if (found := read_license(text).id))
    known = (text for text in stated if _is_known(read_license(text)))
    return "; ".join(identifiers) if len(identifiers) > 1 else next(iter((*known, *stated)), None)


def _one_license(value: object, by_id: Mapping[str, Entity]) -> str | None:
    """Return what one value says: text, or of an entity the first of its properties that names a license we know.

    Else its first address, else its first text. An `@id` that only ties entities of this crate together, such as
    `#license`, is none of these.
    """
    if not isinstance(value, dict):
        return read_text(value)
    entity = {**_referenced(value.get("@id"), by_id), **value}
    texts = [text for key in _LICENSE_KEYS for each in _listed(entity.get(key)) if (text := _read_value(each, by_id))]
    known = [text for text in texts if _is_known(read_license(text))]
    addresses = [text for text in texts if text.lower().startswith(("https://", "http://"))]
    return next((text for text in (*known, *addresses, *texts) if not text.startswith(("#", "_:"))), None)


def _referenced(identifier: object, by_id: Mapping[str, Entity]) -> Entity:
    """Return the entity with an `@id`; `LICENSE` and `./LICENSE` are the same file of the crate."""
    bare = str(identifier).removeprefix("./")
    return next((by_id[form] for form in (str(identifier), bare, f"./{bare}") if form in by_id), {})


def _is_known(license_: License) -> bool:
    """Return whether a license says what one may do: it has an identifier, or is of Creative Commons."""
    return bool(license_.id or plain_words(license_))


def _listed(value: object) -> list[object]:
    return value[:_MAX_LICENSES] if isinstance(value, list) else [value]


def _read_value(value: object, by_id: Mapping[str, Entity]) -> str | None:
    """Return text, or that of a JSON-LD value, of a `PropertyValue` (nested or referenced), or of a reference."""
    if not isinstance(value, dict):
        return read_text(value)
    entity = {**_referenced(value.get("@id"), by_id), **value}
    return next((text for key in ("@value", "value", "@id") if (text := read_text(entity.get(key)))), None)


def _read_creators(root: Entity, by_id: Mapping[str, Entity]) -> tuple[Creator, ...]:
    """Return the authors, else the creators, in order; schema.org calls the two the same."""
    for key in ("author", "creator"):
        found = [each for value in _each(root.get(key)) for each in _creators_of(value, by_id)]
        if found:
            return tuple(dict.fromkeys(found))[:MAX_CREATORS]
    return ()


def _each(value: object) -> list[object]:
    """Return the values of a list, or of an ordered list of JSON-LD (`@list`), or the one value."""
    listed = read_object(value).get("@list", value)
    return listed[:MAX_CREATORS] if isinstance(listed, list) else [listed]


def _creators_of(value: object, by_id: Mapping[str, Entity]) -> tuple[Creator, ...]:
    """Return the people and organizations of one value: text, an entity, or a reference to one of this crate."""
    entity = _entity(value, by_id)
    if not entity:
        text = _read_text(value)
        try:
            return read_creators(text) if text and not _is_reference(text) else ()
        except ValueError:  # names that cannot be true, or an ORCID without one
            return ()
    given, family = _read_text(entity.get("givenName")), _read_text(entity.get("familyName"))
    name = _read_text(entity.get("name")) or " ".join(filter(None, (given, family)))
    if not name or len(name) > MAX_NAME_CHARS:
        return ()
    orcid = _orcid(entity, by_id)
    kind: CreatorKind | None = "person" if orcid or "person" in _types(entity) else None
    if not kind and _types(entity) & _ORGANIZATIONS:
        kind = "organization"
    split = bool(family and given and kind != "organization")
    return (
        Creator(
            name=" ".join(name.split()),
            family=family if split else None,
            given=given if split else None,
            kind="person" if split else kind,
            orcid=orcid,
        ),
    )


def _entity(value: object, by_id: Mapping[str, Entity]) -> Entity:
    """Return the entity that a value is or refers to; empty for text, and for a reference that leads nowhere."""
    if not isinstance(value, dict):
        return by_id.get(value, {}) if isinstance(value, str) else {}
    entity = {**_referenced(value.get("@id"), by_id), **value}
    return entity if entity.keys() - {"@id"} and "@value" not in entity else {}


def _is_reference(text: str) -> bool:
    """Return whether a text only ties entities together, or is an address: no name of anybody."""
    return text.startswith(("#", "_:", "./")) or "://" in text.split(" ", 1)[0]


def _orcid(entity: Entity, by_id: Mapping[str, Entity]) -> str | None:
    texts = (
        text
        for key in ("@id", "identifier", "sameAs", "url")
        for each in _listed(entity.get(key))
        if (text := _read_value(each, by_id))
    )
    return next((orcid for text in texts if (orcid := find_orcid(text))), None)


def _one_name(value: object, by_id: Mapping[str, Entity]) -> str | None:
    """Return the name of an entity, nested or referenced, or text that is one."""
    entity = _entity(value, by_id)
    if entity:
        return _read_text(entity.get("name"))
    text = _read_text(value)
    return text if text and not _is_reference(text) else None


def _read_date(value: object) -> str | None:
    """Return a year, a month or a day, as ISO 8601 writes them; None for what is no such date."""
    found = _DATE.fullmatch(_read_text(value) or "")
    if not found:
        return None
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        date(year, month, day)
    except ValueError:
        return None
    return "-".join(part for part in found.groups() if part)


def _read_doi(root: Entity, by_id: Mapping[str, Entity]) -> str | None:
    """Return the DOI of the dataset itself: its identifier, what it asks to be cited as, or its `@id`."""
    for key in ("identifier", "cite-as", "@id"):
        for each in _listed(root.get(key)):
            if doi := _DOI.fullmatch(_read_value(each, by_id) or ""):
                return doi[1]
    return None


def _read_citations(root: Entity, by_id: Mapping[str, Entity]) -> Iterator[str]:
    """Yield the publications about the dataset: name and address, as far as they are stated."""
    for value in _listed(root.get("citation"))[:_MAX_CITATIONS]:
        entity = _entity(value, by_id)
        stated = [_read_text(entity.get("name"))] if entity else [_read_text(value)]
        for key in ("identifier", "url", "@id"):
            stated += [_read_value(each, by_id) for each in _listed(read_object(entity or value).get(key))]
        words = [text for text in stated[:1] if text and not text.startswith(("#", "_:", "./"))]
        address = next((text for text in stated[1:] if text and (_DOI.fullmatch(text) or "://" in text)), None)
        if doi := _DOI.fullmatch(address or ""):
            address = f"https://doi.org/{doi[1]}"
        if cited := ". ".join(part.rstrip(".") for part in (*words, address or "") if part):
            yield cited


def _organisms(entities: Sequence[Entity], by_id: Mapping[str, Entity]) -> Iterator[str | None]:
    for entity in entities:
        yield _reference(entity.get("organism_classification"), by_id)
    for entity in entities:
        if _types(entity) & _SPECIMENS:
            yield from (_identifier(entity.get("@id")), _read_text(entity.get("scientificName")))


def _modalities(entities: Sequence[Entity], by_id: Mapping[str, Entity]) -> Iterator[str | None]:
    for key in _MODALITY_KEYS:
        for entity in entities:
            yield _reference(entity.get(key), by_id)


def _reference(value: object, by_id: Mapping[str, Entity]) -> str | None:
    """Return the identifier that a property refers to, else the name of what it refers to."""
    first = _first(value)
    if not isinstance(first, dict):
        return read_text(first)
    entity = {**by_id.get(str(first.get("@id")), {}), **first}
    names = (_read_text(entity.get(key)) for key in ("scientificName", "name"))
    return _identifier(first.get("@id")) or next((name for name in names if name), None) or read_text(first.get("@id"))


def _identifier(value: object) -> str | None:
    """Return an `@id` unless it only ties entities of this crate together, such as `#a1` or `_:b0`."""
    text = read_text(value)
    return None if text is None or text.startswith(("#", "_:", "./")) else text


def _term(candidates: Iterable[str | None]) -> str | None:
    """Return the first candidate, normalized."""
    return next((normalize_term(text) for text in candidates if text), None)
