"""The table of fields: what each says of a record, and where."""

from __future__ import annotations

import pytest
from catalogs import TCZYX, change, every_kind, make_failed, make_image, make_plate

from sitegen import formatting
from sitegen.formatting import dimension_words
from sitegen.model import Axis, PublicFindings, Record, StudyRef, Term
from sitegen.site.facts import card_facts, make_card_texts, make_facts
from sitegen.site.fields import FIELDS, TEXTS, extra_field, fields_in
from sitegen.site.values import channel_count, length, pixel_count

EMPTY = Record(id="a", url="https://data.example.org/a.zarr", title="a", found=PublicFindings(status="ok"))


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
def test_field_reads_every_record(field) -> None:
    """A field gives a value and words for every kind of record, and an empty text where nothing is stated."""
    for record in (*every_kind().records, EMPTY):
        value, text = field.value(record), field.text(record)

        assert value is None or isinstance(value, int | float if field.number else str)
        assert isinstance(text, str)
        assert text != "None"


def test_keys_are_unique() -> None:
    """Addresses and files distinguish fields by key."""
    keys = [field.key for field in FIELDS]

    assert len(set(keys)) == len(keys)


def test_keys_leave_the_address_its_own_words() -> None:
    """`q`, `ids`, `sort`, `view`, `columns`, `density` and `page` mean something else in an address."""
    assert not {"q", "ids", "sort", "view", "columns", "density", "page"} & {field.key for field in FIELDS}


def test_ranges_are_numbers() -> None:
    """A slider needs numbers, and a query can name each."""
    assert all(field.number and "ask" in field.places for field in fields_in("range"))


def test_promised_facets_are_there() -> None:
    """The facets that visitors were promised exist."""
    promised = "source organism modality kind version dimensions dtype channels labels license status validity host"

    assert set(promised.split()) <= {field.key for field in fields_in("facet")}


def test_length_is_by_name_or_type() -> None:
    """x, y and z are found by name, channels and time by type, in any order of axes."""
    axes = (Axis(name="c"), Axis(name="x"), Axis(name="y"), Axis(name="z"), Axis(name="T", type="time"))
    record = change(EMPTY, axes=axes, shape=(3, 20, 30, 4, 5))

    assert [length(record, axis) for axis in ("x", "y", "z", "channel", "time")] == [20, 30, 4, 3, 5]


def test_pixels_are_counted_over_all_axes() -> None:
    """What claims more than scripts can compare exactly is not stated."""
    shapes = ((40, 2, 31, 2048, 2048), (), None, (2**40, 2**40), (0, 4))

    counted = [pixel_count(change(EMPTY, shape=shape)) for shape in shapes]
    assert counted == [10_401_873_920, None, None, None, 0]
    assert formatting.pixel_count(counted[0]) == "10.4 Gpx"


def test_length_is_unknown_if_axes_and_shape_disagree() -> None:
    """They have different numbers of axes."""
    assert length(change(EMPTY, axes=(Axis(name="x"),), shape=(1, 2)), "x") is None


def test_image_without_channel_axis_has_one_channel() -> None:
    """No channel axis is one channel; no axes at all is unknown."""
    image = change(EMPTY, axes=(Axis(name="y"), Axis(name="x")), shape=(4, 4))

    assert (channel_count(image), channel_count(EMPTY)) == (1, None)


def test_page_says_every_field_of_the_page() -> None:
    """A field with the place `page` is on the page of a dataset that states it, under its label, in its words."""
    record = change(make_image("a"), images=3, checked_at="2026-11-22T06:00:00Z")
    stated = [field for field in fields_in("page") if field.text(record)]

    facts = make_facts(record, "page")

    assert [fact.label for fact in facts] == [field.label for field in stated]
    assert [fact.text for fact in facts] == [field.text(record) for field in stated]
    assert len(stated) > 8


def test_facts_lead_somewhere_and_say_more() -> None:
    """An address is a link, an ontology term leads to the ontology, a license is explained; no address is no link."""
    facts = {fact.label: fact for fact in make_facts(make_image(source="https://idr.example.org/"), "page")}

    assert facts["Institution"].href == "https://idr.example.org/"
    assert facts["Organism"].href.endswith("NCBITaxon_9606")
    assert facts["Organism"].note == "NCBITaxon:9606"
    assert facts["Pixels"].note == "uint16"
    (use,) = make_facts(make_image(), "use")
    assert (use.label, use.href) == ("License", "https://creativecommons.org/licenses/by/4.0/")
    assert use.note
    assert make_facts(make_image(source="javascript:alert(1)"), "page")[0].href == ""


