"""A scene of 0.6: transformations that put several images in one place."""

from __future__ import annotations

from sitegen.validate.json_value import JsonValue, quote
from sitegen.validate.systems import End, Systems, check_linked, check_names, rank_of, read_ends, read_systems
from sitegen.validate.transforms_06 import judge_transform


def judge_scene(scene: JsonValue) -> None:
    """Check a scene."""
    systems = read_systems(scene, equal="coordinate-systems-duplicate")
    spots = scene.objects(
        "coordinateTransformations",
        wrong="scene-transforms-type",
        missing="scene-transforms-missing",
        empty="scene-transforms-empty",
    )
    ends = [_judge_placing(spot, systems) for spot in spots]
    check_names(spots)
    if all(a and b for a, b in ends):
        check_linked(scene, systems, [(_node(a), _node(b)) for a, b in ends if a and b])


def _judge_placing(spot: JsonValue, systems: Systems) -> tuple[End | None, End | None]:
    """Check one transformation of a scene; return its ends."""
    start, end = read_ends(spot, systems)
    judge_transform(spot, rank_of(start, systems), rank_of(end, systems))
    for key, place in (("input", start), ("output", end)):
        _check_end(spot, key, place, systems)
    return start, end


def _check_end(spot: JsonValue, key: str, end: End | None, systems: Systems) -> None:
    written = spot.value.get(key)
    if isinstance(written, dict) and (extra := written.keys() - {"name", "path"}):
        spot.report(
            "transform-end-extra", f"`{key}` should have only `name` and `path`; found {quote(min(extra))}", key
        )
    if end and end.path is None and end.name is not None and end.name not in systems:
        spot.report("transform-unknown-system", f"{quote(end.name)} is no coordinate system of the scene", key)


def _node(end: End) -> str | None:
    """Return what stands for an end in the graph: a system of the scene, or a whole image."""
    return end.name if end.path is None else f"image {end.path}"
