"""Ten pull requests to a repository of lists, good and bad: what the check prints as annotations, and whether it fails.

The lists are made as those of the OME2024 NGFF Challenge are: a list of lists with a source, and one list for each.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from repositories import commit, git
from stores import write_image, write_list

from sitegen.cli import main

HEADER = "url,license,organism"
ROWS = [f"../data/{name}.zarr,CC0-1.0,Homo sapiens" for name in "abcd"]
ROOT = ["url,source", "lists/ours.csv,Ours", "lists/theirs.csv,Theirs"]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of three lists; `lost.zarr` is listed, but not there."""
    folder = tmp_path_factory.mktemp("repository")
    for name in "abcdef":
        write_units(write_image(folder / "data" / f"{name}.zarr", shape=(1, 16, 16), levels=1))
    write_list(folder / "all.csv", *ROOT)
    write_list(folder / "lists" / "ours.csv", HEADER, *ROWS)
    write_list(folder / "lists" / "theirs.csv", HEADER, "../data/lost.zarr,,")
    (folder / "sitegen.toml").write_text('csv = ["all.csv"]\n')
    git(folder, "init", "--quiet")
    commit(folder)
    return folder


def write_units(image: Path) -> None:
    """State units, without which there are warnings."""
    document = json.loads((image / "zarr.json").read_text())
    for axis in document["attributes"]["ome"]["multiscales"][0]["axes"][1:]:
        axis["unit"] = "micrometer"
    (image / "zarr.json").write_text(json.dumps(document))


@pytest.fixture
def repository(original: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """It, as the working folder of a runner; what a test changes in it is undone."""
    monkeypatch.setenv("GITHUB_WORKSPACE", str(original))
    with contextlib.chdir(original):
        yield original
    git(original, "reset", "--quiet", "--hard")
    git(original, "clean", "--quiet", "-d", "--force")


Edit = Callable[[Path], object]


def annotations(capsys: pytest.CaptureFixture[str], edit: Edit, repository: Path) -> tuple[int, list[str]]:
    """Return the exit code of a check after an edit, and level, file, line and code of each annotation."""
    edit(repository)
    code = main(["check", "sitegen.toml", "--since", "HEAD", "--format", "github"])
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("::")]
    return code, [line[2:].partition("::")[0] for line in lines]


def add(*rows: str, header: str = HEADER, name: str = "ours", before: list[str] = ROWS) -> Edit:
    """Return an edit that adds rows to the end of a list."""
    return lambda folder: write_list(folder / "lists" / f"{name}.csv", header, *before, *rows)


def add_list(folder: Path) -> None:
    """Add a list, and the row that names it."""
    write_list(folder / "lists" / "new.csv", HEADER, "../data/e.zarr,CC0-1.0,Homo sapiens")
    write_list(folder / "all.csv", *ROOT, "lists/new.csv,New")


