"""What the page of a dataset says of its status, picture, axes, resolutions, problems, values and code to copy."""

from __future__ import annotations

import pytest
from catalogs import LIST, change, make_catalog, make_failed, make_image, make_plate, make_series, make_stale

from sitegen.formatting import STATUSES
from sitegen.model import Axis, Level, License, Picture, Place, Problem, Record, Shown, StudyRef, Term
from sitegen.model.codes import make_problem
from sitegen.site.dataset_page import DatasetPage, make_dataset_page
from sitegen.site.neighbors import NeighborLinks
from sitegen.site.search_names import term as term_names
from sitegen.site.values import (
    channel_count,
    extent,
    has_labels,
    license_id,
    searched_words,
    term_note,
    term_words,
    validity,
)

ANY = ("dask", "tensorstore")
"""Tools that read any array."""
YX = (Axis(name="y", type="space", unit="micrometer"), Axis(name="x", type="space", unit="micrometer"))


def page(record: Record, base_url: str | None = None) -> DatasetPage:
    """Return what the page of a record says."""
    return make_dataset_page(record, make_catalog(record, base_url=base_url), NeighborLinks())


@pytest.mark.parametrize(
    ("record", "badges"),
    [
        (make_image(), ["image", "OME-Zarr 0.5", "Zarr v3", "valid"]),
        (make_plate(), ["plate", "OME-Zarr 0.4", "Zarr v2", "invalid"]),
        (make_image(kind="array", ome_zarr_version=None, valid=None), ["bare array", "Zarr v3"]),
        (make_stale(), ["image", "OME-Zarr 0.5", "Zarr v3", "valid", "not reachable now"]),
        (make_failed("missing", "lost"), ["missing"]),
    ],
)
def test_badges_say_what_it_is(record: Record, badges: list[str]) -> None:
    """Kind, versions, validity; a status only where it is a problem."""
    assert [badge.text for badge in page(record).badges] == badges


def test_what_stands_beside_the_title_is_no_fact_below() -> None:
    """Institution and study are links there; an institution that is an address leads there as a fact."""
    study = StudyRef(id="tides", name="Tides")
    labels = [
        {fact.label for fact in page(record).facts} & {"Institution", "Study"}
        for record in (
            make_image(study=study),
            make_image(study=study, source="https://idr.example.org/"),
            make_image(study=study, title="Tides"),
        )
    ]

    assert labels == [set(), {"Institution"}, {"Study"}]


def test_a_dataset_that_answered_has_no_banner() -> None:
    """Invalid metadata are no reason for one."""
    assert page(make_image(valid=False)).banner is None


def test_a_stale_dataset_says_when_it_was_read() -> None:
    """What is shown may have changed since."""
    banner = page(make_stale()).banner

    assert banner is not None
    assert (banner.text, banner.tone) == ("Not reachable now", "warn")
    assert banner.sentence.endswith("What you see was read earlier. Read on 18 Oct 2026.")


@pytest.mark.parametrize("status", [each for each in STATUSES if each not in ("ok", "stale")])
def test_a_failed_dataset_says_when_its_host_answered(status: str) -> None:
    """Of one that answers so to every build the day is not shown, nor where it is not known."""
    never, once = (page(make_image(status=status, checked_at=when)).banner for when in (None, "2026-10-18T04:00:00Z"))
    answered = "" if status in ("missing", "forbidden", "unreadable") else " Its host last answered on 18 Oct 2026."

    assert never is not None
    assert never.sentence == STATUSES[status].sentence  # type: ignore[index]
    assert once is not None
    assert once.sentence == f"{never.sentence}{answered}"


@pytest.mark.parametrize("status", ["missing", "forbidden", "unreadable"])
def test_a_dataset_that_was_read_before_says_when(status: str) -> None:
    """What is shown is from that day."""
    kept = (make_problem("not-current"),)
    banner = page(make_image(status=status, problems=kept, checked_at="2026-10-18T04:00:00Z")).banner

    assert banner is not None
    assert banner.sentence.endswith("What you see was read on 18 Oct 2026.")


