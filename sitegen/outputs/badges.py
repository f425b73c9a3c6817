"""`badge.svg` of each institution: how many of its datasets have valid metadata, to show on its own pages."""

from __future__ import annotations

from collections.abc import Iterator

from sitegen.catalog.health import Health, make_health
from sitegen.model import Catalog, Page
from sitegen.outputs.encoding import xml_text
from sitegen.site.overviews import make_overviews

_LABEL = "OME-Zarr"
_GOOD, _FAIR, _POOR, _NONE = "#1a7f37", "#8a5a00", "#b42318", "#555555"
"""White text on each has a contrast of at least 4.5 (WCAG 2.2, 1.4.3)."""
_HEIGHT_PX, _PADDING_PX, _CHARACTER_PX = 20, 6, 6.6


def badge_files(catalog: Catalog) -> Iterator[Page]:
    """Give `badge.svg` of each institution."""
    for overview in make_overviews(catalog, "institution"):
        health = make_health(overview.name, overview.records)
        yield Page(path=overview.path("badge.svg"), content=_badge(*_words(health)).encode())


def _words(health: Health) -> tuple[str, str]:
    """Return what the badge says, and its color."""
    validated = health.valid + health.invalid
    if not validated:
        return "not validated", _NONE
    share = health.valid / validated
    color = _GOOD if share >= 0.9 else _FAIR if share >= 0.5 else _POOR
    return f"{health.valid:,} of {validated:,} valid", color


def _badge(words: str, color: str) -> str:
    left, right = (len(text) * _CHARACTER_PX + 2 * _PADDING_PX for text in (_LABEL, words))
    text = xml_text(words)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right:.0f}" height="{_HEIGHT_PX}" role="img" '
        f'aria-label="{_LABEL}: {text}"><title>{_LABEL}: {text}</title>'
        f'<rect width="{left:.1f}" height="{_HEIGHT_PX}" fill="#333"/>'
        f'<rect x="{left:.1f}" width="{right:.1f}" height="{_HEIGHT_PX}" fill="{color}"/>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">'
        f'<text x="{left / 2:.1f}" y="14">{_LABEL}</text>'
        f'<text x="{left + right / 2:.1f}" y="14">{text}</text></g></svg>\n'
    )
