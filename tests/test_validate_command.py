"""`sitegen validate` on the command line: what may be typed, what is printed, how it ends."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_check import served
from validation.documents import ome_of, put, valid
from validation.stores import Tree, image_store

from sitegen.cli import main
from sitegen.commands.targets import TargetGuard, address_of
from sitegen.errors import FetchError, UsageError


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A working folder with a valid and an invalid store, and a document of each."""
    write_store(tmp_path / "good.zarr", image_store("0.5"))
    broken = image_store("0.4")
    del broken["1"]
    write_store(tmp_path / "broken.zarr", broken)
    plate = valid("plate", "0.5")
    put("plate/wells/0/path", "1/A\x1b[2J")(ome_of(plate))
    (tmp_path / "plate one.json").write_text(json.dumps(plate))
    (tmp_path / "image.json").write_text(json.dumps(valid("image", "0.4")))
    with contextlib.chdir(tmp_path):
        yield tmp_path


def write_store(folder: Path, tree: Tree) -> None:
    """Write the documents of a store."""
    for path, documents in tree.items():
        (folder / path).mkdir(parents=True, exist_ok=True)
        for name, document in documents.items():
            (folder / path / name).write_text(json.dumps(document))


def test_valid_targets_end_with_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Folders and documents, by relative and absolute path: a line each; nothing is written."""
    before = sorted(folder.rglob("*"))

    assert main(["validate", "good.zarr", str(folder / "image.json"), "good.zarr/zarr.json"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "good.zarr: valid (image, OME-Zarr 0.5)",
        f"{folder}/image.json: valid (image, OME-Zarr 0.4)",
        "good.zarr/zarr.json: valid (image, OME-Zarr 0.5)",
    ]
    assert sorted(folder.rglob("*")) == before


def test_one_invalid_target_ends_with_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The place, what to do and the clause are told; nothing of a stranger's text reaches the terminal raw."""
    assert main(["validate", "good.zarr", "broken.zarr", "plate one.json"]) == 1
    said = capsys.readouterr().out

    assert "broken.zarr: invalid (image, OME-Zarr 0.4): 1 error" in said
    assert "  error dataset-missing at multiscales/0/datasets/1: " in said
    assert "    hint: " in said
    assert "          “plate” metadata, https://ngff.openmicroscopy.org/0.5/#plate-md" in said
    assert "\x1b" not in said


def test_json_is_the_contracts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output is one JSON list, in the order of the targets; problems have clause and source."""
    assert main(["validate", "--format", "json", "broken.zarr", "gone.zarr"]) == 1
    broken, gone = json.loads(capsys.readouterr().out)

    assert list(broken) == list(gone) == ["target", "kind", "version", "valid", "problems"]
    assert (broken["target"], broken["kind"], broken["version"], broken["valid"]) == (
        *("broken.zarr", "image", "0.4"),
        False,
    )
    assert {"clause", "source"} <= set(broken["problems"][0])
    assert (gone["valid"], [problem["code"] for problem in gone["problems"]]) == (False, ["not-zarr"])


def test_an_address_that_is_typed_is_meant(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A server of this machine may be asked, for a store and for a document with a space in its name."""
    with served(folder) as origin:
        assert main(["validate", f"{origin}good.zarr/", f"{origin}image.json"]) == 0
        assert main(["validate", f"{origin}plate one.json"]) == 1

    assert "error well-path" in capsys.readouterr().out


def test_other_hosts_stay_guarded() -> None:
    """Where a redirect leads nobody typed."""
    guard = TargetGuard({"127.0.0.1"})
    guard.check_url("http://127.0.0.1:8000/a.zarr")

    with pytest.raises(FetchError, match="not in the public internet"):
        guard.check_url("http://169.254.169.254/latest")


def test_what_cannot_be_read_is_not_valid(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A document that is not there and a host that does not answer are told as such."""
    assert main(["validate", "gone.json", "http://127.0.0.1:9/a.zarr"]) == 1
    said = capsys.readouterr().out.splitlines()

    assert said[0] == "gone.json: could not be read"
    assert said[1].startswith("  error not-found: ")
    assert "http://127.0.0.1:9/a.zarr: could not be read" in said


def test_an_unknown_version_is_not_invalid(folder: Path) -> None:
    """`valid` is null for what has no rules, and that is no failure."""
    document = valid("image", "0.5")
    ome_of(document)["version"] = "0.9"
    (folder / "new.json").write_text(json.dumps(document))

    assert main(["validate", "new.json"]) == 0


@pytest.mark.parametrize("target", ["", "ftp://x.org/a.zarr", "https://me:secret@x.org/a.zarr", "https://x.org:abc/a"])
def test_wrong_usage_ends_with_2(target: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is no address is told before anything is read, and no password is repeated."""
    assert main(["validate", "good.zarr", target]) == 2
    said = capsys.readouterr()

    assert said.out == ""
    assert "TARGET" in said.err
    assert "secret" not in said.err


def test_documents_keep_their_names() -> None:
    """A dataset's address loses `zarr.json`; a document's does not."""
    assert address_of("https://x.org/a b.zarr/zarr.json?v=1") == "https://x.org/a%20b.zarr/zarr.json?v=1"
    assert address_of("s3://bucket/a.zarr/") == "s3://bucket/a.zarr"
    assert address_of("/data/a.zarr/.zattrs") == "file:///data/a.zarr/.zattrs"
    with pytest.raises(UsageError):
        address_of("gopher://x.org/a.json")
