"""Gathers what is wrong with the documents of one node while it is read, not too much of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sitegen.model import Problem
from sitegen.model.codes import make_problem

_MOST = 50  # a document that is wrong throughout does not need a thousand problems


@dataclass(slots=True)
class ProblemLog:
    """Collects problems while one node is read; not more than 50."""

    where: str = ""
    """Path of the node below the dataset."""
    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, at: str, message: str, *, hint: str = "") -> None:
        """Add a problem at a place inside the node."""
        if len(self.problems) < _MOST:
            place = f"{self.where}/{at}" if self.where and at else self.where or at
            self.problems.append(make_problem(code, place, message, hint=hint))
