"""A list of transformations that is one scale, then at most one translation, as in 0.4 and 0.5."""

from __future__ import annotations

from math import isfinite

from sitegen.validate.json_value import JsonValue
from sitegen.validate.transforms import read_type, read_vector

_TYPES = ("scale", "translation")


def validate_transforms(parent: JsonValue, rank: int | None, *, missing: str = "") -> list[float] | None:
    """Validate the list of a dataset or multiscale; return the factors of its scale, if there is just one."""
    key = "coordinateTransformations"
    transforms = parent.get_objects(key, invalid="transforms-type", missing=missing, empty="transforms-empty")
    steps = [_validate_step(transform, rank) for transform in transforms]
    types = [kind for kind, _ in steps]
    found = parent.value.get(key)
    if found and isinstance(found, list) and None not in types and len(types) == len(found):
        _validate_types(parent, types)  # otherwise another problem says what is wrong
    scales = [vector for kind, vector in steps if kind == "scale"]
    return scales[0] if len(scales) == 1 else None


def _validate_step(transform: JsonValue, rank: int | None) -> tuple[str | None, list[float] | None]:
    """Return the type of a transformation and its numbers, as far as they are valid."""
    kind = read_type(transform, _TYPES)
    if kind is None:
        return None, None
    vector = read_vector(transform, kind, rank, minimum=2)
    if vector and kind == "scale":
        wrong = next((factor for factor in vector if not (factor > 0 and isfinite(factor))), None)
        if wrong is not None:
            transform.report_invalid("scale-zero", kind, "finite factors above 0", wrong)
    return kind, vector


def _validate_types(parent: JsonValue, types: list[str | None]) -> None:
    if types.count("scale") != 1:
        parent.report("scale-count", f"there should be one scale; found {types.count('scale')}")
    elif types[0] != "scale":
        parent.report("translation-order", "the scale should come before the translation")
    if types.count("translation") > 1:
        parent.report(
            "translation-count", f"there should be one translation at most; found {types.count('translation')}"
        )
