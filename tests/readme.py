"""The README's tables, made from the code: `python tests/readme.py --write` writes them.

Between `<!-- commands -->` and `<!-- /commands -->`, and so on for each name in BLOCKS,
stands what is made here; everything else in the README is written by hand. Nothing that
a table says is typed twice, so `test_readme` can ask that they are complete.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from itertools import groupby
from pathlib import Path
from typing import get_args, get_origin, get_type_hints

from architecture import PACKAGES, purpose

import sitegen
from sitegen.cli import make_parser
from sitegen.config.settings import keys
from sitegen.inspection.problems import VISIT_PROBLEMS
from sitegen.lists.columns import KNOWN_COLUMNS
from sitegen.lists.problems import LIST_PROBLEMS
from sitegen.model import Record
from sitegen.model.codes import FETCH_PROBLEMS
from sitegen.ome.problems import PROBLEMS
from sitegen.outputs.index import Index, field_descriptions
from sitegen.site.fields import FIELDS, TEXTS
from sitegen.site.rules_page import levels_in_words, versions_in_words
from sitegen.site.viewers import VIEWERS
from sitegen.validate.rules import RULES, SECTIONS, Rule

REPOSITORY = Path(__file__).parent.parent
README = REPOSITORY / "README.md"
PACKAGE = Path(sitegen.__file__).parent


def written(text: str) -> str:
    """Return the README with every block as the code has it now."""
    for name, make in BLOCKS.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, middle, rest = text.partition(start)
        if not middle or end not in rest:
            raise SystemExit(f"README.md: expected a block {start.strip()} … {end}")
        text = f"{before}{start}{make().strip()}\n{end}{rest.partition(end)[2]}"
    return text


def block(name: str, text: str) -> str:
    """Return what stands in one block of the README."""
    return text.partition(f"<!-- {name} -->\n")[2].partition(f"<!-- /{name} -->")[0]


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    lines = [list(head), *(list(row) for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines) + "\n"


def folded(title: str, content: str) -> str:
    """Return content that opens at a click."""
    return f"<details>\n<summary>{title}</summary>\n\n{content}\n</details>\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def commands() -> Mapping[str, argparse.ArgumentParser]:
    """Return the parser of each command."""
    actions = (each for each in make_parser()._actions if isinstance(each, argparse._SubParsersAction))
    return next(actions).choices


def _command_help() -> Mapping[str, str]:
    actions = (each for each in make_parser()._actions if isinstance(each, argparse._SubParsersAction))
    return {each.dest: each.help or "" for each in next(actions)._choices_actions}


def make_commands() -> str:
    """Return what each command does, then its arguments and options."""
    helps = _command_help()
    summary = table(("command", "what it does"), ((f"`{_usage(name)}`", text) for name, text in helps.items()))
    options = ((name, action) for name, parser in commands().items() for action in parser._actions)
    rows = (
        (f"`{name}`", f"`{_spelling(action)}`", _help(action))
        for name, action in options
        if "--help" not in action.option_strings
    )
    return summary + "\n" + folded("All arguments and options", table(("command", "option", "meaning"), rows))


def _usage(name: str) -> str:
    positional = [action for action in commands()[name]._actions if not action.option_strings]
    return " ".join(("sitegen", name, *(_spelling(action) for action in positional)))


def _spelling(action: argparse.Action) -> str:
    shown = str(action.metavar or ("|".join(action.choices) if action.choices else action.dest.upper()))
    if not action.option_strings:
        return {"?": f"[{shown}]", "+": f"{shown}…"}.get(str(action.nargs), shown)
    takes = "" if action.nargs == 0 else f" {shown}"
    return ", ".join(action.option_strings) + takes


def _help(action: argparse.Action) -> str:
    return action.help or ""


def make_configuration() -> str:
    """Return every key of the configuration."""
    rows = (
        (f"`{key.name}`", key.expected, "required" if key.required else _code(key.default), key.meaning)
        for key in keys()
    )
    return folded("Every key", table(("key", "expected", "default", "meaning"), rows))


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def make_columns() -> str:
    """Return the columns of a list that have a meaning."""
    return table(("column", "meaning"), ((f"`{name}`", meaning) for name, meaning in KNOWN_COLUMNS.items()))


def make_fields() -> str:
    """Return what the site says about a dataset, and where."""
    places = ("page", "facet", "range", "sort", "table", "search", "export")
    rows = (
        (field.label, f"`{field.key}`", *("●" if place in field.places else "" for place in places)) for field in FIELDS
    )
    searched = ", ".join(each.key for each in TEXTS)
    said = f"The search also looks into the stem of the address, and into: {searched}.\n"
    return folded("Every field, and where it is", table(("field", "key", *places), rows) + "\n" + said)


def make_viewers() -> str:
    """Return the built-in viewers."""
    rows = ((each.name, each.says, versions_in_words(each.versions), ", ".join(sorted(each.kinds))) for each in VIEWERS)
    return table(("viewer", "good for", "OME-Zarr", "opens"), rows)


def make_record() -> str:
    """Return the keys of `index.json` and of a record."""
    top = ((f"`{name}`", text) for name, text in field_descriptions(Index).items())
    record = ((f"`{name}`", text) for name, text in _described(Record, "", {}))
    return folded("Keys of `index.json`", table(("key", "value"), top)) + folded(
        "Keys of a record", table(("key", "value"), record)
    )


def _described(kind: type, prefix: str, seen: dict[type, str]) -> Iterator[tuple[str, str]]:
    """Yield the fields of a dataclass and of those in it, `levels[].path`, each dataclass once."""
    texts, hints = field_descriptions(kind), get_type_hints(kind)
    for field in fields(kind):
        parts = list(_types(hints[field.name]))
        inner = next((each for each in parts if isinstance(each, type) and is_dataclass(each)), None)
        name = f"{prefix}{field.name}" + ("[]" if any(get_origin(each) is tuple for each in parts) and inner else "")
        as_before = f" Keys as those of `{seen[inner]}`." if inner in seen else ""
        yield name, texts.get(field.name, "") + as_before
        if inner and inner not in seen:
            seen[inner] = name
            yield from _described(inner, f"{name}.", seen)


def _types(hint: object) -> Iterator[object]:
    yield hint
    for part in get_args(hint):
        yield from _types(part)


def make_problems() -> str:
    """Return every problem's code, in one table for each part of the program that finds it."""
    tables = (
        ("Lists", ("code", "level", "what it means"), _list_rows()),
        ("Hosts: why something could not be read", ("code", "status", "what to do"), _host_rows()),
        ("Documents that could not be read", ("code", "level", "what to do"), _reader_rows()),
        ("Datasets and their pictures", ("code", "level", "what it means"), _visit_rows()),
        ("OME-Zarr: the rules", ("code", "level", "OME-Zarr", "what holds where it is kept"), _rule_rows()),
    )
    return "".join(folded(title, table(head, rows)) for title, head, rows in tables)


