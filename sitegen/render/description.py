"""What a picture shows: the values and the sentence of a record."""

from __future__ import annotations

from collections.abc import Sequence

from sitegen.model import Shown
from sitegen.pixels.decoding import DecodedPlanes
from sitegen.pixels.read_plan import ReadPlan
from sitegen.render.channels import ChannelStyle


def describe_picture(
    plan: ReadPlan, planes: DecodedPlanes, styles: Sequence[ChannelStyle], colors: str, width_px: int
) -> Shown:
    """Return what the picture of a plane shows.

    Parameters
    ----------
    plan, planes
        What was read.
    styles
        How each channel was drawn; empty for labels and RGB.
    colors
        Where colors and contrast come from, in words.
    width_px
        Width of the largest picture; the pixel size of the result is for this width.

    """
    pixel_size = planes.pixel_size[1] * planes.data.shape[-1] / width_px if planes.pixel_size else None
    visible = [style for style in styles if style.window.low < style.window.high] or styles
    return Shown(
        level=plan.path,
        z=plan.z,
        t=plan.t,
        channels=tuple(style.channel for style in visible),
        pixel_size=pixel_size,
        unit=planes.unit if pixel_size is not None else None,
        how=_sentence(plan, planes, colors),
    )


def describe_contrast(styles: Sequence[ChannelStyle]) -> str:
    """Return in words where the intensity windows of the channels come from."""
    author = sum(style.window.origin == "author" for style in styles)
    if all(style.window.origin in ("flat", "none") for style in styles):
        return "every pixel has the same value"
    if not author:
        return "contrast from the 1st to the 99.8th percentile of the pixels"
    return (
        "contrast set by the author"
        if author == len(styles)
        else "contrast set by the author where it suits the pixels"
    )


def _sentence(plan: ReadPlan, planes: DecodedPlanes, colors: str) -> str:
    """Return a sentence such as `The finest of 5 resolution levels, z = 12, contrast set by the author.`."""
    parts = [_resolution(plan.level_choice.level, len(plan.image.levels))]
    parts += [f"{name} = {index}" for name, index in (("z", plan.z), ("t", plan.t)) if index is not None]
    if not plan.level_choice.whole:
        parts.append("a region in the middle, because the image is too large to be read whole")
    axis, shape = plan.axis_positions.c, plan.image.levels[plan.level_choice.level].shape
    count = shape[axis] if axis is not None and shape else 1
    if len(planes.channels) < count:
        parts.append(f"{len(planes.channels)} of {count} channels")
    text = ", ".join([*filter(None, parts), "nothing but background is stored here" if planes.empty else colors])
    return text[0].upper() + text[1:] + "."


def _resolution(index: int, count: int) -> str:
    """Return in words which of the resolutions was read; empty for the only one."""
    if count == 1:
        return ""
    if index in (0, count - 1):
        return f"the {'coarsest' if index else 'finest'} of {count} resolution levels"
    ending = {1: "nd", 2: "rd"}.get(index, "th")
    return f"the {index + 1}{ending} finest of {count} resolution levels"
