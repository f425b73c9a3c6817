"""Coordinate systems of 0.6, and the transformations between them in an image.

Each dataset is mapped to one system, the intrinsic one; further transformations lead
from it to the multiscale's other systems, or to label images below the image.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sitegen.validate.axes import Axes, judge_axes
from sitegen.validate.json_value import JsonValue, check_different, quote
from sitegen.validate.transforms_06 import judge_transform, judge_vector, read_type

_LEVEL_TYPES = {"scale": 0, "identity": 0, "sequence": 0}
_LABEL_TYPES = ("identity", "scale", "translation")
Systems = Mapping[str, Axes | None]


@dataclass(frozen=True, slots=True)
class End:
    """Where a transformation starts or ends."""

    name: str | None = None
    path: str | None = None


def read_systems(parent: JsonValue, *, missing: str = "", empty: str = "", equal: str = "") -> Systems:
    """Return the axes of each coordinate system of a multiscale or scene, by name."""
    spots = parent.objects("coordinateSystems", wrong="coordinate-systems-type", missing=missing, empty=empty)
    systems: dict[str, Axes | None] = {}
    for spot in spots:
        name = spot.text("name", wrong="coordinate-system-name-type", missing="coordinate-system-name-missing")
        if name == "":
            spot.report("coordinate-system-name-empty", "`name` is empty", "name")
        axes = judge_axes(spot)
        if name is not None:
            systems[name] = axes
    check_different(spots, by="name", equal=equal, same="coordinate-system-unique")
    return systems


def judge_systems(entry: JsonValue, datasets: list[JsonValue]) -> tuple[Axes | None, list[list[float] | None]]:
    """Return the intrinsic axes of a multiscale, and the scale of each of its datasets."""
    systems = read_systems(entry, missing="coordinate-systems-missing", empty="coordinate-systems-empty")
    levels = [_judge_dataset(dataset, systems) for dataset in datasets]
    intrinsic = _find_intrinsic(entry, [output for output, _ in levels], systems)
    further = entry.objects("coordinateTransformations", wrong="transforms-type", empty="transforms-empty")
    ends = [_judge_further(spot, systems, intrinsic) for spot in further]
    if intrinsic is not None:
        links = [(a.name, b.name) for a, b in ends if a and b and a.path is None and b.path is None]
        check_linked(entry, systems, links)
    check_names([*_transforms_of(datasets), *further])
    return systems.get(intrinsic or ""), [scale for _, scale in levels]


def _transforms_of(datasets: Iterable[JsonValue]) -> Iterable[JsonValue]:
    for dataset in datasets:
        found = dataset.value.get("coordinateTransformations")
        for index, value in enumerate(found if isinstance(found, list) else ()):
            if isinstance(value, dict):
                yield JsonValue(dataset.log, value, dataset.at(f"coordinateTransformations/{index}"))


def check_names(transforms: Iterable[JsonValue]) -> None:
    """Report a name that an earlier transformation has."""
    named = [spot for spot in transforms if isinstance(spot.value.get("name"), str)]
    check_different(named, by="name", equal="", same="transform-name-unique")


def _judge_dataset(dataset: JsonValue, systems: Systems) -> tuple[str | None, list[float] | None]:
    """Return the system that a dataset is mapped to, and its scale."""
    key = "coordinateTransformations"
    spots = dataset.objects(key, wrong="transforms-type", missing="transforms-missing")
    found = dataset.value.get(key)
    if isinstance(found, list) and len(found) != 1:
        dataset.report("transforms-count", f"a dataset should have one transformation; found {len(found)}", key)
    levels = [_judge_level(spot, dataset, systems) for spot in spots]
    return levels[0] if len(levels) == 1 else (None, None)


def _judge_level(spot: JsonValue, dataset: JsonValue, systems: Systems) -> tuple[str | None, list[float] | None]:
    start = read_end(spot, "input", systems, needs="path", code="transform-input-path")
    end = read_end(spot, "output", systems, needs="name", code="transform-output-name")
    path = dataset.value.get("path")
    if start and start.path is not None and isinstance(path, str) and start.path != path and not spot.log.draft:
        spot.report(
            "dataset-input-path", f"`input` has the path {quote(start.path)}, the dataset {quote(path)}", "input"
        )
    if (start and start.name is not None) or (end and end.path is not None):
        spot.report("dataset-end-extra", "`input` should have only a path, `output` only a name")
    axes = systems.get(end.name or "") if end else None
    kind = read_type(spot, _LEVEL_TYPES)
    scale = _judge_level_type(spot, kind, len(axes) if axes else None) if kind else None
    return end.name if end else None, scale


def _judge_level_type(spot: JsonValue, kind: str, rank: int | None) -> list[float] | None:
    """Return the scale of a dataset: an identity, a scale, or a scale and a translation."""
    if kind == "identity":
        return [1.0] * rank if rank else None
    if kind == "scale":
        return judge_vector(spot, "scale", rank)
    members = spot.objects("transformations", wrong="sequence-type", missing="sequence-missing")
    found = spot.value.get("transformations")
    if isinstance(found, list) and len(found) != 2:
        spot.report("sequence-count", f"expected a scale and a translation; found {quote(found)}", "transformations")
    steps = [_judge_step(member, rank) for member in members]
    kinds = [kind for kind, _ in steps]
    if len(kinds) == 2 and all(kinds) and kinds != ["scale", "translation"]:
        spot.report("sequence-order", f"expected a scale, then a translation; found {kinds[0]}, {kinds[1]}")
    return next((vector for kind, vector in steps if kind == "scale"), None)


def _judge_step(member: JsonValue, rank: int | None) -> tuple[str | None, list[float] | None]:
    """Return type and numbers of a member of a dataset's sequence, if it may stand there."""
    if not member.has("type", missing="transform-type-missing"):
        return None, None
    kind = member.value["type"]
    if not isinstance(kind, str) or kind not in ("scale", "translation"):
        member.report("sequence-count", f"expected a scale or a translation; found {quote(kind)}", "type")
        return None, None
    return kind, judge_vector(member, kind, rank)


