"""The search files and their reader, together: what is found is what brute force over the records finds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import quote

import brute
import pytest
from catalogs import change, every_kind, make_image
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scripts import Searcher

from sitegen import urls
from sitegen.model import Axis, Catalog, Level, License, Picture, Place, PublicFindings, Record, StudyRef, Term, Totals
from sitegen.site.columns import fold, plain
from sitegen.site.exports import export_columns
from sitegen.site.fields import TEXTS, fields_in
from sitegen.site.search import CARDS_PER_DECK, CARDS_PER_FILE, ID_END, make_index
from sitegen.site.search_names import groups
from sitegen.site.search_texts import SIZES, Sizes

pytestmark = pytest.mark.node
SIGNS = "aAb1_-. éßİΣς½µ𝔘%+'\"<&"
NAMES = st.text(SIGNS, min_size=1, max_size=6).map(str.strip).filter(bool)
STEMS = st.sampled_from(["LT0113_01", "LT0113_02", "P170", "a b", "0", "é1", "IMG_1 Riccia fluitans"]) | NAMES
SPELLED = st.sampled_from(["colours", "fiber"])
SENTENCES = st.none() | st.lists(NAMES | SPELLED, min_size=1, max_size=4).map(" ".join)
SMALL = {"a", "an", "all", "and", "any", "are", "at", "be", "by", "data", "do", "each", "for", "i", "id", "im", "in"}
SMALL |= {"hi", "image", "is", "it", "its", "me", "my", "of", "on", "project", "to", "us", "we"}
SMALL |= {
    "am",
    "di",
    "el",
    "em",
    "en",
    "et",
    "il",
    "la",
    "las",
    "le",
    "les",
    "li",
    "lo",
    "los",
    "un",
    "um",
    "von",
    "zu",
}
"""Words that mean nothing beside others, of those that the records may have."""
JOINING = {"no", "not", "or", "vs"}
"""Words that say how others are meant."""
WHOLE_NAMES = {"2d", "3d", "hcs", "hts", "idr", "ok"}
"""Names of values that are so short that they are whole words."""
NAMED = WHOLE_NAMES | {name.replace(" ", "") for group in groups() for name in map(plain, group)}
IN_PARTS = Sizes(stems=0, block=2, lists=6, words=3, names=2)
"""All texts in blocks of two datasets, so that a catalog of a few has many files."""
SHORT = 2
"""Characters of words that need not be found exactly where texts are in parts."""
ALL_SIZES = st.sampled_from(
    [SIZES, IN_PARTS, Sizes(stems=12, block=1, lists=1, words=1), Sizes(stems=0, block=3, read=0, read_of_more=9)]
)
"""As a site has them; and in parts: all texts, or long ones only, in files of every size."""
STEPS = st.sampled_from([0.1, 0.325, 0.65, 1.0, 650.0, 1 / 3]) | st.floats(1e-3, 1e4)
COUNTS = st.none() | st.integers(0, 5) | st.integers(0, 10**12)


@pytest.fixture(scope="module")
def searcher() -> Iterator[Searcher]:
    searcher = Searcher()
    yield searcher
    searcher.close()


@st.composite
def records(draw: st.DrawFn) -> Record:
    folder = draw(st.sampled_from(["idr/idr0013", "idr/idr0004", "jax/2020 10", "é"]))
    stem = draw(STEMS)
    suffix = draw(st.sampled_from([".ome.zarr", ".zarr", ""]))
    url = f"https://data.example.org/{quote(f'{folder}/{stem}{suffix}')}"
    of_stem = st.sampled_from([f"Screen {folder}/{stem}.ome.zarr", f"plate-{stem}-x", f"Project {stem}"])
    name = draw(SENTENCES | of_stem)
    sizes = draw(st.none() | st.lists(st.integers(1, 300), min_size=3, max_size=3))
    unit = draw(st.sampled_from([None, "micrometer", "nanometer", "angstrom"]))
    steps = draw(st.none() | st.lists(STEPS, min_size=3, max_size=3))
    return Record(
        id=urls.dataset_id(url),
        url=url,
        title=name or stem,
        name=name,
        description=draw(SENTENCES),
        source=draw(st.sampled_from([None, "IDR", "Jülich"])),
        study=draw(st.sampled_from([None, StudyRef(id="idr0013", name="idr0013 Neumann"), StudyRef(id="x", name="X")])),
        lists=(Place(csv=draw(st.sampled_from(["one.csv", "two.csv"])), line=2),),
        organism=draw(st.sampled_from([None, Term(id="NCBITaxon:9606", label="Homo sapiens"), Term(id="riccia")])),
        license=draw(st.sampled_from([None, License(id="CC-BY-4.0")])),
        found=PublicFindings(
            status="ok",
            kind=draw(st.sampled_from([None, "image", "plate"])),
            axes=tuple(Axis(name=name, type="space", unit=unit) for name in "zyx") if sizes else None,
            shape=tuple(sizes) if sizes else None,
            levels=(Level(path="0", shape=tuple(sizes), chunks=(1, 1, 1), scale=tuple(steps)),)
            if sizes and steps
            else (),
            bytes=draw(COUNTS),
            thumbnail=draw(st.sampled_from([None, Picture(path="thumbs/a.webp", width=256, height=192)])),
            valid=draw(st.sampled_from([None, True, False])),
        ),
        extra=draw(st.dictionaries(st.just("well"), NAMES, max_size=1)),
    )


def make_catalog(*given_records: Record) -> Catalog:
    unique = {record.id: record for record in given_records}
    return Catalog(
        title="Test",
        description="",
        built_at="2026-11-22T06:00:00Z",
        base_url=None,
        records=tuple(unique.values()),
        totals=Totals(datasets=len(unique)),
        sources=(),
    )


def is_word(text: str) -> bool:
    """Return whether the text is one word of a query, and means only that."""
    return (
        bool(re.fullmatch(r"[^\s\-–/%=?&#+\"“„«][^\s/%=?&#:]*", text))
        and any(map(str.isalnum, text))
        and text not in SMALL | JOINING
        and not re.search(r"[^\W\d_]{2}\.+$", text)  # the end of a sentence
    )


def is_phrase(text: str) -> bool:
    """Return whether the text can stand between quotes, and has something to look for."""
    return '"' not in text and "  " not in text and any(map(str.isalnum, text))


@st.composite
def questions(draw: st.DrawFn, catalog: Catalog) -> brute.Question:
    chosen = st.sampled_from(catalog.records)

    def pieces(most: int, is_right: Callable[[str], bool], *, of_one_word: bool) -> tuple[str, ...]:
        found = []
        for _ in range(draw(st.integers(0, most))):
            record = draw(chosen)
            texts = [fold(text.value(record) or "") for text in TEXTS]
            texts += [fold(record.source or ""), "Homo sapiens", "human", "plate", "color", "nothing"]
            text = draw(st.sampled_from([text for text in texts if text]))
            start = draw(st.integers(0, len(text) - 1))
            piece = text[start : start + draw(st.integers(1, 12))]
            found.append(plain(piece.split(" ")[0].split("/")[0] if of_one_word else piece).strip())
        return tuple(dict.fromkeys(piece for piece in found if is_right(piece)))

    facets = {
        each.key: draw(st.lists(chosen.map(lambda record, each=each: brute.stated(each, record)), max_size=2))
        for each in draw(st.lists(st.sampled_from(fields_in("facet")), max_size=2, unique=True))
    }
    index = make_index(catalog)
    numbers = [each.field.key for each in index.ranges]
    stated = {each.field.key: [each.field.value(record) for record in catalog.records] for each in index.ranges}
    ends = {
        key: st.integers(0, 400)
        | st.integers(0, 10**12)
        | st.floats(0, 400).map(lambda end: round(end, 6))
        | st.sampled_from([value for value in values if isinstance(value, int | float)])
        for key, values in stated.items()
    }
    pairs = {key: st.tuples(end, end).map(lambda pair: (min(pair), max(pair))) for key, end in ends.items()}
    ranges = {key: draw(pairs[key]) for key in numbers if draw(st.integers(0, 3)) == 3}
    unstated = tuple(key for key in numbers if draw(st.integers(0, 7)) == 7)
    sorts = [field.key for field in index.sorts if field.number]
    sort = draw(st.sampled_from(["", *sorts, *(f"-{key}" for key in sorts)]))
    either = pieces(2, is_alone, of_one_word=True)
    signs = st.sampled_from(["", "<", "<=", ">", ">="])
    return brute.Question(
        words=pieces(3, is_alone, of_one_word=True),
        patterns=draw(patterns(catalog)),
        phrases=pieces(1, is_phrase, of_one_word=False),
        excluded=pieces(1, is_alone, of_one_word=True),
        limits=tuple((key, draw(signs), draw(ends[key])) for key in numbers if draw(st.integers(0, 7)) == 7),
        several=tuple(
            (key, tuple((draw(signs), draw(ends[key])) for _ in range(draw(st.integers(2, 4)))))
            for key in numbers
            if draw(st.integers(0, 9)) == 9
        ),
        facets=facets,
        ranges=ranges,
        unstated=unstated,
        sort=sort,
        either=(either,) if len(either) == 2 else (),
        missing=tuple(key for key in numbers if draw(st.integers(0, 9)) == 9),
        is_spoken=draw(st.booleans()),
    )


@st.composite
def patterns(draw: st.DrawFn, catalog: Catalog) -> tuple[str, ...]:
    """A word of a dataset with wildcards in place of some of its characters, or none."""
    record = draw(st.sampled_from(catalog.records))
    text = plain(urls.stem(record.url))
    start, stop = (draw(st.integers(0, len(text))) for _ in "ab")
    stars = draw(st.sampled_from(["*", "*{}", "{}*", "?"]))
    piece = text[:start] + stars.format(text[start:stop]) + text[stop:] if start <= stop else text
    is_right = re.fullmatch(r"[a-z0-9*]+[?]?[a-z0-9*]+", piece) and re.search(r"[a-z0-9]{3}", piece)
    return (re.sub(r"[*]+", "*", piece),) if is_right and re.search("[*?]", piece) and draw(st.booleans()) else ()


@st.composite
def small_questions(draw: st.DrawFn, catalog: Catalog) -> brute.Question:
    """Questions with a word that says little before one that names of datasets may have beside it."""
    firsts = [plain(urls.stem(each.url)).split(" ")[0] for each in catalog.records]
    words = st.sampled_from([*(first for first in firsts if is_alone(first) and first.isalnum()), "lt0113"])
    return brute.Question(
        small="project",
        words=tuple(dict.fromkeys(draw(st.lists(words, min_size=1, max_size=2)))),
        excluded=tuple(draw(st.lists(words, max_size=1))) if draw(st.booleans()) else (),
        is_spoken=draw(st.booleans()),
    )


def is_alone(text: str) -> bool:
    """Return whether the text is a word that has no other names, and no number: those are tested apart.

    A number before another word may be an amount, as in `1 color`.
    """
    is_letter = len(text) == 1 and text.isalpha()  # one before a word is a part of it, as in `T cells`
    return (
        is_word(text) and " " not in text and text not in NAMED and not is_letter and not re.fullmatch(r"[\d.,]+", text)
    )


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_engine_finds_what_brute_force_finds(data: st.DataObject, searcher: Searcher) -> None:
    """Words, facets, ranges and sorts give the records, the order and the counts of the definition."""
    catalog = make_catalog(*data.draw(st.lists(records(), min_size=1, max_size=9)))
    index = make_index(catalog, data.draw(ALL_SIZES))
    searcher.open(index)
    for _ in range(6):
        question = data.draw(questions(catalog) | small_questions(catalog))

        answer = searcher.query(**question.as_json())

        if answer["isAbout"] and any(len(word) <= SHORT for word in question.texts):
            continue  # in parts, such words are looked for only in what is at hand
        if answer["corrections"]:  # which words are near is tested apart
            assert not any(_has(index.order, each["word"], question) for each in answer["corrections"])
            continue
        expected = brute.find(index.order, question)
        assert [card["id"] for card in answer["cards"]] == [record.id for record in expected]
        for facet in index.facets:
            found = dict(zip([each.value for each in facet.values], answer["counts"][facet.field.key], strict=True))
            expected_counts = brute.counts(index.order, question, facet.field)
            shown = {value: count for value, count in expected_counts.items() if value in found}
            assert {value: count for value, count in found.items() if count} == shown


def _has(order: Sequence[Record], word: str, question: brute.Question) -> bool:
    """Return whether any record has a word, by definition."""
    is_done = word != question.last
    return any(brute.weight(order, record, word, brute.variants(word), is_done=is_done) for record in order)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(record=records(), others=st.lists(records(), max_size=4), sizes=ALL_SIZES)
def test_pasted_address_finds_its_dataset(
    record: Record, others: list[Record], sizes: Sizes, searcher: Searcher
) -> None:
    """A dataset's address, as it is, decoded, or inside a viewer's link, finds it."""
    searcher.open(make_index(make_catalog(record, *others), sizes))
    link = f"https://viewer.example.org/?source={quote(record.url, safe='')}"

    found = [searcher.query(text=text)["cards"] for text in (record.url, f"{record.url}/zarr.json", link)]

    assert all(record.id in {card["id"] for card in cards} for cards in found)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(st.text(max_size=20) | st.text(SIGNS, max_size=10), min_size=5, max_size=20))
def test_browser_folds_as_the_build_does(texts: list[str], searcher: Searcher) -> None:
    """Case, accents, widths and white space mean nothing, the same nothing on both sides."""
    known = [text for text in texts if all(sign.isprintable() or sign.isspace() for sign in text)]

    assert searcher.ask(ask="fold", texts=known) == [fold(text) for text in known]
    assert searcher.ask(ask="plain", texts=known) == [plain(text) for text in known]


def test_all_kinds_of_records_are_found_by_title(searcher: Searcher) -> None:
    """Every record of the believable catalog comes back for the words of its stem."""
    catalog = every_kind()
    searcher.open(make_index(catalog))

    for record in catalog.records:
        answer = searcher.query(text=urls.stem(record.url))

        assert record.id in {card["id"] for card in answer["cards"]}


def test_cards_fetched_ahead_are_those_of_results(searcher: Searcher) -> None:
    """What is shown is the same, whether cards come in decks or in the small files; also beyond the first deck."""
    records = [make_image(f"cells-{number}") for number in range(CARDS_PER_DECK + 10)]
    searcher.open(make_index(make_catalog(*records)))
    questions = [{"limit": 20}, {"limit": 20, "offset": CARDS_PER_DECK - 10}, {"text": "cells-4", "limit": 20}]
    before = [searcher.query(**question)["cards"] for question in questions]

    searcher.ask(ask="prefetchCards")

    assert [searcher.query(**question)["cards"] for question in questions] == before
    assert all(len(cards) == 20 for cards in before)


@pytest.mark.parametrize("sizes", [SIZES, IN_PARTS], ids=["whole", "in parts"])
def test_files_are_read_once(sizes: Sizes, searcher: Searcher) -> None:
    """What one question has read, no later one reads again, whether words or facets need it."""
    records = [make_image(f"{kind}-{number}") for kind in ("cells", "embryo") for number in range(300)]
    searcher.open(make_index(make_catalog(*records), sizes))

    for text in ("cells-29", "embryo-1", "cells-29", "source:example", "image -cells", "embryo", "cells-29"):
        searcher.query(text=text, facets={"kind": ["image"]})

    read = searcher.ask(ask="filesRead")
    assert len(read) == len(set(read))


def test_words_rank_stem_first(searcher: Searcher) -> None:
    """A stem that is the word comes first, then stems that begin with it, names, descriptions, the rest."""
    image = change(make_image("other"), name=None, description=None, origin=None, channels=(), label_images=())
    stem, prefix = (replace(image, id=each, url=f"https://h.example.org/{each}.zarr") for each in ("lt01", "lt01-b"))
    name = replace(image, id="name", name="Screen lt01")
    description = replace(image, id="description", description="See lt01")
    rest = replace(image, id="rest", origin="https://idr.example.org/?show=lt01")
    searcher.open(make_index(make_catalog(rest, description, name, prefix, stem)))

    found = [card["id"] for card in searcher.query(text="LT01")["cards"]]

    assert found == ["lt01", "lt01-b", "name", "description", "rest"]


def test_nothing_found_says_what_to_drop(searcher: Searcher) -> None:
    """Where all demands together find nothing, the answer says what each one's absence would give."""
    searcher.open(make_index(make_catalog(make_image("cells"))))

    answer = searcher.query(text="cells zebra", facets={"source": ["IDR"]})

    assert [(each["dropped"], each["total"]) for each in answer["relaxed"]] == [({"word": "zebra"}, 1)]


