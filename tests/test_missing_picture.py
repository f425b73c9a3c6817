"""A page without a picture names the reason: the picture's own problem, not another one of the dataset."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from html import unescape
from pathlib import Path

import bombs
import pytest
from builds import Site, build_site, write_config
from catalogs import change, make_catalog, make_image, make_stale
from fault_server import Act, answer, ranges, serving, silence
from stores import multiscale, write_list

from sitegen.model import Picture, Problem, Record
from sitegen.model.codes import CODES, make_problem
from sitegen.site.plan import pages
from sitegen.site.structured import page_path

LARGE = bombs.make_shard([bombs.pixels(1024)] * 16)
UNKNOWN = (*bombs.RAW, {"name": "of-tomorrow", "configuration": {}})
CHUNK = "0/c/0/0"
THUMBNAIL = {"path": "thumb.png", "width": 64, "height": 64, "media_type": "image/png"}
RULED_ERROR = make_problem("scale-count", "multiscales/0/datasets/0", "there are two scales")
UNRELATED = (
    make_problem("timeout", "ro-crate-metadata.json", "no answer in time"),
    make_problem("json-invalid", "labels", "it is not JSON"),
    make_problem("picture-crash", "wells", "a worker died"),
    RULED_ERROR,
    make_problem("dataset-missing", "multiscales/0/datasets/2", "there is no array at `2`"),
)
"""Problems that leave the picture as it is, most of them errors."""


def reason(page: str) -> str:
    """Return the text in place of the picture; empty if there is a picture."""
    found = re.search(r'<div class="stage__blank">.*?<p>(.*?)</p>', page, re.DOTALL)
    return unescape(found[1]) if found else ""


def meaning(code: str) -> str:
    """Return the text of the table for a missing picture."""
    words = CODES[code].meaning
    return f"No picture: {words[:1].lower()}{words[1:]}"


def page_of(record: Record) -> str:
    """Return the page of a record."""
    return next(each.content.decode() for each in pages(make_catalog(record)) if each.path == page_path(record))


def bare(*problems: Problem, record: Record | None = None) -> Record:
    """Return an image without a picture, for these reasons."""
    return change(record or make_image(), thumbnail=None, preview=None, overlay=None, shown=None, problems=problems)


# -- pages of records ---------------------------------------------------------------------


@pytest.mark.parametrize("code", [code.code for code in CODES.values() if code.part == "hosts"])
@pytest.mark.parametrize("place", ["image", "0", "1/zarr.json", "0/c/0/0/0/0/0"])
def test_the_response_of_a_host_for_the_pixels_is_the_reason(code: str, place: str) -> None:
    """It may concern the image, a level or a chunk, and other problems of the dataset may precede or follow it."""
    own = make_problem(code, place, "the host's own words")
    first, *more = UNRELATED

    assert reason(page_of(bare(first, *more, own))) == meaning(code)
    assert reason(page_of(bare(own, first, *more))) == meaning(code)


@pytest.mark.parametrize("code", [code.code for code in CODES.values() if code.of_picture == "pixels"])
def test_a_problem_of_the_pixels_is_the_reason(code: str) -> None:
    """It comes before a thumbnail that cannot be used, and before a level that gave no answer."""
    record = bare(make_problem("thumbnail-unreadable", "thumbnails"), *UNRELATED, make_problem(code, "0"))

    assert reason(page_of(record)) == meaning(code)


@pytest.mark.parametrize("code", ["no-image", "not-ome-zarr", "internal-error"])
def test_a_dataset_without_an_image_is_a_reason(code: str) -> None:
    """So is an internal error of sitegen."""
    record = change(make_image(), levels=(), image_path=None)

    assert reason(page_of(bare(*UNRELATED[:4], make_problem(code), record=record))) == meaning(code)


def test_an_image_below_a_group_has_its_own_reason() -> None:
    """A group above it that is not OME-Zarr is not the reason why chunks could not be decoded."""
    record = change(make_image(), image_path="a/b", kind="group")
    group, codec = make_problem("not-ome-zarr"), make_problem("picture-codec", "0")

    assert reason(page_of(bare(group, codec, record=record))) == meaning("picture-codec")
    assert reason(page_of(bare(group, make_problem("timeout", "a/b/0"), record=record))) == meaning("timeout")


def test_a_rule_is_a_reason_in_the_words_of_its_message() -> None:
    """Its meaning would say what is required, not what is wrong."""
    missing = make_problem("dataset-missing", "multiscales/0/datasets/0", "There is no array at `0`.")

    assert reason(page_of(bare(RULED_ERROR, missing))) == "No picture: there is no array at `0`."


def test_an_array_at_the_root_has_its_chunks_there() -> None:
    """Its chunks are below the root, and so is the RO-Crate, which is not a chunk."""
    level = replace(make_image().found.levels[0], path="")
    record = change(make_image(), kind="array", levels=(level,), image_path="")
    crate = make_problem("timeout", "ro-crate-metadata.json")

    assert reason(page_of(bare(crate, make_problem("http-status", "/c/0/0"), record=record))) == meaning("http-status")
    assert reason(page_of(bare(crate, record=record))) == "No picture was made."


def test_a_stale_dataset_keeps_the_reason_of_its_last_inspection() -> None:
    """What is shown was read before, and so was the reason."""
    now = (make_problem("host-down", "", "it is left alone"), make_problem("not-current"))
    record = bare(*now, make_problem("bytes-spent", CHUNK), record=make_stale())

    assert reason(page_of(record)) == meaning("bytes-spent")


def test_unknown_codes_are_ignored() -> None:
    """A cache of another version of sitegen may have them, and the page is made nevertheless."""
    strange = Problem(code="not-yet-invented", level="error", where="0", message="?")

    assert reason(page_of(bare(strange))) == "No picture was made."
    assert reason(page_of(bare(strange, make_problem("shard-index", CHUNK)))) == meaning("shard-index")


def test_a_picture_needs_no_reason() -> None:
    """This holds whatever other problems the dataset has."""
    picture = Picture(path="thumbs/a.webp", width=256, height=192)

    assert reason(page_of(change(make_image(), thumbnail=picture, problems=UNRELATED))) == ""


# -- whole builds ---------------------------------------------------------------------------


def files(documents: dict[str, bytes]) -> dict[str, Act]:
    """Return the responses of a host for these files."""
    return {path: ranges(body) for path, body in documents.items()}


def without_levels() -> dict[str, bytes]:
    """Return an image whose levels are missing, and whose first level has two scales."""
    scaled = multiscale("yx", [[1.0, 1.0], [2.0, 2.0]])
    scaled["datasets"][0]["coordinateTransformations"] *= 2
    return {"zarr.json": bombs.group(multiscales=[scaled])}


IMAGE = files(bombs.image(bombs.pixels(64)))
SHARDED = files(bombs.sharded(LARGE, side=4096, inner=1024))
DATASETS: dict[str, dict[str, Act]] = {
    "shard-index": files(bombs.sharded(bombs.make_shard([bombs.pixels(32)] * 4, damaged=True))),
    "server-error": IMAGE | {CHUNK: answer(503)},
    "range-ignored": SHARDED | {CHUNK: answer(200, LARGE)},
    "too-large": IMAGE | {CHUNK: answer(200, b"x" * 300_000)},
    "not-ome-zarr": {"zarr.json": ranges(b'{"zarr_format": 3, "node_type": "group", "attributes": {}}')},
    "no-image": files({"zarr.json": bombs.group(plate={"rows": [], "columns": [], "wells": []})}),
    "picture-budget": files(bombs.huge_chunk()),
    "picture-codec": files(bombs.image(bombs.pixels(64), codecs=UNKNOWN)),
    "chunk-size": files(bombs.image(b"\x01" * 100)),
    "chunk-corrupt": files(bombs.image(b"nothing of the kind", codecs=bombs.GZIP)),
    "chunk-checksum": files(bombs.image(bombs.with_checksum(bombs.pixels(64), damaged=True), codecs=bombs.CHECKED)),
}
"""Code of the reason → what a dataset answers."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of a catalog with all of these, each on its own host, and none with a picture."""
    folder = tmp_path_factory.mktemp("reasons")
    datasets = {**DATASETS, "dataset-missing": files(without_levels())}
    datasets["beside-a-thumbnail"] = DATASETS["shard-index"] | {
        "zarr.json": ranges(with_thumbnail(bombs.image()["zarr.json"])),
        "thumb.png": ranges(b"no picture"),
    }
    with ExitStack() as hosts:
        urls = []
        for name, acts in datasets.items():
            host = hosts.enter_context(serving())
            host.scripts |= {f"/{name}.zarr/{path}": [act] for path, act in acts.items()}
            urls.append(host.url(f"/{name}.zarr"))
        csv = write_list(folder / "root.csv", "url", *urls)
        yield build_site(write_config(folder / "sitegen.toml", csv), folder)


