"""Questions as people type them find the right datasets, and only these."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from scripts import Searcher
from search_questions.questions import QUESTIONS, Question
from search_questions.records import catalog

from sitegen.site.search import make_index

pytestmark = pytest.mark.node
CATALOG = catalog()


@pytest.fixture(scope="module")
def searcher() -> Iterator[Searcher]:
    searcher = Searcher()
    searcher.open(make_index(CATALOG))
    yield searcher
    searcher.close()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.text)
def test_question_finds_the_right_datasets(question: Question, searcher: Searcher) -> None:
    """What is found is what answers the question."""
    answer = searcher.query(text=question.text, limit=len(CATALOG.records))

    titles = {record.id: record.title for record in CATALOG.records}
    expected = {record.id for record in CATALOG.records if question.is_right(record)}
    found = {card["id"] for card in answer["cards"]}
    assert sorted(titles[each] for each in found ^ expected) == []
