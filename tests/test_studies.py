"""Which datasets belong to one study, what it is called, and what each dataset is called within it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from builds import build_site

from sitegen.catalog.build import make_catalog
from sitegen.catalog.titles import common_lead, make_titles
from sitegen.config.settings import Config, StudySettings, read_config
from sitegen.errors import ConfigError
from sitegen.lists.reading import read_lists
from sitegen.model import Catalog, Crate, Entry, Findings, Place, Record
from sitegen.ome.crate import read_crate

HOST = "https://data.example.org"
CHALLENGE = Path(__file__).parents[2] / "shared/challenge"


def entry(path: str, csv: str = "https://lists.example.org/one.csv", **stated: Any) -> Entry:
    """Return an entry of a list."""
    return Entry(url=f"{HOST}/{path}", places=(Place(csv=csv, line=2),), **stated)


def catalog_of(*entries: Entry, studies: tuple[StudySettings, ...] = (), crate: Crate | None = None) -> Catalog:
    """Return the catalog of these entries, each with this RO-Crate."""
    findings = [Findings(status="ok", crate=crate) for _ in entries]
    return make_catalog(entries, findings, Config(csv=("l.csv",), studies=studies), built_at="2026-11-22T06:00:00Z")


def said(record: Record) -> tuple[str, str] | None:
    """Return the name of a record's study, and where it was taken from."""
    return (record.study.name, record.provenance["study"]) if record.study else None


def studies_of(*entries: Entry, **more: Any) -> list[tuple[str, str] | None]:
    """Return the study of each entry."""
    return [said(record) for record in catalog_of(*entries, **more).records]


OTHER = entry("elsewhere/z.zarr", origin="https://example.org/other")
"""A dataset of the same list, so that no study is the whole catalog."""


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"path": "a.zarr", "extra": {"Study": "Tides"}}, ("Tides", "csv")),
        ({"path": "a.zarr", "origin": "https://e.org/studies/S-BIAD464"}, ("S-BIAD464", "origin")),
        ({"path": "a.zarr", "origin": "https://www.ebi.ac.uk/empiar/EMPIAR-10392/"}, ("EMPIAR-10392", "origin")),
        ({"path": "share/idr0013/LT01.zarr"}, ("idr0013", "url")),
        ({"path": "share/IDR0013-neumann/LT01.zarr"}, ("idr0013", "url")),
        ({"path": "a.zarr", "csv": "https://l.org/idr0013_samples.csv"}, ("idr0013", "list")),
        ({"path": "a.zarr", "csv": "https://l.org/KOMP_adult_lacZ.csv"}, ("KOMP adult lacZ", "list")),
        ({"path": "midr00134/a.zarr"}, None),
    ],
)
def test_a_study_is_taken_from_what_is_stated(stated: dict[str, Any], expected: tuple[str, str] | None) -> None:
    """The column of a list, an accession wherever it is, and the list itself where there are several."""
    assert studies_of(entry(**stated), OTHER)[0] == expected


def test_one_accession_is_one_study_wherever_it_is_stated() -> None:
    """One dataset names it in its origin, another has it in its address; each says where it was found."""
    catalog = catalog_of(entry("x/a.zarr", origin="https://e.org/idr0044"), entry("idr0044/b.zarr"))

    assert [record.study and record.study.id for record in catalog.records] == ["idr0044", "idr0044"]
    assert [record.provenance["study"] for record in catalog.records] == ["origin", "url"]
    assert [(each.id, each.datasets) for each in catalog.studies] == [("idr0044", 2)]


def test_an_origin_is_a_study_if_datasets_share_it() -> None:
    """An origin of its own, such as a page for each image, says nothing; among shared ones it does."""
    shared = [entry(f"{name}/color", origin="https://e.org/p/1") for name in ("fish_1", "fish_2")]
    single = entry("mouse/color", origin="https://e.org/p/2")
    own = [entry(f"{name}.zarr", csv="https://l.org/own.csv", origin=f"https://e.org/?image={name}") for name in "ab"]

    assert studies_of(*shared, single, *own) == [
        ("fish", "origin"), ("fish", "origin"), ("mouse", "origin"), ("own", "list"), ("own", "list"),
    ]  # fmt: skip


