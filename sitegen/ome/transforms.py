"""Scale and translation of each level of an image, however the version nests them.

A list of transformations is applied first to last: 0.4 and 0.5 have a list for each
level and then one for all (physical = s₂·(s₁·i + t₁) + t₂); 0.6 has one for each level,
which may be a sequence. Transformations that are not supported (affine, rotation, vectors
stored as arrays) leave the scale unknown, because a wrong pixel size is worse than none.

Source: https://ngff.openmicroscopy.org/0.5/#trafo-md and /dev/#coord-trafo-md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite

from sitegen.ome.node import DatasetRef
from sitegen.ome.problems import ProblemLog
from sitegen.ome.values import read_first, read_numbers, read_object, read_objects, read_path

_TRANSFORMS = "coordinateTransformations"
_MAX_LEVELS = 256
Vector = tuple[float, ...]


def read_datasets(
    multiscale: Mapping[str, object], rank: int | None, notes: ProblemLog, *, add_shared: bool = True
) -> tuple[DatasetRef, ...]:
    """Return the levels of a multiscale, finest first; those without a readable path are left out.

    rank: number of axes, None if unknown; vectors of another length are not read.
    add_shared: the multiscale's own transformations are applied after those of each level (0.4, 0.5).
    """
    shared = read_objects(multiscale.get(_TRANSFORMS)) if add_shared else []
    found = []
    entries = read_first(multiscale.get("datasets"), _MAX_LEVELS, notes, "multiscales/0/datasets")
    for number, dataset in enumerate(read_objects(entries)):
        path = read_path(dataset.get("path"), notes, f"multiscales/0/datasets/{number}/path")
        if path is not None:
            scale, translation = fold([*read_objects(dataset.get(_TRANSFORMS)), *shared], rank)
            found.append(DatasetRef(path=path, scale=scale, translation=translation))
    return tuple(found)


def fold(transforms: Sequence[Mapping[str, object]], rank: int | None) -> tuple[Vector | None, Vector | None]:
    """Return the scale and translation that a list of transformations amounts to; None where it has none.

    Both are None if one of them cannot be read, or its type is not supported.
    """
    scale: Vector | None = None
    shift: Vector | None = None
    for kind, vector in _steps(transforms):
        if vector is None or len(vector) != (rank or len(vector)):
            return None, None
        rank = len(vector)
        if kind == "scale":
            scale = _times(scale, vector)
            shift = _times(shift, vector) if shift else None
        else:
            shift = tuple(a + b for a, b in zip(shift, vector, strict=True)) if shift else vector
    return (scale, shift) if all(isfinite(v) for v in (*(scale or ()), *(shift or ()))) else (None, None)


def _times(vector: Vector | None, factors: Vector) -> Vector:
    return tuple(a * b for a, b in zip(vector, factors, strict=True)) if vector else factors


def _steps(transforms: Sequence[Mapping[str, object]]) -> Iterator[tuple[str, Vector | None]]:
    """Yield each scale and translation in order; identities are left out, other types have no vector."""
    waiting = list(reversed(transforms))
    while waiting:
        transform = waiting.pop()
        kind = transform.get("type")
        if kind == "sequence":
            waiting += reversed(read_objects(transform.get("transformations")))
        elif kind in ("scale", "translation"):
            yield str(kind), read_numbers(transform.get(str(kind)))
        elif kind != "identity":
            yield "unknown", None


def output_name(dataset: Mapping[str, object]) -> str | None:
    """Return the coordinate system that a level of 0.6 maps to; a plain string up to `0.6.dev3`."""
    for transform in read_objects(dataset.get(_TRANSFORMS)):
        output = transform.get("output")
        name = output if isinstance(output, str) else read_object(output).get("name")
        return name if isinstance(name, str) else None
    return None
