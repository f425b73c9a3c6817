"""`sitegen check` for a pull request: what is new since a revision, as annotations and as a summary."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from repositories import commit, git
from stores import write_image, write_list

from sitegen.cli import main

GONE = "../data/gone.zarr,Gone,"


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Path]:
    """A repository with a configuration and two lists, committed, as the working folder."""
    write_image(tmp_path / "data" / "a.zarr")
    write_list(tmp_path / "lists" / "ours.csv", "url,name,license", "../data/a.zarr,A,CC0-1.0", GONE)
    write_list(tmp_path / "lists" / "theirs.csv", "url", "../data/lost.zarr")
    (tmp_path / "sitegen.toml").write_text('csv = ["lists/ours.csv", "lists/theirs.csv"]\n')
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, "lists", "sitegen.toml")
    with contextlib.chdir(tmp_path):
        yield tmp_path


def add_rows(path: Path, *rows: str) -> None:
    """Add rows to the end of a list."""
    write_list(path, *path.read_text().splitlines(), *rows)


def commit_lists(repository: Path, theirs: list[str]) -> None:
    """Commit another second list, and a list of both."""
    write_list(repository / "lists" / "theirs.csv", *theirs)
    write_list(repository / "lists" / "all.csv", "url", "ours.csv", "theirs.csv")
    commit(repository, "lists")


def checked(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[tuple[str, int, str, str]]:
    """Return list, line, level and code of each problem that a check reports."""
    main(["check", *arguments, "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    return [(each["csv"], each["line"], each["level"], each["code"]) for each in found]


def test_all_lists_of_a_configuration_are_compared_with_a_revision(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only rows that were added are checked, in each of the lists, also in one that is new."""
    add_rows(repository / "lists" / "ours.csv", "../data/new.zarr,New,")
    add_rows(repository / "lists" / "theirs.csv", "../data/other.zarr", "more.csv")
    write_list(repository / "lists" / "more.csv", "url", "../data/more.zarr")

    assert checked(capsys, "sitegen.toml", "--since", "HEAD") == [
        ("lists/ours.csv", 4, "error", "not-found"),
        ("lists/theirs.csv", 3, "error", "not-found"),
        ("lists/more.csv", 2, "error", "not-found"),
    ]


