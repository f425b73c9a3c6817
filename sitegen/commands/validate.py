"""`sitegen validate`: one verdict on one store or one document, and nothing else.

A document (`.json`, `.zattrs`) is judged by itself. Of a store everything is read that
its metadata lead to: arrays, labels, every well and field of view, series, scenes. The
bytes come from a function that is handed in, so that addresses, folders and tests are
the same here. What cannot be reached is told, and not held against the store.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sitegen import formatting
from sitegen.errors import FetchError
from sitegen.model import Kind, Problem, Severity
from sitegen.model.codes import make_problem
from sitegen.ome import Node, read_node
from sitegen.ome.documents import read_json
from sitegen.ome.problems import ProblemLog
from sitegen.validate import (
    OME_XML,
    Rule,
    Tree,
    ValidationResult,
    rule_for,
    store_version,
    validate_document,
    validate_store,
)
from sitegen.validate.document import choose_version
from sitegen.validate.traversal import next_paths

Get = Callable[[str], Awaitable[bytes | None]]
"""Key below the target ("" is the target itself) → its bytes; None if it is not there. May raise FetchError."""

_MOST_NODES = 100_000
"""Nodes that are read of one store; a 1,536-well plate with nine fields of view in three levels has 60,000."""
_AT_ONCE = 16
_NAMES = {3: ("zarr.json",), 2: (".zattrs", ".zgroup", ".zarray")}


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetReport:
    """What is said of one target."""

    target: str
    kind: Kind | None = None
    version: str | None = None
    valid: bool | None = None
    """False if there is an error; None where there are no rules for it."""
    problems: tuple[Problem, ...] = ()
    was_read: bool = True

    def rule(self, problem: Problem) -> Rule | None:
        """Return the rule of OME-Zarr behind a problem, if there is one."""
        return rule_for(problem.code, self.version) if self.version else None


def is_document(target: str) -> bool:
    """Return whether a target is one document of metadata, and not a store."""
    name = target.rpartition("/")[2].partition("?")[0]
    return name.endswith(".json") or name in (".zattrs", ".zgroup", ".zarray", ".zmetadata")


async def validate_target(target: str, get: Get) -> TargetReport:
    """Return the verdict on a store or document.

    Parameters
    ----------
    target : how the user names it; its last part tells documents from stores
    get : gives the bytes of a key below the target, "" being the target itself

    Raises
    ------
    FetchError : the target itself could not be reached
    """
    if not is_document(target):
        return await _validate_store(target, get)
    body = await get("")
    if body is None:
        return _not_there(target)
    return validate_metadata_document(target, body)


# -- documents ------------------------------------------------------------------------


def validate_metadata_document(target: str, body: bytes) -> TargetReport:
    """Return the verdict on one document: attributes, or a whole `zarr.json` or `.zattrs`."""
    notes = ProblemLog()
    value, is_json = read_json(body, notes, "")
    if not is_json:
        return TargetReport(target=target, valid=False, problems=tuple(notes.problems))
    attributes, zarr_format = _attributes_of(value, target)
    shape = 3 if zarr_format == 3 or (isinstance(attributes, dict) and "ome" in attributes) else 2
    node = _as_node(value, attributes, shape)
    if node.kind == "array":
        return TargetReport(target=target, kind="array", problems=tuple(notes.problems))
    version, _ = choose_version(node.attributes, shape)
    judgement = validate_document(attributes, version=version, zarr_format=zarr_format, whole=True)
    return _verdict(target, node.kind, version, judgement, notes.problems)


def _attributes_of(value: object, target: str) -> tuple[object, int | None]:
    """Return the attributes that a document holds, and the Zarr format where the document tells."""
    if isinstance(value, dict) and value.get("zarr_format") == 3 and "node_type" in value:
        return value.get("attributes", {}), 3
    return value, 2 if target.endswith(".zattrs") else None


def _as_node(value: object, attributes: object, zarr_format: int) -> Node:
    """Return the group, or array, that the document could stand in."""
    document = value if isinstance(value, dict) else {}
    if "node_type" in document or "dtype" in document:
        return read_node({"zarr.json" if "node_type" in document else ".zarray": document})
    inner = attributes if isinstance(attributes, dict) else {}
    if zarr_format == 3:
        return read_node({"zarr.json": {"zarr_format": 3, "node_type": "group", "attributes": inner}})
    return read_node({".zgroup": {"zarr_format": 2}, ".zattrs": inner})


# -- stores ---------------------------------------------------------------------------


async def _validate_store(target: str, get: Get) -> TargetReport:
    tree, unreached = await read_store(get)
    root = tree.get("")
    if not isinstance(root, Node) or root.zarr_format is None:
        return _not_there(target, root.problems if isinstance(root, Node) else ())
    judgement = validate_store(tree)
    _, written = choose_version(root.attributes, root.zarr_format)
    read = [problem for node in tree.values() if isinstance(node, Node) for problem in node.problems]
    shown = store_version(tree) if written or root.kind not in ("array", "group") else None
    return _verdict(target, root.kind, shown, judgement, [*read, *unreached])


async def read_store(get: Get) -> tuple[Tree, list[Problem]]:
    """Return every node that the metadata of a store lead to, and a problem for each that could not be reached."""
    nodes: dict[str, Node | None] = {"": await _read_node(get, "", (3, 2))}
    order = (2, 3) if (root := nodes[""]) is not None and root.zarr_format == 2 else (3, 2)
    unreached: dict[str, Problem] = {}
    at_once = asyncio.Semaphore(_AT_ONCE)

    async def look(path: str) -> None:
        async with at_once:
            try:
                nodes[path] = await _read_node(get, path, order)
            except FetchError as error:
                unreached[path] = _not_judged(path, error)

    while waiting := [path for path in next_paths(nodes) if path not in unreached]:
        if len(nodes) + len(waiting) > _MOST_NODES:
            unreached[""] = _too_large(len(nodes))
            break
        async with asyncio.TaskGroup() as group:
            for path in waiting:
                group.create_task(look(path))
    tree: dict[str, Node | bytes | None] = dict(sorted(nodes.items()))
    if isinstance(tree.get("OME"), Node):
        try:
            tree[OME_XML] = await get(OME_XML)
        except FetchError as error:
            unreached[OME_XML] = _not_judged(OME_XML, error)
    return tree, list(unreached.values())


def _not_judged(path: str, error: FetchError) -> Problem:
    message = f"not judged: {error}"
    return make_problem(error.code, path, message, level="warning", hint=error.hint)


def _too_large(count: int) -> Problem:
    message = f"only the first {count:,} of its groups and arrays were judged"
    return make_problem("store-too-large", message=message)


async def _read_node(get: Get, path: str, order: Iterable[int]) -> Node | None:
    """Return the node at a path; documents of one Zarr format are asked for where the other has none."""
    files: dict[str, bytes] = {}
    for zarr_format in order:
        names = _NAMES[zarr_format]
        bodies = await asyncio.gather(*(get(f"{path}/{name}" if path else name) for name in names))
        files |= {name: body for name, body in zip(names, bodies, strict=True) if body is not None}
        if files and path:  # at the root both are looked for: two formats side by side are worth a note
            break
    return read_node(files, where=path) if files else None


def _not_there(target: str, problems: Iterable[Problem] = ()) -> TargetReport:
    found = tuple(problems) or (make_problem("not-zarr", "", "there is no Zarr group, array or document"),)
    return TargetReport(target=target, valid=False, problems=found)


def unread_report(target: str, error: FetchError) -> TargetReport:
    """Return the verdict on a target that could not be read: it is not valid, for this reason."""
    problem = make_problem(error.code, message=str(error), hint=error.hint)
    return TargetReport(target=target, valid=False, problems=(problem,), was_read=False)


def _verdict(
    target: str, kind: Kind | None, version: str | None, judgement: ValidationResult, read: Iterable[Problem]
) -> TargetReport:
    """Return the judgement together with what could not be read; what both tell is told once."""
    judged = {problem.code for problem in judgement.problems} | {"version-unknown"}
    problems = (*judgement.problems, *(problem for problem in read if problem.code not in judged))
    valid = judgement.valid
    if valid is not None:
        valid = not any(problem.level == "error" for problem in problems)
    return TargetReport(target=target, kind=kind, version=version, valid=valid, problems=problems)


# -- words ----------------------------------------------------------------------------

LEVELS: tuple[Severity, ...] = ("error", "warning", "note")
_PLACES_TOLD = 5
_WORDS: Mapping[bool | None, str] = {True: "valid", False: "invalid", None: "not validated"}


def render_json(verdicts: Iterable[TargetReport]) -> str:
    """Return the verdicts as JSON: a list, in the order of the targets (CONTRACT, 1)."""
    return json.dumps([_as_json(verdict) for verdict in verdicts], indent=1)


def _as_json(verdict: TargetReport) -> dict[str, object]:
    return {
        "target": verdict.target,
        "kind": verdict.kind,
        "version": verdict.version,
        "valid": verdict.valid,
        "problems": [_problem_as_json(problem, verdict) for problem in verdict.problems],
    }


def _problem_as_json(problem: Problem, verdict: TargetReport) -> dict[str, object]:
    rule = verdict.rule(problem)
    return {
        "code": problem.code,
        "level": problem.level,
        "where": problem.where,
        "message": problem.message,
        "hint": problem.hint,
        "clause": rule.clause(verdict.version or "").address if rule else None,
        "source": rule.source if rule else None,
    }


def render_text(verdicts: Iterable[TargetReport]) -> Iterator[str]:
    """Yield the lines that a person reads: for each target its verdict, then what is wrong, errors first.

    What one rule says of many places is told once; the first few places stand above it.
    """
    for verdict in verdicts:
        yield _headline(verdict)
        for level in LEVELS:
            found = sorted((each for each in verdict.problems if each.level == level), key=lambda each: each.code)
            for _, alike in groupby(found, key=lambda each: each.code):
                yield from _rule_lines(list(alike), verdict)


def _headline(verdict: TargetReport) -> str:
    counts = [(sum(each.level == level for each in verdict.problems), level) for level in LEVELS]
    counted = ", ".join(formatting.plural(count, level) for count, level in counts if count)
    version = f", OME-Zarr {verdict.version}" if verdict.version else ""
    kind = f"{_WORDS[verdict.valid]} ({verdict.kind or 'no OME-Zarr'}{version})"
    return formatting.printable(f"{verdict.target}: {kind if verdict.was_read else 'could not be read'}") + (
        f": {counted}" if counted and verdict.was_read else ""
    )


def _rule_lines(alike: Sequence[Problem], verdict: TargetReport) -> Iterator[str]:
    """Yield the places where one rule is broken, then what to do, and where the rule stands."""
    first = alike[0]
    for each in alike[:_PLACES_TOLD]:
        place = f" at {each.where}" if each.where else ""
        yield formatting.printable(f"  {each.level} {each.code}{place}: {each.message}")
    if len(alike) > _PLACES_TOLD:
        yield f"    and {len(alike) - _PLACES_TOLD:,} more like these; --format json has them all"
    if first.hint:
        yield formatting.printable(f"    hint: {first.hint}")
    if rule := verdict.rule(first):
        clause = rule.clause(verdict.version or "")
        yield f"    rule: {rule.meaning}"
        yield f"          {clause.title}, {clause.address}"
