"""What a configuration says of the look of a catalog becomes a `Branding`: paths, icons and a style sheet.

`branding_files` of `sitegen/commands/branding.py` makes the files that it names.
"""

from __future__ import annotations

from pathlib import Path

from sitegen.config.colors import ACCENTS, accent_colors, nearest_readable
from sitegen.config.settings import Config, ThemeSettings
from sitegen.model import Branding, Icon

FOLDER = "branding"
"""Below the site's root."""
SOCIAL = f"{FOLDER}/social.jpg"
ICON_SIZES = {"icon": 32, "apple-touch-icon": 180}
"""What is made of an icon of pixels, and its sides: 32 for tabs, 180 for home screens (Apple's icon of an iPhone)."""
_TYPES = {".svg": "image/svg+xml", ".ico": "image/vnd.microsoft.icon", ".png": "image/png"}


def make_branding(config: Config) -> Branding:
    """Return how a catalog presents itself."""
    return Branding(
        logo=f"{FOLDER}/logo{config.logo.suffix.lower()}" if config.logo else None,
        icons=_icons(config.favicon) if config.favicon else (),
        accent=config.theme.accent or ACCENTS["light"],
        styles=_styles(config.theme),
        footer=config.footer or (),
        social=SOCIAL if config.base_url else None,
    )


def copied_files(config: Config) -> list[tuple[str, Path]]:
    """Return the path in the site of each file of the configuration that is copied as it is, and the file."""
    branding = make_branding(config)
    used = {branding.logo, *(icon.path for icon in branding.icons)}
    named = {"logo": config.logo, "favicon": config.favicon}
    paths = ((f"{FOLDER}/{name}{file.suffix.lower()}", file) for name, file in named.items() if file)
    return [(path, file) for path, file in paths if path in used]


def icon_path(rel: str) -> str:
    """Return the path of an icon that is made of another."""
    return f"{FOLDER}/{rel}.png"


def _icons(favicon: Path) -> tuple[Icon, ...]:
    """Return the icon as it is and, of one made of pixels, those of other sizes."""
    suffix = favicon.suffix.lower()
    whole = Icon(rel="icon", path=f"{FOLDER}/favicon{suffix}", type=_TYPES[suffix], sizes="any")
    if suffix == ".svg":
        return (whole,)
    made = (
        Icon(rel=rel, path=icon_path(rel), type="image/png", sizes=f"{size}x{size}") for rel, size in ICON_SIZES.items()
    )
    return (*made, whole) if suffix == ".ico" else tuple(made)


def _styles(theme: ThemeSettings) -> str:
    """Return the style sheet that replaces the accent and what depends on it; empty where it is not replaced."""
    if theme == ThemeSettings():
        return ""
    light = accent_colors(theme.accent or ACCENTS["light"], "light")
    dark = accent_colors(theme.accent_dark or _dark_of(theme.accent), "dark")
    colors = {
        "accent": (light.accent, dark.accent),
        "accent-text": (light.text, dark.text),
        "accent-soft": (light.soft, dark.soft),
    }
    rules = ";".join(f"--{name}:light-dark({of_light},{of_dark})" for name, (of_light, of_dark) in colors.items())
    return f"@layer tokens{{:root{{{rules}}}}}\n"


def _dark_of(accent: str | None) -> str:
    return nearest_readable(accent, "dark") if accent else ACCENTS["dark"]
