"""Decoded channels → one picture in color.

Channels are drawn as their author states it (color, window, lookup table, inverted), else
in colors that can be told apart with a color vision deficiency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageChops

from sitegen.model import Channel
from sitegen.pixels.arrays import Pixels
from sitegen.pixels.decoding import DecodedPlanes
from sitegen.pixels.image import ImageInfo
from sitegen.render.colormaps import Ramp, color_ramp, default_color, label_colors, named_ramp, read_color
from sitegen.render.contrast import Window, contrast_window

_BRIGHT_FIELD = 0.35
"""A channel whose median pixel lies higher in its window is transmitted light: its background is bright."""
_BRIGHT_FIELD_COLOR = "999999"
"""Beside fluorescence, so that the other colors remain visible."""
_PRIMARIES = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStyle:
    """How one channel is drawn."""

    channel: Channel
    """With the color, window and label that are used."""
    window: Window
    ramp: Ramp


def is_rgb(planes: DecodedPlanes, image: ImageInfo) -> bool:
    """Return whether the channels are the colors of one picture.

    They are if there are three of uint8 that are not described or described as red, green
    and blue with full windows, or four that are not described.
    """
    if planes.data.dtype != np.uint8 or len(planes.data) not in (3, 4) or image.grayscale:
        return False
    stated = [image.channels[i] for i in planes.channels if i < len(image.channels)]
    if not any(channel.color or channel.window or channel.lut for channel in stated):
        return True
    primaries = [read_color(channel.color) for channel in stated] == _PRIMARIES
    full = all(each.window is None or (each.window[0] <= 0 and each.window[1] >= 255) for each in stated)
    modified = any(channel.inverted or channel.lut for channel in stated)
    return primaries and len(planes.data) == 3 and full and not modified


def draw_rgb(planes: DecodedPlanes) -> Image.Image:
    """Return the first three channels as red, green and blue."""
    # Pillow interleaves 15 times faster than numpy (measured: 0.6 ms, not 9 ms, for 1,536 x 1,200 pixels)
    return Image.merge("RGB", [Image.fromarray(np.ascontiguousarray(plane)) for plane in planes.data[:3]])


def choose_styles(pictures: Sequence[DecodedPlanes], image: ImageInfo) -> list[ChannelStyle]:
    """Return how each channel is drawn in all of these pictures alike.

    Parameters
    ----------
    pictures
        Pixels with the same channels; the windows are chosen from all of them together.
    image
        The author's settings.

    """
    indices, fill = pictures[0].channels, next((p.fill for p in pictures if p.fill is not None), None)
    stated = [image.channels[i] if i < len(image.channels) else Channel() for i in indices]
    windows = [
        contrast_window([picture.data[place] for picture in pictures], channel.window, fill=fill)
        for place, channel in enumerate(stated)
    ]
    colors = ["FFFFFF"] if image.grayscale else _choose_colors(stated, windows)
    labels = [channel.label or _default_label(index, indices) for index, channel in zip(indices, stated, strict=True)]
    used = [
        replace(channel, color=color, label=label) for channel, color, label in zip(stated, colors, labels, strict=True)
    ]
    return [_make_style(channel, each, image.grayscale) for channel, each in zip(used, windows, strict=True)]


def _default_label(index: int, indices: Sequence[int]) -> str | None:
    return f"Channel {index}" if len(indices) > 1 else None


def _make_style(channel: Channel, window: Window, grayscale: bool) -> ChannelStyle:
    ramp = None if grayscale else named_ramp(channel.lut)
    used = replace(channel, active=True, window=(window.low, window.high), lut=None if ramp is None else channel.lut)
    return ChannelStyle(
        channel=used, window=window, ramp=color_ramp(channel.color or "FFFFFF") if ramp is None else ramp
    )


def _choose_colors(stated: Sequence[Channel], windows: Sequence[Window]) -> list[str]:
    """Return a color for each channel: the author's, or a default.

    The author's color is ignored where it is black, which is invisible, and where several
    channels are all white, which is what writers store if nobody chose colors.
    """
    given = [_visible_color(channel.color) for channel in stated]
    if len(given) > 1 and set(given) == {"FFFFFF"}:
        given = [None] * len(given)
    bright = [each.median > _BRIGHT_FIELD for each in windows]
    colored = [place for place in range(len(given)) if not bright[place]] or list(range(len(given)))
    return [
        color or (default_color(colored.index(place), len(given)) if place in colored else _BRIGHT_FIELD_COLOR)
        for place, color in enumerate(given)
    ]


def _visible_color(text: str | None) -> str | None:
    """Return the color as RRGGBB; None for black and for what is not a color."""
    rgb = read_color(text)
    return "{:02X}{:02X}{:02X}".format(*rgb) if rgb and any(rgb) else None


def draw_channels(data: Pixels, styles: Sequence[ChannelStyle]) -> Image.Image:
    """Return the sum of the channels in their colors, clipped.

    A channel with one value everywhere is left out; if there is no other, it is mid-gray.

    Parameters
    ----------
    data
        (c, y, x), raw values.
    styles
        One for each channel.

    """
    drawable = [place for place, style in enumerate(styles) if style.window.low < style.window.high]
    if not drawable:
        return Image.merge("RGB", [Image.fromarray(_draw_flat(data[0], styles[0].window.low))] * 3)
    total = _draw_layer(data[drawable[0]], styles[drawable[0]])
    for place in drawable[1:]:
        total = ImageChops.add(total, _draw_layer(data[place], styles[place]))
    return total


def _draw_layer(plane: Pixels, style: ChannelStyle) -> Image.Image:
    layer = Image.fromarray(_scale_intensities(plane, style)).convert("L")
    layer.putpalette(style.ramp.tobytes())
    return layer.convert("RGB")


def _scale_intensities(plane: Pixels, style: ChannelStyle) -> Pixels:
    """Return the plane (y, x) as uint8: 0 is black, 255 full color; NaN becomes 0."""
    window = style.window
    dtype = np.float32 if plane.dtype.itemsize <= 2 or plane.dtype == np.float32 else np.float64
    with np.errstate(over="ignore", invalid="ignore"):
        scaled: Pixels = np.subtract(plane, window.low, dtype=dtype)
        scaled *= 255 / (window.high - window.low)
    if plane.dtype.kind == "f":
        np.nan_to_num(scaled, copy=False, nan=0.0)
    shown: Pixels = np.clip(scaled, 0, 255, out=scaled).astype(np.uint8)
    if not style.channel.inverted:
        return shown
    return np.where(np.isnan(plane), 0, 255 - shown).astype(np.uint8) if plane.dtype.kind == "f" else 255 - shown


def _draw_flat(plane: Pixels, value: float) -> Pixels:
    """Return mid-gray where the plane has its one value, white for hot pixels, black for lower values and NaN."""
    gray = np.where(plane > value, 255, 128)
    return np.where(plane < value, 0, np.where(np.isnan(plane), 0, gray)).astype(np.uint8)


def draw_labels(planes: DecodedPlanes, image: ImageInfo) -> Image.Image:
    """Return the label image with one color for each label; 0, the background, is black."""
    return Image.fromarray(label_colors(planes.data[0], image.label_colors))
