"""Rendering settings, `omero`: colours and windows of the channels."""

from __future__ import annotations

import re

from sitegen.validate.json_value import JsonValue, quote

_COLOR = re.compile(r"[0-9A-Fa-f]{6}")


def judge_omero(omero: JsonValue) -> None:
    """Check the rendering settings of an image."""
    channels = omero.objects("channels", wrong="omero-channels-type", missing="omero-channels-missing")
    for channel in channels:
        _judge_channel(channel)


def _judge_channel(channel: JsonValue) -> None:
    color = channel.text("color", wrong="omero-color-type", missing="omero-color-missing")
    if color is not None and not _COLOR.fullmatch(color):
        channel.report("omero-color", f"`color` should be six hexadecimal digits; found {quote(color)}", "color")
    window = channel.inner("window", wrong="omero-window-type", missing="omero-window-missing")
    for key in ("min", "max", "start", "end") if window else ():
        window.number(key, wrong="omero-window-fields", missing="omero-window-fields")  # type: ignore[union-attr]
    channel.text("label", wrong="omero-label-type")
    channel.text("family", wrong="omero-family-type")
    channel.flag("active", wrong="omero-active-type")