def test_files_are_the_same_for_the_same_records() -> None:
    """The same catalog gives the same names and bytes."""
    assert make_index(every_kind()).pages == make_index(every_kind()).pages


def test_empty_catalog_has_an_empty_search(searcher: Searcher) -> None:
    """A catalog without datasets can be opened, and finds nothing."""
    searcher.open(make_index(make_catalog()))

    assert searcher.query(text="cells")["total"] == 0


def test_histogram_counts_every_stated_value(searcher: Searcher) -> None:
    """The bins of a number hold each dataset that states it once, live as at first."""
    sizes = [0, 1, 999, 10**6, 10**9, 10**12, *range(2, 60)]
    index = make_index(make_catalog(*(change(make_image(f"image{each}"), bytes=each) for each in sizes)))
    searcher.open(index)
    at_first = next(each for each in index.ranges if each.field.key == "bytes")

    live = searcher.query(histograms=["bytes"])["histograms"]["bytes"]

    assert sum(at_first.counts) == len(sizes)
    assert live == list(at_first.counts)


def test_exported_rows_are_what_the_columns_say(searcher: Searcher) -> None:
    """An export has every column, with the values of the record."""
    record = make_image("cells")
    searcher.open(make_index(make_catalog(record)))

    (row,) = searcher.ask(ask="rows", question={"text": "cells"})

    assert row == {column.name: column.value(record) for column in export_columns()}


