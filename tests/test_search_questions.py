"""Questions as people type them find the right datasets, and only these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from scripts import Searcher
from search_questions.questions import DEAD_ENDS, MOUSE, QUESTIONS, Answer, Question, anything, no, organism
from search_questions.records import catalog

from sitegen.site.search import SearchIndex, make_index
from sitegen.site.search_texts import SIZES, Sizes

pytestmark = pytest.mark.node
CATALOG = catalog()


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


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.text)
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


@pytest.mark.parametrize(
    ("text", "is_right"), [("rat", no(anything)), ("organism:rat", no(anything)), ("mouse -rat", MOUSE)]
)
def test_a_species_that_no_dataset_has_means_no_other(text: str, is_right: Answer, process: Searcher) -> None:
    """A name of a species is not the beginning of another: `rat` finds no mice, `ratón`."""
    records = tuple(each for each in CATALOG.records if organism("10090")(each))
    process.open(make_index(replace(CATALOG, records=records)))

    answer = process.query(text=text, limit=len(records))

    assert {card["id"] for card in answer["cards"]} == {each.id for each in records if is_right(each)}
