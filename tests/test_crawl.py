"""Many datasets: order, limits of each host, failures, interning and predictions."""

from __future__ import annotations

import asyncio
from collections import Counter

import msgspec

from sitegen.engine.interning import Interner
from sitegen.engine.local import inspect_all
from sitegen.engine.predictions import Predictions
from sitegen.model import Axis, Channel, Crate, Entry, Findings, Level, Problem, Shown
from sitegen.model.task import Prediction


def entries(*urls: str) -> list[Entry]:
    """Return entries with these addresses."""
    return [Entry(url=url, places=()) for url in urls]


def test_results_keep_the_order_of_the_input() -> None:
    """The order of results does not depend on the order of answers."""

    async def inspect(entry: Entry) -> Findings:
        await asyncio.sleep(0.002 if entry.url.endswith("slow") else 0)
        return Findings(status="ok", image_path=entry.url)

    asked = entries("https://a/slow", "https://b/1", "https://a/2")
    found = asyncio.run(inspect_all(asked, inspect, per_host=2))

    assert [each.image_path for each in found] == [entry.url for entry in asked]


def test_unexpected_exception_is_a_problem() -> None:
    """It names the exception and its place, and the other datasets are inspected."""

    async def inspect(entry: Entry) -> Findings:
        if entry.url.endswith("bad"):
            raise ZeroDivisionError("by zero")
        return Findings(status="ok")

    found = asyncio.run(inspect_all(entries("https://a/bad", "https://a/good"), inspect, per_host=1))

    assert [each.status for each in found] == ["unreadable", "ok"]
    assert found[0].problems[0].code == "internal-error"
    assert "ZeroDivisionError" in found[0].problems[0].message


def test_datasets_at_once_of_one_host() -> None:
    """As many datasets of a host as allowed are inspected at once; other hosts do not wait."""
    busy: Counter[str] = Counter()
    most: Counter[str] = Counter()

    async def inspect(entry: Entry) -> Findings:
        host = entry.url[8]
        busy[host] += 1
        most[host] = max(most[host], busy[host])
        await asyncio.sleep(0)
        busy[host] -= 1
        return Findings(status="ok")

    asyncio.run(inspect_all(entries(*(f"https://{host}/{n}" for host in "ab" for n in range(20))), inspect, per_host=6))

    assert most == {"a": 6, "b": 6}


def test_equal_parts_are_one_object() -> None:
    """Findings that arrive one by one share equal parts, and stay equal."""
    made = [
        Findings(
            status="ok",
            axes=(Axis(name="y"), Axis(name="x")),
            levels=tuple(
                Level(path=str(level), shape=(64, 64 + number), chunks=(1, 1), scale=(1.0, 1.0)) for level in (0, 1)
            ),
            problems=(Problem(code="a", level="note", message="b"),),
            shown=Shown(level="0", z=number, channels=(Channel(label="DAPI", window=(0.0, 9.0)),), how="The middle."),
            crate=Crate(name="a"),
            validated_parts="the root, 0",
        )
        for number in range(2)
    ]
    share = Interner().share
    one, two = (share(msgspec.msgpack.decode(msgspec.msgpack.encode(each), type=Findings)) for each in made)

    assert [one, two] == made
    assert one.axes is two.axes
    assert one.levels[0].chunks is two.levels[1].chunks
    assert (one.levels[0].chunks, one.levels[0].scale) == ((1, 1), (1.0, 1.0))
    assert one.shown
    assert two.shown
    assert one.shown.channels is two.shown.channels
    assert one.shown.how is two.shown.how
    assert one.crate is two.crate
    assert one.validated_parts is two.validated_parts
    assert all(type(size) is float for size in one.levels[0].scale or ())
    assert one.problems is two.problems


def test_a_dataset_predicts_the_format_of_the_next() -> None:
    """Format and first level are predicted from the last dataset of the same bucket."""
    predictions = Predictions()
    predictions.learn("https://h/b/1", Findings(status="ok", zarr_format=2, image_path="", levels=(Level(path="s0"),)))

    assert predictions.prediction("https://h/b/2") == Prediction(zarr_format=2, first_level="s0")
    assert predictions.prediction("https://h/c/1") == Prediction()


def test_the_nearest_folder_predicts() -> None:
    """Datasets of one study predict nothing of another that has some of its own; a new folder is like its bucket."""
    predictions = Predictions()
    predictions.learn("https://h/b/old/1", Findings(status="ok", zarr_format=2, image_path="A/1/0"))
    predictions.learn(
        "https://h/b/new/1", Findings(status="ok", zarr_format=3, image_path="", levels=(Level(path="s0"),))
    )
    predictions.learn("https://h/b/new/2", Findings(status="missing"))

    assert predictions.prediction("https://h/b/old/2") == Prediction(zarr_format=2, first_level=None)
    assert predictions.prediction("https://h/b/new/3") == Prediction(zarr_format=3, first_level="s0")
    assert predictions.prediction("https://h/b/third/deep/1") == Prediction(zarr_format=3, first_level="s0")