def rename(folder: Path) -> None:
    """Rename the list with the dataset that is not there, and change the row that names it."""
    (folder / "lists" / "theirs.csv").rename(folder / "lists" / "partner.csv")
    write_list(folder / "all.csv", *ROOT[:2], "lists/partner.csv,Theirs")


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(add("../data/e.zarr,CC0-1.0,Homo sapiens"), id="rows are added"),
        pytest.param(add_list, id="a list is added"),
        pytest.param(add(before=[ROWS[0].replace("CC0-1.0", "CC-BY-4.0"), *ROWS[1:]]), id="a row is changed"),
        pytest.param(add(before=[*ROWS[2:][::-1], ROWS[0]]), id="rows are removed and in another order"),
        pytest.param(rename, id="a list is renamed"),
    ],
)
def test_a_good_pull_request_passes(edit: Edit, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is wrong with it; what was wrong before is nobody's business now."""
    code, found = annotations(capsys, edit, repository)

    assert code == 0
    assert not [each for each in found if each.startswith(("error", "warning"))]


HTML = "<!DOCTYPE html>\n<html><body>Sign in</body></html>\n"


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        pytest.param(
            add("../data/none.zarr,ask us,Homo sapiens", ",CC0-1.0,"),
            [
                "error file=lists/ours.csv,line=6,title=not-found",
                "error file=lists/ours.csv,line=7,title=url-empty",
                "warning file=lists/ours.csv,line=6,title=license-unknown",
            ],
            id="wrong rows",
        ),
        pytest.param(
            lambda folder: (folder / "lists" / "ours.csv").unlink(),
            ["error file=all.csv,line=2,title=list-unreadable"],
            id="a list is deleted",
        ),
        pytest.param(
            lambda folder: (folder / "lists" / "ours.csv").rename(folder / "lists" / "my.csv"),
            ["error file=all.csv,line=2,title=list-unreadable"],
            id="a list is renamed, and not the row that names it",
        ),
        pytest.param(
            lambda folder: (folder / "lists" / "ours.csv").write_text(HTML),
            ["error file=lists/ours.csv,line=1,title=list-is-html"],
            id="a list is HTML",
        ),
    ],
)
def test_a_bad_pull_request_fails_at_its_lines(
    edit: Edit, expected: list[str], repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each error has the line that causes it, which the steward has to change."""
    code, found = annotations(capsys, edit, repository)

    assert code == 1
    assert [each for each in found if not each.startswith("notice")] == expected


def test_ten_thousand_rows_have_few_annotations(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those of one rule share one, at the first of their lines; the summary counts them."""
    many = [each for _ in range(5_000) for each in ("../data/a.zarr,CC0-1.0,Homo sapiens", ",CC0-1.0,")]
    code, found = annotations(capsys, add(*many), repository)
    main(["check", "sitegen.toml", "--since", "HEAD", "--format", "summary"])
    summary = capsys.readouterr().out

    assert code == 1
    assert found == [
        "error file=lists/ours.csv,line=7,title=url-empty",
        "notice file=lists/ours.csv,line=6,title=dataset-again",
    ]
    assert "in 10,005 rows" in summary.splitlines()[0]
    assert len(summary.encode()) < 1_048_576


HOSTILE = [
    "::error file=x::owned,,",
    '"\n::set-env name=PATH::/tmp\n::add-mask::a",,',
    "https://example.org/%0A::warning::owned.zarr,,",
    "javascript:alert(1),,",
    "https://me:secret@example.org/a.zarr,,",
    "../../../../etc/passwd,,",
    "http://169.254.169.254/latest/meta-data,,",
    "http://[::1]:22/a.zarr,,",
    f"{'a' * 100_000}.zarr,,",
    '=cmd|"/c calc"!A1,,',
    "\x00\x1b[31mred\x1b[0m,,",
    "a.zarr,,,,,,",
    "more.csv?../../x,,",
    "\u202egnp.zarr,<script>alert(1)</script>,@channel",
    '"never closed,,',
]


def test_hostile_rows_are_annotated_and_nothing_more(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No text of a row becomes a command of the runner or markup of its page, and no secret is shown."""
    add(*HOSTILE)(repository)
    code = main(["check", "sitegen.toml", "--since", "HEAD", "--format", "github"])
    printed = capsys.readouterr()
    main(["check", "sitegen.toml", "--since", "HEAD", "--format", "summary"])
    summary = capsys.readouterr().out
    commands = [line for line in printed.out.splitlines() if line.startswith("::")]

    assert code == 1
    assert all(line.startswith(("::error file=", "::warning file=", "::notice file=")) for line in commands)
    assert all(",line=" in line.partition("::")[2].partition("::")[0] for line in commands)
    assert "::error file=lists/ours.csv,line=6," in commands[0]
    for text in (printed.out, printed.err, summary):
        assert not set("\x00\x1b\u202e") & set(text)
        assert "secret" not in text
    assert "<script>" not in summary
    assert not any(line.startswith("::") for line in summary.splitlines())
    assert len(summary.encode()) < 1_048_576


def test_a_level_has_at_most_ten_annotations(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of errors and of warnings, each of another list: GitHub would drop the rest without a word."""
    names = [f"list{number}" for number in range(12)]
    for name in names:
        rows = f"../data/{name}.zarr,CC0-1.0,", f"../data/f.zarr?{name},ask {name},"
        write_list(repository / "lists" / f"{name}.csv", HEADER, *rows)
    write_list(repository / "all.csv", *ROOT, *(f"lists/{name}.csv,{name}" for name in names))
    main(["check", "sitegen.toml", "--since", "HEAD", "--format", "github"])
    printed = capsys.readouterr().out.splitlines()
    levels = [line.split()[0] for line in printed if line.startswith("::")]

    assert levels.count("::error") == levels.count("::warning") == 10
    assert any("see the summary of this run" in line for line in printed)
