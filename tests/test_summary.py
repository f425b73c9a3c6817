"""What a build says at its end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from catalogs import make_catalog, make_image

from sitegen.commands.summary import BuildSummary
from sitegen.model import Catalog, ListProblem, Place, Problem


def summary_of(catalog: Catalog) -> BuildSummary:
    """Return the summary of a build of this catalog."""
    return BuildSummary(
        out=Path("site"), rows=1, catalog=catalog, hosts=(), files=3, bytes=1_000, cache_bytes=2_000, seconds=1.5
    )


def lost(code: str, line: int, url: str | None) -> ListProblem:
    """Return what a line says of a list that could not be read."""
    return ListProblem(
        place=Place(csv="root.csv", line=line), problem=Problem(code=code, level="error", message="it is gone"), url=url
    )


@pytest.mark.parametrize(
    ("problems", "count", "words"),
    [
        ((), 0, "0 have an error (report.json says which)"),
        ((lost("url-empty", 3, None),), 0, "0 have an error (report.json says which)"),
        (
            (lost("list-unreadable", 2, "https://h/a.csv"), lost("list-unreadable", 9, "https://h/a.csv")),
            1,
            "0 have an error; 1 list could not be read in full (report.json says which)",
        ),
        (
            (lost("list-unreadable", 2, "https://h/a.csv"), lost("rows-too-many", 9, None)),
            2,
            "0 have an error; 2 lists could not be read in full (report.json says which)",
        ),
    ],
)
def test_lists_that_could_not_be_read_are_counted(problems: tuple[ListProblem, ...], count: int, words: str) -> None:
    """For machines always, for people where there are any; a list that two lines name is one."""
    summary = summary_of(replace(make_catalog(make_image()), list_problems=problems))

    assert summary.as_json()["lists_lost"] == count
    assert words in summary.as_text().splitlines()[0]
