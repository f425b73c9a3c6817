"""A well: the list of its fields of view."""

from __future__ import annotations

from sitegen.validate.json_value import JsonValue, validate_distinct


def validate_well(well: JsonValue) -> None:
    """Validate a well."""
    images = well.get_objects(
        "images", invalid="well-images-type", missing="well-images-missing", empty="well-images-empty"
    )
    fits = well.log.version.field_path.fullmatch
    for image in images:
        path = image.get_string("path", invalid="field-path-type", missing="field-path-missing")
        if path is not None and not fits(path):
            image.report_invalid("field-path", "path", "one plain name", path)
        image.get_integer("acquisition", invalid="field-acquisition-type")
    validate_distinct(images, key="path", equal="well-images-duplicate", shared="field-path-duplicate")
    well.require("version", missing="well-version")
