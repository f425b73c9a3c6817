"""The problems of one document or store, as the rules of its version have them.

Whoever validates reports a code, a place and what is wrong. The log takes level and hint
from the rule of the version, and drops what no rule in force asks for, so that the
functions that validate need not know which rules a version has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from sitegen.model import Problem
from sitegen.model.codes import make_problem
from sitegen.ome.versions import Version
from sitegen.validate.rules import RULES

_MAX_PER_CODE = 20
"""Problems of one code that are kept; a plate may repeat its mistake in 1,536 wells."""


class ValidationLog:
    """Collects the problems of one document, or of one group of a store."""

    __slots__ = ("_counts", "_path", "_problems", "_standalone", "draft", "rules", "version")

    def __init__(self, version: Version, *, standalone: bool = True, path: str = "", stated: object = None) -> None:
        """Begin an empty log.

        Parameters
        ----------
        version : the version whose rules are in force
        standalone : the document is validated without its store; some rules are then only warnings
        path : path of the group below the dataset, put before each place
        stated : the version that the metadata state, which may be a draft of `version`
        """
        self.version = version
        self.rules = RULES.in_force(version.name)
        self.draft = version.find_draft(stated)
        """The draft that the metadata were written by, if any."""
        self._standalone = standalone
        self._path = path
        self._problems: list[Problem] = []
        self._counts: Counter[str] = Counter()

    def report(self, code: str, pointer: str, message: str) -> None:
        """Add a problem, if its rule is in force."""
        if self._is_wanted(code):
            self._add(code, pointer, message)

    def report_invalid(self, code: str, pointer: str, expected: str, found: object) -> None:
        """Add a problem that says what was expected and what was found, if its rule is in force."""
        if self._is_wanted(code):
            self._add(code, pointer, f"{expected}; found {describe(found)}")

    def _is_wanted(self, code: str) -> bool:
        """Count a problem; return whether to keep it: its rule is in force, and few of its code came before."""
        if code not in self.rules:
            return False
        self._counts[code] += 1
        return self._counts[code] <= _MAX_PER_CODE

    def _add(self, code: str, pointer: str, message: str) -> None:
        rule = self.rules[code]
        level = rule.alone if self._standalone else rule.level
        where = join(self._path, pointer)
        self._problems.append(make_problem(code, where, message, level=level, hint=rule.hint))

    def has_reported(self, *codes: str) -> bool:
        """Return whether a problem with one of these codes was reported."""
        return any(self._counts[code] for code in codes)

    def problems(self) -> tuple[Problem, ...]:
        """Return the problems; the last one kept of a code says how many more there are."""
        seen: Counter[str] = Counter()
        found = []
        for problem in self._problems:
            seen[problem.code] += 1
            more = self._counts[problem.code] - _MAX_PER_CODE
            if more > 0 and seen[problem.code] == _MAX_PER_CODE:
                problem = replace(problem, message=f"{problem.message} (and {more} more like this)")
            found.append(problem)
        return tuple(found)


def join(*parts: str) -> str:
    """Return the parts of a pointer or path as one; empty parts are left out."""
    return "/".join(part for part in parts if part)


def describe(value: object) -> str:
    """Return a JSON value in few words, safe to print: strings and numbers as in JSON, lists and objects by size."""
    if isinstance(value, Mapping):
        return "an empty object" if not value else f"an object with {_first_keys(value)}"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}" if value else "an empty list"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, str):
        text = value if len(value) <= 60 else f"{value[:57]}…"
        return '"' + text.encode("utf-8", "backslashreplace").decode() + '"'
    if isinstance(value, int) and value.bit_length() > 128:
        return "a very long number"
    return repr(value)


def _first_keys(value: Mapping[str, object]) -> str:
    keys = [describe(key) for key in list(value)[:3]]
    return ", ".join(keys) + (", …" if len(value) > 3 else "")
