"""Pixels → the pictures of a dataset: a thumbnail and a larger preview, in WebP.

Pure functions: the same pixels and metadata give the same bytes. Channels are drawn as
their author wants them, else in colours that the colour-blind can tell apart; pixels
that are longer than wide are drawn so; nothing is enlarged except what would be too
small to see, and that without smoothing. `render` is what a worker process runs.

Trade-off: contrast is applied before scaling down, so that limits mean raw counts; the
mean of a few clipped pixels may be a little off.
"""

from __future__ import annotations

import io
import math
import struct
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image, ImageChops, ImageOps

from sitegen.model import Channel, Problem, Shown
from sitegen.model.codes import make_problem
from sitegen.pixels.levels import ImageInfo
from sitegen.pixels.selection import DecodedPlanes, FetchedChunks, ReadPlan, decode
from sitegen.render.colormaps import Ramp, color_ramp, default_color, label_colors, named_ramp, read_color
from sitegen.render.contrast import Window, contrast_window

Pixels = np.ndarray[Any, np.dtype[Any]]

_MOST_STRETCH = 8.0
"""Pixels that are longer than this are drawn as if they were not: the picture would be a stripe."""
_LEAST_PX = 128
"""Smaller pictures are enlarged by whole factors."""
_BRIGHT_GROUND, _GROUND_COLOR = 0.35, "999999"
_THUMBNAIL_WEBP = {"quality": 75, "method": 2}
"""Effort 4 costs twice the time for 3 % of the size (measured)."""
PREVIEW_WEBP = {"quality": 70, "method": 0}
"""A preview is sixteen times larger: effort 0 saves 10 of 30 ms for 11 % of the size (measured)."""
_REDUCING_GAP = 1.5
"""How far means of whole pixels bring a picture down before it is filtered. A gap of 3 takes 1.7 times as long; that
changes a grey level by 0.2 to 2.9 in the mean, where WebP changes it by 0.6 to 9.7, always more (measured)."""
_MOST_PIXELS = 4_200_000
"""Of a supplied picture, such as 2048 x 2048. Reencoding that takes up to 100 MB, of WebP; 16 million took 430 MB,
from 29 kB (measured)."""
_MOST_JPEG_PIXELS = 16_800_000
"""Of a JPEG that is not progressive: it is reduced while it is read."""
_LARGE_PIXELS = 1_050_000
"""Of a supplied picture: one with more is reencoded while no other such is."""
_SUPPLIED_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF")
# What hostile pictures make Pillow raise.
_PICTURE_ERRORS = (
    ArithmeticError, AttributeError, LookupError, MemoryError, OSError, EOFError, RuntimeError, SyntaxError, TypeError,
    ValueError, struct.error, zlib.error, Image.DecompressionBombError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedImage:
    """A picture in WebP."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedImages:
    """The pictures of one dataset; a problem says why there are none."""

    thumbnail: EncodedImage | None = None
    preview: EncodedImage | None = None
    """None where it would not be larger than the thumbnail."""
    shown: Shown | None = None
    empty: bool = False
    """Nothing but fill value was there to draw: another plane or well may have more to show."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStyle:
    """How one channel is drawn."""

    channel: Channel
    """With the colour and window that are used."""
    limits: Window
    ramp: Ramp


def render(plan: ReadPlan, fetched: FetchedChunks) -> RenderedImages:
    """Return the pictures of a plan's plane; runs in a worker process."""
    planes = decode(plan, fetched)
    if isinstance(planes, Problem):
        return RenderedImages(problems=(planes,))
    return make_pictures(plan, planes)


def make_pictures(plan: ReadPlan, planes: DecodedPlanes) -> RenderedImages:
    """Return thumbnail and preview of decoded pixels, and what they show."""
    budget, is_label = plan.budget, plan.subject.is_label
    paints: list[ChannelStyle] = []
    if is_label:
        drawn, words = draw_labels(planes, plan.subject), "each object in its own colour"
    elif is_rgb(planes, plan.subject):
        drawn, words = draw_photograph(planes), "colours as stored"
    else:
        paints = choose_styles([planes], plan.subject)
        drawn, words = draw_channels(planes.data, paints), _contrast_words(paints)
    thumbnail, preview = _both(drawn, budget.thumbnail_px, budget.preview_px, planes.pixel_size, smooth=not is_label)
    return RenderedImages(
        thumbnail=thumbnail,
        preview=preview,
        shown=_shown(plan, planes, paints, words, (preview or thumbnail).width),
        empty=planes.empty,
        problems=planes.problems,
    )


def is_rgb(planes: DecodedPlanes, subject: ImageInfo) -> bool:
    """Return whether the pixels are a photograph: three bytes, and channels not described, or as red, green, blue."""
    if planes.data.dtype != np.uint8 or len(planes.data) not in (3, 4) or subject.greyscale:
        return False
    stated = [subject.channels[i] for i in planes.channels if i < len(subject.channels)]
    if not any(channel.color or channel.window or channel.lut for channel in stated):
        return True
    primaries = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    full = all(c.window is None or (c.window[0] <= 0 and c.window[1] >= 255) for c in stated)
    plain = not any(channel.inverted or channel.lut for channel in stated)
    return [read_color(c.color) for c in stated] == primaries and len(planes.data) == 3 and full and plain


def draw_photograph(planes: DecodedPlanes) -> Image.Image:
    """Return the first three channels as red, green and blue."""
    # Pillow interleaves 15 times faster than numpy (measured: 0.6 for 9 ms at 1,536 x 1,200 pixels)
    return Image.merge("RGB", [Image.fromarray(np.ascontiguousarray(plane)) for plane in planes.data[:3]])


def choose_styles(pictures: Sequence[DecodedPlanes], subject: ImageInfo) -> list[ChannelStyle]:
    """Return how each channel is drawn, its limits common to all of these pictures.

    A channel with one value everywhere adds nothing to the others, so it is left dark; alone it is mid-grey.
    """
    indices, fill = pictures[0].channels, next((p.fill for p in pictures if p.fill is not None), None)
    stated = [subject.channels[i] if i < len(subject.channels) else Channel() for i in indices]
    limits = [
        contrast_window([picture.data[place] for picture in pictures], channel.window, fill=fill)
        for place, channel in enumerate(stated)
    ]
    colors = ["FFFFFF"] if subject.greyscale else _colors(stated, limits)
    return [
        _paint(replace(channel, color=color, label=channel.label or _number(index, indices)), each, subject.greyscale)
        for index, channel, color, each in zip(indices, stated, colors, limits, strict=True)
    ]


def _number(index: int, indices: Sequence[int]) -> str | None:
    return f"Channel {index}" if len(indices) > 1 else None


def _paint(channel: Channel, limits: Window, greyscale: bool) -> ChannelStyle:
    ramp = None if greyscale else named_ramp(channel.lut)
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


def draw_channels(data: Pixels, paints: Sequence[ChannelStyle]) -> Image.Image:
    """Return the sum of the channels' colours, clipped. data: (c, y, x), raw values."""
    drawable = [place for place, paint in enumerate(paints) if paint.limits.low < paint.limits.high]
    if not drawable:
        return Image.merge("RGB", [Image.fromarray(_flat(data[0], paints[0].limits.low))] * 3)
    total: Image.Image | None = None
    for place in drawable:
        layer = Image.fromarray(_intensities(data[place], paints[place])).convert("L")
        layer.putpalette(paints[place].ramp.tobytes())
        layer = layer.convert("RGB")
        total = layer if total is None else ImageChops.add(total, layer)
    assert total is not None
    return total


def _intensities(plane: Pixels, paint: ChannelStyle) -> Pixels:
    """Return each pixel's place between black, 0, and full colour, 255. NaN is black."""
    limits = paint.limits
    exact = np.float32 if plane.dtype.itemsize <= 2 or plane.dtype == np.float32 else np.float64
    with np.errstate(over="ignore", invalid="ignore"):
        scaled: Pixels = np.subtract(plane, limits.low, dtype=exact)
        scaled *= 255 / (limits.high - limits.low)
    if plane.dtype.kind == "f":
        np.nan_to_num(scaled, copy=False, nan=0.0)
    shown: Pixels = np.clip(scaled, 0, 255, out=scaled).astype(np.uint8)
    if not paint.channel.inverted:
        return shown
    return np.where(np.isnan(plane), 0, 255 - shown).astype(np.uint8) if plane.dtype.kind == "f" else 255 - shown


def _flat(plane: Pixels, value: float) -> Pixels:
    """Return mid-grey where the plane has its one value, white for hot pixels, black where nothing was measured."""
    grey = np.where(plane > value, 255, 128)
    return np.where(plane < value, 0, np.where(np.isnan(plane), 0, grey)).astype(np.uint8)


def draw_labels(planes: DecodedPlanes, subject: ImageInfo) -> Image.Image:
    """Return the label image in categorical colours."""
    return Image.fromarray(label_colors(planes.data[0], subject.label_colors))


def _both(
    drawn: Image.Image, thumbnail_px: int, preview_px: int, pixel_size: tuple[float, float] | None, *, smooth: bool
) -> tuple[EncodedImage, EncodedImage | None]:
    """Return thumbnail and preview of what was drawn; no preview where it would hardly be larger.

    The thumbnail is scaled from the preview, so that a large picture is gone through once, unless the preview is
    itself enlarged. Labels are taken from the whole, so as not to be mixed.
    """
    small, large = (_fitted_size(drawn.size, longest, pixel_size) for longest in (thumbnail_px, preview_px))
    if max(large) <= 1.25 * max(small):
        return encode(_resize(drawn, small, smooth=smooth), _THUMBNAIL_WEBP, lossless=not smooth), None
    preview = _resize(drawn, large, smooth=smooth)
    thumbnail = _resize(preview if smooth and max(large) <= max(drawn.size) else drawn, small, smooth=smooth)
    return (
        encode(thumbnail, _THUMBNAIL_WEBP, lossless=not smooth),
        encode(preview, PREVIEW_WEBP, lossless=not smooth),
    )


def fit(drawn: Image.Image, longest_px: int, pixel_size: tuple[float, float] | None, *, smooth: bool) -> Image.Image:
    """Return the picture in physical proportion, its longer side at most `longest_px`.

    pixel_size: of the drawn pixels, along y and x. smooth: False for labels, whose colours must not be mixed.
    """
    return _resize(drawn, _fitted_size(drawn.size, longest_px, pixel_size), smooth=smooth)


def _fitted_size(drawn: tuple[int, int], longest_px: int, pixel_size: tuple[float, float] | None) -> tuple[int, int]:
    width, height = _proportioned(drawn, pixel_size)
    longest = max(width, height)
    if longest > longest_px:
        scale = longest_px / longest
    else:
        scale = min(math.ceil(_LEAST_PX / longest), max(1, int(longest_px / longest)))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _resize(drawn: Image.Image, size: tuple[int, int], *, smooth: bool) -> Image.Image:
    """Return the picture in this size; what grows along both axes is not smoothed."""
    grows = [new > old for new, old in zip(size, drawn.size, strict=True)]
    if size == drawn.size:
        return drawn
    if not smooth or all(grows):
        return drawn.resize(size, Image.Resampling.NEAREST)
    how = Image.Resampling.BICUBIC if any(grows) else Image.Resampling.HAMMING
    return drawn.resize(size, how, reducing_gap=_REDUCING_GAP)


def _proportioned(size: tuple[int, int], pixel_size: tuple[float, float] | None) -> tuple[float, float]:
    width, height = size
    stretch = pixel_size[0] / pixel_size[1] if pixel_size else 1.0  # of y against x
    if not 1 / _MOST_STRETCH <= stretch <= _MOST_STRETCH or 0.99 < stretch < 1.01:
        return width, height
    return (width, height * stretch) if stretch > 1 else (width / stretch, height)


def encode(picture: Image.Image, settings: Mapping[str, int], *, lossless: bool = False) -> EncodedImage:
    """Return the picture in WebP; `lossless` for few, flat colours."""
    out = io.BytesIO()
    picture.save(out, "WEBP", lossless=lossless, **settings)
    return EncodedImage(content=out.getvalue(), width=picture.width, height=picture.height)


def reencode_small(supplied: bytes, *, thumbnail_px: int, preview_px: int) -> RenderedImages | None:
    """Do as `reencode`; None where the picture is so large that no other should be reencoded meanwhile."""
    with suppress(*_PICTURE_ERRORS), _open(supplied) as picture:
        if picture.width * picture.height > _LARGE_PIXELS:
            return None
    return reencode(supplied, thumbnail_px=thumbnail_px, preview_px=preview_px)


def reencode(supplied: bytes, *, thumbnail_px: int = 256, preview_px: int = 1024) -> RenderedImages:
    """Return a picture that the data's owner supplies as pictures of our own making.

    supplied: a stranger's bytes in PNG, JPEG, WebP, GIF or AVIF; the first frame of an animation. Only
    pixels are kept. Anything else, or more pixels than are read, is a problem.
    """
    try:
        with _open(supplied) as picture:
            _check_size(picture, len(supplied))
            drawn = _on_black(_reduced(picture, preview_px))
    except _PICTURE_ERRORS as error:
        message = f"the supplied thumbnail cannot be used: {str(error)[:200]}"
        problem = make_problem("thumbnail-unreadable", "thumbnails", message)
        return RenderedImages(problems=(problem,))
    thumbnail, preview = _both(drawn, thumbnail_px, preview_px, None, smooth=True)
    return RenderedImages(thumbnail=thumbnail, preview=preview)


def _open(supplied: bytes) -> Image.Image:
    Image.init()
    formats = [name for name in _SUPPLIED_FORMATS if name in Image.OPEN]
    return Image.open(io.BytesIO(supplied), formats=formats)


def _check_size(picture: Image.Image, size_bytes: int) -> None:
    """Raise ValueError where a picture has more pixels than are read."""
    by_parts = picture.format == "JPEG" and "progressive" not in picture.info
    most = _MOST_JPEG_PIXELS if by_parts else _MOST_PIXELS
    if picture.width * picture.height > most:
        size = f"{picture.width:,} x {picture.height:,} pixels in {size_bytes:,} bytes"
        raise ValueError(f"it has {size}; at most {most:,} pixels are read, and 200 kB are recommended")


def _reduced(picture: Image.Image, longest_px: int) -> Image.Image:
    """Return the picture upright, with hardly more pixels than are wanted, before anything makes copies of it."""
    picture.draft("RGB", (longest_px, longest_px))
    picture.load()
    if picture.mode not in ("L", "LA", "RGB", "RGBA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
    factor = int(max(picture.size) / (_REDUCING_GAP * longest_px))
    return ImageOps.exif_transpose(picture.reduce(factor) if factor > 1 else picture)


def _on_black(picture: Image.Image) -> Image.Image:
    """Return the picture on the ground that pictures stand on."""
    picture = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, (0, 0, 0, 255)), picture).convert("RGB")


