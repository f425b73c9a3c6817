"""Plates in a store: are the wells there, their fields of view, and the acquisitions they name?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from sitegen.validate.json_value import quote
from sitegen.validate.stored_tree import StoredGroup, entries, objects, parent


def check_plate(group: StoredGroup) -> None:
    """Check each listed well of a plate."""
    plate = group.node.attributes.get("plate")
    if not isinstance(plate, dict):
        return
    limits = {_key(run.get("id")): run for _, run in objects(plate.get("acquisitions"))}
    rows: set[str] = set()
    for index, well in objects(plate.get("wells")):
        path = group.resolve(well.get("path"))
        if path is None:
            continue
        if group.store.lacks(path, "well"):
            message = f"{quote(well['path'])} should be a group with `well`"
            group.log.report("well-group", f"plate/wells/{index}", message)
        elif group.store.holds(path, "well"):
            _check_counts(group, f"plate/wells/{index}", path, plate, limits)
        rows.add(parent(path))
    for row in sorted(rows - {group.path}):
        if group.store.looked(row) and group.store.node(row) is None:
            group.log.report("well-group", "plate/wells", f"the row {quote(row)} should be a group; nothing is there")


def _check_counts(
    group: StoredGroup,
    where: str,
    path: str,
    plate: Mapping[str, object],
    limits: Mapping[object, Mapping[str, object]],
) -> None:
    """Check the fields of view of a well against what its plate states."""
    fields = _fields(group, path)
    most = plate.get("field_count")
    if _is_count(most) and len(fields) > most:  # type: ignore[operator]
        message = f"`field_count` is {quote(most)}; {quote(path)} has {len(fields)} fields of view"
        group.log.report("field-count", where, message)
    for run, count in Counter(_key(field.get("acquisition")) for field in fields).items():
        limit = limits.get(run, {}).get("maximumfieldcount")
        if _is_count(limit) and count > limit:  # type: ignore[operator]
            message = f"acquisition {quote(run)} has at most {quote(limit)} fields of view; {quote(path)} has {count}"
            group.log.report("field-count", where, message)
    for index, field in enumerate(fields):
        _check_acquisition(group, f"{where}: field {index}", field, limits)


def _fields(group: StoredGroup, path: str) -> list[Mapping[str, object]]:
    node = group.store.node(path)
    well = node.attributes.get("well") if node is not None else None
    return [field for _, field in objects(well.get("images"))] if isinstance(well, dict) else []


def _check_acquisition(
    group: StoredGroup, named: str, field: Mapping[str, object], limits: Mapping[object, Mapping[str, object]]
) -> None:
    where, _, which = named.partition(": ")
    if "acquisition" not in field:
        if len(limits) > 1:
            message = f"the plate has {len(limits)} acquisitions; {which} of the well names none"
            group.log.report("field-acquisition-missing", where, message)
    elif limits and _key(field["acquisition"]) not in limits:
        message = f"{which} of the well names the acquisition {quote(field['acquisition'])}, which the plate has not"
        group.log.report("field-acquisition", where, message)


def _is_count(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _key(value: object) -> object:
    """Return what can be looked up; nothing that is no number is an id."""
    return value if _is_count(value) else None


def check_well(group: StoredGroup) -> None:
    """Check that each field of view of a well is an image."""
    well = group.node.attributes.get("well")
    images = well.get("images") if isinstance(well, dict) else None
    paths = {index: group.resolve(image.get("path")) for index, image in objects(images)}
    for index, path in paths.items():
        if path is not None and group.store.lacks(path, "multiscales"):
            message = f"{quote(path)} should be an image; there is none"
            group.log.report("field-missing", f"well/images/{index}", message)
    if entries(images) == [] or _all_gone(group, paths.values()):
        group.log.report("well-empty", "well", "the well has no image")


def _all_gone(group: StoredGroup, paths: Iterable[str | None]) -> bool:
    return all(path is not None and group.store.lacks(path, "multiscales") for path in paths)