@pytest.mark.parametrize("sizes", [SIZES, IN_PARTS], ids=["whole", "in parts"])
def test_only_the_named_datasets_are_found(sizes: Sizes, searcher: Searcher) -> None:
    """Ends of ids narrow the catalog as a filter does, in counts, too; those that it does not have are counted."""
    records = [make_image("a"), change(make_image("b"), kind="plate"), make_image("c")]
    searcher.open(make_index(make_catalog(*records), sizes))
    ids = [record.id[-ID_END:] for record in records[:2]]

    answer = searcher.query(ids=[*ids, "abcdefghijkl"])

    assert {card["id"] for card in answer["cards"]} == {record.id for record in records[:2]}
    assert (sum(answer["counts"]["kind"]), answer["gone"]) == (2, 1)
    assert searcher.query(ids=ids, facets={"kind": ["plate"]})["total"] == 1
    assert searcher.query(ids=[])["total"] == 0


def test_words_of_a_large_catalog_cost_the_files_that_may_have_them(searcher: Searcher) -> None:
    """Of many blocks only those with the word are read, and the answer is exact."""
    records = [make_image(f"plate-{number:04}") for number in range(400)]
    index = make_index(make_catalog(*records), Sizes(stems=0, block=10, lists=50, read=4, read_of_more=4))
    searcher.open(index)
    blocks = {page.path for page in index.pages if "/blocks-" in page.path}

    answer = searcher.query(text="0123")

    assert (answer["total"], answer["isAbout"]) == (1, False)
    read = {f"search/{name}" for name in searcher.ask(ask="filesRead")}
    assert len(blocks) == 40
    assert 1 <= len(blocks & read) <= 4


