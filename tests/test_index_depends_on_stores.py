"""What a catalog says of a dataset depends on its store alone: not on neighbors, the order of lists, or its host."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path
from typing import Any

import pytest
from builds import build_site, write_config
from fault_server import FaultServer, answer, serving
from generated import ABSENT, ENCODINGS, OPEN, StoreHost, make_files
from hypothesis import given, settings
from hypothesis import strategies as st
from inspecting import FolderIO
from stores import write_list

from sitegen.commands.validate import validate_target
from sitegen.errors import FetchError
from sitegen.inspection.inspector import inspect
from sitegen.model.task import Outcome, PictureOptions, Prediction, Task
from sitegen.transfer import Response

PREDICTIONS = [Prediction(zarr_format=number, first_level=level) for number in (2, 3) for level in ("0", "s0", None)]
URL = "https://h/a.zarr"


class MemoryIO(FolderIO):
    """A store in memory whose answers come in any order."""

    def __init__(self, seed: int, rng: random.Random) -> None:
        super().__init__(Path(), URL)
        self._files = make_files(seed)
        self._rng = rng

    async def get(self, url: str, **how: Any) -> Response:
        """Return a file, or a byte range of it, after other things may have happened."""
        for _ in range(self._rng.randrange(12)):
            await asyncio.sleep(0)
        key = url.removeprefix(f"{URL}/")
        if key not in self._files:
            raise FetchError(f"{key} is not there", status="missing", code="not-found")
        body, part = self._files[key], how.get("byte_range")
        cors = key in ("zarr.json", ".zattrs", ".zgroup")
        cut = body[part.start : part.stop] if part else body
        return Response(url=url, status=200, body=cut, total_bytes=len(body), fetched_at=0.0, cors=cors)


def outcome(seed: int, prediction: Prediction, rng: random.Random) -> Outcome:
    """Return what an inspection of a generated store gives, without what it cost."""
    pictures = PictureOptions(thumbnail_px=32, preview_px=32, montage_wells=4)
    task = Task(url=URL, max_bytes=10**7, deadline_s=60, pictures=pictures, count_bytes=True, prediction=prediction)
    found = asyncio.run(inspect(task, MemoryIO(seed, rng)))
    return Outcome(
        findings=found.findings, root_digest=found.root_digest, pictures=dict(found.pictures), read=found.read
    )


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.builds(random.Random, st.integers(0, 10**6)))
def test_a_prediction_changes_nothing_but_the_cost(seed: int, rng: random.Random) -> None:
    """Findings, pictures, the digest of the root and even the number of documents read stay the same.

    The numbers of `rng` are not drawn one by one: Hypothesis could not end an example within a group of tasks.
    """
    usual = outcome(seed, PREDICTIONS[0], rng)

    for prediction in rng.sample(PREDICTIONS[1:], 2):
        assert outcome(seed, prediction, rng) == usual


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.builds(random.Random, st.integers(0, 10**6)))
def test_a_build_reports_no_error_that_validate_does_not(seed: int, rng: random.Random) -> None:
    """A build reads less of a store, by the same rules, and looks for everything in the same order.

    Only a build looks for an image below a group without metadata of OME-Zarr, to show it, and so at its chunks.
    """
    files = make_files(seed)

    async def get(key: str) -> bytes | None:
        return files.get(key)

    report = asyncio.run(validate_target(URL, get))
    found = outcome(seed, PREDICTIONS[0], rng).findings
    errors = {(each.code, each.where) for each in found.problems if each.level == "error"}
    errors -= {("no-image", "")}
    if found.kind == "group":
        errors = {(code, where) for code, where in errors if code != "chunk-keys"}

    assert found.status != "ok" or errors <= {(each.code, each.where) for each in report.problems}


class Catalogs:
    """Builds of the same stores, with other lists or another host."""

    def __init__(self, folder: Path, server: FaultServer) -> None:
        self.folder = folder
        self.server = server
        self.paths = [f"/b{number % 2}/study{number % 3}/{number}.zarr" for number in range(36)]
        self.stores = {path: make_files(number) for number, path in enumerate(self.paths)}

    def build(self, *, shuffled: int | None = None, per_host: int = 8, **host: Any) -> tuple[list[Any], list[Any]]:
        """Return the records of the index and the problems of the report, in an order of their own."""
        paths = list(self.paths)
        if shuffled is not None:
            random.Random(shuffled).shuffle(paths)
        self.server.scripts = StoreHost(self.stores, rng=random.Random(shuffled), **host)
        folder = self.folder / f"{shuffled}{per_host}{sorted(host.items())}"
        lists = write_list(self.folder / "root.csv", "url", *map(self.server.url, paths))
        config = write_config(self.folder / "sitegen.toml", lists, per_host=per_host)
        site = build_site(config, folder)
        index = json.loads((site.folder / "index.json").read_text(encoding="utf-8"))
        records = [{**record, "lists": None} for record in index["datasets"]]
        problems = [{**problem, "line": None} for problem in site.report()["problems"]]
        return sorted(records, key=lambda record: record["id"]), sorted(problems, key=json.dumps)


@pytest.fixture(scope="module")
def catalogs(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A host with generated stores."""
    with serving() as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1000000000")
        server.preflight = answer(204, **OPEN)
        yield Catalogs(tmp_path_factory.mktemp("catalogs"), server)