def test_a_folder_is_a_study_in_a_catalog_of_one_list() -> None:
    """A folder that holds everything tells nothing apart, and one with a single dataset neither."""
    assert studies_of(entry("tails/a.zarr"), entry("tails/b.zarr"), entry("fins/c.zarr")) == [
        ("tails", "url"), ("tails", "url"), None,
    ]  # fmt: skip
    assert studies_of(entry("tails/a.zarr"), entry("tails/b.zarr")) == [None, None]


def test_the_crate_says_what_a_dataset_is_part_of() -> None:
    """`isPartOf` is read as a reference, as an object, and as text; it comes before the address."""
    whole = {"@id": "https://e.org/study/7", "@type": "Dataset", "name": "Tail buds"}
    for value, graph in (({"@id": whole["@id"]}, [whole]), (whole, []), ([whole], [])):
        document = {"@graph": [{"@id": "./", "@type": "Dataset", "isPartOf": value}, *graph]}
        crate, _ = read_crate(json.dumps(document).encode())

        assert studies_of(entry("idr0013/a.zarr"), OTHER, crate=crate)[0] == ("Tail buds", "ro-crate")


@pytest.mark.parametrize("value", [None, [], {}, {"@id": "./"}, "", [[]], {"name": ["x"]}])
def test_a_crate_that_states_no_whole_has_none(value: object) -> None:
    """Whatever a stranger writes there."""
    crate, _ = read_crate(json.dumps({"@graph": [{"@id": "./", "name": "A", "isPartOf": value}]}).encode())

    assert crate
    assert crate.part_of is None


@pytest.mark.parametrize("origin", ["http://[", "javascript:alert(1)", "<b>", "../../etc", "\x00", "ß"])
def test_an_id_is_safe_in_a_path_whatever_the_origin_is(origin: str) -> None:
    """Letters, digits and `-`."""
    (study,) = catalog_of(entry("a.zarr", origin=origin), entry("b.zarr", origin=origin)).studies

    assert study.id.isascii()
    assert study.id.replace("-", "").isalnum()


def test_the_configuration_names_a_study_and_overrides() -> None:
    """The longest match counts; an address, a list's address and a list's file name match."""
    broad = StudySettings(name="Broad", match=f"{HOST}/idr")
    narrow = StudySettings(name="Narrow", match=f"{HOST}/idr0013/", citation="Doe 2026", url="https://e.org/n")
    by_list = StudySettings(name="By list", match="ours.csv")
    entries = [entry("idr0013/a.zarr"), entry("idr0014/b.zarr"), entry("c.zarr", csv="https://l.org/x/ours.csv")]
    catalog = catalog_of(*entries, studies=(broad, narrow, by_list))

    assert [said(record) for record in catalog.records] == [
        ("Narrow", "configuration"), ("Broad", "configuration"), ("By list", "configuration"),
    ]  # fmt: skip
    assert (catalog.studies[0].citation, catalog.studies[0].url) == ("Doe 2026", "https://e.org/n")


def test_a_mistake_in_a_study_names_the_line(tmp_path: Path) -> None:
    """What is missing, and what was expected."""
    (tmp_path / "l.csv").write_text("url\n")
    config = tmp_path / "sitegen.toml"
    config.write_text('csv = ["l.csv"]\n[[study]]\nname = "Tides"\n[[study]]\nname = "T"\nmatch = 3\n')

    with pytest.raises(ConfigError) as caught:
        read_config(config)
    assert str(caught.value).splitlines() == [
        f"{config}:2: study.match: missing; expected the beginning of the addresses of datasets, or a list, such as "
        "lists/ours.csv",
        f"{config}:6: study.match: expected the beginning of the addresses of datasets, or a list, such as "
        "lists/ours.csv, found 3",
    ]


def test_a_build_publishes_studies_in_the_index(tmp_path: Path) -> None:
    """From local lists, by configuration with a relative path, and in the filters of the home page."""
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists/tides.csv").write_text("url\n../data/t1.zarr\n../data/t2.zarr\n")
    (tmp_path / "all.csv").write_text("url\nlists/tides.csv\ndata/idr0021/x.ome.zarr\n")
    (tmp_path / "sitegen.toml").write_text(
        'csv = ["all.csv"]\n[[study]]\nname = "Low water"\nmatch = "lists/tides.csv"\n'
    )
    site = build_site(tmp_path / "sitegen.toml", tmp_path)
    records = site.records()

    assert records["t1.zarr"]["study"]["name"] == "Low water"
    assert records["t1.zarr"]["provenance"]["study"] == "configuration"
    assert records["x.ome.zarr"]["study"] == {"id": "idr0021", "name": "idr0021"}
    assert records["x.ome.zarr"]["short_title"] == "x"
    assert 'name="study" value="idr0021"' in (site.folder / "index.html").read_text()


