"""Transformations of 0.6: each type's parameters, and how many axes it takes and gives.

A check is told the number of axes of the input and the output where they are known,
and returns the number of axes that the transformation gives; `None` is "not known".
Drafts of 0.6 are read with their own spellings (OME-ZARR.md, A3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod

from sitegen.validate.json_value import JsonValue, is_number, is_text, is_whole, quote

_DEEPEST = 32
"""Levels of nesting that are checked; a reader gives up earlier."""
_ORTHONORMAL = 1e-6
"""How far a product of rows or columns may be from 0 or 1 (OME-ZARR.md, C1)."""

_Check = Callable[[JsonValue, "int | None", "int | None", int], "int | None"]


def judge_transform(spot: JsonValue, taken: int | None, given: int | None, depth: int = 0) -> int | None:
    """Check a transformation of any type; return how many axes it gives."""
    kind = read_type(spot, _CHECKS)
    if kind is None:
        return None
    if depth > _DEEPEST:
        spot.report("transform-depth", f"nested more than {_DEEPEST} deep; not checked further")
        return None
    found = _CHECKS[kind](spot, taken, given, depth)
    if found is not None and given is not None and found != given:
        spot.report("transform-rank", f"the output has {given} axes; `{kind}` gives {found}")
        return given
    return found


def read_type(spot: JsonValue, known: Mapping[str, object]) -> str | None:
    """Return the type of a transformation, if it is one of those known here; its name is checked by the way."""
    spot.text("name", wrong="transform-name-type")
    if not spot.has("type", missing="transform-type-missing"):
        return None
    kind = spot.value["type"]
    if isinstance(kind, str) and kind in known:
        return kind
    if not (spot.log.draft in (1, 2) and kind == "inverseOf"):
        spot.report("transform-type", f"`type` should be one of {', '.join(known)}; found {quote(kind)}", "type")
    return None


def judge_vector(spot: JsonValue, kind: str, taken: int | None) -> list[float] | None:
    """Return the numbers of a scale or translation."""
    if spot.log.draft in (1, 2) and "path" in spot.value:  # these drafts let an array hold them
        return None
    vector = spot.numbers(kind, wrong=f"{kind}-type", missing=f"{kind}-missing")
    if vector is None:
        return None
    if taken is not None and len(vector) != taken:
        spot.report(f"{kind}-length", f"`{kind}` should hold {taken} numbers, one per axis; found {len(vector)}", kind)
    if kind == "scale" and any(factor <= 0 for factor in vector):
        found = next(factor for factor in vector if factor <= 0)
        spot.report("scale-positive", f"each factor should be above 0; found {quote(found)}", kind)
    return vector


def _identity(spot: JsonValue, taken: int | None, given: int | None, depth: int) -> int | None:
    return taken


def _vector(spot: JsonValue, taken: int | None, given: int | None, depth: int) -> int | None:
    vector = judge_vector(spot, str(spot.value["type"]), taken)
    return taken if taken is not None or vector is None else len(vector)


def _map_axis(spot: JsonValue, taken: int | None, given: int | None, depth: int) -> int | None:
    indices = _indices(spot, "mapAxis", "map-axis", 2, 5, missing="map-axis-missing")
    if indices is None:
        return taken
    if sorted(indices) != list(range(len(indices) if taken is None else taken)):
        expected = f"0 to {(taken or len(indices)) - 1}"
        spot.report("transform-rank", f"`mapAxis` should name each axis from {expected} once", "mapAxis")
        return None
    return len(indices)


def _project_axis(spot: JsonValue, taken: int | None, given: int | None, depth: int) -> int | None:
    if "createdOutputs" not in spot.value:
        spot.has("droppedInputs", missing="project-axis-missing")
    dropped = _indices(spot, "droppedInputs", "project-axis", 1, 3)
    created = _indices(spot, "createdOutputs", "project-axis", 1, 3)
    if (
        taken is None
        or (dropped is None and "droppedInputs" in spot.value)
        or (created is None and "createdOutputs" in spot.value)
    ):
        return None
    found = taken - len(dropped or ()) + len(created or ())
    if max(dropped or (0,)) >= taken or max(created or (0,)) >= max(found, 1):
        spot.report("transform-rank", f"an index lies outside the {taken} axes taken or {found} axes given")
    return found


def _indices(spot: JsonValue, key: str, code: str, least: int, most: int, *, missing: str = "") -> list[int] | None:
    """Return a list of indices of axes, if it is right by itself."""
    found = spot.wholes(key, wrong=f"{code}-type", missing=missing)
    if found is None:
        return None
    if not least <= len(found) <= most or not all(0 <= index <= 4 for index in found):
        spot.report(f"{code}-range", f"`{key}` should hold {least} to {most} indices from 0 to 4", key)
        return None
    if len(set(found)) < len(found):
        spot.report(f"{code}-duplicate", f"`{key}` names an axis twice", key)
        return None
    return found


def _affine(spot: JsonValue, taken: int | None, given: int | None, depth: int) -> int | None:
    matrix = _matrix(spot, "affine")
    if not matrix:
        return None
    width = len(matrix[0])
    if any(len(row) != width for row in matrix) or (taken is not None and width != taken + 1):
        expected = "the same number of numbers" if taken is None else f"{taken + 1} numbers"
        spot.report("transform-rank", f"each row of `affine` should hold {expected}", "affine")
    return len(matrix)


def _rotation(spot: JsonValue, taken: int | None, given: int | None, depth: int) -> int | None:
    matrix = _matrix(spot, "rotation")
    if matrix is None:
        return taken
    size = len(matrix)
    if not 2 <= size <= 5 or any(len(row) != size for row in matrix):
        spot.report("rotation-square", "`rotation` should hold 2 to 5 rows, each as long as there are rows", "rotation")
        return taken
    if not _is_rotation(matrix):
        spot.report("rotation-orthonormal", "`rotation` does not rotate only: it scales, shears or mirrors", "rotation")
    if taken is not None and size != taken:
        spot.report("transform-rank", f"`rotation` should be {taken} × {taken}; found {size} × {size}", "rotation")
    return taken if taken is not None else size


def _matrix(spot: JsonValue, key: str) -> list[list[float]] | None:
    """Return the matrix of an affine or rotation, unless an array holds it or it is wrong."""
    if (key in spot.value) == ("path" in spot.value):
        spot.report(f"{key}-missing", f"exactly one of `{key}` and `path` should be there")
    spot.text("path", wrong=f"{key}-type")
    rows = spot.every(key, _is_row, "lists of numbers", wrong=f"{key}-type")
    return rows  # type: ignore[return-value]


def _is_row(value: object) -> bool:
    return isinstance(value, list) and all(is_number(number) for number in value)


def _is_rotation(matrix: Sequence[Sequence[float]]) -> bool:
    """Return whether rows and columns are orthonormal and the determinant is 1."""
    if any(abs(number) > 1 + _ORTHONORMAL for row in matrix for number in row):
        return False
    lines = (matrix, list(zip(*matrix, strict=True)))
    near = all(
        abs(sum(a * b for a, b in zip(first, second, strict=True)) - (i == j)) <= _ORTHONORMAL
        for side in lines
        for i, first in enumerate(side)
        for j, second in enumerate(side)
    )
    return near and _determinant([list(row) for row in matrix]) > 0


def _determinant(rows: list[list[float]]) -> float:
    """Return the determinant, by elimination with row swaps."""
    sign, size = 1.0, len(rows)
    for i in range(size):
        pivot = max(range(i, size), key=lambda row: abs(rows[row][i]))
        if pivot != i:
            rows[i], rows[pivot], sign = rows[pivot], rows[i], -sign
        if rows[i][i] == 0:
            return 0.0
        for row in rows[i + 1 :]:
            factor = row[i] / rows[i][i]
            row[i:] = [a - factor * b for a, b in zip(row[i:], rows[i][i:], strict=True)]
    return sign * prod(rows[i][i] for i in range(size))


def _sequence(spot: JsonValue, taken: int | None, given: int | None, depth: int) -> int | None:
    members = spot.objects("transformations", wrong="sequence-type", missing="sequence-missing", empty="sequence-empty")
    rank = taken
    for member in members:
        rank = judge_transform(member, rank, given if member is members[-1] else None, depth + 1)
    return rank


def _bijection(spot: JsonValue, taken: int | None, given: int | None, depth: int) -> int | None:
    there = _inner(spot, "forward", "bijection-missing", "bijection-missing")
    back = _inner(spot, "inverse", "bijection-missing", "bijection-missing")
    if there is not None:
        judge_transform(there, taken, given if given is not None else taken, depth + 1)
    if back is not None:
        judge_transform(back, given if given is not None else taken, taken, depth + 1)
    return taken


def _inner(spot: JsonValue, key: str, missing: str, wrong: str) -> JsonValue | None:
    return spot.inner(key, missing=missing, wrong=wrong)


def _by_dimension(spot: JsonValue, taken: int | None, given: int | None, depth: int) -> int | None:
    key = "transformations"
    members = spot.objects(key, wrong="by-dimension-type", missing="by-dimension-missing")
    made = [_judge_member(member, taken, depth) for member in members]
    if not members or None in made or spot.log.draft:
        return given
    outputs = [axis for axes in made for axis in axes or ()]
    expected = len(set(outputs)) if given is None else given
    if len(set(outputs)) < len(outputs) or not all(0 <= axis < expected for axis in outputs):
        spot.report("by-dimension-axes", f"`outputAxes` should name axes from 0 to {expected - 1}, each once")
    elif len(outputs) < expected:
        spot.report("by-dimension-partial", f"`outputAxes` names {len(outputs)} of {expected} axes")
    return expected


def _judge_member(member: JsonValue, taken: int | None, depth: int) -> list[float] | None:
    """Return the output axes of one part of a byDimension; None if they are not stated rightly."""
    inner = _inner(member, "transformation", "by-dimension-missing", "by-dimension-type")
    inputs, outputs = _axes(member, "inputAxes", "input_axes"), _axes(member, "outputAxes", "output_axes")
    found = judge_transform(inner, None, None, depth + 1) if inner else None
    if inputs is None or outputs is None or member.log.draft:
        return None
    if not all(is_whole(axis) and 0 <= axis < (taken or 6) for axis in inputs) or not all(map(is_whole, outputs)):
        member.report("by-dimension-axes", "`inputAxes` and `outputAxes` should hold indices of axes that exist")
        return None
    if found is not None and found != len(outputs):
        expected = f"`outputAxes` should hold {found} indices, as many as the transformation gives"
        member.report("by-dimension-axes", f"{expected}; found {len(outputs)}")
        return None
    return outputs


def _axes(member: JsonValue, key: str, draft_key: str) -> list[float] | None:
    if member.log.draft and draft_key in member.value:
        key = draft_key
    if member.log.draft in (1, 2):  # axes by name
        return member.every(key, is_text, "names of axes", wrong="by-dimension-type")  # type: ignore[return-value]
    return member.numbers(key, wrong="by-dimension-type", missing="by-dimension-missing")


def _field(spot: JsonValue, taken: int | None, given: int | None, depth: int) -> int | None:
    spot.text("path", wrong="field-path-type", missing="field-path-missing")
    how = spot.value.get("interpolation", "linear")
    if how == "bspline-cubic":
        spot.report("field-interpolation-name", "found `bspline-cubic`", "interpolation")
    elif how not in ("nearest", "linear", "cubic"):
        spot.report("field-interpolation", f"expected nearest, linear or cubic; found {quote(how)}", "interpolation")
    return taken if spot.value["type"] == "displacements" else None


_CHECKS: Mapping[str, _Check] = {
    "identity": _identity,
    "mapAxis": _map_axis,
    "projectAxis": _project_axis,
    "scale": _vector,
    "translation": _vector,
    "affine": _affine,
    "rotation": _rotation,
    "sequence": _sequence,
    "bijection": _bijection,
    "byDimension": _by_dimension,
    "displacements": _field,
    "coordinates": _field,
}