def test_words_that_are_nearly_everywhere_are_counted_about_right(searcher: Searcher) -> None:
    """Where a word may be in too many blocks to read, all that have its trigrams are found, and the answer says so."""
    bare = {"name": None, "description": None, "origin": None}
    records = [change(make_image(f"plates-{number:04}"), **bare) for number in range(60)]
    searcher.open(make_index(make_catalog(*records), Sizes(stems=0, block=2, lists=50, read=4, read_of_more=4)))

    broad, narrow, short = (searcher.query(text=text) for text in ("plates", "plates-0017", "zz"))

    assert (broad["total"], broad["isAbout"]) == (60, True)
    assert (narrow["total"], narrow["isAbout"]) == (1, False)
    assert (short["total"], short["isAbout"]) == (0, True)


def test_large_catalog_has_short_lists_of_names(searcher: Searcher) -> None:
    """The manifest names a few files; cards, cells and rows beyond are found through lists of names."""
    records = [make_image(f"cells-{number}") for number in range(3 * CARDS_PER_FILE)]
    manifest = searcher.open(make_index(make_catalog(*records), Sizes(stems=0, block=64, names=2)))

    answer = searcher.query(cells=True, limit=len(records))

    assert manifest["namesPerFile"] == {"cards": 1, "cells": 1}
    assert {card["id"] for card in answer["cards"]} == {record.id for record in records}
    assert all(card["cells"] for card in answer["cards"])


