"""Coordinate systems, and the transformations between them in an image.

Each dataset is mapped to one system, the intrinsic one. Further transformations lead from
it to the multiscale's other systems, or to label images below the image.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sitegen.validate.axes import AxisList, validate_axes
from sitegen.validate.json_value import JsonValue, validate_distinct
from sitegen.validate.transforms import read_type, validate_transform, validate_vector
from sitegen.validate.validation_log import describe

_DATASET_TYPES = ("scale", "identity", "sequence")
_LABEL_TYPES = ("identity", "scale", "translation")
Systems = Mapping[str, AxisList | None]


@dataclass(frozen=True, slots=True)
class End:
    """The `input` or `output` of a transformation."""

    name: str | None = None
    path: str | None = None


def read_systems(parent: JsonValue, *, missing: str = "", empty: str = "", equal: str = "") -> Systems:
    """Validate the coordinate systems of a multiscale or scene; return name → axes."""
    entries = parent.get_objects("coordinateSystems", invalid="coordinate-systems-type", missing=missing, empty=empty)
    systems: dict[str, AxisList | None] = {}
    for entry in entries:
        name = entry.get_string("name", invalid="coordinate-system-name-type", missing="coordinate-system-name-missing")
        if name == "":
            entry.report("coordinate-system-name-empty", "`name` is empty", "name")
        axes = validate_axes(entry)
        if name is not None:
            systems[name] = axes
    validate_distinct(entries, key="name", equal=equal, shared="coordinate-system-unique")
    return systems


def validate_systems(entry: JsonValue, datasets: list[JsonValue]) -> tuple[AxisList | None, list[list[float] | None]]:
    """Validate a multiscale's systems and transformations; return the intrinsic axes, and the scale of each dataset."""
    systems = read_systems(entry, missing="coordinate-systems-missing", empty="coordinate-systems-empty")
    levels = [_validate_dataset(dataset, systems) for dataset in datasets]
    intrinsic = _find_intrinsic(entry, [output for output, _ in levels], systems)
    further = entry.get_objects("coordinateTransformations", invalid="transforms-type", empty="transforms-empty")
    ends = [_validate_further(transform, systems, intrinsic) for transform in further]
    if intrinsic is not None:
        links = [(a.name, b.name) for a, b in ends if a and b and a.path is None and b.path is None]
        validate_linked(entry, systems, links)
    validate_names([*_transforms_of(datasets), *further])
    return systems.get(intrinsic or ""), [scale for _, scale in levels]


def _transforms_of(datasets: Iterable[JsonValue]) -> Iterable[JsonValue]:
    for dataset in datasets:
        found = dataset.value.get("coordinateTransformations")
        for index, value in enumerate(found if isinstance(found, list) else ()):
            if isinstance(value, dict):
                yield JsonValue(dataset.log, value, dataset.pointer_to(f"coordinateTransformations/{index}"))


def validate_names(transforms: Iterable[JsonValue]) -> None:
    """Report each transformation that has the name of an earlier one."""
    named = [transform for transform in transforms if isinstance(transform.value.get("name"), str)]
    validate_distinct(named, key="name", equal="", shared="transform-name-unique")


def _validate_dataset(dataset: JsonValue, systems: Systems) -> tuple[str | None, list[float] | None]:
    """Validate the transformation of a dataset; return the system that it leads to, and its scale."""
    key = "coordinateTransformations"
    transforms = dataset.get_objects(key, invalid="transforms-type", missing="transforms-missing")
    found = dataset.value.get(key)
    if isinstance(found, list) and len(found) != 1:
        dataset.report("transforms-count", f"there should be one transformation; found {len(found)}", key)
    levels = [_validate_level(transform, dataset, systems) for transform in transforms]
    return levels[0] if len(levels) == 1 else (None, None)


def _validate_level(
    transform: JsonValue, dataset: JsonValue, systems: Systems
) -> tuple[str | None, list[float] | None]:
    start = read_end(transform, "input", systems, needs="path", code="transform-input-path")
    end = read_end(transform, "output", systems, needs="name", code="transform-output-name")
    path = dataset.value.get("path")
    if start and start.path is not None and isinstance(path, str) and start.path != path and not transform.log.draft:
        message = f"the path of `input` should be that of the dataset, {describe(path)}; found {describe(start.path)}"
        transform.report("dataset-input-path", message, "input")
    if (start and start.name is not None) or (end and end.path is not None):
        transform.report("dataset-end-extra", "`input` should have a path only, `output` a name only")
    axes = systems.get(end.name or "") if end else None
    kind = read_type(transform, _DATASET_TYPES)
    scale = _validate_level_type(transform, kind, len(axes) if axes else None) if kind else None
    return end.name if end else None, scale


def _validate_level_type(transform: JsonValue, kind: str, rank: int | None) -> list[float] | None:
    """Return the scale of a dataset: an identity, a scale, or a scale and a translation."""
    if kind == "identity":
        return [1.0] * rank if rank else None
    if kind == "scale":
        return validate_vector(transform, "scale", rank)
    members = transform.get_objects("transformations", invalid="sequence-type", missing="sequence-missing")
    found = transform.value.get("transformations")
    if isinstance(found, list) and len(found) != 2:
        transform.report(
            "sequence-count",
            f"`transformations` should be a scale and a translation; found {describe(found)}",
            "transformations",
        )
    steps = [_validate_step(member, rank) for member in members]
    kinds = [kind for kind, _ in steps]
    if len(kinds) == 2 and all(kinds) and kinds != ["scale", "translation"]:
        transform.report("sequence-order", f"the order should be scale, translation; found {kinds[0]}, {kinds[1]}")
    return next((vector for kind, vector in steps if kind == "scale"), None)


