"""What a picture shows, as a record states it."""

from __future__ import annotations

from collections.abc import Sequence

from sitegen.model import Shown
from sitegen.pixels.decoding import DecodedPlanes
from sitegen.pixels.read_plan import ReadPlan
from sitegen.render.channels import ChannelStyle


def describe(plan: ReadPlan, planes: DecodedPlanes, styles: Sequence[ChannelStyle], words: str, width: int) -> Shown:
    source_width = planes.data.shape[-1]
    size = planes.pixel_size[1] * source_width / width if planes.pixel_size else None
    drawn = [style.channel for style in styles if style.limits.low < style.limits.high] or [p.channel for p in styles]
    return Shown(
        level=plan.path,
        z=plan.z,
        t=plan.t,
        channels=tuple(drawn),
        pixel_size=size,
        unit=planes.unit if size is not None else None,
        how=_how(plan, planes, words),
    )


def describe_contrast(styles: Sequence[ChannelStyle]) -> str:
    author = sum(style.limits.origin == "author" for style in styles)
    if all(style.limits.origin in ("flat", "none") for style in styles):
        return "every pixel has the same value"
    if not author:
        return "contrast from the 1st to the 99.8th percentile"
    return "the author's contrast" if author == len(styles) else "the author's contrast where it suits the pixels"


def _how(plan: ReadPlan, planes: DecodedPlanes, words: str) -> str:
    parts = [_fineness(plan.level_choice.level, len(plan.image.levels))]
    parts += [f"{name} = {index}" for name, index in (("z", plan.z), ("t", plan.t)) if index is not None]
    if not plan.level_choice.whole:
        parts.append("a region in the middle, because the image is too large to be read whole")
    axis = plan.axis_positions.c
    shape = plan.image.levels[plan.level_choice.level].shape
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