def _list_rows() -> Iterator[tuple[str, ...]]:
    return ((f"`{code}`", rule.level, rule.meaning) for code, rule in LIST_PROBLEMS.items())


def _host_rows() -> Iterator[tuple[str, ...]]:
    return ((f"`{code}`", f"`{status}`", hint) for code, (status, hint) in FETCH_PROBLEMS.items())


def _reader_rows() -> Iterator[tuple[str, ...]]:
    return ((f"`{code}`", level, hint) for code, (level, hint) in PROBLEMS.items())


def _visit_rows() -> Iterator[tuple[str, ...]]:
    return ((f"`{code}`", level, meaning) for code, (level, meaning) in VISIT_PROBLEMS.items())


def _rule_rows() -> Iterator[tuple[str, ...]]:
    """Yield the rules by section of the specification; a code stands once for each meaning that it has there."""
    for section, title in SECTIONS.items():
        rows = sorted((rule for rule in RULES if rule.section == section), key=_first_of(RULES))
        if rows:
            yield (f"**{title}**", "", "", "")
        for (code, meaning), same in groupby(rows, lambda rule: (rule.code, rule.meaning)):
            rules = list(same)
            yield (
                f"`{code}`",
                levels_in_words(rules),
                versions_in_words(each for rule in rules for each in rule.versions),
                meaning,
            )


def _first_of(rules: Sequence[Rule]) -> Callable[[Rule], int]:
    """Return where the first rule with the same code and meaning stands."""
    first: dict[tuple[str, str], int] = {}
    for number, rule in enumerate(rules):
        first.setdefault((rule.code, rule.meaning), number)
    return lambda rule: first[rule.code, rule.meaning]


def make_house() -> str:
    """Return the packages and modules, in order."""
    rows = []
    for package, rooms in PACKAGES.items():
        if package:
            rows.append((f"`{package}`", purpose(PACKAGE, package)))
        rows += [
            (f"`{package}.{room}`".replace("`.", "`"), purpose(PACKAGE, f"{package}.{room}".strip(".")))
            for room in rooms
        ]
    return folded("The modules, in the order in which they may import", table(("module", "what it is for"), rows))


def known_codes() -> frozenset[str]:
    """Return every code that one of the tables explains."""
    return frozenset((*LIST_PROBLEMS, *FETCH_PROBLEMS, *PROBLEMS, *VISIT_PROBLEMS, *(rule.code for rule in RULES)))


KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
_NOT_CODES = frozenset({"encode", "decode", "get", "read_text"})
"""Calls whose first words look like codes, such as `utf-8`."""


def said_codes(path: Path) -> Iterator[str]:
    """Yield the codes that stand as literals in a module: after `code=`, or first in a call: `fetch_error("gone")`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and [getattr(each, "id", "") for each in node.targets] == ["code"]:
            yield from _kebabs(node.value)
        if isinstance(node, ast.Call):
            if getattr(node.func, "attr", getattr(node.func, "id", "")) not in _NOT_CODES:
                yield from (code for argument in node.args for code in _kebabs(argument))
            yield from (code for keyword in node.keywords if keyword.arg == "code" for code in _kebabs(keyword.value))


def said_levels(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the codes with their levels where a module makes a problem of both."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            said = {each.arg: each.value.value for each in node.keywords if isinstance(each.value, ast.Constant)}
            if {"code", "level"} <= said.keys():
                yield str(said["code"]), str(said["level"])


def _kebabs(node: ast.expr) -> Iterator[str]:
    values = (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,)
    texts = (value.value for value in values if isinstance(value, ast.Constant))
    return (text for text in texts if isinstance(text, str) and KEBAB.fullmatch(text))


BLOCKS: Mapping[str, Callable[[], str]] = {
    "commands": make_commands,
    "configuration": make_configuration,
    "columns": make_columns,
    "fields": make_fields,
    "viewers": make_viewers,
    "record": make_record,
    "problems": make_problems,
    "house": make_house,
}
"""Name of a block → what makes it."""


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python tests/readme.py --write")
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
