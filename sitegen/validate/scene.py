"""A scene: transformations that place several images in common coordinate systems."""

from __future__ import annotations

from sitegen.validate.json_value import JsonValue
from sitegen.validate.systems import End, Systems, rank_of, read_ends, read_systems, validate_linked, validate_names
from sitegen.validate.transforms import validate_transform
from sitegen.validate.validation_log import describe


def validate_scene(scene: JsonValue) -> None:
    """Validate a scene."""
    systems = read_systems(scene, equal="coordinate-systems-duplicate")
    transforms = scene.get_objects(
        "coordinateTransformations",
        invalid="scene-transforms-type",
        missing="scene-transforms-missing",
        empty="scene-transforms-empty",
    )
    ends = [_validate_scene_transform(transform, systems) for transform in transforms]
    validate_names(transforms)
    if all(a and b for a, b in ends):
        validate_linked(scene, systems, [(_node(a), _node(b)) for a, b in ends if a and b])


def _validate_scene_transform(transform: JsonValue, systems: Systems) -> tuple[End | None, End | None]:
    """Validate one transformation of a scene; return its ends."""
    start, end = read_ends(transform, systems)
    validate_transform(transform, rank_of(start, systems), rank_of(end, systems))
    for key, place in (("input", start), ("output", end)):
        _validate_end(transform, key, place, systems)
    return start, end


def _validate_end(transform: JsonValue, key: str, end: End | None, systems: Systems) -> None:
    written = transform.value.get(key)
    if isinstance(written, dict) and (extra := written.keys() - {"name", "path"}):
        message = f"`{key}` should have no keys but `name` and `path`; found {describe(min(extra))}"
        transform.report("transform-end-extra", message, key)
    if end and end.path is None and end.name is not None and end.name not in systems:
        transform.report(
            "transform-unknown-system",
            f"the scene should have the coordinate system {describe(end.name)}; it has not",
            key,
        )


def _node(end: End) -> str | None:
    """Return the node of the graph for an end: a system of the scene, or a whole image."""
    return end.name if end.path is None else f"image {end.path}"
