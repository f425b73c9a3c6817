"""Problems, each at its line, in words, as annotations of a pull request, and as JSON.

Three forms of one thing: whoever reads a terminal wants to see line by line what to
mend; GitHub wants workflow commands, and shows them beside the changed lines; a program
wants objects. Strangers wrote much of the text, so control characters never reach a
terminal, and nothing of it can become a command. Pure functions.
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
from sitegen.formatting import printable
from sitegen.model import ListProblem, Problem, Severity

LEVELS: tuple[Severity, ...] = ("error", "warning", "note")
_COLOURS: dict[Severity, str] = {"error": "31", "warning": "33", "note": "36"}
_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}
_BOLD = "1"
_NARROWEST = 40


def render_text(problems: Iterable[ListProblem], *, colour: bool = False, width: int | None = None) -> Iterator[str]:
    """Yield the lines that a person reads: list by list, line by line, what is wrong and what to do.

    problems: those of one list together, in the order of its lines.
    width: where long lines are broken; None: nowhere.
    """
    paint = _paint if colour else _plain
    for csv, of_list in groupby(problems, key=lambda each: each.place.csv):
        found = list(of_list)
        yield f"{paint(printable(csv), _BOLD)}: {count_levels(found)}"
        yield ""
        for (line, url), at_line in groupby(found, key=lambda each: (each.place.line, each.url)):
            yield printable(f"{csv}:{line}  {url or ''}").rstrip()
            for hint, alike in groupby(at_line, key=lambda each: each.problem.hint):
                for each in alike:
                    yield from _wrap(_sentence(each.problem, paint), width)
                yield from _wrap(f"    hint: {printable(hint)}" if hint else "", width)
            yield ""


def _sentence(problem: Problem, paint: Callable[[str, str], str]) -> str:
    where = f"{printable(problem.where)}: " if problem.where else ""
    level = paint(problem.level, _COLOURS[problem.level])
    return f"  {level} {problem.code}: {where}{printable(problem.message)}"


def render_github(problems: Iterable[ListProblem], *, folder: Path) -> Iterator[str]:
    """Yield a workflow command for each problem, which GitHub shows at the line of the list.

    folder: where the repository is checked out; what lies below it is named relative to it. A list
    elsewhere has no lines in a pull request, so its place goes into the message.
    """
    for each in problems:
        file = _path_below(each.place.csv, folder)
        at = {"file": file, "line": str(each.place.line)} if file else {}
        fields = ",".join(f"{name}={_property(text)}" for name, text in {**at, "title": each.problem.code}.items())
        yield f"::{_COMMANDS[each.problem.level]} {fields}::{_message(_annotation(each, named=bool(file)))}"


def render_json(problems: Iterable[ListProblem]) -> str:
    """Return the problems as a list of objects, in ASCII."""
    return json.dumps([_object(each) for each in problems], indent=1)


def count_levels(problems: Sequence[ListProblem]) -> str:
    """Return how many there are of each level: `2 errors, 1 note`; each problem of a dataset counts once."""
    distinct = {(each.url or str(each.place), each.problem) for each in problems}
    counts = [(sum(problem.level == level for _, problem in distinct), level) for level in LEVELS]
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
    """Return message, place and hint, a line each; with the list's place first where no file is named."""
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
    """Return the path of a list on this machine, relative to the folder where it lies below it; None for another."""
    if urls.is_remote(csv):
        return None
    path = urls.to_path(csv) if urls.has_scheme(csv) else Path(csv)
    whole = os.path.normpath(folder / path)
    relative = os.path.relpath(whole, folder)
    return whole if relative.startswith("..") else relative


def _wrap(text: str, width: int | None) -> Sequence[str]:
    if width is None:
        return [text] if text else []
    return textwrap.wrap(
        text,
        max(width, _NARROWEST),
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _paint(text: str, colour: str) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m"


def _plain(text: str, colour: str) -> str:
    del colour
    return text
