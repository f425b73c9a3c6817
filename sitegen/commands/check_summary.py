"""The summary of a check, in Markdown, as GitHub shows it on the page of a pull request's run.

First what is wrong, rule by rule, then what the datasets will look like in the catalog. Names and messages come from
strangers: no text of theirs can become markup, a link, or the mention of a person. A summary has at most 1 MiB
(https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands), so rows and lines have limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sitegen import formatting, urls
from sitegen.commands.annotations import LEVELS
from sitegen.commands.check import CheckResult
from sitegen.model import ListProblem, Record, Severity
from sitegen.model.codes import CODES

_DATASETS = 100
"""Rows of the table of datasets."""
_PLACES = 20
"""Lines that are named for one rule."""
_CHARACTERS = 300
"""Of one text of a list or dataset."""
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_HEADINGS: dict[Severity, str] = {"error": "Errors", "warning": "Warnings", "note": "Notes"}
_COLUMNS = ("Dataset", "State", "Kind", "Dimensions", "Pixels", "Size", "Organism", "Method", "License", "Institution")


def render_summary(result: CheckResult) -> Iterator[str]:
    """Yield the lines of the summary."""
    yield f"## {result.as_text().partition(';')[0]}"
    for level in LEVELS:
        yield from _problems(level, [each for each in result.problems if each.problem.level == level])
    yield from _datasets(result.catalog.records)


def _problems(level: Severity, problems: Sequence[ListProblem]) -> Iterator[str]:
    if not problems:
        return
    yield from ("", f"### {_HEADINGS[level]}")
    by_code: dict[str, list[ListProblem]] = {}
    for each in problems:
        by_code.setdefault(each.problem.code, []).append(each)
    for code, found in sorted(by_code.items(), key=lambda item: -len(item[1])):
        yield from ("", f"**{_text(code)}** ({formatting.count(len(found))}): {_text(CODES[code].meaning)}", "")
        yield from (f"- {_place(each)}: {_sentence(each)}" for each in found[:_PLACES])
        if len(found) > _PLACES:
            yield f"- … and {formatting.plural(len(found) - _PLACES, 'more problem')} of this rule"


def _place(each: ListProblem) -> str:
    return _text(str(each.place))


def _sentence(each: ListProblem) -> str:
    """Return what is wrong, where in the dataset, and what to do."""
    problem = each.problem
    where = f"{problem.where}: " if problem.where else ""
    return " ".join(part for part in (_text(f"{where}{problem.message}."), _text(problem.hint)) if part)


def _datasets(records: Sequence[Record]) -> Iterator[str]:
    if not records:
        return
    yield from ("", f"### {formatting.plural(len(records), 'dataset')} as the catalog will show them", "")
    yield f"| {' | '.join(_COLUMNS)} |"
    yield f"|{' --- |' * len(_COLUMNS)}"
    yield from (f"| {' | '.join(_cells(record))} |" for record in records[:_DATASETS])
    if len(records) > _DATASETS:
        yield from ("", f"… and {formatting.plural(len(records) - _DATASETS, 'more dataset')}")


def _cells(record: Record) -> Iterator[str]:
    """Yield a cell for each of the columns; empty for what is not known."""
    found = record.found
    yield _link(record.title, record.url)
    yield _text(formatting.STATUSES[found.status].text + (", invalid" if found.valid is False else ""))
    yield _text(formatting.KINDS[found.kind] if found.kind else "")
    yield _text(formatting.dimension_words(found.axes, found.shape))
    yield _text(formatting.pixels(found.axes, found.shape))
    yield _text(formatting.size(record.found.bytes))
    yield _text(record.organism.label or record.organism.id if record.organism else "")
    yield _text(record.modality.label or record.modality.id if record.modality else "")
    yield _text(record.license.id or record.license.url or "" if record.license else "")
    yield _text(record.source or "")


def _link(text: str, url: str) -> str:
    """Return a link to what is on the web, else the text."""
    return f"[{_text(text)}](<{url.replace('<', '%3C').replace('>', '%3E')}>)" if urls.is_remote(url) else _text(text)


def _text(text: str) -> str:
    """Return text that Markdown shows as it is, in one line: CommonMark takes no escaped punctuation as markup."""
    return _PUNCTUATION.sub(r"\\\g<0>", formatting.printable(formatting.shorten(text, _CHARACTERS)))
