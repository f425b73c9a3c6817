"""Many datasets: order, fairness, and what one failure does to the others."""

from __future__ import annotations

import asyncio
import copy
from collections import Counter

from sitegen.engine.interning import Interner
from sitegen.engine.local import crawl
from sitegen.engine.predictions import Guess, Neighbours
from sitegen.model import Axis, Entry, Findings, Level, Problem


def entries(*urls: str) -> list[Entry]:
    """Return entries with these addresses."""
    return [Entry(url=url, places=()) for url in urls]


def test_results_keep_the_order_of_the_input() -> None:
    """Whoever answers first, the first entry's findings come first."""

    async def survey(entry: Entry) -> Findings:
        await asyncio.sleep(0.002 if entry.url.endswith("slow") else 0)
        return Findings(status="ok", image_path=entry.url)

    asked = entries("https://a/slow", "https://b/1", "https://a/2")
    found = asyncio.run(crawl(asked, survey, per_host=2))

    assert [each.image_path for each in found] == [entry.url for entry in asked]


def test_a_bug_of_ours_is_a_finding_and_the_crawl_goes_on() -> None:
    """The problem names the exception and where it came from."""

    async def survey(entry: Entry) -> Findings:
        if entry.url.endswith("bad"):
            raise ZeroDivisionError("by zero")
        return Findings(status="ok")

    found = asyncio.run(crawl(entries("https://a/bad", "https://a/good"), survey, per_host=1))

    assert [each.status for each in found] == ["unreadable", "ok"]
    assert found[0].problems[0].code == "internal-error"
    assert "ZeroDivisionError" in found[0].problems[0].message


def test_one_host_never_has_more_than_its_share() -> None:
    """Two of a host's datasets for each of its requests are in work at most; other hosts do not wait."""
    busy: Counter[str] = Counter()
    most: Counter[str] = Counter()

    async def survey(entry: Entry) -> Findings:
        host = entry.url[8]
        busy[host] += 1
        most[host] = max(most[host], busy[host])
        await asyncio.sleep(0)
        busy[host] -= 1
        return Findings(status="ok")

    asyncio.run(crawl(entries(*(f"https://{host}/{n}" for host in "ab" for n in range(20))), survey, per_host=3))

    assert most == {"a": 6, "b": 6}


def test_what_is_alike_is_held_once() -> None:
    """Findings that come one by one share their equal parts, and say what they said."""
    made = [
        Findings(
            status="ok",
            axes=(Axis(name="y"), Axis(name="x")),
            levels=tuple(
                Level(path=str(level), shape=(64, 64 + number), chunks=(1, 1), scale=(1.0, 1.0)) for level in (0, 1)
            ),
            problems=(Problem(code="a", level="note", message="b"),),
        )
        for number in range(2)
    ]
    one, two = map(Interner().share, copy.deepcopy(made))

    assert [one, two] == made
    assert one.axes is two.axes
    assert one.levels[0].chunks is two.levels[1].chunks
    assert (one.levels[0].chunks, one.levels[0].scale) == ((1, 1), (1.0, 1.0))
    assert all(type(size) is float for size in one.levels[0].scale or ())
    assert one.problems is two.problems


def test_scouts_are_spread_evenly() -> None:
    """They depend on the input alone, never on who answers first; a small neighbourhood has no others."""
    urls = [f"https://h/bucket/{number}" for number in range(1000)]
    few = [f"https://other/bucket/{number}" for number in range(95)]
    neighbours = Neighbours([*urls, *few])
    scouts = [number for number, url in enumerate(urls) if neighbours.is_scout(url)]

    assert scouts == [*range(0, 1000, 20)]
    assert all(map(neighbours.is_scout, few))


def test_a_large_folder_is_a_neighbourhood_of_its_own() -> None:
    """What one study has says nothing of the study beside it; small folders are counted together."""
    urls = [f"https://h/bucket/{study}/{number}" for study in "ab" for number in range(200)]
    small = [f"https://h/bucket/many/{number}/image.zarr" for number in range(200)]
    neighbours = Neighbours([*urls, *small])
    for url in (*urls, *small):
        if neighbours.is_scout(url):
            neighbours.learn(url, documents=["labels"] if "/a/" in url else [])

    assert sum(map(neighbours.is_scout, small)) == 50
    assert neighbours.worth_asking(urls[1], "labels")
    assert not neighbours.worth_asking(urls[201], "labels")
    assert not neighbours.worth_asking(small[1], "labels")


def test_a_dataset_at_the_root_of_its_host_has_neighbours_too() -> None:
    """Such hosts have no buckets: the host is the neighbourhood."""
    urls = [f"https://h/{number}.zarr" for number in range(96)]
    neighbours = Neighbours(urls)

    assert sum(map(neighbours.is_scout, urls)) == 48


def test_what_no_scout_had_is_not_asked_of_the_rest() -> None:
    """Ten thousand datasets without an RO-Crate cost a few hundred answers of 404, not ten thousand."""
    urls = [f"https://h/bucket/{number}" for number in range(200)]
    neighbours = Neighbours(urls)
    for url in urls:
        if neighbours.is_scout(url):
            neighbours.learn(url, documents=["labels"] if url.endswith("/8") else [])
    asyncio.run(neighbours.ready(urls[67]))

    assert neighbours.worth_asking(urls[67], "labels")
    assert not neighbours.worth_asking(urls[67], "ro-crate-metadata.json")
    assert neighbours.worth_asking(urls[0], "ro-crate-metadata.json")


def test_a_neighbour_foretells_the_format() -> None:
    """What the last dataset of a bucket was, the next probably is."""
    neighbours = Neighbours(["https://h/b/1", "https://h/b/2", "https://h/c/1"])
    neighbours.learn("https://h/b/1", guess=Guess(zarr_format=2, level="s0"))

    assert neighbours.guess("https://h/b/2") == Guess(zarr_format=2, level="s0")
    assert neighbours.guess("https://h/c/1") == Guess()
