"""`sitegen thumbnails`: pictures and metadata for owners' own stores, which we and others read back."""

from __future__ import annotations

import asyncio
import io
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import zarr
from inspecting import inspect_here
from PIL import Image
from stores import tree, write_image, write_list, write_plate

from sitegen.cli import main
from sitegen.commands.progress import Progress
from sitegen.commands.thumbnails import ThumbnailOptions, ThumbnailResult, write_thumbnails
from sitegen.errors import UsageError
from sitegen.model import Findings
from sitegen.model.task import PictureOptions, Task
from sitegen.ome.thumbnail_entry import CONVENTION, FILE, DocumentError, add_thumbnail, make_entry, read_owners

OTHERS = {"path": "logo.png", "width": 200, "height": 100, "media_type": "image/png"}
ENTRY = make_entry(200, 100, description="A cell.", generator="sitegen 9")


def draw(*targets: Path | str, out: Path | None, **options: Any) -> list[ThumbnailResult]:
    """Write the thumbnails of stores; out: None for the stores themselves."""
    chosen = ThumbnailOptions(targets=tuple(map(str, targets)), out=out, size_px=128, workers=0, **options)
    return asyncio.run(write_thumbnails(chosen, Progress(io.StringIO())))


def add_attributes(store: Path, **more: Any) -> None:
    """Add attributes to the root of a store, in either format of Zarr."""
    file = store / "zarr.json" if (store / "zarr.json").exists() else store / ".zattrs"
    document = json.loads(file.read_text())
    (document["attributes"] if file.name == "zarr.json" else document).update(more)
    file.write_text(json.dumps(document, indent=4))


def read(store: Path) -> Findings:
    """Return what an inspection finds of a store."""
    url = store.as_uri()
    task = Task(
        url=url, max_bytes=10_000_000, deadline_s=60, local_folder=url, pictures=PictureOptions(thumbnail_px=96)
    )
    return inspect_here(task).findings


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Images in both formats of Zarr, one with consolidated metadata, and a plate; each with an attribute of others."""
    folder = tmp_path_factory.mktemp("stores")
    write_image(folder / "new.zarr", shape=(2, 200, 256))
    write_image(folder / "deep" / "old.zarr", shape=(2, 200, 256), zarr_format=2)
    write_plate(folder / "plate.zarr", ["A/1"])
    for store in (folder / "new.zarr", folder / "deep" / "old.zarr", folder / "plate.zarr"):
        add_attributes(store, ours={"of": ["a", 2**70, 0.1]})
    zarr.consolidate_metadata(folder / "deep" / "old.zarr", zarr_format=2)
    return folder


@pytest.fixture
def stores(originals: Path, tmp_path: Path) -> Path:
    """A copy of them."""
    return Path(shutil.copytree(originals, tmp_path / "stores"))


@pytest.fixture(scope="module")
def mirrored(originals: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that mirrors the stores."""
    out = tmp_path_factory.mktemp("out")
    before = tree(originals)
    found = draw(*(originals / each for each in ("new.zarr", "deep/old.zarr", "plate.zarr")), out=out)

    assert [each.failed for each in found] == [False] * 3, found
    assert tree(originals) == before
    return out


def test_a_folder_mirrors_the_stores(mirrored: Path) -> None:
    """It has what is to be copied over them, and nothing else."""
    assert set(tree(mirrored)) == {
        "new.zarr/zarr.json", f"new.zarr/{FILE}",
        "deep/old.zarr/.zattrs", "deep/old.zarr/.zmetadata", f"deep/old.zarr/{FILE}",
        "plate.zarr/zarr.json", f"plate.zarr/{FILE}",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["new.zarr", "deep/old.zarr", "plate.zarr"])
def test_a_catalog_shows_the_thumbnail_that_a_store_got(name: str, mirrored: Path, stores: Path) -> None:
    """In place of its pixels, which need not be read; everything else is found as before."""
    before = read(stores / name)
    shutil.copytree(mirrored / name, stores / name, dirs_exist_ok=True)
    after = read(stores / name)

    assert before.shown
    assert "supplies" not in before.shown.how
    assert after.shown
    assert "The picture is the one that the dataset supplies." in after.shown.how
    assert after.thumbnail
    assert (after.valid, after.levels[0].shape) == (before.valid, before.levels[0].shape)
    assert [each.code for each in after.problems] == [each.code for each in before.problems]


