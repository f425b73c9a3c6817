"""Each page leads to the datasets before and after it, and to others that have something in common with it."""

from __future__ import annotations

import pytest
from catalogs import every_kind, make_image

from sitegen.model import Catalog, Page, Record, StudyRef, Term
from sitegen.site.neighbors import NeighborGroup, NeighborLinks, as_neighbor, find_neighbors
from sitegen.site.render import DatasetPageJob, dataset_pages


def records(*described: str) -> list[Record]:
    """Return records from `stem@source`; a stem that ends in `-` has no picture."""
    made = []
    for each in described:
        stem, _, source = each.partition("@")
        picture = {"thumbnail": None} if stem.endswith("-") else {}
        others = {"organism": None, "source": source or None}
        made.append(make_image(stem, name=stem, title=stem, **others, **picture))
    return made


def titles(links: NeighborLinks) -> list[str]:
    """Return the titles of the others of the institution."""
    return [record.title for group in links.groups for record in group.records]


def test_pages_form_a_chain_with_two_ends() -> None:
    """The first has none before it, the last none after it."""
    three = records("a@IDR", "b@SSBD", "c@IDR")
    found = find_neighbors(three)

    assert [links.previous for links in found] == [None, three[0], three[1]]
    assert [links.next for links in found] == [three[1], three[2], None]


def test_others_of_the_institution_come_in_their_order_round_to_the_first() -> None:
    """So every page of an institution is linked by others of it."""
    found = find_neighbors(records("a@IDR", "x@SSBD", "b@IDR", "c@IDR"))

    assert [titles(links) for links in found] == [["b", "c"], [], ["c", "a"], ["a", "b"]]


def test_datasets_with_pictures_come_first() -> None:
    """Cards without a picture say little."""
    found = find_neighbors(records("a@IDR", "b-@IDR", "c@IDR", "d-@IDR", "e@IDR"), count=3)

    assert titles(found[0]) == ["c", "e", "b-"]


@pytest.mark.parametrize("count", [1, 2, 4])
def test_there_are_at_most_so_many(count: int) -> None:
    """Also in a large institution; none is named twice, and none is the dataset itself."""
    many = records(*(f"image-{number}@IDR" for number in range(20)))

    for record, links in zip(many, find_neighbors(many, count), strict=True):
        assert len(set(titles(links))) == len(links.groups[0].records) == count
        assert record.title not in titles(links)


def test_datasets_without_institution_are_each_others_neighbors() -> None:
    """They do not lead to those of an institution."""
    found = find_neighbors(records("a", "b@IDR", "c"))

    assert [titles(links) for links in found] == [["c"], [], ["a"]]


def test_an_empty_catalog_has_no_neighbors() -> None:
    """Nor has a dataset alone."""
    assert find_neighbors([]) == []
    assert find_neighbors(records("a@IDR")) == [NeighborLinks()]


def related(*described: str) -> list[Record]:
    """Return records from `stem study organism method`; `-` for what is not stated."""
    made = []
    for each in described:
        stem, study, organism, method = each.split()
        stated = {
            "study": None if study == "-" else StudyRef(id=study, name=f"Study {study}"),
            "organism": None if organism == "-" else Term(id=f"NCBITaxon:{organism}", label=organism),
            "modality": None if method == "-" else Term(id=f"FBbi:{method}", label=method),
        }
        made.append(make_image(stem, name=stem, title=stem, **stated))
    return made


def groups(links: NeighborLinks) -> dict[str, list[str]]:
    """Return the titles of each group."""
    return {group.key: [record.title for record in group.records] for group in links.groups}


def test_those_of_the_study_come_first_then_those_of_the_same_kind() -> None:
    """No dataset is in two groups; those of the institution are for datasets without either."""
    found = find_neighbors(related("a s mouse em", "b s mouse em", "c t mouse em", "d - mouse -", "e - - -"))

    assert groups(found[0]) == {"study": ["b"], "subject": ["c"]}
    assert groups(found[2]) == {"subject": ["a", "b"]}
    assert groups(found[3]) == {"source": ["e", "a", "b", "c"]}


def test_groups_lead_to_the_filtered_catalog() -> None:
    """By filters that find all of them."""
    study, subject = find_neighbors(related("a s mouse em", "b s mouse em", "c t mouse em"))[0].groups

    assert (study.path, study.count, study.what) == ("index.html?study=s", 2, "Study s")
    assert subject.path == "index.html?organism=NCBITaxon%3Amouse&modality=FBbi%3Aem"
    assert (subject.count, subject.what) == (3, "mouse, em")


def test_a_neighbor_has_all_that_its_card_and_the_links_to_it_show() -> None:
    """Whatever kind of dataset it is; a page is made of that alone."""
    catalog = every_kind()
    whole = [page_beside(record, record, catalog) for record in catalog.records]
    reduced = [page_beside(record, as_neighbor(record), catalog) for record in catalog.records]

    assert whole == reduced


def page_beside(record: Record, neighbor: Record, catalog: Catalog) -> Page:
    """Return the page of a dataset that has one neighbor in every place."""
    groups = tuple(
        NeighborGroup(key=key, title="Others", path="index.html", count=2, records=(neighbor,))
        for key in ("study", "subject", "source")
    )
    links = NeighborLinks(previous=neighbor, next=neighbor, groups=groups)
    (page,) = dataset_pages([DatasetPageJob(record=record, neighbors=links, catalog=catalog, viewers=())])
    return page
