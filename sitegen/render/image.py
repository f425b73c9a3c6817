"""Pixels → the pictures of a dataset: a thumbnail and a larger preview.

Pure functions: the same pixels and metadata give the same bytes. `render_image` runs in a
worker process.

Trade-off: contrast is applied before scaling down, so that its limits are raw values; the
mean of a few clipped pixels may be a little off.
"""

from __future__ import annotations

from sitegen.model import Problem
from sitegen.pixels.decoding import DecodedPlanes, decode_planes
from sitegen.pixels.fetched import FetchedChunks
from sitegen.pixels.read_plan import ReadPlan
from sitegen.render.channels import ChannelStyle, choose_styles, draw_channels, draw_labels, draw_rgb, is_rgb
from sitegen.render.description import describe_contrast, describe_picture
from sitegen.render.encoding import encode_both_sizes
from sitegen.render.values import RenderedImages


def render_image(plan: ReadPlan, fetched: FetchedChunks) -> RenderedImages:
    """Return the pictures of the plane of a plan."""
    planes = decode_planes(plan, fetched)
    if isinstance(planes, Problem):
        return RenderedImages(problems=(planes,))
    return _render_planes(plan, planes)


def _render_planes(plan: ReadPlan, planes: DecodedPlanes) -> RenderedImages:
    """Return thumbnail and preview of decoded pixels, and what they show."""
    budget, is_label = plan.budget, plan.image.is_label
    styles: list[ChannelStyle] = []
    if is_label:
        drawn, colors = draw_labels(planes, plan.image), "each object in its own color"
    elif is_rgb(planes, plan.image):
        drawn, colors = draw_rgb(planes), "colors as stored"
    else:
        styles = choose_styles([planes], plan.image)
        drawn, colors = draw_channels(planes.data, styles), describe_contrast(styles)
    thumbnail, preview = encode_both_sizes(
        drawn, budget.thumbnail_px, budget.preview_px, planes.pixel_size, smooth=not is_label
    )
    return RenderedImages(
        thumbnail=thumbnail,
        preview=preview,
        shown=describe_picture(plan, planes, styles, colors, (preview or thumbnail).width),
        empty=planes.empty,
        problems=planes.problems,
    )
