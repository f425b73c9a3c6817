"""Transformations between coordinate systems: the parameters of each type, and how they change the number of axes.

A function that validates a type takes the numbers of axes of input and output, None where
they are not known, and returns the number of axes of the result, likewise. The types are
those of 0.6, https://ngff.openmicroscopy.org/dev/#trafo-types-md; drafts of 0.6 are read
by their own spellings (`DraftForm`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from math import prod

from sitegen.validate.json_value import JsonValue, is_integer, is_number, is_string

_MAX_DEPTH = 32
"""Levels of nested transformations that are validated; readers stop earlier."""
_ORTHONORMAL = 1e-6
"""How far the product of two rows or columns may be from 0 or 1: writers round, the specification says no tolerance."""

_Validator = Callable[[JsonValue, "int | None", "int | None", int], "int | None"]


def validate_transform(transform: JsonValue, inputs: int | None, outputs: int | None, depth: int = 0) -> int | None:
    """Validate a transformation of any type; return the number of axes of its result."""
    kind = read_type(transform, _TYPES)
    if kind is None:
        return None
    if depth > _MAX_DEPTH:
        transform.report(
            "transform-depth",
            f"the transformation is nested more than {_MAX_DEPTH} deep; what is deeper was not validated",
        )
        return None
    found = _TYPES[kind](transform, inputs, outputs, depth)
    if found is not None and outputs is not None and found != outputs:
        transform.report("transform-rank", f"`{kind}` should result in the {outputs} axes of the output; found {found}")
        return outputs
    return found


def read_type(transform: JsonValue, known: Collection[str]) -> str | None:
    """Return the type of a transformation, if it is a known one; its name is validated, too."""
    transform.get_string("name", invalid="transform-name-type")
    if not transform.require("type", missing="transform-type-missing"):
        return None
    kind = transform.value["type"]
    if isinstance(kind, str) and kind in known:
        return kind
    if not (_is_early(transform) and kind == "inverseOf"):
        transform.report_invalid("transform-type", "type", f"one of {', '.join(known)}", kind)
    return None


def _is_early(transform: JsonValue) -> bool:
    draft = transform.log.draft
    return draft is not None and draft.early_transforms


def validate_vector(transform: JsonValue, kind: str, inputs: int | None) -> list[float] | None:
    """Validate the numbers of a scale or translation, one per axis; return them."""
    if _is_early(transform) and "path" in transform.value:
        return None
    vector = read_vector(transform, kind, inputs)
    negative = next((factor for factor in vector if factor <= 0), None) if vector and kind == "scale" else None
    if negative is not None:
        transform.report_invalid("scale-positive", kind, "factors above 0", negative)
    return vector


def read_vector(transform: JsonValue, kind: str, inputs: int | None, *, minimum: int = 0) -> list[float] | None:
    """Return the numbers of a scale or translation; fewer than `minimum` are too few for any image."""
    vector = transform.get_numbers(kind, invalid=f"{kind}-type", missing=f"{kind}-missing")
    if vector is None:
        return None
    if len(vector) < minimum:
        transform.report(f"{kind}-short", f"`{kind}` should have one number per axis; found {len(vector)}", kind)
    elif inputs is not None and len(vector) != inputs:
        expected = f"`{kind}` should have {inputs} numbers, one per axis"
        transform.report(f"{kind}-length", f"{expected}; found {len(vector)}", kind)
    return vector


def _identity(transform: JsonValue, inputs: int | None, outputs: int | None, depth: int) -> int | None:
    return inputs


def _vector(transform: JsonValue, inputs: int | None, outputs: int | None, depth: int) -> int | None:
    vector = validate_vector(transform, str(transform.value["type"]), inputs)
    return inputs if inputs is not None or vector is None else len(vector)


def _map_axis(transform: JsonValue, inputs: int | None, outputs: int | None, depth: int) -> int | None:
    indices = _indices(transform, "mapAxis", "map-axis", 2, 5, missing="map-axis-missing")
    if indices is None:
        return inputs
    if sorted(indices) != list(range(len(indices) if inputs is None else inputs)):
        last = (inputs or len(indices)) - 1
        transform.report("transform-rank", f"`mapAxis` should have each index from 0 to {last} once", "mapAxis")
        return None
    return len(indices)


def _project_axis(transform: JsonValue, inputs: int | None, outputs: int | None, depth: int) -> int | None:
    if "createdOutputs" not in transform.value:
        transform.require("droppedInputs", missing="project-axis-missing")
    dropped = _indices(transform, "droppedInputs", "project-axis", 1, 3)
    created = _indices(transform, "createdOutputs", "project-axis", 1, 3)
    if (
        inputs is None
        or (dropped is None and "droppedInputs" in transform.value)
        or (created is None and "createdOutputs" in transform.value)
    ):
        return None
    found = inputs - len(dropped or ()) + len(created or ())
    if max(dropped or (0,)) >= inputs or max(created or (0,)) >= max(found, 1):
        expected = f"indices should be below {inputs} for the input, below {found} for the output"
        transform.report("transform-rank", f"{expected}; found {(dropped or []) + (created or [])}")
    return found


def _indices(
    transform: JsonValue, key: str, code: str, minimum: int, maximum: int, *, missing: str = ""
) -> list[int] | None:
    """Return a list of `minimum` to `maximum` different indices of axes, if it is one."""
    found = transform.get_integers(key, invalid=f"{code}-type", missing=missing)
    if found is None:
        return None
    if not minimum <= len(found) <= maximum or not all(0 <= index <= 4 for index in found):
        transform.report(f"{code}-range", f"`{key}` should have {minimum} to {maximum} indices from 0 to 4", key)
        return None
    if len(set(found)) < len(found):
        transform.report(f"{code}-duplicate", f"`{key}` should have each index once; found {found}", key)
        return None
    return found


def _affine(transform: JsonValue, inputs: int | None, outputs: int | None, depth: int) -> int | None:
    matrix = _matrix(transform, "affine")
    if not matrix:
        return None
    width = len(matrix[0])
    if any(len(row) != width for row in matrix) or (inputs is not None and width != inputs + 1):
        expected = "as many numbers as the others" if inputs is None else f"{inputs + 1} numbers"
        transform.report("transform-rank", f"each row of `affine` should have {expected}", "affine")
    return len(matrix)


def _rotation(transform: JsonValue, inputs: int | None, outputs: int | None, depth: int) -> int | None:
    matrix = _matrix(transform, "rotation")
    if matrix is None:
        return inputs
    size = len(matrix)
    if not 2 <= size <= 5 or any(len(row) != size for row in matrix):
        message = "`rotation` should have 2 to 5 rows, and as many numbers in each as there are rows"
        transform.report("rotation-square", message, "rotation")
        return inputs
    if not _is_rotation(matrix):
        message = "`rotation` should only rotate; the matrix scales, shears or mirrors as well"
        transform.report("rotation-orthonormal", message, "rotation")
    if inputs is not None and size != inputs:
        message = f"`rotation` should be {inputs} × {inputs}; found {size} × {size}"
        transform.report("transform-rank", message, "rotation")
    return inputs if inputs is not None else size


def _matrix(transform: JsonValue, key: str) -> list[list[float]] | None:
    """Return the matrix of an affine or rotation; None if it is invalid, or in an array of its own."""
    if (key in transform.value) == ("path" in transform.value):
        transform.report(f"{key}-missing", f"there should be either `{key}` or `path`")
    transform.get_string("path", invalid=f"{key}-type")
    rows = transform.get_list_of(_is_row, "lists of numbers", key, invalid=f"{key}-type")
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


def _sequence(transform: JsonValue, inputs: int | None, outputs: int | None, depth: int) -> int | None:
    members = transform.get_objects(
        "transformations", invalid="sequence-type", missing="sequence-missing", empty="sequence-empty"
    )
    rank = inputs
    for member in members:
        rank = validate_transform(member, rank, outputs if member is members[-1] else None, depth + 1)
    return rank


def _bijection(transform: JsonValue, inputs: int | None, outputs: int | None, depth: int) -> int | None:
    other = outputs if outputs is not None else inputs
    forward = transform.get_object("forward", invalid="bijection-missing", missing="bijection-missing")
    inverse = transform.get_object("inverse", invalid="bijection-missing", missing="bijection-missing")
    if forward is not None:
        validate_transform(forward, inputs, other, depth + 1)
    if inverse is not None:
        validate_transform(inverse, other, inputs, depth + 1)
    return inputs


def _by_dimension(transform: JsonValue, inputs: int | None, outputs: int | None, depth: int) -> int | None:
    key = "transformations"
    members = transform.get_objects(key, invalid="by-dimension-type", missing="by-dimension-missing")
    parts = [_validate_part(member, inputs, depth) for member in members]
    if not members or None in parts or transform.log.draft:
        return outputs
    axes = [axis for part in parts for axis in part or ()]
    expected = len(set(axes)) if outputs is None else outputs
    if len(set(axes)) < len(axes) or not all(0 <= axis < expected for axis in axes):
        message = f"all `outputAxes` together should have each index from 0 to {expected - 1} once; found {axes}"
        transform.report("by-dimension-axes", message)
    elif len(axes) < expected:
        transform.report("by-dimension-partial", f"`outputAxes` should name {expected} axes; found {len(axes)}")
    return expected


def _validate_part(member: JsonValue, inputs: int | None, depth: int) -> list[float] | None:
    """Validate one part of a byDimension; return its output axes, None if they are not stated correctly."""
    inner = member.get_object("transformation", invalid="by-dimension-type", missing="by-dimension-missing")
    sources, targets = _axes(member, "inputAxes", "input_axes"), _axes(member, "outputAxes", "output_axes")
    found = validate_transform(inner, None, None, depth + 1) if inner else None
    if sources is None or targets is None or member.log.draft:
        return None
    limit = inputs or 6
    if not all(is_integer(axis) and 0 <= axis < limit for axis in sources) or not all(map(is_integer, targets)):
        member.report("by-dimension-axes", "`inputAxes` and `outputAxes` should be indices of axes that exist")
        return None
    if found is not None and found != len(targets):
        expected = f"`outputAxes` should have {found} indices, one for each axis of the transformation's result"
        member.report("by-dimension-axes", f"{expected}; found {len(targets)}")
        return None
    return targets


def _axes(member: JsonValue, key: str, draft_key: str) -> list[float] | None:
    if member.log.draft and draft_key in member.value:
        key = draft_key
    if _is_early(member):
        return member.get_list_of(is_string, "names of axes", key, invalid="by-dimension-type")  # type: ignore[return-value]
    return member.get_numbers(key, invalid="by-dimension-type", missing="by-dimension-missing")


def _field(transform: JsonValue, inputs: int | None, outputs: int | None, depth: int) -> int | None:
    transform.get_string("path", invalid="field-path-type", missing="field-path-missing")
    method = transform.value.get("interpolation", "linear")
    if method == "bspline-cubic":
        transform.report_invalid("field-interpolation-name", "interpolation", "cubic", method)
    elif method not in ("nearest", "linear", "cubic"):
        transform.report_invalid("field-interpolation", "interpolation", "nearest, linear or cubic", method)
    return inputs if transform.value["type"] == "displacements" else None


_TYPES: Mapping[str, _Validator] = {
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