def _contrast_words(paints: Sequence[ChannelStyle]) -> str:
    author = sum(paint.limits.origin == "author" for paint in paints)
    if all(paint.limits.origin in ("flat", "none") for paint in paints):
        return "every pixel has the same value"
    if not author:
        return "contrast from the 1st to the 99.8th percentile"
    return "the author's contrast" if author == len(paints) else "the author's contrast where it suits the pixels"


def _shown(plan: ReadPlan, planes: DecodedPlanes, paints: Sequence[ChannelStyle], words: str, width: int) -> Shown:
    source_width = planes.data.shape[-1]
    size = planes.pixel_size[1] * source_width / width if planes.pixel_size else None
    drawn = [paint.channel for paint in paints if paint.limits.low < paint.limits.high] or [p.channel for p in paints]
    return Shown(
        level=plan.path,
        z=plan.z,
        t=plan.t,
        channels=tuple(drawn),
        pixel_size=size,
        unit=planes.unit if size is not None else None,
        how=_how(plan, planes, words),
    )


def _how(plan: ReadPlan, planes: DecodedPlanes, words: str) -> str:
    parts = [_fineness(plan.choice.level, len(plan.subject.levels))]
    parts += [f"{name} = {index}" for name, index in (("z", plan.z), ("t", plan.t)) if index is not None]
    if not plan.choice.whole:
        parts.append("a region in the middle, because the image is too large to be read whole")
    axis = plan.roles.c
    shape = plan.subject.levels[plan.choice.level].shape
    count = shape[axis] if axis is not None and shape else 1
    if len(planes.channels) < count:
        parts.append(f"{len(planes.channels)} of {count} channels")
    text = ", ".join([*filter(None, parts), "nothing but background is stored here" if planes.empty else words])
    return text[0].upper() + text[1:] + "."


def _fineness(index: int, count: int) -> str:
    """Return which of an image's resolutions was read, in words; nothing of an only one."""
    if count == 1:
        return ""
    if index in (0, count - 1):
        return f"the {'coarsest' if index else 'finest'} of {count} resolutions"
    ending = {1: "nd", 2: "rd"}.get(index, "th")
    return f"the {index + 1}{ending} finest of {count} resolutions"
