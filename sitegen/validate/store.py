"""A whole store, or as much of it as was read: each document by itself, and all of them together.

A build reads a few documents of a dataset, `sitegen validate` all of them. What was not
read is never reported. `stored_tree.Tree` says how to state what was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from sitegen.model import Problem
from sitegen.ome.detection import settle_version
from sitegen.ome.node import Node
from sitegen.ome.staleness import consolidated_problems
from sitegen.ome.versions import VERSIONS, Version
from sitegen.validate.document import ValidationResult, choose_version, report_unknown_version, validate_document
from sitegen.validate.paths import find_refused_paths
from sitegen.validate.rules import rule_for
from sitegen.validate.series import LAYOUT
from sitegen.validate.store_image import has_arrays, validate_stored_image
from sitegen.validate.store_labels import validate_stored_label, validate_stored_labels
from sitegen.validate.store_plate import validate_stored_plate, validate_stored_well
from sitegen.validate.store_scene import validate_stored_image_parameters, validate_stored_scene
from sitegen.validate.store_series import validate_stored_series
from sitegen.validate.stored_tree import StoredGroup, StoredTree, Tree, is_array, resolve
from sitegen.validate.validation_log import ValidationLog, describe

# Key of the OME metadata → what validates it against the rest of the store.
_VALIDATORS: Mapping[str, tuple[Callable[[StoredGroup], None], ...]] = {
    "plate": (validate_stored_plate,),
    LAYOUT: (validate_stored_series,),
    "well": (validate_stored_well,),
    "multiscales": (validate_stored_image, validate_stored_image_parameters),
    "image-label": (validate_stored_label,),
    "labels": (validate_stored_labels,),
    "scene": (validate_stored_scene,),
}


def validate_store(tree: Tree) -> ValidationResult:
    """Validate a store, as far as it was read.

    `valid` is None where its root is no group, or its version has no rules.
    """
    store = StoredTree(tree)
    root = store.node("")
    if root is None or is_array(root):
        return ValidationResult(valid=None)
    version, stated = _version_of_store(store)
    whole = VERSIONS.get(version or "")
    if whole is None:
        return report_unknown_version(stated)
    problems = [problem for path, node in store.groups() for problem in _validate_group(store, path, node, whole)]
    return ValidationResult(valid=not any(problem.level == "error" for problem in problems), problems=tuple(problems))


def validate_reading(tree: Tree) -> ValidationResult:
    """Validate what was read of a store: whether its documents could be read, then by the rules.

    The one verdict of builds and of `sitegen validate`: an error of either kind makes the store invalid. What reading
    reports and a rule, too, is reported once. Where consolidated metadata differ from documents that were read, a
    warning is added.
    """
    reading = [problem for node in tree.values() if isinstance(node, Node) for problem in node.problems]
    return add_reading(validate_store(tree), [*reading, *consolidated_problems(tree)])


def add_reading(result: ValidationResult, reading: Iterable[Problem]) -> ValidationResult:
    """Return the result of the rules with the problems of reading, of which an error makes the data invalid, too."""
    codes = {problem.code for problem in result.problems} - {"path-unsafe"} | {"version-unknown"}
    further = [problem for problem in reading if problem.code not in codes and problem not in result.problems]
    problems = tuple(dict.fromkeys((*result.problems, *further)))
    errors = any(problem.level == "error" for problem in problems)
    has_rules = result.valid is not None or not any(problem.code == "version-unknown" for problem in problems)
    valid = False if errors and has_rules else result.valid
    return ValidationResult(valid=valid, problems=problems)


def store_version(tree: Tree) -> str | None:
    """Return the version by which a store is validated; None where none is known."""
    return _version_of_store(StoredTree(tree))[0]


def _version_of_store(store: StoredTree) -> tuple[str | None, str | None]:
    """Return a store's version, and the one that it states: at its root, else in the first group that states one.

    Where no version is stated it is what the first image looks like: the roots of series and plates tell too little.
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
    """Return the version by which to validate a group, and the version that it states."""
    version, stated = choose_version(node.attributes, node.zarr_format or 2)
    if stated is not None or not node.datasets:
        return version, stated
    level0 = store.node(resolve(path, node.datasets[0].path))
    return settle_version(version, stated, level0.array if level0 else None), stated


def _validate_group(store: StoredTree, path: str, node: Node, whole: Version) -> tuple[Problem, ...]:
    """Return the problems of one group: of its document, then of what it refers to; `whole` is the store's version."""
    version, stated = _version_of(store, path, node)
    row = whole if stated is None else VERSIONS.get(version or "")
    if row is None:
        return report_unknown_version(stated, path).problems
    group = StoredGroup(store, path, node, ValidationLog(row, standalone=False, path=path))
    document = _validate_metadata(group)
    if not any(problem.code == "version-format" for problem in document):
        _validate_format(group, whole)
    if row is not whole:
        group.log.report("version-mixed", "", f"the dataset's version is {whole.name}; found {describe(stated)}")
    for key, validators in _VALIDATORS.items():
        if key in node.attributes:
            for validate in validators:
                validate(group)
    return (*document, *find_refused_paths(node.attributes, path), *group.log.problems())


def _validate_format(group: StoredGroup, whole: Version) -> None:
    """Validate that a group is stored in the Zarr format of the root: Zarr libraries open no other one below it."""
    root = group.store.node("")
    if root is not None and root.zarr_format != group.node.zarr_format:
        expected = f"this group should be stored in Zarr format {root.zarr_format}, as the dataset's root is"
        group.log.report("version-format", "", f"{expected}; found format {group.node.zarr_format}")


def _validate_metadata(group: StoredGroup) -> tuple[Problem, ...]:
    """Return the problems of a group's own document."""
    node, version = group.node, group.log.version
    known = node.attributes.keys() & (_VALIDATORS.keys() | {"series", "omero"})
    is_labels_group = group.path.rpartition("/")[2] == version.labels_group and "multiscales" not in known
    if group.path and not known and not is_labels_group:
        return ()
    result = validate_document(
        node.raw_attributes,
        version=version.name,
        kind="labels" if is_labels_group else None,
        zarr_format=node.zarr_format,
        whole=node.zarr_format == 3,
        standalone=False,
        path=group.path,
    )
    if has_arrays(group):
        return result.problems
    return tuple(_without_arrays(problem, version) for problem in result.problems)


def _without_arrays(problem: Problem, version: Version) -> Problem:
    """Return a problem at the level that it has where no array was read."""
    rule = rule_for(problem.code, version.name)
    counts_axes = problem.code == "scale-length"  # the one such rule that arrays, and not documents, decide
    return replace(problem, level=rule.alone) if rule is not None and counts_axes else problem
