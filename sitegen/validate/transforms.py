"""Transformations of 0.4 and 0.5: one scale, then at most one translation."""

from __future__ import annotations

from math import isfinite

from sitegen.validate.json_value import JsonValue, quote


def judge_transforms(parent: JsonValue, rank: int | None, *, missing: str = "") -> list[float] | None:
    """Return the factors of the one scale in a dataset's or multiscale's list, if it is there and right."""
    spots = parent.objects(
        "coordinateTransformations", wrong="transforms-type", missing=missing, empty="transforms-empty"
    )
    kinds = [_judge_type(spot) for spot in spots]
    scales = [_judge_vector(spot, kind, rank) for spot, kind in zip(spots, kinds, strict=True) if kind == "scale"]
    for spot, kind in zip(spots, kinds, strict=True):
        if kind == "translation":
            _judge_vector(spot, kind, rank)
    found = parent.value.get("coordinateTransformations")
    if found and isinstance(found, list) and kinds.count("scale") + kinds.count("translation") == len(found):
        _check_kinds(parent, kinds)  # else another problem explains what is amiss
    return scales[0] if len(scales) == 1 else None


def _judge_type(transform: JsonValue) -> str | None:
    """Return the type, if it is one of the two."""
    if not transform.has("type", missing="transform-type-missing"):
        return None
    kind = transform.value["type"]
    if isinstance(kind, str) and kind in ("scale", "translation"):
        return kind
    transform.report("transform-type", f"`type` should be scale or translation; found {quote(kind)}", "type")
    return None


def _judge_vector(transform: JsonValue, kind: str, rank: int | None) -> list[float] | None:
    """Return the numbers of a scale or translation: one per axis."""
    vector = transform.numbers(kind, wrong=f"{kind}-type", missing=f"{kind}-missing")
    if vector is None:
        return None
    if len(vector) < 2:
        transform.report(f"{kind}-short", f"`{kind}` should hold one number per axis; found {len(vector)}", kind)
    elif rank is not None and len(vector) != rank:
        transform.report(
            f"{kind}-length", f"`{kind}` should hold {rank} numbers, one per axis; found {len(vector)}", kind
        )
    if kind == "scale" and not all(isfinite(factor) and factor > 0 for factor in vector):
        transform.report("scale-zero", "a factor is 0, negative or infinite", "scale")
    return vector


def _check_kinds(parent: JsonValue, kinds: list[str | None]) -> None:
    if kinds.count("scale") != 1:
        parent.report("scale-count", f"expected exactly one scale; found {kinds.count('scale')}")
    elif kinds[0] != "scale":
        parent.report("translation-order", "the translation stands before the scale")
    if kinds.count("translation") > 1:
        parent.report("translation-count", f"expected at most one translation; found {kinds.count('translation')}")
