"""Findings while an inspection gathers them: what was learned before a failure is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sitegen.model import Findings, Problem


@dataclass(slots=True)
class FindingsDraft:
    """The findings of one inspection so far; change a fact with `draft.found = replace(draft.found, …)`."""

    found: Findings = field(default_factory=lambda: Findings(status="ok"))

    def report(self, *problems: Problem) -> None:
        """Add problems, each once."""
        new = tuple(problem for problem in dict.fromkeys(problems) if problem not in self.found.problems)
        if new:
            self.found = replace(self.found, problems=(*self.found.problems, *new))

    def withdraw(self, *problems: Problem) -> None:
        """Remove problems, because they are reported in another form."""
        gone = frozenset(problems)
        self.found = replace(self.found, problems=tuple(each for each in self.found.problems if each not in gone))