@pytest.mark.parametrize(
    ("valid", "version", "text", "words"),
    [
        (True, "0.5", "Valid", "follow every required rule of OME-Zarr 0.5"),
        (False, "0.4", "Invalid", "break rules of OME-Zarr 0.4"),
        (False, None, "Invalid", "break rules of its version of OME-Zarr"),
        (None, "0.5", "Not validated", "no OME-Zarr metadata of a known version"),
    ],
)
def test_validity_is_said_in_a_sentence(valid: bool | None, version: str | None, text: str, words: str) -> None:
    """It names the version whose rules count."""
    said = page(make_image(valid=valid, ome_zarr_version=version)).validation

    assert said.text == text
    assert words in said.sentence


def test_how_much_was_validated_is_said_in_words() -> None:
    """What was read in part is valid as far as it was read, and the parts are named."""
    parts = "the root, 0, labels (in part); not read: 1"
    sampled = page(make_image(valid=True, validated="sampled", validated_parts=parts)).validation
    full = page(make_image(valid=False, validated="full", validated_parts="all")).validation

    assert sampled.sentence.startswith("The parts of its metadata that were read follow")
    assert sampled.sentence.endswith("Read: the root, 0, labels (in part); not read: 1.")
    assert full.sentence.endswith("Read: all.")


@pytest.mark.parametrize(
    ("record", "caption"),
    [
        (make_image(), "z = 15 of 0–30 · t = 0 of 0–39 · resolution 1"),
        (make_plate(), "well B3, image B/3/0 · z = 15 of 0–30 · t = 0 of 0–39 · resolution 1"),
        (make_series(), "image 0 of the series · z = 15 of 0–30 · t = 0 of 0–39 · resolution 1"),
        (make_image(axes=YX, shape=(64, 64), shown=Shown(level="0"), levels=()), ""),
        (make_image(shape=(1, 2, 1, 64, 64), shown=Shown(level="0", z=0, t=0)), "resolution 0"),
        (make_image(axes=None, shape=None, shown=Shown(level="0", z=3)), "z = 3 · resolution 0"),
    ],
)
def test_the_caption_says_what_the_picture_shows(record: Record, caption: str) -> None:
    """Which image and plane, of how many; nothing where there is no choice."""
    assert page(record).preview.caption == caption


def test_the_legend_names_each_channel() -> None:
    """By its label, else by its number; without a color it has none."""
    channels = make_image().found.metadata.channels
    bare = type(channels[0])()
    shown = Shown(level="0", channels=(channels[0], bare))

    assert [(entry.label, entry.color) for entry in page(make_image(shown=shown)).preview.legend] == [
        ("DAPI", "#3D7BFF"),
        ("channel 1", ""),
    ]


def test_a_thumbnail_takes_the_place_of_a_missing_preview() -> None:
    """A small picture is better than none; one that was supplied has no caption."""
    thumbnail = Picture(path="thumbs/a.webp", width=64, height=64)
    preview = page(make_image(preview=None, thumbnail=thumbnail, shown=None)).preview

    assert (preview.picture, preview.caption, preview.reason) == (thumbnail, "", "")


def test_axes_have_lengths_pixel_sizes_and_extents() -> None:
    """A channel has no size; a unit is shown by its symbol."""
    axes = page(make_image()).axes

    assert axes is not None
    assert axes.rows == (
        ("t", "time", "40", "1.5 s", "1 min"),
        ("c", "channel", "2", "", ""),
        ("z", "space", "31", "500 nm", "15.5 µm"),
        ("y", "space", "2,048", "108 nm", "221 µm"),
        ("x", "space", "2,048", "108 nm", "221 µm"),
    )


def test_axes_without_levels_have_names_alone() -> None:
    """As of a dataset whose arrays could not be read."""
    axes = page(make_image(axes=YX, shape=None, levels=())).axes

    assert axes is not None
    assert axes.rows == (("y", "space", "", "", ""), ("x", "space", "", "", ""))
    assert page(make_image(axes=None)).axes is None


