"""Labels: the group that lists label images, and `image-label` of a label image."""

from __future__ import annotations

from sitegen.validate.json_value import JsonValue, is_integer, validate_distinct


def validate_labels(ome: JsonValue) -> None:
    """Validate the list of label images in a labels group."""
    ome.get_strings("labels", invalid="labels-type", missing="labels-missing")


def validate_label(ome: JsonValue) -> None:
    """Validate `image-label`, and that `multiscales` is beside it."""
    if "multiscales" not in ome.value:
        ome.report("label-multiscales", "`multiscales` is missing beside `image-label`")
    label = ome.get_object("image-label", invalid="label-type")
    if label is None:
        return
    colors = label.get_objects(
        "colors", invalid="label-colors-type", missing="label-no-colors", empty="label-colors-empty"
    )
    for color in colors:
        _validate_color(color)
    validate_distinct(colors, key="label-value", equal="label-colors-duplicate", shared="label-value-duplicate")
    properties = label.get_objects("properties", invalid="label-properties-type", empty="label-properties-empty")
    if "label-properties-type" in label.log.rules:
        _validate_properties(properties)
    if source := label.get_object("source", invalid="label-source-type"):
        source.get_string("image", invalid="label-source-image-type")
    label.require("version", missing="label-version")


def _validate_color(color: JsonValue) -> None:
    value = color.get_number("label-value", invalid="label-value-type", missing="label-value-missing")
    if value is not None and not is_integer(value):
        color.report_invalid("label-value-integer", "label-value", "an integer", value)
    rgba = color.get_integers("rgba", invalid="label-rgba-type")
    if rgba is None:
        return
    if len(rgba) != 4:
        color.report("label-rgba-count", f"`rgba` should have four numbers; found {len(rgba)}", "rgba")
    outside = next((number for number in rgba if not 0 <= number <= 255), None)
    if outside is not None:
        color.report_invalid("label-rgba-range", "rgba", "numbers from 0 to 255", outside)


def _validate_properties(properties: list[JsonValue]) -> None:
    for entry in properties:
        entry.get_integer("label-value", invalid="label-value-type", missing="label-value-missing")
    validate_distinct(properties, key="label-value", equal="label-properties-duplicate")
