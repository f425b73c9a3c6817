"""Images and scenes of OME-Zarr 0.6, its drafts `0.6.dev1` to `dev4` included.

Axes are in named coordinate systems. The one to show is the intrinsic one, to which every
level maps, whichever it is in the list. Drafts write ends of transformations as plain
strings, which name a system or a path.

Source: https://ngff.openmicroscopy.org/dev/#multiscales-md, #coord-trafo-md and #scene-md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sitegen.ome.node import Multiscale
from sitegen.ome.problems import ProblemLog
from sitegen.ome.transforms import output_name, read_datasets
from sitegen.ome.v04_05 import read_axes
from sitegen.ome.values import read_list, read_object, read_objects, read_path, read_text

_SYSTEMS = "coordinateSystems"
_TRANSFORMS = "coordinateTransformations"


def read(multiscale: Mapping[str, object], notes: ProblemLog) -> Multiscale | None:
    """Return an image of 0.6; None if it has no coordinate systems."""
    systems = read_objects(multiscale.get(_SYSTEMS))
    if not systems:
        return None
    axes = read_axes(_intrinsic(multiscale, systems).get("axes"), notes)
    # The multiscale's own transformations lead to other systems than the one shown.
    datasets = read_datasets(multiscale, len(axes) if axes else None, notes, add_shared=False)
    return Multiscale(axes=axes, datasets=datasets, name=read_text(multiscale.get("name")))


def _intrinsic(multiscale: Mapping[str, object], systems: list[Mapping[str, object]]) -> Mapping[str, object]:
    outputs = [output_name(dataset) for dataset in read_objects(multiscale.get("datasets"))]
    agreed = outputs[0] if outputs and outputs.count(outputs[0]) == len(outputs) else None
    named = [system for system in systems if agreed is not None and system.get("name") == agreed]
    return (named or systems)[0]


def is_scene(attributes: Mapping[str, object]) -> bool:
    """Return whether a group is a scene; before `0.6.dev3` its keys are not below `scene`."""
    draft = _TRANSFORMS in attributes and _SYSTEMS in attributes
    return "scene" in attributes or (draft and "multiscales" not in attributes)


def read_scene_images(attributes: Mapping[str, object], notes: ProblemLog) -> tuple[str, ...]:
    """Return the distinct paths of the images that a scene places, in order, inputs before outputs."""
    scene = read_object(attributes.get("scene")) if "scene" in attributes else attributes
    systems = {name for s in read_objects(scene.get(_SYSTEMS)) if isinstance(name := s.get("name"), str)}
    ends = _ends(scene, systems)
    paths = (read_path(written, notes, at) for at, written in ends if written is not None)
    return tuple(dict.fromkeys(path for path in paths if path))


def _ends(scene: Mapping[str, object], systems: set[str]) -> Iterator[tuple[str, object]]:
    for number, entry in enumerate(read_list(scene.get(_TRANSFORMS))):
        transform = read_object(entry)
        for key in ("input", "output"):
            end = transform.get(key)
            at = f"scene/{_TRANSFORMS}/{number}/{key}"
            if isinstance(end, str):
                yield at, None if end in systems else end
            else:
                yield f"{at}/path", read_object(end).get("path")
