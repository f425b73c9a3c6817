"""Questions as people type them find the right datasets, and only these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from catalogs import change, make_image
from scripts import Searcher
from search_questions.fields import FIELDS
from search_questions.negations import NEGATIONS
from search_questions.numbers import NUMBERS
from search_questions.questions import (
    DEAD_ENDS,
    HUMAN,
    MOUSE,
    QUESTIONS,
    YEAST,
    ZEBRAFISH,
    Answer,
    Question,
    anything,
    no,
    organism,
)
from search_questions.records import catalog
from search_questions.registers import REGISTERS
from search_questions.sentences import SENTENCES, UNKNOWN_DATES

from sitegen.model import Place, Term
from sitegen.site.columns import plain
from sitegen.site.search import SearchIndex, make_index
from sitegen.site.search_names import groups
from sitegen.site.search_texts import SIZES, Sizes

pytestmark = pytest.mark.node
CATALOG = catalog()
RAT = organism("10116")


@pytest.fixture(scope="module", params=[SIZES, Sizes(stems=0, block=4, lists=50, words=20)], ids=["whole", "in parts"])
def index(request: pytest.FixtureRequest) -> SearchIndex:
    """Return the search of texts that are whole, then of texts in parts."""
    return make_index(CATALOG, request.param)


@pytest.fixture(scope="module")
def process() -> Iterator[Searcher]:
    searcher = Searcher()
    yield searcher
    searcher.close()


@pytest.fixture
def searcher(process: Searcher, index: SearchIndex) -> Searcher:
    """Return a search that has fetched nothing yet."""
    process.open(index)
    return process


@pytest.mark.parametrize(
    "question", [*QUESTIONS, *SENTENCES, *REGISTERS, *NUMBERS, *NEGATIONS, *FIELDS], ids=lambda question: question.text
)
def test_question_finds_the_right_datasets(question: Question, searcher: Searcher) -> None:
    """What is found is what answers the question."""
    answer = searcher.query(text=question.text, limit=len(CATALOG.records))

    titles = {record.id: record.title for record in CATALOG.records}
    expected = {record.id for record in CATALOG.records if question.is_right(record)}
    found = {card["id"] for card in answer["cards"]}
    assert sorted(titles[each] for each in found ^ expected) == []
    orders = [each for each in answer["readings"] if each["kind"] == "order"]
    assert [f"{'-' if each['isLargestFirst'] else ''}{each['key']}" for each in orders] == [question.order] * len(
        orders
    )
    assert bool(orders) == bool(question.order)


@pytest.mark.parametrize(("text", "part"), DEAD_ENDS)
def test_question_that_finds_nothing_has_a_way_on(text: str, part: str, searcher: Searcher) -> None:
    """Where nothing is found, other questions are offered, and each finds as many as it says."""
    answer = searcher.query(text=text)

    less = [{"text": each["text"], "total": each["total"]} for each in answer["relaxed"] if "word" in each["dropped"]]
    others = [{**each["question"], "total": each["total"]} for each in answer["ways"]]
    assert answer["total"] == 0
    assert less or others
    for each in (*less, *others):
        assert searcher.query(**each)["total"] == each["total"] > 0
    said = [f"without “{each['dropped'].get('word')}”" for each in answer["relaxed"]] + [
        str(each) for each in answer["ways"]
    ]
    assert any(part.lower() in each.lower() for each in said)


def test_a_limit_says_how_many_do_not_state_the_number(searcher: Searcher) -> None:
    """Datasets that a limit leaves out as they do not state the number are counted, and can be included."""
    answer = searcher.query(text="plants under 5 GB")

    (limit,) = answer["readings"]
    assert limit["unstated"] == 2
    assert searcher.query(text=limit["included"])["total"] == answer["total"] + 2


@pytest.mark.parametrize("text", ["1 or 3 channels", "fewer than 2 channels or more than 3", "c != 2", "z 1/31"])
def test_several_numbers_can_be_taken_back_or_include_what_states_none(text: str, searcher: Searcher) -> None:
    """Their chip leaves nothing of them, and what states no number can be included, as with one limit."""
    answer = searcher.query(text=f"plants, {text}")

    (limit,) = answer["readings"]
    assert searcher.query(text=limit["without"])["total"] == searcher.query(text="plants,")["total"]
    assert limit["unstated"] == 2
    included = searcher.query(text=limit["included"])
    assert (included["total"], included["readings"][0]["isUnstated"]) == (answer["total"] + 2, True)
    assert included["readings"][0]["ranges"] == limit["ranges"]


def test_what_is_near_to_several_numbers_is_offered(searcher: Searcher) -> None:
    """Where no dataset has any of the numbers, limits that reach the nearest one find something."""
    answer = searcher.query(text="mouse 7 or 9 channels")

    ways = [each for each in answer["ways"] if each["how"] == "limit"]
    assert answer["total"] == 0
    assert [(each["key"], each["from"], each["to"]) for each in ways] == [("c", 2, 7)]
    assert searcher.query(**ways[0]["question"])["total"] == ways[0]["total"] > 0


@pytest.mark.parametrize("text", UNKNOWN_DATES)
def test_where_no_date_is_known_that_is_said(text: str, process: Searcher) -> None:
    """A first build knows of no dataset when it was added: the search says so, and leaves that out."""
    records = tuple(replace(each, added_at=None, published=None) for each in CATALOG.records)
    process.open(make_index(replace(CATALOG, records=records)))

    answer = process.query(text=f"mouse {text}", limit=len(records))

    (problem,) = answer["problems"]
    assert "No dataset states when it was added" in problem
    assert f"“{text}” is left out" in problem
    assert {card["id"] for card in answer["cards"]} == {each.id for each in records if MOUSE(each)}
    alone = process.query(text=text)
    assert (alone["total"], alone["ways"], alone["problems"]) == (len(records), [], [problem])


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("valid", {"kind": "value", "key": "validity", "texts": ["yes"], "sign": ""}),
        ("no description", {"kind": "value", "key": "missing", "texts": ["description"], "sign": ""}),
        ("with license", {"kind": "stated", "keys": ["license"]}),
        ("with description and license", {"kind": "stated", "keys": ["description", "license"]}),
        ("more than 8 bits", {"kind": "value", "key": "dtype", "texts": ["16 bit"], "sign": ""}),
        ("published since 2024", {"kind": "value", "key": "published", "texts": ["2024"], "sign": ">="}),
        ("organism:mouse", {"kind": "value", "key": "organism", "texts": ["mouse"], "sign": ""}),
        ("status not ok", {"kind": "not", "texts": ["ok"]}),
        ("no labels", {"kind": "value", "key": "labels", "texts": ["no labels"], "sign": ""}),
        ("3-D", {"kind": "value", "key": "dimensions", "texts": ["3-D"], "sign": ""}),
        ("2 or 4 channels", {"kind": "limit", "key": "c", "ranges": [[2, 2], [4, 4]]}),
        ("channels:3,1", {"kind": "limit", "key": "channels", "ranges": [[1, 1], [3, 3]]}),
        ("under 5 MB or under 2 MB", {"kind": "limit", "key": "bytes", "ranges": [[None, 4999999.999999999]]}),
        ("2 channels or at least 4", {"kind": "limit", "key": "c", "ranges": [[2, 2], [4, None]]}),
        ("10 or 20 GB", {"kind": "limit", "key": "bytes", "ranges": [[8e9, 12e9], [16e9, 24e9]]}),
        ("2D+t", {"kind": "value", "key": "dimensions", "texts": ["2D+t"], "sign": ""}),
        ("organism != mouse", {"kind": "not", "texts": ["mouse"]}),
        ("host jax", {"kind": "value", "key": "source", "texts": ["jax"], "sign": ""}),
        ("published 2023 or 2024", {"kind": "value", "key": "published", "texts": ["2023", "2024"]}),
        ("published 2023-2024", {"kind": "value", "signs": [">=", "<="], "isBoth": True}),
        ("published before 2020 or in 2024", {"kind": "value", "signs": ["<", ""]}),
        ("can't be opened", {"kind": "not", "texts": ["reachable"]}),
        ("rat", {"kind": "value", "key": "organism", "texts": ["rat"], "sign": ""}),
        ("name:none", {"kind": "value", "key": "missing", "texts": ["name"], "sign": ""}),
        ("neither labels", {"kind": "value", "key": "labels", "texts": ["no labels"], "sign": ""}),
        ("license:any", {"kind": "stated", "keys": ["license"]}),
        ("c 3", {"kind": "limit", "key": "c", "ranges": [[3, 3]]}),
        ("3 chanels", {"kind": "limit", "key": "c", "ranges": [[3, 3]]}),
        ("signed 16 bit", {"kind": "value", "key": "dtype", "texts": ["int16"]}),
        ("organism:Homo*", {"kind": "value", "key": "organism", "texts": ["Homo*"]}),
    ],
)
def test_what_was_read_is_said_and_can_be_taken_back(text: str, reading: dict[str, object], searcher: Searcher) -> None:
    """What is more than words is said, with the search without it."""
    answer = searcher.query(text=f"Göttingen {text}")

    (read,) = answer["readings"]
    assert {key: read[key] for key in reading} == reading
    assert read["without"] == "Göttingen"


def test_a_size_along_axes_is_said_with_all_its_limits(searcher: Searcher) -> None:
    """A voxel size is one reading of several limits; where it finds nothing, each of them may be left out."""
    answer = searcher.query(text="voxel size 0.325 x 0.325 x 2 um")

    (read,) = answer["readings"]
    assert [each["key"] for each in read["limits"]] == ["pixel", "pixel_z"]
    assert answer["total"] == 0
    assert [each["text"] for each in answer["relaxed"]] == ["pixel:0.30875..0.34125"]
    assert any(each["how"] == "limit" and each["key"] == "pixel_z" for each in answer["ways"])


def test_what_keeps_most_of_a_search_is_offered_first(searcher: Searcher) -> None:
    """Without one part, those that matter least first; else without the fewest, never words that nothing has."""
    one = searcher.query(text="zebrafish plates under 2 GB")
    two = searcher.query(text="zebrafish banana ukulele under 2 GB")

    assert [each["dropped"]["word"] for each in one["relaxed"]] == ["plates", "zebrafish"]
    first = next(each for each in two["ways"] if each["how"] == "without")
    assert first["question"]["text"] == "zebrafish under 2 GB"
    assert [each["word"] for each in first["demands"]] == ["banana", "ukulele"]


def test_a_name_of_a_value_is_a_word_of_texts_in_quotes(searcher: Searcher) -> None:
    """It finds the value alone; where that leaves nothing, it is offered as a word of texts."""
    answer = searcher.query(text="time-lapse leaf_7")
    (way,) = [each for each in answer["ways"] if each["how"] == "words"]

    assert answer["total"] == 0
    assert way["question"]["text"] == '"time-lapse" leaf_7'
    assert [card["title"] for card in searcher.query(**way["question"])["cards"]] == [
        "Calcium wave dynamics, leaf leaf_7"
    ]


def test_filters_that_exclude_each_other_are_offered_alone(searcher: Searcher) -> None:
    """Where leaving out one filter is not enough, each alone is offered, and a limit that reaches the nearest value."""
    facets = {"organism": ["NCBITaxon:7955"], "kind": ["plate"]}

    answer = searcher.query(text="rats", facets=facets, ranges={"bytes": [1, 2]})

    assert answer["relaxed"] == []
    assert {each["demand"].get("facet") for each in answer["ways"] if each["how"] == "only"} >= {"organism", "kind"}
    one = searcher.query(facets={"organism": ["nothing"]})
    assert [(each["dropped"], each["total"]) for each in one["relaxed"]] == [
        ({"facet": "organism"}, len(CATALOG.records))
    ]
    near = searcher.query(ranges={"bytes": [1, 2]})
    assert next(each["to"] for each in near["ways"] if each["how"] == "limit") == 80 * 10**6


@pytest.mark.parametrize("sizes", [SIZES, Sizes(stems=0, block=4, lists=50, words=20)], ids=["whole", "in parts"])
def test_in_capitals_a_short_name_of_an_animal_is_a_word_of_texts(process: Searcher, sizes: Sizes) -> None:
    """`FISH` is what texts speak of where one does: only where none does, it is an animal."""
    text = "Transcripts by RNA FISH."
    records = tuple(replace(each, description=text) if YEAST(each) else each for each in CATALOG.records)

    def found(question: str) -> set[str]:
        return {card["id"] for card in process.query(text=question, limit=len(records))["cards"]}

    process.open(make_index(CATALOG, sizes))
    assert found("FISH") >= {each.id for each in records if ZEBRAFISH(each) and each.organism}
    process.open(make_index(replace(CATALOG, records=records), sizes))
    stained = {each.id for each in records if YEAST(each)}
    assert found("FISH") == found("RNA FISH") == stained
    assert found("fish") > stained
    assert found("FISH OR rat") == stained | found("rat")


@pytest.mark.parametrize("sizes", [SIZES, Sizes(stems=0, block=4, lists=50, words=20)], ids=["whole", "in parts"])
def test_an_acronym_finds_the_words_that_end_with_it(process: Searcher, sizes: Sizes) -> None:
    """`smFISH` is a kind of FISH, as its capitals say, and `zebrafish` is none; nor is what is meant by FISH a fish."""
    texts = {YEAST: "Counting by smFISH.", HUMAN: "Fluorescence in situ hybridization.", RAT: "Many snRNAs."}
    records = tuple(
        replace(each, description=next((text for is_right, text in texts.items() if is_right(each)), each.description))
        for each in CATALOG.records
    )

    def found(question: str) -> set[str]:
        return {card["id"] for card in process.query(text=question, limit=len(records))["cards"]}

    process.open(make_index(replace(CATALOG, records=records), sizes))
    assert found("FISH") == {each.id for each in records if YEAST(each) or HUMAN(each)}
    assert found("smFISH") == found("SMFISH") == {each.id for each in records if YEAST(each)}
    assert found("snRNA") == {each.id for each in records if RAT(each)} < found("RNA")
    assert found("RAT") == found("rat") == {each.id for each in records if RAT(each)}
    assert {each.id for each in records if ZEBRAFISH(each) and each.organism} <= found("fish")


@pytest.mark.parametrize("sizes", [SIZES, Sizes(stems=0, block=4, lists=50, words=20)], ids=["whole", "in parts"])
@pytest.mark.parametrize(
    ("text", "stems", "left_out"),
    [
        ("project X", {"a"}, []),
        ("the X project", {"a"}, []),
        ("mouse project X under 5 GB", {"a"}, []),
        ("image 3", {"image_3"}, []),
        ("files", {"listed"}, []),
        ("mouse files", {"listed"}, []),
        ("compressed lung", {"lung"}, []),
        ("compressed mouse", {"a", "b", "image_3", "3", "listed", "lung"}, ["compressed"]),
        ("mouse images", {"a", "b", "image_3", "3", "listed", "lung"}, []),
        ("mouse study", {"a", "b", "image_3", "3", "listed", "lung"}, ["study"]),
        ('"compressed" mouse', {"lung"}, []),
        ("project files", {"listed"}, ["project"]),
        ("show me all data", {"a", "b", "image_3", "3", "listed", "lung"}, []),
    ],
)
def test_a_small_word_counts_where_a_name_has_it(
    text: str, stems: set[str], left_out: list[str], process: Searcher, sizes: Sizes
) -> None:
    """It narrows beside the word that a name has beside it, or where it is a name itself; else that it is left out is
    said."""
    names = {"a": "Project X", "b": "X-ray mouse images of this study", "lung": "Compressed lung"}
    mouse = change(
        make_image("a"), organism=Term(id="NCBITaxon:10090", label="Mus musculus"), description=None, bytes=1
    )
    records = [
        replace(
            mouse,
            id=stem,
            url=f"https://h.example.org/{stem}.zarr",
            name=names.get(stem),
            lists=(Place(csv="https://h.example.org/files.csv" if stem == "listed" else "all.csv", line=2),),
        )
        for stem in ("a", "b", "image_3", "3", "listed", "lung")
    ]
    process.open(make_index(replace(CATALOG, records=tuple(records)), sizes))

    answer = process.query(text=text)

    assert {card["id"] for card in answer["cards"]} == stems
    assert answer["leftOut"] == left_out


@pytest.mark.parametrize("sizes", [SIZES, Sizes(stems=0, block=4, lists=50, words=20)], ids=["whole", "in parts"])
def test_a_small_word_needs_no_request(process: Searcher, sizes: Sizes) -> None:
    """It is looked for in what was read for the word beside it."""
    process.open(make_index(CATALOG, sizes))
    process.query(text="zebrafish neuromesodermal ")
    before = process.ask(ask="filesRead")

    answer = process.query(text="zebrafish project neuromesodermal ")

    assert (answer["total"], answer["leftOut"]) == (6, ["project"])
    assert process.ask(ask="filesRead") == before


def test_a_small_word_that_counts_stays_where_another_part_is_taken_back(process: Searcher) -> None:
    """What is left without a limit still asks for the name."""
    record = change(make_image("a"), name="Project X", description=None, bytes=1)
    process.open(make_index(replace(CATALOG, records=(record,))))

    (limit,) = process.query(text="project X under 5 GB")["readings"]

    assert limit["without"] == "project X"


@pytest.mark.parametrize(
    "power",
    ["voxel smaller than 1 µm³", "voxel volume below 1 µm^3", "area > 2 mm2", "voxels of 1 cubic micron", "1 um²"],
)
def test_an_area_or_a_volume_is_left_out_and_no_length(power: str, searcher: Searcher) -> None:
    """The search knows lengths alone: it says so, and answers the rest, or shows all."""
    alone = searcher.query(text=power)
    mouse = searcher.query(text=f"mouse, {power}", limit=len(CATALOG.records))

    assert (alone["total"], alone["readings"]) == (len(CATALOG.records), [])
    assert {card["id"] for card in mouse["cards"]} == {each.id for each in CATALOG.records if MOUSE(each)}
    for answer in (alone, mouse):
        (problem,) = answer["problems"]
        assert f"“{power}” is left out" in problem


def test_browsers_have_all_names_of_the_same(process: Searcher) -> None:
    """The manifest leaves out what browsers make of other names: `C elegans` of `C. elegans`."""
    manifest = process.open(make_index(CATALOG))

    assert [set(names) for names in manifest["alike"]] == [{plain(name) for name in names} for names in groups()]
    assert any({"c. elegans", "c elegans"} <= set(names) for names in manifest["alike"])


@pytest.mark.parametrize(
    ("text", "is_right"), [("rat", no(anything)), ("organism:rat", no(anything)), ("mouse -rat", MOUSE)]
)
def test_a_species_that_no_dataset_has_means_no_other(text: str, is_right: Answer, process: Searcher) -> None:
    """A name of a species is not the beginning of another: `rat` finds no mice, `ratón`."""
    records = tuple(each for each in CATALOG.records if organism("10090")(each))
    process.open(make_index(replace(CATALOG, records=records)))

    answer = process.query(text=text, limit=len(records))

    assert {card["id"] for card in answer["cards"]} == {each.id for each in records if is_right(each)}


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("3 chanels", "“chanels” is taken as “channels”."),
        ("163 time pionts", "“time pionts” is taken as “time points”."),
        ("gene: bassoon", "“gene” is not a field of any dataset, so only the words after it are searched for."),
    ],
)
def test_what_is_taken_for_something_else_is_said(text: str, note: str, searcher: Searcher) -> None:
    """A typo in what a number counts, and a field that there is not, are said once."""
    assert searcher.query(text=text)["problems"] == [note]


@pytest.mark.parametrize("text", ["10 slides", "3 flames", "1 channel"])
def test_a_word_that_is_near_to_what_is_counted_stays_a_word(text: str, searcher: Searcher) -> None:
    """`slides` is no typo of `slices`."""
    assert searcher.query(text=text)["problems"] == []


def test_a_field_that_no_dataset_states_is_said(process: Searcher) -> None:
    """What comes after it is searched for as words."""
    process.open(make_index(replace(CATALOG, records=tuple(change(each, codecs=()) for each in CATALOG.records))))

    answer = process.query(text="codec:hippocampal")

    assert answer["problems"] == ["“codec” is not a field of any dataset, so only the words after it are searched for."]
    assert answer["total"] == process.query(text="hippocampal")["total"] > 0


def test_words_in_a_list_are_offered_as_alternatives(searcher: Searcher) -> None:
    """Where no dataset has all of them, and they are no values of one field."""
    answer = searcher.query(text="occipital, leaf, iodine")

    either = next(each for each in answer["ways"] if each["how"] == "either")
    assert answer["total"] == 0
    assert either["texts"] == ["occipital", "leaf", "iodine"]
    assert searcher.query(**either["question"])["total"] == either["total"] > 0
