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

from sitegen.cli import main
from sitegen.config.checks import SOURCE_LOGO
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
BODIES = {
    ".avif": b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif",
    ".gif": b"GIF89a\x01",
    ".jpeg": b"\xff\xd8\xff\xe0",
    ".jpg": b"\xff\xd8\xff\xdb",
    ".png": b"\x89PNG\r\n\x1a\n\0",
    ".svg": b"<?xml version='1.0'?>\n<!-- made by hand --><svg xmlns='http://www.w3.org/2000/svg'/>",
    ".webp": b"RIFF\x04\0\0\0WEBPVP8 ",
}
"""How a picture of each type begins."""


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
        (folder / f"logo{suffix.upper()}").write_bytes(BODIES[suffix])
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
    assert set(re.findall(r"\.\w+", SOURCE_LOGO.expected)) == set(TYPES)


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


WRONG = {
    "a web page": ("logo.png", b"<!DOCTYPE html><html></html>", "a web page, and no picture in PNG"),
    "a web page with an SVG in it": ("logo.svg", b"\n<html><svg/></html>", "a web page, and no picture in SVG"),
    "XHTML with an SVG in it": (
        "logo.svg",
        b"<?xml version='1.0'?>\n<!-- a page -->\n<html xmlns='http://www.w3.org/1999/xhtml'><svg/></html>",
        "a web page, and no picture in SVG",
    ),
    "another type than its name": (
        "logo.svg",
        BODIES[".png"],
        "a picture in PNG; give the file a name that ends in .png",
    ),
    "an SVG called PNG": ("logo.png", BODIES[".svg"], "a picture in SVG; give the file a name that ends in .svg"),
    "an empty file": ("logo.gif", b"", "an empty file, and no picture in GIF"),
    "an XML file": ("logo.svg", b"<?xml version='1.0'?><OME/>", "an XML document, and no picture in SVG"),
    "a video": ("logo.avif", b"\0\0\0\x18ftypisom\0\0\0\0", "an MP4 file, and no picture in AVIF"),
    "9 MB": (
        "logo.png",
        BODIES[".png"] + bytes(9_000_000),
        "a file of 9,000,009 bytes; make it smaller, at most 1,000,000",
    ),
}


@pytest.mark.parametrize(("name", "body", "fault"), WRONG.values(), ids=WRONG.keys())
def test_a_logo_that_is_no_such_picture_is_a_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, body: bytes, fault: str
) -> None:
    """A build ends before anything is read, and names the line of the configuration."""
    (tmp_path / name).write_bytes(body)
    (tmp_path / "list.csv").write_text("url\n")
    config = tmp_path / "sitegen.toml"
    config.write_text(f'csv = ["list.csv"]\n[[source]]\nname = "A"\nlogo = "{name}"\n', encoding="utf-8")

    assert main(["build", str(config), "--out", str(tmp_path / "site"), "--cache", str(tmp_path / "cache")]) == 2
    message = capsys.readouterr().err
    assert "sitegen.toml:4: source.logo: expected the path of a picture" in message
    assert message.rstrip().endswith(f'found "{name}", {fault}')


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg'/>",
        "\ufeff<svg xmlns='http://www.w3.org/2000/svg'/>".encode("utf-16-le"),
        b"<!DOCTYPE svg PUBLIC 'x' 'y'>\n<svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>",
    ],
)
def test_any_svg_is_a_logo(tmp_path: Path, body: bytes) -> None:
    """With a byte order mark, in UTF-16, with a document type and a prefix."""
    (tmp_path / "a.svg").write_bytes(body)

    assert SOURCE_LOGO.read("a.svg", tmp_path) == tmp_path / "a.svg"
