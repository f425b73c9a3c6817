"""A label image drawn over its image.

Trade-off: labels are not smoothed, so that no pixel shows a label that is not there.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from sitegen.model import Problem
from sitegen.pixels.arrays import Pixels
from sitegen.pixels.decoding import decode_planes
from sitegen.pixels.fetched import FetchedChunks
from sitegen.pixels.image import ImageInfo
from sitegen.pixels.read_plan import ReadPlan
from sitegen.render.channels import choose_styles, draw_channels, draw_rgb, is_rgb
from sitegen.render.colormaps import label_colors
from sitegen.render.encoding import PREVIEW_WEBP, encode
from sitegen.render.scaling import fit
from sitegen.render.values import RenderedImages

_LABEL_OPACITY = 102
"""Of 255: the image stays visible inside a label."""
_PIXELS_PER_OUTLINE = 300
"""An outline is one pixel wide for so many pixels of the longer side."""


def render_overlay(
    image_plan: ReadPlan, image_chunks: FetchedChunks, label_plan: ReadPlan, label_chunks: FetchedChunks
) -> RenderedImages:
    """Return the image with a label image over it, as `preview` alone; runs in a worker process.

    Labels are tinted and outlined in full color.

    Parameters
    ----------
    image_plan, label_plan
        Of the whole plane, at the same z and t.
    image_chunks, label_chunks
        What was fetched for them.

    """
    planes, labels = decode_planes(image_plan, image_chunks), decode_planes(label_plan, label_chunks)
    if isinstance(planes, Problem) or isinstance(labels, Problem):
        return RenderedImages(problems=tuple(each for each in (planes, labels) if isinstance(each, Problem)))
    if is_rgb(planes, image_plan.image):
        drawn = draw_rgb(planes)
    else:
        drawn = draw_channels(planes.data, choose_styles([planes], image_plan.image))
    background = np.asarray(fit(drawn, image_plan.budget.preview_px, planes.pixel_size, smooth=True))
    tinted = draw_overlay(background, labels.data[0], label_plan.image)
    return RenderedImages(preview=encode(Image.fromarray(tinted), PREVIEW_WEBP), empty=labels.empty)


def draw_overlay(background: Pixels, labels: Pixels, label_image: ImageInfo) -> Pixels:
    """Return the background with the labels over it.

    Parameters
    ----------
    background
        (y, x, 3), uint8.
    labels
        (y, x), of any size; scaled to the background without smoothing.
    label_image
        Has the colors of the labels.

    Returns
    -------
    (y, x, 3), uint8, the size of the background.

    """
    height, width = background.shape[:2]
    rows = np.arange(height) * labels.shape[0] // height
    columns = np.arange(width) * labels.shape[1] // width
    scaled = labels[np.ix_(rows, columns)]
    outlined = _find_outlines(scaled, max(1, max(scaled.shape) // _PIXELS_PER_OUTLINE))
    opacity = np.where(scaled == 0, 0, np.where(outlined, 255, _LABEL_OPACITY)).astype(np.uint8)
    layers = (label_colors(scaled, label_image.label_colors), background, opacity)
    return np.asarray(Image.composite(*map(Image.fromarray, layers)))  # numpy takes ten times as long (measured)


def _find_outlines(labels: Pixels, width_px: int) -> Pixels:
    """Return which pixels (y, x) are at most `width_px` from another label or the background, along y or x."""
    edge = np.zeros(labels.shape, bool)
    for step in range(1, width_px + 1):
        horizontal, vertical = labels[:, step:] != labels[:, :-step], labels[step:] != labels[:-step]
        edge[:, step:] |= horizontal
        edge[:, :-step] |= horizontal
        edge[step:] |= vertical
        edge[:-step] |= vertical
    return edge