def test_the_page_says_if_no_license_is_stated() -> None:
    """It recommends to ask before using the data; other fields that are not stated are left out."""
    (use,) = make_facts(EMPTY, "use")

    assert (use.label, use.text) == ("License", "Not stated: ask before you reuse it")
    assert make_facts(EMPTY, "page") == ()


def test_one_image_is_not_counted_on_the_page() -> None:
    """That an image is one image goes without saying."""
    labels = {fact.label for fact in make_facts(make_image(images=1), "page")}

    assert "Images" not in labels


def test_plate_has_facts_of_its_own() -> None:
    """Its size, wells and fields are shown with its map."""
    facts = [(fact.label, fact.text, fact.note) for fact in make_facts(make_plate(), "plate")]

    assert facts == [
        ("Rows × columns", "8 × 12", ""),
        ("Wells", "95", "listed"),
        ("Fields per well", "2", "at most"),
        ("Acquisitions", "1", ""),
    ]


def test_a_card_has_one_line_of_facts() -> None:
    """The fields with the place `card`, those that are stated."""
    assert card_facts(make_image()) == "3-D, 2 channels, 40 time points\xa0· 12.9\xa0GB\xa0· CC-BY-4.0"
    assert card_facts(EMPTY) == ""


def test_no_two_texts_of_a_card_say_the_same() -> None:
    """What title or study say already is left out, whatever its case; a study that is the title is not above it."""
    study = StudyRef(id="idr0001", name="IDR0001 Mice")
    mice = make_card_texts(make_image(study=study, title="Liver", organism=Term(id="NCBITaxon:10090", label="mice")))
    alone = make_card_texts(make_image(source=None, study=study, title="IDR0001 mice"))
    other = make_card_texts(make_image(study=study, short_title="P170"))

    named = StudyRef(id="fish", name="zebrafish vertebra 250um")
    underscored = make_card_texts(make_image(source=None, study=named, short_title="Zebrafish_vertebra_250um"))

    assert underscored.context == ""
    assert (mice.context, mice.title, mice.subject) == (
        "IDR\xa0· IDR0001 Mice",
        "Liver",
        "spinning disk confocal microscopy",
    )
    assert alone.context == ""
    assert (other.context, other.title) == ("IDR\xa0· IDR0001 Mice", "P170")
    assert other.subject == "Homo sapiens\xa0· spinning disk confocal microscopy"


@pytest.mark.parametrize(
    ("names", "shape", "words"),
    [
        ("tczyx", (120, 2, 31, 64, 64), "3-D, 2 channels, 120 time points"),
        ("tczyx", (1, 1, 1, 64, 64), "2-D"),
        ("czyx", (3, 9, 64, 64), "3-D, 3 channels"),
        ("tyx", (2, 64, 64), "2-D, 2 time points"),
        ("ayx", (5, 64, 64), "2-D, 5 along a"),
        ("yx", (1, 2, 3), "2-D"),
        ("", (4, 4), "2-D array"),
        ("", None, ""),
    ],
)
def test_a_card_says_dimensions_in_words(names: str, shape: tuple[int, ...] | None, words: str) -> None:
    """Axes of length 1 are left out; an axis of no known type is called by its name."""
    axes = tuple(Axis(name=name) for name in names) or None

    assert dimension_words(axes, shape) == words


def test_configured_column_is_a_facet() -> None:
    """A further column of the lists becomes a facet, the first one, and part of the export."""
    record = change(EMPTY, extra={"tissue": "liver"})

    assert fields_in("facet", ("tissue",))[0].value(record) == "liver"
    assert extra_field("tissue").label == "Tissue"


def test_texts_hold_the_address_decoded() -> None:
    """A name with blanks is found as people write it."""
    url = next(text for text in TEXTS if text.key == "url")

    assert url.value(change(make_image(), url="https://a.org/b%20c.zarr")) == "https://a.org/b c.zarr"


@pytest.mark.parametrize(
    ("record", "without"),
    [
        (make_image(), {"wells"}),
        (make_plate(), set()),
        (change(make_image(), axes=TCZYX[1:2] + TCZYX[3:], shape=(2, 512, 512)), {"wells", "z", "t"}),
        (change(make_image(), axes=()), {"wells"}),
        (make_failed("missing", "gone"), set()),
    ],
    ids=["image", "plate", "image of two dimensions", "image of unknown axes", "not read"],
)
def test_what_cannot_be_said_of_a_kind(record: Record, without: set[str]) -> None:
    """Only what could be said, and is not, is not stated: a dataset that could not be read may have anything."""
    silent = {field.key for field in fields_in("table") if not field.text(record) and not field.applies(record)}

    assert silent == without
