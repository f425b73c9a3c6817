"""What a visit asks, and what it learns of its host besides: browsers, parts of two files, large documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import bombs
import pytest
from builds import build_site, write_config
from fault_server import FaultServer, answer, ranges, serving
from stores import write_image, write_list

OPEN = {"Access_Control_Allow_Origin": "*"}


@pytest.fixture
def host() -> Iterator[FaultServer]:
    """A host without anything."""
    with serving() as server:
        yield server


def offer(host: FaultServer, name: str, files: bombs.Files, **headers: str) -> str:
    """Let a host answer these files, and return the dataset's row."""
    host.scripts |= {f"/{name}/{path}": [ranges(body, **headers)] for path, body in files.items()}
    return host.url(f"/{name}")


def cors_of(folder: Path, *rows: str) -> list[bool | None]:
    """Return what the catalog says of browsers for each row."""
    config = write_config(folder / "sitegen.toml", write_list(folder / "root.csv", "url", *rows))
    return [record["cors"] for record in build_site(config, folder).records().values()]


IMAGE = bombs.image(bombs.pixels(64))
SHARDED = bombs.sharded(bombs.make_shard([bombs.pixels(32)] * 4))


def test_what_a_browser_meets(host: FaultServer, tmp_path: Path) -> None:
    """A page elsewhere can read what allows its origin; nothing is known of what gave no answer."""
    rows = [offer(host, "open.zarr", IMAGE, **OPEN), offer(host, "closed.zarr", IMAGE), host.url("/gone.zarr")]

    assert cors_of(tmp_path, *rows) == [True, False, None]
    assert sum(asked.method == "OPTIONS" for asked in host.asked) == 0


@pytest.mark.parametrize(("allowed", "cors"), [("Range, Accept", True), ("*", True), ("Accept", False)])
def test_shards_need_ranges(host: FaultServer, tmp_path: Path, allowed: str, cors: bool) -> None:
    """Sharded data are read by ranges, for which a browser asks leave; we ask each host once."""
    rows = [offer(host, f"{number}.zarr", SHARDED, **OPEN) for number in range(3)]
    host.preflight = answer(204, Access_Control_Allow_Headers=allowed, **OPEN)

    assert cors_of(tmp_path, *rows) == [cors] * 3
    assert sum(asked.method == "OPTIONS" for asked in host.asked) == 1


def test_an_unchanged_dataset_costs_one_request(tmp_path: Path) -> None:
    """Its root is asked for with its ETag; nothing else."""
    write_image(tmp_path / "data" / "a.zarr")
    with serving(tmp_path / "data") as host:
        config = write_config(tmp_path / "sitegen.toml", write_list(tmp_path / "r.csv", "url", host.url("/a.zarr")))
        build_site(config, tmp_path)
        host.asked.clear()
        build_site(write_config(config, tmp_path / "r.csv", max_age_days=1e-9), tmp_path)

    assert [(asked.path, "if-none-match" in asked.headers) for asked in host.asked] == [("/a.zarr/zarr.json", True)]


def test_large_documents_are_read_one_after_the_other(host: FaultServer, tmp_path: Path) -> None:
    """Of many large ones all are read; each costs one request more, which tells its size."""
    large = IMAGE | {"zarr.json": IMAGE["zarr.json"] + b" " * 1_000_000}
    rows = [offer(host, f"{number}.zarr", large) for number in range(4)]
    config = write_config(tmp_path / "sitegen.toml", write_list(tmp_path / "root.csv", "url", *rows))
    records = build_site(config, tmp_path).records()

    assert [record["kind"] for record in records.values()] == ["image"] * 4
    assert [host.count(f"/{name}/zarr.json") for name in records] == [2] * 4