def _validate_step(member: JsonValue, rank: int | None) -> tuple[str | None, list[float] | None]:
    """Validate a member of a dataset's sequence; return its type and numbers, if it is a scale or translation."""
    if not member.require("type", missing="transform-type-missing"):
        return None, None
    kind = member.value["type"]
    if not isinstance(kind, str) or kind not in ("scale", "translation"):
        member.report("sequence-count", f"`type` should be scale or translation; found {describe(kind)}", "type")
        return None, None
    return kind, validate_vector(member, kind, rank)


def read_end(transform: JsonValue, key: str, systems: Systems, *, needs: str, code: str) -> End | None:
    """Validate and return one end of a transformation; `code` is reported where it has not what it `needs`."""
    if not transform.require(key, missing=f"transform-{key}-missing"):
        return None
    value = transform.value[key]
    draft = transform.log.draft
    if isinstance(value, str) and draft is not None and draft.plain_ends:
        is_name = needs == "name" and (key == "output" or value in systems)
        return End(name=value) if is_name else End(path=value)
    end = transform.get_object(key, invalid=f"transform-{key}-type")
    if end is None:
        return None
    missing = {needs: code}
    name = end.get_string("name", invalid=f"transform-{key}-type", missing=missing.get("name", ""))
    if "path" in end.value and end.value["path"] is None:
        end.report(missing.get("path", "transform-end-null"), "`path` is null", "path")
        return End(name=name)
    path = end.get_string("path", invalid=f"transform-{key}-type", missing=missing.get("path", ""))
    return None if path is None and "path" in end.value else End(name=name, path=path)


def read_ends(transform: JsonValue, systems: Systems) -> tuple[End | None, End | None]:
    """Return both ends of a transformation between named systems."""
    start = read_end(transform, "input", systems, needs="name", code="transform-end-name")
    return start, read_end(transform, "output", systems, needs="name", code="transform-end-name")


def _validate_further(transform: JsonValue, systems: Systems, intrinsic: str | None) -> tuple[End | None, End | None]:
    """Validate one of a multiscale's own transformations; return its ends."""
    start, end = read_ends(transform, systems)
    validate_transform(transform, rank_of(start, systems), rank_of(end, systems))
    if start is None or end is None:
        return start, end
    inner = End(name=intrinsic)
    if intrinsic is not None and inner not in (start, end):
        transform.report(
            "multiscale-transform-intrinsic",
            f"`input` or `output` should be the intrinsic system, {describe(intrinsic)}",
        )
    for other in (start, end):
        _validate_other_end(transform, other, systems)
    return start, end


def _validate_other_end(transform: JsonValue, other: End, systems: Systems) -> None:
    if other.path is not None:
        if not other.path.startswith("labels/"):
            message = f"a path should lead to a label image below `labels/`; found {describe(other.path)}"
            transform.report("multiscale-transform-end", message)
        elif not _suits_label(transform.value):
            expected = "identity, scale, translation, or a sequence of scale and translation, towards a label image"
            transform.report_invalid("label-transform-type", "type", expected, transform.value.get("type"))
    elif other.name is not None and other.name not in systems:
        transform.report(
            "multiscale-transform-end",
            f"the multiscale should have the coordinate system {describe(other.name)}; it has not",
        )


def _suits_label(transform: Mapping[str, object]) -> bool:
    steps = transform.get("transformations")
    if transform.get("type") == "sequence" and isinstance(steps, list):
        return all(isinstance(step, dict) and step.get("type") in ("scale", "translation") for step in steps)
    return transform.get("type") in _LABEL_TYPES


def rank_of(end: End | None, systems: Systems) -> int | None:
    """Return the number of axes at an end, where this document states it."""
    axes = systems.get(end.name or "") if end and end.path is None else None
    return len(axes) if axes else None


def _find_intrinsic(entry: JsonValue, outputs: list[str | None], systems: Systems) -> str | None:
    """Return the system that all datasets are mapped to."""
    named = [output for output in outputs if output is not None]
    if len(set(named)) > 1:
        found = ", ".join(map(describe, dict.fromkeys(named)))
        entry.report(
            "intrinsic-mixed", f"the datasets should be mapped to one coordinate system; found {found}", "datasets"
        )
    elif named and systems and named[0] not in systems:
        message = f"the datasets are mapped to {describe(named[0])}, which is not in `coordinateSystems`"
        entry.report("intrinsic-unknown", message, "datasets")
    else:
        return named[0] if named else None
    return None


def validate_linked(place: JsonValue, nodes: Iterable[object], links: Iterable[tuple[object, object]]) -> None:
    """Report the first node that no links connect with the first of all, in either direction."""
    neighbors: dict[object, set[object]] = {node: set() for node in nodes}
    for a, b in links:
        neighbors.setdefault(a, set()).add(b)
        neighbors.setdefault(b, set()).add(a)
    reached: set[object] = set()
    waiting = list(neighbors)[:1]
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting += neighbors[node]
    separate = [node for node in neighbors if node not in reached]
    if separate:
        first = next(iter(neighbors))
        place.report("graph-connected", f"transformations should link {describe(separate[0])} with {describe(first)}")
