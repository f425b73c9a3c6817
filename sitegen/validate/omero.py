"""Rendering settings, `omero`: colors and windows of the channels."""

from __future__ import annotations

import re

from sitegen.validate.json_value import JsonValue

_COLOR = re.compile(r"[0-9A-Fa-f]{6}")


def validate_omero(omero: JsonValue) -> None:
    """Validate the rendering settings of an image."""
    channels = omero.get_objects("channels", invalid="omero-channels-type", missing="omero-channels-missing")
    for channel in channels:
        _validate_channel(channel)


def _validate_channel(channel: JsonValue) -> None:
    color = channel.get_string("color", invalid="omero-color-type", missing="omero-color-missing")
    if color is not None and not _COLOR.fullmatch(color):
        channel.report_invalid("omero-color", "color", "six hexadecimal digits", color)
    window = channel.get_object("window", invalid="omero-window-type", missing="omero-window-missing")
    if window is not None:
        for key in ("min", "max", "start", "end"):
            window.get_number(key, invalid="omero-window-fields", missing="omero-window-fields")
    channel.get_string("label", invalid="omero-label-type")
    channel.get_string("family", invalid="omero-family-type")
    channel.get_boolean("active", invalid="omero-active-type")
