"""The summary that a build prints at its end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from catalogs import make_catalog, make_image

from sitegen.commands.summary import BuildSummary
from sitegen.model import Catalog, ListProblem, Place, Problem

REPORT = Path("site") / "report" / "index.html"


def summary_of(catalog: Catalog) -> BuildSummary:
    """Return the summary of a build of this catalog."""
    return BuildSummary(
        out=Path("site"),
        rows=1,
        catalog=catalog,
        hosts=(),
        files=3,
        files_written=3,
        files_kept=0,
        bytes=1_000,
        cache_bytes=2_000,
        seconds=1.5,
    )


def unread_list(code: str, line: int, url: str | None) -> ListProblem:
    """Return the problem of a line that names a list which could not be read."""
    problem = Problem(code=code, level="error", message="it was deleted")
    return ListProblem(place=Place(csv="root.csv", line=line), problem=problem, url=url)


@pytest.mark.parametrize(
    ("problems", "count", "words"),
    [
        ((), 0, f"0 with errors (see {REPORT})"),
        ((unread_list("url-empty", 3, None),), 0, f"0 with errors (see {REPORT})"),
        (
            (
                unread_list("list-unreadable", 2, "https://h/a.csv"),
                unread_list("list-unreadable", 9, "https://h/a.csv"),
            ),
            1,
            f"0 with errors; 1 list could not be read in full (see {REPORT})",
        ),
        (
            (unread_list("list-unreadable", 2, "https://h/a.csv"), unread_list("rows-too-many", 9, None)),
            2,
            f"0 with errors; 2 lists could not be read in full (see {REPORT})",
        ),
    ],
)
def test_lists_that_could_not_be_read_are_counted(problems: tuple[ListProblem, ...], count: int, words: str) -> None:
    """The JSON always has the count, the text only if it is not 0; a list that two lines name counts once."""
    summary = summary_of(replace(make_catalog(make_image()), list_problems=problems))

    assert summary.as_json()["lists_lost"] == count
    assert words in summary.as_text().splitlines()[0]


@pytest.mark.parametrize(
    ("with_page", "left_out", "words"),
    [
        (1, 0, "1 dataset could not be shown, as the page of each says. "),
        (0, 1, "1 dataset had to be left out of the site. "),
        (
            1,
            2,
            "1 dataset could not be shown, as the page of each says; 2 datasets had to be left out of the site. ",
        ),
    ],
)
def test_a_page_is_named_only_where_there_is_one(with_page: int, left_out: int, words: str) -> None:
    """Of datasets on which sitegen failed, some have a page, and of others not even the address can be shown."""
    record = make_image()
    urls = [record.url] * with_page + [f"https://h/{number}.zarr" for number in range(left_out)]
    failed = tuple(unread_list("internal-error", 2, url) for url in urls)
    lines = replace(summary_of(make_catalog(record, list_problems=())), failed=failed).as_text().splitlines()[3:]

    assert lines[0].startswith(words)
    assert len(lines) == 1 + with_page + left_out
