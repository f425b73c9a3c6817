"""Electron micrographs: brain tissue as a volume, a single cell, a myelinated nerve.

Grayscale, uint8, dark where osmium binds. Membranes are drawn from distances: a dark line
where the distance to an outline is small, two where two membranes run side by side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator, default_rng

from sitegen.demo.cells import GRAY
from sitegen.demo.drawing import (
    Blob,
    Plane,
    Points,
    blur,
    clouds,
    coordinates,
    fill,
    mosaic,
    radius_in,
    scatter,
    smoothstep,
    value_at,
)
from sitegen.demo.micrograph import ChannelSettings, Micrograph, Pixels

GRAY_CHANNEL = (ChannelSettings(label="electrons", color=GRAY, window=(20, 235)),)


def _developed(dark: Plane, rng: Generator, grain: float) -> Pixels:
    """Return uint8 for an amount of osmium: 0 is empty resin, 1 a heavily stained membrane."""
    noise = grain * rng.standard_normal(dark.shape, dtype=np.float32)
    counts = 214 - 165 * np.clip(dark, -0.15, 1.15) + noise
    return np.asarray(np.clip(np.rint(counts / 4) * 4, 0, 255), np.uint8)  # 6 bits, as old detectors had


def _draw_mitochondrion(dark: Plane, body: Blob, rng: Generator) -> None:
    """Draw a mitochondrion: two membranes, a gray matrix, cristae across."""
    window, radius = radius_in(body, dark.shape)
    if radius.size == 0:
        return
    y = np.arange(window[0].start, window[0].stop)[:, None] - body.y
    x = np.arange(window[1].start, window[1].stop)[None, :] - body.x
    along = x * np.cos(body.angle) + y * np.sin(body.angle)
    across = (y * np.cos(body.angle) - x * np.sin(body.angle)) / body.short
    period = rng.uniform(6.2, 8.0)
    phase = along / period * np.pi + 1.3 * np.sin(across * 2.2 + body.phase)
    number = np.floor(phase / np.pi)
    reach = 0.25 + 0.75 * np.abs(np.sin(number * 12.9 + body.phase))  # some cristae go only half across
    side = np.where(np.sin(number * 7.7) > 0, across, -across)
    crista = np.exp(-((np.sin(phase) * period / np.pi / 1.3) ** 2)) * (side < reach * 1.6 - 0.75) * (radius < 0.86)
    membranes = np.exp(-(((radius - 0.97) * body.short / 1.4) ** 2)) + 0.8 * np.exp(
        -(((radius - 0.84) * body.short / 1.2) ** 2)
    )
    inside = radius < 1.0
    drawn = np.maximum(0.40 + 0.42 * crista, 0.85 * membranes)
    dark[window] = np.where(inside, drawn, np.maximum(dark[window], 0.85 * membranes * (radius < 1.15)))


def _draw_vesicle(dark: Plane, y: float, x: float, size: float, core: float = 0.0) -> None:
    body = Blob(y=y, x=x, long=size, short=size, uneven=0.03, phase=y)
    window, radius = radius_in(body, dark.shape)
    wall = np.exp(-(((radius - 1) * size / 1.0) ** 2))
    dark[window] = np.where(radius < 1, core * (radius < 0.6), dark[window]) * (radius < 1) + dark[window] * (
        radius >= 1
    )
    dark[window] = np.maximum(dark[window], 0.75 * wall)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """A block of brain tissue, of which sections are cut: what is in it, and how it changes with depth."""

    bends: list[Plane]
    """Two pairs of fields; the sections turn from one of a pair to the other."""
    grain: list[Plane]
    centers: Points
    """Of the neurites in the first section."""
    drift: Points
    """How far each moves from one section to the next."""
    mitochondria: list[Blob]
    vesicles: Points


def neuropil(seed: int, *, size_px: int = 352, planes: int = 8, axes: str = "zyx") -> Micrograph:
    """Return brain tissue in serial sections: neurites, synapses, vesicles, mitochondria, uint8.

    axes: `zyx`, or `cxyz` as some volume servers order their axes.
    """
    rng, shape = default_rng(seed), (size_px, size_px)
    centers = scatter(rng, shape, 60, 0.4)
    pools = centers[rng.random(len(centers)) < 0.25]
    block = _Block(
        bends=[clouds(rng, shape, 20) for _ in range(4)],
        grain=[clouds(rng, shape, 2.2, 0.8) for _ in range(2)],
        centers=centers,
        drift=rng.normal(0, 1.0, centers.shape),
        mitochondria=[_in_neurite(rng, center) for center in centers[rng.random(len(centers)) < 0.45]],
        vesicles=np.concatenate([pool + rng.normal(0, 12, (22, 2)) for pool in pools]),
    )
    volume = np.stack([_developed(blur(_section(block, z), 0.75), rng, 5.0) for z in range(planes)])
    pixels = volume.transpose(2, 1, 0)[None] if axes == "cxyz" else volume
    return Micrograph(pixels=pixels, axes=axes, size_um=(0.04, 0.008), channels=GRAY_CHANNEL, default_z=planes // 2)


def _section(block: _Block, z: int) -> Plane:
    """Return the section at depth `z`, as an amount of osmium."""
    cos, sin = np.cos(z * 0.16), np.sin(z * 0.16)
    y, x = coordinates((block.bends[0].shape[0], block.bends[0].shape[1]))
    bent_y = y + 9 * (block.bends[0] * cos + block.bends[1] * sin)
    bent_x = x + 9 * (block.bends[2] * cos + block.bends[3] * sin)
    cells = mosaic(block.centers + z * block.drift, bent_y, bent_x, 110)
    tint = 0.02 + 0.18 * np.abs(np.sin(cells.label * 12.9))
    dark = np.asarray(tint + 0.05 * (block.grain[0] * cos + block.grain[1] * sin), np.float32)
    for number, (vy, vx) in enumerate(block.vesicles + z * 0.4):
        if (number + z) % 3:
            _draw_vesicle(dark, vy, vx, 3.3)
    for number, body in enumerate(block.mitochondria):
        if np.sin(number + z * 0.16) > -0.65:  # some begin or end within the block
            _draw_mitochondrion(dark, replace(body, y=body.y + z * 0.8, x=body.x + z * 0.5), default_rng(number))
    thick = (np.sin(cells.label * 3.7) > 0.6) * smoothstep((block.bends[0] - 0.3) * 4)
    synapse = thick * _line(cells.border, 0, 4.5)
    return np.asarray(np.maximum(np.maximum(dark, 0.95 * _line(cells.border, 1.2, 1.5)), 0.95 * synapse))


def _in_neurite(rng: Generator, center: object) -> Blob:
    y, x = np.asarray(center, float) + rng.normal(0, 6, 2)
    return Blob(
        y=y,
        x=x,
        long=rng.uniform(15, 30),
        short=rng.uniform(8.5, 12),
        angle=rng.uniform(0, np.pi),
        uneven=0.07,
        phase=rng.uniform(0, 6),
    )


def cell(seed: int, *, size_px: int = 896) -> Micrograph:
    """Return a section through one cell: nucleus, rough endoplasmic reticulum, mitochondria, granules, (y, x)."""
    rng, shape = default_rng(seed), (size_px, size_px)
    y, x = coordinates(shape)
    wobble = clouds(rng, shape, size_px / 14)
    nucleus = np.hypot(y - size_px * 0.52, (x - size_px * 0.40) * 0.92) + 11 * wobble - size_px * 0.235
    surface = np.hypot(y - size_px * 0.5, (x - size_px * 0.5) * 0.93) - size_px * 0.47
    surface = surface + 17 * clouds(rng, shape, size_px / 18)
    ruffle = 5 * np.sin(np.arctan2(y - size_px / 2, x - size_px / 2) * 46 + 2 * wobble)
    surface = surface + ruffle * smoothstep((surface + 26) / 30)
    grain = clouds(rng, shape, 3.0, 0.8)
    dark: Plane = np.asarray(0.27 + 0.055 * grain + _reticulum(rng, nucleus, surface), np.float32)
    _draw_organelles(dark, rng, nucleus, surface)
    inside = smoothstep(-nucleus / 2)
    dark = dark * (1 - inside) + _chromatin(rng, nucleus, grain) * inside
    outside = smoothstep(surface / 3)
    dark = (dark + 0.65 * _envelope(rng, nucleus)) * (1 - outside) + (0.02 + 0.015 * grain) * outside
    dark = np.maximum(dark, 0.92 * _line(surface, 0, 1.8))
    return Micrograph(
        pixels=_developed(blur(dark, 0.8), rng, 5.5), axes="yx", size_um=(0.05, 0.009), channels=GRAY_CHANNEL
    )


def _line(distance: Plane, at_px: float, width_px: float) -> Plane:
    """Return a soft line where the distance to an outline is `at_px`."""
    return np.asarray(np.exp(-(((distance - at_px) / width_px) ** 2)))


def _reticulum(rng: Generator, nucleus: Plane, surface: Plane) -> Plane:
    """Return stacks of rough endoplasmic reticulum around the nucleus, studded with ribosomes, and free ribosomes."""
    shape = nucleus.shape
    sheets = nucleus + 7 * clouds(rng, shape, 40) + 5 * clouds(rng, shape, 15)
    region = smoothstep((clouds(rng, shape, 70) + 0.35) * 3)
    region = region * smoothstep((nucleus - 20) / 14) * smoothstep((-surface - 34) / 16)
    region = region * smoothstep((clouds(rng, shape, 13) + 0.9) * 4)
    gap = np.abs((sheets / 19) % 1 - 0.5) * 19
    membranes = _line(gap, 2.9, 1.1) - 0.35 * _line(gap, 0, 1.9)
    bound = smoothstep((clouds(rng, shape, 1.15) - 1.2) * 2) * _line(gap, 5.2, 1.7)
    free = smoothstep((clouds(rng, shape, 1.15) - 1.75) * 2)
    return region * (0.62 * membranes + 0.5 * bound) + 0.34 * free


def _draw_organelles(dark: Plane, rng: Generator, nucleus: Plane, surface: Plane) -> None:
    """Draw mitochondria and secretory granules in the cytoplasm, vesicles below the surface."""
    for number, (y, x) in enumerate(scatter(rng, nucleus.shape, 74, 0.36)):
        if value_at(nucleus, y, x) <= 30 or value_at(surface, y, x) >= -34:
            continue
        if number % 4 == 0:
            granule = Blob(y=y, x=x, long=rng.uniform(9, 15), short=rng.uniform(8, 13), phase=x, uneven=0.05)
            fill(dark, granule, rng.uniform(0.72, 0.98), edge=0.14)
        elif rng.random() < 0.72:
            long, short, angle = rng.uniform(22, 40), rng.uniform(10, 14), rng.uniform(0, np.pi)
            _draw_mitochondrion(dark, Blob(y=y, x=x, long=long, short=short, angle=angle, phase=x), rng)
    for y, x in scatter(rng, nucleus.shape, 38, 0.5):
        if -60 < value_at(surface, y, x) < -14 and rng.random() < 0.7:
            _draw_vesicle(dark, y, x, rng.uniform(3.5, 7), core=0.1)


def _chromatin(rng: Generator, nucleus: Plane, grain: Plane) -> Plane:
    """Return the nucleus's inside: dense chromatin along the envelope, a nucleolus in the middle."""
    shape = nucleus.shape
    dense = smoothstep((clouds(rng, shape, 15, 5) + 0.1 - smoothstep((-nucleus - 4) / 22) * 0.9) * 2.2)
    nucleolus = smoothstep((-nucleus + 0.64 * float(nucleus.min()) + 6 * grain) / 8)
    return 0.24 + 0.42 * dense + 0.05 * grain + 0.5 * nucleolus * (0.8 + 0.2 * clouds(rng, shape, 4))


