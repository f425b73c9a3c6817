"""The demo's institutions and their logos: a mark and initials, drawn as SVG."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoInstitution:
    """An invented institution."""

    key: str
    """File name of its logo, without the extension."""
    name: str
    """As in the column `source` of the lists."""
    color: str
    mark: str
    """What the logo shows, as SVG elements in a square of 64 units."""

    @property
    def url(self) -> str:
        """Where it would have its home page."""
        return f"https://example.org/{self.key}"


_CELL = '<circle cx="32" cy="32" r="21"/><circle cx="26" cy="35" r="8" fill="#fff" stroke="none"/>'
_STACK = "".join(f'<path d="M12 {y} L32 {y - 10} L52 {y} L32 {y + 10} Z"/>' for y in (42, 32, 22))
_SLIDE = '<rect x="12" y="20" width="40" height="24" rx="3"/><circle cx="35" cy="32" r="7" fill="#fff" stroke="none"/>'
_RINGS = '<circle cx="24" cy="27" r="12"/><circle cx="40" cy="27" r="12"/><circle cx="32" cy="40" r="12"/>'
_SHEET = '<path d="M10 32 H54"/><path d="M10 26 Q32 32 54 26 M10 38 Q32 32 54 38"/><circle cx="32" cy="32" r="9"/>'
_LEAF = '<path d="M14 48 C12 22 28 12 50 14 C52 36 42 52 14 48 Z"/><path d="M16 47 L42 22"/>'
_MESH = '<path d="M32 10 L51 21 V43 L32 54 L13 43 V21 Z"/><path d="M32 10 V32 M51 43 L32 32 M13 43 L32 32"/>'
_GRID = "".join(f'<circle cx="{x}" cy="{y}" r="4.5"/>' for x in (18, 32, 46) for y in (18, 32, 46))
_SPROUT = (
    '<path d="M32 54 V26"/><path d="M32 34 C20 34 14 26 14 16 C26 16 32 24 32 34 Z"/>'
    '<path d="M32 28 C32 18 40 12 50 12 C50 22 44 28 32 28 Z"/>'
)

INSTITUTIONS = (
    DemoInstitution("cell-imaging", "Cell Imaging Institute", "#1f7a8c", _CELL),
    DemoInstitution("archive", "Open Microscopy Archive", "#7b4b94", _STACK),
    DemoInstitution("botanical-garden", "Botanical Garden", "#4f7d34", _SPROUT),
    DemoInstitution("pathology", "Harbour Pathology", "#b8456b", _SLIDE),
    DemoInstitution("lightsheet", "Lichtblatt-Zentrum Jülbach", "#2b7de0", _SHEET),
    DemoInstitution("gruenau", "Universität Grünau", "#2f855a", _LEAF),
    DemoInstitution("em-commons", "EM Commons", "#4a5568", _MESH),
    DemoInstitution("formats", "Museum of Formats", "#b7791f", _GRID),
)


def render_logo(institution: DemoInstitution) -> str:
    """Return the logo as an SVG document."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64" role="img">'
        f"<title>{institution.name}</title>"
        f'<g fill="{institution.color}" fill-opacity="0.18" stroke="{institution.color}" stroke-width="3"'
        f' stroke-linejoin="round" stroke-linecap="round">{institution.mark}</g></svg>\n'
    )
