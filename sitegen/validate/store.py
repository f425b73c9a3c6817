"""A whole store, or as much of it as was read: each document by itself, and all of them together.

The crawl knows a few documents of a dataset, `sitegen validate` all; what was not looked
at is never held against a dataset. See `stored.Tree` for how to say what was found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sitegen.model import Problem
from sitegen.ome.node import Node
from sitegen.ome.versions import VERSIONS, settle_version
from sitegen.validate.document import ValidationResult, choose_version, note_unknown, validate_document
from sitegen.validate.json_value import Log, quote
from sitegen.validate.rules import rule_for
from sitegen.validate.series import LAYOUT
from sitegen.validate.store_image import check_image, has_arrays
from sitegen.validate.store_labels import check_label, check_labels
from sitegen.validate.store_plate import check_plate, check_well
from sitegen.validate.store_scene import check_image_parameters, check_scene
from sitegen.validate.store_series import check_series
from sitegen.validate.stored_tree import StoredGroup, StoredTree, Tree, is_array, resolve

# Key of the OME metadata → what the store can say about it.
_CHECKS: Mapping[str, tuple[Callable[[StoredGroup], None], ...]] = {
    "plate": (check_plate,),
    LAYOUT: (check_series,),
    "well": (check_well,),
    "multiscales": (check_image, check_image_parameters),
    "image-label": (check_label,),
    "labels": (check_labels,),
    "scene": (check_scene,),
}


def validate_store(tree: Tree) -> ValidationResult:
    """Return what the rules say of a store, as far as it was looked at.

    `valid` is None where its root is no group, or its version has no rules.
    """
    store = StoredTree(tree)
    root = store.node("")
    if root is None or is_array(root):
        return ValidationResult(valid=None)
    version, written = _whole_version(store)
    if version not in VERSIONS:
        return note_unknown(written)
    problems = [problem for path, node in store.groups() for problem in _judge_group(store, path, node, version)]
    return ValidationResult(valid=not any(problem.level == "error" for problem in problems), problems=tuple(problems))


def store_version(tree: Tree) -> str | None:
    """Return the version that a store is judged by; None where none is known."""
    return _whole_version(StoredTree(tree))[0]


def _whole_version(store: StoredTree) -> tuple[str | None, str | None]:
    """Return a store's version, and what is written of it: at its root, else in the first group that states one.

    Where nothing is written it is what the first image looks like: the roots of series and plates tell too little.
    """
    root = store.node("")
    if root is None:
        return None, None
    found = (_version_of(store, path, node) for path, node in store.groups() if node.kind != "group")
    stated = next((pair for pair in found if pair[1] is not None), None)
    if stated is not None:
        return stated
    first = next(((path, node) for path, node in store.groups() if "multiscales" in node.attributes), ("", root))
    return _version_of(store, *first)


def _version_of(store: StoredTree, path: str, node: Node) -> tuple[str | None, str | None]:
    """Return the version to judge a group by, and what is written."""
    version, written = choose_version(node.attributes, node.zarr_format or 2)
    if written is not None or not node.datasets:
        return version, written
    level0 = store.node(resolve(path, node.datasets[0].path))
    return settle_version(version, written, level0.array if level0 else None), written


def _judge_group(store: StoredTree, path: str, node: Node, whole: str) -> tuple[Problem, ...]:
    """Return the problems of one group: of its document, then of what it refers to; `whole` is the store's version."""
    version, written = _version_of(store, path, node)
    if written is None:
        version = whole
    if version not in VERSIONS:
        return note_unknown(written, path).problems
    log = Log(version, alone=False, under=path)
    group = StoredGroup(store, path, node, log)
    document = _judge_metadata(group, version)
    if version != whole:
        log.report("version-mixed", "", f"the dataset's version is {whole}; found {quote(written)}")
    for key, checks in _CHECKS.items():
        if key in node.attributes:
            for check in checks:
                check(group)
    return (*document, *log.close())


def _judge_metadata(group: StoredGroup, version: str) -> tuple[Problem, ...]:
    """Return the problems of a group's own document."""
    node, last = group.node, group.path.rpartition("/")[2]
    known = node.attributes.keys() & (_CHECKS.keys() | {"series", "omero"})
    kind = "labels" if last == "labels" and "multiscales" not in known else None
    if group.path and not known and kind is None:
        return ()
    judgement = validate_document(
        node.raw_attributes,
        version=version,
        kind=kind,
        zarr_format=node.zarr_format,
        whole=node.zarr_format == 3,
        alone=False,
        under=group.path,
    )
    if has_arrays(group):
        return judgement.problems
    return tuple(_as_alone(problem, version) for problem in judgement.problems)


def _as_alone(problem: Problem, version: str) -> Problem:
    """Return a problem at the level that it has where no array was looked at."""
    rule = rule_for(problem.code, version)
    counts_axes = problem.code == "scale-length"  # the one such rule that arrays, and not documents, decide
    return replace(problem, level=rule.alone) if rule is not None and counts_axes else problem
