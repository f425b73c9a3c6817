"""Which value a record has where lists, the dataset and its RO-Crate state different ones, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sitegen.catalog.build import make_catalog
from sitegen.catalog.records import make_record
from sitegen.config.settings import Config, SourceSettings
from sitegen.model import Axis, Cost, Crate, Creator, Entry, Findings, Level, License, Place, Record, Study

URL = "https://example.org/images/a.zarr"
FOUND = Findings(
    status="ok",
    kind="image",
    axes=(Axis(name="y", type="space"), Axis(name="x", type="space")),
    levels=(Level(path="0", shape=(64, 64), chunks=(32, 32), shards=(64, 64)),),
    images=1,
    bytes_written=4096,
)
LOST = Findings(status="missing")


def entry(url: str = URL, **stated: Any) -> Entry:
    """Return an entry with these fields."""
    return Entry(url=url, places=(Place(csv="l.csv", line=2),), **stated)


def record(found: Findings = FOUND, crate: Crate | None = None, **stated: Any) -> Record:
    """Return the record of what a list states and what was found."""
    return make_record(entry(**stated), replace(found, crate=crate), title="a.zarr")


@pytest.mark.parametrize("field", ["name", "description"])
def test_a_text_of_the_list_beats_that_of_the_crate(field: str) -> None:
    """An empty cell states nothing."""
    crate = Crate(**{field: "of the crate"})

    for written, expected, origin in (("of the list", "of the list", "csv"), ("", "of the crate", "ro-crate")):
        made = record(crate=crate, **{field: written})
        assert (getattr(made, field), made.provenance[field]) == (expected, origin)


def test_creators_of_the_list_beat_those_of_the_crate() -> None:
    """As for other values, an empty cell states nobody."""
    ada, bob = Creator(name="Ada"), Creator(name="Bob")

    for written, expected, origin in (((ada,), (ada,), "csv"), ((), (bob,), "ro-crate")):
        made = record(crate=Crate(creators=(bob,)), creators=written)
        assert (made.creators, made.provenance["creators"]) == (expected, origin)


def test_what_a_citation_needs_comes_from_the_crate() -> None:
    """Each value with its origin."""
    crate = Crate(publisher="Archive", published="2024", version="2", doi="10.1000/1", citations=("A paper",))
    made = record(crate=crate)

    assert (made.publisher, made.published, made.data_version, made.doi) == ("Archive", "2024", "2", "10.1000/1")
    assert made.citations == ("A paper",)
    keys = ("publisher", "published", "data_version", "doi", "citations")
    assert {key: made.provenance[key] for key in keys} == dict.fromkeys(keys, "ro-crate")


@pytest.mark.parametrize(
    ("crate", "citations", "origin"),
    [(None, ("Screen, 2020",), "configuration"), (Crate(citations=("A paper",)), ("A paper",), "ro-crate")],
)
def test_the_citation_of_a_study_is_that_of_its_datasets(
    crate: Crate | None, citations: tuple[str, ...], origin: str
) -> None:
    """Where the dataset's RO-Crate names no publication."""
    study = Study(id="s", name="S", taken_from="configuration", named_by="configuration", citation="Screen, 2020")
    made = make_record(entry(), replace(FOUND, crate=crate), title="a.zarr", study=study)

    assert (made.citations, made.provenance["citations"]) == (citations, origin)


@pytest.mark.parametrize(
    ("name", "crate_name", "title", "origin"),
    [
        ("Liver", "Kidney", "Liver", "csv"),
        (None, "Kidney", "Kidney", "ro-crate"),
        (None, None, "a.zarr", "url"),
        ("", "", "a.zarr", "url"),
    ],
)
def test_a_title_is_the_name_or_the_end_of_the_address(
    name: str | None, crate_name: str | None, title: str, origin: str
) -> None:
    """Every dataset has one, and where it came from is kept."""
    made = record(crate=Crate(name=crate_name), name=name)

    assert (made.title, made.provenance["title"]) == (title, origin)


@pytest.mark.parametrize(
    ("column", "claimed", "found", "claim_alone"),
    [
        ("chunks", (8, 8), (32, 32), (8, 8)),
        ("shards", (8, 8), (64, 64), (8, 8)),
        ("shape", (8, 8), (64, 64), (8, 8)),
        ("images", 7, 1, 7),
    ],
)
def test_the_data_beat_the_claims_of_lists(column: str, claimed: object, found: object, claim_alone: object) -> None:
    """A claim is shown only where the data could not be read."""
    assert getattr(record(**{column: claimed}).found, column) == found
    lost = record(LOST, **{column: claimed})
    assert (getattr(lost.found, column), lost.provenance[column]) == (claim_alone, "csv")


def test_a_dataset_without_shards_has_none_whatever_the_list_claims() -> None:
    """That there are none is a fact of the array, too."""
    plain = Findings(status="ok", kind="image", levels=(Level(path="0", shape=(64, 64), chunks=(32, 32)),))

    assert record(plain, shards=(64, 64)).found.shards is None


def test_the_stored_size_of_the_list_beats_the_estimate() -> None:
    """A list counts objects, which a crawl over HTTP cannot."""
    assert record(stored_bytes=5000).found.bytes == 5000
    assert record().found.bytes == 4096
    assert record(LOST).found.bytes is None


