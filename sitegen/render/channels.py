"""Decoded channels → one picture in color."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageChops

from sitegen.model import Channel
from sitegen.pixels import Pixels
from sitegen.pixels.decoding import DecodedPlanes
from sitegen.pixels.image import ImageInfo
from sitegen.render.colormaps import Ramp, color_ramp, default_color, label_colors, named_ramp, read_color
from sitegen.render.contrast import Window, contrast_window

_BRIGHT_GROUND, _GROUND_COLOR = 0.35, "999999"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStyle:
    """How one channel is drawn."""

    channel: Channel
    """With the colour and window that are used."""
    limits: Window
    ramp: Ramp


def is_rgb(planes: DecodedPlanes, image: ImageInfo) -> bool:
    """Return whether the pixels are a photograph: three bytes, and channels not described, or as red, green, blue."""
    if planes.data.dtype != np.uint8 or len(planes.data) not in (3, 4) or image.grayscale:
        return False
    stated = [image.channels[i] for i in planes.channels if i < len(image.channels)]
    if not any(channel.color or channel.window or channel.lut for channel in stated):
        return True
    primaries = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    full = all(c.window is None or (c.window[0] <= 0 and c.window[1] >= 255) for c in stated)
    plain = not any(channel.inverted or channel.lut for channel in stated)
    return [read_color(c.color) for c in stated] == primaries and len(planes.data) == 3 and full and plain


def draw_rgb(planes: DecodedPlanes) -> Image.Image:
    """Return the first three channels as red, green and blue."""
    # Pillow interleaves 15 times faster than numpy (measured: 0.6 for 9 ms at 1,536 x 1,200 pixels)
    return Image.merge("RGB", [Image.fromarray(np.ascontiguousarray(plane)) for plane in planes.data[:3]])


def choose_styles(pictures: Sequence[DecodedPlanes], image: ImageInfo) -> list[ChannelStyle]:
    """Return how each channel is drawn, its limits common to all of these pictures.

    A channel with one value everywhere adds nothing to the others, so it is left dark; alone it is mid-grey.
    """
    indices, fill = pictures[0].channels, next((p.fill for p in pictures if p.fill is not None), None)
    stated = [image.channels[i] if i < len(image.channels) else Channel() for i in indices]
    limits = [
        contrast_window([picture.data[place] for picture in pictures], channel.window, fill=fill)
        for place, channel in enumerate(stated)
    ]
    colors = ["FFFFFF"] if image.grayscale else _colors(stated, limits)
    return [
        _make_style(
            replace(channel, color=color, label=channel.label or _number(index, indices)), each, image.grayscale
        )
        for index, channel, color, each in zip(indices, stated, colors, limits, strict=True)
    ]


def _number(index: int, indices: Sequence[int]) -> str | None:
    return f"Channel {index}" if len(indices) > 1 else None


def _make_style(channel: Channel, limits: Window, grayscale: bool) -> ChannelStyle:
    ramp = None if grayscale else named_ramp(channel.lut)
    used = replace(channel, active=True, window=(limits.low, limits.high), lut=None if ramp is None else channel.lut)
    return ChannelStyle(
        channel=used, limits=limits, ramp=color_ramp(channel.color or "FFFFFF") if ramp is None else ramp
    )


def _colors(stated: Sequence[Channel], limits: Sequence[Window]) -> list[str]:
    """Return a colour for each channel: the author's, unless it cannot be seen or says nothing.

    Black is not seen; several channels that are all white are what a writer leaves that asks nobody.
    Without a colour, transmitted light beside fluorescence is a grey ground to it.
    """
    given = [_hexadecimal(channel.color) for channel in stated]
    if len(given) > 1 and set(given) == {"FFFFFF"}:
        given = [None] * len(given)
    bright = [each.ground > _BRIGHT_GROUND for each in limits]
    colored = [place for place in range(len(given)) if not bright[place]] or list(range(len(given)))
    return [
        color or (default_color(colored.index(place), len(given)) if place in colored else _GROUND_COLOR)
        for place, color in enumerate(given)
    ]


def _hexadecimal(text: str | None) -> str | None:
    rgb = read_color(text)
    return "{:02X}{:02X}{:02X}".format(*rgb) if rgb and any(rgb) else None


def draw_channels(data: Pixels, styles: Sequence[ChannelStyle]) -> Image.Image:
    """Return the sum of the channels' colours, clipped. data: (c, y, x), raw values."""
    drawable = [place for place, style in enumerate(styles) if style.limits.low < style.limits.high]
    if not drawable:
        return Image.merge("RGB", [Image.fromarray(_flat(data[0], styles[0].limits.low))] * 3)
    total: Image.Image | None = None
    for place in drawable:
        layer = Image.fromarray(_intensities(data[place], styles[place])).convert("L")
        layer.putpalette(styles[place].ramp.tobytes())
        layer = layer.convert("RGB")
        total = layer if total is None else ImageChops.add(total, layer)
    assert total is not None
    return total


def _intensities(plane: Pixels, style: ChannelStyle) -> Pixels:
    """Return each pixel's place between black, 0, and full colour, 255. NaN is black."""
    limits = style.limits
    exact = np.float32 if plane.dtype.itemsize <= 2 or plane.dtype == np.float32 else np.float64
    with np.errstate(over="ignore", invalid="ignore"):
        scaled: Pixels = np.subtract(plane, limits.low, dtype=exact)
        scaled *= 255 / (limits.high - limits.low)
    if plane.dtype.kind == "f":
        np.nan_to_num(scaled, copy=False, nan=0.0)
    shown: Pixels = np.clip(scaled, 0, 255, out=scaled).astype(np.uint8)
    if not style.channel.inverted:
        return shown
    return np.where(np.isnan(plane), 0, 255 - shown).astype(np.uint8) if plane.dtype.kind == "f" else 255 - shown


def _flat(plane: Pixels, value: float) -> Pixels:
    """Return mid-grey where the plane has its one value, white for hot pixels, black where nothing was measured."""
    grey = np.where(plane > value, 255, 128)
    return np.where(plane < value, 0, np.where(np.isnan(plane), 0, grey)).astype(np.uint8)


def draw_labels(planes: DecodedPlanes, image: ImageInfo) -> Image.Image:
    """Return the label image in categorical colours."""
    return Image.fromarray(label_colors(planes.data[0], image.label_colors))
