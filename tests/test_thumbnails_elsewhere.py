"""`sitegen thumbnails` for stores that are on a host or in a bucket, and `sitegen list` of a bucket."""

from __future__ import annotations

import asyncio
import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import zarr
from builds import build_site, write_config
from fault_server import serving
from PIL import Image
from s3_server import empty_bucket, serving_s3
from stores import tree, write_image

from sitegen.cli import main
from sitegen.commands.progress import Progress
from sitegen.commands.thumbnails import ThumbnailOptions, ThumbnailResult, write_thumbnails
from sitegen.ome.thumbnail_entry import CONVENTION, FILE

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an owner keeps a store."""

    url: str
    upload: Callable[[Path], object]
    """Copies a folder over the store."""
    options: dict[str, Any]
    """What Zarr's driver needs to read it."""


@pytest.fixture(params=["http", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A store on a host or in a bucket."""
    original = write_image(tmp_path / "original.zarr", shape=(2, 200, 256))
    if request.param == "http":
        with serving(tmp_path / "www") as host:

            def copy(folder: Path) -> None:
                shutil.copytree(folder, tmp_path / "www" / "a.zarr", dirs_exist_ok=True)

            copy(original)
            yield Place(url=host.url("/a.zarr"), upload=copy, options={})
        return
    with serving_s3() as (_, address), empty_bucket(address) as files:

        def send(folder: Path) -> None:
            for path, body in tree(folder).items():
                files.pipe_file(f"bucket/images/a.zarr/{path}", body, ACL="public-read")

        send(original)
        yield Place(url="s3://bucket/images/a.zarr", upload=send, options={"storage_options": {"anon": True}})


def draw(url: str, out: Path) -> ThumbnailResult:
    """Write the thumbnail of a store."""
    options = ThumbnailOptions(targets=(url,), out=out, size_px=128, workers=0)
    (result,) = asyncio.run(write_thumbnails(options, Progress(io.StringIO())))
    return result


def test_a_store_elsewhere_gets_a_thumbnail_that_zarr_and_a_catalog_read(place: Place, tmp_path: Path) -> None:
    """Its owner copies what was written over the store; the build then shows that picture and reads no pixels."""
    config = write_config(tmp_path / "sitegen.toml", write_csv(tmp_path, place.url))
    before = build_site(config, tmp_path / "before").records()["a.zarr"]
    result = draw(place.url, tmp_path / "out")
    parts = urlsplit(place.url)
    written = tmp_path / "out" / parts.netloc.replace(":", "-") / parts.path.strip("/")
    place.upload(written)
    after = build_site(config, tmp_path / "after").records()["a.zarr"]
    attributes = dict(zarr.open_group(place.url, mode="r", **place.options).attrs)

    assert not result.failed, result.words
    assert set(tree(written)) == {"zarr.json", FILE}
    assert attributes["zarr_conventions"] == [CONVENTION]
    (entry,) = attributes["thumbnails"]  # type: ignore[misc]
    with Image.open(written / entry["path"]) as picture:
        assert (picture.width, picture.height) == (entry["width"], entry["height"])
    assert "supplies" not in before["shown"]["how"]
    assert "The picture is the one that the dataset supplies." in after["shown"]["how"]
    assert (before["valid"], before["shape"]) == (after["valid"], after["shape"])


def test_a_second_run_finds_the_thumbnail_there(place: Place, tmp_path: Path) -> None:
    """Nothing is drawn for it."""
    draw(place.url, tmp_path / "out")
    place.upload(next((tmp_path / "out").rglob("zarr.json")).parent)
    again = draw(place.url, tmp_path / "again")

    assert "has a thumbnail of an earlier run" in again.words
    assert not (tmp_path / "again").exists()


def test_a_bucket_becomes_a_list_that_can_be_built(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One command, of a real S3 server: datasets, and not what else is there."""
    with serving_s3() as (_, address), empty_bucket(address) as files:
        for name in ("a.zarr", "deep/b c.zarr"):
            for path, body in tree(write_image(tmp_path / name)).items():
                files.pipe_file(f"bucket/images/{name}/{path}", body, ACL="public-read")
        files.pipe_file("bucket/images/notes.txt", b"mine")
        assert main(["list", "s3://bucket/images/", "--column", "license=CC0-1.0"]) == 0
        (tmp_path / "ours.csv").write_text(capsys.readouterr().out)
        site = build_site(write_config(tmp_path / "sitegen.toml", tmp_path / "ours.csv"), tmp_path)

    records = site.records()
    assert {record["url"] for record in records.values()} == {
        "s3://bucket/images/a.zarr",
        "s3://bucket/images/deep/b%20c.zarr",
    }
    assert all(record["thumbnail"] for record in records.values())


def write_csv(folder: Path, url: str) -> Path:
    """Write a list of one dataset."""
    path = folder / "ours.csv"
    path.write_text(f"url\n{url}\n")
    return path