def read_end(spot: JsonValue, key: str, systems: Systems, *, needs: str, code: str) -> End | None:
    """Return one end of a transformation; it `needs` a `name` or a `path`, else `code` is reported."""
    if not spot.has(key, missing=f"transform-{key}-missing"):
        return None
    value = spot.value[key]
    if isinstance(value, str) and spot.log.draft in (1, 2, 3):  # these drafts write the name or path alone
        is_name = needs == "name" and (key == "output" or value in systems)
        return End(name=value) if is_name else End(path=value)
    end = spot.inner(key, wrong=f"transform-{key}-type")
    if end is None:
        return None
    missing = {needs: code}
    name = end.text("name", wrong=f"transform-{key}-type", missing=missing.get("name", ""))
    if "path" in end.value and end.value["path"] is None:
        end.report(missing.get("path", "transform-end-null"), "`path` is null", "path")
        return End(name=name)
    path = end.text("path", wrong=f"transform-{key}-type", missing=missing.get("path", ""))
    return None if path is None and "path" in end.value else End(name=name, path=path)


def read_ends(spot: JsonValue, systems: Systems) -> tuple[End | None, End | None]:
    """Return both ends of a transformation between named systems."""
    start = read_end(spot, "input", systems, needs="name", code="transform-end-name")
    return start, read_end(spot, "output", systems, needs="name", code="transform-end-name")


def _judge_further(spot: JsonValue, systems: Systems, intrinsic: str | None) -> tuple[End | None, End | None]:
    """Check one of a multiscale's own transformations; return its ends."""
    start, end = read_ends(spot, systems)
    judge_transform(spot, rank_of(start, systems), rank_of(end, systems))
    if start is None or end is None:
        return start, end
    inner = End(name=intrinsic)
    if intrinsic is not None and inner not in (start, end):
        spot.report("multiscale-transform-intrinsic", f"neither end is the intrinsic system {quote(intrinsic)}")
    for other in (start, end):
        _check_other_end(spot, other, systems)
    return start, end


def _check_other_end(spot: JsonValue, other: End, systems: Systems) -> None:
    if other.path is not None:
        if not other.path.startswith("labels/"):
            spot.report(
                "multiscale-transform-end", f"the path {quote(other.path)} leads to no label image below the image"
            )
        elif not _suits_label(spot.value):
            spot.report(
                "label-transform-type", f"the type {quote(spot.value.get('type'))} leads to a label image", "type"
            )
    elif other.name is not None and other.name not in systems:
        spot.report("multiscale-transform-end", f"{quote(other.name)} is no coordinate system of the multiscale")


def _suits_label(transform: Mapping[str, object]) -> bool:
    steps = transform.get("transformations")
    if transform.get("type") == "sequence" and isinstance(steps, list):
        return all(isinstance(step, dict) and step.get("type") in ("scale", "translation") for step in steps)
    return transform.get("type") in _LABEL_TYPES


def rank_of(end: End | None, systems: Systems) -> int | None:
    """Return the number of axes at an end, where this document says so."""
    axes = systems.get(end.name or "") if end and end.path is None else None
    return len(axes) if axes else None


def _find_intrinsic(entry: JsonValue, outputs: list[str | None], systems: Systems) -> str | None:
    """Return the system that all datasets are mapped to."""
    named = [output for output in outputs if output is not None]
    if len(set(named)) > 1:
        entry.report("intrinsic-mixed", f"datasets end in {', '.join(map(quote, dict.fromkeys(named)))}", "datasets")
    elif named and systems and named[0] not in systems:
        entry.report("intrinsic-unknown", f"datasets end in {quote(named[0])}, which is no system here", "datasets")
    else:
        return named[0] if named else None
    return None


def check_linked(place: JsonValue, nodes: Iterable[object], links: Iterable[tuple[object, object]]) -> None:
    """Report a node that the links do not connect with the first one, whatever their direction."""
    neighbours: dict[object, set[object]] = {node: set() for node in nodes}
    for a, b in links:
        neighbours.setdefault(a, set()).add(b)
        neighbours.setdefault(b, set()).add(a)
    reached: set[object] = set()
    waiting = list(neighbours)[:1]
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting += neighbours[node]
    if lonely := [node for node in neighbours if node not in reached]:
        place.report(
            "graph-connected", f"no transformation links {quote(lonely[0])} with {quote(next(iter(neighbours)))}"
        )