def with_thumbnail(document: bytes) -> bytes:
    """Return the document of a group that also names a thumbnail."""
    group = json.loads(document)
    group["attributes"]["thumbnails"] = [THUMBNAIL]
    return json.dumps(group).encode()


@pytest.mark.parametrize("code", DATASETS)
def test_a_built_page_names_the_reason(site: Site, code: str) -> None:
    """The text is that of the table; the problem itself is listed on the page, with what to do."""
    record = site.records()[f"{code}.zarr"]

    assert (record["status"], record["thumbnail"]) == ("ok", None)
    assert reason(site.page(record)) == meaning(code)
    assert [each["hint"] for each in record["problems"] if each["code"] == code and not each["hint"]] == []


def test_a_missing_level_is_the_reason(site: Site) -> None:
    """The invalid scale is not."""
    record = site.records()["dataset-missing.zarr"]

    assert "scale-count" in site.codes("dataset-missing.zarr")
    assert reason(site.page(record)).startswith("No picture: ")
    assert "array" in reason(site.page(record))


def test_a_thumbnail_that_cannot_be_used_is_not_the_reason(site: Site) -> None:
    """Without the damaged shard, a picture would have been drawn."""
    record = site.records()["beside-a-thumbnail.zarr"]

    assert "thumbnail-unreadable" in site.codes("beside-a-thumbnail.zarr")
    assert reason(site.page(record)) == meaning("shard-index")


