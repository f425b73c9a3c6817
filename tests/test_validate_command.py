"""`sitegen validate` on the command line: its arguments, its output, its exit codes."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.screens import served
from validation.documents import ome_of, put, valid
from validation.stores import Tree, image_store

from sitegen.cli import main
from sitegen.commands.targets import AllowlistGuard, target_url
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


def test_valid_targets_exit_with_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Folders and documents, by relative and absolute path, get one line each, and nothing is written."""
    before = sorted(folder.rglob("*"))

    assert main(["validate", "good.zarr", str(folder / "image.json"), "good.zarr/zarr.json"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "good.zarr: valid (image, OME-Zarr 0.5)",
        f"{folder}/image.json: valid (image, OME-Zarr 0.4)",
        "good.zarr/zarr.json: valid (image, OME-Zarr 0.5)",
    ]
    assert sorted(folder.rglob("*")) == before


def test_one_invalid_target_exits_with_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The report says the place, what to do and the section; control characters of the data are not printed."""
    assert main(["validate", "good.zarr", "broken.zarr", "plate one.json"]) == 1
    output = capsys.readouterr().out

    assert "broken.zarr: invalid (image, OME-Zarr 0.4): 1 error" in output
    assert "  error dataset-missing at multiscales/0/datasets/1: " in output
    assert "    hint: " in output
    assert "          “plate” metadata, https://ngff.openmicroscopy.org/0.5/#plate-md" in output
    assert "\x1b" not in output


def test_json_has_the_documented_keys(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output is one JSON list, in the order of the targets; problems have a clause and a source."""
    assert main(["validate", "--format", "json", "broken.zarr", "missing.zarr"]) == 1
    broken, missing = json.loads(capsys.readouterr().out)

    assert list(broken) == list(missing) == ["target", "kind", "version", "valid", "problems"]
    assert (broken["target"], broken["kind"], broken["version"], broken["valid"]) == (
        *("broken.zarr", "image", "0.4"),
        False,
    )
    assert {"clause", "source"} <= set(broken["problems"][0])
    assert (missing["valid"], [problem["code"] for problem in missing["problems"]]) == (False, ["not-found"])


def test_a_private_host_on_the_command_line_is_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A server on loopback is read, for a store and for a document with a space in its name."""
    with served(folder) as origin:
        assert main(["validate", f"{origin}good.zarr/", f"{origin}image.json"]) == 0
        assert main(["validate", f"{origin}plate one.json"]) == 1

    assert "error well-path" in capsys.readouterr().out


def test_a_private_host_that_is_not_on_the_command_line_is_refused() -> None:
    """A redirect cannot lead to a private host that the user did not type."""
    guard = AllowlistGuard({"127.0.0.1"})
    guard.check_url("http://127.0.0.1:8000/a.zarr")

    with pytest.raises(FetchError, match="not in the public internet"):
        guard.check_url("http://169.254.169.254/latest")


def test_a_target_that_cannot_be_read_exits_with_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing document and a host that does not answer are reported as unread, with the reason."""
    assert main(["validate", "missing.json", "http://127.0.0.1:9/a.zarr"]) == 1
    lines = capsys.readouterr().out.splitlines()

    assert lines[0] == "missing.json: could not be read"
    assert lines[1].startswith("  error not-found: ")
    assert "http://127.0.0.1:9/a.zarr: could not be read" in lines


def test_an_unknown_version_exits_with_0(folder: Path) -> None:
    """A version without rules is neither valid nor invalid, which is not a failure."""
    document = valid("image", "0.5")
    ome_of(document)["version"] = "0.9"
    (folder / "new.json").write_text(json.dumps(document))

    assert main(["validate", "new.json"]) == 0


@pytest.mark.parametrize("target", ["", "ftp://x.org/a.zarr", "https://me:secret@x.org/a.zarr", "https://x.org:abc/a"])
def test_a_malformed_target_exits_with_2(target: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is reported before anything is read, and no password is repeated."""
    assert main(["validate", "good.zarr", target]) == 2
    captured = capsys.readouterr()

    assert captured.out == ""
    assert "TARGET" in captured.err
    assert "secret" not in captured.err


def test_the_url_of_a_document_keeps_its_name() -> None:
    """`zarr.json` is removed from the address of a dataset, but not from that of a document."""
    assert target_url("https://x.org/a b.zarr/zarr.json?v=1") == "https://x.org/a%20b.zarr/zarr.json?v=1"
    assert target_url("s3://bucket/a.zarr/") == "s3://bucket/a.zarr"
    assert target_url("/data/a.zarr/.zattrs") == "file:///data/a.zarr/.zattrs"
    with pytest.raises(UsageError):
        target_url("gopher://x.org/a.json")


def said(capsys: pytest.CaptureFixture[str], *targets: str) -> str:
    """Return what the command says of targets of which one is invalid."""
    assert main(["validate", *targets]) == 1
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("nothere.zarr", "there is no such file or folder"),
        ("nothere.json", "there is no such file or folder"),
        ("a" * 300, "the path is longer than this machine allows"),
        ("good.zarr/zarr.json/0", "a part of the path is a file"),
        ("loop.zarr", "its symbolic links form a loop"),
        ("/dev/null", "it is neither a file nor a folder"),
    ],
)
def test_a_path_where_nothing_can_be_read(
    folder: Path, capsys: pytest.CaptureFixture[str], target: str, words: str
) -> None:
    """It says so, and not that it is no OME-Zarr, nor what the operating system says."""
    (folder / "loop.zarr").symlink_to("loop.zarr")
    lines = said(capsys, target).splitlines()

    assert lines[0].endswith(": could not be read")
    assert words in lines[1]
    assert "Errno" not in lines[1]


def test_a_folder_of_another_kind_is_described(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty one, one above stores, an N5 container, and one of files."""
    for name in ("empty", "n5", "files"):
        (folder / name).mkdir()
    (folder / "n5" / "attributes.json").write_text('{"n5": "2.5.1"}')
    (folder / "files" / "slice.tif").write_bytes(b"II*\0")

    assert "the folder is empty" in said(capsys, "empty")
    assert "Zarr is in 2 folders below it: broken.zarr, good.zarr" in said(capsys, ".")
    assert "an N5 container" in said(capsys, "n5")
    assert "it holds slice.tif" in said(capsys, "files")


def test_a_store_may_be_named_like_a_document(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder is a store, whatever its name ends in."""
    write_store(folder / "store.json", image_store("0.5"))

    assert main(["validate", "store.json"]) == 0
    assert capsys.readouterr().out == "store.json: valid (image, OME-Zarr 0.5)\n"


def test_an_empty_object_has_no_version(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing says that it is OME-Zarr of any version."""
    (folder / "none.json").write_text("{}")
    text = said(capsys, "none.json")

    assert text.startswith("none.json: invalid (group): 1 error\n")
    assert "0.4" not in text


def test_an_unknown_version_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a document and in a store."""
    document = valid("image", "0.5")
    ome_of(document)["version"] = "0.9"
    (folder / "new.json").write_text(json.dumps(document))
    write_store(
        folder / "new.zarr", {"": {"zarr.json": {"zarr_format": 3, "node_type": "group"} | {"attributes": document}}}
    )

    assert main(["validate", "new.json", "new.zarr"]) == 0
    assert capsys.readouterr().out.count('there are no rules for version "0.9"') == 2