@pytest.fixture(scope="module")
def usual(catalogs: Catalogs) -> tuple[list[Any], list[Any]]:
    """The catalog from a plain host, its datasets inspected one after the other, in the order of the list."""
    return catalogs.build(per_host=1)


def test_generated_stores_are_of_every_kind(usual: tuple[list[Any], list[Any]]) -> None:
    """Otherwise what follows would prove little."""
    records, problems = usual
    codes = {problem["code"] for problem in problems}

    assert {record["kind"] for record in records} >= {"image", "plate", "series", "group", None}
    assert {record["zarr_format"] for record in records} == {2, 3, None}
    assert {"version-format", "dataset-missing", "well-group", "json-invalid", "crate-unreadable"} <= codes
    assert {"chunk-keys", "consolidated-stale"} <= codes
    assert sum(bool(record["label_images"]) for record in records) > 3
    assert sum(record["thumbnail"] is not None for record in records) > 20


@pytest.mark.parametrize(("shuffled", "per_host"), [(1, 2), (2, 16)])
def test_lists_in_any_order_and_slow_answers_give_the_same_catalog(
    catalogs: Catalogs, usual: tuple[list[Any], list[Any]], shuffled: int, per_host: int
) -> None:
    """Predictions depend on which datasets are finished first; the index does not."""
    assert catalogs.build(shuffled=shuffled, per_host=per_host, latency_ms=5.0) == usual


@pytest.mark.parametrize("absent", [style for style in ABSENT if style != "404"])
def test_what_a_host_says_of_absent_files_does_not_matter(
    catalogs: Catalogs, usual: tuple[list[Any], list[Any]], absent: str
) -> None:
    """Of datasets that are not there at all the status says how the host answers; of the others nothing changes."""
    assert readable(catalogs.build(shuffled=3, absent=absent)) == readable(usual)


@pytest.mark.parametrize("encoding", [encoding for encoding in ENCODINGS if encoding])
def test_content_encodings_do_not_matter(catalogs: Catalogs, usual: tuple[list[Any], list[Any]], encoding: str) -> None:
    """The same bytes give the same catalog."""
    assert catalogs.build(shuffled=4, encoding=encoding) == usual


def readable(catalog: tuple[list[Any], list[Any]]) -> tuple[list[Any], list[Any]]:
    """Return what a catalog says of datasets that could be read."""
    records = [record for record in catalog[0] if record["status"] == "ok"]
    urls = {record["url"] for record in records}
    return records, [problem for problem in catalog[1] if problem["url"] in urls]
