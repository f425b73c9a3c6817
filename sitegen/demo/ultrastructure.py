"""Electron micrographs: brain tissue as a volume, a single cell, a myelinated nerve.

Grey, uint8, dark where osmium binds. Membranes are drawn from distances: a dark line wherever
the distance to an outline is small, two of them where two membranes run side by side.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.random import Generator, default_rng

from sitegen.demo.cells import GREY
from sitegen.demo.drawing import (
    Blob,
    Plane,
    blur,
    clouds,
    coordinates,
    fill,
    mosaic,
    radius_in,
    scatter,
    smoothstep,
)
from sitegen.demo.micrograph import Look, Micrograph, Pixels

GREY_LOOK = (Look(label="electrons", color=GREY, window=(20, 235)),)


def _developed(dark: Plane, rng: Generator, grain: float) -> Pixels:
    """Return uint8 for an amount of osmium: 0 is empty resin, 1 a heavily stained membrane."""
    noise = grain * rng.standard_normal(dark.shape, dtype=np.float32)
    counts = 214 - 165 * np.clip(dark, -0.15, 1.15) + noise
    return np.asarray(np.clip(np.rint(counts / 4) * 4, 0, 255), np.uint8)  # 6 bits, as old detectors had


def _draw_mitochondrion(dark: Plane, body: Blob, rng: Generator) -> None:
    """Draw a mitochondrion: two membranes, a grey matrix, cristae across."""
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


def neuropil(seed: int, *, size_px: int = 352, planes: int = 8, axes: str = "zyx") -> Micrograph:
    """Return brain tissue in serial sections: neurites, synapses, vesicles, mitochondria, uint8.

    axes: `zyx`, or `cxyz` as some volume servers order their axes.
    """
    rng, shape = default_rng(seed), (size_px, size_px)
    y, x = coordinates(shape)
    fields = [clouds(rng, shape, 20) for _ in range(4)]
    centres = np.concatenate([scatter(rng, shape, 74, 0.45), scatter(rng, shape, 96, 0.5)])
    drift = rng.normal(0, 1.0, centres.shape)
    grain = [clouds(rng, shape, 2.2, 0.8) for _ in range(3)]
    bodies = [_in_neurite(rng, centre) for centre in centres[rng.random(len(centres)) < 0.55]]
    pools = centres[rng.random(len(centres)) < 0.3] + rng.normal(0, 9, (1, 2))
    vesicles = np.concatenate([pool + rng.normal(0, 13, (24, 2)) for pool in pools])
    sections = []
    for z in range(planes):
        turn = z * 0.16
        wy = y + 9 * (fields[0] * np.cos(turn) + fields[1] * np.sin(turn))
        wx = x + 9 * (fields[2] * np.cos(turn) + fields[3] * np.sin(turn))
        cells = mosaic(centres + z * drift, wy, wx, 110)
        tint = np.random.default_rng(seed).uniform(0.02, 0.2, len(centres) + 1)[cells.label]
        dark = (tint + 0.05 * (grain[0] * np.cos(turn) + grain[1] * np.sin(turn))).astype(np.float32)
        for number, (vy, vx) in enumerate(vesicles + z * 0.4):
            if (number + z) % 3:
                _draw_vesicle(dark, vy, vx, 3.3)
        for number, body in enumerate(bodies):
            if np.sin(number + z * 0.16) + 1 > 0.35:
                _draw_mitochondrion(
                    dark, replace(body, y=body.y + z * 0.8, x=body.x + z * 0.5), np.random.default_rng([seed, number])
                )
        membrane = np.exp(-(((cells.border - 1.2) / 1.5) ** 2))
        synapse = (
            (np.abs(np.sin(cells.label * 3.7)) > 0.7)
            * np.exp(-((cells.border / 4.5) ** 2))
            * smoothstep((fields[0] - 0.5) * 4)
        )
        dark = np.maximum(np.maximum(dark, 0.95 * membrane), 0.95 * synapse).astype(np.float32)
        sections.append(_developed(blur(dark, 0.75), rng, 5.0))
    volume = np.stack(sections)
    pixels = volume.transpose(2, 1, 0)[None] if axes == "cxyz" else volume
    return Micrograph(pixels=pixels, axes=axes, size_um=(0.04, 0.008), looks=GREY_LOOK, default_z=planes // 2)


def _in_neurite(rng: Generator, centre: object) -> Blob:
    y, x = np.asarray(centre, float) + rng.normal(0, 6, 2)
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
    surface = (
        np.hypot(y - size_px * 0.5, (x - size_px * 0.5) * 0.93) + 17 * clouds(rng, shape, size_px / 18) - size_px * 0.47
    )
    ruffle = 5 * np.sin(np.arctan2(y - size_px / 2, x - size_px / 2) * 46 + 2 * wobble)
    surface = surface + ruffle * smoothstep((surface + 26) / 30)
    grain = clouds(rng, shape, 3.0, 0.8)
    sheets = nucleus + 7 * clouds(rng, shape, 40) + 5 * clouds(rng, shape, 15)
    here = (
        smoothstep((clouds(rng, shape, 70) + 0.35) * 3)
        * smoothstep((nucleus - 20) / 14)
        * smoothstep((-surface - 34) / 16)
    )
    gap = np.abs((sheets / 19) % 1 - 0.5) * 19
    broken = smoothstep((clouds(rng, shape, 13) + 0.9) * 4)
    reticulum = here * broken * (np.exp(-(((gap - 2.9) / 1.1) ** 2)) - 0.35 * np.exp(-((gap / 1.9) ** 2)))
    ribosomes = smoothstep((clouds(rng, shape, 1.15) - 1.2) * 2) * np.exp(-(((gap - 5.2) / 1.7) ** 2)) * here * broken
    free = smoothstep((clouds(rng, shape, 1.15) - 1.75) * 2)
    dark = 0.27 + 0.055 * grain + 0.62 * reticulum + 0.5 * ribosomes + 0.34 * free
    dark = dark.astype(np.float32)
    for number, (my, mx) in enumerate(scatter(rng, shape, 74, 0.36)):
        at = (int(np.clip(my, 0, size_px - 1)), int(np.clip(mx, 0, size_px - 1)))
        if nucleus[at] > 30 and surface[at] < -34:
            if number % 4 == 0:
                granule = Blob(y=my, x=mx, long=rng.uniform(9, 15), short=rng.uniform(8, 13), phase=mx, uneven=0.05)
                fill(dark, granule, rng.uniform(0.72, 0.98), edge=0.14)
            elif rng.random() < 0.72:
                body = Blob(
                    y=my,
                    x=mx,
                    long=rng.uniform(22, 40),
                    short=rng.uniform(10, 14),
                    angle=rng.uniform(0, np.pi),
                    uneven=0.06,
                    phase=rng.uniform(0, 6),
                )
                _draw_mitochondrion(dark, body, rng)
    for vy, vx in scatter(rng, shape, 38, 0.5):
        at = (int(np.clip(vy, 0, size_px - 1)), int(np.clip(vx, 0, size_px - 1)))
        if -60 < surface[at] < -14 and rng.random() < 0.7:
            _draw_vesicle(dark, vy, vx, rng.uniform(3.5, 7), core=0.1)
    hetero = smoothstep((clouds(rng, shape, 15, 5) + 0.1 - smoothstep((-nucleus - 4) / 22) * 0.9) * 2.2)
    nucleolus = smoothstep((34 - np.hypot(y - size_px * 0.46, x - size_px * 0.43) + 6 * grain) / 8)
    chromatin = 0.24 + 0.42 * hetero + 0.05 * grain + 0.5 * nucleolus * (0.8 + 0.2 * clouds(rng, shape, 4))
    inside = smoothstep(-nucleus / 2)
    dark = dark * (1 - inside) + chromatin * inside
    pores = smoothstep((clouds(rng, shape, 7) + 1.5) * 3)
    envelope = (
        np.exp(-(((nucleus - 1.5) / 1.5) ** 2))
        + np.exp(-(((nucleus - 9) / 1.5) ** 2)) * 0.9
        - 0.3 * np.exp(-(((nucleus - 5) / 2.0) ** 2))
    ) * pores
    outside = smoothstep(surface / 3)
    dark = (dark + 0.65 * envelope) * (1 - outside) + (0.02 + 0.015 * grain) * outside
    dark = np.maximum(dark, 0.92 * np.exp(-((surface / 1.8) ** 2))).astype(np.float32)
    return Micrograph(pixels=_developed(blur(dark, 0.8), rng, 5.5), axes="yx", size_um=(0.05, 0.009), looks=GREY_LOOK)


def nerve(seed: int, *, size_px: int = 640) -> Micrograph:
    """Return a nerve across its fibres: axons in their myelin, collagen between, uint8 (c, z, y, x) of one plane."""
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
        _draw_fibre(dark[rows, columns], radius, size, size * rng.uniform(0.26, 0.36), tubules[rows, columns])
        for _ in range(rng.integers(0, 3)):
            out, turn = rng.uniform(0, size * 0.42), rng.uniform(0, 7)
            place = {"y": cy + out * np.sin(turn), "x": cx + out * np.cos(turn)}
            _draw_mitochondrion(dark, Blob(**place, long=7.5, short=5.5, angle=turn, phase=turn), rng)
    return Micrograph(
        pixels=_developed(blur(dark, 0.7), rng, 5.0)[None, None], axes="czyx", size_um=(0.06, 0.011), looks=GREY_LOOK
    )


def _draw_fibre(dark: Plane, radius: Plane, size: float, thick: float, tubules: Plane) -> None:
    """Draw an axon, its myelin of half thickness `thick` around `size`, and the Schwann cell outside."""
    sheath = smoothstep((thick - np.abs(radius - size)) / 1.5)
    axon = smoothstep((size - thick - radius) / 2)
    schwann = smoothstep((size + thick + 5 - radius) / 2) * (1 - axon)
    lamellae = 0.80 + 0.17 * np.sin(2 * np.pi * radius / 3.4)
    dark *= (1 - axon) * (1 - schwann)
    dark += (0.13 + 0.3 * tubules) * axon + 0.30 * schwann
    dark *= 1 - sheath
    dark += lamellae * sheath