def _envelope(rng: Generator, nucleus: Plane) -> Plane:
    """Return the two membranes around the nucleus, with gaps for its pores."""
    pores = smoothstep((clouds(rng, nucleus.shape, 7) + 1.5) * 3)
    membranes = _line(nucleus, 1.5, 1.5) + 0.9 * _line(nucleus, 9, 1.5) - 0.3 * _line(nucleus, 5, 2.0)
    return np.asarray(membranes * pores)


def nerve(seed: int, *, size_px: int = 640) -> Micrograph:
    """Return a nerve across its fibers: axons in their myelin, collagen between, uint8 (c, z, y, x) of one plane."""
    rng, shape = default_rng(seed), (size_px, size_px)
    y, x = coordinates(shape)
    warp = size_px / 110
    wy, wx = y + warp * clouds(rng, shape, 22), x + warp * clouds(rng, shape, 22)
    collagen = smoothstep((clouds(rng, shape, 2.0) - 0.9) * 2)
    tubules = smoothstep((clouds(rng, shape, 1.2) - 1.9) * 2)
    dark = np.asarray(0.10 + 0.26 * collagen + 0.02 * clouds(rng, shape, 3), np.float32)
    for cy, cx in scatter(rng, shape, 106, 0.17):
        size = float(rng.choice([22, 32, 40]))
        rows, columns = slice(max(int(cy) - 90, 0), int(cy) + 90), slice(max(int(cx) - 90, 0), int(cx) + 90)
        radius = np.hypot(wy[rows, columns] - cy, (wx[rows, columns] - cx) * rng.uniform(0.88, 1.1))
        _draw_fiber(dark[rows, columns], radius, size, size * rng.uniform(0.26, 0.36), tubules[rows, columns])
        for _ in range(rng.integers(0, 3)):
            out, turn = rng.uniform(0, size * 0.42), rng.uniform(0, 7)
            place = {"y": cy + out * np.sin(turn), "x": cx + out * np.cos(turn)}
            _draw_mitochondrion(dark, Blob(**place, long=7.5, short=5.5, angle=turn, phase=turn), rng)
    return Micrograph(
        pixels=_developed(blur(dark, 0.7), rng, 5.0)[None, None],
        axes="czyx",
        size_um=(0.06, 0.011),
        channels=GRAY_CHANNEL,
    )


def _draw_fiber(dark: Plane, radius: Plane, size: float, thick: float, tubules: Plane) -> None:
    """Draw an axon, its myelin of half thickness `thick` around `size`, and the Schwann cell outside."""
    sheath = smoothstep((thick - np.abs(radius - size)) / 1.5)
    axon = smoothstep((size - thick - radius) / 2)
    schwann = smoothstep((size + thick + 5 - radius) / 2) * (1 - axon)
    lamellae = 0.80 + 0.17 * np.sin(2 * np.pi * radius / 3.4)
    dark *= (1 - axon) * (1 - schwann)
    dark += (0.13 + 0.3 * tubules) * axon + 0.30 * schwann
    dark *= 1 - sheath
    dark += lamellae * sheath