def test_resolutions_say_what_they_measure_and_take() -> None:
    """Shards only where there are any; what was computed, not read, is marked."""
    sharded, plain = page(make_image()).levels, page(make_plate()).levels

    assert sharded is not None
    assert dict(zip(sharded.head, sharded.rows[0], strict=True)) == {
        "Path": "0",
        "Shape (t, c, z, y, x)": "40 × 2 × 31 × 2,048 × 2,048",
        "Pixel size": "108 nm × 108 nm × 500 nm",
        "Extent": "221 µm × 221 µm × 15.5 µm",
        "Uncompressed": "20.8 GB",
        "Chunks": "158,720",
        "Chunk": "1 × 1 × 1 × 256 × 256 (131 kB)",
        "Shards": "320",
        "Shard": "1 × 1 × 31 × 1,024 × 1,024 (65 MB)",
    }
    assert sharded.rows[2][2:5] == ("432 nm × 432 nm × 500 nm", "221 µm × 221 µm × 15.5 µm", "1.3 GB")
    assert sharded.derived == (False, False, True, True, True)
    assert plain is not None
    assert plain.head[-2:] == ("Chunks", "Chunk")


def test_what_is_not_known_of_resolutions_has_no_column() -> None:
    """As of an array without axes, of a data type without a size."""
    level = Level(path="0", shape=(64, 64))
    made = page(make_image(axes=None, levels=(level,), dtype="strange", chunks=None)).levels

    assert made is not None
    assert (made.head, made.rows) == (("Path", "Shape"), (("0", "64 × 64"),))


def test_figures_of_the_shown_image_are_called_so() -> None:
    """A plate of 1.09 TB does not say that it has 1.9 MB; an image is all of the dataset."""
    plate = page(change(make_plate(), bytes=1_090_000_000_000, bytes_uncompressed=1_900_000))
    labels = {fact.label: fact.text for fact in plate.facts}
    of_image = {fact.label: fact.text for fact in plate.image_facts}

    assert plate.image == "well B3, image B/3/0"
    assert (labels["Stored size"], of_image["Uncompressed size"]) == ("1.09 TB", "1.9 MB")
    assert not {"Uncompressed size", "Pixels", "Extent", "Channels", "Dimensions"} & set(labels)
    assert "1.9 MB" not in str(plate.facts)
    assert plate.stored.endswith("The whole plate takes 1.09 TB in storage.")
    assert (page(make_image()).image, page(make_image()).image_facts) == ("", ())


def test_long_tables_are_cut_and_counted() -> None:
    """Levels, lists, problems and names: the page says how many more there are."""
    level = Level(path="0", shape=(64, 64))
    places = tuple(Place(csv=LIST, line=line) for line in range(2, 202))
    problems = tuple(Problem(code="scale-count", level="error", message=f"{number}") for number in range(200))
    names = tuple(f"label-{number}" for number in range(200))
    made = page(make_image(levels=(level,) * 200, lists=places, problems=problems, label_images=names))

    assert made.levels is not None
    assert len(made.levels.rows) + made.levels.more == 200
    assert len(made.lists) + made.more_lists == 200
    assert len(made.problems[0].problems) + made.problems[0].more == 200
    assert len(made.labels.names) + made.labels.more == 200
    assert made.problems[0].title == "200 errors"
    assert min(made.levels.more, made.more_lists, made.problems[0].more, made.labels.more) > 0


def test_problems_are_grouped_by_their_weight() -> None:
    """Errors first; a level without problems is left out."""
    assert [group.level for group in page(make_plate()).problems] == ["error", "warning", "note"]
    assert page(make_image()).problems == ()


def test_findings_lead_to_rule_and_clause() -> None:
    """What is no rule of OME-Zarr has no clause."""
    problems = (make_problem("scale-count", "multiscales/0", "found 2"), make_problem("not-current"))
    broken, unread = (group.problems[0] for group in page(make_image(problems=problems)).problems)

    assert broken.clause
    assert broken.clause.address.startswith("https://")
    assert (unread.problem.code, unread.clause) == ("not-current", None)


def test_a_page_says_where_its_values_came_from() -> None:
    """Values of one origin are together."""
    origins = [fact.text for fact in page(make_image()).origins]

    assert origins == ["name, license", "organism", "shape, axes"]


@pytest.mark.parametrize("text", ["https://example.org/?a=1&b=2", "javascript:alert(1)", "liver", "https://a b"])
def test_further_columns_are_links_only_where_they_are_addresses(text: str) -> None:
    """Of http or https."""
    (fact,) = page(make_image(extra={"column": text})).extra

    assert (fact.label, fact.text) == ("column", text)
    assert fact.href == (text if text == "https://example.org/?a=1&b=2" else "")


