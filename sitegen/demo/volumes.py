"""Volumes and films: beads, embryos, vessels, a wave of calcium, bone.

The point spread function of the beads is computed: the Fourier transform of a round pupil
with defocus, so that its rings are those by which an objective is checked.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator, default_rng

from sitegen.demo.cells import GRAY, GREEN, MAGENTA
from sitegen.demo.drawing import (
    Plane,
    blank,
    blur,
    clouds,
    coordinates,
    mosaic,
    scaled,
    scatter,
    smoothstep,
    splat,
    walks,
)
from sitegen.demo.micrograph import Light, Micrograph, exposed, make_channels, stacked


def point_spread(defocus: float, size_px: int, cutoff: float) -> Plane:
    """Return the image of a point: `defocus` in wavelengths at the pupil's edge, `cutoff` in cycles per pixel."""
    frequency = np.fft.fftfreq(size_px)
    rho2 = (frequency[:, None] ** 2 + frequency[None, :] ** 2) / (cutoff / 2) ** 2
    pupil = (rho2 <= 1) * np.exp(2j * np.pi * defocus * rho2)
    field = np.fft.fftshift(np.fft.fft2(pupil))
    middle = np.hypot(*(np.indices((size_px, size_px)) - size_px // 2)) / (size_px // 2)
    intensity = np.abs(field) ** 2 * np.clip(3 - 3 * middle, 0, 1)  # the transform is periodic: fade the rim
    return np.asarray(intensity / intensity.sum(), np.float32)


def beads(seed: int, *, size_px: int = 512, planes: int = 5) -> Micrograph:
    """Return sub-resolution beads through focus, two colors, axes (c, z, y, x)."""
    rng = default_rng(seed)
    half = 48
    wide = size_px + 2 * half
    places = rng.integers(half, wide - half, (54, 2))
    depth = rng.normal(0, 0.75, len(places))
    brightness = rng.uniform(0.5, 1.0, len(places))
    light = np.zeros((2, planes, wide, wide), np.float32)
    for channel, cutoff in enumerate((0.17, 0.145)):
        for z in range(planes):
            focus = (z - planes // 2) * 0.6
            for (y, x), own, strength in zip(places, depth, brightness, strict=True):
                spot = point_spread(focus + own, 2 * half, cutoff)
                light[channel, z, y - half : y + half, x - half : x + half] += spot * strength
    light = np.sqrt(light[:, :, half:-half, half:-half] / light.max())  # a camera's gamma: the rings must be seen
    return Micrograph(
        pixels=exposed(rng, light, photons=45, gain=6, offset=100, read_noise=0.3, loss=0.05),
        axes="czyx",
        size_um=(0.25, 0.065),
        channels=make_channels([("505/515", GREEN), ("580/605", MAGENTA)], 280, 108),
        default_z=planes // 2,
    )


def _gaussian_spots(shape: tuple[int, int, int], places: Light, sigma: tuple[float, float], strength: Light) -> Light:
    """Return (z, y, x) with a Gaussian spot at each (z, y, x) place; sigma is along z and along y and x."""
    volume = np.zeros(shape, np.float32)
    reach_z, reach = int(3 * sigma[0]) + 1, int(3 * sigma[1]) + 1
    for (z, y, x), light in zip(places, strength, strict=True):
        z0, z1 = max(int(z) - reach_z, 0), min(int(z) + reach_z + 1, shape[0])
        y0, y1 = max(int(y) - reach, 0), min(int(y) + reach + 1, shape[1])
        x0, x1 = max(int(x) - reach, 0), min(int(x) + reach + 1, shape[2])
        if z0 >= z1 or y0 >= y1 or x0 >= x1:
            continue
        along_z = np.exp(-(((np.arange(z0, z1) - z) / sigma[0]) ** 2) / 2)
        along_y = np.exp(-(((np.arange(y0, y1) - y) / sigma[1]) ** 2) / 2)
        along_x = np.exp(-(((np.arange(x0, x1) - x) / sigma[1]) ** 2) / 2)
        spot = light * along_z[:, None, None] * along_y[:, None] * along_x
        volume[z0:z1, y0:y1, x0:x1] = np.maximum(volume[z0:z1, y0:y1, x0:x1], spot)
    return volume


def _shell(rng: Generator, count: int, radii: tuple[float, float, float], center: tuple[float, float, float]) -> Light:
    """Return points spread evenly over an ellipsoid (a golden spiral, jittered), (n, 3) as z, y, x."""
    number = np.arange(count) + 0.5
    polar, turn = np.arccos(1 - 2 * number / count), np.pi * (1 + 5**0.5) * number
    sphere = np.stack([np.cos(polar), np.sin(polar) * np.sin(turn), np.sin(polar) * np.cos(turn)], axis=1)
    sphere += rng.normal(0, 0.35 / np.sqrt(count), sphere.shape)
    return np.asarray(sphere * radii + center, np.float32)


def embryo(
    seed: int, *, size_px: int = 448, planes: int = 20, nuclei: int = 1500, gastrula: bool = False
) -> Micrograph:
    """Return an embryo in a light sheet: a coat of nuclei, dividing ones brighter, axes (z, y, x).

    gastrula: the coat has folded in along one side.
    """
    rng = default_rng(seed)
    shape = (planes, int(size_px * 0.74), size_px)
    center = (planes / 2, size_px * 0.37, size_px / 2)
    radii = (planes * 0.46, size_px * 0.33, size_px * 0.46)
    places = _shell(rng, nuclei, radii, center)
    inner = _shell(rng, nuclei // 3, (radii[0] * 0.72, radii[1] * 0.78, radii[2] * 0.83), center)
    places = np.concatenate([places, inner[rng.random(len(inner)) < 0.25]])
    if gastrula:
        furrow = np.exp(-(((places[:, 2] - center[2]) / (0.35 * radii[2])) ** 2)) * (places[:, 1] < center[1])
        places[:, 1] += furrow * radii[1] * 0.85
    strength = rng.uniform(0.35, 0.8, len(places)).astype(np.float32)
    strength[rng.random(len(places)) < 0.06] = 1.25
    light = _gaussian_spots(shape, places, (1.1, size_px / 110), strength)
    depth = np.linspace(1.0, 0.62, planes, dtype=np.float32)[:, None, None]  # the sheet scatters on its way in
    haze = np.stack([blur(plane, 9) for plane in light]) * 0.35
    return Micrograph(
        pixels=exposed(rng, (light + haze) * depth, photons=26, gain=8, offset=0, read_noise=0.35, loss=0.05),
        axes="zyx",
        size_um=(3.0, 0.8),
        channels=make_channels([("H2B-GFP", GRAY)], 187, 3),
        default_z=int(planes * 0.18),
    )


def gastrulation(seed: int, *, frames: int = 4) -> Micrograph:
    """Return a film of a small embryo whose cells divide and spread, axes (t, c, z, y, x)."""
    stages = [
        embryo(seed, size_px=208, planes=9, nuclei=int(260 * 1.5**frame), gastrula=frame > 2) for frame in range(frames)
    ]
    nuclear = np.stack([stage.pixels for stage in stages])
    membrane = np.stack([[blur(plane.astype(np.float32), 2.6) for plane in stage.pixels] for stage in stages])
    edges = np.maximum(membrane - 0.45 * nuclear, 0)
    return Micrograph(
        pixels=np.stack([nuclear, edges.astype(np.uint16) // 3 * 3], axis=1),
        axes="tczyx",
        size_um=(4.0, 1.4),
        channels=make_channels([("H2A-mCherry", MAGENTA)], 130, 5) + make_channels([("GAP43-EGFP", GREEN)], 42, 5),
        frame_s=300.0,
        default_z=3,
        default_t=frames - 1,
    )


def vessels(seed: int, *, height_px: int = 256, width_px: int = 640, planes: int = 6) -> Micrograph:
    """Return the trunk of a zebrafish larva: vessels between the somites, and red blood cells, axes (c, z, y, x)."""
    rng, shape = default_rng(seed), (height_px, width_px)
    x = np.linspace(0, width_px, 1400)
    aorta = np.stack([0.60 * height_px + 4 * np.sin(x / 90), x], axis=1)
    vein = np.stack([0.74 * height_px + 6 * np.sin(x / 70 + 1), x], axis=1)
    top = np.stack([0.13 * height_px + 3 * np.sin(x / 60), x], axis=1)
    lines, depth = [aorta, vein, top], [2.5, 3.0, 2.0]
    for number, start in enumerate(np.arange(-20, width_px + 40, 46.0)):
        s = np.linspace(0, 1, 260)
        kink = 26 * np.where(s < 0.5, s, 1 - s) * 2
        wobble = 3 * np.sin(s * 9 + number) + 2 * np.sin(s * 17 + 2 * number)
        lines.append(np.stack([height_px * (0.60 - 0.47 * s), start + kink - 10 * s + wobble], axis=1))
        depth.append(1.0 if number % 2 else 4.0)
    channels: list[list[Plane]] = [[], []]
    cells = walks(rng, aorta[rng.integers(0, 1400, 70)] + rng.normal(0, 3, (70, 2)), np.zeros(70), 6, 0.1)
    for z in range(planes):
        light, out = blank(shape), blank(shape)
        for line, own in zip(lines, depth, strict=True):
            focus = np.exp(-(((z - own) / 1.7) ** 2))
            light += focus * splat(line, shape)
            out += 0.35 * (1 - focus) * splat(line, shape)
        wall = blur(light, 2.2)
        hollow = 1.2 * np.minimum(2.6 * wall, 1.0) + 1.5 * blur(out, 6)
        channels[0].append(hollow * np.clip(0.9 + 0.15 * clouds(rng, shape, 5), 0.5, 1.4))
        channels[1].append(blur(splat(cells.reshape(-1, 2), shape), 1.9) * np.exp(-(((z - 2) / 1.4) ** 2)))
    light3 = np.stack([stacked(channels[0]), scaled(stacked(channels[1]))])
    return Micrograph(
        pixels=exposed(rng, light3, photons=36, gain=4, offset=0, read_noise=0.4, loss=0.08),
        axes="czyx",
        size_um=(3.0, 0.9),
        channels=make_channels([("kdrl:EGFP", GREEN), ("gata1:dsRed", MAGENTA)], 130, 4),
        default_z=2,
    )


def calcium(seed: int, *, size_px: int = 288, frames: int = 8) -> Micrograph:
    """Return a wave of calcium through an epithelium, ratio of two dyes, NaN outside, float32 (t, y, x)."""
    rng, shape = default_rng(seed), (size_px, size_px)
    y, x = coordinates(shape)
    centers = scatter(rng, shape, 27)
    cells = mosaic(centers, y + 2 * clouds(rng, shape, 9), x + 2 * clouds(rng, shape, 9), 40)
    start = np.array([size_px * 0.35, size_px * 0.4])
    far = np.hypot(*(centers - start).T)[np.maximum(cells.label, 0)].astype(np.float32)
    body = 0.75 + 0.25 * smoothstep(cells.border / 5)
    outside = np.hypot(y - size_px / 2, x - size_px / 2) > size_px * 0.485
    film = []
    for frame in range(frames):
        late = (frame * 24 - far) / 22
        ratio = 0.55 + 2.1 * np.where(late > 0, late * np.exp(1 - late), 0) * body
        ratio = blur(ratio.astype(np.float32), 0.8) + 0.03 * rng.standard_normal(shape)
        ratio[outside] = np.nan
        film.append(np.round(ratio * 20).astype(np.float32) / 20)
    return Micrograph(
        pixels=np.stack(film),
        axes="tyx",
        size_um=(1.0, 0.8),
        channels=make_channels([("Fura-2 ratio", "FF9E2C")], 2.8, 0.4),
        frame_s=2.0,
        default_t=frames // 2,
    )


def bone(seed: int, *, size_px: int = 256, planes: int = 16) -> Micrograph:
    """Return trabecular bone by X-ray tomography in Hounsfield units, int16 (z, y, x)."""
    rng = default_rng(seed)
    shape = (size_px, size_px)
    base, drift = clouds(rng, shape, 8), clouds(rng, shape, 8)
    second, drift2 = clouds(rng, shape, 14), clouds(rng, shape, 14)
    y, x = coordinates(shape)
    radius = np.hypot(y - size_px / 2, (x - size_px / 2) * 1.12) + 5 * clouds(rng, shape, 26)
    slices = []
    for z in range(planes):
        turn = z * 0.085
        one = base * np.cos(turn) + drift * np.sin(turn)
        two = second * np.cos(turn) + drift2 * np.sin(turn)
        strut = np.maximum(np.exp(-((one / 0.30) ** 2)), np.exp(-((two / 0.22) ** 2)))
        shell = np.exp(-(((radius - size_px * 0.43) / 6) ** 2))
        inside = smoothstep((size_px * 0.45 - radius) / 3)
        solid = np.maximum(strut * inside, shell)
        noise = 26 * np.round(0.9 * rng.standard_normal(shape))
        slices.append(np.rint(-950 + 900 * inside + 1500 * smoothstep(solid * 1.6 - 0.4)) + noise)
    return Micrograph(
        pixels=(np.stack(slices) // 26 * 26).astype(np.int16),
        axes="zyx",
        size_um=(12.0, 12.0),
        channels=make_channels([("density (HU)", GRAY)], 1500, -1000),
        default_z=planes // 2,
    )
