"""Write `sitegen/validate/examples.json` from the cases of the tests: `python tools/rule_examples.py`.

Each case is the smallest edit of a valid document that breaks a rule. The rules page shows the part of the document
that is wrong, and the message. `tests/test_rules_page.py` fails where the file is not current.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parent.parent
sys.path.insert(0, str(REPOSITORY / "tests"))

from validation.cases import CASES, Case  # noqa: E402  # found by the line above
from validation.documents import KINDS, found, ome_of, valid  # noqa: E402

from sitegen.validate import validate_document  # noqa: E402
from sitegen.validate.rules import rule_for  # noqa: E402

TARGET = REPOSITORY / "sitegen" / "validate" / "examples.json"
MOST_CHARACTERS = 600
WIDTH = 76
"""Of a line of the example; longer values are written over several lines."""


def make_examples() -> dict[str, dict[str, str]]:
    """Return code → version, place, part of the document that is wrong, and message; the newest version counts."""
    examples: dict[str, dict[str, str]] = {}
    for case in CASES:
        for version in reversed(case.only_in or KINDS[case.kind]):
            is_run = rule_for(case.code, version) and version not in case.not_in and version in KINDS[case.kind]
            if is_run and case.code not in examples and (example := _example(case, version)):
                examples[case.code] = example
    return dict(sorted(examples.items()))


def _example(case: Case, version: str) -> dict[str, str] | None:
    document = valid(case.kind, version)
    ome = ome_of(document)
    for edit in case.edits:
        edit(ome)
    whole = ome if case.code == "ome-missing" else document
    problems = validate_document(whole, version=version, kind=case.kind, whole=True).problems
    problem = next(each for each in problems if each.code == case.code)
    part, label = _wrong_part(ome_of(whole), problem.where)
    text = label + _write(part, depth=0)
    for most in range(6, 0, -1):
        if len(text) <= MOST_CHARACTERS:
            break
        text = label + _write(_cut(part, most), depth=0)
    return {"version": version, "where": problem.where, "json": text, "message": problem.message}


def _wrong_part(ome: dict[str, Any], where: str) -> tuple[Any, str]:
    """Return what is at a place, and what is written before it: of a plain value its key, or its whole list."""
    part = found(ome, where)
    above, _, key = where.rpartition("/")
    if isinstance(part, list | dict) or not where:
        return part, ""
    return (found(ome, above), "") if key.isdecimal() else (part, f"{json.dumps(key)}: ")


def _cut(value: Any, most: int) -> Any:
    """Return a value of which lists and objects have at most so many parts, and are cut below a depth."""
    if most <= 0:
        return "…"
    if isinstance(value, list):
        return [*(_cut(each, most - 1) for each in value[:most]), *(["…"] if len(value) > most else [])]
    if isinstance(value, dict):
        shown = {key: _cut(each, most - 1) for key, each in list(value.items())[:most]}
        return {**shown, **({"…": "…"} if len(value) > most else {})}
    return value[:80] + "…" if isinstance(value, str) and len(value) > 80 else value


def _write(value: Any, *, depth: int) -> str:
    """Return JSON in which what fits into a line is on one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + 2 * depth <= WIDTH or not isinstance(value, list | dict) or not value:
        return line
    inside, end = "  " * (depth + 1), "  " * depth
    if isinstance(value, list):
        parts = [_write(each, depth=depth + 1) for each in value]
        return "[\n" + ",\n".join(inside + part for part in parts) + f"\n{end}]"
    parts = [f"{json.dumps(key, ensure_ascii=False)}: {_write(each, depth=depth + 1)}" for key, each in value.items()]
    return "{\n" + ",\n".join(inside + part for part in parts) + f"\n{end}}}"


def render() -> str:
    """Return the text of the file."""
    return json.dumps(make_examples(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