@pytest.mark.parametrize(
    ("record", "names"),
    [
        (make_image(), ["zarr", *ANY, "ome-zarr-py", "napari", "Fiji", "Download"]),
        (make_image(ome_zarr_version="0.6"), ["zarr", *ANY, "ome-zarr-py", "napari", "Download"]),
        (make_image(kind="array", ome_zarr_version=None), ["zarr", *ANY, "Download"]),
        (make_image(kind="group", ome_zarr_version=None, levels=()), ["zarr"]),
        (change(make_image(), url="s3://bucket/a.zarr"), ["zarr", *ANY, "ome-zarr-py", "napari", "Fiji", "aws s3"]),
        (make_failed("missing", "lost"), []),
    ],
)
def test_code_is_offered_where_it_would_work(record: Record, names: list[str]) -> None:
    """A tool that cannot read the kind or version is left out."""
    assert [snippet.name for snippet in page(record).snippets] == names


def test_the_citation_names_the_page_where_its_address_is_known() -> None:
    """Then the data are named, too; no sentence ends in two dots."""
    record = make_image(title="Cells.", source="IDR")
    alone = page(record).citation.text
    published = page(record, "https://c.example.org/").citation.text

    assert alone.startswith(f"Cells. [OME-Zarr data set]. IDR. {record.url}. Listed in Open microscopy. ")
    address = f"https://c.example.org/datasets/{record.id}/index.html"
    assert f"IDR. {address}. Listed in Open microscopy. Data: {record.url}. License: CC-BY-4.0. As of" in published


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "221 µm × 221 µm × 15.5 µm"),
        ({"axes": YX, "shape": (64, 1), "levels": (Level(path="0", shape=(64, 1), scale=(1.0, 1.0)),)}, "64 µm"),
        ({"levels": ()}, None),
        ({"axes": YX, "shape": (64, 64), "levels": (Level(path="0", shape=(64, 64), scale=(1.0,)),)}, None),
    ],
)
def test_the_physical_size_needs_units_and_scales(changes: dict[str, object], words: str | None) -> None:
    """It names x first and leaves out sides of one pixel."""
    assert extent(make_image(**changes)) == words


def test_values_that_are_not_stated_are_unknown_not_no() -> None:
    """So that a facet can say "not stated"."""
    lost, read = make_failed("missing", "lost"), make_image(label_images=(), axes=YX, shape=(64, 64))

    assert (has_labels(lost), validity(lost), channel_count(lost), license_id(lost)) == (None,) * 4
    assert (has_labels(read), validity(read), channel_count(read), license_id(read)) == ("no", "valid", 1, "CC-BY-4.0")


@pytest.mark.parametrize(
    ("license_", "shown"),
    [
        (License(id="CC0-1.0", url="https://h/cc0"), "CC0-1.0"),
        (License(url="https://h/terms"), "https://h/terms"),
        (License(text="ask the authors"), "ask the authors"),
    ],
)
def test_a_license_is_shown_by_the_best_that_is_known(license_: License, shown: str) -> None:
    """Identifier, address, words."""
    assert license_id(make_image(license=license_)) == shown


@pytest.mark.parametrize(
    ("term", "words", "note"),
    [
        (None, "", ""),
        (Term(id="NCBITaxon:9606", label="Homo sapiens"), "Homo sapiens", "NCBITaxon:9606"),
        (Term(id="human", label=None), "human", ""),
        (Term(id="human", label="human"), "human", ""),
    ],
)
def test_a_term_is_called_by_its_label(term: Term | None, words: str, note: str) -> None:
    """Its identifier is a note where it says more."""
    assert (term_words(term), term_note(term)) == (words, note)


def test_search_finds_what_no_field_shows() -> None:
    """Channels, label images, and further columns; other names of the organism are names of its field."""
    words = searched_words(make_image(extra={"tissue": "liver"}))

    assert {"liver", "DAPI", "actin", "nuclei"} <= set(words.split())
    assert "human" in term_names("NCBITaxon:9606")
