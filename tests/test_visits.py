"""What a visit asks, and what it learns of its host besides: browsers, parts of two files, large documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bombs
import pytest
from builds import Site, build_site, write_config
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
    assert [asked.path for asked in host.asked if asked.method == "OPTIONS"] == ["/open.zarr"]


@pytest.mark.parametrize(("allowed", "cors"), [("Range, Accept", True), ("*", True), ("Accept", False)])
def test_shards_need_ranges(host: FaultServer, tmp_path: Path, allowed: str, cors: bool) -> None:
    """Sharded data are read by ranges, for which a browser asks leave; we ask each host once."""
    rows = [offer(host, f"{number}.zarr", SHARDED, **OPEN) for number in range(3)]
    host.preflight = answer(204, Access_Control_Allow_Headers=allowed, **OPEN)

    assert cors_of(tmp_path, *rows) == [cors] * 3
    assert sum(asked.method == "OPTIONS" for asked in host.asked) == 1


def browsers_of(site: Site) -> list[dict[str, Any]]:
    """Return what the report says that browsers may do, for each host."""
    return [each["browsers"] for each in site.report()["hosts"]]


def test_the_report_says_what_viewers_may(host: FaultServer, tmp_path: Path) -> None:
    """What all that is on a host allows: origin, ranges, and the headers that they see; also where nothing is asked."""
    seen = ["ETag, Content-Range", "content-range, X-Own", "*"]
    rows = [
        offer(host, f"{number}.zarr", IMAGE, Access_Control_Expose_Headers=text, **OPEN)
        for number, text in enumerate(seen)
    ]
    host.preflight = answer(204, Access_Control_Allow_Headers="Range", **OPEN)
    config = write_config(tmp_path / "sitegen.toml", write_list(tmp_path / "root.csv", "url", *rows))
    first = browsers_of(build_site(config, tmp_path))
    asked = len(host.asked)
    site = build_site(config, tmp_path)

    assert first == browsers_of(site) == [{"origin": True, "ranges": True, "exposed": ["content-range"]}]
    assert "read · ask for ranges · see Content-Range<" in site.health()
    assert len(host.asked) == asked


def test_a_host_that_is_closed_to_viewers(host: FaultServer, tmp_path: Path) -> None:
    """It is not asked for more; one that never answered is not known."""
    with serving() as silent:
        silent.down = True
        rows = [offer(host, "closed.zarr", IMAGE), silent.url("/a.zarr")]
        config = write_config(tmp_path / "sitegen.toml", write_list(tmp_path / "root.csv", "url", *rows))
        site = build_site(config, tmp_path)

    unknown = {"origin": None, "ranges": None, "exposed": None}
    assert browsers_of(site) == [{**unknown, "origin": False}, unknown]
    assert ">not read</td>" in site.health()
    assert "OPTIONS" not in [asked.method for asked in host.asked]


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