def test_what_nobody_states_is_unknown() -> None:
    """There is no origin for it either."""
    made = record(LOST)

    assert (made.name, made.description, made.source, made.license, made.organism, made.modality) == (None,) * 6
    assert made.provenance == {"title": "url"}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("CC-BY-4.0", License(id="CC-BY-4.0", url="https://creativecommons.org/licenses/by/4.0/")),
        ("CC BY", License(url="https://creativecommons.org/licenses/by/")),
        ("https://example.org/terms", License(url="https://example.org/terms")),
        ("ask the authors", License(text="ask the authors")),
        ("javascript:alert(1)", License(text="javascript:alert(1)")),
    ],
)
def test_a_license_is_never_guessed(written: str, kept: License) -> None:
    """One that is not known keeps its address, or else its words."""
    assert record(license=written).license == kept


def test_the_license_of_the_crate_counts_where_the_list_has_none() -> None:
    """As for other texts, the list comes first."""
    crate = Crate(license="https://creativecommons.org/publicdomain/zero/1.0/")

    both, alone = record(crate=crate, license="CC-BY-4.0"), record(crate=crate)
    assert (both.license and both.license.id, both.provenance["license"]) == ("CC-BY-4.0", "csv")
    assert (alone.license and alone.license.id, alone.provenance["license"]) == ("CC0-1.0", "ro-crate")


@pytest.mark.parametrize(
    ("column", "written", "codes"),
    [
        ("organism_id", "NCBI:txid9606", []),
        ("organism_id", "human", ["term-unknown"]),
        ("fbbi_id", "obo:FBbi_00000246", []),
        ("fbbi_id", "confocal", ["term-unknown"]),
        ("organism_id", "FBbi:00000246", ["term-misplaced"]),
        ("organism_id", "NCIT:C14187", []),
        ("fbbi_id", "NCBITaxon:9606", ["term-misplaced"]),
    ],
)
def test_a_term_that_is_no_identifier_or_of_another_kind_is_a_warning(
    column: str, written: str, codes: list[str]
) -> None:
    """It is shown as written; the problem names its column."""
    made = record(**{column: written})

    assert [problem.code for problem in made.found.problems] == codes
    assert {problem.where for problem in made.found.problems} <= {"organismId", "fbbiId"}
    assert all(problem.level == "warning" and written in problem.message for problem in made.found.problems)


def test_labels_that_were_looked_up_complete_the_built_in_ones() -> None:
    """The built-in table comes first, so that a server cannot rename a species."""
    labels = {"NCBITaxon:9606": "something else", "NCBITaxon:1234567": "Rara avis"}
    known = make_record(entry(organism_id="NCBI:txid9606"), FOUND, title="a", labels=labels)
    rare = make_record(entry(organism_id="NCBI:txid1234567"), FOUND, title="a", labels=labels)

    assert known.organism
    assert known.organism.label == "Homo sapiens"
    assert rare.organism
    assert rare.organism.label == "Rara avis"


def test_an_organism_that_the_description_contradicts_is_doubtful() -> None:
    """HeLa cells are human; the value is kept, since the description may be wrong."""
    made = record(organism_id="NCBI:txid9601", description="HeLa cells")

    assert [problem.code for problem in made.found.problems] == ["organism-doubtful"]
    assert "hela" in made.found.problems[0].message
    assert made.organism
    assert made.organism.id == "NCBITaxon:9601"


def test_a_catalog_keeps_the_order_of_the_lists() -> None:
    """Records, institutions and titles follow the entries."""
    entries = [entry("https://h/b/x.zarr", source="SSBD"), entry("https://h/a/x.zarr", source="IDR"), entry()]
    catalog = make_catalog(
        entries, [FOUND, LOST, FOUND], Config(title="T", csv=("l.csv",)), built_at="2026-11-22T06:00:00Z"
    )

    assert [each.title for each in catalog.records] == ["b/x.zarr", "a/x.zarr", "a.zarr"]
    assert [source.name for source in catalog.sources] == ["SSBD", "IDR"]
    assert (catalog.totals.datasets, catalog.totals.ok, catalog.totals.sources) == (3, 2, 2)


def test_an_institution_has_what_the_configuration_adds() -> None:
    """One that no list names is not shown."""
    config = Config(
        title="T",
        csv=("l.csv",),
        sources=(SourceSettings(name="IDR", url="https://idr.example.org"), SourceSettings(name="none")),
    )
    catalog = make_catalog([entry(source="IDR")], [FOUND], config, built_at="2026-11-22T06:00:00Z")

    assert [(source.name, source.url) for source in catalog.sources] == [("IDR", "https://idr.example.org")]


def test_figures_of_hosts_add_up() -> None:
    """The host with most datasets comes first; the time is the median of its datasets."""
    costs = [Cost(requests=3, bytes=100, median_ms=10.0), Cost(requests=5, bytes=50, median_ms=30.0, retries=2)]
    found = [Findings(status="missing", cost=Cost(requests=1)), *(Findings(status="ok", cost=cost) for cost in costs)]
    entries = [entry("https://small/a.zarr"), entry("https://large/a.zarr"), entry("https://large/b.zarr")]
    large, small = make_catalog(
        entries, found, Config(title="T", csv=("l.csv",)), built_at="2026-11-22T06:00:00Z"
    ).hosts

    assert (large.host, large.datasets, large.requests, large.bytes, large.errors) == ("large", 2, 8, 150, 0)
    assert (large.median_ms, large.retries) == (20.0, 2)
    assert (small.host, small.errors, small.median_ms) == ("small", 1, None)
