"""Problems of datasets and lists, and their places in lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["image", "plate", "series", "well", "labels", "scene", "array", "group"]
Status = Literal["ok", "stale", "missing", "forbidden", "unreachable", "unreadable", "refused"]
Validated = Literal["full", "sampled"]
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of a list."""

    csv: str
    """Address or path of the list."""
    line: int
    """Line in the list; the first is 1."""

    def __str__(self) -> str:
        return f"{self.csv}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that somebody should know or correct."""

    code: str
    """Stable code of the kind of problem, such as `scale-count`."""
    level: Severity
    """`error`, `warning` or `note`."""
    where: str = ""
    """Where in the dataset's metadata: a path such as `multiscales/0/datasets/1`, or a file below the dataset."""
    message: str = ""
    """What was expected, and what was found."""
    hint: str = ""
    """What to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListProblem:
    """A problem of a list, or of a line in it."""

    place: Place
    problem: Problem
    url: str | None = None
    """The dataset or list that the line names, if it names one."""
