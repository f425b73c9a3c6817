"""A label image over its image."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image

from sitegen.model import Problem
from sitegen.pixels.decoding import decode_planes
from sitegen.pixels.fetching import FetchedChunks
from sitegen.pixels.image import ImageInfo
from sitegen.pixels.read_plan import ReadPlan
from sitegen.render.channels import choose_styles, draw_channels, draw_rgb, is_rgb
from sitegen.render.colormaps import label_colors
from sitegen.render.encoding import PREVIEW_WEBP, RenderedImages, encode
from sitegen.render.scaling import fit

_LABEL_OPACITY = 102
"""Of 255."""
_OUTLINE_OF = 300
"""Pixels of the longer side for each pixel of an outline's width."""


def render_overlay(
    image: ReadPlan, image_fetched: FetchedChunks, label: ReadPlan, label_fetched: FetchedChunks
) -> RenderedImages:
    """Return the image with a label image over it, `preview` alone.

    Both plans must be of the whole plane at the same z and t. Objects are tinted, their outlines in full colour.
    """
    planes, labels = decode_planes(image, image_fetched), decode_planes(label, label_fetched)
    if isinstance(planes, Problem) or isinstance(labels, Problem):
        return RenderedImages(problems=tuple(each for each in (planes, labels) if isinstance(each, Problem)))
    if is_rgb(planes, image.image):
        drawn = draw_rgb(planes)
    else:
        drawn = draw_channels(planes.data, choose_styles([planes], image.image))
    ground = np.asarray(fit(drawn, image.budget.preview_px, planes.pixel_size, smooth=True))
    tinted = draw_overlay(ground, labels.data[0], label.image)
    return RenderedImages(preview=encode(Image.fromarray(tinted), PREVIEW_WEBP), empty=labels.empty)


def draw_overlay(ground: np.ndarray[Any, Any], labels: np.ndarray[Any, Any], image: ImageInfo) -> np.ndarray[Any, Any]:
    """Return the ground, (y, x, rgb), with labels, (y, x) of any size, over it."""
    height, width = ground.shape[:2]
    rows = np.arange(height) * labels.shape[0] // height
    columns = np.arange(width) * labels.shape[1] // width
    near = labels[np.ix_(rows, columns)]
    outlined = _outlines(near, max(1, max(near.shape) // _OUTLINE_OF))
    opacity = np.where(near == 0, 0, np.where(outlined, 255, _LABEL_OPACITY)).astype(np.uint8)
    layers = (label_colors(near, image.label_colors), ground, opacity)
    return np.asarray(Image.composite(*map(Image.fromarray, layers)))  # by numpy it takes ten times as long (measured)


def _outlines(labels: np.ndarray[Any, Any], width: int) -> np.ndarray[Any, Any]:
    """Return which pixels lie at most `width` from another object or the background, along y or x."""
    edge = np.zeros(labels.shape, bool)
    for step in range(1, width + 1):
        beside, below = labels[:, step:] != labels[:, :-step], labels[step:] != labels[:-step]
        edge[:, step:] |= beside
        edge[:, :-step] |= beside
        edge[step:] |= below
        edge[:-step] |= below
    return edge