@pytest.mark.parametrize(("name", "zarr_format"), [("new.zarr", 3), ("deep/old.zarr", 2), ("plate.zarr", 3)])
def test_zarr_reads_the_metadata(name: str, zarr_format: Any, mirrored: Path, stores: Path) -> None:
    """What others wrote stays; consolidated metadata say the same."""
    before = dict(zarr.open_group(stores / name, mode="r").attrs)
    shutil.copytree(mirrored / name, stores / name, dirs_exist_ok=True)
    attributes = dict(zarr.open_group(stores / name, mode="r", zarr_format=zarr_format).attrs)
    (entry,) = attributes.pop("thumbnails")  # type: ignore[misc]

    assert attributes.pop("zarr_conventions") == [CONVENTION]
    assert attributes == before
    with Image.open(stores / name / entry["path"]) as picture:
        assert picture.size == (entry["width"], entry["height"])
        assert max(picture.size) == 128
        assert Image.MIME[picture.format or ""] == entry["media_type"]
    if name == "deep/old.zarr":
        consolidated = zarr.open_group(stores / name, mode="r", zarr_format=2, use_consolidated=True)
        assert consolidated.attrs["thumbnails"] == [entry]


def test_in_place_changes_the_root_document_and_adds_a_picture(stores: Path) -> None:
    """Permissions stay; what is written is what the folder would have."""
    os.chmod(stores / "new.zarr" / "zarr.json", 0o640)
    before = tree(stores)
    (found,) = draw(stores / "new.zarr", out=None)
    after = tree(stores)

    assert not found.failed
    assert after.keys() - before.keys() == {f"new.zarr/{FILE}"}
    assert {path for path in before if after[path] != before[path]} == {"new.zarr/zarr.json"}
    assert (stores / "new.zarr" / "zarr.json").stat().st_mode & 0o777 == 0o640
    assert after["new.zarr/zarr.json"].startswith(b'{\n    "zarr_format"')


def test_a_second_run_draws_only_if_asked(stores: Path) -> None:
    """Of the pixels, not of the thumbnail of the first run, and without a second entry."""
    draw(stores / "new.zarr", out=None)
    first = tree(stores)
    (again,) = draw(stores / "new.zarr", out=None)
    (redrawn,) = draw(stores / "new.zarr", out=None, redraw=True)

    assert "--redraw makes it anew" in again.words
    assert "128 x 100 pixels" in redrawn.words
    assert tree(stores) == first


def test_a_thumbnail_of_others_stays(stores: Path) -> None:
    """Nothing is written for that store."""
    add_attributes(stores / "new.zarr", thumbnails=[OTHERS])
    before = tree(stores)
    (found,) = draw(stores / "new.zarr", out=None, redraw=True)

    assert (found.words, found.failed) == ("states a thumbnail already, which is left as it is", False)
    assert tree(stores) == before


