"""Many datasets: order, fairness, and what one failure does to the others."""

from __future__ import annotations

import asyncio
import copy
from collections import Counter

from sitegen.engine.interning import Interner
from sitegen.engine.local import inspect_all
from sitegen.engine.predictions import Predictions
from sitegen.inspection.inspector import CRATE
from sitegen.model import Axis, Crate, Entry, Findings, Level, Problem
from sitegen.model.task import Prediction


def entries(*urls: str) -> list[Entry]:
    """Return entries with these addresses."""
    return [Entry(url=url, places=()) for url in urls]


def test_results_keep_the_order_of_the_input() -> None:
    """Whoever answers first, the first entry's findings come first."""

    async def inspect(entry: Entry) -> Findings:
        await asyncio.sleep(0.002 if entry.url.endswith("slow") else 0)
        return Findings(status="ok", image_path=entry.url)

    asked = entries("https://a/slow", "https://b/1", "https://a/2")
    found = asyncio.run(inspect_all(asked, inspect, per_host=2))

    assert [each.image_path for each in found] == [entry.url for entry in asked]


def test_a_bug_of_ours_is_a_finding_and_the_crawl_goes_on() -> None:
    """The problem names the exception and where it came from."""

    async def inspect(entry: Entry) -> Findings:
        if entry.url.endswith("bad"):
            raise ZeroDivisionError("by zero")
        return Findings(status="ok")

    found = asyncio.run(inspect_all(entries("https://a/bad", "https://a/good"), inspect, per_host=1))

    assert [each.status for each in found] == ["unreadable", "ok"]
    assert found[0].problems[0].code == "internal-error"
    assert "ZeroDivisionError" in found[0].problems[0].message


def test_one_host_never_has_more_than_its_share() -> None:
    """Two of a host's datasets for each of its requests are in work at most; other hosts do not wait."""
    busy: Counter[str] = Counter()
    most: Counter[str] = Counter()

    async def inspect(entry: Entry) -> Findings:
        host = entry.url[8]
        busy[host] += 1
        most[host] = max(most[host], busy[host])
        await asyncio.sleep(0)
        busy[host] -= 1
        return Findings(status="ok")

    asyncio.run(inspect_all(entries(*(f"https://{host}/{n}" for host in "ab" for n in range(20))), inspect, per_host=3))

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


WITH_LABELS = Findings(status="ok", kind="image", label_images=("cells",))
WITHOUT = Findings(status="ok", kind="image")
LABELS = "labels of image"


def test_a_sample_is_spread_evenly() -> None:
    """It depends on the input alone, never on who answers first; all of a small folder are in it."""
    urls = [f"https://h/bucket/{number}" for number in range(1000)]
    few = [f"https://other/bucket/{number}" for number in range(95)]
    predictions = Predictions([*urls, *few])
    sample = [number for number, url in enumerate(urls) if predictions.is_in_sample(url)]

    assert sample == [*range(0, 1000, 20)]
    assert all(map(predictions.is_in_sample, few))


def test_a_large_folder_is_a_group_of_its_own() -> None:
    """What one study has says nothing of the study beside it; small folders are counted together."""
    urls = [f"https://h/bucket/{study}/{number}" for study in "ab" for number in range(200)]
    small = [f"https://h/bucket/many/{number}/image.zarr" for number in range(200)]
    predictions = Predictions([*urls, *small])
    for url in (*urls, *small):
        if predictions.is_in_sample(url):
            predictions.learn(url, WITH_LABELS if "/a/" in url else WITHOUT)

    assert sum(map(predictions.is_in_sample, small)) == 50
    assert LABELS not in predictions.skipped_documents(urls[1])
    assert LABELS in predictions.skipped_documents(urls[201])
    assert LABELS in predictions.skipped_documents(small[1])


def test_a_host_without_buckets_is_a_group() -> None:
    """Datasets at the root of their host belong together."""
    urls = [f"https://h/{number}.zarr" for number in range(96)]
    predictions = Predictions(urls)

    assert sum(map(predictions.is_in_sample, urls)) == 48


def test_what_none_of_the_sample_has_is_not_asked_of_the_rest() -> None:
    """Ten thousand datasets without an RO-Crate cost a few hundred answers of 404, not ten thousand."""
    urls = [f"https://h/bucket/{number}" for number in range(200)]
    predictions = Predictions(urls)
    for url in urls:
        if predictions.is_in_sample(url):
            predictions.learn(url, WITH_LABELS if url.endswith("/8") else WITHOUT)
    asyncio.run(predictions.ready(urls[67]))

    assert LABELS not in predictions.skipped_documents(urls[67])
    assert CRATE in predictions.skipped_documents(urls[67])
    assert predictions.skipped_documents(urls[0]) == frozenset()


def test_an_ro_crate_in_the_sample_is_looked_for_in_the_rest() -> None:
    """One is enough."""
    urls = [f"https://h/bucket/{number}" for number in range(200)]
    predictions = Predictions(urls)
    predictions.learn(urls[0], Findings(status="ok", crate=Crate(name="x")))

    assert CRATE not in predictions.skipped_documents(urls[67])


def test_a_dataset_predicts_the_format_of_the_next() -> None:
    """What the last dataset of a bucket was, the next probably is."""
    predictions = Predictions(["https://h/b/1", "https://h/b/2", "https://h/c/1"])
    predictions.learn("https://h/b/1", Findings(status="ok", zarr_format=2, image_path="", levels=(Level(path="s0"),)))

    assert predictions.prediction("https://h/b/2") == Prediction(zarr_format=2, first_level="s0")
    assert predictions.prediction("https://h/c/1") == Prediction()
