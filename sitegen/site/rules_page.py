"""Every code that a problem can have, as the page `rules/index.html` explains it.

Made from the tables of the program alone, each in its own part: lists, hosts, documents,
datasets, and the rules of OME-Zarr by the sections of the specification. A code stands
once, and is the name of its place on the page, so that others can link to it. What a
code means in different versions stands together. Pure functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from sitegen import formatting
from sitegen.inspection.problems import VISIT_PROBLEMS
from sitegen.lists.problems import LIST_PROBLEMS
from sitegen.model import Severity
from sitegen.model.codes import FETCH_PROBLEMS
from sitegen.ome.problems import PROBLEMS
from sitegen.ome.versions import VERSIONS
from sitegen.validate.rules import RULES, SECTIONS, Clause, Rule

RULES_PATH = "rules/index.html"
_SOURCES: Mapping[str, str] = {
    "S": "the official schema",
    "T": "the text of the specification",
    "ST": "the official schema and the text",
    "X": "the official strict schema alone",
    "D": "derived: no clause says it, but readers need it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sense:
    """One meaning of a code."""

    meaning: str
    hint: str
    levels: str
    """In words: the level, with versions where it differs; what a dataset is then called, for a host's fault."""
    versions: str = ""
    source: str = ""
    """Who says so, in words."""
    clauses: tuple[tuple[Clause, str], ...] = ()
    """Sections of the specification, each with the newest version in which it says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A code, and what it means."""

    code: str
    level: Severity
    """The gravest that it can have."""
    senses: tuple[Sense, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """Codes that belong together."""

    anchor: str
    title: str
    says: str
    codes: tuple[Explained, ...]


def make_rules_page() -> tuple[Chapter, ...]:
    """Return every code of every table, lists first, OME-Zarr by section last."""
    ours = (
        ("lists", "Lists", "What can be wrong with a list, at one of its lines.", _list_codes()),
        ("hosts", "Hosts", "Why something could not be read, and what the dataset is called then.", _host_codes()),
        ("documents", "Documents that could not be read", "What is missing from the picture.", _reader_codes()),
        ("datasets", "Datasets and their pictures", "What a visit of the dataset showed.", _visit_codes()),
    )
    chapters = (_chapter(anchor, title, says, codes) for anchor, title, says, codes in ours)
    return (*chapters, *_specification())


def versions_in_words(found: Iterable[str]) -> str:
    """Return versions in words: `0.1–0.4, 0.6`."""
    named, order = set(found), list(VERSIONS)
    runs = [list(run) for is_named, run in groupby(order, lambda version: version in named) if is_named]
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def levels_in_words(rules: Iterable[Rule]) -> str:
    """Return the levels of a rule in words; with versions where they differ."""
    return _by_version(rules, _level)


def _level(rule: Rule) -> str:
    return rule.level if rule.level == rule.alone else f"{rule.level}; {rule.alone} in a lone document"


def _by_version(rules: Iterable[Rule], say: Callable[[Rule], str]) -> str:
    """Return what is said of rules; with versions where that differs."""
    versions: dict[str, list[str]] = {}
    for rule in rules:
        versions.setdefault(say(rule), []).extend(rule.versions)
    if len(versions) == 1:
        return next(iter(versions))
    return "; ".join(f"{said} ({versions_in_words(found)})" for said, found in versions.items())


def _chapter(anchor: str, title: str, says: str, codes: Iterable[Explained]) -> Chapter:
    return Chapter(anchor=f"section-{anchor}", title=title, says=says, codes=tuple(codes))


def _list_codes() -> Iterator[Explained]:
    for code, rule in LIST_PROBLEMS.items():
        yield _plain(code, rule.level, rule.level, rule.meaning, rule.hint)


def _host_codes() -> Iterator[Explained]:
    for code, (status, hint) in FETCH_PROBLEMS.items():
        yield _plain(code, "error", f"dataset {formatting.STATUSES[status].text}", "", hint)


def _reader_codes() -> Iterator[Explained]:
    """Yield the codes of the reader, but for those that are rules, too, and explained there."""
    rules = {rule.code for rule in RULES}
    for code, (level, hint) in PROBLEMS.items():
        if code not in rules:
            yield _plain(code, level, level, "", hint)


def _visit_codes() -> Iterator[Explained]:
    for code, (level, meaning) in VISIT_PROBLEMS.items():
        yield _plain(code, level, level, meaning, "")


def _plain(code: str, level: Severity, levels: str, meaning: str, hint: str) -> Explained:
    return Explained(code=code, level=level, senses=(Sense(meaning=meaning, hint=hint, levels=levels),))


def _specification() -> Iterator[Chapter]:
    """Yield the rules of OME-Zarr; a code stands in the section in which its first rule does."""
    codes: dict[str, list[Rule]] = {}
    for rule in RULES:
        codes.setdefault(rule.code, []).append(rule)
    for section, title in SECTIONS.items():
        found = [_explained(code, rules) for code, rules in codes.items() if rules[0].section == section]
        if found:
            yield _chapter(section, title, "Rules of OME-Zarr.", found)


def _explained(code: str, rules: Iterable[Rule]) -> Explained:
    senses: dict[str, list[Rule]] = {}
    for rule in rules:
        senses.setdefault(rule.meaning, []).append(rule)
    order: tuple[Severity, ...] = ("error", "warning", "note")
    level = min((rule.level for rule in rules), key=order.index)
    return Explained(code=code, level=level, senses=tuple(_sense(alike) for alike in senses.values()))


def _sense(rules: list[Rule]) -> Sense:
    """Return what the rules of one code and meaning say together."""
    newest = {rule.section: rule.versions[-1] for rule in sorted(rules, key=lambda rule: rule.versions[-1])}
    clauses = {rule.section: (rule.clause(newest[rule.section]), newest[rule.section]) for rule in rules}
    return Sense(
        meaning=rules[0].meaning,
        hint=rules[-1].hint,
        levels=levels_in_words(rules),
        versions=versions_in_words(version for rule in rules for version in rule.versions),
        source=_by_version(rules, lambda rule: _SOURCES[rule.source]),
        clauses=tuple(clauses.values()),
    )