@pytest.mark.parametrize(
    ("names", "lead"),
    [
        (["A: b/1", "A: b/2", "A: b/3"], "A: b/"),
        (["A: 1", "A: 2", "C"], "A: "),
        (["same", "same"], "same"),
        (["one: x"], ""),
        (["A: 1", "B: 1"], ""),
        ([], ""),
        (["", ""], ""),
    ],
)
def test_the_lead_is_what_most_names_begin_with(names: list[str], lead: str) -> None:
    """Up to a separator."""
    assert common_lead(names) == lead


def short_titles(*entries: Entry) -> list[str]:
    """Return the short titles of a catalog."""
    return [record.short_title for record in catalog_of(*entries).records]


def test_a_short_title_is_what_differs() -> None:
    """Neither what the study says, nor the ending of a format, nor a name that all have."""
    names = ["Thorpe Rad52: idr0004/P170.ome.zarr", "Thorpe Rad52: idr0004/P144.ome.zarr"]
    by_name = [entry(f"idr0004/{at}.zarr", name=name) for at, name in enumerate(names)]
    same = [entry(f"idr0054/Tonsil%20{at}.zarr", name="idr0054") for at in (1, 2)]
    author = [entry(f"x/{at}.zarr", name="Maria B.", csv="https://l.org/m.csv") for at in (1904, 1905)]

    assert short_titles(*by_name, *same, *author) == ["P170", "P144", "Tonsil 1", "Tonsil 2", "1904", "1905"]


def test_a_short_title_does_not_repeat_the_accession() -> None:
    """The name of a single dataset has nothing in common with others, but begins with its study."""
    assert short_titles(entry("idr0048/1.zarr", name="idr0048 Astrocytes"), OTHER)[0] == "Astrocytes"
    assert short_titles(entry("idr0048/1.zarr", name="idr00481 Astrocytes"), OTHER)[0] == "idr00481 Astrocytes"
    assert short_titles(entry("idr0048/1.zarr", name="idr0048"), OTHER)[0] == "1"


def test_short_titles_are_never_equal_within_a_study() -> None:
    """Not even where names and ends of addresses differ in case or ending alone."""
    entries = [entry(f"s/{tail}", name=name) for tail, name in (
        ("a.zarr", "N"), ("a.ome.zarr", "n"), ("A.zarr", None), ("b/a.zarr", "a"), ("c/color", None),
    )]  # fmt: skip
    other = entry("z.zarr", csv="https://l.org/other.csv")  # with a second list, the first one is a study
    titles = short_titles(*entries, other)[:-1]

    assert len({title.casefold() for title in titles}) == len(titles)
    assert all(titles)


@pytest.mark.skipif(not CHALLENGE.exists(), reason="the Challenge's lists are not beside the project")
def test_the_lists_of_the_challenge_are_sixty_studies() -> None:
    """Each dataset has one, no two of a study are called alike, and none ends in `.zarr`."""
    published: dict[str, str] = json.loads((CHALLENGE / "published-at.json").read_text())

    async def get(address: str) -> bytes:
        return (CHALLENGE / published[address]).read_bytes()

    root = next(address for address in published if address.endswith("/ngff_samples.csv"))
    entries = asyncio.run(read_lists([root], get)).entries
    catalog = catalog_of(*entries)
    sizes = {study.name: study.datasets for study in catalog.studies}
    titles = Counter((record.study and record.study.id, record.short_title) for record in catalog.records)

    assert (len(sizes), sum(sizes.values())) == (60, 15_305)
    assert sizes["KOMP histopathology"] == 6_897
    assert sizes["idr0157 Peters Bryophytes"] == 1_127
    assert {"idr0004 Thorpe Rad52", "S-BIAD464 Calcium wave dynamics", "Webknossos: Neuromast"} <= sizes.keys()
    assert max(titles.values()) == 1
    assert not [title for _, title in titles if title.endswith(".zarr")]
    assert make_titles([each.url for each in entries])[0] == catalog.records[0].title
