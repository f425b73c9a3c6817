"""What studies are called: words that a visitor understands, and never the same for two of them."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from sitegen.catalog.build import make_catalog
from sitegen.config.settings import Config, StudySettings
from sitegen.model import Catalog, Crate, Entry, Findings, Place
from sitegen.site.facts import make_card_texts

LISTS = "https://lists.example.org"
DATA = "https://data.example.org"


def entry(path: str, csv: str = "one.csv", source: str | None = "Tide Station", **stated: Any) -> Entry:
    """Return an entry of a list of an institution."""
    return Entry(url=f"{DATA}/{path}", places=(Place(csv=f"{LISTS}/{csv}", line=2),), source=source, **stated)


OTHER = entry("elsewhere/z.zarr", csv="elsewhere/second-list.csv", source=None)
"""A dataset of another list, so that lists are studies."""


def catalog_of(*entries: Entry, crates: tuple[Crate | None, ...] = (), studies: Any = ()) -> Catalog:
    """Return the catalog of these entries and of `OTHER`."""
    every = (*entries, OTHER)
    found = [Findings(status="ok", crate=crate) for crate in (*crates, *[None] * (len(every) - len(crates)))]
    config = Config(csv=("l.csv",), studies=tuple(studies))
    return make_catalog(every, found, config, built_at="2026-11-22T06:00:00Z")


def named(*entries: Entry, **more: Any) -> tuple[str, str]:
    """Return the name of the first study, and what it was made of."""
    study = catalog_of(*entries, **more).studies[0]
    return study.name, study.named_by


@pytest.mark.parametrize(
    ("csv", "source", "name"),
    [
        ("samples.csv", "Tide Station", "Tide Station: samples"),
        ("tide_station_samples.csv", "Tide Station", "Tide Station: samples"),
        ("uni_muenster_volumes.csv", "Universität Münster", "Universität Münster: volumes"),
        ("flamingo.csv", "Tide Station", "Tide Station: flamingo"),
        ("2024_images.csv", "Tide Station", "Tide Station: 2024 images"),
        ("KOMP_adult_lacZ.csv", "JAX", "KOMP adult lacZ"),
        ("gruenau/samples.csv", None, "gruenau: samples"),
        ("samples.csv", None, "data.example.org: samples"),
        ("flamingo.csv", None, "flamingo"),
    ],
)
def test_a_list_of_few_words_has_its_institution_before_it(csv: str, source: str | None, name: str) -> None:
    """`samples` tells nothing; `KOMP adult lacZ` does."""
    assert named(entry("a.zarr", csv, source), entry("b.zarr", csv, source)) == (name, "list")


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ([{"name": "Calcium wave dynamics"}], ("S-BIAD464 Calcium wave dynamics", "name")),
        ([{"name": "SPM00_TM0005.klb", "description": "Leaves."}], ("S-BIAD464", "accession")),
        (
            [{"name": "SPM00_TM0005.klb", "description": "Light sheets of leaves. More."}],
            ("S-BIAD464 Light sheets of leaves", "description"),
        ),
        ([{}, {"description": "Light sheets of leaves\nMore"}], ("S-BIAD464 Light sheets of leaves", "description")),
        ([{"name": "Leaves: 1"}, {"name": "Leaves: 2"}], ("S-BIAD464 Leaves", "name")),
        ([{"name": "S-BIAD464"}], ("S-BIAD464", "accession")),
        ([{}], ("S-BIAD464", "accession")),
        ([{"description": "word " * 400}], ("S-BIAD464", "accession")),
    ],
)
def test_an_accession_is_followed_by_what_it_is_about(stated: list[dict[str, str]], expected: tuple[str, str]) -> None:
    """A name or a description in words of people; never the name of a file."""
    members = [entry(f"{at}.zarr", origin="https://e.org/S-BIAD464", **each) for at, each in enumerate(stated)]

    assert named(*members) == expected


def test_a_title_is_not_said_twice_on_a_card() -> None:
    """The study of one dataset is called like it; the card says the accession above, and the title once."""
    record = catalog_of(entry("a.zarr", origin="https://e.org/S-BIAD464", name="Calcium wave dynamics")).records[0]
    texts = make_card_texts(record)

    assert (texts.context, texts.title) == ("Tide Station\N{NO-BREAK SPACE}· S-BIAD464", "Calcium wave dynamics")


@pytest.mark.parametrize(
    ("paths", "name"),
    [
        (["x/fish_1/color", "x/fish_2/color"], "Tide Station: fish"),
        (["x/Alpha-whole_mouse/a", "x/body/C00", "x/LYVE_Whole_Mouse_System/b"], "Tide Station: whole mouse"),
        (["Reef_Lab_North/e2198/color", "Reef_Lab_North/k0563/color"], "Tide Station: Reef Lab North, e2198 and k0563"),
        ([f"Reef_Lab_North/{code}_x/color" for code in ("a1", "b2", "c3")],
         "Tide Station: Reef Lab North, a1 x and others"),
        (["00d6c6302e01c5f6/a1.zarr", "00d6c6302e01c5f6/b2.zarr"], "Tide Station: a1 and b2"),
    ],
)  # fmt: skip
def test_a_study_without_names_is_called_by_what_addresses_share(paths: list[str], name: str) -> None:
    """Their beginning, words that most of them have, or the folder that tells something."""
    members = [entry(path, origin="https://e.org/publications/5c5ab4") for path in paths]

    assert named(*members) == (name, "url")


def test_names_that_are_stated_stay_as_they_are() -> None:
    """Those of the configuration, of a column and of an RO-Crate have no institution before them."""
    settings = StudySettings(name="Low water", match=f"{DATA}/low/")

    assert named(entry("low/a.zarr"), studies=[settings]) == ("Low water", "configuration")
    assert named(entry("a.zarr", extra={"study": "Tides"})) == ("Tides", "csv")
    part = Crate(part_of="https://e.org/7", part_of_name="Tail buds")
    assert named(entry("a.zarr"), crates=(part,)) == ("Tail buds", "ro-crate")
    nameless = Crate(part_of="https://e.org/7", part_of_name=None)
    assert named(entry("fins_1.zarr"), entry("fins_2.zarr"), crates=(nameless, nameless)) == (
        "Tide Station: fins",
        "url",
    )


def test_equal_names_are_told_apart() -> None:
    """By institution, else by list, else by the end of the id; case and punctuation make no difference."""
    crates = tuple(Crate(part_of=f"https://e.org/{at}", part_of_name=name) for at, name in enumerate(
        ("Tail buds", "tail-buds", "Fins", "Fins", "Fins")
    ))  # fmt: skip
    entries = (
        entry("a.zarr", source="A"), entry("b.zarr", source="B"),
        entry("c.zarr", csv="x/reef.csv"), entry("d.zarr", csv="y/shore.csv"), entry("e.zarr", csv="z/shore.csv"),
    )  # fmt: skip
    catalog = catalog_of(*entries, crates=crates)
    names = [study.name for study in catalog.studies]

    assert names[:3] == ["A: Tail buds", "B: tail-buds", "Tide Station: Fins (reef)"]
    assert names[3].startswith("Tide Station: Fins (shore) (")
    assert len({name.casefold() for name in names}) == len(names)


@pytest.mark.parametrize("seed", range(30))
def test_no_two_studies_of_any_catalog_are_called_alike(seed: int) -> None:
    """Invented lists, with names of no words, of signs alone, of 5,000 characters and of other scripts."""
    draw = random.Random(seed)
    words = (
        "samples",
        "Volumes",
        "volumes",
        "",
        "…",
        "مرحبا",
        "x" * 5000,
        "<b>",
        "2024",
        "a b",
        "A-B",
        "idr0001",
        "0.5",
    )
    entries = [
        entry(
            f"{draw.choice(words)}/{draw.choice(words)}/{at}.zarr",
            csv=f"{draw.choice(words)}/{draw.choice(words)}.csv",
            source=draw.choice((None, "A", "a", "B Lab")),
            name=draw.choice((None, *words)),
            description=draw.choice((None, *words)),
            origin=draw.choice((None, "https://e.org/1", "https://e.org/2", *words)),
        )
        for at in range(40)
    ]  # fmt: skip
    part = tuple(Crate(part_of=draw.choice(words), part_of_name=draw.choice(words)) for _ in range(10))
    studies = catalog_of(*entries, crates=part).studies
    folded = Counter(study.name.casefold() for study in studies)

    assert folded.most_common(1)[0][1] == 1
    assert all(study.name.strip() and len(study.name) <= 160 + 80 for study in studies)
