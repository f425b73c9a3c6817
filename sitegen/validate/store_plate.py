"""Plates in a store: whether the wells exist, their fields of view, and the acquisitions that they name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from sitegen.ome.values import read_list
from sitegen.validate.stored_tree import StoredGroup, enumerate_objects, parent
from sitegen.validate.validation_log import describe


def validate_stored_plate(group: StoredGroup) -> None:
    """Validate each listed well of a plate."""
    plate = group.node.attributes.get("plate")
    if not isinstance(plate, dict):
        return
    limits = {_key(run.get("id")): run for _, run in enumerate_objects(plate.get("acquisitions"))}
    rows: set[str] = set()
    for index, well in enumerate_objects(plate.get("wells")):
        path = group.resolve(well.get("path"))
        if path is None:
            continue
        if group.store.lacks_key(path, "well"):
            found = group.store.what_is_at(path, "well")
            message = f"{describe(well['path'])} should be a group with `well`; {found}"
            group.log.report("well-group", f"plate/wells/{index}", message)
        elif group.store.has_key(path, "well"):
            _validate_counts(group, f"plate/wells/{index}", path, plate, limits)
        rows.add(parent(path))
    for row in sorted(rows - {group.path}):
        if group.store.was_read(row) and group.store.node(row) is None:
            found = group.store.what_is_at(row)
            group.log.report("well-group", "plate/wells", f"the row {describe(row)} should be a group; {found}")


def _validate_counts(
    group: StoredGroup,
    where: str,
    path: str,
    plate: Mapping[str, object],
    limits: Mapping[object, Mapping[str, object]],
) -> None:
    """Validate the fields of view of a well against what its plate states."""
    fields = _fields(group, path)
    most = plate.get("field_count")
    if _is_count(most) and len(fields) > most:  # type: ignore[operator]
        expected = f"{describe(path)} should have at most {describe(most)} fields of view, the `field_count`"
        group.log.report("field-count", where, f"{expected}; found {len(fields)}")
    for run, count in Counter(_key(field.get("acquisition")) for field in fields).items():
        limit = limits.get(run, {}).get("maximumfieldcount")
        if _is_count(limit) and count > limit:  # type: ignore[operator]
            expected = f"{describe(path)} should have at most {describe(limit)} fields of acquisition {describe(run)}"
            message = f"{expected}, the `maximumfieldcount`; found {count}"
            group.log.report("field-count", where, message)
    for index, field in enumerate(fields):
        _validate_acquisition(group, f"{where}: field {index}", field, limits)


def _fields(group: StoredGroup, path: str) -> list[Mapping[str, object]]:
    node = group.store.node(path)
    well = node.attributes.get("well") if node is not None else None
    return [field for _, field in enumerate_objects(well.get("images"))] if isinstance(well, dict) else []


def _validate_acquisition(
    group: StoredGroup, named: str, field: Mapping[str, object], limits: Mapping[object, Mapping[str, object]]
) -> None:
    where, _, which = named.partition(": ")
    if "acquisition" not in field:
        if len(limits) > 1:
            message = f"{which} of the well should name one of the plate's {len(limits)} acquisitions; it names none"
            group.log.report("field-acquisition-missing", where, message)
    elif limits and _key(field["acquisition"]) not in limits:
        message = f"{which} of the well should name an acquisition of the plate; found {describe(field['acquisition'])}"
        group.log.report("field-acquisition", where, message)


def _is_count(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _key(value: object) -> object:
    """Return the number of an acquisition, which can be looked up; None for what is no number."""
    return value if _is_count(value) else None


def validate_stored_well(group: StoredGroup) -> None:
    """Validate that each field of view of a well is an image."""
    well = group.node.attributes.get("well")
    images = well.get("images") if isinstance(well, dict) else None
    paths = {index: group.resolve(image.get("path")) for index, image in enumerate_objects(images)}
    for index, path in paths.items():
        if path is not None and group.store.lacks_key(path, "multiscales"):
            message = f"{describe(path)} should be an image; {group.store.what_is_at(path, 'multiscales')}"
            group.log.report("field-missing", f"well/images/{index}", message)
    if read_list(images) == [] or _all_gone(group, paths.values()):
        group.log.report("well-empty", "well", "the well should have an image; it has none")


def _all_gone(group: StoredGroup, paths: Iterable[str | None]) -> bool:
    return all(path is not None and group.store.lacks_key(path, "multiscales") for path in paths)