def test_a_list_names_stores(originals: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its rows are read as `sitegen check` reads them; a row that fails is told, and the others are drawn."""
    shutil.copytree(originals / "new.zarr", tmp_path / "data" / "new.zarr")
    write_list(tmp_path / "ours.csv", "url", "data/new.zarr", "data/gone.zarr", "http://127.0.0.1:1/x.zarr")
    monkeypatch.chdir(tmp_path)
    found = draw("ours.csv", out=tmp_path / "out")

    assert [each.failed for each in found] == [False, True, True]
    assert "no zarr.json or .zattrs; name the folder of the dataset" in found[1].words
    assert "127.0.0.1" in found[2].words
    assert (tmp_path / "out" / "new.zarr" / FILE).exists()


@pytest.mark.parametrize(
    ("targets", "in_place", "words"),
    [
        (["https://example.org/a.zarr"], True, "--in-place: expected stores on this machine, found https://example"),
        (["new.zarr"], False, "new.zarr itself is there; name another folder, or use --in-place"),
        (["empty.csv"], False, "empty.csv: the list names no dataset"),
        (["https://me:secret@example.org/a.zarr"], False, "contains a user name or password"),
    ],
)
def test_a_wrong_use_is_one_line(
    targets: list[str], in_place: bool, words: str, stores: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is written."""
    write_list(stores / "empty.csv", "url")
    monkeypatch.chdir(stores)
    before = tree(stores)
    with pytest.raises(UsageError, match=words):
        draw(*targets, out=None if in_place else stores)

    assert tree(stores) == before


def test_stores_that_get_none_are_told_why(stores: Path) -> None:
    """Each on its line; none of them is changed."""
    (stores / "zipped.ozx").write_bytes(b"PK\x03\x04")
    (stores / "broken.zarr").mkdir()
    (stores / "broken.zarr" / "zarr.json").write_text('{"zarr_format": 3, "zarr_format": 3}')
    (stores / "new.zarr" / FILE).write_bytes(b"mine")
    shutil.rmtree(stores / "plate.zarr" / "A")
    before = tree(stores)
    found = draw(*(stores / each for each in ("zipped.ozx", "broken.zarr", "new.zarr", "plate.zarr")), out=None)

    assert all(each.failed for each in found)
    for each, words in zip(found, ("unpack it", "same key twice", "no metadata name", "cannot be drawn"), strict=True):
        assert words in each.words
    assert tree(stores) == before


def test_the_command_prints_a_line_for_each_store(stores: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And fails if one got no thumbnail that should have."""
    (stores / "broken.zarr").mkdir()
    words = ["thumbnails", str(stores / "new.zarr"), str(stores / "broken.zarr"), "--out", str(stores / "out")]

    assert main([*words, "--size", "200"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{stores / 'new.zarr'}: 200 x 156 pixels, ")
    assert lines[1].startswith(f"{stores / 'broken.zarr'}: there is no zarr.json")
    with pytest.raises(SystemExit):
        main([*words, "--size", "1000"])


# -- documents -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "body",
    [
        b'{"ome": {"version": "0.5"}, "x": NaN, "n": 123456789012345678901234567890, "f": 1e-7}',
        '{\n  "name": "Zellen für Café"\n}'.encode(),
        b'{"name": "\\ud800"}',
        '{"name": "é\\ud800"}'.encode(),
        b'\xef\xbb\xbf{"a": 1}',
        b"{}",
    ],
)
def test_whatever_a_document_holds_stays(body: bytes) -> None:
    """Numbers beyond 64 bits, letters, and half a surrogate pair, too; a second entry takes the place of the first."""
    once = add_thumbnail(body, ".zattrs", ENTRY)
    document = json.loads(once)
    again = add_thumbnail(once, ".zattrs", {**ENTRY, "width": 1})
    thumbnails, conventions = document.pop("thumbnails"), document.pop("zarr_conventions")

    assert repr(document) == repr(json.loads(body.decode("utf-8-sig")))
    assert (thumbnails, conventions) == ([ENTRY], [CONVENTION])
    assert json.loads(again)["thumbnails"] == [{**ENTRY, "width": 1}]
    assert read_owners(once, ".zattrs") == (True, False)


def test_thumbnails_and_conventions_of_others_stay() -> None:
    """Ours come behind them."""
    body = json.dumps({"thumbnails": [OTHERS, 7], "zarr_conventions": [{"uuid": "other"}]}).encode()
    made = json.loads(add_thumbnail(body, ".zattrs", ENTRY))

    assert made["thumbnails"] == [OTHERS, 7, ENTRY]
    assert made["zarr_conventions"] == [{"uuid": "other"}, CONVENTION]
    assert read_owners(body, ".zattrs") == (False, True)


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        (".zattrs", b"[1]", "expected a JSON object"),
        (".zattrs", b"{", "not valid JSON"),
        (".zattrs", b"\xff", "cannot be read as JSON"),
        (".zattrs", b"[" * 100_000, "cannot be read as JSON"),
        (".zattrs", b'{"a": 1, "a": 2}', "same key twice"),
        (".zattrs", b'{"a": 1e999}', "too large to be kept"),
        (".zattrs", b'{"thumbnails": {}}', "thumbnails is no list"),
        ("zarr.json", b'{"attributes": []}', "zarr.json: expected attributes as an object"),
        (".zmetadata", b'{"metadata": []}', ".zmetadata: expected attributes as an object"),
    ],
)
def test_what_cannot_be_kept_is_refused(name: Any, body: bytes, words: str) -> None:
    """With what is wrong."""
    with pytest.raises(DocumentError, match=words):
        add_thumbnail(body, name, ENTRY)
