"""`sitegen check`: which problems it reports, at which line, in which format, and what it reads."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.screens import served
from stores import write_group, write_image, write_list

from sitegen import urls
from sitegen.cache.folder import Cache
from sitegen.cli import main
from sitegen.commands.annotations import render_github, render_text
from sitegen.commands.check import changes_since
from sitegen.lists.reading import Listing, read_lists
from sitegen.model import Findings, ListProblem, Place, Problem
from sitegen.model.task import Known

HOSTILE = ListProblem(
    place=Place(csv="lists/a,b.csv", line=3),
    problem=Problem(
        code="not-json", level="error", where="a\x1b[2J", message="100%\n::add-mask::x\r", hint="Write it again."
    ),
    url="https://example.org/a.zarr",
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A working folder with two images that have no problems."""
    write_perfect_image(tmp_path / "data" / "a.zarr")
    write_perfect_image(tmp_path / "data" / "b.zarr")
    with contextlib.chdir(tmp_path):
        yield tmp_path


def write_perfect_image(folder: Path) -> None:
    """Write an image that has no problem, not even a note."""
    root = write_image(folder) / "zarr.json"
    document = json.loads(root.read_text())
    for axis in document["attributes"]["ome"]["multiscales"][0]["axes"][1:]:
        axis["unit"] = "micrometer"
    root.write_text(json.dumps(document))


@pytest.mark.parametrize("text", ["", "url,name\n", "ours.csv\n", "\n,,\n"])
def test_lists_without_datasets_are_an_error(text: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty list, and one that names only itself: `build` fails, too."""
    (folder / "ours.csv").write_text(text)

    assert main(["check", "ours.csv"]) == main(["build", "ours.csv"]) == 1
    printed = capsys.readouterr()
    assert "no-datasets: the lists name no dataset" in printed.out
    assert "the lists name no dataset" in printed.err


def test_an_empty_list_among_others_is_a_warning(folder: Path) -> None:
    """An institution that has no data yet."""
    write_list(folder / "ours.csv", "url", "empty.csv", "data/a.zarr")
    (folder / "empty.csv").write_text("url\n")

    assert main(["check", "ours.csv"]) == 0


@pytest.mark.parametrize("name", ["ours.csv.gz", "ours.xlsx", "ours.zip"])
def test_a_packed_list_is_named_as_what_it_is(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is not taken for a configuration."""
    body = {"gz": gzip.compress(b"url"), "xlsx": b"PK\x03\x04..[Content_Types].xml", "zip": b"PK\x03\x04..a.csv"}
    (folder / name).write_bytes(body[name.rpartition(".")[2]])

    assert main(["build", name]) == 1
    assert "expected CSV, found" in capsys.readouterr().err


def test_every_problem_is_reported_at_its_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Problems of the list and of its datasets come in the order of the lines, with what to do."""
    write_list(folder / "ours.csv", "url,name", "data/a.zarr,A", "data/gone.zarr,", "data/b.zarr,B,too much")

    assert main(["check", "ours.csv"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line and "hint:" not in line][:-1] == [
        "ours.csv: 2 errors",
        f"ours.csv:3  {urls.from_path(folder / 'data' / 'gone.zarr')}",
        f"  error not-found: {urls.from_path(folder / 'data' / 'gone.zarr')}/zarr.json: there is no such file",
        "ours.csv:4",
        "  error extra-cells: expected 2 cells, found 3",
    ]
    assert "    hint: Correct the address in the list, or delete the line if the dataset is gone." in lines
    assert lines[-1].startswith("2 errors in 3 rows; 3 datasets checked, 2 could be read, 2 valid; ")


def test_a_list_without_problems_exits_with_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The output is one line of figures."""
    write_list(folder / "ours.csv", "url", "data/a.zarr", "data/b.zarr")

    assert main(["check", "ours.csv"]) == 0
    assert capsys.readouterr().out.startswith("no problems in 2 rows; 2 datasets checked")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full, a file that is always full")
@pytest.mark.parametrize(
    ("ending", "code", "words"),
    [
        (">&-", 1, "sitegen: standard output is closed; expected a terminal, a pipe or a file, such as /dev/null"),
        (">/dev/full", 1, "sitegen: standard output cannot be written: No space left on device; free disk space, or"),
        ("| head -c 0", 141, ""),
    ],
    ids=["closed", "full", "broken"],
)
def test_an_output_that_cannot_be_written_is_reported_in_one_line(
    folder: Path, ending: str, code: int, words: str
) -> None:
    """There is no traceback, and no message at all if the reader of a pipe has closed it."""
    write_list(folder / "ours.csv", "url", "data/a.zarr", "data/b.zarr")
    command = f"set -o pipefail; {sys.executable} -m sitegen check ours.csv --format github {ending}"
    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True)

    assert ended.returncode == code
    assert "Traceback" not in ended.stderr
    assert "Exception" not in ended.stderr
    assert ended.stderr.splitlines()[-1].startswith(words)


