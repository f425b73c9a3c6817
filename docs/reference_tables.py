"""Write the tables of `docs/reference/` from the code: `python docs/reference_tables.py --write`.

A page holds blocks between `<!-- name -->` and `<!-- /name -->`, one for each entry of
BLOCKS. What is inside a block is generated here; everything else on the page is written
by hand. `--check` reports pages that are not current, and changes nothing.

Everything that is imported from sitegen is imported in one place, below.
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

REPOSITORY = Path(__file__).parent.parent
DOCS = REPOSITORY / "docs"
sys.path.insert(0, str(REPOSITORY / "tests"))  # for the order of imports

# -- everything that the tables are made of -------------------------------------------------------------------------
from architecture import ORDER, PACKAGES, imports_of, is_async  # noqa: E402  # the order of imports

import sitegen  # noqa: E402
from sitegen.catalog.findability import CRITERIA  # noqa: E402
from sitegen.cli import make_parser  # noqa: E402
from sitegen.config.keys import keys  # noqa: E402
from sitegen.lists.columns import KNOWN_COLUMNS  # noqa: E402
from sitegen.model import Record  # noqa: E402
from sitegen.model.codes import CODES, Part  # noqa: E402
from sitegen.outputs.index import RECORD_PARTS, Index  # noqa: E402
from sitegen.outputs.schema import field_descriptions  # noqa: E402
from sitegen.outputs.table import OUTPUTS  # noqa: E402
from sitegen.site.field import FieldPlace  # noqa: E402
from sitegen.site.fields import FIELDS, TEXTS  # noqa: E402
from sitegen.site.parameters import PARAMETERS  # noqa: E402
from sitegen.site.rules_page import levels_in_words, versions_in_words  # noqa: E402
from sitegen.site.viewers import VIEWERS  # noqa: E402
from sitegen.validate.rules import RULES, SECTIONS, Rule  # noqa: E402

PACKAGE = Path(sitegen.__file__).parent
PLACES = get_args(FieldPlace)
# -------------------------------------------------------------------------------------------------------------------


def render_page(text: str) -> str:
    """Return a page with each of its blocks as the code has it now."""
    for name in blocks_of(text):
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, _, rest = text.partition(start)
        if end not in rest or name not in BLOCKS:
            raise SystemExit(f"{start.strip()}: expected the name of a table and {end} after it")
        text = f"{before}{start}\n{BLOCKS[name]().strip()}\n\n{end}{rest.partition(end)[2]}"
    return text


def blocks_of(text: str) -> list[str]:
    """Return the names of the blocks of a page."""
    return re.findall(r"^<!-- /(\w+) -->$", text, flags=re.MULTILINE)


def block(name: str, text: str) -> str:
    """Return what is inside a block of a page."""
    return text.partition(f"<!-- {name} -->\n")[2].partition(f"<!-- /{name} -->")[0]


def pages() -> Iterator[Path]:
    """Yield the pages that hold generated blocks."""
    return (path for path in sorted(DOCS.rglob("*.md")) if blocks_of(path.read_text(encoding="utf-8")))


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    lines = [list(head), *(list(row) for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


# -- commands -------------------------------------------------------------------------------------------------------
def commands() -> Mapping[str, argparse.ArgumentParser]:
    """Return the parser of each command."""
    return _subparsers().choices


def _subparsers() -> argparse._SubParsersAction[argparse.ArgumentParser]:
    return next(each for each in make_parser()._actions if isinstance(each, argparse._SubParsersAction))


def _command_help() -> Mapping[str, str]:
    return {each.dest: each.help or "" for each in _subparsers()._choices_actions}


def make_commands() -> str:
    """Return what each command does."""
    rows = ((f"[`{_usage(name)}`](#{name})", text) for name, text in _command_help().items())
    return table(("command", "what it does"), rows)


def make_options() -> str:
    """Return the arguments and options of each command, one section for each."""
    return "\n".join(f"## {name}\n\n`{_usage(name)}`\n\n{_options(name)}" for name in commands())


def _options(name: str) -> str:
    actions = (each for each in commands()[name]._actions if "--help" not in each.option_strings)
    return table(("argument or option", "meaning"), ((_code(_spelling(each)), each.help or "") for each in actions))


def _usage(name: str) -> str:
    positional = (action for action in commands()[name]._actions if not action.option_strings)
    return " ".join(("sitegen", name, *(_spelling(action) for action in positional)))


def _spelling(action: argparse.Action) -> str:
    shown = str(action.metavar or ("|".join(action.choices) if action.choices else action.dest.upper()))
    if not action.option_strings:
        return {"?": f"[{shown}]", "+": f"{shown}…"}.get(str(action.nargs), shown)
    takes = "" if action.nargs == 0 else f" {shown}"
    return ", ".join(action.option_strings) + takes


# -- configuration, columns, fields, viewers ------------------------------------------------------------------------
def make_configuration() -> str:
    """Return every key of the configuration, in one section for each table of the file."""
    sections = groupby(keys(), lambda key: key.name.rpartition(".")[0])
    return "\n".join(f"## {_SECTION_TITLES.get(name, f'`[{name}]`')}\n\n{_keys(each)}" for name, each in sections)


_SECTION_TITLES = {"": "Top level", "source": "`[[source]]`", "study": "`[[study]]`", "viewer": "`[[viewer]]`"}


def _keys(some: Iterable[object]) -> str:
    rows = (
        (_code(key.name), key.expected, "required" if key.required else _code(key.default), key.meaning)
        for key in some  # type: ignore[attr-defined]
    )
    return table(("key", "expected", "default", "meaning"), rows)


def make_columns() -> str:
    """Return the columns of a list that have a meaning."""
    return table(("column", "meaning"), ((_code(name), meaning) for name, meaning in KNOWN_COLUMNS.items()))


def make_fields() -> str:
    """Return what the site says about a dataset, and where."""
    rows = (
        (field.label, _code(field.key), *("●" if place in field.places else "" for place in PLACES)) for field in FIELDS
    )
    searched = ", ".join(_code(each.key) for each in TEXTS)
    said = f"The search also looks into the stem of the address (its last part without `.ome.zarr`), and {searched}."
    return table(("field", "key", *PLACES), rows) + f"\n{said}\n"


def make_viewers() -> str:
    """Return the built-in viewers."""
    rows = ((each.name, each.says, versions_in_words(each.versions), ", ".join(sorted(each.kinds))) for each in VIEWERS)
    return table(("viewer", "good for", "OME-Zarr", "opens"), rows)


# -- index ----------------------------------------------------------------------------------------------------------
def make_index() -> str:
    """Return the keys of `index.json`."""
    return table(("key", "value"), ((_code(name), text) for name, text in field_descriptions(Index).items()))


def make_record() -> str:
    """Return the keys of a record."""
    return table(("key", "value"), ((_code(name), text) for name, text in _described(Record, "", {})))


def _described(kind: type, prefix: str, seen: dict[type, str]) -> Iterator[tuple[str, str]]:
    """Yield the fields of a dataclass and of those in it, `levels[].path`, each dataclass once."""
    texts, hints = field_descriptions(kind), get_type_hints(kind)
    for field in fields(kind):
        if part := RECORD_PARTS.get(field.name):
            yield from _described(part, prefix, seen)
            continue
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


# -- problems -------------------------------------------------------------------------------------------------------
def make_problems() -> str:
    """Return every problem code, in one section for each part of the program that reports it."""
    return "\n".join(f"## {title}\n\n{table(head, rows)}" for title, head, rows in problem_tables())


def problem_tables() -> Iterator[tuple[str, Sequence[str], Iterable[Sequence[str]]]]:
    """Yield title, head and rows of each table of codes."""
    head = ("code", "level", "what it means", "what to do")
    yield "Lists", head, _code_rows("lists")
    yield "Hosts: why something could not be read", ("code", "status", *head[2:]), _code_rows("hosts")
    yield "Documents that could not be read", head, _code_rows("documents")
    yield "Datasets and their pictures", head, _code_rows("datasets")
    for title, rows in _rule_tables():
        yield f"OME-Zarr rules: {title}", ("code", "level", "OME-Zarr", "the rule"), rows


def _code_rows(part: Part) -> Iterator[Sequence[str]]:
    rows = (code for code in CODES.values() if code.part == part)
    return ((_code(row.code), _code(row.status) if row.status else row.level, row.meaning, row.hint) for row in rows)


def known_codes() -> frozenset[str]:
    """Return every code that the table explains."""
    return frozenset(CODES)


def _rule_tables() -> Iterator[tuple[str, list[Sequence[str]]]]:
    """Yield the rules by section of the specification; a code is there once for each meaning that it has."""
    for section, title in SECTIONS.items():
        rules = sorted((rule for rule in RULES if rule.section == section), key=_first_of(RULES))
        if rules:
            same = groupby(rules, lambda rule: (rule.code, rule.meaning))
            yield title, [_rule_row(code, meaning, list(each)) for (code, meaning), each in same]


def _rule_row(code: str, meaning: str, rules: Sequence[Rule]) -> Sequence[str]:
    versions = versions_in_words(each for rule in rules for each in rule.versions)
    return _code(code), levels_in_words(rules), versions, meaning


def _first_of(rules: Sequence[Rule]) -> Callable[[Rule], int]:
    """Return the position of the first rule with the same code and meaning."""
    first: dict[tuple[str, str], int] = {}
    for number, rule in enumerate(rules):
        first.setdefault((rule.code, rule.meaning), number)
    return lambda rule: first[rule.code, rule.meaning]


# -- outputs --------------------------------------------------------------------------------------------------------
def make_outputs() -> str:
    """Return what a site holds besides its pages."""
    return table(("path", "what"), ((_code(each.path), each.description) for each in OUTPUTS))


# -- criteria -------------------------------------------------------------------------------------------------------
def make_criteria() -> str:
    """Return the criteria of findability."""
    rows = ((each.label, str(each.weight), each.principle, each.asks) for each in CRITERIA)
    return table(("criterion", "weight", "FAIR", "a dataset meets it if"), rows)


# -- parameters of links --------------------------------------------------------------------------------------------
def make_parameters() -> str:
    """Return the parameters in the address of the home page."""
    return table(("parameter", "value"), ((_code(each.name), each.value) for each in PARAMETERS))


# -- modules --------------------------------------------------------------------------------------------------------
def make_modules() -> str:
    """Return the packages and modules in the order in which they may import, each with its purpose."""
    return table(("module", "what it is for"), ((_code(name), _purpose(name)) for name in _modules()))


def make_packages() -> str:
    """Return each package in the order of imports, with its purpose and what it imports of the others."""
    rows = ((_package(name), _purpose(name), _imports(name)) for name in ORDER)
    return table(("package", "what it is for", "imports"), rows)


def _package(name: str) -> str:
    shown = f"{name}/" if (PACKAGE / name).is_dir() else name
    return _code(shown) + (" ●" if is_async(PACKAGE, name) else "")


def _imports(name: str) -> str:
    others = imports_of(PACKAGE, name).keys() - {name}
    return ", ".join(each for each in ORDER if each in others) or "–"


def _modules() -> Iterator[str]:
    for package, modules in PACKAGES.items():
        found = modules or (package, *sorted(_inside(PACKAGE / package)))
        yield from found


def _inside(folder: Path) -> Iterator[str]:
    """Yield the modules of a package as dotted names."""
    for path in folder.rglob("*.py"):
        if path.stem != "__init__":
            yield ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def _purpose(module: str) -> str:
    """Return the first sentence of a module's docstring."""
    path = PACKAGE.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return " ".join(text.partition("\n\n")[0].split())


BLOCKS: Mapping[str, Callable[[], str]] = {
    "commands": make_commands,
    "options": make_options,
    "configuration": make_configuration,
    "columns": make_columns,
    "fields": make_fields,
    "viewers": make_viewers,
    "index": make_index,
    "record": make_record,
    "problems": make_problems,
    "outputs": make_outputs,
    "findability": make_criteria,
    "parameters": make_parameters,
    "packages": make_packages,
    "modules": make_modules,
}
"""Name of a block → what renders it."""


def main(arguments: Sequence[str]) -> int:
    """Write the tables, or report those that are not current."""
    if list(arguments) not in (["--write"], ["--check"]):
        print("usage: python docs/reference_tables.py --write | --check", file=sys.stderr)
        return 2
    texts = {path: path.read_text(encoding="utf-8") for path in pages()}
    changed = {path: made for path, text in texts.items() if (made := render_page(text)) != text}
    for path, made in changed.items():
        if arguments[0] == "--write":
            path.write_text(made, encoding="utf-8")
        else:
            shown = path.relative_to(REPOSITORY)
            print(f"{shown}: its tables are not those of the code; run `make docs` and read what changed")
    return int(arguments[0] == "--check" and bool(changed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
