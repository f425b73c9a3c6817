"""Requests for one picture that a host did not answer, so that the picture goes without them."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter

from sitegen.errors import FetchError
from sitegen.model import Problem
from sitegen.model.codes import make_problem


@dataclass(slots=True)
class Unanswered:
    """Gathers missing answers. A wrong answer, or a file that is not there, is none: asking again would not help."""

    _errors: dict[str, FetchError] = field(default_factory=dict)

    def add(self, error: FetchError, where: str) -> None:
        """Record an error about the document or chunk at `where` below the dataset, if it is a missing answer."""
        if error.status == "unreachable":
            self._errors.setdefault(where, error)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All as one problem, that of the first path, with the number of the others; empty without any."""
        if not self._errors:
            return ()
        where, error = min(self._errors.items(), key=itemgetter(0))
        more = f" (and {len(self._errors) - 1} more)" if len(self._errors) > 1 else ""
        return (make_problem(error.code, where, f"{error}{more}", level="warning", hint=error.hint),)
