"""Labels: the group that lists label images, and what a label image says of itself."""

from __future__ import annotations

from sitegen.validate.json_value import JsonValue, check_different, is_text, is_whole, quote


def judge_labels(ome: JsonValue) -> None:
    """Check the list of label images in a labels group."""
    ome.every("labels", is_text, "text only", wrong="labels-type", missing="labels-missing")


def judge_label(ome: JsonValue) -> None:
    """Check `image-label`, and that it stands beside `multiscales`."""
    if "multiscales" not in ome.value:
        ome.report("label-multiscales", "`image-label` is there, but no `multiscales`")
    label = ome.inner("image-label", wrong="label-type")
    if label is None:
        return
    colors = label.objects("colors", wrong="label-colors-type", missing="label-no-colors", empty="label-colors-empty")
    for color in colors:
        _judge_color(color)
    check_different(colors, by="label-value", equal="label-colors-duplicate", same="label-value-duplicate")
    properties = label.objects("properties", wrong="label-properties-type", empty="label-properties-empty")
    if "label-properties-type" in label.log.rules:  # not known in 0.1
        _judge_properties(properties)
    if source := label.inner("source", wrong="label-source-type"):
        source.text("image", wrong="label-source-image-type")
    label.has("version", missing="label-version")


def _judge_color(color: JsonValue) -> None:
    value = color.number("label-value", wrong="label-value-type", missing="label-value-missing")
    if value is not None and not is_whole(value):
        color.wrong("label-value-integer", "label-value", "a whole number", value)
    rgba = color.wholes("rgba", wrong="label-rgba-type")
    if rgba is None:
        return
    if len(rgba) != 4:
        color.report("label-rgba-count", f"`rgba` should hold four numbers; found {len(rgba)}", "rgba")
    if not all(0 <= number <= 255 for number in rgba):
        outside = next(number for number in rgba if not 0 <= number <= 255)
        color.report("label-rgba-range", f"`rgba` should hold numbers from 0 to 255; found {quote(outside)}", "rgba")


def _judge_properties(properties: list[JsonValue]) -> None:
    for entry in properties:
        entry.whole("label-value", wrong="label-value-type", missing="label-value-missing")
    check_different(properties, by="label-value", equal="label-properties-duplicate")