def build_one(folder: Path, acts: dict[str, Act], **crawl: object) -> str:
    """Return why the page of the only dataset of a catalog has no picture."""
    with serving() as host:
        host.scripts |= {f"/a.zarr/{path}": [act] for path, act in acts.items()}
        csv = write_list(folder / "root.csv", "url", host.url("/a.zarr"))
        site = build_site(write_config(folder / "sitegen.toml", csv, **crawl), folder)
    return reason(site.page(site.records()["a.zarr"]))


def test_the_byte_limit_of_a_dataset_is_the_reason(tmp_path: Path) -> None:
    """Its documents leave too few bytes for a chunk."""
    assert build_one(tmp_path, IMAGE, max_bytes_per_dataset=4_200) == meaning("bytes-spent")


def test_a_chunk_that_does_not_arrive_is_the_reason(tmp_path: Path) -> None:
    """Its host sends no byte of it, each time that it is asked."""
    assert build_one(tmp_path, IMAGE | {CHUNK: silence()}, timeout_s=0.5) == meaning("timeout")


def test_the_deadline_of_a_dataset_is_the_reason(tmp_path: Path) -> None:
    """Its RO-Crate takes all the time, so that none is left for the pixels."""
    acts = IMAGE | {"ro-crate-metadata.json": silence()}

    assert build_one(tmp_path, acts, dataset_deadline_s=2.0) == meaning("time-spent")


@pytest.mark.parametrize(
    ("image", "place"),
    [
        ("", "labels/nuclei/0/c/0/0"),
        ("", "labels/nuclei/multiscales/0/datasets/0"),
        ("0", "0/labels/nuclei/0/c/0"),
        ("A/1/0", "A/2/0/multiscales/0/datasets/0"),
        ("A/1/0", "0/1/0/0/c/0/0"),
    ],
)
@pytest.mark.parametrize("code", ["chunk-corrupt", "timeout", "dataset-missing"])
def test_what_is_beside_the_picture_is_not_the_reason(image: str, place: str, code: str) -> None:
    """A label image and another well may have problems of their own."""
    record = change(make_image(), image_path=image)
    own = make_problem("picture-codec", f"{image}/0".strip("/"))

    if code != "chunk-corrupt" or "labels" in place:  # no pixels of other wells are reported
        assert reason(page_of(bare(make_problem(code, place), record=record))) == "No picture was made."
    assert reason(page_of(bare(make_problem("timeout", place), own, record=record))) == meaning("picture-codec")