def test_symbolic_links_in_a_loop_are_a_problem_of_their_row(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """This holds for lists and for datasets; the other rows are read."""
    for name in ("loop.csv", "loop.zarr"):
        (folder / name).symlink_to(name)
    write_list(folder / "ours.csv", "url", "loop.csv", "loop.zarr", "data/a.zarr")
    main(["check", "ours.csv", "--format", "json"])
    captured = capsys.readouterr()

    assert [each["line"] for each in json.loads(captured.out) if each["level"] == "error"] == [2, 3]
    assert "1 could be read" in captured.err


def test_strict_counts_warnings(folder: Path) -> None:
    """A group without OME-Zarr metadata, which is a warning, makes the command exit with 1."""
    write_group(folder / "data" / "g.zarr", {})
    write_list(folder / "ours.csv", "url", "data/g.zarr")

    assert main(["check", "ours.csv"]) == 0
    assert main(["check", "ours.csv", "--strict"]) == 1


def test_json_is_a_list_of_problems(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output has only the JSON; the figures go to standard error."""
    write_list(folder / "ours.csv", "url,organismId", "data/a.zarr,mouse-like")
    main(["check", "ours.csv", "--format", "json"])
    captured = capsys.readouterr()

    assert json.loads(captured.out) == [
        {
            "level": "warning",
            "code": "term-unknown",
            "csv": "ours.csv",
            "line": 2,
            "url": urls.from_path(folder / "data" / "a.zarr"),
            "where": "organismId",
            "message": "expected an ontology identifier such as NCBI:txid9606 or obo:FBbi_00000246, found 'mouse-like'",
            "hint": "Write the identifier of the term; the text is shown as it is.",
        }
    ]
    assert captured.err.splitlines()[-1].startswith("1 warning in 1 row")


def test_github_gets_a_command_for_each_problem(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A list is named relative to the working folder, even if it was given by its absolute path."""
    lists = write_list(folder / "lists" / "ours.csv", "url,name", "../../data/a.zarr,A", ",B")
    main(["check", str(lists), "--format", "github"])

    assert (
        capsys.readouterr()
        .out.splitlines()[0]
        .startswith("::error file=lists/ours.csv,line=2,title=local-path-refused::")
    )


def test_no_text_of_the_data_becomes_a_workflow_command(tmp_path: Path) -> None:
    """Line ends and the characters that end a property are escaped in the way that GitHub's runner unescapes."""
    with contextlib.chdir(tmp_path):
        commands = list(render_github([HOSTILE], folder=tmp_path))

    assert commands == [
        "::error file=lists/a%2Cb.csv,line=3,title=not-json::100%25%0A::add-mask::x%0D%0A"
        "a\x1b[2J of https://example.org/a.zarr%0AWrite it again."
    ]


def test_a_remote_list_is_named_in_the_message(tmp_path: Path) -> None:
    """The pull request has no line of it where the problem could be shown."""
    problem = Problem(code="url-empty", level="note", message="the row names no address")
    each = ListProblem(place=Place(csv="https://example.org/l.csv", line=2), problem=problem)

    assert list(render_github([each], folder=tmp_path)) == [
        "::notice title=url-empty::https://example.org/l.csv:2: the row names no address"
    ]


def test_no_text_of_the_data_controls_the_terminal() -> None:
    """Control characters and line ends are replaced by a visible character."""
    text = "\n".join(render_text([HOSTILE]))

    assert "\x1b" not in text
    assert "  error not-json: a\N{REPLACEMENT CHARACTER}[2J: 100%\N{REPLACEMENT CHARACTER}::add-mask" in text


def test_a_terminal_gets_color_and_lines_that_fit() -> None:
    """Long lines are broken between words."""
    lines = list(render_text([HOSTILE], color=True, width=40))

    assert "\x1b[31merror\x1b[0m" in "".join(lines)
    assert lines[-2] == "    hint: Write it again."


def test_a_dataset_has_its_problems_at_every_line_that_names_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The problems are counted once."""
    write_list(folder / "one.csv", "url", "data/gone.zarr")
    write_list(folder / "two.csv", "url", "data/a.zarr", "data/gone.zarr")
    main(["check", "one.csv", "two.csv", "--format", "json"])
    captured = capsys.readouterr()

    assert [(each["csv"], each["line"], each["code"]) for each in json.loads(captured.out)] == [
        ("one.csv", 2, "not-found"),
        ("two.csv", 3, "dataset-again"),
        ("two.csv", 3, "not-found"),
    ]
    assert "1 error, 1 note in 3 rows" in captured.err


def test_since_checks_only_new_and_changed_rows(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Relative paths in the earlier list are read as those of the list; a line that moved is not new."""
    write_list(folder / "earlier" / "saved", "url,name", "data/gone.zarr,", "data/b.zarr,B", ",nameless")
    write_list(
        folder / "ours.csv", "url,name", "data/new.zarr,", ",nameless", ",new", "data/gone.zarr,", "data/b.zarr,Bee"
    )
    main(["check", "ours.csv", "--since", "earlier/saved", "--format", "json"])
    captured = capsys.readouterr()

    assert [(each["line"], each["code"]) for each in json.loads(captured.out)] == [(2, "not-found"), (4, "url-empty")]
    assert "2 datasets checked" in captured.err


def listing(*bodies: bytes) -> Listing:
    """Return the listing of local lists with these contents."""
    lists = {f"/lists/{number}.csv": body for number, body in enumerate(bodies)}

    async def get(address: str) -> bytes:
        return lists[str(urls.to_path(address))]

    return asyncio.run(read_lists(list(lists), get))


def summarized(found: Listing) -> tuple[list[str], list[tuple[int, str]]]:
    """Return the names of the datasets, and line and code of each problem."""
    names = [urls.tail(entry.url) for entry in found.entries]
    return names, [(each.place.line, each.problem.code) for each in found.problems]


def test_a_second_line_of_a_known_dataset_is_new() -> None:
    """Its cells have not changed, but the dataset is listed twice now, which is reported."""
    found = changes_since(listing(b"url\na.zarr\nb.zarr\na.zarr"), listing(b"url\na.zarr\nb.zarr"))

    assert summarized(found) == (["a.zarr"], [(4, "dataset-again")])


@pytest.mark.parametrize(
    ("now", "problem"),
    [
        ("url,name\na.zarr,Gö\nb.zarr,B".encode("latin-1"), (2, "list-not-utf8")),
        ("url,name\na.zarr,Gö\nb.zarr,B,more".encode(), (3, "extra-cells")),
        ('url,name\n"a.zarr,Gö\nb.zarr,B'.encode(), (2, "quote-open")),
    ],
    ids=["encoding", "extra cells", "open quote"],
)
def test_a_new_mistake_in_a_known_row_is_reported(now: bytes, problem: tuple[int, str]) -> None:
    """The values are the same, but the way they are written is invalid now."""
    assert summarized(changes_since(listing(now), listing("url,name\na.zarr,Gö\nb.zarr,B".encode()))) == ([], [problem])


def test_an_old_mistake_in_a_known_row_is_not_reported() -> None:
    """It is recognized although its line has moved; the same mistake in another row is reported."""
    before = listing(b"url,name\na.zarr,A,more\nb.zarr,B\nb.zarr,B")

    assert summarized(changes_since(listing(b"url,name\n\na.zarr,A,more\nb.zarr,B\nb.zarr,B"), before)) == ([], [])
    assert summarized(changes_since(listing(b"url,name\na.zarr,A\nb.zarr,B,more\nb.zarr,B"), before)) == (
        [],
        [(3, "extra-cells")],
    )


def test_a_known_row_may_move_to_another_list() -> None:
    """The earlier version is compared with every list; rows that were deleted are not reported."""
    before = b"url,name\na.zarr,A\nb.zarr,B\nb.zarr,B\n,nameless"

    assert summarized(
        changes_since(listing(b"url,name\na.zarr,A", b"url,name\nb.zarr,B\n,nameless"), listing(before, before))
    ) == (
        [],
        [],
    )


def test_no_pixels_are_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Missing chunks are not noticed, and no picture is made."""
    shutil.rmtree(folder / "data" / "a.zarr" / "0" / "c")
    write_list(folder / "ours.csv", "url", "data/a.zarr")

    assert main(["check", "ours.csv"]) == 0
    assert "no problems" in capsys.readouterr().out
    assert not (folder / ".sitegen-cache" / "pictures").exists()


def test_the_findings_of_builds_stay_in_the_cache(folder: Path) -> None:
    """The last good findings of a dataset that is missing now are kept for the next build."""
    write_list(folder / "ours.csv", "url", "data/gone.zarr")
    url = urls.from_path(folder / "data" / "gone.zarr")
    good = Findings(status="ok", kind="image")
    with Cache.open(folder / ".sitegen-cache") as cache:
        cache.put_known(url, Known(then=good, made_by="a build's", checked_at=1.0))

    assert main(["check", "ours.csv"]) == 1
    with Cache.open(folder / ".sitegen-cache") as cache:
        kept = cache.known(url)
    assert kept
    assert (kept.then, kept.made_by) == (good, "a build's")


def test_a_repaired_dataset_has_no_problem_in_the_next_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Datasets with problems are requested again; the others are taken from the cache."""
    write_list(folder / "sitegen.toml", 'csv = ["ours.csv"]', "[crawl]", "allow_private_hosts = true")
    (folder / "data" / "b.zarr" / "zarr.json").rename(folder / "kept.json")
    check = ["check", "ours.csv", "--config", "sitegen.toml"]
    with served(folder / "data") as address:
        write_list(folder / "ours.csv", "url", f"{address}a.zarr", f"{address}b.zarr")
        first = main(check)
        (folder / "kept.json").rename(folder / "data" / "b.zarr" / "zarr.json")
        capsys.readouterr()
        second = main(check)
    third = main([*check, "--offline"])

    assert (first, second, third) == (1, 0, 0)


def test_loopback_is_refused_unless_the_configuration_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A check applies the same rule as a build."""
    write_list(folder / "ours.csv", "url", "http://127.0.0.1:9/a.zarr")

    assert main(["check", "ours.csv"]) == 1
    assert "error private-address" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.csv"], "there is no file none.csv"),
        (["ours.csv", "--since", "none.csv"], "--since none.csv: there is no such file, folder, or git revision"),
        (["ours.csv", "--config", "none.toml"], "none.toml: there is no such file"),
    ],
)
def test_wrong_usage_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    """The exit code is 2, and no host is requested."""
    write_list(folder / "ours.csv", "url", "data/a.zarr")

    assert main(["check", *arguments]) == 2
    assert words in capsys.readouterr().err
