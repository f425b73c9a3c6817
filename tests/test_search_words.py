"""Words of a query in every form in which people write and paste them find the right datasets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from catalogs import change, make_image
from scripts import Searcher
from search_questions.questions import Question
from search_questions.records import catalog
from search_questions.words import WORDS

from sitegen.model import Catalog, Term
from sitegen.site.search import SearchIndex, make_index
from sitegen.site.search_texts import SIZES, Sizes

pytestmark = pytest.mark.node
CATALOG = catalog()
IN_PARTS = Sizes(stems=0, block=4, lists=50, words=20)
SIZES_OF_ALL = pytest.mark.parametrize("sizes", [SIZES, IN_PARTS], ids=["whole", "in parts"])


@pytest.fixture(scope="module")
def process() -> Iterator[Searcher]:
    searcher = Searcher()
    yield searcher
    searcher.close()


@pytest.fixture(scope="module", params=[SIZES, IN_PARTS], ids=["whole", "in parts"])
def index(request: pytest.FixtureRequest) -> SearchIndex:
    return make_index(CATALOG, request.param)


@pytest.mark.parametrize("question", WORDS, ids=lambda question: ascii(question.text))
def test_question_finds_the_right_datasets(question: Question, process: Searcher, index: SearchIndex) -> None:
    """What is found is what answers the question, also where no file was read before."""
    process.open(index)

    answer = process.query(text=question.text, limit=len(CATALOG.records))

    if answer["isAbout"]:
        return  # in parts, pieces of two characters are looked for only in what is at hand
    titles = {record.id: record.title for record in CATALOG.records}
    expected = {record.id for record in CATALOG.records if question.is_right(record)}
    assert sorted(titles[each] for each in {card["id"] for card in answer["cards"]} ^ expected) == []


def named(names: Mapping[str, str], **changes: object) -> Catalog:
    """Return a catalog of images that differ in their names, by stem."""
    image = change(make_image("x"), organism=None, modality=None, description=None, origin=None, channels=())
    image = change(image, label_images=(), source=None, **changes)
    records = tuple(
        replace(image, id=stem, url=f"https://h.example.org/{stem}.zarr", name=name, title=name)
        for stem, name in names.items()
    )
    return replace(CATALOG, records=records)


@SIZES_OF_ALL
@pytest.mark.parametrize(
    ("one", "several"),
    [
        ("lung", "lungs"),
        ("mouse", "mice"),
        ("larva", "larvae"),
        ("nucleus", "nuclei"),
        ("embryo", "embryos"),
        ("ovum", "ova"),
        ("vertebra", "vertebrae"),
        ("ovary", "ovaries"),
        ("virus", "viruses"),
        ("biopsy", "biopsies"),
        ("testis", "testes"),
        ("lens", "lenses"),
        ("branch", "branches"),
        ("potato", "potatoes"),
        ("villus", "villi"),
        ("axis", "axes"),
        ("spermatozoon", "spermatozoa"),
        ("protozoan", "protozoa"),
        ("helix", "helices"),
        ("leaf", "leaves"),
        ("tooth", "teeth"),
    ],
)
def test_singular_and_plural_find_each_other(one: str, several: str, process: Searcher, sizes: Sizes) -> None:
    """Of regular and irregular words."""
    process.open(make_index(named({"q1": f"Some {one} here", "q2": f"Some {several} here", "q3": "Else"}), sizes))

    found = [{card["id"] for card in process.query(text=word)["cards"]} for word in (one, several)]

    assert found == [{"q1", "q2"}, {"q1", "q2"}]


@SIZES_OF_ALL
@pytest.mark.parametrize(
    ("word", "other"), [("rabies", "raby"), ("diabetes", "diabete"), ("lens", "len"), ("mus", "mu"), ("bias", "bia")]
)
def test_a_word_that_ends_with_s_is_no_plural(word: str, other: str, process: Searcher, sizes: Sizes) -> None:
    """What it would be without its end is another word."""
    process.open(make_index(named({"q1": f"Some {other}", "q2": f"Some {word}"}), sizes))

    assert [card["id"] for card in process.query(text=word)["cards"]] == ["q2"]


@SIZES_OF_ALL
@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("mice", {"joined", "counted", "stem-MouseBrain", "apart"}),
        ("mouse", {"joined", "counted", "stem-MouseBrain", "apart"}),
        ("murine brains", {"joined", "stem-MouseBrain", "apart"}),
        ("HeLa", {"hela"}),
        ("cells", {"hela"}),
        ("Maus", {"joined", "counted", "stem-MouseBrain", "apart"}),
        ("rat", {"rat"}),
        ("rats", {"rat"}),
        ("lungs", {"rat"}),
        ("hearts", {"lettered"}),
    ],
)
def test_words_that_are_written_as_one_are_found(text: str, stems: set[str], process: Searcher, sizes: Sizes) -> None:
    """By all of their names, where capitals or digits part them: `mice` finds `MouseBrain`."""
    names = {
        "joined": "AdultMouseBrain",
        "counted": "mouse2",
        "stem-MouseBrain": "A",
        "apart": "mouse brain",
        "hela": "HeLaCells",
        "rat": "RatLung_03",
        "lettered": "24901_K92593_FHeart",
        "none": "Ratio",
    }
    process.open(make_index(named(names), sizes))

    assert {card["id"] for card in process.query(text=text)["cards"]} == stems


@SIZES_OF_ALL
def test_signs_that_nobody_sees_mean_nothing_in_texts(process: Searcher, sizes: Sizes) -> None:
    """Soft hyphens, spaces without width and marks of direction, as they are pasted into lists."""
    names = {"q1": "zebra\u00adfish", "q2": "\ufeffzebra\u200bfish\u200e", "q3": "ze\u2060bra\u200dfish", "q4": "zebra"}
    process.open(make_index(named(names), sizes))

    assert {card["id"] for card in process.query(text="zebrafish")["cards"]} == {"q1", "q2", "q3"}


@SIZES_OF_ALL
@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("T cells", {"t", "tb"}),
        ("T-cell", {"t", "tb"}),
        ("t cell ", {"t", "tb"}),
        ("B cell", {"b", "tb"}),
        ("B cell mouse", {"b"}),
        ("human T cells", {"t"}),
        ("a cell", {"t", "b", "tb", "cut"}),
        ("T cel", {"t", "tb"}),
        ("project X mouse", {"x"}),
    ],
)
def test_a_letter_before_a_word_matters(text: str, stems: set[str], process: Searcher, sizes: Sizes) -> None:
    """`T cells` are no other cells; an article is no letter."""
    names = {
        "t": "Human T cells",
        "b": "A B cell of a mouse",
        "tb": "T-cell and B-cell clusters",
        "cut": "Cut cells of the best",
        "x": "Mouse, Project X",
    }
    process.open(make_index(named(names), sizes))

    assert {card["id"] for card in process.query(text=text)["cards"]} == stems


@SIZES_OF_ALL
@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("S-BIAD634", {"s"}),
        ("SBIAD634", {"s"}),
        ("s-biad 634", {"s"}),
        ("BIAD634", {"s"}),
        ("EMPIAR-10310", {"e"}),
        ("EMPIAR 10310", {"e"}),
        ("IDR 44", {"i"}),
        ("idr44", {"i"}),
        ("idr0044A", {"i"}),
        ("idr0044-mcdole-mouseembryo/experimentA", {"i"}),
        ("S-BIAD634 EMPIAR-10310 idr0044", {"s", "e", "i"}),
    ],
)
def test_accessions_are_found_as_they_are_copied(text: str, stems: set[str], process: Searcher, sizes: Sizes) -> None:
    """Of the BioImage Archive, EMPIAR and the Image Data Resource."""
    names = {"s": "S-BIAD634 nuclei", "e": "EMPIAR-10310", "i": "idr0044", "o": "S-BIAD63 and idr0004"}
    process.open(make_index(named(names), sizes))

    assert {card["id"] for card in process.query(text=text)["cards"]} == stems


@pytest.mark.parametrize(
    ("typed", "corrected"), [("konfocal", ["confocal"]), ("nouse", ["mouse"]), ("bippocampus", ["hippocampus"])]
)
def test_a_typo_in_the_first_letter_is_corrected(typed: str, corrected: list[str], process: Searcher) -> None:
    """In words of five letters and more, where no word with that letter is as near."""
    process.open(make_index(named({"q1": "yeast mouse confocal hippocampus"})))

    answer = process.query(text=typed)

    assert [word for each in answer["corrections"] for word in each["to"]] == corrected


def test_identifiers_side_by_side_are_said_to_be_alternatives(process: Searcher) -> None:
    """The reading says so, and what is not in the catalog is said to be left out."""
    process.open(make_index(CATALOG))

    answer = process.query(text="LT0113_01, LT0156_12, LT9999_99")

    assert [(each["kind"], each["texts"]) for each in answer["readings"]] == [("either", ["LT0113_01", "LT0156_12"])]
    assert answer["leftOut"] == ["LT9999_99"]


def test_a_part_of_a_query_waits_for_its_own_files(process: Searcher) -> None:
    """What is not found yet as files of another word are missing is not kept as the answer."""
    texts = [
        "zebrafish https://other.example.org/idr0051",
        "plate https://other.example.org/idr0013/LT0113_01.ome.zarr",
    ]
    totals = []
    for text in texts:
        process.open(make_index(CATALOG, IN_PARTS))
        process.query(text=text.split()[1])
        first = process.query(text=text)["total"]
        process.open(make_index(CATALOG, IN_PARTS))
        totals.append((process.query(text=text)["total"], first))

    assert all(total == alone for total, alone in totals)
    assert totals[0] == (6, 6)


def test_a_long_sentence_that_finds_nothing_offers_its_parts(process: Searcher) -> None:
    """What finds something of it is offered."""
    process.open(make_index(CATALOG))
    text = (
        "For my master thesis I urgently require high quality recordings of zebrafish neurons during anesthesia, "
        "ideally with behavioral annotation and transcriptomic profiles"
    )

    answer = process.query(text=text)

    offered = [each["question"]["text"].lower() for each in answer["ways"]] + [
        each["text"] for each in answer["relaxed"]
    ]
    assert answer["total"] == 0
    assert any("zebrafish" in each for each in offered)


def test_wildcards_look_into_names_of_organisms(process: Searcher) -> None:
    """A pattern looks into names of organisms and methods, too."""
    mouse = Term(id="NCBITaxon:10090", label="Mus musculus")
    process.open(make_index(named({"q1": "A", "q2": "B"}, organism=mouse)))

    assert [process.query(text=text)["total"] for text in ("mus*lus", "rodent?a", "zebra*")] == [2, 2, 0]


@SIZES_OF_ALL
@pytest.mark.parametrize(
    "forms",
    [
        ("mouse", "mice", "house mouse", "Mus musculus", "murine", "maus", "ratón", "M. musculus"),
        ("human", "humans", "Homo sapiens"),
        ("zebrafish", "Danio rerio", "D. rerio"),
        ("section", "sections"),
        ("larva", "larvae"),
    ],
)
def test_all_forms_of_a_word_find_the_same(forms: tuple[str, ...], process: Searcher, sizes: Sizes) -> None:
    """Also where only the middle of an address, or a part of a longer word, has one of them."""
    word = forms[0]
    records = named({"q1": f"Some {word} here", "q2": f"Anti{word}s", "q3": "Else", "q4": "Else"}).records
    url = f"https://h.example.org/{word}-atlas/q3.zarr"
    records = tuple(replace(each, url=url) if each.id == "q3" else each for each in records)
    process.open(make_index(replace(CATALOG, records=records), sizes))

    found = {form: {card["id"] for card in process.query(text=form)["cards"]} for form in forms}

    expected = {"q1", "q2", "q3"}
    assert found == dict.fromkeys(forms, expected)


@SIZES_OF_ALL
def test_a_known_name_is_no_typo(process: Searcher, sizes: Sizes) -> None:
    """`sheep` is no sheet, and `horse` no house, where no dataset is of these."""
    process.open(make_index(named({"q1": "Light sheet of a house", "q2": "Else"}), sizes))

    answers = [process.query(text=text) for text in ("sheep", "horse", "sheeet")]

    assert [(each["total"], bool(each["corrections"])) for each in answers] == [(0, False), (0, False), (1, True)]


@SIZES_OF_ALL
@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("c 3", {"protein"}),
        ("z 77", {"focus"}),
        ("well c 3", set()),
        ("Tonsil 1 or 2", {"t1", "t2"}),
        ("Tonsil 1, 2", {"t1", "t2"}),
        ("Tonsil 1 and 2", {"t1", "t2"}),
        ("Tonsil 1, 2 or 3", {"t1", "t2", "t3"}),
        ("not embedded in agarose", {"protein", "focus", "t1", "t2", "t3", "gel"}),
    ],
)
def test_letters_and_numbers_of_names_are_found(text: str, stems: set[str], process: Searcher, sizes: Sizes) -> None:
    """A number after a letter is a limit, or the same words in a text; after a name, it goes on behind `or`."""
    names = {
        "protein": "Protein C 3",
        "focus": "Focus Z 77",
        "gel": "Agarose gel",
        "embedded": "Embedded in agarose",
        **{f"t{number}": f"Tonsil {number}, slide 2" for number in (1, 2, 3)},
    }
    process.open(make_index(named(names), sizes))

    assert {card["id"] for card in process.query(text=text)["cards"]} == stems
