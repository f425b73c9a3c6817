"""Problems of lists as text for a terminal, as annotations of a pull request, and as JSON.

The text goes list by list and line by line. Annotations are workflow commands of GitHub, which shows them beside the
changed lines. The data is written by strangers: control characters never reach a terminal, and no text can become a
workflow command. Pure functions.
"""

from __future__ import annotations

import json
import os.path
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from sitegen import formatting, urls
from sitegen.catalog.line_ranges import line_ranges, lines_text
from sitegen.formatting import printable
from sitegen.model import ListProblem, Problem, Severity

LEVELS: tuple[Severity, ...] = ("error", "warning", "note")
_COLORS: dict[Severity, str] = {"error": "31", "warning": "33", "note": "36"}
"""ECMA-48, section 8.3.117 (SGR): red, yellow, cyan."""
_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}
_BOLD = "1"
_MIN_WIDTH = 40
ANNOTATIONS = 10
"""Annotations of one level that GitHub shows for a step; it drops the others."""
_RANGES = 10
"""Ranges of lines that an annotation writes out."""


def render_text(problems: Iterable[ListProblem], *, color: bool = False, width: int | None = None) -> Iterator[str]:
    """Yield the lines for a terminal: list by list, line by line, what is wrong and what to do.

    problems: those of one list together, in the order of its lines.
    width: columns at which long lines are broken; None: they are not.
    """
    paint = _paint if color else _plain
    for csv, of_list in groupby(problems, key=lambda each: each.place.csv):
        found = list(of_list)
        yield f"{paint(printable(csv), _BOLD)}: {count_problems(found)}"
        yield ""
        for (line, url), at_line in groupby(found, key=lambda each: (each.place.line, each.url)):
            yield printable(f"{csv}:{line}  {url or ''}").rstrip()
            for hint, same_hint in groupby(at_line, key=lambda each: each.problem.hint):
                for each in same_hint:
                    yield from _wrap(_sentence(each.problem, paint), width)
                yield from _wrap(f"    hint: {printable(hint)}" if hint else "", width)
            yield ""


def _sentence(problem: Problem, paint: Callable[[str, str], str]) -> str:
    where = f"{printable(problem.where)}: " if problem.where else ""
    level = paint(problem.level, _COLORS[problem.level])
    return f"  {level} {problem.code}: {where}{printable(problem.message)}"


def render_github(problems: Iterable[ListProblem], *, folder: Path) -> Iterator[str]:
    """Yield workflow commands, which GitHub shows at the lines of lists: errors first, those of one rule together.

    GitHub shows ten annotations of each level (https://docs.github.com/en/rest/checks/runs and the runner's limits for
    one step). Where there are more problems, those of one rule in one list share an annotation, at the first of their
    lines; what is still too many is counted in a last line.

    folder: where the repository is checked out; lists below it are named relative to it. A list that is
    elsewhere has no lines in a pull request, so its name and line go into the message.
    """
    found, hidden = list(problems), 0
    for level in LEVELS:
        groups = _annotations([each for each in found if each.problem.level == level])
        hidden += sum(map(len, groups[ANNOTATIONS:]))
        yield from (_workflow_command(group, folder) for group in groups[:ANNOTATIONS])
    if hidden:
        yield f"{formatting.plural(hidden, 'more problem')}: see the summary of this run"


def render_error(message: str) -> str:
    """Return a workflow command for what kept a command from its work; it has no line in a list."""
    return f"::error title=sitegen::{_message(message)}"


def _annotations(problems: Sequence[ListProblem]) -> Sequence[Sequence[ListProblem]]:
    """Return the problems of one level, rule by rule: each alone if all can be shown, else with others of its list."""
    by_rule: dict[str, dict[str, list[ListProblem]]] = {}
    for each in problems:
        by_rule.setdefault(each.problem.code, {}).setdefault(each.place.csv, []).append(each)
    groups = [group for by_list in by_rule.values() for group in by_list.values()]
    return groups if len(problems) > ANNOTATIONS else [[each] for group in groups for each in group]


def _workflow_command(group: Sequence[ListProblem], folder: Path) -> str:
    """Return the command for problems of one rule in one list, at the line of the first."""
    first = group[0]
    file = _path_below(first.place.csv, folder)
    at = {"file": file, "line": str(first.place.line)} if file else {}
    fields = ",".join(f"{name}={_property(text)}" for name, text in {**at, "title": first.problem.code}.items())
    text = "\n".join(part for part in (_annotation(first, named=bool(file)), _others(group)) if part)
    return f"::{_COMMANDS[first.problem.level]} {fields}::{_message(text)}"


def _others(group: Sequence[ListProblem]) -> str:
    """Return how many more problems share an annotation, and at which lines."""
    if len(group) == 1:
        return ""
    lines = sorted(each.place.line for each in group[1:])
    places = lines_text(line_ranges(lines, range(lines[0], lines[-1] + 1)), most=_RANGES)
    return f"{formatting.plural(len(group) - 1, 'more problem')} of this rule: {places}"


def render_json(problems: Iterable[ListProblem]) -> str:
    """Return the problems as a list of objects, in ASCII."""
    return json.dumps([_object(each) for each in problems], indent=1)


def count_problems(problems: Iterable[ListProblem]) -> str:
    """Return how many problems of each level there are; one of a dataset that several lines name counts once."""
    distinct = {(each.url or str(each.place), each.problem) for each in problems}
    return count_levels([problem for _, problem in distinct])


def count_levels(problems: Sequence[Problem]) -> str:
    """Return how many problems of each level there are: `2 errors, 1 note`."""
    counts = [(sum(problem.level == level for problem in problems), level) for level in LEVELS]
    return ", ".join(formatting.plural(count, level) for count, level in counts if count) or "no problems"


def _object(each: ListProblem) -> dict[str, Any]:
    problem = each.problem
    return {
        "level": problem.level,
        "code": problem.code,
        "csv": each.place.csv,
        "line": each.place.line,
        "url": each.url,
        "where": problem.where,
        "message": problem.message,
        "hint": problem.hint,
    }


def _annotation(each: ListProblem, *, named: bool) -> str:
    """Return message, place and hint, a line each; if no file is named, the list and line come first."""
    problem = each.problem
    at = " of ".join(part for part in (problem.where, each.url) if part)
    first = problem.message if named else f"{each.place}: {problem.message}"
    return "\n".join(line for line in (first, at, problem.hint) if line)


def _message(text: str) -> str:
    """Return the text of a workflow command, in one line, as the runner unescapes it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Return the value of a workflow command's property: `:` and `,` would end it."""
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def _path_below(csv: str, folder: Path) -> str | None:
    """Return the path of a list on this machine, relative to the folder if it is below it; None for a remote list."""
    if urls.is_remote(csv):
        return None
    path = urls.to_path(csv) if urls.has_scheme(csv) else Path(csv)
    whole = os.path.abspath(path)
    relative = os.path.relpath(whole, folder)
    return whole if relative.startswith("..") else relative


def _wrap(text: str, width: int | None) -> Sequence[str]:
    if width is None:
        return [text] if text else []
    return textwrap.wrap(
        text,
        max(width, _MIN_WIDTH),
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _paint(text: str, color: str) -> str:
    return f"\x1b[{color}m{text}\x1b[0m"


def _plain(text: str, color: str) -> str:
    del color
    return text