def test_lists_are_compared_with_a_folder(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The earlier lists have the same paths below the folder."""
    write_list(repository / "before" / "lists" / "ours.csv", "url,name,license", GONE)

    found = checked(capsys, "lists/ours.csv", "lists/theirs.csv", "--since", "before")

    assert {(csv, line) for csv, line, _, _ in found} == {("lists/ours.csv", 2), ("lists/theirs.csv", 2)}


def test_a_repeated_dataset_is_reported_at_the_row_that_was_added(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is the steward's row, even though it is above the other, which the message names."""
    lines = (repository / "lists" / "ours.csv").read_text().splitlines()
    write_list(repository / "lists" / "ours.csv", lines[0], GONE, *lines[1:])
    main(["check", "sitegen.toml", "--since", "HEAD", "--format", "json"])
    found = json.loads(capsys.readouterr().out)

    assert [(each["line"], each["code"]) for each in found] == [(2, "dataset-again"), (2, "not-found")]
    assert found[0]["message"] == "the dataset is already listed in lists/ours.csv:4"


def test_a_repeated_dataset_of_another_list_is_reported_at_the_row_that_was_added(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The list of the steward is read before the one that had the dataset."""
    add_rows(repository / "lists" / "ours.csv", "../data/lost.zarr,,")

    assert checked(capsys, "sitegen.toml", "--since", "HEAD") == [
        ("lists/ours.csv", 4, "note", "dataset-again"),
        ("lists/ours.csv", 4, "error", "not-found"),
    ]


def test_an_edited_cell_that_is_not_used_is_reported(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another row states what counts, so the edit changes nothing; the steward should know."""
    add_rows(repository / "lists" / "theirs.csv", "../data/a.zarr")
    commit(repository, "lists")
    write_list(repository / "lists" / "theirs.csv", "url,license", "../data/lost.zarr,", "../data/a.zarr,MIT")

    main(["check", "sitegen.toml", "--since", "HEAD", "--format", "json"])
    (found,) = json.loads(capsys.readouterr().out)

    assert (found["csv"], found["line"], found["code"]) == ("lists/theirs.csv", 3, "dataset-again")
    assert found["message"] == 'the dataset is already listed in lists/ours.csv:2; not used of this row: license "MIT"'


def test_an_added_row_says_which_of_its_cells_are_not_used(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the first row does not state is used."""
    add_rows(repository / "lists" / "ours.csv", "../data/gone.zarr,Other,MIT")
    main(["check", "sitegen.toml", "--since", "HEAD", "--format", "json"])
    message = json.loads(capsys.readouterr().out)[0]["message"]

    assert message == 'the dataset is already listed in lists/ours.csv:3; not used of this row: name "Other"'


def test_what_is_wrong_with_a_cell_is_reported_at_its_row_alone(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Other rows of the dataset do not state it, nor does a row that is added to them."""
    write_list(repository / "lists" / "theirs.csv", "url,organismId", "../data/a.zarr,mouse")
    both = checked(capsys, "sitegen.toml")
    commit(repository, "lists")
    add_rows(repository / "lists" / "ours.csv", "../data/a.zarr,,")
    added = checked(capsys, "sitegen.toml", "--since", "HEAD")

    assert [each for each in both if each[3] == "term-unknown"] == [("lists/theirs.csv", 2, "warning", "term-unknown")]
    assert ("lists/ours.csv", 4, "note", "dataset-again") in added
    assert "term-unknown" not in {code for *_, code in added}


def test_a_renamed_list_has_no_new_problems(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those of its lines were there before; a row that is added to it is checked."""
    theirs = ["url,license", "../data/lost.zarr,", ",CC0", "../data/a.zarr,MIT"]
    commit_lists(repository, theirs)
    (repository / "lists" / "theirs.csv").unlink()
    write_list(repository / "lists" / "all.csv", "url", "ours.csv", "new.csv")
    write_list(repository / "lists" / "new.csv", *theirs)
    renamed = checked(capsys, "lists/all.csv", "--since", "HEAD")
    add_rows(repository / "lists" / "new.csv", ",CC0")

    assert renamed == []
    assert checked(capsys, "lists/all.csv", "--since", "HEAD") == [("lists/new.csv", 5, "error", "url-empty")]


def test_a_list_in_place_of_another_is_new(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It has other datasets, so its problems are not those of the list that is gone."""
    commit_lists(repository, ["url,name", "../data/lost.zarr,", ",nameless"])
    write_list(repository / "lists" / "all.csv", "url", "ours.csv", "new.csv")
    write_list(repository / "lists" / "new.csv", "url,name", "../data/other.zarr,", ",nameless")

    assert checked(capsys, "lists/all.csv", "--since", "HEAD") == [
        ("lists/new.csv", 2, "error", "not-found"),
        ("lists/new.csv", 3, "error", "url-empty"),
    ]


def test_lists_of_a_configuration_are_compared_with_those_that_it_named(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A list that was renamed in it is known; one that was there, but that it did not name, is new."""
    write_list(repository / "lists" / "unused.csv", "url", "../data/unused.zarr")
    commit(repository, "lists")
    (repository / "lists" / "theirs.csv").rename(repository / "lists" / "renamed.csv")
    configuration = repository / "sitegen.toml"
    configuration.write_text('csv = ["lists/ours.csv", "lists/renamed.csv"]\n')
    renamed = checked(capsys, "sitegen.toml", "--since", "HEAD")
    configuration.write_text('csv = ["lists/ours.csv", "lists/renamed.csv", "lists/unused.csv"]\n')

    assert renamed == []
    assert checked(capsys, "sitegen.toml", "--since", "HEAD") == [("lists/unused.csv", 2, "error", "not-found")]


@pytest.mark.parametrize("before", ["csv = [", 'csv = "lists/ours.csv"', "csv = [1]", 'title = "x"', None])
def test_a_configuration_that_was_invalid_is_read_as_it_is_now(
    before: str | None, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its lists are compared all the same."""
    configuration = repository / "sitegen.toml"
    now = configuration.read_text()
    configuration.unlink()
    if before is not None:
        configuration.write_text(before)
    commit(repository, "sitegen.toml")
    configuration.write_text(now)
    add_rows(repository / "lists" / "theirs.csv", "../data/new.zarr")

    assert checked(capsys, "sitegen.toml", "--since", "HEAD") == [("lists/theirs.csv", 3, "error", "not-found")]


def test_a_deleted_row_is_no_change_of_others(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is wrong with the dataset was so before, also where the deleted row alone stated something."""
    commit_lists(repository, ["url,stain,creator,name", "../data/gone.zarr,DAPI,Ada,x"])
    write_list(repository / "lists" / "all.csv", "url", "ours.csv")

    assert checked(capsys, "lists/all.csv", "--since", "HEAD") == []


@pytest.mark.parametrize("revision", ["no-such-revision", "--help", "HEAD:lists/none.csv"])
def test_an_unknown_revision_is_wrong_usage(
    revision: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says what may be named; a revision never becomes an option of git."""
    assert main(["check", "sitegen.toml", f"--since={revision}"]) == 2
    assert f"--since {revision}: there is no such file, folder, or git revision" in capsys.readouterr().err


def test_a_configuration_is_checked_alone(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With lists beside it, it is not clear which settings are meant."""
    assert main(["check", "sitegen.toml", "lists/ours.csv"]) == 2
    assert "expected lists, or one configuration" in capsys.readouterr().err


def test_a_host_that_gives_no_answer_is_a_note(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says nothing about the row; an address whose host does not exist is an error of the row."""
    (repository / "sitegen.toml").write_text(
        'csv = ["lists/new.csv"]\n[crawl]\nallow_private_hosts = true\ntimeout_s = 5\n'
    )
    write_list(
        repository / "lists" / "new.csv", "url", "http://127.0.0.1:9/a.zarr", "http://no-such-host.invalid/a.zarr"
    )
    code = main(["check", "sitegen.toml", "--format", "json"])
    found = json.loads(capsys.readouterr().out)

    assert [(each["level"], each["code"]) for each in found] == [("note", "connect-failed"), ("error", "dns-failure")]
    assert "run the check again" in found[0]["hint"]
    assert code == 1


def test_offline_a_local_list_is_read(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its rows are checked; that hosts were not asked is a note."""
    write_list(
        repository / "lists" / "new.csv", "url,license", "https://example.org/a.zarr,none of your business", ",x"
    )

    assert checked(capsys, "lists/new.csv", "--offline") == [
        ("lists/new.csv", 2, "note", "offline"),
        ("lists/new.csv", 2, "warning", "license-unknown"),
        ("lists/new.csv", 3, "error", "url-empty"),
    ]


def test_ten_annotations_of_a_level_stand_for_all(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Errors come first; problems of one rule share an annotation; the paths begin at the checkout."""
    rows = [f"../data/{number}.zarr,," for number in range(30)]
    write_list(repository / "lists" / "ours.csv", "url,name,license", *rows, ",nameless,", "../data/a.zarr,A,,more")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(repository))
    with contextlib.chdir(repository / "lists"):
        main(["check", "ours.csv", "--config", "../sitegen.toml", "--since", "HEAD", "--format", "github"])
    printed = capsys.readouterr().out.splitlines()

    assert [line.partition("::")[2].partition("::")[0] for line in printed if line.startswith("::error")] == [
        "error file=lists/ours.csv,line=2,title=not-found",
        "error file=lists/ours.csv,line=32,title=url-empty",
        "error file=lists/ours.csv,line=33,title=extra-cells",
    ]
    assert printed[0].endswith("29 more problems of this rule: lines 3–31")
    levels = [line.split()[0] for line in printed if line.startswith("::")]
    assert levels == sorted(levels, key=["::error", "::warning", "::notice"].index)


def test_annotations_beyond_ten_are_counted(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Twelve lists have an error each: ten are shown, two are in the summary."""
    lists = [
        write_list(repository / "lists" / f"{number}.csv", "url", f"../data/{number}.zarr") for number in range(12)
    ]
    main(["check", *map(str, lists), "--format", "github"])
    printed = capsys.readouterr().out.splitlines()

    assert sum(line.startswith("::error") for line in printed) == 10
    assert "2 more problems: see the summary of this run" in printed


def test_the_summary_has_problems_by_rule_and_the_new_datasets(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A reviewer sees what is wrong, and what the catalog will show of the new rows."""
    write_image(repository / "data" / "b.zarr")
    add_rows(repository / "lists" / "ours.csv", "../data/b.zarr,B | <b>bold</b> [x](http://x) @all,CC0-1.0")
    main(["check", "sitegen.toml", "--since", "HEAD", "--format", "summary"])
    printed = capsys.readouterr().out

    assert "### 1 dataset as the catalog will show them" in printed
    assert "| B \\| \\<b\\>bold\\<\\/b\\> \\[x\\]\\(http\\:\\/\\/x\\) \\@all | " in printed
    assert "CC0\\-1\\.0" in printed
    assert "Gone" not in printed


def test_the_summary_of_a_large_pull_request_is_bounded(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """GitHub shows at most 1 MiB; what is left out is counted."""
    rows = [f"../data/{number}.zarr,{'long name ' * 400}," for number in range(300)]
    add_rows(repository / "lists" / "ours.csv", *rows)
    main(["check", "sitegen.toml", "--since", "HEAD", "--format", "summary"])
    printed = capsys.readouterr().out

    assert len(printed.encode()) < 1_048_576
    assert "… and 280 more problems of this rule" in printed
    assert "… and 200 more datasets" in printed
