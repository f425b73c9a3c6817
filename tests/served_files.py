"""Builds and validations of archives and other files that a host serves."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr
from builds import Site, build_site, write_config
from fault_server import OPEN, FaultServer, ranges, serving
from stores import multiscale, write_group, write_list

from sitegen.cli import main


def write_sharded(folder: Path, *, side: int = 512) -> Path:
    """Write an image of noise in shards, two levels: larger than what is read of an archive at first."""
    ome = {"version": "0.5", "multiscales": [multiscale("yx", [[1.0, 1.0], [2.0, 2.0]])]}
    write_group(folder, {"ome": ome})
    for level in range(2):
        size = side >> level
        pixels = np.random.default_rng(level).integers(0, 1000, (size, size), "uint16")
        options: Mapping[str, Any] = {"chunks": (32, 32), "shards": (size // 2, size // 2), "compressors": None}
        zarr.create_array(folder / str(level), shape=pixels.shape, dtype="uint16", **options)[...] = pixels
    return folder


def build(folder: Path, *addresses: str, crawl: Mapping[str, object] | None = None, **options: Any) -> Site:
    """Build a site of these datasets."""
    write_list(folder / "list.csv", "url", *addresses)
    return build_site(write_config(folder / "c.toml", folder / "list.csv", **(crawl or {})), folder, **options)


@contextmanager
def host_of(data: Mapping[str, bytes]) -> Iterator[FaultServer]:
    """Run a host of these files."""
    with serving() as server:
        server.scripts = {f"/{name}": [ranges(body, ETag=f'"{len(body)}"', **OPEN)] for name, body in data.items()}
        yield server


def build_files(folder: Path, data: Mapping[str, bytes], **crawl: object) -> Site:
    """Build a site of the files of a host."""
    with host_of(data) as server:
        return build(folder, *(server.url(f"/{name}") for name in data), crawl=crawl)


def problem(site: Site, name: str) -> tuple[str, str, str]:
    """Return status, code and message of the first problem of a dataset."""
    record = site.records()[name]
    return record["status"], record["problems"][0]["code"], record["problems"][0]["message"]


def validate(capsys: pytest.CaptureFixture[str], *targets: object) -> tuple[int, list[dict[str, Any]]]:
    """Return exit code and reports of `sitegen validate`."""
    code = main(["validate", "--format", "json", *map(str, targets)])
    return code, json.loads(capsys.readouterr().out)
