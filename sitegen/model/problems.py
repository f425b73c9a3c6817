"""Problems: what someone should know or repair, and where a list names it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["image", "plate", "series", "well", "labels", "scene", "array", "group"]
Status = Literal["ok", "stale", "missing", "forbidden", "unreachable", "unreadable", "refused"]
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of a list."""

    csv: str
    """The list, by the address or path it was read from."""
    line: int
    """The line in it, the first being 1."""

    def __str__(self) -> str:
        return f"{self.csv}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that someone should know, or mend."""

    code: str
    """Stable name of the rule that was broken, such as `scale-count`."""
    level: Severity
    """`error`, `warning` or `note`."""
    where: str = ""
    """Where in the dataset's metadata: a path such as `multiscales/0/datasets/1`, or a file below the dataset."""
    message: str = ""
    """What was expected and what was found."""
    hint: str = ""
    """What to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListProblem:
    """A problem of a list, or of a line in it."""

    place: Place
    problem: Problem
    url: str | None = None
    """The dataset or list that the line names, if it names one."""
