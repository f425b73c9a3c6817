"""Logos of institutions: every type that a configuration may name is copied, served and published with its type."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import aiohttp
import pytest
from builds import Site, build_site
from stores import write_image, write_list

from sitegen.config.checks import LOGO
from sitegen.publish.target import Target
from sitegen.serve import serving

# IANA, media types, image: https://www.iana.org/assignments/media-types
TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}


class Bucket:
    """Object storage that keeps the headers of what is written."""

    protocol = "s3"

    def __init__(self) -> None:
        self.written: dict[str, str] = {}

    def pipe_file(self, path: str, value: bytes, **headers: str) -> None:
        """Keep the type of a file."""
        self.written[path] = headers["ContentType"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site of an institution for each type of logo."""
    folder = tmp_path_factory.mktemp("logos")
    image = write_image(folder / "cells.zarr")
    names = [f"Institution {suffix[1:]}" for suffix in TYPES]
    write_list(folder / "list.csv", "url,source", *(f"{image.name}?{name},{name}" for name in names))
    lines = ['csv = ["list.csv"]']
    for name, suffix in zip(names, TYPES, strict=True):
        (folder / f"logo{suffix.upper()}").write_bytes(b"picture")
        lines += ["[[source]]", f"name = {json.dumps(name)}", f'logo = "logo{suffix.upper()}"']
    config = folder / "sitegen.toml"
    config.write_text("\n".join(lines), encoding="utf-8")
    return build_site(config, folder)


def logos(site: Site) -> list[str]:
    """Return the paths of the logos that the home page shows."""
    home = (site.folder / "index.html").read_text(encoding="utf-8")
    return re.findall(r'<img src="(logos/[^"]+)"', home)


def test_every_allowed_type_is_tried() -> None:
    """The configuration names those that it takes."""
    assert set(re.findall(r"\.\w+", LOGO.expected)) == set(TYPES)


def test_logos_are_shown_and_served(site: Site) -> None:
    """A browser shows no SVG that has another type."""

    async def types() -> dict[str, str]:
        async with serving(site.folder) as address, aiohttp.ClientSession() as session:
            return {path: (await session.get(address + path)).headers["Content-Type"] for path in logos(site)}

    found = asyncio.run(types())

    assert {Path(path).suffix: kind for path, kind in found.items()} == TYPES


def test_logos_are_published(site: Site) -> None:
    """Object storage is told the type of each."""
    bucket = Bucket()
    for path in logos(site):
        Target(bucket, "bucket", "s3://bucket").write(path, b"picture")

    assert {Path(path).suffix: kind for path, kind in bucket.written.items()} == TYPES