def test_small_catalog_has_one_file_of_texts() -> None:
    """Below the number that decides, there are no parts: nothing else is fetched."""
    kinds = {page.path.partition("-")[0] for page in make_index(every_kind()).pages}

    assert kinds.isdisjoint({"search/blocks", "search/grams", "search/words", "search/names"})
    assert "search/texts" in kinds


def test_organisms_are_a_tree_with_counts_on_every_level(searcher: Searcher) -> None:
    """A group that joins several organisms is a value of its own, comes before them, and is chosen with them."""
    taxa = {"9606": "Homo sapiens", "10090": "Mus musculus", "10116": "Rattus norvegicus", "4932": "yeast"}
    cells = [
        change(make_image(f"cells-{local}"), organism=Term(id=f"NCBITaxon:{local}", label=label), modality=None)
        for local, label in taxa.items()
    ]
    index = make_index(make_catalog(*cells))
    searcher.open(index)
    organism = next(each for each in index.facets if each.field.key == "organism")
    shown = [(each.text, each.count, each.depth) for each in organism.values]
    assert shown == [
        ("Eukaryota", 4, 0),
        ("Mammalia", 3, 1),
        ("Rodentia", 2, 2),
        ("Mus musculus", 1, 3),
        ("Rattus norvegicus", 1, 3),
        ("Homo sapiens", 1, 2),
        ("yeast", 1, 1),
    ]

    answer = searcher.query(facets={"organism": ["NCBITaxon:9989"]})

    texts = {each.value: each.text for each in organism.values}
    assert [texts[wider] for wider in organism.values[3].wider] == ["Eukaryota", "Mammalia", "Rodentia"]
    assert answer["total"] == 2
    assert answer["counts"]["organism"] == [each.count for each in organism.values]


def test_best_matches_come_first(searcher: Searcher) -> None:
    """Whole organisms and names come before a word that merely has the letters; short names are whole words."""
    plain_image = change(make_image("berattled"), organism=None, modality=None, name=None, description=None)
    rat = change(plain_image, id="rat", organism=Term(id="NCBITaxon:10116", label="Rattus norvegicus"))
    rat = replace(rat, url="https://h.example.org/zz.zarr")
    searcher.open(make_index(make_catalog(plain_image, rat)))

    assert [card["id"] for card in searcher.query(text="ratt")["cards"]] == ["rat", plain_image.id]
    assert [card["id"] for card in searcher.query(text="rat")["cards"]] == ["rat"]
